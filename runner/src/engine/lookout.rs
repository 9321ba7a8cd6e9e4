//! Looks at what a lap uses every now and then, and sounds the alarm when it is too much.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use shared::{Limit, Limits, Nanos};

use super::input::{Alarm, Input, Inputs, KernelId, Task};
use crate::system::{self, Close, Pid, Usage};

/// How often a lap's processes are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Memory that is less than this above the peak is not looked at closely for the sake of the peak.
const GROWN_BYTES: u64 = 1 << 20;
/// And such looks take at most one part of so many of one CPU's time: many gigabytes are looked at less often.
const COST_AT_MOST: u32 = 50;

/// Is kept over a lap until it is ended or dropped.
pub struct Lookout {
    /// The most memory that was seen, in bytes; 0 before the first look.
    peak: Arc<AtomicU64>,
    task: Option<Task>,
}

impl Lookout {
    /// Over the lap of this kernel.
    pub fn start(id: KernelId, kernel: Pid, limits: Limits, inputs: &Inputs) -> Lookout {
        let peak = Arc::new(AtomicU64::new(0));
        let task = Task::spawn(watch(id, kernel, limits, (inputs.clone(), Arc::clone(&peak))));
        Lookout { peak, task: Some(task) }
    }

    /// Looks no more. What was seen is kept.
    pub fn end(&mut self) {
        self.task = None;
    }

    /// The most memory that the lap's processes were seen to hold together, in bytes, if they were looked at and the
    /// system says.
    pub fn peak_memory(&self) -> Option<u64> {
        Some(self.peak.load(Ordering::Relaxed)).filter(|&peak| peak > 0)
    }
}

async fn watch(id: KernelId, kernel: Pid, limits: Limits, (inputs, peak): (Inputs, Arc<AtomicU64>)) {
    let mut rested = Instant::now();
    loop {
        let began = Instant::now();
        let known = peak.load(Ordering::Relaxed).saturating_add(GROWN_BYTES);
        let own = if began >= rested { known } else { u64::MAX };
        let looking = tokio::task::spawn_blocking(move || system::usage(kernel, Close { all: limits.memory, own }));
        let Ok(usage) = looking.await else { return };
        if began >= rested {
            rested = Instant::now() + began.elapsed() * COST_AT_MOST;
        }
        peak.fetch_max(usage.memory.unwrap_or_default(), Ordering::Relaxed);
        if let Some(limit) = excess(usage, &limits) {
            return inputs.tell(Input::Alarm { kernel: id, alarm: Alarm::Excess(limit) });
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The limit that is exceeded, if one is.
fn excess(usage: Usage, limits: &Limits) -> Option<Limit> {
    let Limits { cpu, memory, processes, .. } = *limits;
    let used = Nanos(u64::try_from(usage.cpu.as_nanos()).unwrap_or(u64::MAX));
    if usage.memory.is_some_and(|used| used > memory) {
        Some(Limit::Memory { limit: memory })
    } else if usage.processes > processes as usize {
        Some(Limit::Processes { limit: processes })
    } else if used > cpu {
        Some(Limit::Cpu { limit: cpu })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_more_than_a_limit_exceeds_it() {
        let limits = Limits { cpu: Nanos(1_000_000_000), memory: 100, processes: 3, ..Limits::default() };
        let within = Usage { processes: 3, memory: Some(100), cpu: Duration::from_secs(1) };
        for (usage, limit) in [
            (within, None),
            (Usage { memory: None, ..within }, None),
            (Usage { memory: Some(101), processes: 4, ..within }, Some(Limit::Memory { limit: 100 })),
            (Usage { processes: 4, ..within }, Some(Limit::Processes { limit: 3 })),
            (Usage { cpu: Duration::from_millis(1001), ..within }, Some(Limit::Cpu { limit: limits.cpu })),
        ] {
            assert_eq!(excess(usage, &limits), limit, "{usage:?}");
        }
    }
}
