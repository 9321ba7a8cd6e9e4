//! How late the event loops of programs with a window were, by mode, and in words.

use crate::{Group, Lateness, Nanos, Pictures, Run, duration};

use super::load::by_contestant;
use super::statistics::median;
use super::warning::Contestant;

/// Shares of missed frames that differ by no more than this are as good as the same: one frame in twenty.
const SAME: f64 = 0.05;

/// A window of which no larger share of frames was missed than this is called smooth: one in twenty.
const SMOOTH: f64 = 0.05;

/// What is known of a mode's laps.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowGroup {
    /// Who.
    pub who: Contestant,
    /// Of each lap, while calls were waited for.
    pub busy: Vec<Lateness>,
    /// Of each lap, while none was.
    pub idle: Vec<Lateness>,
    /// Of each lap's inputs, while calls were waited for.
    pub inputs: Vec<Lateness>,
}

/// By mode and workers, in the order of the plan, without warm-up rounds: of those that had calls.
pub fn window_groups(run: &Run) -> Vec<WindowGroup> {
    let of = |busy: bool| by_contestant(run, move |lap| lap.window.frames(busy));
    let (idle, inputs) = (of(false), by_contestant(run, |lap| lap.window.inputs(true)));
    let find = |all: &[(Contestant, Vec<Lateness>)], who| {
        all.iter().find(|(other, _)| *other == who).map(|(_, laps)| laps.clone()).unwrap_or_default()
    };
    let group = |(who, busy)| WindowGroup { who, busy, idle: find(&idle, who), inputs: find(&inputs, who) };
    of(true).into_iter().map(group).collect()
}

/// The median of a figure of several laps.
fn middle(laps: &[Lateness], of: impl Fn(&Lateness) -> Nanos) -> Option<Nanos> {
    let all: Vec<f64> = laps.iter().map(|lap| of(lap).0 as f64).collect();
    median(&all).map(|nanos| Nanos(nanos as u64))
}

impl WindowGroup {
    /// The median of its laps' median lateness while calls were waited for.
    pub fn typical(&self) -> Nanos {
        middle(&self.busy, |lap| lap.p50).unwrap_or_default()
    }

    /// The share of frames that were missed while calls were waited for, of all laps, from 0 to 1.
    pub fn missed(&self) -> f64 {
        let sum = |of: fn(&Lateness) -> u32| self.busy.iter().map(of).sum::<u32>();
        f64::from(sum(|lap| lap.missed)) / f64::from(sum(|lap| lap.beats).max(1))
    }

    /// The longest freeze of all laps.
    pub fn freeze(&self) -> Nanos {
        self.busy.iter().map(|lap| lap.max).max().unwrap_or_default()
    }

    /// How the window was, in words.
    pub fn sentence(&self) -> String {
        let WindowGroup { who, busy, idle, inputs } = self;
        let typical = match busy.len() {
            1 => duration(self.typical()),
            laps => {
                let medians = || busy.iter().map(|lap| lap.p50);
                let (least, most) = (medians().min().unwrap_or_default(), medians().max().unwrap_or_default());
                format!("{} (of {laps} laps, {} to {})", duration(self.typical()), duration(least), duration(most))
            }
        };
        let at_rest = middle(idle, |lap| lap.p50).map(|late| format!(", {} at rest", duration(late)));
        let input = middle(inputs, |lap| lap.p99)
            .map(|late| format!(" An input was answered within {}, 99 of 100.", duration(late)));
        format!(
            "{who}: while it worked, half the frames were no later than {typical}{}; {:.0} % were missed, and the longest freeze was {}.{}",
            at_rest.unwrap_or_default(),
            self.missed() * 100.0,
            duration(self.freeze()),
            input.unwrap_or_default(),
        )
    }
}

/// In which modes a run's window missed the most frames at work: of each native mode the worst number of workers, the
/// worst mode first.
pub fn most_missed(run: &Run) -> Vec<WindowGroup> {
    ranked(window_groups(run))
}

fn ranked(mut groups: Vec<WindowGroup>) -> Vec<WindowGroup> {
    groups.retain(|group| group.who.mode.group() == Group::Native);
    groups.sort_by(|one, other| other.missed().total_cmp(&one.missed()));
    let mut seen = Vec::new();
    groups.retain(|group| {
        let is_new = !seen.contains(&group.who.mode);
        seen.push(group.who.mode);
        is_new
    });
    groups
}

/// Whether two shares of missed frames are too close to call one of them more.
pub fn misses_as_many(one: f64, other: f64) -> bool {
    (one - other).abs() <= SAME
}

/// What is to be said of a run of programs with a window: of each mode how it was, and which of them missed many frames.
pub fn window_words(run: &Run) -> Vec<String> {
    let groups = window_groups(run);
    let mut words: Vec<String> = groups.iter().map(WindowGroup::sentence).collect();
    if groups.len() > 1 {
        let names = |smooth: bool| {
            let those = groups.iter().filter(|group| (group.missed() <= SMOOTH) == smooth);
            those.map(|group| group.who.to_string()).collect::<Vec<_>>()
        };
        let (smooth, rough) = (names(true), names(false));
        words.push(match (smooth.is_empty(), rough.is_empty()) {
            (_, true) => "At most one frame in twenty was missed in all of them.".into(),
            (true, _) => "More than one frame in twenty was missed in all of them.".into(),
            _ => format!(
                "At most one frame in twenty was missed with {}, and more with {}.",
                smooth.join(", "),
                rough.join(", ")
            ),
        });
    }
    words.extend(run.laps.iter().filter_map(|lap| cost_of_pictures(&lap.window.pictures)));
    words
}

/// What taking the pictures of a lap's windows has cost its loop.
fn cost_of_pictures(pictures: &Pictures) -> Option<String> {
    let each = Nanos(pictures.took.0.checked_div(pictures.taken.into())?);
    Some(format!(
        "Its pictures for the page kept the window {} times, for {} each, which its frames above include. Compare modes to be without.",
        pictures.taken,
        duration(each)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;

    fn lap(p50: u64, missed: u32) -> Lateness {
        let ms = |ms: u64| Nanos(ms * 1_000_000);
        Lateness {
            beats: 100,
            p50: ms(p50),
            p90: ms(p50 + 1),
            p95: ms(p50 + 1),
            p99: ms(p50 + 2),
            max: ms(p50 + 30),
            missed,
        }
    }

    fn group(mode: Mode, busy: Vec<Lateness>) -> WindowGroup {
        WindowGroup { who: Contestant { mode, workers: 2 }, busy, idle: vec![lap(0, 0)], inputs: vec![lap(7, 0)] }
    }

    #[test]
    fn the_worst_number_of_workers_of_each_mode_is_ranked() {
        let with = |mode, workers, missed| {
            let who = Contestant { mode, workers };
            WindowGroup { who, ..group(mode, vec![lap(5, missed)]) }
        };
        let all = vec![
            with(Mode::Processes, 2, 3),
            with(Mode::Threads, 1, 10),
            with(Mode::ThreadPool, 2, 90),
            with(Mode::Threads, 2, 60),
            with(Mode::Subinterpreters, 1, 1),
        ];
        let names: Vec<_> = ranked(all).iter().map(|group| (group.who.mode, group.who.workers)).collect();
        assert_eq!(names, [(Mode::Threads, 2), (Mode::Processes, 2), (Mode::Subinterpreters, 1)]);
        assert_eq!(
            [(0.5, 0.45), (0.45, 0.5), (0.5, 0.44)].map(|(one, other)| misses_as_many(one, other)),
            [true, true, false]
        );
    }

    #[test]
    fn a_mode_s_window_is_described_with_its_spread() {
        let threads = group(Mode::Threads, vec![lap(5, 10), lap(9, 20), lap(6, 0)]);
        assert_eq!((threads.typical(), threads.missed(), threads.freeze()), (Nanos(6_000_000), 0.1, Nanos(39_000_000)));
        assert_eq!(
            threads.sentence(),
            "threads with 2 workers: while it worked, half the frames were no later than 6.00 ms (of 3 laps, 5.00 ms to \
             9.00 ms), 0 µs at rest; 10 % were missed, and the longest freeze was 39.0 ms. An input was answered within \
             9.00 ms, 99 of 100."
        );
        let once = group(Mode::Sequential, vec![lap(500, 99)]).sentence();
        assert!(once.contains("no later than 500 ms, 0 µs at rest; 99 %"), "{once}");
    }
}
