//! `virgil load`: real services, in every mode that serves, by the exercises' Hypercorn.

use runner::command::result::{How, Kind};

use crate::bench::Bench;

/// Answers `/`, is slow at `/slow`, raises at `/bad`, and knows nothing else.
pub const SERVICE: &str = r#"
import time

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/bad":
        raise ValueError("no")
    if path == "/slow":
        time.sleep(0.05)
    start_response("200 OK" if path in ("/", "/slow") else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"hello"]
"#;

#[test]
fn every_mode_is_served_loaded_and_ended() {
    let bench = Bench::with("app.py", SERVICE);
    let modes = "threads,subinterpreters,shared-gil,processes";
    let line = format!("load app.py --modes {modes} --workers 2 --clients 4 --seconds 1 --warm-up 1");
    let (document, ended) = bench.json(&line);
    assert_eq!((ended.code, document.ending.kind.as_str()), (Some(0), "completed"), "{ended:?}");
    assert_eq!((document.source.kind, document.laps.len()), (Some(Kind::Service), 4));
    assert!(document.summary.is_empty() && document.reasons.is_empty(), "{document:?}");
    for lap in &document.laps {
        assert!(matches!(lap.ending.how, How::Completed { .. }), "{lap:?}");
        let load = lap.load.as_ref().unwrap();
        assert_eq!((load.rate, load.connections), (None, 4));
        let report = load.report.as_ref().unwrap();
        let all = report.latency.as_ref().unwrap();
        assert!(all.count > 20 && all.p50_ns <= all.p99_ns && all.p99_ns <= all.max_ns, "{report:?}");
        assert!(report.failures.is_empty(), "{report:?}");
        // The connections went to the workers in turn.
        let workers: Vec<&str> = report.by_worker.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(workers, ["0", "1"]);
        // Requests are tasks, also those of the warm-up.
        let tasks: usize = lap.by_worker.iter().map(|worker| worker.tasks.len()).sum();
        assert!(tasks as u64 >= all.count, "{tasks} of {}", all.count);
    }
    for said in ["answers/s", "p99", "as many answers a second as threads × 2", "4 clients each waited"] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn requests_that_fail_are_counted_by_kind_and_slow_ones_wait_in_the_queue() {
    let bench = Bench::with("app.py", SERVICE);
    let mix = "--path 2:/ --path 1:/bad --path 1:/none";
    let (document, ended) =
        bench.json(&format!("load app.py --modes threads --rate 100 --connections 8 --seconds 1 --warm-up 0 {mix}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let report = document.laps[0].load.as_ref().unwrap().report.as_ref().unwrap();
    let count = |status: u16| {
        let what = format!("answered with status {status}");
        report.failures.iter().find(|failure| failure.what == what).map_or(0, |failure| failure.count)
    };
    assert!(count(500) > 0 && count(404) > 0, "{report:?}");
    let failed: u64 = report.failures.iter().map(|failure| failure.count).sum();
    assert_eq!(report.latency.as_ref().unwrap().count + failed, 100, "{report:?}");
    assert!(ended.stderr.contains("answered with status 500"), "{}", ended.stderr);

    // 50 ms each over one connection: 20 answers a second of 60 that are asked for.
    let line = "load app.py --modes threads --workers 1 --rate 60 --connections 1 --seconds 1 --warm-up 0 --path /slow";
    let (document, ended) = bench.json(line);
    let report = document.laps[0].load.as_ref().unwrap().report.as_ref().unwrap();
    let (all, sent) = (report.latency.as_ref().unwrap(), report.uncorrected.as_ref().unwrap());
    assert!(all.p50_ns > 2 * sent.p50_ns && sent.p50_ns >= 50_000_000, "{report:?}");
    assert!(report.failures.iter().any(|failure| failure.what.starts_with("not sent")), "{report:?}");
    assert!(ended.stderr.contains("requests have waited for each other"), "{}", ended.stderr);
}

#[test]
fn a_file_says_what_load_to_put_on_it_and_options_count_more() {
    let load = "LOAD = {'paths': '/slow', 'clients': 2, 'seconds': 0.5, 'warm_up': 0, 'neighbour': '/'}\n";
    let bench = Bench::with("app.py", format!("{SERVICE}{load}"));
    let (document, ended) = bench.json("load app.py --modes threads,processes --seconds 1");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for lap in &document.laps {
        let load = lap.load.as_ref().unwrap();
        assert_eq!((load.connections, load.warm_up_ns, load.neighbour.as_deref()), (2, 0, Some("GET /")));
        let report = load.report.as_ref().unwrap();
        assert_eq!(report.duration_ns, 1_000_000_000);
        assert_eq!(report.by_request[0].name, "GET /slow");
        // Two clients, two workers; the neighbour is on the first one's.
        let beside = report.beside.as_ref().unwrap();
        assert!(beside.alone.is_some() && beside.elsewhere.is_some() && beside.same.is_some(), "{beside:?}");
        assert!(beside.neighbour.answers > 0, "{beside:?}");
    }
    assert!(ended.stderr.contains("beside GET /"), "{}", ended.stderr);
}

#[test]
fn what_is_no_service_or_cannot_be_asked_is_refused() {
    let bench = Bench::with("app.py", SERVICE);
    bench.add("work.py", crate::bench::WORKLOAD);
    bench.add("wrong.py", format!("{SERVICE}LOAD = {{'client': 1}}\n"));
    bench.add("broken.py", "app = None\nraise RuntimeError('it does not import')\n");
    for (line, code, said) in [
        ("app.py", 2, "`virgil load FILE`"),
        ("load work.py", 2, "defines no `app`"),
        ("load app.py --path nowhere", 2, "a path begins with `/`"),
        ("load app.py --modes asyncio --seconds 1", 1, "asyncio"),
        ("load broken.py --modes threads --seconds 1", 1, "it does not import"),
        ("load wrong.py --modes threads", 1, "LOAD has no 'client': did you mean 'clients'?"),
        ("load app.py --modes threads --seconds 30 --time-limit 2", 2, "raise --time-limit"),
    ] {
        let ended = bench.run(line);
        assert!(ended.code == Some(code) && ended.stderr.contains(said), "{line}: {ended:?}");
    }
}

#[test]
fn a_worker_that_dies_is_told_and_the_others_answer() {
    // One of them, once.
    let dies = "
    mark = pathlib.Path(__file__).with_name('died')
    if path == '/die' and not mark.exists():
        mark.touch()
        os._exit(7)
    if path == \"/slow\"";
    let bench = Bench::with("app.py", SERVICE.replacen("    if path == \"/slow\"", dies, 1));
    bench.add("app.py", format!("import os, pathlib\n{}", std::fs::read_to_string(bench.path("app.py")).unwrap()));
    let line = "load app.py --modes processes --workers 2 --clients 2 --seconds 2 --warm-up 0 --neighbour /die";
    let (document, ended) = bench.json(line);
    assert!(matches!(ended.code, Some(0)), "{ended:?}");
    assert!(document.laps[0].load.as_ref().unwrap().report.as_ref().unwrap().answers > 0);
    for said in ["processes × 2: Worker process 0 died", "exited with status 7", "The other workers went on."] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn a_load_that_is_stopped_leaves_nothing() {
    let told = "import pathlib\n    pathlib.Path(__file__).with_name('asked').touch()\n    path = environ";
    let bench = Bench::with("app.py", SERVICE.replacen("path = environ", told, 1));
    let mut command = bench.command("load app.py --modes processes --seconds 100 --json result.json");
    let mut child = command.spawn().unwrap();
    bench.wait_for("asked");
    let pid = nix::unistd::Pid::from_raw(child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    bench.assert_nothing_is_left();
    let text = std::fs::read_to_string(bench.path("result.json")).unwrap();
    assert!(text.contains("\"kind\":\"stopped\""), "{text}");
}
