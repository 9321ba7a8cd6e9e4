//! The presenter's clock in words, and how the talk stands to its plan.

use shared::{Schedule, Slide, planned, schedule};

/// Minutes and seconds, `12:05`; with hours from one on.
pub fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// How the talk stands to its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name in the page.
    pub slug: &'static str,
    /// For people.
    pub words: String,
}

/// At a slide after so many milliseconds; nothing is said before the clock has gone.
pub fn standing(slides: &[Slide], slide: usize, elapsed: Option<u64>) -> Standing {
    let Some(elapsed) = elapsed else {
        return Standing { slug: "before", words: "Start the clock when you begin.".into() };
    };
    let (slug, words) = match schedule(planned(slides, slide), elapsed) {
        Schedule::Ahead(by) => ("ahead", format!("{} ahead", clock(by))),
        Schedule::Within(left) => ("within", format!("On time, {} left for this slide", clock(left))),
        Schedule::Behind(by) => ("behind", format!("{} behind", clock(by))),
    };
    Standing { slug, words }
}

/// The plan of a slide and its section, in words.
pub fn plan(slides: &[Slide], slide: usize) -> String {
    let Some(of) = slides.get(slide) else { return String::new() };
    let (from, to) = planned(slides, slide);
    let first = slides.iter().position(|other| other.section == of.section).unwrap_or(slide);
    let last = slides.iter().rposition(|other| other.section == of.section).unwrap_or(slide);
    let (begins, ends) = (planned(slides, first).0, planned(slides, last).1);
    let own = match of.home {
        true => "At home: it has no time in the plan".to_owned(),
        false => format!("This slide: {} to {}", clock(from), clock(to)),
    };
    format!("{own}. {}: {} to {}.", of.section, clock(begins), clock(ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slides() -> Vec<Slide> {
        let slide = |section: &str, minutes, home| Slide {
            slug: String::new(),
            title: String::new(),
            section: section.into(),
            minutes,
            home,
            steps: 0,
            html: String::new(),
        };
        vec![slide("A", 1.0, false), slide("B", 2.0, false), slide("B", 3.0, true), slide("B", 0.5, false)]
    }

    #[test]
    fn a_clock_has_minutes_and_seconds() {
        for (milliseconds, words) in [(0, "0:00"), (59_999, "0:59"), (754_000, "12:34"), (3_605_000, "1:00:05")] {
            assert_eq!(clock(milliseconds), words);
        }
    }

    #[test]
    fn it_is_said_how_the_talk_stands() {
        for (slide, elapsed, slug, words) in [
            (0, 0, "within", "On time, 1:00 left for this slide"),
            (1, 30_000, "ahead", "0:30 ahead"),
            (1, 200_000, "behind", "0:20 behind"),
            (2, 180_000, "within", "On time, 0:00 left for this slide"),
        ] {
            assert_eq!(standing(&slides(), slide, Some(elapsed)), Standing { slug, words: words.into() }, "{slide}");
        }
        assert_eq!(standing(&slides(), 1, None).slug, "before");
    }

    #[test]
    fn the_plan_names_the_slides_time_and_its_sections() {
        assert_eq!(plan(&slides(), 1), "This slide: 1:00 to 3:00. B: 1:00 to 3:30.");
        assert_eq!(plan(&slides(), 2), "At home: it has no time in the plan. B: 1:00 to 3:30.");
    }
}
