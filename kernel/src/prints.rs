//! Fingerprints of a lap's results, by which laps are compared: made after the measured time, in the main interpreter,
//! by `python/prints.py`, for as long as it has patience.

use std::ops::Range;

use shared::{Ending, PRINTED_EACH, Prints};

use crate::helpers::{Helpers, Part};
use crate::interpreter::Attachment;
use crate::lap::SHOWN_RESULTS;
use crate::object::{Object, Outcome};
use crate::raised::{self, Scene};

/// So many results become objects at the same time.
const BATCH: usize = 64;

/// The fingerprints of so many results, and texts of those that are not among the first. `objects` makes the results of
/// these tasks.
///
/// # Errors
/// How the lap ends if results can't be made, or if it was stopped meanwhile.
pub fn take(
    attachment: &Attachment,
    scene: Scene,
    count: usize,
    objects: impl Fn(Range<usize>) -> Result<Vec<Object>, Ending>,
) -> Result<(Prints, Vec<String>), Ending> {
    let describe = |exception| Ending::Raised(raised::describe(attachment, &exception, scene));
    let number = |number: usize| Object::int(attachment, number as i64);
    let begin = || -> Outcome<_> {
        let helpers = Helpers::load(attachment, Part::Prints)?;
        let prints = helpers.call(c"prints", &[&number(SHOWN_RESULTS)?, &number(PRINTED_EACH as usize)?])?;
        Ok((helpers, prints))
    };
    let (helpers, prints) = begin().map_err(describe)?;
    let mut begins = (0..count).step_by(BATCH).map(|begin| begin..count.min(begin + BATCH));
    let out_of_time = begins.try_for_each(|tasks| {
        let batch = Object::list(attachment, objects(tasks)?);
        let added = batch.and_then(|batch| helpers.call(c"add", &[&prints, &batch])).map_err(describe);
        if added?.is_true() { Ok(()) } else { Err(None) }
    });
    if let Err(Some(ending)) = out_of_time {
        return Err(ending);
    }
    let finish = || -> Outcome<_> {
        let found = helpers.call(c"finish", &[&prints, &number(count)?])?;
        let whole = |place: usize| found.item(place).to_int().and_then(|found| u32::try_from(found).ok());
        let texts = found.item(4);
        let further = (0..texts.length()).map(|place| texts.item(place).to_text()).collect();
        let (each, blocks) = (numbers(&found.item(0).to_bytes()), numbers(&found.item(1).to_bytes()));
        let (compared, opaque) = (whole(2).unwrap_or_default(), whole(3).unwrap_or_default());
        Ok((Prints { each, blocks, compared, opaque }, further))
    };
    finish().map_err(describe)
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks().0.iter().map(|digest| u64::from_le_bytes(*digest)).collect()
}
