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
