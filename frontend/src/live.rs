//! Brings what the runner rendered to life: cells and quizzes, each in its place.

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::Deck;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::cell::Notebook;
use crate::late::{Late, Part};
use crate::page::Page;

/// What is brought to life, within a slide.
pub const PLACES: &str = ".cell[data-cell], .quiz[data-quiz]";

/// All of a slide.
pub fn bring_all(section: &Element, deck: &Deck, page: Page) {
    for place in elements(section, PLACES) {
        bring(place, deck, page);
    }
}

/// The cell or the quiz of this place, if the deck has it.
pub fn bring(place: Element, deck: &Deck, page: Page) {
    let Ok(root) = place.dyn_into::<HtmlElement>() else { return };
    if let Some(id) = root.get_attribute("data-cell") {
        let cell = deck.cells.iter().find(|cell| cell.id.0 == id).cloned();
        let (Some(cell), Some(state)) = (cell, page.cell(&id)) else { return };
        root.set_inner_html("");
        let place = root.clone();
        mount_to(root, move || view! { <Notebook cell state page root=place/> }).forget();
    } else if let Some(name) = root.get_attribute("data-quiz") {
        let Some(quiz) = deck.quizzes.iter().find(|quiz| quiz.name == name).cloned() else { return };
        // What the runner rendered is read until this is there.
        let wanted = Signal::stored(true);
        mount_to(root, move || view! { <Late part=Part::Quiz(quiz, page) what="the quiz" wanted page/> }).forget();
    }
}

/// All elements for a selector, in their order.
pub fn elements(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|position| found.get(position)?.dyn_into().ok()).collect()
}

/// Moves the focus to something that is read: readers of the screen go on from there, and keys scroll it.
pub fn focus(element: &HtmlElement) {
    element.set_tab_index(-1);
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // What can't be focused is read by going there.
    let _ = element.focus_with_options(&options);
}
