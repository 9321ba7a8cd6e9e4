//! `virgil bench` with the kernel of the preferred Python and small files of one's own: the tables, the refusal beside
//! busy loops, stopping and going on.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use runner::command::bench::export::Document;

use crate::bench::{Bench, Ended};

/// Some milliseconds of computing for each task.
const COMPUTING: &str = "\
def work(item):
    total = 0
    for number in range(200_000):
        total += number
    return total + item

ITEMS = range(8)
";

/// The data folder of its own, where what is measured is kept, with the kernels that there are.
const DATA: &str = "data";
const JOURNAL: &str = "data/bench/last.jsonl";

fn bench(name: &str, contents: &str) -> Bench {
    let bench = Bench::with(name, contents);
    std::fs::create_dir(bench.path(DATA)).unwrap();
    let kernels = runner::config::data().unwrap().join("kernels");
    std::os::unix::fs::symlink(kernels, bench.path(DATA).join("kernels")).unwrap();
    bench
}

fn start(bench: &Bench, arguments: &str) -> Child {
    bench.command(&format!("bench {arguments}")).env("VIRGIL_DATA", bench.path(DATA)).spawn().unwrap()
}

fn run(bench: &Bench, arguments: &str) -> Ended {
    bench.end(start(bench, arguments))
}

fn journal(bench: &Bench) -> String {
    std::fs::read_to_string(bench.path(JOURNAL)).unwrap_or_default()
}

/// How many laps stand in it.
fn laps(bench: &Bench) -> usize {
    journal(bench).lines().filter(|line| line.starts_with("{\"lap\":")).count()
}

/// A loop of another program, which ends with this value.
struct Busy(Child);

impl Busy {
    fn start() -> Busy {
        let child = Command::new("sh").args(["-c", "while :; do :; done"]).stdin(Stdio::null()).spawn();
        Busy(child.unwrap())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn beside_busy_loops_no_verdict_is_given() {
    let bench = bench("loops.py", COMPUTING);
    let cores = std::thread::available_parallelism().unwrap().get();
    let busy: Vec<Busy> = (0..cores.max(2)).map(|_| Busy::start()).collect();
    let ended = run(&bench, "loops.py --modes sequential,threads,subinterpreters --rounds 3 --workers 2");
    drop(busy);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for said in [
        "loops (computing in Python)",
        "threads                2       3",
        "CPUs allowed: differences under",
        "Computing in Python (loops; native modes; 2 workers, CPython",
        "No verdict: other programs used",
        "Close them, and run it again.",
    ] {
        assert!(ended.stdout.contains(said), "{said}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("times as fast as"), "{}", ended.stdout);
    assert!(ended.stderr.contains("Warm-up round") && ended.stderr.contains("Round 3 of 3"), "{}", ended.stderr);
}

#[test]
fn what_was_stopped_is_printed_and_gone_on_with() {
    let bench = bench("loops.py", COMPUTING);
    let child = start(&bench, "loops.py --modes sequential,threads --rounds 40 --workers 2");
    let deadline = Instant::now() + Duration::from_secs(60);
    while laps(&bench) < 4 {
        assert!(Instant::now() < deadline, "no second round began: {}", journal(&bench));
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let ended = bench.end(child);
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.stdout.contains("loops (computing in Python)"), "{}", ended.stdout);
    assert!(ended.stderr.contains("`virgil bench --resume` goes on where it was."), "{}", ended.stderr);

    // As if only so many rounds had been asked for: the rest of forty would take long.
    let rounds = laps(&bench) as u32 / 2 + 1;
    let fewer = journal(&bench).replace("\"rounds\":40", &format!("\"rounds\":{rounds}"));
    std::fs::write(bench.path(JOURNAL), fewer).unwrap();
    let ended = run(&bench, "--resume");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("Going on with what was begun at"), "{}", ended.stderr);
    assert_eq!(laps(&bench) as u32, (1 + rounds) * 2, "no lap is measured twice, and none is missing");

    bench.add("loops.py", COMPUTING.replace("200_000", "100_000"));
    let ended = run(&bench, "--resume");
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("The workload loops was changed since"), "{}", ended.stderr);
}

#[test]
fn what_can_not_be_measured_is_said() {
    let bench = bench("script.py", "print(1)\n");
    bench.add("broken.py", "def work(item):\n    raise ValueError('no')\nITEMS = [1]\n");
    for (arguments, code, said) in [
        ("--only fibo", 2, "The suite has no workload `fibo`. There are: fib,"),
        ("--resume", 2, "There is no measurement to go on with"),
        ("script.py", 2, "is no workload"),
        ("--builds 3.99", 2, "no kernel for the interpreter build `3.99`"),
        ("broken.py --rounds 1 --modes sequential", 1, "broken failed in every mode"),
    ] {
        let ended = run(&bench, arguments);
        assert_eq!(ended.code, Some(code), "{arguments}: {ended:?}");
        assert!(ended.stderr.contains(said), "{arguments}: {}", ended.stderr);
    }
}

#[test]
fn a_mode_that_can_not_is_left_out_and_the_others_go_on() {
    let code = "import _tracemalloc\ndef work(item): return sum(range(50_000 + item))\nITEMS = range(40)\n";
    let bench = bench("refused.py", code);
    let ended = run(&bench, "refused.py --modes threads,subinterpreters,processes --rounds 2 --workers 2");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("refused in subinterpreters × 2 is left out from now on."), "{}", ended.stderr);
    assert_eq!(laps(&bench), 3 + 2 * 2, "it isn't tried again");
}

#[test]
fn the_suite_returns_the_same_in_every_mode() {
    let bench = bench("none.py", "");
    let modes = "sequential,threads,subinterpreters,processes";
    let ended = run(&bench, &format!("--quick --rounds 1 --workers 2 --modes {modes}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stderr.contains("left out"), "{}", ended.stderr);
    assert_eq!(laps(&bench), 10 * 4 * 2);
    for class in ["Computing in Python", "Waiting for input and output", "Starting with many imports"] {
        assert!(ended.stdout.contains(&format!("{class} (")), "{class}: {}", ended.stdout);
    }
}

/// The python that has pyperf: `cargo xtask test` makes it.
fn pyperf() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pyperf/bin/python");
    let python = std::env::var_os("VIRGIL_TEST_PYPERF").map_or(made, PathBuf::from);
    python.is_file().then_some(python)
}

#[test]
fn results_are_written_as_files_and_pyperf_reads_them() {
    let bench = bench("loops.py", COMPUTING);
    bench.add("other.py", COMPUTING.replace("200_000", "100_000"));
    let ended = run(
        &bench,
        "loops.py other.py --modes sequential,threads,subinterpreters --rounds 3 --workers 2 --json out.json --csv \
         out.csv --pyperf perf --markdown out.md --html out.html",
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let document: Document = serde_json::from_str(&std::fs::read_to_string(bench.path("out.json")).unwrap()).unwrap();
    assert_eq!((document.rounds, document.complete, document.laps.len()), (3, true, 2 * 3 * 4));
    assert_eq!(document.workloads.iter().map(|one| one.results.len()).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(document.verdicts.len(), 1, "both are of one class");
    let csv = std::fs::read_to_string(bench.path("out.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + document.laps.len());
    for file in ["out.md", "out.html"] {
        let report = std::fs::read_to_string(bench.path(file)).unwrap();
        assert!(report.contains("Verdict") && report.contains("loops") && report.contains("Stinner"), "{report}");
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(bench.path("perf")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 3, "{files:?}");

    let Some(python) = pyperf() else {
        println!("SKIPPED: there is no pyperf here: `cargo xtask test` installs it");
        return;
    };
    let pyperf = |arguments: &[&str], files: &[&PathBuf]| {
        let output = Command::new(&python).args(["-m", "pyperf"]).args(arguments).args(files).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code(), format!("{stdout}{stderr}"))
    };
    for file in &files {
        let (code, said) = pyperf(&["show"], &[file]);
        assert!(code == Some(0) && said.contains("loops") && said.contains("Mean +- std dev"), "{said}");
        let (code, said) = pyperf(&["metadata"], &[file]);
        assert!(code == Some(0) && said.contains("virgil_mode") && said.contains("virgil_workers"), "{said}");
        // 0: stable, 1: unstable, as this machine is; anything else: it can't read it.
        let (code, said) = pyperf(&["check"], &[file]);
        assert!(matches!(code, Some(0 | 1)) && !said.contains("Traceback"), "{said}");
    }
    let (code, said) = pyperf(&["compare_to", "--table"], &files.iter().collect::<Vec<_>>());
    assert!(code == Some(0) && said.contains("Benchmark") && !said.contains("Traceback"), "{said}");
    assert!(said.contains("loops") && said.contains("not significant") || said.contains("x faster"), "{said}");
}
