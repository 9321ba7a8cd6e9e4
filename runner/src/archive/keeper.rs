//! Writes runs into the archive: when they have ended, and now and then between their laps, so that not all is lost
//! if the runner itself is ended.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::{InterpreterBuild, KeptRun, Machine, Moment, Origin, Outcome, Run, RunEvent, RunId, RunTicket, WholeRun};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, oneshot, watch};
use tokio::task::JoinHandle;

use super::Archive;
use crate::engine::{Engine, Log};
use crate::system::machine;

/// How often it is looked whether something is to be written: the laps need the cores.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a run that goes on is written at most.
const BETWEEN: Duration = Duration::from_secs(10);
/// How long somebody who asks for the kept runs waits for the last one.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who keeps an engine's runs; clones are the same.
#[derive(Clone)]
pub struct Keeper {
    /// Where they are kept.
    pub archive: Arc<Archive>,
    engine: Engine,
    /// The remembered runs that were written, or could not be.
    written: watch::Receiver<BTreeSet<RunId>>,
    work: Arc<Mutex<Option<Work>>>,
}

struct Work {
    finish: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// A run that goes on.
struct Followed {
    log: Arc<Log>,
    /// How many events there were when it was written last, and when that was.
    written: (u64, Instant),
}

impl Keeper {
    /// Keeps this engine's runs from now on; within a tokio runtime.
    pub fn start(archive: Archive, engine: &Engine) -> Keeper {
        if let Some(last) = archive.last() {
            engine.name_after(last);
        }
        let archive = Arc::new(archive);
        let (finish, finished) = oneshot::channel();
        let (done, written) = watch::channel(BTreeSet::new());
        let task = tokio::spawn(keep(archive.clone(), engine.clone(), done, finished));
        let work = Arc::new(Mutex::new(Some(Work { finish, task })));
        Keeper { archive, engine: engine.clone(), written, work }
    }

    /// Waits until all runs that are over have been written.
    pub async fn settle(&self) {
        let over: Vec<RunId> =
            self.engine.logs().iter().filter(|log| log.is_over()).map(|log| log.ticket().id).collect();
        let mut written = self.written.clone();
        let all = written.wait_for(|written| over.iter().all(|run| written.contains(run)));
        // A disk that is so slow, or a keeper that has ended, leaves what is there.
        let _ = tokio::time::timeout(PATIENCE, all).await;
    }

    /// Whether a run doesn't go on.
    pub fn is_over(&self, run: RunId) -> bool {
        self.engine.log(run).is_none_or(|log| log.is_over())
    }

    /// What happened in a run that the engine doesn't remember, if it is kept.
    pub async fn log(&self, run: RunId) -> Option<Arc<Log>> {
        let archive = self.archive.clone();
        let read = tokio::task::spawn_blocking(move || archive.whole(run));
        Some(Arc::new(Log::of_kept(read.await.ok()?.ok()?)))
    }

    /// The runs that a page begins with: those that the engine remembers, and of each other cell the latest.
    pub fn tickets(&self, remembered: Vec<RunTicket>) -> Vec<RunTicket> {
        let latest = self.archive.latest().into_iter();
        let missing = latest.filter(|kept| remembered.iter().all(|ticket| ticket.cell != kept.cell));
        let mut tickets: Vec<RunTicket> = missing.collect();
        tickets.extend(remembered);
        tickets
    }

    /// Writes the last of it, once the engine was shut down.
    pub async fn finish(&self) {
        if let Some(Work { finish, task }) = self.work.lock().await.take() {
            // Whoever has ended by itself has nothing left to write.
            let _ = finish.send(());
            let _ = task.await;
        }
    }
}

async fn keep(
    archive: Arc<Archive>,
    engine: Engine,
    done: watch::Sender<BTreeSet<RunId>>,
    mut finished: oneshot::Receiver<()>,
) {
    let mut accepted = engine.accepted();
    let mut changes = engine.changes();
    let mut followed: Vec<Followed> = Vec::new();
    loop {
        let is_last = tokio::select! {
            biased;
            _ = &mut finished => true,
            ticket = accepted.recv() => {
                match ticket {
                    Ok(RunTicket { id, .. }) => followed.extend(
                        engine.log(id).map(|log| Followed { log, written: (0, Instant::now()) }),
                    ),
                    Err(RecvError::Lagged(count)) => tracing::warn!("{count} runs are not kept."),
                    Err(RecvError::Closed) => return,
                }
                continue;
            }
            Ok(()) = changes.changed() => false,
        };
        let ended: Vec<Arc<Log>> = followed.extract_if(.., |run| run.log.is_over()).map(|run| run.log).collect();
        let between: Vec<Arc<Log>> =
            followed.iter_mut().filter_map(|run| run.is_due().then(|| run.log.clone())).collect();
        let over: Vec<RunId> = ended.iter().map(|log| log.ticket().id).collect();
        if !ended.is_empty() || !between.is_empty() {
            let (archive, builds) = (archive.clone(), engine.builds().to_vec());
            let write = tokio::task::spawn_blocking(move || {
                for log in ended.iter().chain(&between) {
                    if let Err(sentence) = archive.keep(whole_of(log, &builds)) {
                        tracing::warn!("{sentence} The run is not kept.");
                    }
                }
            });
            if write.await.is_err() {
                return;
            }
        }
        if !over.is_empty() {
            let remembered: BTreeSet<RunId> = engine.tickets().into_iter().map(|ticket| ticket.id).collect();
            done.send_modify(|written| {
                written.extend(over);
                written.retain(|run| remembered.contains(run));
            });
        }
        if is_last {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Followed {
    /// Whether laps have ended since it was written, which was long enough ago.
    fn is_due(&mut self) -> bool {
        let (events, at) = self.written;
        let length = self.log.length();
        if at.elapsed() < BETWEEN || length == events {
            return false;
        }
        let new = self.log.read(events, usize::MAX).events;
        let due = new.iter().any(|event| matches!(event, RunEvent::LapEnded { .. }));
        // What was looked at once is not looked at again.
        self.written = (length, if due { Instant::now() } else { at });
        due
    }
}

/// All that is to be kept of a run.
pub fn whole_of(log: &Log, builds: &[InterpreterBuild]) -> WholeRun {
    let moments = log.moments();
    let mut run = Run::new(log.ticket().clone());
    moments.iter().for_each(|moment| run.apply(&moment.event));
    let kept = KeptRun {
        ticket: log.ticket().clone(),
        number: 0,
        name: String::new(),
        origin: Origin::Here,
        machine: machine(&moments, builds),
        outcome: Outcome::of(&run),
    };
    WholeRun { kept, request: log.request().clone(), moments, left_out: 0 }
}

fn machine(moments: &[Moment], builds: &[InterpreterBuild]) -> Machine {
    let mut used: Vec<String> = Vec::new();
    for moment in moments {
        let RunEvent::LapStarted { build, .. } = &moment.event else { continue };
        let title =
            builds.iter().find(|known| known.id == *build).map_or_else(|| build.clone(), InterpreterBuild::title);
        if !used.contains(&title) {
            used.push(title);
        }
    }
    Machine {
        system: machine::name(),
        architecture: std::env::consts::ARCH.into(),
        cores: machine::cores().usable(),
        builds: used,
        virgil: env!("CARGO_PKG_VERSION").into(),
    }
}
