//! An engine under test.

use std::path::Path;
use std::process::Command;
use std::sync::Once;
use std::time::Duration;

use runner::engine::{Engine, Order};
use runner::kernels::{Kernel, installed};
use shared::{
    CellId, Ending, Gil, InterpreterBuild, LapEvent, LimitChoice, Limits, Mode, Python, RunEvent, RunId, RunRequest,
    plan,
};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// Only one engine at a time.
pub static ONE: Mutex<()> = Mutex::const_new(());

pub struct Bench {
    pub engine: Engine,
    folder: TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Bench {
    pub async fn new() -> Bench {
        Bench::with(Limits::default(), "ordinary").await
    }

    /// With these limits, and a kernel that starts so.
    pub async fn with(limits: Limits, how: &str) -> Bench {
        Bench::with_kernels(limits, vec![kernel(how)]).await
    }

    pub async fn with_kernels(limits: Limits, kernels: Vec<Kernel>) -> Bench {
        let one = ONE.lock().await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let engine = Engine::start(kernels, limits, folder.path().to_owned());
        Bench { engine, folder, _one: one }
    }

    pub async fn submit(&self, modes: &[Mode], script: &str) -> RunId {
        self.submit_source(modes, &script.replace("; ", "\n"), None).await
    }

    /// A script of a cell with limits of its own.
    pub async fn submit_limited(&self, script: &str, limits: LimitChoice) -> RunId {
        self.order(&[Mode::Threads], &script.replace("; ", "\n"), None, limits).await
    }

    pub async fn submit_source(&self, modes: &[Mode], source: &str, check: Option<&str>) -> RunId {
        self.order(modes, source, check, LimitChoice::default()).await
    }

    async fn order(&self, modes: &[Mode], source: &str, check: Option<&str>, limits: LimitChoice) -> RunId {
        let request = RunRequest {
            cell: CellId("cell".into()),
            source: source.to_owned(),
            modes: modes.to_vec(),
            workers: vec![2],
            repeats: 1,
            warm_up: 0,
            build: None,
        };
        let plan = plan(modes, &request.workers, 1).expect("the modes can be planned");
        let file = self.folder.path().join("cell.py");
        let check = check.map(str::to_owned);
        self.engine
            .submit(Order {
                request,
                plan,
                file,
                needs_work: false,
                pictures: false,
                check,
                limits,
                load: shared::LoadWish::default(),
            })
            .await
            .id
    }

    /// All events of a run, once it is over.
    pub async fn events(&self, run: RunId) -> Vec<RunEvent> {
        self.until(run, |events| matches!(events.last(), Some(RunEvent::Ended(_)))).await
    }

    /// The events of a run as soon as they are so.
    pub async fn until(&self, run: RunId, are_so: impl Fn(&[RunEvent]) -> bool) -> Vec<RunEvent> {
        let mut changes = self.engine.changes();
        let log = self.engine.log(run).expect("the run is remembered");
        let enough = async {
            loop {
                let events = log.read(0, usize::MAX).events;
                if are_so(&events) {
                    return events;
                }
                changes.changed().await.expect("the log is held");
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), enough).await {
            Ok(events) => events,
            Err(_) => panic!("after 20 s the run has come to {:?}", brief(&log.read(0, usize::MAX).events)),
        }
    }

    /// As soon as it has printed this.
    pub async fn printed(&self, run: RunId, text: &str) {
        self.until(run, |events| brief(events).iter().any(|line| line.contains(text))).await;
    }

    /// What happened in a run of one lap with this script, in short.
    pub async fn play(&self, script: &str) -> Vec<String> {
        let run = self.submit(&[Mode::Threads], script).await;
        brief(&self.events(run).await)
    }

    /// Ends it. Nothing may be left.
    pub async fn close(self) {
        self.engine.shut_down().await;
        assert_eq!(children(), Vec::<String>::new());
    }
}

/// The real kernels, the preferred one first.
pub fn installed_kernels() -> Vec<Kernel> {
    let kernels = installed(&runner::config::data().expect("this account has a folder for data"));
    assert!(!kernels.is_empty(), "there is no kernel of this protocol: run `cargo xtask kernels`");
    kernels
}

/// A kernel that starts so.
pub fn kernel(how: &str) -> Kernel {
    let program = std::env::current_exe().expect("a program knows its file");
    let target = program.ancestors().nth(2).expect("tests stand in target/*/deps");
    let binary = target.join("examples/scripted_kernel");
    build_example(&binary, target);
    let python = Python { major: 3, minor: 14, micro: 1 };
    let build = InterpreterBuild { id: "test".into(), python, gil: Gil::Present, executable: how.into() };
    Kernel { build, binary, python: how.into() }
}

/// Builds the scripted kernel, once, if it isn't there or older than this program: `cargo test --test engine` alone
/// builds no examples.
fn build_example(binary: &Path, target: &Path) {
    static BUILT: Once = Once::new();
    let made = |file: &Path| file.metadata().and_then(|data| data.modified()).ok();
    let program = std::env::current_exe().expect("a program knows its file");
    if made(binary).is_some_and(|made_then| Some(made_then) >= made(&program)) {
        return;
    }
    BUILT.call_once(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--quiet", "-p", "runner", "--example", "scripted_kernel", "--target-dir"]);
        cargo.arg(target.parent().expect("it stands in target/*")).current_dir(env!("CARGO_MANIFEST_DIR"));
        cargo.args(target.ends_with("release").then_some("--release"));
        assert!(cargo.status().is_ok_and(|status| status.success()), "the example scripted_kernel can't be built");
    });
}

/// The processes that this program has started, with their names.
pub fn children() -> Vec<String> {
    let threads = std::fs::read_dir("/proc/self/task").expect("a program sees itself").flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let pids: Vec<String> =
        lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    pids.iter().map(|pid| std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default()).collect()
}

/// Each event in a word or a few, but for what the machine does besides, which not every system says.
pub fn brief(events: &[RunEvent]) -> Vec<String> {
    // What the machine does besides not every system says, and how long stopping took is another each time.
    let varies = |event: &RunEvent| {
        matches!(event, RunEvent::Lap { event: LapEvent::OtherLoad(_) | LapEvent::Stopped { .. }, .. })
    };
    events.iter().filter(|event| !varies(event)).map(brief_event).collect()
}

fn brief_event(event: &RunEvent) -> String {
    match event {
        RunEvent::Queued { ahead } => format!("queued {ahead}"),
        RunEvent::LapStarted { lap, mode, .. } => format!("{lap} started {mode}"),
        RunEvent::Lap { lap, event } => match event {
            LapEvent::Output { text, .. } => format!("{lap} {}", text.trim_end()),
            LapEvent::Source(kind) => format!("{lap} {kind:?}"),
            LapEvent::WorkerReady { worker, .. } => format!("{lap} ready {worker}"),
            LapEvent::Began { tasks, .. } => format!("{lap} began {tasks}"),
            LapEvent::Spans { worker, spans } => format!("{lap} spans {worker} {}", spans.len()),
            LapEvent::Accounted(account) => format!("{lap} account {}", account.worker),
            LapEvent::States { worker, .. } => format!("{lap} states {worker}"),
            LapEvent::Pictured(picture) => format!("{lap} picture {}", picture.window),
            LapEvent::Sampled { totals, .. } => format!("{lap} sampled {}", totals.len()),
            LapEvent::Thread { worker, name, .. } => format!("{lap} thread {worker} {name}"),
            LapEvent::ThreadEnded { worker, .. } => format!("{lap} thread ended {worker}"),
            LapEvent::Progress { .. } => format!("{lap} progress"),
            LapEvent::Wrapped { per_task } => format!("{lap} wrapped {}", per_task.0),
            LapEvent::Checked(verdict) => format!("{lap} {verdict:?}"),
            LapEvent::OtherLoad(_) => format!("{lap} other load"),
            LapEvent::Stopped { .. } => format!("{lap} stopped"),
            LapEvent::Serving { .. } => format!("{lap} serving"),
            LapEvent::Connections { changes } => format!("{lap} connections {}", changes.len()),
            LapEvent::Frames { beats } => format!("{lap} frames {}", beats.len()),
            LapEvent::Inputs { beats } => format!("{lap} inputs {}", beats.len()),
            LapEvent::Answered { worker, answers } => format!("{lap} answered {worker} {}", answers.len()),
            LapEvent::WorkerDied(death) => format!("{lap} died {:?}", death.worker),
            LapEvent::Loading(_) => format!("{lap} loading"),
            LapEvent::LoadProgress(_) => format!("{lap} load goes on"),
            LapEvent::Loaded(report) => format!("{lap} loaded, {} failed", report.failed()),
            LapEvent::Drained { unanswered, .. } => format!("{lap} drained {unanswered}"),
        },
        RunEvent::Stopping(stage) => format!("stopping {stage:?}"),
        RunEvent::LapEnded { lap, ending } => format!("{lap} {}", brief_ending(ending)),
        RunEvent::Ended(ending) => format!("{ending:?}"),
    }
}

fn brief_ending(ending: &Ending) -> String {
    match ending {
        Ending::Completed { .. } => "completed".into(),
        Ending::Raised(raised) => format!("raised {}", raised.exception),
        Ending::Stopped(stage) => format!("stopped {stage:?}"),
        Ending::TimedOut { .. } => "timed out".into(),
        Ending::LimitExceeded(exceeded) => format!("{:?}", exceeded.limit),
        Ending::Died(death) => format!("died {:?}", death.cause),
    }
}

/// Says that a test can't run here. Not by `println!`, which the test runner keeps to itself.
pub fn skipped(why: &str) {
    use std::io::Write;
    let mut aloud = std::io::stdout();
    writeln!(aloud, "SKIPPED: {why}").expect("standard output is open");
}
