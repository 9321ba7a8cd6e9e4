//! `virgil bench`: a suite of workloads in all modes, with statistics that can be trusted, and a verdict in words.

mod arguments;
mod suite;

mod agenda;
mod journal;
mod pace;
mod watch;

mod measure;

mod published;
mod results;
mod show;

pub mod export;

use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use shared::{BenchOutcome, InterpreterBuild, LimitChoice, Nanos};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::arguments::Workers;
use super::exit::{Exit, Refusal};
use super::result::Machine;
use super::screen::Screen;
use crate::kernels::{self, Kernel};
use crate::stop::Wishes;
use crate::{limits, system};
use agenda::{Agenda, Named, changed, lanes, workloads, workloads_again};
pub use arguments::BenchArguments;
use export::Exports;
use journal::Journal;
use measure::{Measured, Measuring};
use results::Results;
use suite::Workload;

/// Threads of the engine: the laps need the cores.
const THREADS: usize = 2;
/// How long a lap may take where nobody says: the suite's longest take a minute or two where cores are slow.
const USUAL_WALL: Nanos = Nanos(600_000_000_000);
/// How long the tables may still take when the person has asked to end.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Measures with the kernels below `data`, and says what came of it.
pub fn run(arguments: &BenchArguments, data: &Path) -> ExitCode {
    super::code(execute(arguments, data))
}

fn execute(arguments: &BenchArguments, data: &Path) -> Result<Exit, Refusal> {
    let kernels = kernels::installed(data);
    let folder = tempfile::Builder::new().prefix("virgil-bench-").tempdir();
    let folder = folder
        .map_err(|error| Refusal::failed(format!("There is no place for temporary files ({error}): make some.")))?;
    let mut screen = Screen::new(arguments.exports.json_is_output());
    let exports = Exports::find(&arguments.exports)?;
    let measuring = prepare(arguments, kernels, data, folder.path(), &mut screen)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime
        .map_err(|error| Refusal::failed(format!("The system gives no threads ({error}): close other programs.")))?;
    let exit = runtime.block_on(supervise(measuring, exports, screen));
    runtime.shutdown_timeout(LAST_WORK);
    exit
}

/// Finds out what is to be measured, new or gone on with.
fn prepare(
    arguments: &BenchArguments,
    kernels: Vec<Kernel>,
    data: &Path,
    folder: &Path,
    screen: &mut Screen,
) -> Result<Measuring, Refusal> {
    let builds: Vec<InterpreterBuild> = kernels.iter().map(|kernel| kernel.build.clone()).collect();
    let chosen = arguments.limits.choice();
    let limits = limits::on_this_machine(LimitChoice { wall: chosen.wall.or(Some(USUAL_WALL)), ..chosen });
    let made = |agenda, workloads, journal, entries| Measuring {
        agenda,
        workloads,
        kernels,
        limits,
        journal,
        entries,
        folder: folder.to_owned(),
    };
    if arguments.resume {
        let (journal, then, entries) = Journal::resume(data)?;
        let workloads = workloads_again(&then)?;
        let now = Agenda {
            virgil: env!("CARGO_PKG_VERSION").into(),
            machine: this_machine(),
            workloads: workloads.iter().map(Named::of).collect(),
            lanes: then.lanes.iter().filter(|lane| builds.contains(&lane.build)).cloned().collect(),
            ..then.clone()
        };
        if let Some(sentence) = changed(&then, &now) {
            return Err(Refusal::usage(sentence));
        }
        let laps = entries.iter().filter(|entry| matches!(entry, journal::Entry::Lap(_))).count();
        screen.say(&format!("virgil: Going on with what was begun at {}, after {laps} laps.\n", then.when));
        return Ok(made(then, workloads, journal, entries));
    }
    let (size, workloads) = workloads(arguments)?;
    let (lanes, notes) = lanes(arguments, &builds)?;
    notes.iter().for_each(|note| screen.say(&format!("virgil: {note}\n")));
    let machine = this_machine();
    let usual = if arguments.quick { Workers::Counts(vec![machine.cores]) } else { Workers::Auto };
    let workers = arguments.workers.as_ref().unwrap_or(&usual).counts(machine.cores);
    let agenda = Agenda {
        virgil: env!("CARGO_PKG_VERSION").into(),
        when: now(),
        machine,
        size,
        files: workloads.iter().filter_map(|workload| workload.file.clone()).collect(),
        workloads: workloads.iter().map(Named::of).collect(),
        lanes,
        workers,
        rounds: arguments.counted(),
        conditions: watch::look(),
    };
    agenda::steps(&agenda, 1)?;
    let journal = Journal::begin(data, &agenda)?;
    Ok(made(agenda, workloads, journal, Vec::new()))
}

/// To the second: RFC 3339, in UTC.
fn now() -> String {
    let now = OffsetDateTime::from(SystemTime::now());
    now.replace_nanosecond(0).unwrap_or(now).format(&Rfc3339).unwrap_or_default()
}

fn this_machine() -> Machine {
    Machine {
        system: std::env::consts::OS.into(),
        architecture: std::env::consts::ARCH.into(),
        cpu: system::cpu_name(),
        cores: thread::available_parallelism().map_or(1, |cores| cores.get() as u32),
    }
}

/// Measures, and shows what came of it; hears the person all the while.
async fn supervise(mut measuring: Measuring, exports: Exports, mut screen: Screen) -> Result<Exit, Refusal> {
    let mut wishes = Wishes::listen();
    let measured = measuring.measure(&mut wishes, &mut screen).await?;
    let Measuring { agenda, workloads, entries, .. } = measuring;
    let results = Results::of(agenda, workloads, &entries, measured.rounds, measured.stopped.is_none());
    // On a thread of its own: who reads the tables may be slow, and Ctrl+C must be heard all the same.
    let shown = tokio::task::spawn_blocking(move || conclude(&results, &exports, measured, screen));
    tokio::select! {
        exit = shown => exit.unwrap_or_else(|_| Err(Refusal::failed("Virgil itself failed: please report what stands above."))),
        wish = wishes.next() => Ok(Exit::Stopped(wish)),
    }
}

fn conclude(results: &Results, exports: &Exports, measured: Measured, mut screen: Screen) -> Result<Exit, Refusal> {
    show::show(results, &mut screen);
    exports.write(results, &mut screen)?;
    if screen.is_unread() {
        return Ok(Exit::Unread);
    }
    if let Some(error) = screen.lost() {
        return Err(Refusal::failed(format!("The tables can't be written ({error}): give them another place.")));
    }
    if let Some(wish) = measured.stopped {
        screen.say("virgil: Stopped. `virgil bench --resume` goes on where it was.\n");
        return Ok(Exit::Stopped(wish));
    }
    let failed = results.workloads.iter().find(|workload| fails(results, workload));
    if let Some(workload) = failed {
        screen.say(&format!("virgil: {} failed in every mode: what it raised stands above.\n", workload.name));
    }
    Ok(if measured.differs || failed.is_some() { Exit::Raised } else { Exit::Completed })
}

/// Whether a workload failed wherever it ran.
fn fails(results: &Results, workload: &Workload) -> bool {
    let mut mine = results.laps.iter().filter(|lap| lap.workload == workload.name).peekable();
    mine.peek().is_some() && mine.all(|lap| matches!(lap.outcome, BenchOutcome::Failed { .. }))
}
