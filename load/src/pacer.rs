//! Says when requests are due: a thread that sleeps to the microsecond.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use async_channel::Sender;
use shared::Nanos;

use crate::cpu;

/// The longest sleep, after which it is looked whether it is still wanted.
const NAP: Duration = Duration::from_millis(50);

/// The thread.
#[derive(Debug)]
pub struct Pacer {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Option<Nanos>>,
}

/// Begins; none if the system gives no thread, and then nothing is ever due.
pub fn start(begin: Instant, end: Instant, rate: u32, due: Sender<Instant>) -> Option<Pacer> {
    let ended = Arc::new(AtomicBool::new(false));
    let seen = ended.clone();
    let pace = move || {
        finely();
        for at in moments(begin, end, rate) {
            while let Some(wait) = at.checked_duration_since(Instant::now()).filter(|wait| !wait.is_zero()) {
                thread::sleep(wait.min(NAP));
                if seen.load(Ordering::Relaxed) {
                    return cpu::used();
                }
            }
            if seen.load(Ordering::Relaxed) || due.try_send(at).is_err() {
                break;
            }
        }
        cpu::used()
    };
    let thread = thread::Builder::new().name("load-pacer".into()).spawn(pace).ok()?;
    Some(Pacer { ended, thread })
}

impl Pacer {
    /// Ends it; its CPU time, where the system says.
    pub fn end(self) -> Option<Nanos> {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().ok().flatten()
    }
}

/// When each request is due.
fn moments(begin: Instant, end: Instant, rate: u32) -> impl Iterator<Item = Instant> {
    let at = move |number: u64| begin + Duration::from_nanos(number * 1_000_000_000 / u64::from(rate));
    (0..).map(at).take_while(move |at| *at < end)
}

/// Linux lets sleepers sleep 50 us longer than they asked, to save energy.
#[cfg(target_os = "linux")]
fn finely() {
    // Where it may not be set, requests are sent 50 us later, which the report says.
    let _ = nix::sys::prctl::set_timerslack(1);
}

#[cfg(not(target_os = "linux"))]
fn finely() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_even_and_end() {
        let begin = Instant::now();
        let all: Vec<u128> = moments(begin, begin + Duration::from_millis(10), 300)
            .map(|at| at.duration_since(begin).as_micros())
            .collect();
        assert_eq!(all, [0, 3_333, 6_666]);
        assert_eq!(moments(begin, begin + Duration::from_secs(2), 20_000).count(), 40_000);
    }
}
