//! When what a run has to show is shown anew. Drawing takes CPU time from the lap that is being measured: meanwhile it
//! gets a small share of the machine, and between laps what it needs.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{LapPhase, Phase, Run, StopStage};

/// What drawing may take of the machine while a lap is measured.
const SHARE: f64 = 0.02;
/// How many times as much the browser takes in all as the page's own thread: the rest paints and puts together.
const IN_ALL: f64 = 1.6;
/// The pause after a drawing, in milliseconds, however cheap it was.
const SHORTEST: f64 = 100.0;
/// And however dear: a person sees that it goes on.
const LONGEST: f64 = 1_000.0;
/// What somebody waits for is shown after such a pause at most, in milliseconds.
const SOON: f64 = 200.0;
/// That a run begins is shown so many milliseconds after it did: the result of tiny work is there by then, and would
/// have to wait until the beginning is drawn. That Run was pressed the cell says at once.
const BEGINNING: f64 = 50.0;
/// The last phase in which nothing has gone wrong or ended.
const RUNNING: u8 = 2;

/// How soon something new is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// With the next frame: nothing is measured now, a lap has ended, or the first line was printed.
    Now,
    /// The run has begun, and no more is known of it.
    Beginning,
    /// A lap has begun, or more was printed.
    Soon,
    /// A picture grows.
    Later,
}

/// What of a run is worth some haste.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stage {
    phase: u8,
    ended: usize,
    /// The lap that a kernel has, and whether tasks are executed.
    lap: Option<(u32, bool)>,
    lines: u64,
}

impl Stage {
    /// That of a run, or of none.
    pub fn of(run: Option<&Run>) -> Stage {
        let Some(run) = run else { return Stage::default() };
        let phase = match run.phase {
            Phase::Queued { .. } => 1,
            Phase::Running => RUNNING,
            Phase::Stopping(StopStage::Asked) => 3,
            Phase::Stopping(StopStage::Killing) => 4,
            Phase::Ended(_) => 5,
        };
        let of = |lap: u32| (lap, matches!(run.laps[lap as usize].phase, LapPhase::Measured { .. }));
        Stage {
            phase,
            ended: run.laps.iter().filter(|lap| matches!(lap.phase, LapPhase::Ended(_))).count(),
            lap: run.active_lap().map(of),
            lines: run.laps.iter().map(|lap| lap.output.count()).sum(),
        }
    }

    /// How soon this is to be seen where `shown` is what is seen.
    pub fn after(self, shown: Stage) -> Haste {
        let speaks_first = shown.lines == 0 && self.lines > 0;
        let has_nothing = self.phase <= RUNNING && (self.ended, self.lines) == (0, 0);
        if has_nothing && (self.phase, self.lap) != (shown.phase, shown.lap) {
            Haste::Beginning
        } else if self.lap.is_none() || speaks_first || (self.phase, self.ended) != (shown.phase, shown.ended) {
            Haste::Now
        } else if (self.lap, self.lines) != (shown.lap, shown.lines) {
            Haste::Soon
        } else {
            Haste::Later
        }
    }
}

/// Whether a lap is under way, from which drawing would take.
pub fn is_measured(run: &Run) -> bool {
    run.active_lap().is_some()
}

/// What the last drawing was: when it ended and how long it took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    ended: f64,
    cost: f64,
}

impl Pace {
    /// After a drawing from one moment to another.
    pub fn drawn(from: f64, to: f64) -> Pace {
        Pace { ended: to, cost: (to - from).max(0.0) }
    }

    /// When to draw next what has changed now, on a machine with so many cores.
    pub fn due(self, haste: Haste, now: f64, cores: f64) -> f64 {
        let pause = (self.cost * IN_ALL / (SHARE * cores.max(1.0))).clamp(SHORTEST, LONGEST);
        match haste {
            Haste::Now => self.ended,
            Haste::Beginning => now + BEGINNING,
            Haste::Soon => self.ended + pause.min(SOON),
            Haste::Later => self.ended + pause,
        }
    }
}

/// What is to come.
#[derive(Clone, Copy)]
enum Next {
    Nothing,
    /// It is shown at this moment.
    At(f64, Option<TimeoutHandle>),
    /// It is shown with the next frame.
    Frame,
}

/// Tells those who watch a run that there is something new. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Showing {
    run: RwSignal<Option<Run>>,
    shown: StoredValue<Stage>,
    pace: StoredValue<Pace>,
    next: StoredValue<Next>,
}

impl Showing {
    /// Of this run, which is changed without a word.
    pub fn of(run: RwSignal<Option<Run>>) -> Showing {
        Showing {
            run,
            shown: StoredValue::new(Stage::default()),
            pace: StoredValue::new(Pace::default()),
            next: StoredValue::new(Next::Nothing),
        }
    }

    /// There is something new.
    pub fn changed(self) {
        let stage = self.run.with_untracked(|run| Stage::of(run.as_ref()));
        let now = now();
        let due = self.pace.get_value().due(stage.after(self.shown.get_value()), now, cores());
        match self.next.get_value() {
            Next::Frame => return,
            Next::At(planned, _) if planned <= due.max(now) => return,
            Next::At(_, timer) => timer.iter().for_each(TimeoutHandle::clear),
            Next::Nothing => {}
        }
        if due <= now {
            return self.with_the_next_frame();
        }
        let wait = Duration::from_millis((due - now).ceil() as u64);
        let timer = set_timeout_with_handle(move || self.with_the_next_frame(), wait).ok();
        self.next.set_value(Next::At(due, timer));
    }

    fn with_the_next_frame(self) {
        self.next.set_value(Next::Frame);
        request_animation_frame(move || {
            let began = now();
            self.next.set_value(Next::Nothing);
            self.pace.update_value(|pace| pace.ended = began);
            self.shown.set_value(self.run.with_untracked(|run| Stage::of(run.as_ref())));
            self.run.notify();
            // Views follow before the frame is painted, and this comes after it.
            set_timeout(move || self.pace.set_value(Pace::drawn(began, now())), Duration::ZERO);
        });
    }
}

/// Milliseconds, on the page's own clock.
fn now() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}

fn cores() -> f64 {
    window().navigator().hardware_concurrency()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Ending, LapEvent, Mode, Nanos, Results, RunEvent, Stream};

    #[test]
    fn a_drawing_takes_its_share_of_the_machine_and_people_see_that_it_goes_on() {
        for (cost, cores, later, soon) in [
            (0.0, 2.0, SHORTEST, SHORTEST),
            (2.0, 2.0, SHORTEST, SHORTEST),
            (10.0, 2.0, 400.0, SOON),
            (10.0, 8.0, SHORTEST, SHORTEST),
            (10.0, 4.0, 200.0, SOON),
            (500.0, 2.0, LONGEST, SOON),
            (10.0, 0.0, 800.0, SOON),
        ] {
            let pace = Pace::drawn(1_000.0 - cost, 1_000.0);
            let due = [Haste::Later, Haste::Soon, Haste::Now].map(|haste| pace.due(haste, 1_500.0, cores) - 1_000.0);
            for (due, expected) in due.into_iter().zip([later, soon, 0.0]) {
                assert!((due - expected).abs() < 1e-6, "{cost} ms on {cores} cores: {due}, not {expected}");
            }
        }
        let begins = Pace::drawn(0.0, 10.0).due(Haste::Beginning, 1_500.0, 2.0);
        assert!((begins - 1_500.0 - BEGINNING).abs() < 1e-6, "{begins}");
        assert_eq!(Pace::drawn(5.0, 3.0), Pace { ended: 3.0, cost: 0.0 }, "a clock that was set back");
    }

    #[test]
    fn what_ends_is_shown_at_once_what_begins_soon_and_what_grows_later() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        let mut shown = Stage::of(None);
        let mut step = |run: &Run, expected: Haste, what: &str| {
            let stage = Stage::of(Some(run));
            assert_eq!(stage.after(shown), expected, "{what}");
            assert!(is_measured(run) || matches!(expected, Haste::Now | Haste::Beginning), "{what}");
            shown = stage;
        };
        let text = || LapEvent::Output { worker: None, task: None, stream: Stream::Stdout, text: "a\n".into() };
        step(&run, Haste::Beginning, "accepted");
        sample::begin(&mut run, 0, 12);
        step(&run, Haste::Beginning, "the first lap begins");
        let progress = LapEvent::Progress { at: Nanos(20_000_000), running: Vec::new() };
        sample::in_lap(&mut run, 0, progress);
        step(&run, Haste::Later, "it goes on");
        sample::in_lap(&mut run, 0, text());
        step(&run, Haste::Now, "it prints for the first time");
        sample::in_lap(&mut run, 0, text());
        step(&run, Haste::Soon, "it prints again");
        let results = Results { count: 12, ..Results::default() };
        let ended =
            |lap| RunEvent::LapEnded { lap, ending: Ending::Completed { wall: Nanos(1), results: results.clone() } };
        run.apply(&ended(0));
        step(&run, Haste::Now, "it ends");
        sample::begin(&mut run, 1, 12);
        step(&run, Haste::Soon, "the next lap begins");
        run.apply(&RunEvent::Stopping(StopStage::Asked));
        step(&run, Haste::Now, "Stop");
        run.apply(&ended(1));
        step(&run, Haste::Now, "the last lap ends");
    }
}
