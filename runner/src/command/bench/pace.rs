//! How long the rest of a measurement takes, by what its steps took until now.

use std::collections::BTreeMap;
use std::time::Duration;

use super::agenda::Step;

/// What the steps took, by workload and lane: the last time of each, since the first also reads files.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    took: BTreeMap<(usize, usize), Duration>,
}

impl Pace {
    /// A step took so long.
    pub fn note(&mut self, step: &Step, took: Duration) {
        self.took.insert((step.workload, step.lane), took);
    }

    /// How long these steps will take, in seconds; none if nothing of the kind was seen.
    pub fn left(&self, steps: &[Step]) -> Option<f64> {
        let known: f64 = self.took.values().map(Duration::as_secs_f64).sum();
        let mean = (!self.took.is_empty()).then(|| known / self.took.len() as f64)?;
        let of = |step: &Step| self.took.get(&(step.workload, step.lane)).map_or(mean, Duration::as_secs_f64);
        Some(steps.iter().map(of).sum())
    }
}

/// Seconds as people say them of what is to come: `about 2 min left`.
pub fn left(seconds: f64) -> String {
    match seconds.max(1.0) {
        minutes if minutes >= 90.0 => format!("about {:.0} min left", minutes / 60.0),
        seconds => format!("about {seconds:.0} s left"),
    }
}

#[cfg(test)]
mod tests {
    use shared::Round;

    use super::*;

    #[test]
    fn what_is_left_takes_as_long_as_it_took() {
        let step = |workload| Step { workload, lane: 0, round: Round::Measured(0), plan: Vec::new() };
        let mut pace = Pace::default();
        assert_eq!(pace.left(&[step(0)]), None);
        pace.note(&step(0), Duration::from_secs(9));
        pace.note(&step(0), Duration::from_secs(4));
        pace.note(&step(1), Duration::from_secs(2));
        assert_eq!(pace.left(&[step(0), step(1)]), Some(6.0));
        assert_eq!(pace.left(&[step(2)]), Some(3.0), "of what wasn't seen: as the others");
        assert_eq!(
            (left(0.2), left(59.6), left(130.0)),
            ("about 1 s left".into(), "about 60 s left".into(), "about 2 min left".into())
        );
    }
}
