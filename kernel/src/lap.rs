//! One lap, from the command to its ending.

use std::path::PathBuf;
use std::sync::OnceLock;

use shared::{Ending, Feed, Group, LapEvent, LapRequest, Mode, Nanos, Raised, Results, SourceKind, StopStage, Verdict};

use crate::dispatcher::{Dispatcher, Gate};
use crate::helpers::Helpers;
use crate::interpreter::{Attachment, ThreadState};
use crate::ledger::Ledger;
use crate::memory::Memory;
use crate::object::{Exception, Object, Outcome};
use crate::output::Label;
use crate::raised::Scene;
use crate::shown::Allowance;
use crate::source::{ModuleName, Source};
use crate::track::Tracks;
use crate::unfit::{self, Thing};
use crate::value::{Exchange, Pickling, Value};
use crate::workload::Workload;
use crate::{
    cancel, clock, desktop, executor, free_threading, modes, outbox, prints, raised, sampler, service, shown, system,
};

/// So many results are shown.
pub const SHOWN_RESULTS: usize = 20;

/// What a script is told that should be executed in modes.
const NO_WORK: &str = "Modes were chosen, but the source has no `work`: define `def work(item):` and `ITEMS = [...]`, or choose \
                       only Sequential, which runs it once from top to bottom.";

/// A process in which CPython was started, and what its main thread has of it.
#[derive(Debug)]
pub struct Kernel {
    /// The `python` that it embeds.
    pub python: PathBuf,
    /// The main thread's state.
    pub state: ThreadState,
    /// Helpers in the main interpreter.
    pub worker: Helpers,
    /// Helpers in the main interpreter.
    pub lap: Helpers,
    /// Those that look at results, loaded before there are any: whoever waits for a result waits for nothing else.
    pub prints: Helpers,
    /// The same.
    pub shown: Helpers,
}

/// What all threads of a lap share.
#[derive(Debug)]
pub struct Lap {
    /// What is executed.
    pub source: Source,
    /// How.
    pub mode: Mode,
    /// By how many.
    pub workers: u32,
    /// What `work` is called with.
    pub items: Vec<Value>,
    /// Hands out the items.
    pub dispatcher: Dispatcher,
    /// Opens when all workers are ready.
    pub gate: Gate,
    /// What each worker does.
    pub tracks: Tracks,
    /// When each worker came to what.
    pub ledger: Ledger,
    /// What memory they take.
    pub memory: Memory,
}

static LAP: OnceLock<Lap> = OnceLock::new();

impl Lap {
    /// The lap that this process executes, once there is one.
    pub fn current() -> Option<&'static Lap> {
        LAP.get()
    }

    /// A worker can take tasks.
    pub fn ready(&self, worker: u32, at: Nanos) {
        self.ledger.ready(worker, at);
        outbox::send(LapEvent::WorkerReady { worker, at });
    }

    /// Measurement begins now.
    pub fn begin(&'static self) -> Nanos {
        self.memory.all_ready(self.workers);
        self.memory.keep_looking();
        self.tracks.start_sending();
        sampler::begin();
        let at = clock::now();
        outbox::send(LapEvent::Began { tasks: self.dispatcher.tasks(), at });
        self.dispatcher.begin(self.workers);
        at
    }

    /// All tasks of the lap, which began then, have ended: sends what is left to say of the workers. The end of the
    /// last task.
    pub fn account(&self, began: Nanos) -> Nanos {
        let end = self.tracks.finish();
        self.account_of(began, end);
        end
    }

    /// The same of a service, which answers nothing more since then.
    pub fn account_until(&self, began: Nanos, end: Nanos) {
        self.tracks.finish();
        self.account_of(began, end);
    }

    fn account_of(&self, began: Nanos, end: Nanos) {
        if system::is_forked() {
            // Another thread may have held these locks when user code forked: nobody would ever give them back.
            return;
        }
        let seen = sampler::finish();
        if self.mode.awaits() || self.mode.group() == Group::Stdlib {
            // Where Python dispatches, nobody sees what a worker does between its tasks: no account is none at all.
            return;
        }
        self.memory.all_done();
        // Threads that a script has started are seen too, and are no workers.
        let workers = seen.into_iter().filter(|(worker, _)| *worker < self.workers);
        workers.for_each(|(worker, seen)| self.ledger.see(worker, seen));
        for worker in 0..self.workers {
            let (computed, memory) = (self.tracks.computed(worker), self.memory.of(worker));
            let account = self.ledger.account(worker, (began, end), computed, memory);
            outbox::send(LapEvent::Accounted(Box::new(account)));
        }
    }
}

/// How a mode has ended: when measurement began, and the results by task.
pub type Measured = Result<(Nanos, Vec<Value>), Ending>;

/// Executes a lap on the main thread.
pub fn run(kernel: &Kernel, request: LapRequest) -> Ending {
    let attachment = kernel.state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let ending = execute(&attachment, kernel, request).unwrap_or_else(|ending| ending);
    drop(interruptible);
    match ending {
        Ending::Completed { .. } => ending,
        _ if cancel::is_requested() => Ending::Stopped(StopStage::Asked),
        _ => ending,
    }
}

fn execute(attachment: &Attachment, kernel: &Kernel, request: LapRequest) -> Result<Ending, Ending> {
    let LapRequest { source, file, mode, workers, feed, port, needs_work, pictures, check, limits } = request;
    system::limits::impose(&limits, mode, workers);
    if mode == Mode::FreeThreaded {
        free_threading::refuse_with_gil().map_err(Ending::Raised)?;
    }
    let (kind, source) = Source::read(attachment, kernel, source, file).map_err(Ending::Raised)?;
    outbox::send(LapEvent::Source(kind));
    executor::allow(kernel.python.clone());
    match kind {
        SourceKind::Script if needs_work => Err(Ending::Raised(raised::said("WorkloadIncomplete", NO_WORK.into()))),
        SourceKind::Script => {
            let lap = start(source, (Mode::Sequential, 1), (vec![Value::None], Nanos(0)), Feed::AtOnce, false);
            Ok(modes::script::execute(attachment, kernel, lap))
        }
        SourceKind::Service => {
            let workers = if mode.is_parallel() { workers.clamp(1, shared::MAX_WORKERS) } else { 1 };
            let lap = start(source, (mode, workers), (Vec::new(), Nanos(0)), Feed::AtOnce, check.is_some());
            Ok(service::execute(attachment, kernel, lap, port, check))
        }
        SourceKind::Desktop => {
            if pictures {
                desktop::pictures::allow();
            }
            let pool = if mode.is_parallel() { workers.clamp(1, shared::MAX_WORKERS - 1) } else { 0 };
            let lap = start(source, (mode, pool + 1), (Vec::new(), Nanos(0)), Feed::AtOnce, check.is_some());
            desktop::execute(attachment, kernel, lap, check)
        }
        SourceKind::Workload => {
            let library = modes::load(attachment, mode);
            let library = library.map_err(|exception| raise(attachment, &exception, scene(&source.file, mode)))?;
            let namespace = free_threading::listen(attachment, &kernel.lap, mode)
                .and_then(|()| source.execute(attachment, &kernel.worker, ModuleName::Replayed));
            let namespace = namespace.map_err(|exception| raise(attachment, &exception, scene(&source.file, mode)))?;
            free_threading::check(attachment, &kernel.lap, mode)?;
            let exchange = match mode {
                Mode::Sequential | Mode::Threads | Mode::FreeThreaded | Mode::Asyncio => Exchange::ByReference,
                // What crosses is pickled by the executor.
                Mode::ThreadPool | Mode::InterpreterPool => Exchange::ByReference,
                Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => Exchange::ByReference,
                Mode::Subinterpreters | Mode::SharedGil => Exchange::ToInterpreter(Pickling::new(&kernel.worker), None),
                Mode::Processes => Exchange::ToProcess(Pickling::new(&kernel.worker)),
            };
            let scene = scene(&source.file, mode);
            let Workload { work, items } = Workload::take(attachment, &kernel.lap, &namespace, &exchange, scene)?;
            let workers = if mode.is_parallel() { workers.clamp(1, shared::MAX_WORKERS) } else { 1 };
            let pickling = exchange.spent().map_or(Nanos(0), |spent| spent.pickling());
            let lap = start(source, (mode, workers), (items, pickling), feed, check.is_some());
            let (began, results) = modes::execute(attachment, (kernel, library.as_ref()), lap, work)?;
            free_threading::check(attachment, &kernel.lap, mode)?;
            conclude(attachment, kernel, lap, check, &exchange, (began, results))
        }
    }
}

/// The lap, once its items are there, and how long pickling them took.
fn start(
    source: Source,
    (mode, workers): (Mode, u32),
    (items, pickling): (Vec<Value>, Nanos),
    feed: Feed,
    keep_spans: bool,
) -> &'static Lap {
    LAP.get_or_init(|| Lap {
        source,
        mode,
        workers,
        dispatcher: Dispatcher::new(items.len() as u32, feed),
        items,
        gate: Gate::default(),
        tracks: Tracks::new(workers, keep_spans),
        ledger: Ledger::open(workers, pickling),
        memory: match mode {
            Mode::Sequential | Mode::Threads | Mode::Subinterpreters | Mode::SharedGil | Mode::FreeThreaded => {
                Memory::before_workers()
            }
            Mode::Processes => Memory::default(),
            // Their dispatchers are written in Python, and have no accounts.
            Mode::Asyncio | Mode::ThreadPool | Mode::InterpreterPool => Memory::default(),
            Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => Memory::default(),
        },
    })
}

/// Outside of any worker.
fn scene(file: &str, mode: Mode) -> Scene<'_> {
    Scene { file, kind: SourceKind::Workload, mode, place: Label::default() }
}

fn raise(attachment: &Attachment, exception: &Exception, scene: Scene) -> Ending {
    Ending::Raised(raised::describe(attachment, exception, scene))
}

/// What a completed lap says of its results.
fn conclude(
    attachment: &Attachment,
    kernel: &Kernel,
    lap: &Lap,
    check: Option<String>,
    exchange: &Exchange,
    (began, results): (Nanos, Vec<Value>),
) -> Result<Ending, Ending> {
    let wall = lap.account(began).since(began);
    let count = results.len() as u32;
    let scene = scene(&lap.source.file, lap.mode);
    let raised = |exception| raise(attachment, &exception, scene);
    let to_object = |(task, result)| {
        exchange
            .to_object(attachment, result)
            .map_err(|exception| Ending::Raised(unfit::arriving(attachment, &exception, Thing::Result(task), scene)))
    };
    let fingerprints =
        || prints::take((attachment, &kernel.prints), scene, &results, |task| to_object((task, &results[task])));
    let objects = |wanted| {
        let allowance = Allowance::start();
        let mut objects = Vec::new();
        for (task, result) in results.iter().enumerate() {
            match to_object((task, result)) {
                Ok(object) if task < wanted || allowance.covers(task) => objects.push(object),
                Err(ending) if task < wanted => return Err(ending),
                Ok(_) | Err(_) => break,
            }
        }
        Object::list(attachment, objects).map_err(raised)
    };
    let look = |objects: &Object| -> Outcome<_> { Ok((first(kernel, objects)?, shown::take(&kernel.shown, objects)?)) };
    // A check may change what it is given: at references it is looked first. Copies are made once more after it, so that
    // nobody waits for what is looked at.
    let by_reference = matches!(exchange, Exchange::ByReference);
    let early = match by_reference {
        true => Some((fingerprints()?, look(&objects(SHOWN_RESULTS)?).map_err(raised)?)),
        false => None,
    };
    if let Some(check) = &check {
        let verdict = judge(attachment, kernel, lap, check, &objects(results.len())?, (began, wall)).map_err(raised)?;
        if cancel::is_requested() {
            return Err(Ending::Stopped(StopStage::Asked));
        }
        outbox::send(LapEvent::Checked(verdict));
    }
    let ((prints, further), (first, shown)) = match early {
        Some(early) => early,
        None => {
            let seen = look(&objects(SHOWN_RESULTS)?).map_err(raised)?;
            (fingerprints()?, seen)
        }
    };
    Ok(Ending::Completed { wall, results: Results { count, first, further, prints, shown: Box::new(shown) } })
}

fn first(kernel: &Kernel, results: &Object) -> Outcome<Vec<String>> {
    let shown = kernel.lap.call(c"show", &[results])?;
    Ok((0..shown.length()).map(|place| shown.item(place).to_text()).collect())
}

/// Calls the check with the results, or of a service with what asks it, and what is known of the lap.
///
/// # Errors
/// What is raised around the check, not by it.
pub fn judge(
    attachment: &Attachment,
    kernel: &Kernel,
    lap: &Lap,
    check: &str,
    results: &Object,
    (began, wall): (Nanos, Nanos),
) -> Outcome<Verdict> {
    let number = |number: u32| Object::int(attachment, i64::from(number));
    let seconds = |time: Nanos| Object::float(attachment, time.seconds());
    let task = |(worker, span): (u32, shared::Span)| -> Outcome<Object> {
        let [start, end] = [span.start, span.end].map(|time| time.since(began));
        let fields = vec![number(span.task)?, number(worker)?, seconds(start)?, seconds(end)?, seconds(span.cpu)?];
        Object::tuple(attachment, fields)
    };
    // The window's own thread executes no calls.
    let windows = u32::from(executor::is_desktop() && lap.mode.is_parallel());
    let tasks = lap.tracks.take_kept().into_iter().map(task).collect::<Outcome<_>>()?;
    let [check, file] = [check, "check.py"].map(|text| Object::text(attachment, text));
    let (check, file) = (check?, file?);
    kernel.worker.call(c"seed_lines", &[&check, &file])?;
    let verdict = kernel.lap.call(
        c"judge",
        &[
            &check,
            &file,
            results,
            &Object::text(attachment, lap.mode.slug())?,
            &number(lap.workers - windows)?,
            &seconds(wall)?,
            &Object::list(attachment, tasks)?,
        ],
    )?;
    let text = raised::shortened(verdict.item(1).to_text());
    Ok(match verdict.item(0).to_text().as_str() {
        "passed" => Verdict::Passed,
        "failed" => Verdict::Failed(text),
        _ => Verdict::Broken(text),
    })
}

/// A description of why a lap can't be executed, as something raised.
pub fn impossible(sentence: String) -> Raised {
    raised::said("RuntimeError", sentence)
}
