//! The lap's clock.

use std::sync::atomic::{AtomicU64, Ordering};

use shared::Nanos;

use crate::system;

static ORIGIN: AtomicU64 = AtomicU64::new(0);

/// The lap begins now.
pub fn start() {
    set_origin(system::monotonic());
}

/// The lap began then, on the system's clock: for children, which share the lap's clock.
pub fn set_origin(monotonic: u64) {
    ORIGIN.store(monotonic, Ordering::Relaxed);
}

/// When the lap began, on the system's clock.
pub fn origin() -> u64 {
    ORIGIN.load(Ordering::Relaxed)
}

/// Since the lap began.
pub fn now() -> Nanos {
    Nanos(system::monotonic().saturating_sub(origin()))
}
