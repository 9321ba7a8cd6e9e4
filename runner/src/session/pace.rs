//! When to send: the first bytes after silence at once, then 60 times a second, in a flood 10 times.

use std::time::{Duration, Instant};

/// Between two sendings.
const FRAME: Duration = Duration::from_millis(16);
/// Between two sendings of very much, so that a page has time for the person before it.
const FLOOD: Duration = Duration::from_millis(100);
/// How many bytes are very much.
const FLOOD_BYTES: usize = 64 * 1024;

/// Tells when something may be sent.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    due: Instant,
}

impl Pace {
    /// Something may be sent from this moment on.
    pub fn from(now: Instant) -> Pace {
        Pace { due: now }
    }

    /// From when on something may be sent.
    pub fn due(self) -> Instant {
        self.due
    }

    /// So much was sent at this moment. What remains of a run that is over is waited for, and isn't slowed down.
    pub fn sent(self, now: Instant, bytes: usize, over: bool) -> Pace {
        let pause = if bytes > FLOOD_BYTES && !over { FLOOD } else { FRAME };
        Pace { due: now + pause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_at_once_then_with_each_frame_and_in_a_flood_ten_times_a_second() {
        let start = Instant::now();
        let fresh = Pace::from(start);
        assert_eq!(fresh.due(), start);
        for (bytes, over, pause) in [
            (1, false, FRAME),
            (FLOOD_BYTES, false, FRAME),
            (FLOOD_BYTES + 1, false, FLOOD),
            (FLOOD_BYTES * 9, true, FRAME),
        ] {
            assert_eq!(fresh.sent(start, bytes, over).due(), start + pause);
        }
    }
}
