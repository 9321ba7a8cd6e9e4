//! What the modes have in common whose dispatcher is written in Python: all stays in the main interpreter.

use shared::{Ending, Nanos, SourceKind};

use crate::interpreter::Attachment;
use crate::lap::{Lap, Measured};
use crate::object::{Object, Outcome};
use crate::output::Label;
use crate::raised::Scene;
use crate::unfit::{self, Thing};
use crate::value::{Exchange, Value};

/// Where something was raised.
pub fn scene(lap: &Lap, place: Label) -> Scene<'_> {
    Scene { file: &lap.source.file, kind: SourceKind::Workload, mode: lap.mode, place }
}

/// A worker or a task that a helper names: -1 is none.
pub fn number(object: &Object) -> Option<u32> {
    object.to_int().and_then(|number| u32::try_from(number).ok())
}

/// The lap's items, in a list.
///
/// # Errors
/// If memory runs out.
pub fn items(attachment: &Attachment, lap: &Lap) -> Outcome<Object> {
    let item = |item: &Value| Exchange::ByReference.to_object(attachment, item);
    Object::list(attachment, lap.items.iter().map(item).collect::<Outcome<_>>()?)
}

/// What a completed lap gave: the list of results, and when it began.
///
/// # Errors
/// What is said of a result that can't be used.
pub fn measured(attachment: &Attachment, lap: &Lap, results: &Object, began: &Object) -> Measured {
    let began = Nanos(began.to_int().unwrap_or_default().unsigned_abs());
    let result = |task: u32| {
        let place = Label { worker: None, task: Some(task) };
        Exchange::ByReference.to_result(attachment, results.list_item(task as usize)).map_err(|unfit| {
            Ending::Raised(unfit::departing(attachment, &unfit, Thing::Result(task as usize), scene(lap, place)))
        })
    };
    let results = (0..lap.dispatcher.tasks()).map(result).collect::<Result<_, Ending>>()?;
    Ok((began, results))
}
