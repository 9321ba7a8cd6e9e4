//! What is asked for of a load, by a source or on a command line: what nobody says is usual.

use serde::{Deserialize, Serialize};

use super::{LoadPlan, LoadRequest, Pace};
use crate::Nanos;

/// How many connections an open loop uses at most, where nothing else was asked for.
pub const USUAL_CONNECTIONS: u32 = 64;

/// What is asked for of a load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadWish {
    /// When requests are sent.
    pub pace: Option<WishedPace>,
    /// For how long first, which counts in nothing.
    pub warm_up: Option<Nanos>,
    /// For how long then.
    pub duration: Option<Nanos>,
    /// How long an answer may take.
    pub timeout: Option<Nanos>,
    /// Whether a connection is used for more than one request.
    pub keep_alive: Option<bool>,
    /// What is asked.
    pub mix: Option<Vec<LoadRequest>>,
    /// What one more client asks in the second half.
    pub neighbour: Option<LoadRequest>,
}

/// When requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WishedPace {
    /// So many a second, over at most so many connections.
    Open(u32, Option<u32>),
    /// By so many clients of which each waits for its answer.
    Closed(u32),
}

impl LoadWish {
    /// This one, and what it doesn't say as the other says.
    pub fn over(self, other: LoadWish) -> LoadWish {
        LoadWish {
            pace: self.pace.or(other.pace),
            warm_up: self.warm_up.or(other.warm_up),
            duration: self.duration.or(other.duration),
            timeout: self.timeout.or(other.timeout),
            keep_alive: self.keep_alive.or(other.keep_alive),
            mix: self.mix.or(other.mix),
            neighbour: self.neighbour.or(other.neighbour),
        }
    }

    /// The plan that does it.
    pub fn plan(&self) -> LoadPlan {
        let usual = LoadPlan::usual();
        LoadPlan {
            pace: self.pace.map_or(usual.pace, |pace| match pace {
                WishedPace::Open(rate, connections) => {
                    Pace::Open { rate, connections: connections.unwrap_or(USUAL_CONNECTIONS) }
                }
                WishedPace::Closed(clients) => Pace::Closed { clients },
            }),
            warm_up: self.warm_up.unwrap_or(usual.warm_up),
            duration: self.duration.unwrap_or(usual.duration),
            timeout: self.timeout.unwrap_or(usual.timeout),
            keep_alive: self.keep_alive.unwrap_or(usual.keep_alive),
            seed: usual.seed,
            mix: self.mix.clone().unwrap_or(usual.mix),
            neighbour: self.neighbour.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_says_is_usual() {
        assert_eq!(LoadWish::default().plan(), LoadPlan::usual());
        let second = Nanos(1_000_000_000);
        let source = LoadWish {
            pace: Some(WishedPace::Closed(2)),
            duration: Some(second),
            mix: Some(vec![LoadRequest::get("/a", 1)]),
            ..LoadWish::default()
        };
        let line = LoadWish { pace: Some(WishedPace::Open(100, None)), timeout: Some(second), ..LoadWish::default() };
        let plan = line.over(source).plan();
        assert_eq!(plan.pace, Pace::Open { rate: 100, connections: USUAL_CONNECTIONS });
        assert_eq!((plan.duration, plan.timeout, plan.warm_up), (second, second, LoadPlan::usual().warm_up));
        assert_eq!(plan.mix, [LoadRequest::get("/a", 1)]);
    }
}
