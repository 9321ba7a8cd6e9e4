//! What all of Virgil's processes agree on: the deck, the modes, commands and events, and the life of a run.
//!
//! Pure data and pure functions. The runner, the kernels and the page use these very types (ARCHITECTURE.md).

mod clock;
mod mode;
mod source;

mod assignment;
mod deck;
mod interpreter;
mod parameter;

mod advice;
mod desktop;
mod ending;
mod event;
mod keeping;
mod kernel;
mod limits;
mod load;
mod wire;

mod account;
mod kept_run;
mod output;
mod plan;
mod replay;
mod run;
mod saved;
mod service;
mod shown;
mod state;

mod measure;

mod exported;
mod learning;

mod talk;

mod doctor;
mod text;

pub mod samples;

pub use account::{Account, Carried, Footprint, Phases, Sharing, WHY_NOT_RESIDENT, WorkerMemory, WorkerPhase};
pub use advice::advice;
pub use assignment::{Assignment, Unassigned, assignment};
pub use clock::Nanos;
pub use deck::{Agreement, Cell, CellId, Deck, DeckState, Exercise, ExerciseHelp, ExerciseStep, Hint, Slide};
pub use desktop::{
    Beat, FRAME, FRAMES_PER_SECOND, Lateness, Pictures, Touch, WindowPart, WindowPicture, WindowTrack, WindowView,
};
pub use doctor::{
    CheckedBuild, Checkup, Cores, Desktop, Display, Finding, Folder, Installer, Level, Memory, Report, System, Topic,
    Usability, WORKER_MEMORY,
};
pub use ending::{Cause, Death, Ending, Exceeded, Limit, REFUSED, RunEnding};
pub use event::{LapEvent, OtherLoad, PRINTED_EACH, Prints, Raised, Results, RunEvent, Running, Span, Stream, Verdict};
pub use exported::{NOTHING_RUNS, exported, served};
pub use interpreter::{Availability, Gil, InterpreterBuild, Python, choose, possible_modes};
pub use keeping::{Driver, Edit, Occasion, Version, VersionKind};
pub use kept_run::{
    Change, Ended, KeptRun, KeptRuns, MAX_NAME, MOST_KEPT, Machine, Moment, Origin, Outcome, RunChange, WholeRun,
    run_name,
};
pub use kernel::{Feed, KernelCommand, KernelEvent, LapRequest, UNHEARD_STATUS};
pub use learning::act::Act;
pub use learning::guess::{Expected, Guess, LEAST_SPEED_UP, Prediction, Question, nearest_speed_up, offered_speed_ups};
pub use learning::progress::{Answered, Forgotten, Progress, Studied};
pub use learning::quiz::{Answer, Quiz};
pub use learning::tally::{Standing, Tally, Thing, ThingKind, standing, tally, things};
pub use limits::{LimitChoice, Limits, USUAL_WALL, memory_bytes, open_files, output_bytes, processes, seconds};
pub use load::{
    Beside, Failure, Latencies, LoadPart, LoadPlan, LoadProgress, LoadReport, LoadRequest, LoadWarning, LoadWish, Pace,
    USUAL_CONNECTIONS, WishedPace,
};
pub use measure::amdahl::{Amdahl, SerialShare, amdahl};
pub use measure::beside::{Slowdown, Slower, beside_in_short, slowdowns};
pub use measure::between::{Between, Judgement, between};
pub use measure::bootstrap::{Bounds, ratio_interval};
pub use measure::difference::{Difference, Differing, compare, difference};
pub use measure::group::{LapGroup, SpeedUp, groups, speed_up, speed_ups};
pub use measure::load::{LoadGain, LoadGroup, load_gains, load_groups};
pub use measure::reason::words::REASON_SLIDES;
pub use measure::reason::{Crowd, Gain, MOST_REASONS, Reason, Uneven, Why, question, reasons};
pub use measure::statistics::{deviation, median};
pub use measure::verdict::badge::{Badge, percent};
pub use measure::verdict::brake::Brake;
pub use measure::verdict::class::{Class, Metric};
pub use measure::verdict::conclude::{
    Comparison, Conclusion, GroupName, LeftOut, Obstacle, Outcome as VerdictOutcome, Verdict as BenchVerdict,
    Why as WhyLeftOut, verdicts,
};
pub use measure::verdict::conditions::{Conditions, Frequency, others};
pub use measure::verdict::lap::{BenchLap, BenchOutcome, Measures};
pub use measure::verdict::ratio::{Ratio, Relation};
pub use measure::verdict::series::{Series, series};
pub use measure::verdict::stability::{Instability, instabilities, standard_deviation};
pub use measure::verdict::words::{Said, name as mode_name};
pub use measure::warning::{Contestant, Warning, warnings};
pub use measure::window::{WindowGroup, misses_as_many, most_missed, window_groups, window_words};
pub use mode::{Group, Mode};
pub use output::{HEAD_LINES, Line, Output, TAIL_LINES};
pub use parameter::{Control, Parameter, python_whole, whole};
pub use plan::{LapPlan, MAX_REPEATS, MAX_WARM_UPS, MAX_WORKERS, Round, Rounds, plan};
pub use replay::Replay;
pub use run::{Lap, LapPhase, LoadTrack, Phase, Run, ServiceTrack, Serving, Step, StopStage, WorkerTrack};
pub use saved::SavedOutput;
pub use service::{Answers, ConnectionChange, ConnectionStep, DRAIN_WITHIN, FIRST_ANSWER_WITHIN, WORKER_HEADER};
pub use shown::{HistogramColumn, PixelGrid, Shown};
pub use source::{
    MAX_SOURCE_BYTES, SourceKind, defines_async_work, fingerprint, seems_desktop, seems_script, seems_service,
};
pub use state::{Basis, Interval, Sampling, State, StateTotals, waits_in_words};
pub use talk::{Cue, Pointer, Schedule, Spot, Talk, TalkClock, planned, schedule};
pub use text::{bytes, duration, per_second, whole_characters};
pub use wire::{ClientMessage, Environment, RunId, RunRequest, RunTicket, ServerMessage, Welcome};

/// The protocol's name, made of this crate's sources: processes with different names must not talk.
pub const PROTOCOL: &str = env!("VIRGIL_PROTOCOL");
