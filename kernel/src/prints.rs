//! Fingerprints of a lap's results, by which laps are compared: made after the measured time, in the main interpreter,
//! by `python/prints.py`, for as long as it has patience.

use shared::{Ending, PRINTED_EACH, Prints};

use crate::cancel;
use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::lap::SHOWN_RESULTS;
use crate::object::{Object, Outcome};
use crate::raised::{self, Scene};
use crate::value::Value;

/// So many results become objects at the same time.
const BATCH: usize = 64;
/// Fewer, if they hold so many bytes: memory may be tight after a lap with large results.
const BATCH_BYTES: u64 = 1 << 20;

/// The fingerprints of results, and texts of those that are not among the first. `to_object` makes the result of a task.
///
/// # Errors
/// How the lap ends if one of the first results can't be made, or if it was stopped meanwhile. Of later ones those
/// before the first that can't be made are compared.
pub fn take(
    (attachment, helpers): (&Attachment, &Helpers),
    scene: Scene,
    results: &[Value],
    to_object: impl Fn(usize) -> Result<Object, Ending>,
) -> Result<(Box<Prints>, Vec<String>), Ending> {
    let describe = |exception| Ending::Raised(raised::describe(attachment, &exception, scene));
    let number = |number: usize| Object::int(attachment, number as i64);
    let begin = || helpers.call(c"prints", &[&number(SHOWN_RESULTS)?, &number(PRINTED_EACH as usize)?]);
    let prints = begin().map_err(describe)?;
    let mut from = 0;
    while from < results.len() {
        let to = from + batch(&results[from..]);
        let mut objects = Vec::new();
        for task in from..to {
            match to_object(task) {
                Ok(object) => objects.push(object),
                // Nobody looks at the later ones but to compare them.
                Err(_) if task >= SHOWN_RESULTS && !cancel::is_requested() => break,
                Err(ending) => return Err(ending),
            }
        }
        let arrived = objects.len() == to - from;
        let added = Object::list(attachment, objects).and_then(|batch| helpers.call(c"add", &[&prints, &batch]));
        if !added.map_err(describe)?.is_true() || !arrived {
            break;
        }
        from = to;
    }
    let finish = || -> Outcome<_> {
        let found = helpers.call(c"finish", &[&prints, &number(results.len())?])?;
        let whole = |place: usize| found.item(place).to_int().and_then(|found| u32::try_from(found).ok());
        let texts = found.item(4);
        let further = (0..texts.length()).map(|place| texts.item(place).to_text()).collect();
        let (each, blocks) = (numbers(&found.item(0).to_bytes()), numbers(&found.item(1).to_bytes()));
        let (compared, opaque) = (whole(2).unwrap_or_default(), whole(3).unwrap_or_default());
        Ok((Box::new(Prints { each, blocks, compared, opaque }), further))
    };
    finish().map_err(describe)
}

/// How many of these become objects together; at least one.
fn batch(results: &[Value]) -> usize {
    let mut bytes = 0;
    let few = results.iter().take(BATCH).take_while(|result| {
        let fits = bytes < BATCH_BYTES;
        bytes += result.bytes();
        fits
    });
    few.count()
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks().0.iter().map(|digest| u64::from_le_bytes(*digest)).collect()
}
