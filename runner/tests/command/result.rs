//! The JSON: true to what happened, whole, and as `docs/results.md` says.

use std::collections::BTreeSet;

use runner::command::result::{Document, How, Kind};
use serde_json::Value;

use crate::bench::{Bench, WORKLOAD};

const DOCUMENT: &str = include_str!("../../../docs/results.md");

#[test]
fn it_says_what_the_code_did() {
    let bench = Bench::with("code.py", WORKLOAD);
    let (document, ended) =
        bench.json("code.py --modes sequential,threads,processes --workers 2,1 --repeat 3 --warm-up 1");
    assert_eq!((ended.code, document.ending.exit_code), (Some(0), 0));
    assert_eq!((document.format.as_str(), document.version), ("virgil-run", 1));
    assert_eq!(document.source.kind, Some(Kind::Workload));
    assert_eq!(document.source.blake3, blake3::hash(WORKLOAD.as_bytes()).to_hex().as_str());
    assert!(document.when.ends_with('Z') && document.when.contains('T'), "{}", document.when);
    let plan: Vec<_> =
        document.laps.iter().map(|lap| (lap.mode.as_str(), lap.workers, lap.round, lap.warm_up)).collect();
    let once = [("sequential", 1), ("threads", 1), ("processes", 1), ("threads", 2), ("processes", 2)];
    let expected: Vec<_> = [(0, true), (0, false), (1, false), (2, false)]
        .into_iter()
        .flat_map(|(round, warm_up)| once.iter().map(move |(mode, workers)| (*mode, *workers, round, warm_up)))
        .collect();
    assert_eq!(plan, expected);
    for lap in &document.laps {
        let How::Completed { results, first_results, compared, opaque } = &lap.ending.how else {
            panic!("{:?}", lap.ending)
        };
        assert_eq!((*results, first_results.join(" ").as_str()), (4, "0 1 4 9"));
        assert_eq!((*compared, *opaque), (4, 0));
        assert_eq!((lap.task_count, lap.by_worker.len() as u32), (4, lap.workers));
        let began = lap.began_ns.unwrap();
        let mut tasks: Vec<_> = lap.by_worker.iter().flat_map(|worker| &worker.tasks).collect();
        tasks.sort_by_key(|task| task.task);
        assert_eq!(tasks.iter().map(|task| task.task).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert!(tasks.iter().all(|task| began <= task.start_ns && task.start_ns <= task.end_ns));
        let last = tasks.iter().map(|task| task.end_ns).max().unwrap();
        assert!(lap.wall_ns.unwrap() >= last - began, "{lap:?}");
        assert!(lap.by_worker.iter().all(|worker| worker.ready_ns.unwrap() <= began), "{lap:?}");
        let mut lines: Vec<_> = lap.output.lines.iter().map(|line| line.text.as_str()).collect();
        lines.sort_unstable();
        assert_eq!((lap.output.total, lines), (4, vec!["item 0", "item 1", "item 2", "item 3"]));
    }
    let kinds: Vec<_> = document.summary.iter().map(|group| (group.mode.as_str(), group.workers)).collect();
    assert_eq!(kinds, once);
    assert_eq!(document.difference, None);
    // Four tasks that print are too short for anything else to be said of them.
    let kinds: Vec<_> = document.warnings.iter().map(|warning| warning.kind.as_str()).collect();
    assert!(kinds.contains(&"too-short"), "{kinds:?}");
    for group in &document.summary {
        let interval = group.interval_ns.as_ref().unwrap();
        assert!(interval.low <= group.median_ns && group.median_ns <= interval.high, "{group:?}");
        let of = |lap: &&runner::command::result::Lap| {
            !lap.warm_up && (&lap.mode, lap.workers) == (&group.mode, group.workers)
        };
        let mut walls: Vec<_> = document.laps.iter().filter(of).map(|lap| lap.wall_ns.unwrap()).collect();
        assert_eq!(group.walls_ns, walls);
        walls.sort_unstable();
        assert_eq!(group.median_ns, walls[1]);
        assert_eq!(group.speed_up.is_some(), group.mode != "sequential");
        if let Some(speed_up) = &group.speed_up {
            let expected = document.summary[0].median_ns as f64 / group.median_ns as f64;
            assert!((speed_up.median - expected).abs() < 1e-5, "{group:?}");
            assert!(speed_up.low <= speed_up.median && speed_up.median <= speed_up.high, "{group:?}");
            let interval = speed_up.interval.as_ref().unwrap();
            assert!(interval.low <= speed_up.median && speed_up.median <= interval.high, "{group:?}");
        }
    }
}

/// Its results are never the same.
const RANDOM: &str = "import random\ndef work(item): return item if item < 2 else random.random()\nITEMS = range(5)\n";

#[test]
fn results_that_differ_are_an_error_unless_they_may() {
    let bench = Bench::with("code.py", RANDOM);
    for (allowed, code, kind) in [("", 1, "results-differ"), ("--results-may-differ", 0, "completed")] {
        let (document, ended) = bench.json(&format!("code.py --modes sequential,threads --workers 2 {allowed}"));
        assert_eq!((ended.code, document.ending.kind.as_str()), (Some(code), kind));
        assert_eq!(document.request.results_may_differ, code == 0);
        let found = document.difference.unwrap();
        assert_eq!((found.reference_lap, found.lap, found.first_item, found.last_item), (0, 1, Some(2), Some(2)));
        let [expected, other] = [&found.expected, &found.found].map(|value| value.as_deref().unwrap());
        let sentence = format!(
            "The results differ, first for item 2: threads with 2 workers returned {other}, and sequential {expected}."
        );
        assert_eq!(found.sentence, sentence);
        assert!(expected.starts_with("0.") && expected != other, "{sentence}");
        // With the JSON on standard output, the table is on the other one.
        assert!(ended.stderr.contains(&sentence), "{ended:?}");
        assert_eq!(ended.stderr.contains("say so with --results-may-differ"), code == 1, "{ended:?}");
    }
}

/// Its tasks wait for nothing but time.
const WAITING: &str = "import time\nITEMS = [0.1] * 6\ndef work(item): time.sleep(item)\n";

#[test]
fn it_says_why_it_got_no_faster_with_a_slide_and_once() {
    let bench = Bench::with("code.py", WAITING);
    let (document, ended) = bench.json("code.py --modes sequential,threads --workers 2");
    let kinds: Vec<&str> = document.reasons.iter().map(|reason| reason.kind.as_str()).collect();
    assert!(kinds.contains(&"waiting") && kinds.len() <= shared::MOST_REASONS, "{kinds:?}");
    let waiting = document.reasons.iter().find(|reason| reason.kind == "waiting").unwrap();
    assert!(waiting.share.is_some_and(|share| share > 0.5) && waiting.of[0].mode == "threads", "{waiting:?}");
    assert!(shared::REASON_SLIDES.contains(&waiting.slide.as_str()), "{waiting:?}");
    assert!(ended.stderr.contains("Why didn't it get faster?") && ended.stderr.contains(&waiting.slide), "{ended:?}");
    assert_eq!(ended.stderr.matches(&waiting.sentence).count(), 1, "{ended:?}");
}

/// Runs that together have every field.
fn documents() -> Vec<Value> {
    let check = "def check(results, lap):\n    assert lap.mode == 'sequential', 'not so'\n";
    let died = "import os\ndef work(item): os._exit(9)\nITEMS = [1]\n";
    let endless = "import itertools\ndef work(item): pass\nITEMS = itertools.count()\n";
    let cases = [
        (WORKLOAD, "code.py --modes sequential,threads --workers 2 --check check.py", "check-failed"),
        ("print('x', flush=True)\nwhile True: pass\n", "code.py --time-limit 1", "timed-out"),
        ("raise ValueError('no')\n", "code.py", "raised"),
        (died, "code.py --modes processes --workers 1", "died"),
        (RANDOM, "code.py --modes sequential,threads --workers 2 --repeat 3", "results-differ"),
        (endless, "code.py --modes sequential", "limit-exceeded"),
        ("print('done')\n", "code.py", "completed"),
        (WAITING, "code.py --modes sequential,threads --workers 2", "completed"),
        (
            crate::load::SERVICE,
            "load code.py --modes threads --workers 2 --clients 2 --neighbour / --seconds 1 --path / --path /no",
            "completed",
        ),
        (crate::window::WINDOW, "code.py --modes threads --workers 1", "completed"),
    ];
    let mut documents = Vec::new();
    for (source, arguments, kind) in cases {
        let bench = Bench::with("code.py", source);
        bench.add("check.py", check);
        let (document, ended) = bench.json(arguments);
        assert_eq!(document.ending.kind, kind);
        assert_eq!(ended.code, Some(i32::from(document.ending.exit_code)));
        let value: Value = serde_json::from_str(&ended.stdout).unwrap();
        // Nothing in the text is unknown to the structures, and nothing is lost by them.
        assert_eq!(serde_json::to_value(&document).unwrap(), value);
        assert_eq!(serde_json::from_value::<Document>(value.clone()).unwrap(), document);
        documents.push(value);
    }
    documents
}

fn collect(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(value, &path, paths);
                paths.insert(path);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, &format!("{path}[]"), paths)),
        _ => {}
    }
}

#[test]
fn every_field_is_documented_and_nothing_else() {
    let mut paths = BTreeSet::new();
    documents().iter().for_each(|document| collect(document, "", &mut paths));
    // It takes a person to press Ctrl+C: `stop.rs` looks at these.
    paths.extend(["laps[].ending.killed", "laps[].ending.after_ns"].map(str::to_owned));
    let rows = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let documented: BTreeSet<String> = rows.map(|(path, _)| path.to_owned()).collect();
    assert_eq!(paths, documented);
}

#[cfg(unix)]
#[test]
fn a_file_is_replaced_whole_and_keeps_its_rights_and_its_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let bench = Bench::with("code.py", "print(1)\n");
    bench.add("old.json", "old");
    std::fs::set_permissions(bench.path("old.json"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("old.json", bench.path("link.json")).unwrap();
    for (name, written) in [("new.json", "new.json"), ("link.json", "old.json")] {
        let ended = bench.run(&format!("code.py --json {name}"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "1\n"));
        assert!(ended.stdout.starts_with("mode"), "{ended:?}");
        let text = std::fs::read_to_string(bench.path(written)).unwrap();
        let document: Document = serde_json::from_str(&text).unwrap();
        assert_eq!(document.laps[0].output.lines[0].text, "1");
    }
    assert!(bench.path("link.json").is_symlink());
    assert_eq!(bench.path("old.json").metadata().unwrap().permissions().mode() & 0o777, 0o640);
    let mut names: Vec<_> =
        std::fs::read_dir(bench.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["code.py", "link.json", "new.json", "old.json"]);
}

#[test]
fn a_build_can_be_named() {
    let builds = runner::kernels::installed(&runner::config::data().unwrap());
    let build = &builds.last().unwrap().build;
    let bench = Bench::with("code.py", "import sys\nprint(sys.version.split()[0])\n");
    let (document, ended) = bench.json(&format!("code.py --build {}", build.id));
    assert_eq!(document.laps[0].build.as_ref().unwrap().id, build.id);
    assert!(ended.stderr.contains(&format!("{}\n", build.python)), "{ended:?}");
    bench.add("work.py", WORKLOAD);
    let ended = bench.run(&format!("work.py --modes sequential --build {}", build.id));
    assert!(ended.stdout.contains(&format!("All laps ran on {}.", build.title())), "{ended:?}");
}
