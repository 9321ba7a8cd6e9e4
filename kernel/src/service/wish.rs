//! `LOAD`: what a source says of the load to put on its app.

use shared::{LoadRequest, LoadWish, Nanos, WishedPace};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::{Object, Outcome};
use crate::outbox;

/// Tells the runner, if the source says anything.
///
/// # Errors
/// What is wrong with it.
pub fn tell(_: &Attachment, service: &Helpers, namespace: &Object) -> Outcome<()> {
    if let Some(load) = namespace.entry(c"LOAD") {
        outbox::wish(Box::new(read(&service.call(c"wish", &[&load])?)));
    }
    Ok(())
}

/// The tuple that `load.py` makes.
fn read(wish: &Object) -> LoadWish {
    let whole = |place| wish.item(place).to_int().and_then(|number| u32::try_from(number).ok());
    let nanos = |place| wish.item(place).to_int().and_then(|number| u64::try_from(number).ok()).map(Nanos);
    let [rate, connections, clients] = [0, 1, 2].map(whole);
    let some = |place| Some(wish.item(place)).filter(|object| !object.is_none());
    LoadWish {
        pace: rate.map(|rate| WishedPace::Open(rate, connections)).or(clients.map(WishedPace::Closed)),
        duration: nanos(3),
        warm_up: nanos(4),
        timeout: nanos(5),
        keep_alive: some(6).map(|kept| kept.is_true()),
        mix: some(7).map(|mix| items(&mix).iter().map(request).collect()),
        neighbour: some(8).map(|neighbour| request(&neighbour)),
    }
}

fn request(made: &Object) -> LoadRequest {
    let header = |pair: &Object| (pair.item(0).to_text(), pair.item(1).to_text());
    LoadRequest {
        method: made.item(0).to_text(),
        path: made.item(1).to_text(),
        headers: items(&made.item(2)).iter().map(header).collect(),
        body: made.item(3).to_bytes(),
        weight: made.item(4).to_int().and_then(|weight| u32::try_from(weight).ok()).unwrap_or(1),
    }
}

fn items(tuple: &Object) -> Vec<Object> {
    (0..tuple.length()).map(|place| tuple.item(place)).collect()
}
