//! What was measured, and what may be said of it: what tables, files and reports are made of.

use shared::{
    Badge, BenchLap, BenchVerdict, Conditions, Frequency, InterpreterBuild, Ratio, Series, others, series, verdicts,
};

use super::agenda::Agenda;
use super::journal::Entry;
use super::suite::Workload;

/// All of a measurement.
#[derive(Debug, Clone)]
pub struct Results {
    /// What was asked for.
    pub agenda: Agenda,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The laps, in the order in which they ran.
    pub laps: Vec<BenchLap>,
    /// The machine, before and meanwhile.
    pub conditions: Conditions,
    /// How many rounds were to count.
    pub rounds: u32,
    /// Whether it was measured to the end.
    pub is_complete: bool,
}

/// One workload's.
#[derive(Debug, Clone)]
pub struct OfWorkload<'a> {
    /// It.
    pub workload: &'a Workload,
    /// What was measured, in the order in which it ran.
    pub series: Vec<Series>,
    /// How exact that is.
    pub badge: Badge,
    /// How many cores others used meanwhile, if that is known to be more than nothing.
    pub others: Option<(f64, u32)>,
}

impl Results {
    /// Of what a journal holds.
    pub fn of(agenda: Agenda, workloads: Vec<Workload>, entries: &[Entry], rounds: u32, is_complete: bool) -> Results {
        let mut conditions = agenda.conditions.clone();
        let mut laps = Vec::new();
        for entry in entries {
            match entry {
                Entry::Lap(lap) => laps.push((**lap).clone()),
                Entry::Clock(mhz) => conditions.frequency = conditions.frequency.map(|clock| clock.with(*mhz)),
                Entry::Began { .. } | Entry::Rounds(_) => {}
            }
        }
        Results { agenda, workloads, laps, conditions, rounds, is_complete }
    }

    /// By workload, those of which there is a lap.
    pub fn by_workload(&self) -> Vec<OfWorkload<'_>> {
        let all = series(&self.laps);
        let of = |workload| self.of_workload(workload, &all);
        self.workloads.iter().map(of).filter(|found| !found.series.is_empty()).collect()
    }

    fn of_workload<'a>(&self, workload: &'a Workload, all: &[Series]) -> OfWorkload<'a> {
        let series: Vec<Series> = all.iter().filter(|series| series.workload == workload.name).cloned().collect();
        let counted = self.laps.iter().filter(|lap| lap.workload == workload.name && !lap.round.is_warm_up());
        let Conditions { cores, machine_cores, .. } = self.conditions;
        OfWorkload { workload, badge: Badge::of(&series, cores, machine_cores), series, others: others(counted) }
    }

    /// What may be concluded.
    pub fn verdicts(&self) -> Vec<BenchVerdict> {
        verdicts(&self.laps, &self.conditions, &self.builds())
    }

    /// The builds.
    pub fn builds(&self) -> Vec<InterpreterBuild> {
        self.agenda.lanes.iter().map(|lane| lane.build.clone()).collect()
    }

    /// The name of a build for people.
    pub fn title(&self, id: &str) -> String {
        let build = self.agenda.lanes.iter().find(|lane| lane.build.id == id);
        build.map_or_else(|| id.to_owned(), |lane| lane.build.title())
    }

    /// The machine's load and clock, in a sentence each.
    pub fn circumstances(&self) -> Vec<String> {
        let Conditions { cores, machine_cores, before, load_average, frequency } = &self.conditions;
        let used = |used: f64| format!("other programs used {used:.1} of {cores} cores");
        let before = before
            .filter(|load| load.during.0 > 0)
            .map(|load| format!("Just before, {}", used(load.cpu.0 as f64 / load.during.0 as f64)));
        let average = load_average.map(|load| format!("the load average of the minute before was {load:.1}"));
        let first = match (before, average) {
            (Some(before), Some(average)) => format!("{before}; {average}."),
            (Some(said), None) => format!("{said}."),
            (None, Some(average)) => format!("T{}.", &average[1..]),
            (None, None) => "What others use of this machine is not known.".to_owned(),
        };
        let counted = self.laps.iter().filter(|lap| !lap.round.is_warm_up());
        let meanwhile = match others(counted) {
            Some((cores, _)) => format!("Meanwhile {}.", used(cores)),
            None => "Meanwhile other programs used next to nothing, or the system doesn't say.".to_owned(),
        };
        let clock = match frequency {
            None => "CPU frequency: not known.".to_owned(),
            Some(Frequency { governor, lowest, highest }) => {
                let governor = governor.as_ref().map(|name| format!(", governor {name}")).unwrap_or_default();
                format!("CPU frequency: {lowest:.0} to {highest:.0} MHz{governor}.")
            }
        };
        let machine = format!("{cores} of {machine_cores} CPUs allowed.");
        vec![machine, first, meanwhile, clock]
    }
}

impl OfWorkload<'_> {
    /// How many times as fast as sequential on the same build a series was; none of sequential itself, or without it.
    pub fn speed_up(&self, of: &Series) -> Option<Ratio> {
        let is_baseline = |other: &&Series| !other.mode.is_parallel() && other.build == of.build;
        let baseline = self.series.iter().find(is_baseline).filter(|_| of.mode.is_parallel())?;
        let metric = of.class.metric();
        Ratio::of(&[baseline.pairs(of, |measures| Some(measures.of(metric)))])
    }
}

/// Results for tests.
#[cfg(test)]
pub mod sample {
    use shared::{BenchOutcome, Class, Frequency, Gil, Measures, Mode, Nanos, OtherLoad, Python, Round};

    use super::super::agenda::{Lane, Named};
    use super::super::suite::Size;
    use super::*;
    use crate::command::result::Machine;

    const BUILD: &str = "3.14.10-x";

    fn laps(mode: Mode, millis: [u64; 4]) -> Vec<BenchLap> {
        let workers = if mode.is_parallel() { 2 } else { 1 };
        let rounds = [Round::WarmUp(0), Round::Measured(0), Round::Measured(1), Round::Measured(2)];
        let lap = |(round, millis): (Round, u64)| BenchLap {
            workload: "fib".into(),
            class: Class::Cpu,
            build: BUILD.into(),
            mode,
            workers,
            round,
            outcome: BenchOutcome::Measured(Measures {
                wall: Nanos(millis * 1_000_000),
                ready: Nanos(50_000_000),
                tasks: 4,
                memory: Some(100_000),
                computing: Some(Nanos(90)),
                carrying: Some(Nanos(10)),
            }),
            other_load: Some(OtherLoad { cpu: Nanos(10), during: Nanos(1_000), cores: 2 }),
        };
        rounds.into_iter().zip(millis).map(lap).collect()
    }

    /// fib, sequential and in two threads that are twice as fast, and in interpreters, where it failed.
    pub fn results() -> Results {
        let build = InterpreterBuild {
            id: BUILD.into(),
            python: Python { major: 3, minor: 14, micro: 10 },
            gil: Gil::Present,
            executable: "/python".into(),
        };
        let workload = Workload {
            name: "fib".into(),
            class: Class::Cpu,
            shows: "Calls <of> functions.".into(),
            size: "N = 3".into(),
            source: "def work(item): pass\nITEMS = [1]\n".into(),
            file: None,
        };
        let mut failed = laps(Mode::Subinterpreters, [1; 4])[0].clone();
        failed.outcome = BenchOutcome::Failed { sentence: "No, \"never\".".into() };
        let conditions = Conditions {
            cores: 2,
            machine_cores: 8,
            before: Some(OtherLoad { cpu: Nanos(10), during: Nanos(1_000), cores: 8 }),
            load_average: Some(0.3),
            frequency: Some(Frequency { governor: Some("performance".into()), lowest: 2_000.0, highest: 3_000.0 }),
        };
        let agenda = Agenda {
            virgil: "0.1.0".into(),
            when: "2026-11-28T09:00:00Z".into(),
            machine: Machine { system: "linux".into(), architecture: "x86_64".into(), cpu: Some("A".into()), cores: 2 },
            size: Size::Quick,
            files: Vec::new(),
            workloads: vec![Named::of(&workload)],
            lanes: vec![Lane { build, modes: vec![Mode::Sequential, Mode::Threads, Mode::Subinterpreters] }],
            workers: vec![2],
            rounds: Some(3),
            conditions,
        };
        let mut entries: Vec<Entry> = [
            laps(Mode::Sequential, [2_000, 1_000, 1_010, 990]),
            laps(Mode::Threads, [1_000, 500, 510, 490]),
            vec![failed],
        ]
        .concat()
        .into_iter()
        .map(|lap| Entry::Lap(Box::new(lap)))
        .collect();
        entries.push(Entry::Clock(2_500.0));
        Results::of(agenda, vec![workload], &entries, 3, true)
    }
}
