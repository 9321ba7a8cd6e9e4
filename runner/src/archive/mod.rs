//! The runs that are kept: one small file for each in the workspace, written when it has ended. They can be opened,
//! named, put away and brought back, taken elsewhere as files, and brought here.

pub mod file;
mod keeper;
pub mod routes;
pub mod trim;

#[cfg(test)]
mod any;
#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use shared::{CellId, Change, KeptRun, KeptRuns, MOST_KEPT, RunId, RunTicket, WholeRun, run_name};

use crate::store::write_whole;
use file::Unreadable;
pub use keeper::{Keeper, whole_of};

/// How many runs that were put away can be brought back.
const MOST_PUT_AWAY: usize = 30;
/// How long the file of a run may be that is brought here, in bytes.
pub const MOST_IMPORTED: usize = 16 * 1024 * 1024;
/// What the names of the files end with.
const ENDING: &str = ".virgil";

/// The folder of the kept runs.
pub struct Archive {
    folder: PathBuf,
    known: Mutex<Known>,
}

/// What is in the folder.
#[derive(Default)]
struct Known {
    runs: BTreeMap<RunId, KeptRun>,
    /// By the cell that the file's name says.
    unreadable: Vec<(CellId, String)>,
}

impl Archive {
    /// What is kept in this workspace.
    pub fn open(workspace: &Path) -> Archive {
        let folder = workspace.join(".virgil/runs");
        let mut known = Known::default();
        for path in files(&folder) {
            let Some((cell, id)) = name_of(&path) else { continue };
            let head = File::open(&path).map_err(|error| Unreadable::Spoilt(error.to_string()));
            match head.and_then(|file| file::read_head(BufReader::new(file))) {
                // The file's name decides: people copy and rename files.
                Ok(mut run) => {
                    run.ticket.id = id;
                    run.ticket.cell = cell;
                    known.runs.insert(id, run);
                }
                Err(why) => known.unreadable.push((cell, why.sentence(&path.display().to_string()))),
            }
        }
        Archive { folder, known: Mutex::new(known) }
    }

    /// The kept runs of a cell, the newest first.
    pub fn of(&self, cell: &CellId) -> KeptRuns {
        let known = self.known();
        let mut runs: Vec<KeptRun> = known.runs.values().filter(|run| run.ticket.cell == *cell).cloned().collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.ticket.id));
        let unreadable = known.unreadable.iter().filter(|(of, _)| of == cell).map(|(_, why)| why.clone()).collect();
        KeptRuns { runs, unreadable }
    }

    /// The newest run of each cell that was executed here, the oldest first.
    pub fn latest(&self) -> Vec<RunTicket> {
        let known = self.known();
        let mut latest: BTreeMap<&CellId, &RunTicket> = BTreeMap::new();
        for run in known.runs.values().filter(|run| run.origin == shared::Origin::Here) {
            latest.insert(&run.ticket.cell, &run.ticket);
        }
        let mut tickets: Vec<RunTicket> = latest.into_values().cloned().collect();
        tickets.sort_by_key(|ticket| ticket.id);
        tickets
    }

    /// The greatest name that any of them has.
    pub fn last(&self) -> Option<RunId> {
        self.known().runs.keys().next_back().copied()
    }

    /// What is known of a run.
    pub fn run(&self, run: RunId) -> Option<KeptRun> {
        self.known().runs.get(&run).cloned()
    }

    /// All of a run. Blocks.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn whole(&self, run: RunId) -> Result<WholeRun, String> {
        let (kept, path) = self.find(run)?;
        let bytes = fs::read(&path).map_err(|error| sentence(&path, &error))?;
        let whole = file::read(&bytes).map_err(|why| why.sentence(&path.display().to_string()))?;
        Ok(WholeRun { kept, ..whole })
    }

    /// The file of a run, to be taken elsewhere. Blocks.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn export(&self, run: RunId) -> Result<(String, Vec<u8>), String> {
        let (kept, path) = self.find(run)?;
        let bytes = fs::read(&path).map_err(|error| sentence(&path, &error))?;
        Ok((kept.file_name(), bytes))
    }

    /// Keeps a run that was executed here, also one that still goes on: it is written again when it has ended. The
    /// oldest of the cell's goes if there are too many. Blocks.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn keep(&self, mut whole: WholeRun) -> Result<(), String> {
        trim::trim(&mut whole.moments);
        let mut known = self.known();
        let id = whole.kept.ticket.id;
        match known.runs.get(&id) {
            Some(before) => {
                whole.kept.number = before.number;
                whole.kept.name.clone_from(&before.name);
            }
            None => whole.kept.number = next_number(&known, &whole.kept.ticket.cell),
        }
        self.write(&mut known, &whole)?;
        self.prune(&mut known, &whole.kept.ticket.cell);
        Ok(())
    }

    /// Keeps a run that was read from somebody's file, as one of `cell`. It is never executed. Blocks.
    ///
    /// # Errors
    /// The sentence to show; nothing has changed then.
    pub fn import(&self, cell: &CellId, name: &str, bytes: &[u8]) -> Result<KeptRun, String> {
        let name = if run_name(name).is_empty() { "The file".to_owned() } else { run_name(name) };
        let whole = file::read(bytes).map_err(|why| why.sentence(&name))?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros() as u64;
        let mut known = self.known();
        let after = known.runs.keys().next_back().map_or(0, |last| last.0.saturating_add(1));
        let mut whole = whole
            .imported(cell.clone(), RunId(now.max(after)))
            .map_err(|why| format!("{name} is no run that Virgil could have had. {why}"))?;
        whole.kept.number = next_number(&known, cell);
        self.write(&mut known, &whole)?;
        Ok(whole.kept)
    }

    /// Does what was asked for with a run. Blocks.
    ///
    /// # Errors
    /// The sentence to show; nothing has changed then.
    pub fn change(&self, run: RunId, change: &Change) -> Result<CellId, String> {
        let mut known = self.known();
        match change {
            Change::Name(name) => {
                let (mut kept, path) = self.find_in(&known, run)?;
                kept.name = run_name(name);
                let bytes = fs::read(&path).map_err(|error| sentence(&path, &error))?;
                let new = file::with_head(&bytes, &kept).map_err(|why| why.sentence(&path.display().to_string()))?;
                write_whole(&self.folder, &path, &new).map_err(|error| sentence(&path, &error))?;
                let cell = kept.ticket.cell.clone();
                known.runs.insert(run, kept);
                Ok(cell)
            }
            Change::Remove => {
                let (kept, path) = self.find_in(&known, run)?;
                self.put_away(&path).map_err(|error| sentence(&path, &error))?;
                known.runs.remove(&run);
                Ok(kept.ticket.cell)
            }
            Change::BringBack => {
                let away = self.away();
                let found = files(&away).into_iter().find(|path| name_of(path).is_some_and(|(_, id)| id == run));
                let path = found.ok_or("This run is gone: it was put away too long ago.")?;
                let (cell, _) = name_of(&path).ok_or("This run is gone.")?;
                let opened = File::open(&path).map_err(|error| sentence(&path, &error))?;
                let mut kept =
                    file::read_head(BufReader::new(opened)).map_err(|why| why.sentence(&path.display().to_string()))?;
                (kept.ticket.id, kept.ticket.cell) = (run, cell.clone());
                let back = self.file(&kept.ticket);
                fs::rename(&path, &back).map_err(|error| sentence(&back, &error))?;
                known.runs.insert(run, kept);
                Ok(cell)
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, run: RunId) -> Result<(KeptRun, PathBuf), String> {
        self.find_in(&self.known(), run)
    }

    fn find_in(&self, known: &Known, run: RunId) -> Result<(KeptRun, PathBuf), String> {
        let kept = known.runs.get(&run).ok_or("This run is not kept any more: open the list again.")?;
        Ok((kept.clone(), self.file(&kept.ticket)))
    }

    /// Where a run is kept. Cells are those of the deck.
    fn file(&self, ticket: &RunTicket) -> PathBuf {
        self.folder.join(format!("{}-{}{ENDING}", ticket.cell, ticket.id.0))
    }

    fn away(&self) -> PathBuf {
        self.folder.join("removed")
    }

    fn write(&self, known: &mut Known, whole: &WholeRun) -> Result<(), String> {
        let path = self.file(&whole.kept.ticket);
        let bytes = file::write(whole, file::Packing::Fast).map_err(|why| why.sentence(&whole.kept.title()))?;
        write_whole(&self.folder, &path, &bytes).map_err(|error| sentence(&path, &error))?;
        known.runs.insert(whole.kept.ticket.id, whole.kept.clone());
        Ok(())
    }

    /// Puts the oldest of a cell's runs away while there are too many; never one that is kept for good.
    fn prune(&self, known: &mut Known, cell: &CellId) {
        let passing: Vec<RunTicket> = known
            .runs
            .values()
            .filter(|run| run.ticket.cell == *cell && !run.is_for_good())
            .map(|run| run.ticket.clone())
            .collect();
        for ticket in &passing[..passing.len().saturating_sub(MOST_KEPT)] {
            let path = self.file(ticket);
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!("{} can't be removed ({error}): remove it by hand.", path.display());
            }
            known.runs.remove(&ticket.id);
        }
    }

    /// Moves a file to those that were put away, and lets go of the ones that have been there for longest.
    fn put_away(&self, path: &Path) -> io::Result<()> {
        let away = self.away();
        fs::create_dir_all(&away)?;
        let target = away.join(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
        // What was put away last is let go of last.
        File::options().append(true).open(path)?.set_modified(SystemTime::now())?;
        fs::rename(path, target)?;
        let mut there = files(&away);
        there.sort_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok());
        for oldest in &there[..there.len().saturating_sub(MOST_PUT_AWAY)] {
            fs::remove_file(oldest)?;
        }
        Ok(())
    }
}

fn next_number(known: &Known, cell: &CellId) -> u32 {
    let numbers = known.runs.values().filter(|run| run.ticket.cell == *cell).map(|run| run.number);
    numbers.max().unwrap_or_default().saturating_add(1)
}

/// All files of runs in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(|path| name_of(path).is_some()).collect()
}

/// The cell and the run that a file's name says.
fn name_of(path: &Path) -> Option<(CellId, RunId)> {
    let (cell, id) = path.file_name()?.to_str()?.strip_suffix(ENDING)?.rsplit_once('-')?;
    Some((CellId(cell.to_owned()), RunId(id.parse().ok()?)))
}

fn sentence(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{path} can't be written, since the disk is full: free some space, then try again.")
        }
        io::ErrorKind::NotFound => format!("{path} is gone: somebody has removed it. Open the list again."),
        _ => format!("{path} can't be used ({error}): look who may change that folder, then try again."),
    }
}
