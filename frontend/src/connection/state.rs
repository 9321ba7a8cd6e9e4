//! Where the connection is, and what people read of it.

use std::time::Duration;

use shared::NOTHING_RUNS;

/// The pause between the first attempts, and how many of them there are.
const SHORT_PAUSE: Duration = Duration::from_millis(250);
const SHORT_PAUSES: u32 = 20;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// So many sockets in a row that never opened, while the runner answers otherwise, are blocked by something.
const BLOCKED: u32 = 2;

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A WebSocket.
    Socket,
    /// Server-Sent Events and POST.
    Events,
}

/// Where the connection is.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It is being opened.
    Connecting {
        /// How many attempts have failed.
        failed: u32,
    },
    /// There is none, and there will be none: the page is a copy.
    Exported,
    /// It carries messages.
    Open(Way),
    /// It will be opened.
    Waiting {
        /// How many attempts have failed.
        failed: u32,
        /// Why there is none.
        reason: Reason,
        /// When, in milliseconds since 1970.
        until: f64,
    },
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is being found out.
    Unknown,
    /// Nothing answers.
    Away,
    /// Something listens and says nothing.
    Silent,
    /// The browser says that there is no network, and the runner is on another machine.
    Offline,
    /// The runner closed it, with these words.
    Closed(String),
    /// The runner doesn't know this browser: it was started anew.
    Stranger,
    /// The runner answers, but no WebSocket reaches it.
    Blocked,
    /// As many pages are connected as may be.
    Crowded,
    /// The runner refuses.
    Refused(u16),
    /// The runner is there, the connection broke.
    Broken,
}

/// What the runner answered to a plain request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// This status.
    Status(u16),
    /// Nothing in time.
    Late,
    /// There was nobody to answer.
    Nobody,
    /// The same, and there is no network that leads to the runner.
    NoNetwork,
}

/// What there was before there was no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// One that carried messages.
    Open,
    /// One that never opened.
    Opening,
}

/// Why there is no connection, by that answer.
pub fn reason(probe: Probe, before: Before) -> Reason {
    match (probe, before) {
        (Probe::Status(200..300), Before::Open) => Reason::Broken,
        (Probe::Status(200..300), Before::Opening) => Reason::Blocked,
        (Probe::Status(401), _) => Reason::Stranger,
        (Probe::Status(429), _) => Reason::Crowded,
        (Probe::Status(status), _) => Reason::Refused(status),
        (Probe::Late, _) => Reason::Silent,
        (Probe::NoNetwork, _) => Reason::Offline,
        (Probe::Nobody, _) => Reason::Away,
    }
}

/// Which way to try next after so many sockets in a row that never opened.
pub fn next_way(way: Way, unopened: u32, reason: &Reason) -> Way {
    match reason {
        Reason::Blocked if unopened >= BLOCKED => Way::Events,
        _ => way,
    }
}

/// How long to wait after so many failures in a row: at first short, so that a short cut is made good within a second.
pub fn pause(failed: u32) -> Duration {
    match failed {
        0..SHORT_PAUSES => SHORT_PAUSE,
        _ => SHORT_PAUSE.saturating_mul(1 << (failed - SHORT_PAUSES).min(10)).min(LONGEST_PAUSE),
    }
}

impl Reason {
    /// What happened and what to do.
    pub fn sentence(&self, host: &str) -> String {
        match self {
            Reason::Unknown => "The connection to the runner is gone.".into(),
            Reason::Away => {
                format!("Nothing answers at {host}: Virgil was ended. Start it again; this page connects by itself.")
            }
            Reason::Silent => {
                format!("Something listens at {host} but does not answer: the runner is stopped or very busy.")
            }
            Reason::Offline => "This computer is offline, and the runner is on another one.".into(),
            Reason::Closed(words) => format!("The runner closed the connection: {words}."),
            Reason::Stranger => "Virgil was started anew and doesn't know this browser: open the new link from its \
                                 terminal, or from `virgil link`. This page then connects by itself."
                .into(),
            Reason::Blocked => "The runner answers, but something between refuses WebSockets: this page goes on with \
                                an event stream."
                .into(),
            Reason::Crowded => {
                "As many pages as may be are connected to this Virgil: close some of its tabs. This page \
                                then connects by itself."
                    .into()
            }
            Reason::Refused(status) => format!("The runner refuses this page (status {status}): reload it."),
            Reason::Broken => "The connection broke; the runner is there.".into(),
        }
    }
}

impl State {
    /// Its name in the page.
    pub fn slug(&self) -> &'static str {
        match self {
            State::Connecting { .. } => "connecting",
            State::Exported => "exported",
            State::Open(_) => "open",
            State::Waiting { .. } => "waiting",
        }
    }

    /// A few words for the bar.
    pub fn words(&self) -> &'static str {
        match self {
            State::Exported => "a copy to read",
            State::Open(_) => "connected",
            State::Connecting { failed: 0..2 } | State::Waiting { failed: 0..2, .. } => "connecting…",
            State::Connecting { .. } | State::Waiting { .. } => "no connection",
        }
    }

    /// More than that, when one looks closer.
    pub fn title(&self) -> &'static str {
        match self {
            State::Exported => NOTHING_RUNS,
            State::Open(Way::Socket) => "Connected to the runner by WebSocket",
            State::Open(Way::Events) => {
                "Connected to the runner by an event stream, since something here blocks WebSockets"
            }
            State::Connecting { .. } | State::Waiting { .. } => "Click to try again now",
        }
    }

    /// Why there is none and when it is tried again; nothing as long as it may be a moment only.
    pub fn trouble(&self, now: f64, host: &str) -> Option<(String, String)> {
        match self {
            State::Exported
            | State::Open(_)
            | State::Connecting { failed: 0..2 }
            | State::Waiting { failed: 0..2, .. } => None,
            State::Connecting { .. } => Some((String::new(), "Trying now…".into())),
            State::Waiting { reason, until, .. } => {
                let seconds = ((until - now) / 1000.0).ceil().max(0.0);
                Some((reason.sentence(host), format!("Next try in {seconds} s.")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_short_for_five_seconds_then_grow_and_stay() {
        let pauses: Vec<u128> = (0..27).map(|failed| pause(failed).as_millis()).collect();
        assert!(pauses[..=20].iter().all(|pause| *pause == 250), "{pauses:?}");
        assert_eq!(pauses[21..], [500, 1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn the_reason_is_what_a_plain_request_finds() {
        for (probe, before, expected) in [
            (Probe::Status(204), Before::Open, Reason::Broken),
            (Probe::Status(204), Before::Opening, Reason::Blocked),
            (Probe::Status(401), Before::Open, Reason::Stranger),
            (Probe::Status(429), Before::Opening, Reason::Crowded),
            (Probe::Status(403), Before::Opening, Reason::Refused(403)),
            (Probe::Late, Before::Opening, Reason::Silent),
            (Probe::Nobody, Before::Opening, Reason::Away),
            (Probe::NoNetwork, Before::Open, Reason::Offline),
        ] {
            assert_eq!(reason(probe, before), expected, "{probe:?} {before:?}");
        }
    }

    #[test]
    fn the_stream_is_taken_only_where_sockets_fail_and_the_runner_answers() {
        for (way, unopened, reason, expected) in [
            (Way::Socket, 1, Reason::Blocked, Way::Socket),
            (Way::Socket, 2, Reason::Blocked, Way::Events),
            (Way::Socket, 9, Reason::Away, Way::Socket),
            (Way::Socket, 9, Reason::Stranger, Way::Socket),
            (Way::Socket, 9, Reason::Crowded, Way::Socket),
            (Way::Events, 0, Reason::Broken, Way::Events),
        ] {
            assert_eq!(next_way(way, unopened, &reason), expected, "{way:?} {unopened} {reason:?}");
        }
    }

    #[test]
    fn a_moment_is_no_trouble_and_more_is_told_with_the_time_left() {
        let waiting = |failed| State::Waiting { failed, reason: Reason::Away, until: 5_000.0 };
        assert_eq!(waiting(1).trouble(0.0, "h"), None);
        let (sentence, next) = waiting(2).trouble(2_100.0, "127.0.0.1:8765").unwrap();
        assert!(sentence.contains("127.0.0.1:8765") && sentence.contains("Start it again"), "{sentence}");
        assert_eq!(next, "Next try in 3 s.");
        assert_eq!(waiting(2).trouble(9_000.0, "h").unwrap().1, "Next try in 0 s.");
        assert_eq!(State::Open(Way::Events).trouble(0.0, "h"), None);
    }
}
