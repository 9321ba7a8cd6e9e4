//! What is said of a kept run in one line.

use std::collections::BTreeSet;

use shared::{KeptRun, Machine, Mode, Origin, RunId};

use crate::text::{count, spread};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment on a person's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// 2026.
    pub year: u32,
    /// From 0.
    pub month: u32,
    /// From 1.
    pub day: u32,
    /// From 0 to 23.
    pub hour: u32,
    /// From 0 to 59.
    pub minute: u32,
}

impl Clock {
    /// The moment that a run's name says.
    pub fn of(run: RunId) -> Clock {
        Clock::at(run.0 as f64 / 1e3)
    }

    /// This moment.
    pub fn now() -> Clock {
        Clock::at(js_sys::Date::now())
    }

    fn at(millis: f64) -> Clock {
        let date = js_sys::Date::new(&millis.into());
        Clock {
            year: date.get_full_year(),
            month: date.get_month(),
            day: date.get_date(),
            hour: date.get_hours(),
            minute: date.get_minutes(),
        }
    }
}

/// `today 22:36`, `24 Nov 09:05`, `24 Nov 2025 09:05`.
pub fn when(then: Clock, now: Clock) -> String {
    let Clock { year, month, day, hour, minute } = then;
    let name = MONTHS.get(month as usize).unwrap_or(&"?");
    let date = match year == now.year {
        true if (month, day) == (now.month, now.day) => "today".to_owned(),
        true => format!("{day} {name}"),
        false => format!("{day} {name} {year}"),
    };
    format!("{date} {hour:02}:{minute:02}")
}

/// `27 Nov 2026`.
pub fn date(Clock { year, month, day, .. }: Clock) -> String {
    format!("{day} {} {year}", MONTHS.get(month as usize).unwrap_or(&"?"))
}

/// What was compared: `Sequential, Threads, Processes × 1, 2, 4`.
pub fn laps(run: &KeptRun) -> String {
    let modes: Vec<&str> = Mode::ALL
        .into_iter()
        .filter(|mode| run.ticket.plan.iter().any(|lap| lap.mode == *mode))
        .map(Mode::title)
        .collect();
    let parallel = run.ticket.plan.iter().filter(|lap| lap.mode.is_parallel());
    let workers: BTreeSet<u32> = parallel.map(|lap| lap.workers).collect();
    let rounds = run.ticket.plan.iter().filter(|lap| !lap.round.is_warm_up()).map(|lap| lap.round.number() + 1).max();
    let workers: Vec<String> = workers.iter().map(u32::to_string).collect();
    let with = if workers.is_empty() { String::new() } else { format!(" × {}", workers.join(", ")) };
    let repeats = rounds.filter(|rounds| *rounds > 1).map(|rounds| format!(", {}", count(rounds.into(), "round")));
    format!("{}{with}{}", modes.join(", "), repeats.unwrap_or_default())
}

/// The best speed-up: `Threads × 2: 1.9 times`.
pub fn best(run: &KeptRun) -> Option<String> {
    let point = run.outcome.best.as_ref()?;
    Some(format!("best: {} × {}, {}", point.mode.title(), point.workers, spread(point)))
}

/// Where it comes from, if not from here.
pub fn origin(run: &KeptRun) -> Option<String> {
    match run.origin {
        Origin::Here => None,
        Origin::Recorded => Some(format!("recorded on {}", machine(&run.machine))),
        Origin::Imported { .. } => Some(format!("imported, measured on {}", machine(&run.machine))),
    }
}

/// `Debian GNU/Linux 13 (x86_64), 2 cores, CPython 3.14.0`.
pub fn machine(machine: &Machine) -> String {
    let parts = [vec![hardware(machine)], machine.builds.clone()].concat();
    parts.join(", ")
}

/// `Debian GNU/Linux 13 (x86_64), 2 cores, with CPython 3.14.0`.
pub fn measured_with(machine: &Machine) -> String {
    let with = if machine.builds.is_empty() { "" } else { ", with " };
    format!("{}{with}{}", hardware(machine), machine.builds.join(" and "))
}

/// `Debian GNU/Linux 13 (x86_64), 2 cores`.
fn hardware(machine: &Machine) -> String {
    let Machine { system, architecture, cores, .. } = machine;
    let system = if system.is_empty() { "an unknown machine" } else { system };
    let architecture = if architecture.is_empty() { String::new() } else { format!(" ({architecture})") };
    format!("{system}{architecture}, {}", count((*cores).into(), "core"))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn times_are_as_short_as_they_can_be() {
        let now = Clock { year: 2026, month: 10, day: 25, hour: 23, minute: 0 };
        for (then, said) in [
            (Clock { hour: 9, minute: 5, ..now }, "today 09:05"),
            (Clock { day: 24, ..now }, "24 Nov 23:00"),
            (Clock { month: 0, ..now }, "25 Jan 23:00"),
            (Clock { year: 2025, ..now }, "25 Nov 2025 23:00"),
        ] {
            assert_eq!(when(then, now), said);
        }
        assert_eq!(date(now), "25 Nov 2026");
    }

    #[test]
    fn a_run_is_told_in_one_line() {
        let run = sample::whole(&[(Mode::Sequential, 2_000), (Mode::Threads, 1_000)]).kept;
        assert_eq!(laps(&run), "Sequential, Threads × 2");
        assert_eq!(best(&run).unwrap(), "best: Threads × 2, 2.0 times");
        assert_eq!(origin(&run), None);
        let imported = KeptRun { origin: Origin::Imported { original: RunId(3) }, ..run };
        assert_eq!(origin(&imported).unwrap(), "imported, measured on Debian (x86_64), 2 cores, CPython 3.14.0");
        let alone = sample::whole(&[(Mode::Sequential, 2_000)]).kept;
        assert_eq!((laps(&alone).as_str(), best(&alone)), ("Sequential", None));
        assert_eq!(machine(&Machine::default()), "an unknown machine, 0 cores");
        assert_eq!(measured_with(&Machine::default()), "an unknown machine, 0 cores");
        assert_eq!(measured_with(&alone.machine), "Debian (x86_64), 2 cores, with CPython 3.14.0");
    }
}
