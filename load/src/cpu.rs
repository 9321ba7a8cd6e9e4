//! What this thread has cost.

use shared::Nanos;

/// CPU time of this thread since it began.
#[cfg(unix)]
pub fn used() -> Option<Nanos> {
    use nix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).ok()?;
    let nanos = now.tv_sec().checked_mul(1_000_000_000)?.checked_add(now.tv_nsec())?;
    u64::try_from(nanos).ok().map(Nanos)
}

/// CPU time of this thread since it began.
#[cfg(not(unix))]
pub fn used() -> Option<Nanos> {
    None
}
