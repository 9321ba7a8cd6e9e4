//! The file of one run's output.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::{LapEvent, RunEvent, RunId};

use super::{file, prune};
use crate::command::lines::Lines;
use crate::engine::{Log, Rest};

/// About how much is read at once, in bytes.
const PART_BYTES: usize = 1024 * 1024;

/// Writes what a run prints. A run that prints nothing has no file.
pub struct Writer {
    log: Arc<Log>,
    next: u64,
    path: PathBuf,
    place: Place,
    /// The lap that has printed last, and its open lines.
    lap: Option<(u32, Lines)>,
}

enum Place {
    /// Nothing was printed yet.
    Nowhere,
    /// Here.
    File(File),
    /// It could not be written, which was said.
    Failed,
}

impl Writer {
    /// Of a run that was just accepted.
    pub fn new(log: Arc<Log>, folder: &Path) -> Writer {
        let path = file(folder, log.ticket());
        Writer { log, next: 0, path, place: Place::Nowhere, lap: None }
    }

    /// Which run's output it writes.
    pub fn run(&self) -> RunId {
        self.log.ticket().id
    }

    /// Writes what is new; says whether anything can follow. Blocks.
    pub fn goes_on(&mut self) -> bool {
        loop {
            let part = self.log.read(self.next, PART_BYTES);
            self.next += part.events.len() as u64;
            let text: String = part.events.iter().map(|event| self.take(event)).collect();
            if let Err(error) = self.write(&text) {
                tracing::warn!("{} can't be written ({error}): the output is not saved.", self.path.display());
                self.place = Place::Failed;
            }
            match part.rest {
                Rest::Waiting | Rest::WaitingToTheEnd if !matches!(self.place, Place::Failed) => {}
                Rest::Nothing => return false,
                Rest::ToCome | Rest::Waiting | Rest::WaitingToTheEnd => return !matches!(self.place, Place::Failed),
            }
        }
    }

    /// The lines that end with this event.
    fn take(&mut self, event: &RunEvent) -> String {
        match event {
            RunEvent::Lap { lap, event: LapEvent::Output { worker, stream, text, .. } } => {
                let mut ended = String::new();
                if self.lap.as_ref().is_none_or(|(before, _)| before != lap) {
                    ended += &self.finish_lap();
                    let Some(plan) = self.log.ticket().plan.get(*lap as usize).copied() else { return ended };
                    if self.log.ticket().plan.len() > 1 {
                        ended += &format!("--- lap {}: {}, workers: {} ---\n", lap + 1, plan.mode, plan.workers);
                    }
                    self.lap = Some((*lap, Lines::new(plan)));
                }
                if let Some((_, lines)) = &mut self.lap {
                    ended += &lines.push(*worker, *stream, text);
                }
                ended
            }
            RunEvent::LapEnded { .. } | RunEvent::Ended(_) => self.finish_lap(),
            _ => String::new(),
        }
    }

    fn finish_lap(&mut self) -> String {
        self.lap.as_mut().map(|(_, lines)| lines.finish()).unwrap_or_default()
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() || matches!(self.place, Place::Failed) {
            return Ok(());
        }
        if let (Place::Nowhere, Some(folder)) = (&self.place, self.path.parent()) {
            fs::create_dir_all(folder)?;
            prune(folder);
            self.place = Place::File(File::create(&self.path)?);
        }
        match &mut self.place {
            Place::File(file) => file.write_all(text.as_bytes()),
            Place::Nowhere | Place::Failed => Ok(()),
        }
    }
}
