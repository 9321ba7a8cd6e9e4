//! The clock of a replay: where it is, how fast it goes, and what keys do with it.

use shared::Nanos;

/// How fast a replay can go, in hundredths of the run's own speed.
pub const SPEEDS: [u32; 7] = [25, 50, 100, 200, 400, 700, 1000];
/// How many parts of the length an arrow key goes.
const PARTS: u64 = 50;

/// Whether time goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// It stands still.
    Paused,
    /// It goes on.
    Playing,
}

/// The clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Player {
    /// How long the run took.
    pub length: Nanos,
    /// Since its beginning.
    pub now: Nanos,
    /// Whether time goes on.
    pub motion: Motion,
    /// One of [`SPEEDS`].
    pub speed: u32,
}

impl Player {
    /// Of a run that took so long: at its beginning, and playing.
    pub fn new(length: Nanos) -> Player {
        Player { length, now: Nanos(0), motion: Motion::Playing, speed: 100 }
    }

    /// After so many milliseconds on the watcher's clock.
    pub fn after(self, millis: f64) -> Player {
        if self.motion == Motion::Paused {
            return self;
        }
        let step = (millis.max(0.0) * 1e6 * f64::from(self.speed) / 100.0) as u64;
        self.at(Nanos(self.now.0.saturating_add(step)))
    }

    /// At another moment. At the end nothing goes on.
    pub fn at(self, now: Nanos) -> Player {
        let now = now.min(self.length);
        let motion = if now == self.length { Motion::Paused } else { self.motion };
        Player { now, motion, ..self }
    }

    /// Playing if it was paused, from the beginning if it was at the end; else paused.
    pub fn toggled(self) -> Player {
        match self.motion {
            Motion::Playing => Player { motion: Motion::Paused, ..self },
            Motion::Paused if self.now == self.length => Player { now: Nanos(0), motion: Motion::Playing, ..self },
            Motion::Paused => Player { motion: Motion::Playing, ..self },
        }
    }

    /// What this key does, if anything.
    pub fn key(self, key: &str) -> Option<Player> {
        let step = self.length.0 / PARTS;
        Some(match key {
            " " | "k" => self.toggled(),
            "ArrowLeft" => self.at(Nanos(self.now.0.saturating_sub(step))),
            "ArrowRight" => self.at(Nanos(self.now.0.saturating_add(step))),
            "Home" => self.at(Nanos(0)),
            "End" => self.at(self.length),
            "+" | "=" => self.faster(1),
            "-" => self.faster(-1),
            _ => return None,
        })
    }

    fn faster(self, by: isize) -> Player {
        let place = SPEEDS.iter().position(|speed| *speed == self.speed).unwrap_or_default();
        let speed = SPEEDS[place.saturating_add_signed(by).min(SPEEDS.len() - 1)];
        Player { speed, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(now: u64, motion: Motion) -> Player {
        Player { length: Nanos(1_000_000_000), now: Nanos(now * 1_000_000), motion, speed: 100 }
    }

    #[test]
    fn time_goes_on_at_its_speed_and_stops_at_the_end() {
        for (speed, millis, now, motion) in [
            (100, 16.0, 16, Motion::Playing),
            (25, 100.0, 25, Motion::Playing),
            (1_000, 50.0, 500, Motion::Playing),
            (1_000, 500.0, 1_000, Motion::Paused),
            (100, -5.0, 0, Motion::Playing),
        ] {
            let start = Player { speed, ..player(0, Motion::Playing) };
            assert_eq!(start.after(millis), Player { speed, ..player(now, motion) }, "{speed} {millis}");
        }
        assert_eq!(player(5, Motion::Paused).after(100.0), player(5, Motion::Paused));
    }

    #[test]
    fn keys_play_and_go() {
        let playing = player(500, Motion::Playing);
        for (from, key, to) in [
            (playing, " ", player(500, Motion::Paused)),
            (player(500, Motion::Paused), "k", playing),
            (player(1_000, Motion::Paused), " ", player(0, Motion::Playing)),
            (playing, "ArrowLeft", player(480, Motion::Playing)),
            (player(10, Motion::Paused), "ArrowLeft", player(0, Motion::Paused)),
            (playing, "ArrowRight", player(520, Motion::Playing)),
            (playing, "Home", player(0, Motion::Playing)),
            (playing, "End", player(1_000, Motion::Paused)),
            (playing, "+", Player { speed: 200, ..playing }),
            (playing, "-", Player { speed: 50, ..playing }),
            (Player { speed: 25, ..playing }, "-", Player { speed: 25, ..playing }),
            (Player { speed: 1_000, ..playing }, "+", Player { speed: 1_000, ..playing }),
        ] {
            assert_eq!(from.key(key), Some(to), "{key}");
        }
        assert_eq!(playing.key("x"), None);
    }
}
