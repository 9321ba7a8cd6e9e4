//! What the main thread does while workers serve: it follows them, and never waits for a GIL.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use shared::{DRAIN_WITHIN, Death, Ending, LapEvent, Nanos, Raised, Results, StopStage, Verdict};

use super::acceptor::Acceptor;
use super::connection::{Channel, Where};
use super::first_request::{Asked, Silence};
use super::notes::{Notes, Process};
use super::{Workers, processes, threads, words};
use crate::lap::{Lap, impossible};
use crate::ledger::Closing;
use crate::value::Exchange;
use crate::worker::WorkerEnd;
use crate::{cancel, clock, outbox};

/// How long a cancelled lap, or one that is told to drain, may stay unnoticed.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long workers of a cancelled lap have to end softly: the runner kills what has not ended after 300 ms.
const SOFT_END: Duration = Duration::from_millis(150);
/// How long a worker whose connection has failed has to say why.
const LAST_WORDS: Duration = Duration::from_millis(500);

static DRAIN: AtomicBool = AtomicBool::new(false);

/// The lap is to drain, now or as soon as it serves. Of a lap that is no service it changes nothing.
pub fn drain() {
    DRAIN.store(true, Ordering::SeqCst);
}

/// What is heard of workers.
#[derive(Debug)]
pub enum Report {
    /// It has replayed the source, and begins to serve.
    Replayed,
    /// It has answered the first request, or not.
    FirstAnswer(u32, Result<Nanos, Silence>),
    /// Its process counts requests from now on.
    Counting,
    /// It serves no more.
    Ended(u32, End),
}

/// How a worker ended.
#[derive(Debug)]
pub enum End {
    /// Its channel had ended; since then it has nothing to do.
    Drained,
    /// Something was raised that ended its event loop.
    Raised(Raised),
    /// Its process died.
    Died(Death),
}

impl From<WorkerEnd> for End {
    fn from(end: WorkerEnd) -> End {
        match end {
            WorkerEnd::Completed(_) => End::Drained,
            WorkerEnd::Raised(raised) => End::Raised(raised),
            WorkerEnd::Died(death) => End::Died(death),
        }
    }
}

/// How far the lap has come.
enum Stage {
    /// So many have replayed the source.
    Starting(u32),
    /// So many have answered the first request.
    Asking(u32),
    /// So many processes count requests: what comes first must count.
    Beginning(u32),
    /// Since this moment.
    Serving(Nanos, Acceptor),
    /// The same, and it drains until that moment.
    Draining(Nanos, Acceptor, Instant),
}

/// Serves until the end. `judge` is called before it drains, with the port and when it began.
///
/// # Errors
/// The ending of a lap that doesn't complete.
pub fn serve(
    lap: &'static Lap,
    listener: TcpListener,
    workers: Workers,
    judge: impl FnOnce(u16, Nanos) -> Option<Result<Verdict, Raised>>,
) -> Result<Ending, Ending> {
    let (sender, reports) = channel();
    let place = match workers {
        Workers::Threads(_) | Workers::Interpreters(_) => Where::Here,
        Workers::Processes(_) => Where::InAnother,
    };
    let notes = Notes::open(Process::Kernel, lap.workers, &lap.tracks);
    let mut channels = Vec::new();
    for number in 0..lap.workers {
        let started = Channel::open(place).and_then(|(near, far)| {
            match workers {
                Workers::Threads(app) => threads::share(lap, number, far, app, sender.clone())?,
                Workers::Interpreters(lock) => threads::replay(lap, number, far, lock, sender.clone())?,
                Workers::Processes(python) => processes::start(lap, number, far, python, notes, sender.clone())?,
            }
            Ok(near)
        });
        channels.push(started.map_err(|error| {
            let sentence = format!("Worker {number} could not start: {error}. Run with fewer workers.");
            Ending::Raised(impossible(sentence))
        })?);
    }
    let service = Service { lap, place, notes, channels: Arc::new(channels), sender, alive: lap.workers };
    service.follow(listener, &reports, judge)
}

struct Service {
    lap: &'static Lap,
    place: Where,
    notes: &'static Notes,
    channels: Arc<Vec<Channel>>,
    sender: Sender<Report>,
    /// How many have not ended.
    alive: u32,
}

impl Service {
    fn follow(
        mut self,
        listener: TcpListener,
        reports: &Receiver<Report>,
        judge: impl FnOnce(u16, Nanos) -> Option<Result<Verdict, Raised>>,
    ) -> Result<Ending, Ending> {
        let port = listener.local_addr().map_err(no_thread)?.port();
        let mut listener = Some(listener);
        let mut judge = Some(judge);
        let mut stage = Stage::Starting(0);
        loop {
            let report = reports.recv_timeout(LOOK_EVERY).ok();
            if cancel::is_requested() {
                return Err(self.stop(&stage, reports));
            }
            stage = match (stage, report) {
                (Stage::Starting(before), Some(Report::Replayed)) if before + 1 == self.lap.workers => {
                    self.ask_first()?;
                    Stage::Asking(0)
                }
                (Stage::Starting(before), Some(Report::Replayed)) => Stage::Starting(before + 1),
                (Stage::Asking(before), Some(Report::FirstAnswer(worker, answer))) => {
                    let at = answer.map_err(|silence| Ending::Raised(words::no_first_answer(worker, &silence)))?;
                    self.lap.ready(worker, at);
                    match (before + 1 == self.lap.workers, self.place) {
                        (true, Where::Here) => Stage::Beginning(self.lap.workers),
                        (true, Where::InAnother) => {
                            processes::begin();
                            Stage::Beginning(0)
                        }
                        (false, _) => Stage::Asking(before + 1),
                    }
                }
                (Stage::Beginning(before), Some(Report::Counting)) => Stage::Beginning(before + 1),
                (stage, Some(Report::Ended(worker, end))) => {
                    self.ended(&stage, worker, end)?;
                    stage
                }
                (stage, _) => stage,
            };
            stage = match stage {
                Stage::Beginning(all) if all == self.lap.workers => match listener.take() {
                    Some(listener) => self.begin(listener, port)?,
                    None => stage,
                },
                Stage::Serving(began, acceptor) if DRAIN.load(Ordering::SeqCst) => {
                    if let Some(judged) = judge.take().and_then(|judge| judge(port, began))
                        && !cancel::is_requested()
                    {
                        outbox::send(LapEvent::Checked(judged.map_err(Ending::Raised)?));
                    }
                    acceptor.drain();
                    Stage::Draining(began, acceptor, Instant::now() + Duration::from_nanos(DRAIN_WITHIN.0))
                }
                stage => stage,
            };
            if let Stage::Draining(began, _, until) = &stage
                && (self.alive == 0 || Instant::now() >= *until)
            {
                return Ok(self.conclude(*began));
            }
        }
    }

    /// Sends the first request to each worker, all at once.
    fn ask_first(&self) -> Result<(), Ending> {
        let (channels, sender) = (Arc::clone(&self.channels), self.sender.clone());
        let asking = move || {
            let asked: Vec<_> = channels.iter().map(Asked::send).collect();
            for (worker, asked) in (0..).zip(asked) {
                let answer = asked.map_err(Silence::Failed).and_then(Asked::wait).map(|()| clock::now());
                if let Err(Silence::Failed(_)) = answer {
                    // If it has died, or something was raised, that says more.
                    thread::sleep(LAST_WORDS);
                }
                // Nobody hears it if the lap has ended meanwhile.
                let _ = sender.send(Report::FirstAnswer(worker, answer));
            }
        };
        let started = thread::Builder::new().name("first request".into()).spawn(asking).map(drop);
        started.map_err(no_thread)
    }

    /// All workers answer: measurement begins, and the world may ask.
    fn begin(&self, listener: TcpListener, port: u16) -> Result<Stage, Ending> {
        self.notes.begin();
        let began = self.lap.begin();
        let acceptor = Acceptor::start(listener, Arc::clone(&self.channels), self.place, self.notes);
        let acceptor = acceptor.map_err(no_thread)?;
        outbox::send(LapEvent::Serving { port, at: clock::now() });
        Ok(Stage::Serving(began, acceptor))
    }

    /// A worker serves no more: whether the lap goes on.
    fn ended(&mut self, stage: &Stage, worker: u32, end: End) -> Result<(), Ending> {
        self.alive -= 1;
        match (stage, end) {
            (_, End::Raised(raised)) => Err(Ending::Raised(raised)),
            (Stage::Draining(..), End::Drained) => {
                self.lap.ledger.close_once(worker, Closing::new(clock::now(), &Exchange::ByReference));
                Ok(())
            }
            (_, End::Drained) => Err(Ending::Raised(words::ended_early(worker))),
            (Stage::Starting(_) | Stage::Asking(_) | Stage::Beginning(_), End::Died(death)) => Err(Ending::Died(death)),
            (Stage::Serving(_, acceptor) | Stage::Draining(_, acceptor, _), End::Died(death)) => {
                acceptor.exclude(worker);
                self.bury(worker, death)
            }
        }
    }

    /// The others go on, if there are any.
    fn bury(&self, worker: u32, death: Death) -> Result<(), Ending> {
        self.notes.gone(worker);
        self.lap.tracks.of(worker).pause();
        if self.alive == 0 {
            return Err(Ending::Died(death));
        }
        outbox::send(LapEvent::WorkerDied(Box::new(death)));
        Ok(())
    }

    /// All is answered, or it took too long.
    fn conclude(&self, began: Nanos) -> Ending {
        let unanswered = self.notes.waiting();
        self.notes.send();
        let end = clock::now();
        outbox::send(LapEvent::Drained { at: end, unanswered });
        self.lap.account_until(began, end);
        Ending::Completed { wall: end.since(began), results: Results::default() }
    }

    /// Stop was pressed: workers are interrupted already, and have a moment to end.
    fn stop(&self, stage: &Stage, reports: &Receiver<Report>) -> Ending {
        match stage {
            Stage::Serving(_, acceptor) | Stage::Draining(_, acceptor, _) => acceptor.stop(),
            Stage::Starting(_) | Stage::Asking(_) | Stage::Beginning(_) => {
                self.channels.iter().for_each(Channel::end);
            }
        }
        let until = Instant::now() + SOFT_END;
        let mut alive = self.alive;
        while alive > 0
            && let Ok(report) = reports.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if let Report::Ended(..) = report {
                alive -= 1;
            }
        }
        self.notes.send();
        Ending::Stopped(StopStage::Asked)
    }
}

fn no_thread(error: std::io::Error) -> Ending {
    Ending::Raised(impossible(format!("The service could not start: {error}. Run with fewer workers.")))
}
