//! The environment of a running server: made once a page is open, held while a run is measured, ended with the server.

use std::path::Path;
use std::sync::Arc;

use shared::{Environment, InterpreterBuild};
use tokio::sync::{mpsc, oneshot, watch};

use super::{Control, Failure, Place, make};
use crate::engine::Engine;

/// Has the environment made, and knows how far it is. Clones are the same.
#[derive(Clone)]
pub struct Keeper {
    asks: mpsc::UnboundedSender<Ask>,
    state: watch::Receiver<Environment>,
    control: Control,
}

/// What it can be asked.
enum Ask {
    /// A page was opened: now is the time, if it was not done yet.
    Opened,
    /// Try again.
    Again,
    /// Tell when nothing is being made.
    Quiet(oneshot::Sender<()>),
}

/// One maker's work.
struct Work {
    place: Place,
    build: InterpreterBuild,
    engine: Engine,
    control: Control,
    state: Arc<watch::Sender<Environment>>,
}

impl Keeper {
    /// For this build below `data`; for none there is nothing to be made. Within a tokio runtime.
    pub fn start(data: &Path, build: Option<InterpreterBuild>, engine: &Engine) -> Keeper {
        let (asks, asked) = mpsc::unbounded_channel();
        let control = Control::default();
        let place = build.map(|build| (Place::of(data, &build), build));
        let first = match &place {
            Some((place, _)) if place.is_whole() => Environment::Ready { packages: place.packages() },
            _ => Environment::Absent,
        };
        let (sender, state) = watch::channel(first);
        let work = place.map(|(place, build)| Work {
            place,
            build,
            engine: engine.clone(),
            control: control.clone(),
            state: Arc::new(sender),
        });
        tokio::spawn(keep(work, asked));
        Keeper { asks, state, control }
    }

    /// How far it is.
    pub fn state(&self) -> Environment {
        self.state.borrow().clone()
    }

    /// Changes with it.
    pub fn changes(&self) -> watch::Receiver<Environment> {
        self.state.clone()
    }

    /// A page was opened.
    pub fn page_opened(&self) {
        self.ask(Ask::Opened);
    }

    /// Somebody wants another try.
    pub fn again(&self) {
        self.ask(Ask::Again);
    }

    /// Ends what is being made. When it returns, nothing is left of it.
    pub async fn shut_down(&self) {
        self.control.end();
        let (quiet, is_quiet) = oneshot::channel();
        self.ask(Ask::Quiet(quiet));
        // An error: nobody makes anything any more.
        let _ = is_quiet.await;
    }

    fn ask(&self, ask: Ask) {
        // Nobody hears it only when the runtime ends.
        let _ = self.asks.send(ask);
    }
}

async fn keep(work: Option<Work>, mut asked: mpsc::UnboundedReceiver<Ask>) {
    while let Some(ask) = asked.recv().await {
        match (ask, &work) {
            (Ask::Quiet(quiet), _) => {
                // Whoever asked may have lost patience.
                let _ = quiet.send(());
            }
            (_, None) => {}
            (ask, Some(work)) => {
                let due = match &*work.state.borrow() {
                    Environment::Absent => true,
                    Environment::Failed { .. } => matches!(ask, Ask::Again),
                    Environment::Making { .. } | Environment::Ready { .. } => false,
                };
                if due && !work.control.is_ended() {
                    work.state.send_replace(work.attempt().await);
                }
            }
        }
    }
}

impl Work {
    /// Makes it, on a thread of its own, and says what came of it.
    async fn attempt(&self) -> Environment {
        let mut measuring = self.engine.measuring();
        let (done, mut is_done) = oneshot::channel();
        let (place, build) = (self.place.clone(), self.build.clone());
        let (control, state) = (self.control.clone(), self.state.clone());
        self.heed(*measuring.borrow_and_update());
        let maker = std::thread::Builder::new().name("environment".into()).spawn(move || {
            let made = make(&place, &build, &control, &mut |environment| drop(state.send_replace(environment)));
            // Whoever waits is gone only with the runtime.
            let _ = done.send(made);
        });
        if let Err(error) = maker {
            let sentence = format!("The system gives no threads ({error}): close other programs, then try again.");
            return Environment::Failed { sentence };
        }
        let made = loop {
            tokio::select! {
                made = &mut is_done => break made,
                Ok(()) = measuring.changed() => self.heed(*measuring.borrow_and_update()),
            }
        };
        match made {
            Ok(Ok(())) => {
                self.engine.use_python(&self.build.id, self.place.python());
                Environment::Ready { packages: self.place.packages() }
            }
            Ok(Err(Failure::Because(sentence))) => Environment::Failed { sentence },
            Ok(Err(Failure::Ended)) => Environment::Absent,
            Err(_) => Environment::Failed { sentence: "The maker of the environment broke off. Try again.".into() },
        }
    }

    /// Nothing competes with what is measured.
    fn heed(&self, measuring: bool) {
        if measuring { self.control.hold() } else { self.control.go_on() }
    }
}
