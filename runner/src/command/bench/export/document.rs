//! The JSON form of a benchmark: `docs/bench.md` says what each field means. Fields are added without a new `version`;
//! another meaning raises it.

use serde::{Deserialize, Serialize};
use shared::{BenchLap, BenchVerdict, Bounds, Conditions, Instability, Series, instabilities};

use super::super::agenda::Lane;
use super::super::results::{OfWorkload, Results};
use super::super::suite::Size;
use crate::command::exit::Refusal;
use crate::command::result::{Build, Machine};

/// What a file says it is.
pub const FORMAT: &str = "virgil-bench";
/// Its version.
pub const VERSION: u32 = 1;

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `virgil-bench`.
    pub format: String,
    /// Of the format.
    pub version: u32,
    /// The version of Virgil.
    pub virgil: String,
    /// When it began: RFC 3339, in UTC.
    pub when: String,
    /// Where.
    pub machine: Machine,
    /// The machine, before and meanwhile.
    pub conditions: Conditions,
    /// `full` or `quick`.
    pub size: Size,
    /// How many rounds were to count.
    pub rounds: u32,
    /// Whether all of them were measured.
    pub complete: bool,
    /// The builds.
    pub builds: Vec<Build>,
    /// By workload.
    pub workloads: Vec<OneWorkload>,
    /// The verdicts.
    pub verdicts: Vec<OneVerdict>,
    /// Every lap, in the order in which they ran.
    pub laps: Vec<BenchLap>,
}

/// A workload's results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneWorkload {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// What it shows.
    pub shows: String,
    /// Its sizes.
    pub size: String,
    /// How far the worst result's interval reaches from it, as a share.
    pub error: Option<f64>,
    /// Differences under this share mean nothing.
    pub bound: Option<f64>,
    /// Both in a sentence.
    pub badge: String,
    /// How many cores others used meanwhile.
    pub other_cores: Option<f64>,
    /// By build, mode and number of workers.
    pub results: Vec<One>,
}

/// What was measured of one build, mode and number of workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct One {
    /// The build's id.
    pub build: String,
    /// The mode.
    pub mode: String,
    /// `native` or `stdlib`.
    pub dispatcher: String,
    /// How many workers.
    pub workers: u32,
    /// What the class is judged by, in seconds, by round.
    pub seconds: Vec<f64>,
    /// Their median.
    pub median: Option<f64>,
    /// Their median distance from it.
    pub deviation: Option<f64>,
    /// The median's 95 % interval, or of two rounds the range.
    pub interval: Option<Bounds>,
    /// How many times as fast as sequential on the same build.
    pub speed_up: Option<shared::Ratio>,
    /// The median time until the workers were ready, in seconds.
    pub ready: Option<f64>,
    /// The median memory of a worker, in proportional bytes.
    pub memory: Option<u64>,
    /// What pyperf would warn of.
    pub instabilities: Vec<Instability>,
    /// Why laps failed.
    pub failure: Option<String>,
}

/// A verdict, for programs and in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneVerdict {
    /// All that was concluded.
    #[serde(flatten)]
    pub verdict: BenchVerdict,
    /// The same in words: of what, what was found, what limits, what was left out.
    pub sentences: Vec<String>,
}

/// The JSON.
///
/// # Errors
/// If there is a figure that JSON doesn't have.
pub fn text(results: &Results) -> Result<String, Refusal> {
    let text = serde_json::to_string(&document(results));
    text.map(|text| text + "\n")
        .map_err(|error| Refusal::failed(format!("The result can't be written as JSON ({error}): report this.")))
}

/// The document of these results.
pub fn document(results: &Results) -> Document {
    let build = |lane: &Lane| Build {
        id: lane.build.id.clone(),
        python: lane.build.python.to_string(),
        gil: lane.build.gil == shared::Gil::Present,
    };
    let verdict = |verdict: BenchVerdict| {
        let said = verdict.said();
        let sentences = std::iter::once(said.about).chain(said.found).chain(said.limits).chain(said.left_out);
        OneVerdict { verdict, sentences: sentences.collect() }
    };
    Document {
        format: FORMAT.into(),
        version: VERSION,
        virgil: results.agenda.virgil.clone(),
        when: results.agenda.when.clone(),
        machine: results.agenda.machine.clone(),
        conditions: results.conditions.clone(),
        size: results.agenda.size,
        rounds: results.rounds,
        complete: results.is_complete,
        builds: results.agenda.lanes.iter().map(build).collect(),
        workloads: results.by_workload().iter().map(workload).collect(),
        verdicts: results.verdicts().into_iter().map(verdict).collect(),
        laps: results.laps.clone(),
    }
}

fn workload(of: &OfWorkload) -> OneWorkload {
    OneWorkload {
        name: of.workload.name.clone(),
        class: of.workload.class.slug().into(),
        shows: of.workload.shows.clone(),
        size: of.workload.size.clone(),
        error: of.badge.error,
        bound: of.badge.bound(),
        badge: of.badge.sentence(),
        other_cores: of.others.map(|(used, _)| used),
        results: of.series.iter().map(|series| one(of, series)).collect(),
    }
}

fn one(of: &OfWorkload, series: &Series) -> One {
    let seconds = series.values();
    One {
        build: series.build.clone(),
        mode: series.mode.slug().into(),
        dispatcher: series.mode.group().slug().into(),
        workers: series.workers,
        median: series.median(),
        deviation: series.deviation(),
        interval: series.spread(),
        speed_up: of.speed_up(series),
        ready: series.ready().map(|ready| ready.seconds()),
        memory: series.memory(),
        instabilities: instabilities(&seconds),
        failure: series.failed.clone(),
        seconds,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::super::results::sample;
    use super::*;

    const DOCUMENTATION: &str = include_str!("../../../../../docs/bench.md");

    /// Every field's path, with `[]` for the items of a list.
    fn paths(value: &Value, before: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                let path = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
                found.insert(path.clone());
                paths(value, &path, found);
            }),
            Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{before}[]"), found)),
            _ => {}
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_documented() {
        let results = sample::results();
        let text = text(&results).unwrap();
        let read: Document = serde_json::from_str(&text).unwrap();
        assert_eq!((read.laps.len(), read.complete), (results.laps.len(), true));
        let mut found = BTreeSet::new();
        paths(&serde_json::from_str(&text).unwrap(), "", &mut found);
        let documented = |path: &String| DOCUMENTATION.contains(&format!("| `{path}` |"));
        // What a verdict holds for programs is said in one row.
        let inside = |path: &&String| path.matches("[]").count() < 2 && !path.starts_with("verdicts[].outcome.");
        let missing: Vec<&String> = found.iter().filter(inside).filter(|path| !documented(path)).collect();
        assert!(missing.is_empty(), "docs/bench.md has no row for {missing:#?}");
    }
}
