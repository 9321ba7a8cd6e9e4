//! Charts: a pure function from a run to a typed option for each, and one thin view that draws them.

mod drawing;
mod panel;
mod plate;
mod saving;
mod table;

pub mod grid;
pub mod histogram;
pub mod lanes;
mod memory;
mod palette;
mod predicted;
mod speed_up;
mod spent;
mod story;
mod tasks;
mod time;
mod topology;

#[cfg(test)]
pub mod sample;

use charming::Chart;
use shared::{Memory, Run, Welcome};

pub use drawing::fetch_early;
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
}

impl Kind {
    /// Those of which one is shown at a time, in the order of their tabs. The lanes are always there.
    pub const TABS: [Kind; 4] = [Kind::SpeedUp, Kind::Time, Kind::Memory, Kind::Topology];

    /// The name in the page and in files.
    pub fn slug(self) -> &'static str {
        match self {
            Kind::Lanes => "lanes",
            Kind::SpeedUp => "speed-up",
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
            Kind::Time => "Where did the time go?",
            Kind::Memory => "How much memory does a worker take?",
            Kind::Topology => "Who runs where, and under which lock?",
        }
    }

    /// Draws a run.
    pub fn draw(self, run: &Run, machine: Machine, palette: &Palette) -> Picture {
        match self {
            Kind::Lanes => lanes::picture(run, palette),
            Kind::SpeedUp => speed_up::draw(run, machine.cores, palette),
            Kind::Time => time::draw(run, palette),
            Kind::Memory => memory::draw(run, machine, palette),
            Kind::Topology => topology::draw(run, palette),
        }
    }

    /// The numbers that it draws.
    pub fn table(self, run: &Run, machine: Machine) -> Table {
        match self {
            Kind::Lanes => tasks::table(run),
            Kind::SpeedUp => speed_up::table(run, machine.cores),
            Kind::Time => time::table(run),
            Kind::Memory => memory::table(run),
            Kind::Topology => topology::table(run),
        }
    }
}
