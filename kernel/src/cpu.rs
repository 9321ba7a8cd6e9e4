//! CPU time of tasks, without asking the system for it twice a task: that would cost more than a small task itself.

use std::cell::Cell;

use shared::Nanos;

use crate::{clock, system};

/// No thread loses its CPU and gets it back in so little time: what took no longer was all CPU time.
const UNBROKEN: Nanos = Nanos(5_000);

/// After so long the system is asked again in any case.
const TRUSTED: Nanos = Nanos(1_000_000);

/// The CPU time of the thread that uses it.
#[derive(Debug, Default)]
pub struct CpuMeter {
    /// What the system said last, and when.
    asked: Cell<(u64, Nanos)>,
    /// When the thread was last seen to run without a break since then.
    seen: Cell<Nanos>,
    /// CPU time at the start of the current task.
    start: Cell<u64>,
}

impl CpuMeter {
    /// A task starts: when.
    pub fn start(&self) -> Nanos {
        let mut now = clock::now();
        let (cpu, at) = self.asked.get();
        let unbroken = cpu != 0 && now.since(self.seen.get()) < UNBROKEN && now.since(at) < TRUSTED;
        if unbroken {
            self.start.set(cpu + now.since(at).0);
        } else {
            let cpu = system::thread_cpu();
            now = clock::now();
            self.asked.set((cpu, now));
            self.start.set(cpu);
        }
        now
    }

    /// The task that started then ends: when, and its CPU time.
    pub fn end(&self, start: Nanos) -> (Nanos, Nanos) {
        let end = clock::now();
        let wall = end.since(start);
        self.seen.set(end);
        if wall < UNBROKEN {
            return (end, wall);
        }
        let cpu = system::thread_cpu();
        self.asked.set((cpu, end));
        (end, Nanos(cpu.saturating_sub(self.start.get())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn cpu_time_is_what_was_spent() {
        let meter = CpuMeter::default();
        let start = meter.start();
        std::thread::sleep(Duration::from_millis(20));
        let (end, slept) = meter.end(start);
        assert!(end.since(start).millis() >= 20.0 && slept.millis() < 10.0, "{slept:?}");

        let start = meter.start();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(20) {}
        let (end, spun) = meter.end(start);
        assert!(spun <= Nanos(end.since(start).0 + 50_000) && spun > slept, "{spun:?}");
    }
}
