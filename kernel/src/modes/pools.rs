//! The standard library's executors, as people use them: Python code makes one, submits every item, and takes the
//! results as they come. Their dispatcher is their own: figures of other modes differ in more than the mode.
//!
//! Executors start workers when they are first needed. Here every worker has one task before measurement begins, which
//! ends when all are there, so that start-up is left out as it is in the other modes.

use shared::{Cause, Death, Ending, StopStage};

use crate::helpers::{Helpers, POOL_WORKER, RAISED};
use crate::interpreter::Attachment;
use crate::lap::{Lap, Measured};
use crate::modes::library::{items, measured, number, scene};
use crate::object::{Exception, Object, Outcome};
use crate::output::{self, Label};
use crate::unfit::{self, Thing, Unfit};
use crate::{cancel, raised, relay, source};

/// Executes a lap.
pub fn execute(attachment: &Attachment, pools: &Helpers, lap: &'static Lap, work: &Object) -> Measured {
    let run = || -> Outcome<Object> {
        let [mode, worker] = [lap.mode.slug(), POOL_WORKER].map(|text| Object::text(attachment, text));
        let (mode, worker) = (mode?, worker?);
        let workers = Object::int(attachment, i64::from(lap.workers))?;
        let items = items(attachment, lap)?;
        pools.call(c"execute", &[&mode, &workers, work, &items, &setup(attachment, lap)?, &worker])
    };
    let ended = run().map_err(|exception| match cancel::is_requested() {
        true => Ending::Stopped(StopStage::Asked),
        false => Ending::Raised(raised::describe(attachment, &exception, scene(lap, Label::default()))),
    })?;
    if cancel::is_requested() {
        return Err(Ending::Stopped(StopStage::Asked));
    }
    match ended.item(0).to_text().as_str() {
        "completed" => measured(attachment, lap, &ended.item(1), &ended.item(2)),
        "raised" => {
            let place = Label { worker: number(&ended.item(1)), task: number(&ended.item(2)) };
            Err(Ending::Raised(raised::described(&ended.item(3), scene(lap, place))))
        }
        "unfit" => {
            let task = number(&ended.item(2));
            let thing = task.unwrap_or_default() as usize;
            let thing = if ended.item(1).is_true() { Thing::Item(thing) } else { Thing::Result(thing) };
            let unfit = Unfit::Raised(Exception(ended.item(3)));
            let place = Label { worker: None, task };
            Err(Ending::Raised(unfit::departing(attachment, &unfit, thing, scene(lap, place))))
        }
        "died" => Err(Ending::Died(death(number(&ended.item(1)), ended.item(2).to_int().unwrap_or_default()))),
        _ => Err(Ending::Stopped(StopStage::Asked)),
    }
}

/// What workers need to replay the source, and to describe what is raised in it.
fn setup(attachment: &Attachment, lap: &Lap) -> Outcome<Object> {
    let source = &lap.source;
    let folder = source::folder(&source.file);
    let texts = [&source.text, &source.file, &folder, RAISED].map(|text| Object::text(attachment, text));
    let mut setup = texts.into_iter().collect::<Outcome<Vec<_>>>()?;
    setup.push(Object::bytes(attachment, source.code())?);
    Object::tuple(attachment, setup)
}

/// `code` is what `multiprocessing` says: a status, or the negative number of a signal.
fn death(worker: Option<u32>, code: i64) -> Death {
    relay::finish();
    let number = i32::try_from(code.unsigned_abs()).unwrap_or(i32::MAX);
    let cause = if code < 0 { Cause::Signal(number) } else { Cause::Exit(number) };
    let last_line = worker.and_then(output::last_line);
    // The executor has waited for it: nobody can ask the system any more what it held.
    Death { cause, worker, task: None, peak_memory: None, last_line }
}
