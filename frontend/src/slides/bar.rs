//! The bar's links to what comes next and before, and where one is.

use leptos::prelude::*;
use shared::Deck;
use web_sys::Element;

use super::place::{Move, Place};
use crate::export::address;
use crate::notebook;
use crate::overview::slug;
use crate::page::Page;
use crate::text::count;

/// Shows in the bar where one is.
pub fn show(deck: &Deck, place: Place) {
    if let (Ok(Some(link)), Some(slide)) = (document().query_selector(".other-view"), deck.slides.get(place.slide)) {
        // It leads to the notebook, in any case.
        let _ = link.set_attribute("href", &address(&format!("{}#{}", notebook::PATH, slide.slug)));
    }
    let Ok(Some(nav)) = document().query_selector("nav.slides") else { return };
    if let Ok(Some(position)) = nav.query_selector(".position") {
        position.set_text_content(Some(&format!("{} / {}", place.slide + 1, deck.slides.len())));
        // Where there is no room for it, it is found out by going on.
        let _ = left(place.left(&deck.slides)).map(|left| position.append_child(&left));
    }
    for (rel, name, way) in [("prev", "Previous", Move::Previous), ("next", "Next", Move::Next)] {
        let target = place.after(way, &deck.slides);
        link(&nav, rel, name, (target != place).then(|| address(&target.address(&deck.slides))));
    }
}

/// As many small signs as steps are left.
fn left(steps: u32) -> Option<Element> {
    let words = format!("{} left", count(u64::from(steps), "step"));
    let signs = document().create_element("span").ok().filter(|_| steps > 0)?;
    for (attribute, value) in [("class", "steps-left"), ("role", "img"), ("aria-label", &words), ("title", &words)] {
        signs.set_attribute(attribute, value).ok()?;
    }
    signs.set_text_content(Some(&"›".repeat(steps as usize)));
    Some(signs)
}

/// Points a link of the bar to an address; without one there is no link.
fn link(nav: &Element, rel: &str, name: &str, address: Option<String>) {
    let found = nav.query_selector(&format!("a.{rel}")).ok().flatten();
    let Some(address) = address else {
        found.inspect(Element::remove);
        return;
    };
    let Some(anchor) = found.or_else(|| document().create_element("a").ok()) else { return };
    let attributes = [("rel", rel), ("class", rel), ("href", &address)];
    if attributes.into_iter().any(|(attribute, value)| anchor.set_attribute(attribute, value).is_err()) {
        return;
    }
    if !anchor.is_connected() {
        anchor.set_text_content(Some(name));
        let placed = if rel == "prev" { nav.prepend_with_node_1(&anchor) } else { nav.append_with_node_1(&anchor) };
        // Keys go there too.
        let _ = placed;
    }
}

/// Marks the position with how far what is to be done on the slide is.
pub fn keep_marked(deck: &Deck, page: Page) {
    let slugs: Vec<String> = deck.slides.iter().map(|slide| slide.slug.clone()).collect();
    let shown = Memo::new(move |_| page.stage.place.get().slide);
    Effect::new(move |_| {
        let standing = slugs.get(shown.get()).and_then(|slide| page.learning.standing(slide));
        if let Ok(Some(position)) = document().query_selector("nav.slides .position") {
            // All are names that attributes may have.
            let _ = position.set_attribute("data-standing", slug(standing));
        }
    });
}
