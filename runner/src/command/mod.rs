//! `virgil run`: the same runs and results without a server and without a browser.

mod arguments;
mod choice;
mod exit;
mod loading;
mod prepared;
mod source;

pub mod lines;

mod cost;
mod screen;
mod served;
mod show;
mod table;
mod whereabouts;
mod windowed;

mod destination;
mod document;
pub mod result;

pub mod bench;

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use shared::{Agreement, Ending, LapPhase, LoadWish, Phase, Run, RunEnding};
use tokio::sync::oneshot;

use crate::engine::{Engine, Rest};
use crate::stop::{Wish, Wishes};
pub use arguments::RunArguments;
pub use bench::BenchArguments;
use destination::Destination;
use document::Context;
use exit::{Exit, Refusal};
pub use loading::LoadArguments;
use prepared::Prepared;
use screen::Screen;
use show::Show;

/// Threads of the engine: the laps need the cores.
const THREADS: usize = 2;
/// How much of a run's events is read at once, in bytes.
const PART_BYTES: usize = 1024 * 1024;
/// How long the table and the JSON may still take when the person has asked twice to end.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Runs a file with the kernels below `data`, and says how it went.
pub fn run(arguments: &RunArguments, data: &Path) -> ExitCode {
    code(execute(arguments, None, data))
}

/// Serves a file's `app` with the kernels below `data`, puts load on it, and says how it went.
pub fn load(arguments: &LoadArguments, data: &Path) -> ExitCode {
    code(arguments.wish().and_then(|plan| execute(&arguments.run(), Some(plan), data)))
}

fn code(ended: Result<Exit, Refusal>) -> ExitCode {
    let exit = ended.unwrap_or_else(|Refusal { exit, sentence }| {
        Screen::new(true).say(&format!("virgil: {sentence}\n"));
        exit
    });
    ExitCode::from(exit.code())
}

fn execute(arguments: &RunArguments, load: Option<LoadWish>, data: &Path) -> Result<Exit, Refusal> {
    let prepared = Prepared::read(arguments, load, data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime
        .map_err(|error| Refusal::failed(format!("The system gives no threads ({error}): close other programs.")))?;
    let exit = runtime.block_on(supervise(prepared));
    runtime.shutdown_timeout(LAST_WORK);
    exit
}

/// Runs, and hears the person meanwhile. When it returns, nothing of the run is left.
async fn supervise(prepared: Prepared) -> Result<Exit, Refusal> {
    let mut wishes = Wishes::listen();
    let folder = prepared.order.file.parent().unwrap_or(Path::new("/")).to_owned();
    let engine = Engine::start(prepared.kernels.clone(), prepared.limits, folder);
    let run = engine.submit(prepared.order.clone()).await.id;
    let wish = Arc::new(OnceLock::new());
    let (done, mut is_done) = oneshot::channel();
    // On a thread of its own: who reads the table may be slow, and Ctrl+C must be heard all the same.
    let (runtime, shown, known) = (tokio::runtime::Handle::current(), engine.clone(), wish.clone());
    let spawned = thread::Builder::new().name("show".into()).spawn(move || {
        // The receiver is gone only when the program ends anyway.
        let _ = done.send(runtime.block_on(show(&shown, run, prepared, &known)));
    });
    if let Err(error) = spawned {
        engine.shut_down().await;
        return Err(Refusal::failed(format!("The system gives no threads ({error}): close other programs.")));
    }
    let exit = loop {
        tokio::select! {
            exit = &mut is_done => break exit.ok(),
            asked = wishes.next() => match wish.set(asked) {
                Ok(()) => engine.stop(run),
                Err(_) => {
                    engine.shut_down().await;
                    break tokio::time::timeout(LAST_WORK, &mut is_done).await.ok().and_then(Result::ok);
                }
            },
        }
    };
    engine.shut_down().await;
    match (exit, wish.get()) {
        (Some(exit), _) => exit,
        (None, Some(wish)) => Ok(Exit::Stopped(*wish)),
        (None, None) => Err(Refusal::failed("Virgil itself failed: please report what stands above.")),
    }
}

/// Shows a run until it is over, and writes its JSON.
async fn show(engine: &Engine, run: shared::RunId, prepared: Prepared, wish: &OnceLock<Wish>) -> Result<Exit, Refusal> {
    let Prepared { order, context, notes, misuse, destination, .. } = prepared;
    let mut screen = Screen::new(destination == Some(Destination::Output));
    notes.iter().for_each(|note| screen.say(&format!("virgil: {note}\n")));
    let Some(log) = engine.log(run) else { return Err(Refusal::failed("The run was forgotten: run again.")) };
    let used = choice::used(&order.request, &context.builds);
    let mut show = Show::new(log.ticket().clone(), used, order.needs_work, screen);
    let mut changes = engine.changes();
    let mut since = 0;
    loop {
        let part = log.read(since, PART_BYTES);
        since += part.events.len() as u64;
        show.take(&part.events);
        if show.screen.is_unread() {
            engine.stop(run);
        }
        match part.rest {
            Rest::Nothing => break,
            // The engine holds the other end as long as it is there.
            Rest::ToCome => _ = changes.changed().await,
            Rest::Waiting | Rest::WaitingToTheEnd => {}
        }
    }
    show.conclude(context.machine.cores, context.agreement);
    if let Some(raised) = show.misused() {
        return Err(Refusal::usage(misuse.unwrap_or(&raised.message)));
    }
    let exit = Exit::of(&show.run, context.agreement, wish.get().copied());
    finish(&mut show, &context, destination, exit)
}

/// The last words, and the JSON.
fn finish(show: &mut Show, context: &Context, to: Option<Destination>, exit: Exit) -> Result<Exit, Refusal> {
    if exit != Exit::Completed
        && let Some(sentence) = last_word(&show.run, context.agreement)
    {
        show.screen.say(&format!("virgil: {sentence}\n"));
    }
    let lost = show.screen.lost().map(|error| format!("The table can't be written ({error}): give it another place."));
    if let Some(to) = to {
        let mut text = serde_json::to_string(&document::document(context, &show.run, exit))
            .map_err(|error| Refusal::failed(format!("The result can't be written as JSON ({error}): report this.")))?;
        text.push('\n');
        match to {
            Destination::Output => match show.screen.result(&text) {
                Err(_) if show.screen.is_unread() => return Ok(Exit::Unread),
                Err(error) => {
                    return Err(Refusal::failed(format!(
                        "The JSON can't be written ({error}): give it another place."
                    )));
                }
                Ok(()) => {}
            },
            other => other.write(&text)?,
        }
    }
    match lost {
        Some(sentence) if exit == Exit::Completed => Err(Refusal::failed(sentence)),
        _ => Ok(exit),
    }
}

/// How the run ended. What to do about an exception stands above its traceback.
fn last_word(run: &Run, agreement: Agreement) -> Option<String> {
    if let Phase::Ended(RunEnding::AsLap(lap)) = run.phase
        && let Some(LapPhase::Ended(ending @ Ending::Raised(raised))) = run.laps.get(lap as usize).map(|lap| &lap.phase)
        && raised.is_traced()
    {
        return Some(ending.summary());
    }
    document::sentence(run, agreement)
}
