//! A talk: what a presenter's windows show, the presenter's own and those before the room. The runner has it, so that all
//! of them agree.

use serde::{Deserialize, Serialize};

/// What the windows of a talk show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// Which slide, and how much of it.
    pub spot: Spot,
    /// Whether the room sees nothing.
    pub blank: bool,
    /// What the presenter points at.
    pub pointer: Option<Pointer>,
    /// For how long the talk goes on.
    pub clock: TalkClock,
}

/// A slide and a step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The slide's slug.
    pub slide: String,
    /// How many of its steps are shown.
    pub step: u32,
}

/// A place on the slide, in ten thousandths of its width, from its left and from its top: in windows of other heights it is
/// still the same word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
}

/// How long a talk has taken, pauses left out. Moments are milliseconds since 1970, by the runner's clock, which is the
/// browser's: both are on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TalkClock {
    /// It stands still after so many milliseconds.
    Stands {
        /// So many.
        after: u64,
    },
    /// It goes.
    Goes {
        /// When it would have begun without pauses.
        since: u64,
    },
}

/// What one of the windows does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cue {
    /// Takes part, and shows this if there is no talk yet.
    Join(Spot),
    /// Shows this to all.
    Show(Spot),
    /// Lets the room see nothing, or the slide again.
    Blank(bool),
    /// Points there, or nowhere.
    Point(Option<Pointer>),
    /// Lets the clock go on.
    Go,
    /// Lets it stand still.
    Pause,
    /// Sets it to nothing; it goes on if it goes.
    Anew,
    /// Ends the talk: every window is by itself again.
    End,
}

impl TalkClock {
    /// Before the talk.
    pub const NEW: TalkClock = TalkClock::Stands { after: 0 };

    /// How many milliseconds the talk has taken until a moment.
    pub fn elapsed(self, now: u64) -> u64 {
        match self {
            TalkClock::Stands { after } => after,
            TalkClock::Goes { since } => now.saturating_sub(since),
        }
    }
}

impl Talk {
    /// What comes of a talk, or of none, by a cue at a moment.
    pub fn after(talk: Option<Talk>, cue: Cue, now: u64) -> Option<Talk> {
        let mut talk = match (talk, &cue) {
            (Some(talk), _) => talk,
            (None, Cue::Join(spot)) => Talk { spot: spot.clone(), blank: false, pointer: None, clock: TalkClock::NEW },
            (None, _) => return None,
        };
        let elapsed = talk.clock.elapsed(now);
        match cue {
            Cue::End => return None,
            Cue::Join(_) => {}
            Cue::Show(spot) => {
                // What was pointed at is gone.
                talk.pointer = None;
                talk.spot = spot;
            }
            Cue::Blank(blank) => talk.blank = blank,
            Cue::Point(pointer) => talk.pointer = pointer,
            Cue::Go => talk.clock = TalkClock::Goes { since: now.saturating_sub(elapsed) },
            Cue::Pause => talk.clock = TalkClock::Stands { after: elapsed },
            Cue::Anew => {
                talk.clock = match talk.clock {
                    TalkClock::Stands { .. } => TalkClock::NEW,
                    TalkClock::Goes { .. } => TalkClock::Goes { since: now },
                }
            }
        }
        Some(talk)
    }
}

/// How a talk stands to its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// So many milliseconds before the slide was to begin.
    Ahead(u64),
    /// Within the slide's time: so many milliseconds are left of it.
    Within(u64),
    /// So many milliseconds after the slide was to end.
    Behind(u64),
}

/// The slide's planned time within the whole, from and to, in milliseconds; slides to be read at home take none.
pub fn planned(slides: &[crate::Slide], slide: usize) -> (u64, u64) {
    let minutes = |slide: &crate::Slide| if slide.home { 0.0 } else { f64::from(slide.minutes) };
    let before: f64 = slides.iter().take(slide).map(minutes).sum();
    let own = slides.get(slide).map_or(0.0, minutes);
    let milliseconds = |minutes: f64| (minutes * 60_000.0).round() as u64;
    (milliseconds(before), milliseconds(before + own))
}

/// How a talk that has taken so many milliseconds stands at a slide with this planned time.
pub fn schedule((from, to): (u64, u64), elapsed: u64) -> Schedule {
    if elapsed < from {
        Schedule::Ahead(from - elapsed)
    } else if elapsed <= to {
        Schedule::Within(to - elapsed)
    } else {
        Schedule::Behind(elapsed - to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(slide: &str, step: u32) -> Spot {
        Spot { slide: slide.into(), step }
    }

    fn after(cues: &[(u64, Cue)]) -> Option<Talk> {
        cues.iter().fold(None, |talk, (now, cue)| Talk::after(talk, cue.clone(), *now))
    }

    #[test]
    fn a_talk_begins_with_the_first_window_and_others_join_it() {
        assert_eq!(after(&[(0, Cue::Show(spot("a", 0)))]), None, "without a talk nobody is led");
        let talk = after(&[(0, Cue::Join(spot("a", 1))), (1, Cue::Join(spot("b", 0)))]).unwrap();
        assert_eq!((&talk.spot, talk.clock), (&spot("a", 1), TalkClock::NEW));
        assert_eq!(Talk::after(Some(talk), Cue::End, 2), None);
    }

    #[test]
    fn another_slide_is_pointed_at_nowhere() {
        let pointer = Some(Pointer { x: 1, y: 2 });
        let cues = [(0, Cue::Join(spot("a", 0))), (1, Cue::Point(pointer)), (2, Cue::Blank(true))];
        let talk = after(&cues).unwrap();
        assert_eq!((talk.pointer, talk.blank), (pointer, true));
        let talk = Talk::after(Some(talk), Cue::Show(spot("b", 0)), 3).unwrap();
        assert_eq!((talk.pointer, talk.blank), (None, true));
    }

    #[test]
    fn the_clock_leaves_out_pauses() {
        let join = (0, Cue::Join(spot("a", 0)));
        for (cues, now, elapsed) in [
            (vec![], 9_000, 0),
            (vec![(1_000, Cue::Go)], 4_000, 3_000),
            (vec![(1_000, Cue::Go), (3_000, Cue::Pause)], 9_000, 2_000),
            (vec![(1_000, Cue::Go), (3_000, Cue::Pause), (5_000, Cue::Go)], 6_000, 3_000),
            (vec![(1_000, Cue::Go), (2_000, Cue::Go)], 3_000, 2_000),
            (vec![(1_000, Cue::Go), (2_000, Cue::Anew)], 2_500, 500),
            (vec![(1_000, Cue::Go), (2_000, Cue::Pause), (3_000, Cue::Anew)], 9_000, 0),
            // A clock that is set back.
            (vec![(5_000, Cue::Go)], 4_000, 0),
        ] {
            let all: Vec<_> = std::iter::once(join.clone()).chain(cues).collect();
            assert_eq!(after(&all).unwrap().clock.elapsed(now), elapsed, "{all:?}");
        }
    }

    #[test]
    fn the_plan_is_of_the_slides_that_are_shown_in_the_room() {
        let slide = |minutes, home| crate::Slide {
            slug: String::new(),
            title: String::new(),
            section: String::new(),
            minutes,
            home,
            steps: 0,
            html: String::new(),
        };
        let slides = [slide(1.0, false), slide(5.0, true), slide(0.5, false)];
        let all: Vec<_> = (0..4).map(|position| planned(&slides, position)).collect();
        assert_eq!(all, [(0, 60_000), (60_000, 60_000), (60_000, 90_000), (90_000, 90_000)]);
        for (elapsed, expected) in [
            (0, Schedule::Ahead(60_000)),
            (60_000, Schedule::Within(30_000)),
            (90_000, Schedule::Within(0)),
            (90_001, Schedule::Behind(1)),
        ] {
            assert_eq!(schedule((60_000, 90_000), elapsed), expected, "{elapsed}");
        }
    }
}
