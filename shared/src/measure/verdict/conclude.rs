//! From laps to verdicts.

use serde::{Deserialize, Serialize};

use super::badge::Badge;
use super::brake::{Brake, brakes};
use super::class::{Class, Metric};
use super::conditions::{Conditions, busy};
use super::lap::{BenchLap, Measures};
use super::ratio::{Ratio, Relation};
use super::series::{Series, series};
use super::stability::{Instability, instabilities};
use crate::{Group, InterpreterBuild, Mode};

/// Fewer rounds say nothing of how much they vary.
pub const LEAST_ROUNDS: u32 = 3;

/// What is to be said of one class of workload, one build and one group of modes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The class.
    pub class: Class,
    /// Who hands out the tasks: modes of different groups are in no verdict together.
    pub group: GroupName,
    /// The build's id.
    pub build: String,
    /// The build's name for people.
    pub python: String,
    /// The mode that it is about.
    pub subject: Mode,
    /// With how many workers.
    pub workers: u32,
    /// The workloads of the class.
    pub workloads: Vec<String>,
    /// What counted in no comparison, and why.
    pub left_out: Vec<LeftOut>,
    /// What was concluded, or why nothing was.
    pub outcome: Outcome,
}

/// A [`Group`] by its name in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupName {
    /// [`Group::Native`].
    Native,
    /// [`Group::Stdlib`].
    Stdlib,
}

/// Whether anything was concluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing, for these reasons.
    Refused(Vec<Obstacle>),
    /// This.
    Concluded(Box<Conclusion>),
}

/// Why nothing is concluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Obstacle {
    /// Other programs used the processor.
    Busy {
        /// How many cores' worth.
        used: f64,
        /// Of how many.
        cores: u32,
    },
    /// How much the times vary is not known.
    TooFewRounds {
        /// How many there are.
        rounds: u32,
    },
    /// All that could be compared varies too much.
    Unstable,
    /// No two modes have completed the same workload.
    NothingToCompare,
}

/// Results that count in no comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Of this workload.
    pub workload: String,
    /// In this mode.
    pub mode: Mode,
    /// Why.
    pub why: Why,
}

/// Why results don't count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// They can't be trusted.
    Unstable(Instability),
    /// It failed, as this sentence says.
    Failed(String),
}

/// What was concluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conclusion {
    /// How many times as fast as others the subject was.
    pub speed: Vec<Comparison>,
    /// How many times as soon its workers were ready; nothing where that is what speed is.
    pub start: Vec<Comparison>,
    /// How many times its memory, by worker and in proportional bytes, others took.
    pub memory: Vec<Comparison>,
    /// What keeps it from more, the most important first.
    pub brakes: Vec<Brake>,
}

/// The subject beside another mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which.
    pub with: Mode,
    /// The name of its build, if it is another.
    pub on: Option<String>,
    /// Its figure by the subject's.
    pub ratio: Ratio,
    /// Differences under this share mean nothing.
    pub bound: f64,
    /// What that says.
    pub relation: Relation,
}

/// The verdicts that these laps allow, by build, group and class. Builds are known by their ids.
pub fn verdicts(laps: &[BenchLap], conditions: &Conditions, builds: &[InterpreterBuild]) -> Vec<Verdict> {
    let all = series(laps);
    let mut ids: Vec<&str> = Vec::new();
    for one in &all {
        if !ids.contains(&one.build.as_str()) {
            ids.push(&one.build);
        }
    }
    let cases = ids.iter().flat_map(|id| {
        [GroupName::Native, GroupName::Stdlib]
            .into_iter()
            .flat_map(move |group| Class::ALL.into_iter().map(move |class| (*id, group, class)))
    });
    cases
        .filter_map(|(build, group, class)| verdict(&Case { all: &all, laps, conditions, builds, build, group, class }))
        .collect()
}

/// What a verdict is made of.
struct Case<'a> {
    all: &'a [Series],
    laps: &'a [BenchLap],
    conditions: &'a Conditions,
    builds: &'a [InterpreterBuild],
    build: &'a str,
    group: GroupName,
    class: Class,
}

fn verdict(case: &Case) -> Option<Verdict> {
    let mine = |series: &&Series| series.build == case.build && series.class == case.class;
    let candidates = match case.group {
        GroupName::Native => &[Mode::Subinterpreters, Mode::FreeThreaded, Mode::Processes, Mode::Threads][..],
        GroupName::Stdlib => &[Mode::InterpreterPool, Mode::ProcessPoolForkserver, Mode::ThreadPool],
    };
    let subject = *candidates.iter().find(|mode| case.all.iter().filter(mine).any(|series| series.mode == **mode))?;
    let counts = || case.all.iter().filter(mine).filter(|series| series.mode == subject).map(|series| series.workers);
    let workers = counts().filter(|count| *count <= case.conditions.cores).max().or_else(|| counts().max())?;
    let mut field = Field { case, subject, workers, left_out: Vec::new() };
    let outcome = field.outcome();
    Some(Verdict {
        class: case.class,
        group: case.group,
        build: case.build.to_owned(),
        python: title(case.builds, case.build),
        subject,
        workers,
        workloads: field.workloads(),
        left_out: field.left_out,
        outcome,
    })
}

/// The subject among its rivals.
pub(super) struct Field<'a> {
    case: &'a Case<'a>,
    /// What it is about.
    pub subject: Mode,
    /// With how many workers.
    pub workers: u32,
    left_out: Vec<LeftOut>,
}

impl Field<'_> {
    fn outcome(&mut self) -> Outcome {
        let laps = self
            .case
            .laps
            .iter()
            .filter(|lap| lap.build == self.case.build && lap.class == self.case.class && !lap.round.is_warm_up());
        if let Some((used, cores)) = busy(laps) {
            return Outcome::Refused(vec![Obstacle::Busy { used, cores }]);
        }
        let rounds = self.of(self.subject).map(|series| series.laps.len() as u32).max().unwrap_or_default();
        if (1..LEAST_ROUNDS).contains(&rounds) {
            return Outcome::Refused(vec![Obstacle::TooFewRounds { rounds }]);
        }
        let metric = self.case.class.metric();
        let speed = self.compare(&|measures| Some(measures.of(metric)));
        if speed.is_empty() {
            let unstable = self.left_out.iter().any(|left| matches!(left.why, Why::Unstable(_)));
            let why = if unstable { Obstacle::Unstable } else { Obstacle::NothingToCompare };
            return Outcome::Refused(vec![why]);
        }
        let start = match metric {
            Metric::Wall => self.compare(&|measures| Some(measures.of(Metric::Ready))),
            Metric::Ready => Vec::new(),
        };
        let memory = self.compare(&|measures| measures.memory.map(|bytes| bytes as f64));
        let brakes = brakes(self, &speed);
        Outcome::Concluded(Box::new(Conclusion { speed, start, memory, brakes }))
    }

    /// The subject beside each of its rivals, by this figure.
    fn compare(&mut self, figure: &dyn Fn(&Measures) -> Option<f64>) -> Vec<Comparison> {
        let mut found = Vec::new();
        for (with, build) in self.rivals() {
            let mut pairs = Vec::new();
            let mut used: Vec<Series> = Vec::new();
            for name in self.workloads() {
                let one = self.trusted(&name, self.subject, self.case.build);
                let other = self.trusted(&name, with, &build);
                let (Some(one), Some(other)) = (one, other) else { continue };
                let of_both = other.pairs(&one, figure);
                if of_both.len() as u32 >= LEAST_ROUNDS {
                    pairs.push(of_both);
                    used.extend([one, other]);
                }
            }
            let conditions = self.case.conditions;
            let errors: Option<Vec<f64>> = used.iter().map(|series| series.error_in(figure)).collect();
            let error = errors.and_then(|errors| errors.into_iter().reduce(f64::max));
            let Conditions { cores, machine_cores, .. } = *conditions;
            let bound = Badge { error, cores, machine_cores }.bound();
            if let (Some(ratio), Some(bound)) = (Ratio::of(&pairs), bound) {
                let on = (build != self.case.build).then(|| title(self.case.builds, &build));
                found.push(Comparison { with, on, relation: ratio.relation(bound), ratio, bound });
            }
        }
        found
    }

    /// The other modes of the group, each with its build. Threads without a GIL are of another build than interpreters
    /// with one each.
    fn rivals(&self) -> Vec<(Mode, String)> {
        let group = match self.case.group {
            GroupName::Native => Group::Native,
            GroupName::Stdlib => Group::Stdlib,
        };
        let has = |mode: Mode, build: &str| {
            self.case
                .all
                .iter()
                .any(|series| series.mode == mode && series.build == build && series.class == self.case.class)
        };
        let modes = Mode::ALL.into_iter().filter(|mode| mode.group() == group && *mode != self.subject);
        modes
            .filter_map(|mode| {
                if has(mode, self.case.build) {
                    return Some((mode, self.case.build.to_owned()));
                }
                let elsewhere =
                    self.case.builds.iter().find(|build| mode == Mode::FreeThreaded && has(mode, &build.id))?;
                (self.subject == Mode::Subinterpreters).then(|| (mode, elsewhere.id.clone()))
            })
            .collect()
    }

    /// The results of a workload in a mode, unless they failed or can't be trusted, which is noted.
    fn trusted(&mut self, workload: &str, mode: Mode, build: &str) -> Option<Series> {
        let workers = if mode.is_parallel() { self.workers } else { 1 };
        let found = self.case.all.iter().find(|series| {
            (series.mode, series.workers) == (mode, workers) && series.workload == workload && series.build == build
        })?;
        let serious = instabilities(&found.values()).into_iter().find(Instability::is_serious);
        let why = match (&found.failed, serious) {
            (Some(sentence), _) => Why::Failed(sentence.clone()),
            (None, Some(instability)) => Why::Unstable(instability),
            (None, None) => return Some(found.clone()),
        };
        let left = LeftOut { workload: workload.to_owned(), mode, why };
        if !self.left_out.contains(&left) {
            self.left_out.push(left);
        }
        None
    }

    /// The workloads of the class, in their order.
    fn workloads(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for series in self.case.all.iter().filter(|series| series.class == self.case.class) {
            if !names.contains(&series.workload) && series.build == self.case.build {
                names.push(series.workload.clone());
            }
        }
        names
    }

    /// What was measured of a mode with these workers on this build, in this class.
    pub(super) fn of(&self, mode: Mode) -> impl Iterator<Item = &Series> {
        let workers = if mode.is_parallel() { self.workers } else { 1 };
        let Case { all, build, class, .. } = self.case;
        all.iter().filter(move |series| {
            (series.mode, series.workers) == (mode, workers) && series.build == *build && series.class == *class
        })
    }

    /// Of which class.
    pub(super) fn class(&self) -> Class {
        self.case.class
    }

    /// What its results are weighed against first: threads under one GIL.
    pub(super) fn threads(&self) -> Mode {
        match self.case.group {
            GroupName::Native => Mode::Threads,
            GroupName::Stdlib => Mode::ThreadPool,
        }
    }

    /// How many cores could be used.
    pub(super) fn cores(&self) -> u32 {
        self.case.conditions.cores
    }
}

/// The name of a build.
fn title(builds: &[InterpreterBuild], id: &str) -> String {
    builds.iter().find(|build| build.id == id).map_or_else(|| id.to_owned(), InterpreterBuild::title)
}
