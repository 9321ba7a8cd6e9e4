//! Files that pyperf reads: one for each mode, number of workers and build, with the same benchmarks in each, so that
//! `pyperf compare_to` has what to compare. Each lap is a run of its own, since it has a process of its own; its value is
//! what the class is judged by, in seconds.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::{BenchLap, BenchOutcome, Measures, Mode};

use super::super::results::Results;
use crate::command::exit::Refusal;

/// What keeps the files apart.
type Key = (Mode, u32, String);

/// The files' names and texts.
///
/// # Errors
/// If one can't be written as JSON.
pub fn files(results: &Results) -> Result<Vec<(String, String)>, Refusal> {
    let mut keys: Vec<Key> = Vec::new();
    for lap in &results.laps {
        let key = (lap.mode, lap.workers, lap.build.clone());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let file = |key: &Key| {
        let text = serde_json::to_string(&suite(results, key)?);
        let (mode, workers, build) = key;
        Some(text.map(|text| (format!("{mode}-{workers}-{build}.json"), text + "\n")))
    };
    let files: Result<Vec<_>, serde_json::Error> = keys.iter().filter_map(file).collect();
    files.map_err(|error| {
        Refusal::failed(format!("The files for pyperf can't be written as JSON ({error}): report this."))
    })
}

/// A suite of benchmarks; none if nothing was measured.
fn suite(results: &Results, (mode, workers, build): &Key) -> Option<Value> {
    let mine = |lap: &&BenchLap| (lap.mode, lap.workers) == (*mode, *workers) && lap.build == *build;
    let mut by_name: BTreeMap<&str, Vec<&BenchLap>> = BTreeMap::new();
    results.laps.iter().filter(mine).for_each(|lap| by_name.entry(&lap.workload).or_default().push(lap));
    let benchmarks: Vec<Value> = by_name.into_iter().filter_map(|(name, laps)| benchmark(name, &laps)).collect();
    let python = results.agenda.lanes.iter().find(|lane| lane.build.id == *build)?.build.python;
    let machine = &results.agenda.machine;
    let mut metadata = json!({
        "unit": "second",
        "python_implementation": "cpython",
        "python_version": python.to_string(),
        "platform": format!("{}-{}", machine.system, machine.architecture),
        "cpu_count": results.conditions.machine_cores.max(1),
        "date": date(&results.agenda.when),
        "virgil_version": results.agenda.virgil,
        "virgil_mode": mode.slug(),
        "virgil_dispatcher": mode.group().slug(),
        "virgil_workers": workers,
        "virgil_build": build,
    });
    if let Some(cpu) = machine.cpu.as_deref().map(str::trim).filter(|cpu| !cpu.is_empty()) {
        metadata["cpu_model_name"] = json!(cpu);
    }
    if let Some(load) = results.conditions.load_average {
        metadata["load_avg_1min"] = json!(load);
    }
    // pyperf refuses a suite of nothing.
    (!benchmarks.is_empty()).then(|| json!({"version": "1.0", "metadata": metadata, "benchmarks": benchmarks}))
}

fn benchmark(name: &str, laps: &[&BenchLap]) -> Option<Value> {
    // Values have to be above zero.
    let value =
        |measures: &Measures, lap: &BenchLap| Some(measures.of(lap.class.metric())).filter(|seconds| *seconds > 0.0);
    let mut warm_ups = laps.iter().filter(|lap| lap.round.is_warm_up()).filter_map(|lap| match &lap.outcome {
        BenchOutcome::Measured(measures) => value(measures, lap),
        BenchOutcome::Failed { .. } => None,
    });
    let runs: Vec<Value> = laps
        .iter()
        .filter_map(|lap| {
            let measures = lap.measured()?;
            let mut run = json!({"values": [value(measures, lap)?]});
            if let Some(warm_up) = warm_ups.next() {
                run["warmups"] = json!([[1, warm_up]]);
            }
            let duration = measures.wall.seconds() + measures.ready.seconds();
            run["metadata"] = json!({"duration": duration});
            if let Some(memory) = measures.memory.filter(|memory| *memory > 0) {
                run["metadata"]["virgil_memory_each"] = json!(memory);
            }
            Some(run)
        })
        .collect();
    (!runs.is_empty()).then(|| json!({"metadata": {"name": name, "loops": 1}, "runs": runs}))
}

/// `2026-11-22T10:00:00.5Z` as pyperf has it: `2026-11-22 10:00:00.5`, without what a clock doesn't know.
fn date(when: &str) -> String {
    let plain = when.trim_end_matches('Z').replace('T', " ");
    match plain.split_once('.') {
        Some((seconds, fraction)) => format!("{seconds}.{:.6}", format!("{fraction:0<6}")),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::results::sample;
    use super::*;

    #[test]
    fn modes_have_files_of_their_own_with_the_same_names() {
        let files = files(&sample::results()).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        // What has only failed has nothing to say.
        assert_eq!(names, ["sequential-1-3.14.10-x.json", "threads-2-3.14.10-x.json"]);
        let threads: Value = serde_json::from_str(&files[1].1).unwrap();
        assert_eq!(threads["version"], "1.0");
        let benchmark = &threads["benchmarks"][0];
        assert_eq!(benchmark["metadata"]["name"], "fib");
        let values: Vec<&Value> = benchmark["runs"].as_array().unwrap().iter().map(|run| &run["values"]).collect();
        assert_eq!(values, [&json!([0.5]), &json!([0.51]), &json!([0.49])]);
        assert_eq!(benchmark["runs"][0]["warmups"], json!([[1, 1.0]]));
        assert_eq!(benchmark["runs"][1]["warmups"], Value::Null);
    }

    #[test]
    fn dates_are_as_pyperf_has_them() {
        assert_eq!(date("2026-11-22T10:00:00Z"), "2026-11-22 10:00:00");
        assert_eq!(date("2026-11-22T10:00:00.5Z"), "2026-11-22 10:00:00.500000");
        assert_eq!(date("2026-11-22T10:00:00.123456789Z"), "2026-11-22 10:00:00.123456");
    }
}
