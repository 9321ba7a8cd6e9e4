//! From the command line to all that is needed to run.

use std::path::Path;
use std::thread;
use std::time::SystemTime;

use shared::{CellId, LimitChoice, Limits, LoadWish, RunRequest};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::arguments::RunArguments;
use super::choice::Choice;
use super::destination::Destination;
use super::document::Context;
use super::exit::Refusal;
use super::result;
use super::source::Source;
use crate::engine::Order;
use crate::kernels::{self, Kernel};
use crate::{limits, system};

/// What is said of a script for which only a check was named.
const NOTHING_TO_CHECK: &str = "The source has no `work`, so there are no results to check: define `def work(item):` and \
                                `ITEMS = [...]`, or leave --check out.";

/// What is said of a service that was to be run.
const IS_SERVICE: &str = "The source defines `app`, a service, which ends only when it is told to: `virgil load FILE` \
                          serves it in each mode, and puts load on it.";
/// What is said of anything else that was to be put under load.
const NO_SERVICE: &str = "The source defines no `app` at its left margin: load is put on a WSGI or ASGI application, such \
                          as `app = Flask(__name__)`. Anything else is for `virgil run`.";

/// All that is needed to run and to show it.
pub struct Prepared {
    /// What is run.
    pub order: Order,
    /// By what, the first being the one that is started ahead.
    pub kernels: Vec<Kernel>,
    /// What a lap may use.
    pub limits: Limits,
    /// What the JSON says of it besides.
    pub context: Context,
    /// What the person should know before.
    pub notes: Vec<String>,
    /// What to say of a script that can't be run so, if not what the kernel says.
    pub misuse: Option<&'static str>,
    /// Where the JSON goes, if anywhere.
    pub destination: Option<Destination>,
}

impl Prepared {
    /// Reads and looks up everything, so that afterwards nothing can go wrong but what the code does.
    ///
    /// # Errors
    /// What can't be done, and what to do instead.
    pub fn read(arguments: &RunArguments, load: Option<LoadWish>, data: &Path) -> Result<Prepared, Refusal> {
        let source = Source::read(&arguments.file)?;
        match (shared::seems_service(&source.text), &load) {
            (true, None) => return Err(Refusal::usage(IS_SERVICE)),
            (false, Some(_)) => return Err(Refusal::usage(NO_SERVICE)),
            _ => {}
        }
        let check = arguments.check.as_deref().map(Source::read).transpose()?;
        let destination = arguments.json.as_deref().map(Destination::find).transpose()?;
        let mut kernels = kernels::installed(data);
        let builds: Vec<_> = kernels.iter().map(|kernel| kernel.build.clone()).collect();
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
        let choice = Choice::make(arguments, &source.text, &builds, cores)?;
        if let Some(wanted) = &arguments.build {
            // The first kernel is the one that is started ahead.
            kernels.sort_by_key(|kernel| !kernel.build.is_called(wanted));
        }
        let limits = limits::on_this_machine(arguments.limits.choice());
        let context = Context {
            when: OffsetDateTime::from(SystemTime::now()).format(&Rfc3339).unwrap_or_default(),
            machine: result::Machine {
                system: std::env::consts::OS.into(),
                architecture: std::env::consts::ARCH.into(),
                cpu: system::cpu_name(),
                cores,
            },
            source: result::Source {
                file: source.file.to_string_lossy().into_owned(),
                blake3: blake3::hash(source.text.as_bytes()).to_hex().to_string(),
                kind: None,
            },
            request: result::Request {
                modes: choice.modes.iter().map(|mode| mode.slug().to_owned()).collect(),
                workers: choice.workers.clone(),
                repeat: arguments.repeat,
                warm_up: arguments.rounds().warm_up,
                results_may_differ: arguments.results_may_differ,
                build: arguments.build.clone(),
                check: check.as_ref().map(|check| check.file.to_string_lossy().into_owned()),
                time_limit_ns: limits.wall.0,
                limits: result::Limits {
                    cpu_ns: limits.cpu.0,
                    memory_bytes: (limits.memory < u64::MAX).then_some(limits.memory),
                    output_bytes: limits.output,
                    open_files: limits.open_files,
                    processes: limits.processes,
                },
            },
            builds,
            agreement: arguments.agreement(),
        };
        let request = RunRequest {
            cell: CellId(context.source.file.clone()),
            source: source.text,
            modes: choice.modes,
            workers: choice.workers,
            repeats: arguments.repeat,
            warm_up: arguments.rounds().warm_up,
            build: arguments.build.clone(),
        };
        let order = Order {
            request,
            plan: choice.plan,
            file: source.file,
            needs_work: Choice::needs_work(arguments),
            pictures: false,
            check: check.map(|check| check.text),
            limits: LimitChoice::default(),
            load: load.unwrap_or_default(),
        };
        let misuse = arguments.modes.is_none().then_some(NOTHING_TO_CHECK);
        Ok(Prepared { order, kernels, limits, context, notes: choice.notes, misuse, destination })
    }
}
