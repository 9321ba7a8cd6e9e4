//! A line for each lap, warm-ups and failures included (RFC 4180).

use shared::{BenchLap, BenchOutcome, Measures};

use super::super::results::Results;

const HEADING: [&str; 15] = [
    "workload",
    "class",
    "build",
    "python",
    "mode",
    "dispatcher",
    "workers",
    "round",
    "warm_up",
    "wall_seconds",
    "ready_seconds",
    "tasks",
    "memory_bytes_each",
    "other_cores",
    "failure",
];

/// All of it.
pub fn text(results: &Results) -> String {
    let heading = HEADING.map(str::to_owned).to_vec();
    let lines = std::iter::once(heading).chain(results.laps.iter().map(|lap| fields(results, lap)));
    lines.map(|fields| fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

fn fields(results: &Results, lap: &BenchLap) -> Vec<String> {
    let others = lap.other_load.filter(|load| load.during.0 > 0);
    let others = others.map(|load| format!("{:.3}", load.cpu.0 as f64 / load.during.0 as f64)).unwrap_or_default();
    let (measures, failure) = match &lap.outcome {
        BenchOutcome::Measured(Measures { wall, ready, tasks, memory, .. }) => {
            let memory = memory.map(|bytes| bytes.to_string()).unwrap_or_default();
            let seconds = |time: &shared::Nanos| format!("{:.9}", time.seconds());
            ([seconds(wall), seconds(ready), tasks.to_string(), memory], String::new())
        }
        BenchOutcome::Failed { sentence } => (<[String; 4]>::default(), sentence.clone()),
    };
    let named = [lap.workload.as_str(), lap.class.slug(), &lap.build].map(str::to_owned);
    let mode = [lap.mode.slug(), lap.mode.group().slug()].map(str::to_owned);
    let counts = [lap.workers.to_string(), lap.round.number().to_string(), lap.round.is_warm_up().to_string()];
    let title = [results.title(&lap.build)];
    named.into_iter().chain(title).chain(mode).chain(counts).chain(measures).chain([others, failure]).collect()
}

fn quoted(field: &str) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::results::sample;
    use super::*;

    #[test]
    fn every_lap_has_a_line_with_as_many_fields() {
        let results = sample::results();
        let text = text(&results);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), results.laps.len() + 1);
        assert_eq!(lines[0], HEADING.join(","));
        assert_eq!(
            lines[1],
            "fib,cpu,3.14.10-x,CPython 3.14.10,sequential,native,1,0,true,2.000000000,0.050000000,4,100000,0.010,"
        );
        assert!(lines.last().unwrap().ends_with(",,,,,0.010,\"No, \"\"never\"\".\""), "{text}");
        let counts = results.laps.iter().map(|lap| fields(&results, lap).len());
        assert!(counts.into_iter().all(|count| count == HEADING.len()));
    }
}
