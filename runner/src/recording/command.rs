//! `virgil record`: runs the cells of a deck as the page would, and puts the runs beside the slides.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use shared::{Cell, CellId, Ended, KeptRun, Nanos, RunId, duration};

use super::due::{Asked, due};
use super::{FOLDER, Recording, cell_of, file_of, path};
use crate::archive::whole_of;
use crate::content::{self, Content, Unfit};
use crate::engine::{Engine, Log, Order, Rest};
use crate::stop::Wishes;
use crate::store::write_whole;
use crate::{check, kernels, limits};

/// Threads of the engine: the laps need the cores.
const THREADS: usize = 2;
/// The exit code of a program that was stopped by Ctrl+C.
const STOPPED: u8 = 130;

/// What can be said on the command line.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct RecordArguments {
    /// The cells to record [default: those that have no recorded run, or one of an earlier version of their code].
    #[arg(value_name = "CELL", conflicts_with = "all")]
    pub cells: Vec<String>,
    /// Record every cell.
    #[arg(long)]
    pub all: bool,
    /// The folder of the deck.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub deck: PathBuf,
}

/// What became of a cell.
struct Done {
    cell: CellId,
    kept: KeptRun,
    bytes: usize,
}

/// Records, and says what became of it.
///
/// # Errors
/// The sentence to show.
pub fn run(arguments: &RecordArguments, data: &Path) -> Result<ExitCode, String> {
    let RecordArguments { cells, all, deck } = arguments;
    let content = content::without_recordings(deck).map_err(|unfit| unreadable(deck, unfit))?;
    let known = known(deck)?;
    let asked = match cells.is_empty() {
        _ if *all => Asked::All,
        true => Asked::Outdated,
        false => Asked::Named(cells.clone()),
    };
    remove_orphans(deck, &content, &known)?;
    let known: BTreeMap<CellId, KeptRun> =
        known.into_iter().filter_map(|(cell, recording)| Some((cell, recording.ok()?.kept))).collect();
    let due = due(&asked, &content.deck.cells, &known)?;
    if due.is_empty() {
        println!("Every cell has its recorded run. Name cells, or say --all, to record them again.");
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime.map_err(|error| format!("The system gives no threads ({error}): close other programs."))?;
    let (done, code) = runtime.block_on(record(deck, &content, &due, data))?;
    println!("{}", summary(&done, due.len(), size(deck)));
    Ok(code)
}

/// The sentence about a deck whose cells aren't known.
fn unreadable(deck: &Path, unfit: Unfit) -> String {
    let lines = check::lines(deck, unfit).join("\n");
    format!("nothing can be recorded before the deck has no mistakes:\n{lines}")
}

/// The recordings that there are, each with what is wrong with it.
fn known(deck: &Path) -> Result<BTreeMap<CellId, Result<Recording, String>>, String> {
    let files = content::recordings_in(deck)?;
    let read = |(path, bytes): (String, Vec<u8>)| {
        let cell = cell_of(&path)?;
        Some((cell.clone(), Recording::read(cell, &bytes)))
    };
    Ok(files.into_iter().filter_map(read).collect())
}

/// Removes recordings of cells that are gone: without it the deck couldn't be served.
fn remove_orphans(
    deck: &Path,
    content: &Content,
    known: &BTreeMap<CellId, Result<Recording, String>>,
) -> Result<(), String> {
    for cell in known.keys().filter(|cell| content.cell(cell).is_none()) {
        let file = path(cell);
        fs::remove_file(deck.join(&file)).map_err(|error| format!("{file} can't be removed ({error}): allow it."))?;
        println!("{file} is removed: the cell is gone.");
    }
    Ok(())
}

/// Runs one cell after the other. What is done is kept, whatever happens to the next.
async fn record(deck: &Path, content: &Content, due: &[&Cell], data: &Path) -> Result<(Vec<Done>, ExitCode), String> {
    let kernels = kernels::installed(data);
    if kernels.is_empty() {
        return Err("Nothing can run yet, since there is no Python with a kernel: run `cargo xtask kernels`.".into());
    }
    let folder = tempfile::Builder::new().prefix("virgil-record-").tempdir();
    let folder = folder.map_err(|error| format!("There is no place for temporary files ({error}): make some."))?;
    let mut wishes = Wishes::listen();
    let engine = Engine::start(kernels, limits::on_this_machine(Default::default()), folder.path().to_owned());
    let began = Instant::now();
    let (mut done, mut code) = (Vec::new(), ExitCode::SUCCESS);
    for (place, cell) in due.iter().enumerate() {
        let left = left(began.elapsed(), place, due.len()).map(|left| format!(", {left} left")).unwrap_or_default();
        println!("{} of {}{left}: {}", place + 1, due.len(), cell.id);
        let order = order(&engine, content, cell, folder.path())?;
        let run = engine.submit(order).await.id;
        let over = tokio::select! {
            over = until_over(&engine, run) => over,
            _ = wishes.next() => None,
        };
        let Some(log) = over else {
            println!("Stopped: what was recorded until now is kept.");
            code = ExitCode::from(STOPPED);
            break;
        };
        let whole = whole_of(&log, engine.builds());
        let kept = whole.kept.clone();
        let bytes = file_of(whole)?;
        let file = deck.join(path(&cell.id));
        write_whole(&deck.join(FOLDER), &file, &bytes)
            .map_err(|error| format!("{} can't be written ({error}): allow it.", file.display()))?;
        done.push(Done { cell: cell.id.clone(), kept, bytes: bytes.len() });
    }
    engine.shut_down().await;
    Ok((done, code))
}

/// What the page would ask for, in a folder where the cell's file is as it would be in the workspace.
fn order(engine: &Engine, content: &Content, cell: &Cell, folder: &Path) -> Result<Order, String> {
    let request = cell.first_request(engine.builds());
    let file = folder.join(format!("{}.py", cell.id));
    fs::write(&file, &request.source).map_err(|error| format!("{} can't be written ({error}).", file.display()))?;
    Ok(Order {
        plan: shared::plan(&request.modes, &request.workers, request.rounds())?,
        needs_work: request.modes.iter().any(|mode| mode.is_parallel()),
        pictures: false,
        request,
        file,
        check: content.checks.get(&cell.id).cloned(),
        limits: content.limits.get(&cell.id).copied().unwrap_or_default(),
        load: shared::LoadWish::default(),
    })
}

/// What happened in a run, once it is over; none if the engine doesn't know it.
async fn until_over(engine: &Engine, run: RunId) -> Option<std::sync::Arc<Log>> {
    let mut changes = engine.changes();
    let log = engine.log(run)?;
    while log.read(log.length().saturating_sub(1), 1).rest != Rest::Nothing {
        // The engine holds the other end as long as it is there.
        let _ = changes.changed().await;
    }
    Some(log)
}

/// How long the rest takes if it takes as long as what is done, by cells.
fn left(since: Duration, done: usize, of: usize) -> Option<String> {
    let each = since.checked_div(u32::try_from(done).ok()?)?;
    let left = each * u32::try_from(of - done).ok()?;
    Some(format!("about {}", duration(Nanos(left.as_nanos() as u64))))
}

/// How many bytes all recordings of a deck take together.
fn size(deck: &Path) -> usize {
    content::recordings_in(deck).unwrap_or_default().values().map(Vec::len).sum()
}

/// What was recorded, and what ended otherwise than one would think.
fn summary(done: &[Done], of: usize, all: usize) -> String {
    let mut lines = vec![String::new()];
    let width = done.iter().map(|done| done.cell.0.len()).max().unwrap_or_default();
    for Done { cell, kept, bytes } in done {
        lines.push(format!("{:width$}  {:>6.1} KB  {}", cell.0, *bytes as f64 / 1024.0, kept.outcome.ended.words()));
    }
    let otherwise: Vec<&Done> = done.iter().filter(|done| done.kept.outcome.ended != Ended::Completed).collect();
    if !otherwise.is_empty() {
        lines.push("\nLook at these, which have not completed:".into());
        lines.extend(otherwise.iter().map(|done| format!("{}: {}", done.cell, done.kept.outcome.sentence)));
    }
    let builds: BTreeSet<&str> = done.iter().flat_map(|done| &done.kept.machine.builds).map(String::as_str).collect();
    let with = if builds.is_empty() { String::new() } else { format!(" with {}", Vec::from_iter(builds).join(", ")) };
    lines.push(format!(
        "\n{} of {of} cells were recorded{with}. All recordings: {:.1} KB.",
        done.len(),
        all as f64 / 1024.0
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::sample;

    #[test]
    fn the_time_left_is_that_of_what_is_done() {
        assert_eq!(left(Duration::from_secs(9), 0, 3), None);
        assert_eq!(left(Duration::from_secs(10), 1, 3).unwrap(), format!("about {}", duration(Nanos(20_000_000_000))));
    }

    #[test]
    fn what_has_not_completed_is_named() {
        let done = |name: &str, ended| {
            let mut kept = sample::whole(1, name).kept;
            kept.outcome.ended = ended;
            kept.outcome.sentence = "It says no.".into();
            Done { cell: CellId(name.into()), kept, bytes: 2048 }
        };
        let said = summary(&[done("a", Ended::Completed), done("bb", Ended::Raised)], 3, 4096);
        assert!(said.contains("a      2.0 KB  completed\n"), "{said}");
        assert!(said.contains("not completed:\nbb: It says no.\n") && !said.contains("a: It"), "{said}");
        assert!(said.ends_with("2 of 3 cells were recorded. All recordings: 4.0 KB."), "{said}");
    }
}
