//! What the page and the runner say to each other, over one WebSocket: one postcard value in each binary message.

use serde::{Deserialize, Serialize};

use crate::{
    Act, CellId, Cue, DeckState, Driver, Edit, InterpreterBuild, LapPlan, Memory, Mode, Progress, Rounds, RunEvent,
    Talk, Touch,
};

/// Names a run: microseconds since 1970 when it was accepted, so that no restart of the runner gives it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub u64);

/// One press of Run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRequest {
    /// The cell.
    pub cell: CellId,
    /// The source as it stands in the editor.
    pub source: String,
    /// The modes to compare.
    pub modes: Vec<Mode>,
    /// The worker counts to compare, for the parallel modes.
    pub workers: Vec<u32>,
    /// How often each lap is run, 1 to [`crate::MAX_REPEATS`].
    pub repeats: u32,
    /// How many rounds come before those and count in no figure, 0 to [`crate::MAX_WARM_UPS`].
    pub warm_up: u32,
    /// The id of the interpreter build to run it with; none for the preferred one.
    pub build: Option<String>,
}

impl RunRequest {
    /// Its rounds.
    pub fn rounds(&self) -> Rounds {
        Rounds { warm_up: self.warm_up, measured: self.repeats }
    }
}

/// A run that was accepted: all that is known before its first event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTicket {
    /// Its name.
    pub id: RunId,
    /// The cell.
    pub cell: CellId,
    /// Of exactly which source ([`crate::fingerprint`]).
    pub fingerprint: u64,
    /// Its laps, in order.
    pub plan: Vec<LapPlan>,
}

/// From the page to the runner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientMessage {
    /// Run this.
    Start(RunRequest),
    /// Stop that run, whether it is queued or running.
    Stop(RunId),
    /// Press there, in a window of the lap of this run that is executed.
    Touch(RunId, Touch),
    /// Send that run's events from number `since` on, now and as they come: of one that was accepted before the page
    /// came, or of which it has lost something.
    Watch {
        /// Which.
        run: RunId,
        /// The number of the first event that the page doesn't have.
        since: u64,
    },
    /// Keep this text as the cell's file.
    Save(Edit),
    /// Send the text of the cell's file.
    Read(CellId),
    /// Let this tab change the files from now on.
    TakeOver,
    /// Make the environment of the exercises' packages, which failed before.
    MakeEnvironment,
    /// Take note of something that counts as learning.
    Learn {
        /// The page's number for it, which it gets back.
        number: u32,
        /// What was done.
        act: Act,
    },
    /// Do this in the talk.
    Cue(Cue),
}

/// First message on every connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The runner's [`crate::PROTOCOL`]: a page of another one must be reloaded.
    pub protocol: String,
    /// The interpreter builds that have a kernel, the preferred one first.
    pub builds: Vec<InterpreterBuild>,
    /// Where the environment of the exercises' packages is.
    pub environment: Environment,
    /// How many cores this machine lets the runner use.
    pub cores: u32,
    /// Its memory when the page connected, if the system says.
    pub memory: Option<Memory>,
    /// The runs that the runner remembers, the oldest first.
    pub runs: Vec<RunTicket>,
    /// The folder in which edits are kept.
    pub workspace: String,
    /// What the cells' files hold, by the [`crate::fingerprint`]s of their texts.
    pub files: Vec<(CellId, u64)>,
    /// Who may change them.
    pub driver: Driver,
    /// How far the person has come.
    pub progress: Progress,
    /// What is served.
    pub deck: DeckState,
    /// The talk that goes on, if one does.
    pub talk: Option<Talk>,
    /// Why nothing can run here and what to do, if so.
    pub trouble: Option<String>,
}

/// The environment with the packages that exercises use, for the preferred build. It is made while the page is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Environment {
    /// There is none, and nobody makes it: there is no build to make it for.
    Absent,
    /// It is being made.
    Making {
        /// What is being done, for people.
        step: String,
        /// How many packages are there.
        done: u32,
        /// How many there will be.
        of: u32,
    },
    /// It is there.
    Ready {
        /// Names and versions, `flask 3.1.3`.
        packages: Vec<String>,
    },
    /// It could not be made. Everything that needs no package works.
    Failed {
        /// Why, and what to do.
        sentence: String,
    },
}

/// From the runner to the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerMessage {
    /// Who speaks, and what it has.
    Welcome(Box<Welcome>),
    /// The environment of the exercises' packages has changed.
    Environment(Environment),
    /// The deck's files were changed.
    Deck(DeckState),
    /// A run was accepted, from this page or another. Its events follow, from the first on.
    Accepted(RunTicket),
    /// A run was not accepted.
    Refused {
        /// For which cell.
        cell: CellId,
        /// Why, and what to do.
        sentence: String,
    },
    /// Events of a watched run, in order and without gaps.
    Events {
        /// Which run.
        run: RunId,
        /// The number of the first of them.
        first: u64,
        /// The events.
        events: Vec<RunEvent>,
    },
    /// The runner doesn't have the run that was to be watched: it was restarted since.
    Unknown(RunId),
    /// A text is on disk.
    Saved {
        /// Which cell's.
        cell: CellId,
        /// Of exactly which text ([`crate::fingerprint`]).
        fingerprint: u64,
    },
    /// A text could not be written.
    NotSaved {
        /// Which cell's.
        cell: CellId,
        /// Why, and what to do.
        sentence: String,
    },
    /// A text was not written, since the file holds another than those that it was made of. Both are versions now.
    Conflict {
        /// Which cell's.
        cell: CellId,
        /// What the file holds.
        disk: String,
    },
    /// What a cell's file holds: it was asked for, or another tab has changed it.
    Text {
        /// Which cell's.
        cell: CellId,
        /// All of it.
        text: String,
    },
    /// Who may change the files now.
    Driver(Driver),
    /// The talk, which has changed, or has ended.
    Talk(Option<Talk>),
    /// How far the person has come, by what was done in any tab.
    Progress(Progress),
    /// What this page did, up to a number, was taken note of.
    Learned {
        /// The number.
        number: u32,
        /// How far the person has come now.
        progress: Progress,
        /// Why it could not be kept, and what to do, if so.
        trouble: Option<String>,
    },
}
