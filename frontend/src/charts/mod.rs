//! Charts: a pure function from a run to a typed option for each, and one thin view that draws them.

mod drawing;
mod panel;
mod plate;
mod saving;
mod table;

pub mod grid;
pub mod histogram;
pub mod lanes;
mod load;
mod memory;
mod palette;
mod predicted;
mod speed_up;
mod spent;
mod story;
mod strokes;
mod tasks;
mod time;
mod topology;

#[cfg(test)]
pub mod sample;

use charming::Chart;
use leptos::prelude::With;
use shared::{Bounds, KeptRun, Memory, Nanos, Origin, Run, Welcome};

use crate::page::Page;
pub use drawing::{fetch_early, library};
pub use palette::Palette;
pub use panel::Charts;
pub use plate::Plate;
pub use table::Table;

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who worked when.
    Lanes,
    /// How much faster than sequential.
    SpeedUp,
    /// What a service gave under load.
    Load,
    /// How late a window was.
    Window,
    /// What each worker's time was spent on.
    Time,
    /// What each worker took of it.
    Memory,
    /// What the modes consist of, and who has a lock.
    Topology,
}

/// A chart that is ready to be drawn.
pub struct Picture {
    /// For ECharts.
    chart: Chart,
    /// The same in words; where there is nothing to draw, why, and what to do.
    sentence: String,
    /// How many spans or points there are in it.
    drawn: usize,
    /// In pixels; 0 where there is nothing to draw.
    height: f64,
}

/// What charts know of the machine, besides the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// How many cores the runner may use.
    pub cores: u32,
    /// Its memory, if the system says.
    pub memory: Option<Memory>,
}

impl Machine {
    /// As the runner described it; one core until it has.
    pub fn of(welcome: Option<&Welcome>) -> Machine {
        welcome.map_or(Machine { cores: 1, memory: None }, |welcome| Machine {
            cores: welcome.cores,
            memory: welcome.memory,
        })
    }

    /// The one that a run was measured on: of a kept run it need not be this one.
    pub fn of_run(run: &Run, page: Page) -> Machine {
        let here = page.welcome.with(|welcome| Machine::of(welcome.as_ref()));
        let shown = page.cell(&run.ticket.cell.0).and_then(|cell| cell.opened.shown());
        match shown.filter(|shown| shown.kept.ticket.id == run.ticket.id) {
            Some(shown) => Machine::of_kept(&shown.kept, here),
            None => here,
        }
    }

    /// The one that a kept run was measured on, where `here` is this one.
    pub fn of_kept(kept: &KeptRun, here: Machine) -> Machine {
        let cores = if kept.machine.cores == 0 { here.cores } else { kept.machine.cores };
        let memory = here.memory.filter(|_| kept.origin == Origin::Here);
        Machine { cores, memory }
    }
}

/// How far the axes go at least, so that several runs can be compared by eye.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reach {
    /// In workers.
    pub workers: u32,
    /// In times as fast.
    pub ratio: f64,
    /// In an average worker's time.
    pub time: Nanos,
    /// In answers a second.
    pub rate: f64,
    /// In the time of a load.
    pub load: Nanos,
    /// In milliseconds, from the shortest latency to the longest; none without any.
    pub latencies: Option<Bounds>,
}

impl Reach {
    /// What a run needs on a machine with so many cores.
    pub fn of(run: &Run, cores: u32) -> Reach {
        let (workers, ratio) = speed_up::reach(run, cores);
        // A run is of one kind.
        let (rate, load, latencies) = match run.laps.iter().any(shared::Lap::is_desktop) {
            true => load::window::reach(run),
            false => load::reach(run),
        };
        Reach { workers, ratio, time: spent::longest(run), rate, load, latencies }
    }

    /// Enough for both.
    #[must_use]
    pub fn and(self, other: Reach) -> Reach {
        Reach {
            workers: self.workers.max(other.workers),
            ratio: self.ratio.max(other.ratio),
            time: self.time.max(other.time),
            rate: self.rate.max(other.rate),
            load: self.load.max(other.load),
            latencies: both(self.latencies, other.latencies),
        }
    }
}

/// From the lower end to the upper one of both.
fn both(one: Option<Bounds>, other: Option<Bounds>) -> Option<Bounds> {
    Bounds::of([one, other].into_iter().flatten().flat_map(|bounds| [bounds.low, bounds.high]))
}

impl Kind {
    /// Those of which one is shown at a time, in the order of their tabs. The lanes are always there.
    pub const TABS: [Kind; 6] = [Kind::SpeedUp, Kind::Load, Kind::Window, Kind::Time, Kind::Memory, Kind::Topology];

    /// The name in the page and in files.
    pub fn slug(self) -> &'static str {
        match self {
            Kind::Lanes => "lanes",
            Kind::SpeedUp => "speed-up",
            Kind::Load => "load",
            Kind::Window => "window",
            Kind::Time => "time",
            Kind::Memory => "memory",
            Kind::Topology => "topology",
        }
    }

    /// The name on its tab.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Lanes => "Lanes",
            Kind::SpeedUp => "Speed-up",
            Kind::Load => "Load",
            Kind::Window => "Window",
            Kind::Time => "Time",
            Kind::Memory => "Memory",
            Kind::Topology => "Topology",
        }
    }

    /// What it answers.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Lanes => "Who worked when",
            Kind::SpeedUp => "How much faster than sequential?",
            Kind::Load => "How many answers a second, and how fast?",
            Kind::Window => "How late was the window?",
            Kind::Time => "Where did the time go?",
            Kind::Memory => "How much memory does a worker take?",
            Kind::Topology => "Who runs where, and under which lock?",
        }
    }

    /// Draws a run.
    pub fn draw(self, run: &Run, machine: Machine, palette: &Palette) -> Picture {
        self.draw_as_far(run, machine, Reach::default(), palette)
    }

    /// The same, with axes that go so far at least.
    pub fn draw_as_far(self, run: &Run, machine: Machine, reach: Reach, palette: &Palette) -> Picture {
        match self {
            Kind::Lanes => lanes::picture(run, palette),
            Kind::SpeedUp => speed_up::draw(run, machine.cores, reach, palette),
            Kind::Load => load::draw(run, reach, palette),
            Kind::Window => load::window::draw(run, reach, palette),
            Kind::Time => time::draw(run, reach, palette),
            Kind::Memory => memory::draw(run, machine, palette),
            Kind::Topology => topology::draw(run, palette),
        }
    }

    /// The numbers that it draws.
    pub fn table(self, run: &Run, machine: Machine) -> Table {
        match self {
            Kind::Lanes => tasks::table(run),
            Kind::SpeedUp => speed_up::table(run, machine.cores),
            Kind::Load => load::table(run),
            Kind::Window => load::window::table(run),
            Kind::Time => time::table(run),
            Kind::Memory => memory::table(run),
            Kind::Topology => topology::table(run),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::Mode;

    use super::*;
    use crate::runs::sample::whole;

    #[test]
    fn a_kept_run_has_the_machine_that_it_was_measured_on() {
        let memory = Memory { total: 16, available: 1, limit: None };
        let here = Machine { cores: 2, memory: Some(memory) };
        let mut run = whole(&[(Mode::Sequential, 5)]).kept;
        for (origin, cores, expected) in [
            (Origin::Here, 8, Machine { cores: 8, memory: Some(memory) }),
            (Origin::Imported { original: run.ticket.id }, 8, Machine { cores: 8, memory: None }),
            (Origin::Here, 0, here),
        ] {
            (run.origin, run.machine.cores) = (origin, cores);
            assert_eq!(Machine::of_kept(&run, here), expected);
        }
    }

    #[test]
    fn what_is_compared_has_one_scale() {
        let (slow, fast) = (
            sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 4_000)]),
            sample::counted(&[Mode::Sequential, Mode::Subinterpreters], &[4], &[1_000, 200]),
        );
        let reach = Reach::of(&slow, 2).and(Reach::of(&fast, 2));
        assert_eq!((reach.workers, reach.ratio), (4, 5.0));
        assert_eq!(reach.time, spent::longest(&slow));
        let palette = palette::plain();
        let machine = Machine { cores: 2, memory: None };
        let axes = |run: &Run, kind: Kind| {
            let option = serde_json::to_value(kind.draw_as_far(run, machine, reach, &palette).chart).unwrap();
            (option["xAxis"].clone(), option["yAxis"]["max"].clone())
        };
        let (slow_speed, fast_speed) = (axes(&slow, Kind::SpeedUp), axes(&fast, Kind::SpeedUp));
        assert!(slow_speed == fast_speed && slow_speed.1 == 5.0, "{slow_speed:?}, {fast_speed:?}");
        let (slow_time, fast_time) = (axes(&slow, Kind::Time), axes(&fast, Kind::Time));
        assert!(
            slow_time.0 == fast_time.0 && slow_time.0["max"] == reach.time.seconds(),
            "{slow_time:?}, {fast_time:?}"
        );
    }
}
