//! Where one is in the deck: a slide, and how far it is revealed; and the addresses of that.

use shared::{Deck, Slide};

/// Where the slides are, each by its slug.
const SLIDES: &str = "/slide/";
/// What says in an address how far a slide is revealed.
const STEP: &str = "step=";

/// A slide, and how many of its steps are seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The slide's position in the deck.
    pub slide: usize,
    /// How many steps are seen: none at first.
    pub step: u32,
}

/// Where to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Back by a step, or to the slide before with all that it has.
    Previous,
    /// On by a step, or to the beginning of the slide after.
    Next,
    /// To the first slide.
    First,
    /// To the last slide.
    Last,
}

impl Place {
    /// The beginning of a slide.
    pub fn start(slide: usize) -> Place {
        Place { slide, step: 0 }
    }

    /// What an address leads to: its path, and what follows the question mark.
    pub fn at(deck: &Deck, path: &str, query: &str) -> Option<Place> {
        if path == "/" {
            return Some(Place::default());
        }
        let slug = path.strip_prefix(SLIDES)?;
        let slide = deck.slides.iter().position(|slide| slide.slug == slug)?;
        let asked = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(STEP));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok());
        // A number that is too large to be one is larger than what there is.
        let step = asked.filter(|text| !text.is_empty()).and_then(number).map_or(0, |step| step.unwrap_or(u32::MAX));
        Some(Place { slide, step: step.min(deck.slides[slide].steps) })
    }

    /// Its address.
    pub fn address(self, slides: &[Slide]) -> String {
        let slug = slides.get(self.slide).map_or("", |slide| slide.slug.as_str());
        match self.step {
            0 => format!("{SLIDES}{slug}"),
            step => format!("{SLIDES}{slug}?{STEP}{step}"),
        }
    }

    /// Where a move leads to; the same place at the ends of the deck.
    pub fn after(self, way: Move, slides: &[Slide]) -> Place {
        let steps = |slide: usize| slides.get(slide).map_or(0, |slide| slide.steps);
        let last = slides.len().saturating_sub(1);
        match way {
            Move::Next if self.step < steps(self.slide) => Place { step: self.step + 1, ..self },
            Move::Next if self.slide < last => Place::start(self.slide + 1),
            Move::Previous if self.step > 0 => Place { step: self.step - 1, ..self },
            Move::Previous if self.slide > 0 => Place { slide: self.slide - 1, step: steps(self.slide - 1) },
            Move::Next | Move::Previous => self,
            Move::First => Place::start(0),
            Move::Last => Place::start(last),
        }
    }

    /// How many steps are not seen yet.
    pub fn left(self, slides: &[Slide]) -> u32 {
        slides.get(self.slide).map_or(0, |slide| slide.steps.saturating_sub(self.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slides with so many steps.
    fn deck(steps: &[u32]) -> Deck {
        let slide = |(place, steps): (usize, &u32)| Slide {
            slug: format!("0{place}-a"),
            title: String::new(),
            section: String::new(),
            minutes: 1.0,
            home: false,
            steps: *steps,
            html: String::new(),
        };
        let slides = steps.iter().enumerate().map(slide).collect();
        Deck { title: String::new(), version: 0, workspace: 0, slides, cells: vec![], quizzes: vec![] }
    }

    fn place(slide: usize, step: u32) -> Place {
        Place { slide, step }
    }

    #[test]
    fn moves_reveal_steps_first_and_stay_within_the_deck() {
        let deck = deck(&[0, 2, 1]);
        for (from, way, to) in [
            ((0, 0), Move::Previous, (0, 0)),
            ((0, 0), Move::Next, (1, 0)),
            ((1, 0), Move::Next, (1, 1)),
            ((1, 1), Move::Next, (1, 2)),
            ((1, 2), Move::Next, (2, 0)),
            ((2, 1), Move::Next, (2, 1)),
            ((2, 1), Move::Previous, (2, 0)),
            ((2, 0), Move::Previous, (1, 2)),
            ((1, 0), Move::Previous, (0, 0)),
            ((1, 1), Move::First, (0, 0)),
            ((0, 0), Move::Last, (2, 0)),
        ] {
            assert_eq!(place(from.0, from.1).after(way, &deck.slides), place(to.0, to.1), "{from:?} {way:?}");
        }
        assert_eq!(
            [place(1, 0), place(1, 2), place(0, 0), place(9, 0)].map(|place| place.left(&deck.slides)),
            [2, 0, 0, 0]
        );
    }

    #[test]
    fn addresses_lead_to_a_slide_and_a_step() {
        let deck = deck(&[0, 2]);
        for (path, query, found) in [
            ("/", "", Some((0, 0))),
            ("/slide/01-a", "", Some((1, 0))),
            ("/slide/01-a", "?step=1", Some((1, 1))),
            ("/slide/01-a", "?x=y&step=2", Some((1, 2))),
            ("/slide/01-a", "?step=7", Some((1, 2))),
            ("/slide/01-a", "?step=99999999999999999999", Some((1, 2))),
            ("/slide/01-a", "?step=-1", Some((1, 0))),
            ("/slide/01-a", "?step=", Some((1, 0))),
            ("/slide/01-a", "?steps=1", Some((1, 0))),
            ("/slide/00-a", "?step=1", Some((0, 0))),
            ("/slide/02-a", "", None),
            ("/api/deck", "", None),
        ] {
            let found = found.map(|(slide, step)| place(slide, step));
            assert_eq!(Place::at(&deck, path, query), found, "{path}{query}");
        }
        for (at, address) in [(place(0, 0), "/slide/00-a"), (place(1, 2), "/slide/01-a?step=2")] {
            assert_eq!(at.address(&deck.slides), address);
        }
    }
}
