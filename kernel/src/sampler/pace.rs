//! How often to look: 1,000 times a second at up to four workers, less often beyond and where it would cost too much.

use std::time::Duration;

/// A sampler's period at up to four workers.
const SHORTEST: Duration = Duration::from_millis(1);
/// It is never longer.
const LONGEST: Duration = Duration::from_millis(250);
/// All samplers of a lap stay below 1 % of the machine's CPU: where they would cost more they aim at this share.
const AIM: f64 = 0.0096;
/// So far from it a share may be without a change.
const NEAR: f64 = 0.0003;

/// How often one sampler looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    shortest: Duration,
    period: Duration,
}

impl Pace {
    /// For so many workers in the lap, in whichever processes.
    pub fn new(workers: u32) -> Pace {
        let shortest = SHORTEST.max(SHORTEST * workers / 4);
        Pace { shortest, period: shortest }
    }

    /// The same for another number of workers.
    #[must_use]
    pub fn for_workers(self, workers: u32) -> Pace {
        let Pace { shortest, .. } = Pace::new(workers);
        Pace { shortest, period: self.period.max(shortest) }
    }

    /// The time from one look to the next.
    pub fn period(self) -> Duration {
        self.period
    }

    /// Learns what the last looks have cost: a share of the machine's CPU, of all samplers if each costs as much.
    #[must_use]
    pub fn after(self, share: f64) -> Pace {
        let period = match (share - AIM).abs() < NEAR {
            true => self.period,
            // Twice as dear as it may be: half as often. Soon slower, since one dear look is no reason to be faster.
            false => self.period.mul_f64((share / AIM).clamp(0.8, 4.0)),
        };
        Pace { period: period.clamp(self.shortest, LONGEST.max(self.shortest)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_workers_are_looked_at_every_millisecond() {
        for (workers, period) in [(1, 1_000), (2, 1_000), (4, 1_000), (8, 2_000), (64, 16_000)] {
            assert_eq!(Pace::new(workers).period(), Duration::from_micros(period), "{workers}");
        }
    }

    #[test]
    fn what_costs_too_much_is_done_less_often() {
        let pace = Pace::new(2);
        assert_eq!(pace.after(0.001), pace);
        assert_eq!(pace.after(0.0098), pace);
        let slower = pace.after(0.0192);
        assert_eq!(slower.period(), Duration::from_millis(2));
        assert_eq!(slower.after(0.0094), slower);
        assert!(slower.after(0.001).period() < slower.period());
        let slowest = (0..20).fold(pace, |pace, _| pace.after(1.0));
        assert_eq!(slowest.period(), LONGEST);
        assert_eq!((0..100).fold(slowest, |pace, _| pace.after(0.0)), pace);
    }
}
