//! What is measured of a program with a window: how late its event loop comes to what is due.

mod picture;

use serde::{Deserialize, Serialize};

pub use picture::{Pictures, Touch, WindowPart, WindowPicture, WindowView};

use crate::{Nanos, duration};

/// So often a second something is due for a window's event loop: as often as most screens show a picture.
pub const FRAMES_PER_SECOND: u32 = 60;
/// The time of one frame.
pub const FRAME: Nanos = Nanos(1_000_000_000 / FRAMES_PER_SECOND as u64);

/// Something that was due for an event loop at a moment that was fixed before: nothing is left out because the loop was
/// busy, so a freeze counts for as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// When it was due.
    pub due: Nanos,
    /// How much later the loop had dealt with it.
    pub late: Nanos,
    /// Whether any call of a pool was waited for at that moment.
    pub busy: bool,
}

/// What the beats of a program with a window tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowTrack {
    /// Frames, [`FRAMES_PER_SECOND`] a second, by when they were dealt with.
    pub frames: Vec<Beat>,
    /// Inputs at uneven moments, some ten a second: dealt with when what they have caused is, too.
    pub inputs: Vec<Beat>,
    /// What it looks like, where its pictures are taken.
    pub pictures: Pictures,
}

/// The responsiveness of an event loop, from beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lateness {
    /// How many beats.
    pub beats: u32,
    /// Half of them were not later.
    pub p50: Nanos,
    /// 90 of 100 were not later.
    pub p90: Nanos,
    /// 95 of 100 were not later.
    pub p95: Nanos,
    /// 99 of 100 were not later.
    pub p99: Nanos,
    /// The latest: the longest freeze.
    pub max: Nanos,
    /// So many came later than the next was due: nobody can have seen them.
    pub missed: u32,
}

impl Lateness {
    /// Of these beats; none if there are none. A percentile is the smallest value that so many are not above.
    pub fn of(beats: impl IntoIterator<Item = Beat>) -> Option<Lateness> {
        let mut late: Vec<Nanos> = beats.into_iter().map(|beat| beat.late).collect();
        late.sort_unstable();
        let rank = |percent: usize| (late.len() * percent).div_ceil(100).max(1) - 1;
        let at = |percent| late.get(rank(percent)).copied();
        Some(Lateness {
            beats: late.len() as u32,
            p50: at(50)?,
            p90: at(90)?,
            p95: at(95)?,
            p99: at(99)?,
            max: at(100)?,
            missed: late.iter().filter(|late| **late > FRAME).count() as u32,
        })
    }

    /// In few words: `half no later than 5.20 ms, freeze 28.1 ms`.
    pub fn summary(&self) -> String {
        format!("half no later than {}, freeze {}", duration(self.p50), duration(self.max))
    }

    /// The share of beats that were missed, from 0 to 1.
    pub fn missed_share(&self) -> f64 {
        f64::from(self.missed) / f64::from(self.beats.max(1))
    }
}

impl WindowTrack {
    /// Of the frames while calls were waited for, or of those while none was: the idle baseline of the same lap.
    pub fn frames(&self, busy: bool) -> Option<Lateness> {
        Lateness::of(self.frames.iter().copied().filter(|beat| beat.busy == busy))
    }

    /// Of the inputs, in the same way.
    pub fn inputs(&self, busy: bool) -> Option<Lateness> {
        Lateness::of(self.inputs.iter().copied().filter(|beat| beat.busy == busy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(late: &[u64]) -> Vec<Beat> {
        late.iter().map(|late| Beat { due: Nanos(0), late: Nanos(*late), busy: true }).collect()
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let late = Lateness::of(beats(&(1..=200).rev().collect::<Vec<_>>())).unwrap();
        let seen = [late.p50, late.p95, late.p99, late.max].map(|late| late.0);
        assert_eq!((late.beats, seen, late.missed), (200, [100, 190, 198, 200], 0));
        assert_eq!(Lateness::of(beats(&[7])).unwrap().p99, Nanos(7));
        assert_eq!(Lateness::of(beats(&[])), None);
    }

    #[test]
    fn what_comes_after_the_next_is_missed() {
        let late = Lateness::of(beats(&[0, FRAME.0, FRAME.0 + 1, 5 * FRAME.0])).unwrap();
        assert_eq!((late.missed, late.missed_share()), (2, 0.5));
    }

    #[test]
    fn idle_and_busy_are_apart() {
        let beat = |late, busy| Beat { due: Nanos(0), late: Nanos(late), busy };
        let window = WindowTrack {
            frames: vec![beat(1, false), beat(9, true)],
            inputs: vec![beat(4, true)],
            ..WindowTrack::default()
        };
        assert_eq!(window.frames(false).map(|late| late.p50), Some(Nanos(1)));
        assert_eq!(window.frames(true).map(|late| late.p50), Some(Nanos(9)));
        assert_eq!((window.inputs(false), window.inputs(true).map(|late| late.max)), (None, Some(Nanos(4))));
    }
}
