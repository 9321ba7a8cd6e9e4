//! What the system itself keeps a lap's processes from using (setrlimit(2)): every process on its own, while the runner
//! watches over all of them together. Children inherit it.

use shared::{Limits, Mode};

use crate::worker::STACK_BYTES;

/// Descriptors that the kernel needs for each worker process: a socket twice, two pipes, and what wakes their reader.
const DESCRIPTORS_BY_WORKER: u64 = 8;
/// The system ends a process so much later than the runner, which says why, would end the lap.
const LATER_SECONDS: u64 = 5;

/// Holds this process, and what it starts from now on, to these limits: in this mode with so many workers.
///
/// Memory is what a process can write to and no other sees (`RLIMIT_DATA`): code that wants more gets MemoryError,
/// which names its line, before the runner sees that it holds too much. Where the system doesn't take a limit, the
/// runner's is left.
pub fn impose(limits: &Limits, mode: Mode, workers: u32) {
    let workers = if mode.is_parallel() { u64::from(workers) } else { 1 };
    if limits.memory < u64::MAX {
        // Stacks of workers count in full, though hardly anything of them is used.
        let stacks = if matches!(mode, Mode::Sequential | Mode::Processes) { 0 } else { workers * STACK_BYTES as u64 };
        let most = limits.memory.saturating_add(stacks);
        lower(libc::RLIMIT_DATA, most, most);
    }
    let seconds = limits.cpu.0.div_ceil(1_000_000_000).saturating_add(LATER_SECONDS);
    lower(libc::RLIMIT_CPU, seconds, seconds.saturating_add(LATER_SECONDS));
    lower(libc::RLIMIT_NOFILE, u64::from(limits.open_files) + workers * DESCRIPTORS_BY_WORKER, u64::MAX);
}

/// How many descriptors this process may have, if the system says.
pub fn open_files() -> Option<u64> {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a live value.
    (unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut now) } == 0).then_some(now.rlim_cur)
}

/// Sets a limit, and how far it may be raised again, but neither above what may be had.
fn lower(resource: libc::__rlimit_resource_t, limit: u64, most: u64) {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a live value.
    if unsafe { libc::getrlimit(resource, &mut now) } == 0 {
        let rlim_max = most.min(now.rlim_max);
        let wanted = libc::rlimit { rlim_cur: limit.min(rlim_max), rlim_max };
        // SAFETY: the pointer is to a live value. It can't fail, as no limit is raised above what may be had.
        unsafe { libc::setrlimit(resource, &wanted) };
    }
}
