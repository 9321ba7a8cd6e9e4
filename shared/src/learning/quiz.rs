//! A question on a slide, with an explanation for each answer.

use serde::{Deserialize, Serialize};

/// A question with answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiz {
    /// Names it in the file of the progress: lower-case letters, digits and hyphens.
    pub name: String,
    /// The slug of its slide.
    pub slide: String,
    /// What is asked, as HTML. As all words of a quiz it stands in its slide's HTML, and isn't sent twice.
    #[serde(skip)]
    pub question: String,
    /// What may be chosen, in order.
    pub answers: Vec<Answer>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it says, as HTML.
    #[serde(skip)]
    pub text: String,
    /// Whether it must be chosen.
    pub right: bool,
    /// Why it is right or wrong, as HTML.
    #[serde(skip)]
    pub why: String,
}

impl Quiz {
    /// Whether several answers are right, so that each is chosen or left by itself.
    pub fn takes_several(&self) -> bool {
        self.answers.iter().filter(|answer| answer.right).count() > 1
    }

    /// Whether exactly the right answers are chosen, by their places.
    pub fn is_right(&self, chosen: &[u32]) -> bool {
        self.answers.iter().zip(0..).all(|(answer, place)| answer.right == chosen.contains(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiz(right: &[bool]) -> Quiz {
        let answer = |right: &bool| Answer { text: "a".into(), right: *right, why: "b".into() };
        Quiz {
            name: "q".into(),
            slide: "01-a".into(),
            question: "?".into(),
            answers: right.iter().map(answer).collect(),
        }
    }

    #[test]
    fn all_right_answers_and_no_others_must_be_chosen() {
        for (right, chosen, expected) in [
            (&[true, false][..], &[0][..], true),
            (&[true, false], &[1], false),
            (&[true, false], &[0, 1], false),
            (&[true, false], &[], false),
            (&[true, false, true], &[2, 0], true),
            (&[true, false, true], &[0], false),
        ] {
            assert_eq!(quiz(right).is_right(chosen), expected, "{right:?}, {chosen:?}");
        }
        assert!(quiz(&[true, false, true]).takes_several() && !quiz(&[true, false]).takes_several());
    }
}
