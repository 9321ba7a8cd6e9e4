//! All that the runs print: a file for each in the workspace, written as it comes, beside the logs and at its own
//! speed. The page shows the first and the last lines; here are the rest.

mod writer;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use shared::{RunId, RunTicket, SavedOutput};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, oneshot, watch};
use tokio::task::JoinHandle;

use crate::engine::Engine;
use writer::Writer;

/// Of how many runs the output is kept.
const MOST_FILES: usize = 20;
/// How much of it, in bytes; the newest is kept even if it is longer.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// How often it is written: the laps need the cores.
const PAUSE: Duration = Duration::from_millis(100);

/// How long somebody who asks for a file waits for its last lines.
const PATIENCE: Duration = Duration::from_secs(2);

/// The folder of these files, and who writes them; clones are the same.
#[derive(Clone)]
pub struct Outputs {
    folder: PathBuf,
    engine: Engine,
    /// The remembered runs whose output is written to its end.
    written: watch::Receiver<BTreeSet<RunId>>,
    keeper: Arc<Mutex<Option<Keeper>>>,
}

struct Keeper {
    finish: oneshot::Sender<()>,
    work: JoinHandle<()>,
}

impl Outputs {
    /// Keeps what this engine's runs print, in the workspace, from now on; within a tokio runtime.
    pub fn keep(engine: &Engine, workspace: &Path) -> Outputs {
        let folder = workspace.join(".virgil/output");
        let (finish, finished) = oneshot::channel();
        let (done, written) = watch::channel(BTreeSet::new());
        let work = tokio::spawn(keep(engine.clone(), folder.clone(), done, finished));
        Outputs { folder, engine: engine.clone(), written, keeper: Arc::new(Mutex::new(Some(Keeper { finish, work }))) }
    }

    /// Waits until all that a run printed is in its file, if the run is over. While it goes on, what is there counts.
    pub async fn settle(&self, run: RunId) {
        if self.engine.log(run).is_some_and(|log| log.is_over()) {
            let mut written = self.written.clone();
            // A disk that is so slow, or a keeper that has ended, leaves what is there.
            let _ = tokio::time::timeout(PATIENCE, written.wait_for(|written| written.contains(&run))).await;
        }
    }

    /// The file of a run that has printed something, if it is still kept, and its name.
    pub fn find(&self, run: RunId) -> Option<(SavedOutput, String)> {
        let (_, path) = files(&self.folder).into_iter().find(|(id, _)| *id == run)?;
        let bytes = fs::metadata(&path).ok()?.len();
        let name = path.file_name()?.to_str()?.to_owned();
        Some((SavedOutput { file: path.display().to_string(), bytes }, name))
    }

    /// Opens it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, saved: &SavedOutput) -> io::Result<File> {
        File::open(&saved.file)
    }

    /// Writes the last of it, once the engine was shut down.
    pub async fn finish(&self) {
        if let Some(Keeper { finish, work }) = self.keeper.lock().await.take() {
            // Whoever has ended by itself has nothing left to write.
            let _ = finish.send(());
            let _ = work.await;
        }
    }
}

async fn keep(
    engine: Engine,
    folder: PathBuf,
    done: watch::Sender<BTreeSet<RunId>>,
    mut finished: oneshot::Receiver<()>,
) {
    let mut accepted = engine.accepted();
    let mut changes = engine.changes();
    let mut writers: Vec<Writer> = Vec::new();
    loop {
        let is_last = tokio::select! {
            biased;
            _ = &mut finished => true,
            ticket = accepted.recv() => {
                match ticket {
                    Ok(RunTicket { id, .. }) => writers.extend(engine.log(id).map(|log| Writer::new(log, &folder))),
                    Err(RecvError::Lagged(count)) => tracing::warn!("The output of {count} runs is not saved."),
                    Err(RecvError::Closed) => return,
                }
                continue;
            }
            Ok(()) = changes.changed() => false,
        };
        let written = tokio::task::spawn_blocking(move || {
            let ended: Vec<RunId> =
                writers.extract_if(.., |writer| !writer.goes_on()).map(|writer| writer.run()).collect();
            (writers, ended)
        });
        let Ok((left, ended)) = written.await else { return };
        writers = left;
        if !ended.is_empty() {
            let remembered: BTreeSet<RunId> = engine.tickets().into_iter().map(|ticket| ticket.id).collect();
            done.send_modify(|written| {
                written.extend(ended);
                written.retain(|run| remembered.contains(run));
            });
        }
        if is_last {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Where the output of a run is kept.
fn file(folder: &Path, ticket: &RunTicket) -> PathBuf {
    folder.join(format!("{}-{}.txt", ticket.cell, ticket.id.0))
}

/// All files of outputs with their runs, the oldest first.
fn files(folder: &Path) -> Vec<(RunId, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let run = |entry: fs::DirEntry| {
        let path = entry.path();
        let (_, id) = path.file_name()?.to_str()?.strip_suffix(".txt")?.rsplit_once('-')?;
        Some((RunId(id.parse().ok()?), path))
    };
    let mut files: Vec<_> = entries.flatten().filter_map(run).collect();
    files.sort();
    files
}

/// Removes the oldest until there is room for one more.
fn prune(folder: &Path) {
    let (mut count, mut bytes) = (0, 0);
    for (_, path) in files(folder).into_iter().rev() {
        count += 1;
        bytes += fs::metadata(&path).map_or(0, |data| data.len());
        if (count >= MOST_FILES || bytes > MOST_BYTES)
            && let Err(error) = fs::remove_file(&path)
        {
            tracing::warn!("{} can't be removed ({error}): remove it by hand.", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_are_kept_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        for number in 0..30 {
            prune(folder.path());
            fs::write(folder.path().join(format!("my-cell-{number}.txt")), "x").unwrap();
        }
        let runs: Vec<u64> = files(folder.path()).into_iter().map(|(run, _)| run.0).collect();
        assert_eq!(runs, (10..30).collect::<Vec<_>>());
        assert!(folder.path().join("notes.txt").exists());
    }

    #[test]
    fn long_ones_leave_less_room() {
        let folder = tempfile::tempdir().unwrap();
        for (number, length) in [(1, 10), (2, MOST_BYTES), (3, 10)] {
            let file = File::create(folder.path().join(format!("cell-{number}.txt"))).unwrap();
            file.set_len(length).unwrap();
        }
        prune(folder.path());
        let runs: Vec<u64> = files(folder.path()).into_iter().map(|(run, _)| run.0).collect();
        assert_eq!(runs, [3]);
    }
}
