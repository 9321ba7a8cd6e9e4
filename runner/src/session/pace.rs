//! When to send: the first bytes after silence, the first text and what ends at once, what else begins or ends 60 times a
//! second, in a flood 10 times, and so all further text. What only makes a picture grow is sent seldom, since whoever
//! reads it takes CPU time from what is measured.

use std::time::{Duration, Instant};

use shared::{LapEvent, RunEvent};

/// Between two sendings.
const FRAME: Duration = Duration::from_millis(16);
/// Between two sendings of very much, so that a page has time for the person before it; and of text.
const FLOOD: Duration = Duration::from_millis(100);
/// How many bytes are very much.
const FLOOD_BYTES: usize = 64 * 1024;
/// Between two sendings of what grows.
const GROWTH: Duration = Duration::from_millis(250);

/// What something that is to be sent is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// A picture grows by it.
    Growth,
    /// Somebody reads it.
    Text,
    /// Something begins or ends.
    Turn,
    /// The run is over: nothing is measured that could be disturbed.
    End,
}

impl Worth {
    /// Of an event.
    pub fn of(event: &RunEvent) -> Worth {
        match event {
            RunEvent::Lap { event: LapEvent::Output { .. }, .. } => Worth::Text,
            RunEvent::Lap {
                event:
                    LapEvent::Spans { .. }
                    | LapEvent::Progress { .. }
                    | LapEvent::States { .. }
                    | LapEvent::Connections { .. }
                    | LapEvent::Answered { .. },
                ..
            } => Worth::Growth,
            RunEvent::Ended(_) => Worth::End,
            _ => Worth::Turn,
        }
    }

    fn pause(self) -> Duration {
        match self {
            Worth::Growth => GROWTH,
            Worth::Text => FLOOD,
            Worth::Turn => FRAME,
            Worth::End => Duration::ZERO,
        }
    }
}

/// Tells when something may be sent.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// When something was sent last.
    sent: Option<Instant>,
    /// When text was.
    text: Option<Instant>,
    /// Until then the page has enough to do.
    busy: Instant,
}

impl Pace {
    /// Something may be sent from this moment on.
    pub fn from(now: Instant) -> Pace {
        Pace { sent: None, text: None, busy: now }
    }

    /// From when on something of this worth may be sent.
    pub fn due(self, worth: Worth) -> Instant {
        let before = if worth == Worth::Text { self.text } else { self.sent };
        before.map_or(self.busy, |before| self.busy.max(before + worth.pause()))
    }

    /// So much was sent at this moment, text among it or not. What remains of a run that is over is waited for, and isn't
    /// slowed down.
    pub fn sent(self, now: Instant, bytes: usize, text: bool, over: bool) -> Pace {
        let pause = match (bytes > FLOOD_BYTES, over) {
            (false, _) => Duration::ZERO,
            (true, false) => FLOOD,
            (true, true) => FRAME,
        };
        Pace { sent: Some(now), text: if text { Some(now) } else { self.text }, busy: now + pause }
    }
}

#[cfg(test)]
mod tests {
    use shared::{Nanos, RunEnding, Stream};

    use super::*;

    #[test]
    fn bytes_go_at_once_then_with_each_frame_and_in_a_flood_ten_times_a_second() {
        let start = Instant::now();
        let fresh = Pace::from(start);
        for worth in [Worth::Growth, Worth::Text, Worth::Turn] {
            assert_eq!(fresh.due(worth), start);
        }
        for (bytes, over, worth, pause) in [
            (1, false, Worth::Turn, FRAME),
            (1, false, Worth::Text, FLOOD),
            (1, false, Worth::Growth, GROWTH),
            (FLOOD_BYTES, false, Worth::Turn, FRAME),
            (FLOOD_BYTES + 1, false, Worth::Turn, FLOOD),
            (FLOOD_BYTES + 1, false, Worth::Growth, GROWTH),
            (FLOOD_BYTES * 9, true, Worth::Turn, FRAME),
            (FLOOD_BYTES, false, Worth::End, Duration::ZERO),
            (FLOOD_BYTES + 1, true, Worth::End, FRAME),
        ] {
            assert_eq!(fresh.sent(start, bytes, true, over).due(worth), start + pause, "{bytes} {over} {worth:?}");
        }
        let begun = fresh.sent(start, 1, false, false);
        assert_eq!(begun.due(Worth::Text), start, "the first text is waited for");
        let printed = begun.sent(start + FRAME, 1, true, false).sent(start + FRAME * 2, 1, false, false);
        assert_eq!(printed.due(Worth::Text), start + FRAME + FLOOD);
    }

    #[test]
    fn only_what_grows_and_text_can_wait() {
        let lap = |event| RunEvent::Lap { lap: 0, event };
        let text = LapEvent::Output { worker: None, task: None, stream: Stream::Stdout, text: "a".into() };
        for (event, worth) in [
            (lap(LapEvent::Progress { at: Nanos(1), running: Vec::new() }), Worth::Growth),
            (lap(LapEvent::Spans { worker: 0, spans: Vec::new() }), Worth::Growth),
            (lap(LapEvent::States { worker: 0, intervals: Vec::new() }), Worth::Growth),
            (lap(text), Worth::Text),
            (lap(LapEvent::Began { tasks: 1, at: Nanos(1) }), Worth::Turn),
            (RunEvent::Ended(RunEnding::Completed), Worth::End),
        ] {
            assert_eq!(Worth::of(&event), worth, "{event:?}");
        }
    }
}
