//! Cells and quizzes come to life when they come near, one in a frame, the nearest first. They stay: what runs or is
//! typed into is never taken away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use shared::Deck;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::top;
use crate::live::{PLACES, bring as bring_one, elements};
use crate::page::Page;

/// How far outside of the window is near: about two screens.
const NEAR: &str = "1500px 0px";

struct Near {
    deck: Arc<Deck>,
    page: Page,
    observer: RefCell<Option<IntersectionObserver>>,
    waiting: RefCell<Vec<Element>>,
    /// Whether the next one is about to come.
    is_due: Cell<bool>,
}

/// Brings what is in there to life.
pub fn bring(main: &Element, deck: Arc<Deck>, page: Page) {
    let near = Rc::new(Near {
        deck,
        page,
        observer: RefCell::new(None),
        waiting: RefCell::new(Vec::new()),
        is_due: Cell::new(false),
    });
    let told = {
        let near = near.clone();
        Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            for entry in entries.iter().filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok()) {
                let place = entry.target();
                near.waiting.borrow_mut().retain(|other| *other != place);
                if entry.is_intersecting() {
                    near.waiting.borrow_mut().push(place);
                }
            }
            near.go_on();
        })
    };
    let options = IntersectionObserverInit::new();
    options.set_root_margin(NEAR);
    let Ok(observer) = IntersectionObserver::new_with_options(told.as_ref().unchecked_ref(), &options) else { return };
    // The page is told as long as it lives.
    told.forget();
    for place in elements(main, PLACES) {
        observer.observe(&place);
    }
    near.observer.replace(Some(observer));
}

impl Near {
    fn go_on(self: &Rc<Self>) {
        if self.waiting.borrow().is_empty() || self.is_due.replace(true) {
            return;
        }
        let near = self.clone();
        // Behind a frame: what came before is drawn, and scrolling goes on.
        request_animation_frame(move || {
            set_timeout(
                move || {
                    near.is_due.set(false);
                    near.bring_nearest();
                    near.go_on();
                },
                Duration::ZERO,
            );
        });
    }

    fn bring_nearest(&self) {
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let distance = |place: &Element| {
            let place = place.get_bounding_client_rect();
            distance(place.top(), place.bottom(), height)
        };
        let nearest = |waiting: &[Element]| {
            let distances = waiting.iter().map(distance).enumerate();
            distances.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(position, _)| position)
        };
        let position = nearest(&self.waiting.borrow());
        let Some(place) = position.map(|position| self.waiting.borrow_mut().remove(position)) else { return };
        if let Some(observer) = self.observer.borrow().as_ref() {
            observer.unobserve(&place);
        }
        keeping_still(&place, || bring_one(place.clone(), &self.deck, self.page));
    }
}

/// How far outside of a window of that height something is, between these places.
fn distance(top: f64, bottom: f64, height: f64) -> f64 {
    (top - height).max(-bottom).max(0.0)
}

/// What is seen stays where it is, if `change` makes something above it larger. Most browsers see to that themselves.
fn keeping_still(place: &Element, change: impl FnOnce()) {
    let anchors = web_sys::css::supports_with_value("overflow-anchor", "auto").unwrap_or_default();
    let before = place.get_bounding_client_rect().bottom();
    change();
    let moved = place.get_bounding_client_rect().bottom() - before;
    if !anchors && before < 0.0 && moved != 0.0 && top(place) < 0.0 {
        window().scroll_by_with_x_and_y(0.0, moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_window_is_nearest() {
        for (top, bottom, expected) in
            [(10.0, 20.0, 0.0), (-50.0, 20.0, 0.0), (-50.0, -20.0, 20.0), (730.0, 900.0, 10.0), (-9.0, 900.0, 0.0)]
        {
            assert_eq!(distance(top, bottom, 720.0), expected, "{top} {bottom}");
        }
    }
}
