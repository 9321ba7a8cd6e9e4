//! What people learn by besides running code. How far they have come is kept by the runner; the page shows that, with
//! what the runner has not confirmed yet.

pub mod ask;
pub mod quiz;
pub mod steps;
pub mod truth;

use leptos::prelude::*;
use shared::{
    Act, CellId, ClientMessage, Deck, Expected, Guess, Prediction, Progress, Standing, Studied, Tally, Thing, standing,
    tally, things,
};

use crate::page::Page;

/// A slide as it stands in lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name in addresses.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// The part of the workshop that it belongs to.
    pub section: String,
    /// How many minutes it is planned to take.
    pub minutes: f32,
    /// Whether it is to be read at home.
    pub home: bool,
}

/// How far somebody has come; copies are the same.
#[derive(Clone, Copy)]
pub struct Learning {
    /// As it is shown: what the runner has, and what is on its way there.
    pub progress: RwSignal<Progress>,
    /// Why it is not kept, and what to do.
    pub trouble: RwSignal<Option<String>>,
    /// Whether the runner has told.
    is_known: StoredValue<bool>,
    things: StoredValue<Vec<Thing>>,
    slides: StoredValue<Vec<Entry>>,
    /// What the runner has not confirmed, with its numbers.
    pending: StoredValue<Vec<(u32, Act)>>,
    last: StoredValue<u32>,
}

impl Learning {
    /// Of this deck; nothing is known yet.
    pub fn new(deck: &Deck) -> Learning {
        let entries = deck.slides.iter().map(|slide| Entry {
            slug: slide.slug.clone(),
            title: slide.title.clone(),
            section: slide.section.clone(),
            minutes: slide.minutes,
            home: slide.home,
        });
        Learning {
            progress: RwSignal::new(Progress::default()),
            trouble: RwSignal::new(None),
            is_known: StoredValue::new(false),
            things: StoredValue::new(things(deck)),
            slides: StoredValue::new(entries.collect()),
            pending: StoredValue::new(Vec::new()),
            last: StoredValue::new(0),
        }
    }

    /// What is known of a cell.
    pub fn of(self, cell: &CellId) -> Studied {
        self.progress.with(|progress| progress.of(cell))
    }

    /// What speed-ups were predicted for a cell.
    pub fn expected(self, cell: &CellId) -> Vec<Expected> {
        match self.of(cell).prediction {
            Some(Prediction::Made(Guess::SpeedUps(expected))) => expected,
            Some(Prediction::Made(Guess::Fastest(_) | Guess::MostMissed(_)) | Prediction::Skipped) | None => Vec::new(),
        }
    }

    /// Whether the runner has told how far it is.
    pub fn is_known(self) -> bool {
        self.is_known.get_value()
    }

    /// How much of all is done.
    pub fn tally(self) -> Tally {
        self.things.with_value(|things| self.progress.with(|progress| tally(things, progress)))
    }

    /// How far a slide is; none if there is nothing to do on it.
    pub fn standing(self, slide: &str) -> Option<Standing> {
        self.things.with_value(|things| self.progress.with(|progress| standing(things, slide, progress)))
    }

    /// The slides, in order.
    pub fn slides(self) -> Vec<Entry> {
        self.slides.get_value()
    }

    /// Whether the deck has a slide of this name.
    pub fn has_slide(self, slug: &str) -> bool {
        self.slides.with_value(|slides| slides.iter().any(|slide| slide.slug == slug))
    }

    /// The runner has told, at the beginning of a connection: what it doesn't know is said again.
    pub fn greet(self, progress: Progress, page: Page) {
        self.is_known.set_value(true);
        self.told(&progress);
        for (number, act) in self.pending.get_value() {
            page.send(&ClientMessage::Learn { number, act });
        }
    }

    /// The runner has told of what was done here or in another tab.
    pub fn told(self, progress: &Progress) {
        self.progress.set(self.pending.with_value(|pending| shown(progress, pending)));
    }

    /// The runner has taken note of everything up to this number.
    pub fn confirmed(self, number: u32, progress: &Progress, trouble: Option<String>) {
        self.pending.update_value(|pending| pending.retain(|(other, _)| *other > number));
        self.trouble.set(trouble);
        self.told(progress);
    }
}

impl Page {
    /// Takes note of something that was done.
    pub fn learn(self, act: Act) {
        let Learning { progress, pending, last, .. } = self.learning;
        let number = last.get_value() + 1;
        last.set_value(number);
        pending.update_value(|pending| pending.push((number, act.clone())));
        progress.update(|progress| {
            progress.apply(&act);
        });
        // Without a connection it is said when there is one.
        self.send(&ClientMessage::Learn { number, act });
    }
}

/// Microseconds since 1970, by which the runner names runs too.
pub fn now() -> u64 {
    (js_sys::Date::now() * 1e3) as u64
}

/// What the runner knows, with what it will know.
fn shown(known: &Progress, pending: &[(u32, Act)]) -> Progress {
    let mut progress = known.clone();
    for (_, act) in pending {
        progress.apply(act);
    }
    progress
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_is_shown_already() {
        let cell = || CellId("primes".into());
        let tick = |step, ticked| Act::Tick { cell: cell(), step, ticked };
        let mut known = Progress::default();
        known.apply(&tick(0, true));
        let progress = shown(&known, &[(1, tick(0, false)), (2, tick(1, true))]);
        assert_eq!(progress.of(&cell()).steps.into_iter().collect::<Vec<_>>(), [1]);
        assert_eq!(shown(&known, &[]), known);
    }
}
