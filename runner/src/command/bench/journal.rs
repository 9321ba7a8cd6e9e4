//! What was measured, line by line in a file, so that a measurement that was stopped can be gone on with.

use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use shared::BenchLap;

use super::agenda::Agenda;
use crate::command::exit::Refusal;

/// The file, in a folder of the data folder.
const FOLDER: &str = "bench";
const FILE: &str = "last.jsonl";
/// What its first line says it is.
const FORMAT: &str = "virgil-bench-journal 1";

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// The first: what was asked for.
    Began {
        /// [`FORMAT`].
        format: String,
        /// It.
        agenda: Box<Agenda>,
    },
    /// A lap has ended.
    Lap(Box<BenchLap>),
    /// So many rounds are to count.
    Rounds(u32),
    /// The cores' mean clock, in MHz.
    Clock(f64),
}

/// The file while it is written: nobody else writes it meanwhile.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// A new one in place of the last.
    ///
    /// # Errors
    /// If another measurement is under way, or nothing can be written.
    pub fn begin(data: &Path, agenda: &Agenda) -> Result<Journal, Refusal> {
        let mut journal = open(data)?;
        journal.file.set_len(0).map_err(|error| unwritten(&error))?;
        journal.add(&Entry::Began { format: FORMAT.into(), agenda: Box::new(agenda.clone()) })?;
        Ok(journal)
    }

    /// The last one, with what stands in it.
    ///
    /// # Errors
    /// If there is none, or it is of another version, or another measurement is under way.
    pub fn resume(data: &Path) -> Result<(Journal, Agenda, Vec<Entry>), Refusal> {
        let nothing = || {
            Refusal::usage("There is no measurement to go on with: leave --resume out, and it begins from the start.")
        };
        if !data.join(FOLDER).join(FILE).is_file() {
            return Err(nothing());
        }
        let mut journal = open(data)?;
        let (mut entries, mut length) = (Vec::new(), 0);
        let mut reader = BufReader::new(&journal.file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|error| unwritten(&error))? > 0 {
            // A line that was cut off when the machine stopped is measured again.
            let Ok(entry) = serde_json::from_slice::<Entry>(&line) else { break };
            if !line.ends_with(b"\n") {
                break;
            }
            length += line.len() as u64;
            entries.push(entry);
            line.clear();
        }
        journal.file.set_len(length).map_err(|error| unwritten(&error))?;
        journal.file.seek(SeekFrom::End(0)).map_err(|error| unwritten(&error))?;
        if entries.is_empty() {
            return Err(nothing());
        }
        match entries.remove(0) {
            Entry::Began { format, agenda } if format == FORMAT => Ok((journal, *agenda, entries)),
            _ => Err(nothing()),
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let mut line = serde_json::to_vec(entry).map_err(|error| unwritten(&error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(|error| unwritten(&error))
    }
}

fn open(data: &Path) -> Result<Journal, Refusal> {
    let folder = data.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| unwritten(&error))?;
    let file = File::options().read(true).write(true).create(true).truncate(false).open(folder.join(FILE));
    let file = file.map_err(|error| unwritten(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Journal { file }),
        Err(TryLockError::WouldBlock) => Err(Refusal::usage(
            "Another `virgil bench` is under way, and both would measure each other: wait until it has ended.",
        )),
        Err(TryLockError::Error(error)) => Err(unwritten(&error)),
    }
}

fn unwritten(error: &std::io::Error) -> Refusal {
    Refusal::failed(format!(
        "What is measured can't be kept in the folder {FOLDER} of Virgil's data ({error}): free some space, or allow it."
    ))
}

#[cfg(test)]
mod tests {
    use shared::{BenchOutcome, Class, Conditions, Mode, Round};

    use super::super::suite::Size;
    use super::*;
    use crate::command::result::Machine;

    fn agenda() -> Agenda {
        let machine = Machine { system: "x".into(), architecture: "y".into(), cpu: None, cores: 2 };
        Agenda {
            virgil: "1".into(),
            when: "2026".into(),
            machine,
            size: Size::Quick,
            files: Vec::new(),
            workloads: Vec::new(),
            lanes: Vec::new(),
            workers: vec![2],
            rounds: Some(3),
            conditions: Conditions::default(),
        }
    }

    fn lap(round: u32) -> Entry {
        Entry::Lap(Box::new(BenchLap {
            workload: "a".into(),
            class: Class::Cpu,
            build: "b".into(),
            mode: Mode::Threads,
            workers: 2,
            round: Round::Measured(round),
            outcome: BenchOutcome::Failed { sentence: "No.".into() },
            other_load: None,
        }))
    }

    #[test]
    fn what_was_written_is_read_again_and_gone_on_with() {
        let data = tempfile::tempdir().unwrap();
        let nothing = Journal::resume(data.path()).unwrap_err().sentence;
        assert!(nothing.contains("no measurement to go on with"), "{nothing}");
        let mut journal = Journal::begin(data.path(), &agenda()).unwrap();
        journal.add(&Entry::Rounds(4)).unwrap();
        journal.add(&lap(0)).unwrap();
        let busy = Journal::resume(data.path()).unwrap_err().sentence;
        assert!(busy.contains("under way"), "{busy}");
        journal.file.write_all(b"{\"lap\":{\"work").unwrap();
        drop(journal);
        let (mut journal, read, entries) = Journal::resume(data.path()).unwrap();
        assert_eq!((read, entries), (agenda(), vec![Entry::Rounds(4), lap(0)]));
        journal.add(&lap(1)).unwrap();
        drop(journal);
        assert_eq!(Journal::resume(data.path()).unwrap().2, [Entry::Rounds(4), lap(0), lap(1)]);
        drop(Journal::begin(data.path(), &agenda()).unwrap());
        assert_eq!(Journal::resume(data.path()).unwrap().2, []);
    }
}
