//! A source that is no workload: it runs once, top to bottom, as `__main__`.

use shared::{Ending, Nanos, Results, SourceKind, Span, Stream};

use crate::interpreter::Attachment;
use crate::lap::{Kernel, Lap};
use crate::ledger::Closing;
use crate::object::{Exception, Object, Outcome};
use crate::output::{self, Label};
use crate::raised::Scene;
use crate::source::ModuleName;
use crate::value::Exchange;
use crate::{clock, raised, sampler, system};

/// Executes it, as the one task of the one worker.
pub fn execute(attachment: &Attachment, kernel: &Kernel, lap: &'static Lap) -> Ending {
    let place = Label { worker: Some(0), task: Some(0) };
    let raise = |exception: &Exception| {
        let scene = Scene { file: &lap.source.file, kind: SourceKind::Script, mode: lap.mode, place };
        let raised = raised::describe(attachment, exception, scene);
        if system::is_forked() {
            output::write_forked(Stream::Stderr, &raised.traceback);
            system::exit(1);
        }
        raised
    };
    let namespace = match lap.source.prepare(attachment, &kernel.worker, ModuleName::Main) {
        Ok(namespace) => namespace,
        Err(exception) => return Ending::Raised(raise(&exception)),
    };
    let watch = attachment.watch(0);
    lap.ready(0, clock::now());
    sampler::follow_threads();
    let began = lap.begin();
    output::set_worker(place.worker);
    output::set_task(place.task);
    let track = lap.tracks.of(0);
    let start = clock::now();
    track.begin(0, start);
    let cpu = system::thread_cpu();
    sampler::enter_work(0);

    let executed = lap.source.execute_in(attachment, &namespace).or_else(exit_status);
    // As Python does: the exception is looked at first, then threads are waited for, whatever was raised.
    let executed = executed.map_err(|exception| raise(&exception));
    let ended = kernel.lap.call(c"end_script", &[]).map_err(|exception| raise(&exception));

    let end = clock::now();
    drop(watch);
    track.end(Span { task: 0, start, end, cpu: Nanos(system::thread_cpu() - cpu) });
    output::set_task(None);
    lap.ledger.close(0, Closing::new(end, &Exchange::ByReference));
    match executed.and(ended.map(drop)) {
        Ok(()) => {
            let end = lap.account(began);
            Ending::Completed { wall: end.since(began), results: Results { count: 1, ..Results::default() } }
        }
        Err(raised) => Ending::Raised(raised),
    }
}

/// `sys.exit()` without a reason is a way to complete.
fn exit_status(exception: Exception) -> Outcome<()> {
    let Exception(raised) = &exception;
    if !raised.is_system_exit() {
        return Err(exception);
    }
    let code: Object = raised.attribute(c"code")?;
    let success = code.is_none() || code.to_int() == Some(0);
    if success { Ok(()) } else { Err(exception) }
}
