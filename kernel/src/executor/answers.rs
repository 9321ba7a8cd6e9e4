//! The thread by which answers reach futures.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;

use super::Pool;
use super::call::{Answer, Call, Held};
use crate::interpreter::{Attachment, ThreadState};
use crate::object::{Object, Outcome};
use crate::sampler;

/// So many are given at once before others may have the GIL.
const AT_ONCE: usize = 64;

/// Starts it for a pool; `deliver` is what it calls for each answer.
///
/// # Errors
/// If it can't start.
pub fn start(pool: &'static Pool, deliver: Held, answers: Receiver<(Arc<Call>, Answer)>) -> std::io::Result<()> {
    let body = move || {
        sampler::leave_out_this_thread();
        run(pool, &deliver, &answers);
    };
    thread::Builder::new().name("answers".into()).spawn(body).map(drop)
}

fn run(pool: &Pool, deliver: &Held, answers: &Receiver<(Arc<Call>, Answer)>) {
    let state = ThreadState::in_main();
    while let Ok(first) = answers.recv() {
        let attachment = state.attach();
        let Some(deliver) = deliver.share(&attachment) else { return };
        let more = std::iter::from_fn(|| answers.try_recv().ok());
        for (call, answer) in std::iter::once(first).chain(more).take(AT_ONCE) {
            // Whoever withdraws a call has its future.
            if let Some(future) = call.take_future(&attachment) {
                // What the future's callbacks raise is said by the future itself.
                let _ = give(&attachment, &deliver, (&future, &call), answer);
            }
            call.forget_argument(&attachment);
            pool.answered(&call);
        }
    }
}

fn give(attachment: &Attachment, deliver: &Object, (future, call): (&Object, &Call), answer: Answer) -> Outcome<()> {
    let none = || Object::none(attachment);
    let worker = match call.worker() {
        Some(worker) => Object::int(attachment, i64::from(worker))?,
        None => none(),
    };
    let (object, pickle, broken) = match answer {
        Answer::Object(held) => (held.take(attachment).unwrap_or_else(none), none(), none()),
        Answer::Pickle(bytes) => (none(), Object::large_bytes(attachment, &bytes)?, none()),
        Answer::Broken(why) => (none(), none(), Object::text(attachment, &why)?),
    };
    let progress = Object::int(attachment, i64::from(call.progress()))?;
    deliver.call(&[future, &worker, &progress, &object, &pickle, &broken]).map(drop)
}
