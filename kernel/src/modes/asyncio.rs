//! One event loop on the main thread, for `async def work`. Its workers are how many coroutines are in flight: each
//! takes the next task from the lap's dispatcher when it has done one.

use shared::{Ending, StopStage};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::lap::{Lap, Measured};
use crate::modes::library::{items, measured, number, scene};
use crate::object::{Exception, Object};
use crate::output::Label;
use crate::{cancel, raised};

/// Executes a lap.
pub fn execute(attachment: &Attachment, coroutines: &Helpers, lap: &'static Lap, work: &Object) -> Measured {
    let raise = |exception: &Exception, place| match cancel::is_requested() {
        true => Ending::Stopped(StopStage::Asked),
        false => Ending::Raised(raised::describe(attachment, exception, scene(lap, place))),
    };
    let run = || {
        let workers = Object::int(attachment, i64::from(lap.workers))?;
        coroutines.call(c"run", &[work, &items(attachment, lap)?, &workers])
    };
    let ended = run().map_err(|exception| raise(&exception, Label::default()))?;
    let (failed, results, began) = (ended.item(0), ended.item(1), ended.item(2));
    if !failed.is_none() {
        let place = Label { worker: number(&failed.item(0)), task: number(&failed.item(1)) };
        return Err(raise(&Exception(failed.item(2)), place));
    }
    if cancel::is_requested() {
        return Err(Ending::Stopped(StopStage::Asked));
    }
    measured(attachment, lap, &results, &began)
}
