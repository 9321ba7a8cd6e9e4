//! `virgil.progress(fraction)`: how far the call is that this thread executes.

use std::cell::RefCell;
use std::sync::Arc;

use shared::Nanos;

use super::call::{Call, WHOLE};
use crate::modes::processes::ChildEvent;
use crate::{clock, outbox};

/// From another process not more often: each is a message.
const EVERY: Nanos = Nanos(20_000_000);

/// Who is told.
#[derive(Debug)]
enum Heard {
    /// The call, in this process.
    Here(Arc<Call>),
    /// The kernel, of the call of this number; when it was told last.
    Kernel(u32, Nanos),
}

thread_local! {
    static CALL: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

/// From now on this thread executes a call of this process's own pool, or none.
pub fn of(call: Option<Arc<Call>>) {
    CALL.set(call.map(Heard::Here));
}

/// From now on this thread executes a call of the kernel's pool, or none.
pub fn of_kernel(task: Option<u32>) {
    CALL.set(task.map(|task| Heard::Kernel(task, Nanos(0))));
}

/// It is done so far, in millionths.
pub fn report(millionths: i64) {
    let millionths = u32::try_from(millionths.max(0)).map_or(WHOLE, |millionths| millionths.min(WHOLE));
    CALL.with_borrow_mut(|heard| match heard {
        None => {}
        Some(Heard::Here(call)) => call.set_progress(millionths),
        Some(Heard::Kernel(task, told)) => {
            let now = clock::now();
            if now.since(*told) >= EVERY || millionths == WHOLE {
                *told = now;
                outbox::send_value(&ChildEvent::Progressed(*task, millionths));
            }
        }
    });
}
