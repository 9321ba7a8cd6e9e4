//! What people think before they press Run.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Mode, seems_desktop};

/// What a cell asks before its first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Which mode will be fastest.
    Fastest,
    /// How much faster than sequential each mode will be.
    SpeedUp,
    /// Of a program with a window: in which mode it will miss the most frames.
    MostMissed,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prediction {
    /// Nothing: it was run without.
    Skipped,
    /// This.
    Made(Guess),
}

/// A guess of what will be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guess {
    /// The mode that will be fastest; none if no mode will be clearly faster than all others.
    Fastest(Option<Mode>),
    /// How much faster each mode will be.
    SpeedUps(Vec<Expected>),
    /// The mode in which the window will miss the most frames; none if no mode will clearly miss more than all others.
    MostMissed(Option<Mode>),
}

/// How much faster than sequential a mode is thought to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The mode.
    pub mode: Mode,
    /// With so many workers.
    pub workers: u32,
    /// So many hundredths of sequential's speed: 150 is 1.5 times as fast.
    pub hundredths: u32,
}

impl FromStr for Question {
    type Err = String;

    fn from_str(text: &str) -> Result<Question, String> {
        match text {
            "mode" => Ok(Question::Fastest),
            "speed-up" => Ok(Question::SpeedUp),
            "window" => Ok(Question::MostMissed),
            _ => Err(format!(
                "`{text}` can't be predicted: `mode` asks which mode wins, `speed-up` how much faster each is, `window` in \
                 which mode a window misses the most frames"
            )),
        }
    }
}

impl Question {
    /// What is asked of a source if nothing else is said.
    pub fn usual(source: &str) -> Question {
        if seems_desktop(source) { Question::MostMissed } else { Question::Fastest }
    }

    /// Why it can't be asked of a source, for its author; none if it can.
    pub fn unfit(self, source: &str) -> Option<String> {
        let is_of_window = self == Question::MostMissed;
        let sentence = match (is_of_window, seems_desktop(source)) {
            (true, false) => "this has no `def main(pool)`, so no window: predict `mode` or `speed-up`",
            (false, true) => "how fast a program with a window is says nothing of its mode: predict `window`",
            _ => return None,
        };
        Some(sentence.to_owned())
    }
}

impl Expected {
    /// How many times as fast.
    pub fn times(self) -> f64 {
        f64::from(self.hundredths) / 100.0
    }
}

/// So many times the ideal is more than noise: something else than the workers made it faster.
const FAR_ABOVE: f64 = 1.25;

/// The least speed-up that is offered, in hundredths: it stands for all that is slower, too.
pub const LEAST_SPEED_UP: u32 = 50;

/// The speed-ups that are offered for so many workers, in hundredths: slower, the same, and up to the ideal.
pub fn offered_speed_ups(workers: u32) -> Vec<u32> {
    let ideal = 100 * workers;
    let mut offered = match workers {
        0 | 1 => vec![LEAST_SPEED_UP, 100],
        2..=4 => [LEAST_SPEED_UP, 100, 150].into_iter().chain((200..=ideal).step_by(100)).collect(),
        _ => vec![LEAST_SPEED_UP, 100, 150, ideal / 4, ideal / 2, ideal * 3 / 4, ideal],
    };
    offered.sort_unstable();
    offered.dedup();
    offered
}

/// Which of those that were offered a measured ratio comes nearest to. The least stands for all that is slower; none is
/// near to what is far above the ideal.
pub fn nearest_speed_up(workers: u32, ratio: f64) -> Option<u32> {
    let distance = |hundredths: u32| (f64::from(hundredths) / 100.0 / ratio.max(0.001)).ln().abs();
    if ratio > f64::from(workers.max(1)) * FAR_ABOVE {
        return None;
    }
    offered_speed_ups(workers).into_iter().min_by(|one, other| distance(*one).total_cmp(&distance(*other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_reaches_from_slower_to_the_ideal() {
        for (workers, offered) in [
            (1, vec![50, 100]),
            (2, vec![50, 100, 150, 200]),
            (4, vec![50, 100, 150, 200, 300, 400]),
            (8, vec![50, 100, 150, 200, 400, 600, 800]),
        ] {
            assert_eq!(offered_speed_ups(workers), offered, "{workers}");
        }
    }

    #[test]
    fn what_was_measured_is_nearest_to_one_of_them() {
        for (ratio, nearest) in
            [(0.0, 50), (0.4, 50), (0.9, 100), (1.2, 100), (1.3, 150), (1.7, 150), (1.8, 200), (2.4, 200)]
        {
            assert_eq!(nearest_speed_up(2, ratio), Some(nearest), "{ratio}");
        }
        assert_eq!([nearest_speed_up(2, 2.6), nearest_speed_up(1, 9.0), nearest_speed_up(0, 9.0)], [None; 3]);
    }

    #[test]
    fn questions_have_names() {
        let named = ["mode", "speed-up", "window"].map(str::parse);
        assert_eq!(named, [Question::Fastest, Question::SpeedUp, Question::MostMissed].map(Ok));
        assert!("memory".parse::<Question>().unwrap_err().contains("`memory` can't be predicted"));
    }

    #[test]
    fn only_of_a_window_frames_are_asked() {
        let (window, work) = ("def main(pool):\n    pass\n", "def work(item):\n    pass\n");
        assert_eq!([window, work].map(Question::usual), [Question::MostMissed, Question::Fastest]);
        for (question, source, fits) in [
            (Question::MostMissed, window, true),
            (Question::MostMissed, work, false),
            (Question::Fastest, window, false),
            (Question::SpeedUp, window, false),
            (Question::SpeedUp, work, true),
        ] {
            assert_eq!(question.unfit(source).is_none(), fits, "{question:?}, {source}");
        }
    }
}
