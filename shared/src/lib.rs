//! What all of Virgil's processes agree on: the deck, the modes, commands and events, and the life of a run.
//!
//! Pure data and pure functions. The runner, the kernels and the page use these very types (ARCHITECTURE.md).

mod clock;
mod mode;
mod source;

mod deck;
mod interpreter;

mod ending;
mod event;
mod kernel;
mod wire;

mod account;
mod output;
mod plan;
mod run;
mod saved;
mod shown;
mod state;

mod measure;

mod doctor;

pub use account::{Account, Carried, Footprint, Phases, Sharing, WHY_NOT_RESIDENT, WorkerMemory, WorkerPhase};
pub use clock::Nanos;
pub use deck::{Cell, CellId, Deck, Exercise, Hint, Slide};
pub use doctor::{
    CheckedBuild, Checkup, Cores, Display, Finding, Folder, Installer, Level, Memory, Report, System, Topic, Usability,
    WORKER_MEMORY,
};
pub use ending::{Cause, Death, Ending, Limit, RunEnding};
pub use event::{LapEvent, Raised, Results, RunEvent, Running, Span, Stream, Verdict};
pub use interpreter::{Availability, Gil, InterpreterBuild, Python, choose};
pub use kernel::{Feed, KernelCommand, KernelEvent, LapRequest, UNHEARD_STATUS};
pub use measure::{SpeedUp, median, speed_ups};
pub use mode::{Group, Mode};
pub use output::{HEAD_LINES, Line, Output, TAIL_LINES};
pub use plan::{LapPlan, MAX_REPEATS, MAX_WORKERS, plan};
pub use run::{Lap, LapPhase, Phase, Run, Step, StopStage, WorkerTrack};
pub use saved::SavedOutput;
pub use shown::{HistogramColumn, PixelGrid, Shown};
pub use source::{MAX_SOURCE_BYTES, SourceKind, defines_async_work, fingerprint};
pub use state::{Basis, Interval, Sampling, State, StateTotals, waits_in_words};
pub use wire::{ClientMessage, Environment, RunId, RunRequest, RunTicket, ServerMessage, Welcome};

/// The protocol's name, made of this crate's sources: processes with different names must not talk.
pub const PROTOCOL: &str = env!("VIRGIL_PROTOCOL");
