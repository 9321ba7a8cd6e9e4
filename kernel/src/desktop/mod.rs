//! A source that defines `main(pool)`: a program with a window, on the process's main thread. Its work is executed by a
//! pool in the lap's mode, and how late its event loop comes to what is due is measured (`heart`).
//!
//! The pool's workers have the lap's lanes, and the window's thread the one after them, which is called so. In the mode
//! sequential it is the one worker itself.

use std::sync::OnceLock;
use std::time::Duration;

use shared::{Ending, Group, LapEvent, Mode, Nanos, Raised, Results, SourceKind, StopStage, Verdict};

use crate::executor::{self, Pool};
use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, detached};
use crate::lap::{self, Kernel, Lap};
use crate::ledger::Closing;
use crate::object::{Exception, Object, Outcome};
use crate::output::{self, Label};
use crate::raised::{self, Scene, said};
use crate::source::ModuleName;
use crate::value::Exchange;
use crate::{cancel, clock, ending, free_threading, outbox};

mod heart;
pub mod natives;
pub mod pictures;

/// What the lane of the window's thread is called.
const WINDOW: &str = "window";
/// How long workers have to end when the program has.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How long workers may take to get ready: the lap's own limits are above it.
const PATIENCE: Duration = Duration::from_secs(3600);

/// When measurement began.
static BEGAN: OnceLock<Nanos> = OnceLock::new();

/// Executes the program, to its end.
///
/// # Errors
/// The ending of a lap that doesn't complete.
pub fn execute(
    attachment: &Attachment,
    kernel: &Kernel,
    lap: &'static Lap,
    check: Option<String>,
) -> Result<Ending, Ending> {
    if lap.mode.group() == Group::Stdlib || lap.mode.awaits() {
        return Err(Ending::Raised(no_pool(lap.mode)));
    }
    executor::of_window();
    let scene = scene(lap);
    let raise = |exception: Exception| Ending::Raised(raised::describe(attachment, &exception, scene));
    let helpers = Helpers::load(attachment, Part::Desktop).map_err(raise)?;
    let main = free_threading::listen(attachment, &kernel.lap, lap.mode)
        .and_then(|()| prepare(attachment, kernel, lap, &helpers))
        .map_err(raise)?;
    free_threading::check(attachment, &kernel.lap, lap.mode)?;
    let pool = open(attachment, lap).map_err(raise)?;
    if let Some(pool) = Pool::find(0) {
        match detached(|| pool.wait_ready(PATIENCE)) {
            Ok(_) if cancel::is_requested() => return Err(Ending::Stopped(StopStage::Asked)),
            Ok(_) => {}
            Err(raised) => return Err(Ending::Raised(advised(raised))),
        }
    }
    let window = lap.workers - 1;
    if lap.mode.is_parallel() {
        outbox::send(LapEvent::Thread { worker: window, name: WINDOW.into(), at: clock::now() });
    }
    output::set_worker(Some(window));
    let watch = attachment.watch(window);
    lap.ready(window, clock::now());
    let began = lap.begin();
    // There is one lap.
    let _ = BEGAN.set(began);
    let called = helpers.call(c"call", &[&main, &pool]);
    let called = called.map_err(|exception| Ending::Raised(raised::describe(attachment, &exception, scene)));
    output::set_worker(None);
    drop(watch);
    let called = called?;
    if called.item(0).to_int().unwrap_or_default() == 0 {
        return Err(Ending::Raised(no_loop()));
    }
    let end = detached(|| wind_up(lap, began));
    if let Some(check) = check {
        let judged = judge(attachment, kernel, lap, &check, called.item(1), (began, end)).map_err(raise)?;
        outbox::send(LapEvent::Checked(judged));
    }
    Ok(completed(began, end))
}

/// The process exits from inside of the event loop, which `sys.exit` does there: without a reason the lap has completed.
fn exited(status: i64) {
    if let (Some(lap), Some(began)) = (Lap::current(), BEGAN.get().copied())
        && natives::heart().is_some()
        && !cancel::is_requested()
    {
        if status >= 0 {
            let text = format!("the program has ended itself with status {status}");
            ending::end(Ending::Raised(said("SystemExit", text)));
        }
        let end = detached(|| wind_up(lap, began));
        ending::end(completed(began, end));
    }
}

/// Lets the workers end, and says what is left to say: the end.
fn wind_up(lap: &'static Lap, began: Nanos) -> Nanos {
    if let Some(heart) = natives::heart() {
        heart.stop();
    }
    let end = clock::now();
    if let Some(pool) = Pool::find(0) {
        pool.end(LAST_WORDS);
    }
    for worker in 0..lap.workers {
        lap.ledger.close_once(worker, Closing::new(end, &Exchange::ByReference));
    }
    lap.account_until(began, end);
    end
}

fn completed(began: Nanos, end: Nanos) -> Ending {
    Ending::Completed { wall: end.since(began), results: Results::default() }
}

/// Replays the source in the main interpreter: its `main`.
fn prepare(attachment: &Attachment, kernel: &Kernel, lap: &Lap, helpers: &Helpers) -> Outcome<Object> {
    helpers.call(c"prepare", &[])?;
    // Before the folder of the source can be searched for modules.
    Object::import(attachment, c"_virgil_pool")?;
    let namespace = lap.source.execute(attachment, &kernel.worker, ModuleName::Replayed)?;
    Ok(namespace.entry(c"main").unwrap_or_else(|| Object::none(attachment)))
}

fn open(attachment: &Attachment, lap: &Lap) -> Outcome<Object> {
    let open_pool = Object::import(attachment, c"_virgil_pool")?.attribute(c"open_pool")?;
    let mode = Object::text(attachment, lap.mode.slug())?;
    let workers = Object::int(attachment, i64::from(lap.workers.saturating_sub(1).max(1)))?;
    open_pool.call(&[&mode, &workers, &Object::tuple(attachment, vec![mode.clone_reference(attachment)])?])
}

fn judge(
    attachment: &Attachment,
    kernel: &Kernel,
    lap: &Lap,
    check: &str,
    returned: Object,
    (began, end): (Nanos, Nanos),
) -> Outcome<Verdict> {
    let frames = natives::heart().map(heart::Heart::frames).unwrap_or_default();
    let frame = |beat: shared::Beat| {
        let due = Object::float(attachment, beat.due.since(began).seconds())?;
        Object::tuple(
            attachment,
            vec![due, Object::float(attachment, beat.late.seconds())?, Object::truth(attachment, beat.busy)],
        )
    };
    let frames = frames.into_iter().map(frame).collect::<Outcome<_>>()?;
    let window = kernel.lap.call(c"window", &[&Object::list(attachment, frames)?, &returned])?;
    lap::judge(attachment, kernel, lap, check, &window, (began, end.since(began)))
}

fn scene(lap: &Lap) -> Scene<'_> {
    Scene { file: &lap.source.file, kind: SourceKind::Desktop, mode: lap.mode, place: Label::default() }
}

/// With what to do where Qt was imported for workers.
fn advised(raised: Raised) -> Raised {
    let about_qt = ["PyQt6", "PySide6", "sip"].iter().any(|name| raised.traceback.contains(name));
    if !about_qt {
        return raised;
    }
    let sentence = "Qt can't be in several interpreters, and the top of the file is executed in each worker: import Qt, \
                    and define its classes, inside of `main`.";
    Raised { advice: Some(sentence.into()), ..raised }
}

fn no_pool(mode: Mode) -> Raised {
    let title = mode.title();
    let sentence = format!(
        "A program with a window gets a pool of Virgil's own, and the mode {title} has none: choose sequential, threads, \
         subinterpreters, processes or free-threaded."
    );
    said("RuntimeError", sentence)
}

fn no_loop() -> Raised {
    let sentence = "`main` has returned without an event loop: make a `QApplication`, show a window, and call \
                    `app.exec()`, which returns when the window is closed.";
    said("RuntimeError", sentence.into())
}
