//! Whose turn it is.

/// Workers take turns, those that have died left out.
#[derive(Debug)]
pub struct Turns {
    alive: Vec<bool>,
    next: usize,
}

impl Turns {
    /// Of so many workers, all alive; worker 0 is first.
    pub fn new(workers: u32) -> Turns {
        Turns { alive: vec![true; workers as usize], next: 0 }
    }

    /// Whose it is now, and the next one's after that; nobody's if none is alive.
    pub fn take(&mut self) -> Option<u32> {
        let count = self.alive.len();
        let place = (0..count).map(|step| (self.next + step) % count).find(|&place| self.alive[place])?;
        self.next = (place + 1) % count;
        Some(place as u32)
    }

    /// Leaves this one out from now on.
    pub fn exclude(&mut self, worker: u32) {
        if let Some(alive) = self.alive.get_mut(worker as usize) {
            *alive = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_turn_and_the_dead_have_none() {
        let mut turns = Turns::new(3);
        let next = |turns: &mut Turns, count: usize| (0..count).map(|_| turns.take()).collect::<Vec<_>>();
        assert_eq!(next(&mut turns, 4), [Some(0), Some(1), Some(2), Some(0)]);
        turns.exclude(1);
        assert_eq!(next(&mut turns, 3), [Some(2), Some(0), Some(2)]);
        turns.exclude(0);
        turns.exclude(2);
        turns.exclude(7);
        assert_eq!(next(&mut turns, 2), [None, None]);
    }
}
