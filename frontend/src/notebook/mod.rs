//! The notebook: the whole deck as one scroll, which the runner rendered. Here its cells come to life as they come near,
//! and outline and address follow what is read.

mod meanings;
mod near;
mod outline;
mod place;

use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::Deck;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::late::{Late, Part};
use crate::page::Page;

/// Where it is.
pub const PATH: &str = "/notebook";

/// Brings the notebook to life, if that is what is shown; says whether it is.
pub fn start(deck: &Deck, page: Page) -> bool {
    let Some(place) = document().get_element_by_id("live").and_then(|place| place.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    let (deck, wanted) = (Arc::new(deck.clone()), Signal::stored(true));
    mount_to(place, move || view! { <Late part=Part::Notebook(deck, page) what="the cells" wanted page/> }).forget();
    true
}

/// What follows the reader; there is nothing of it to be seen.
#[component]
pub fn Follow(deck: Arc<Deck>, page: Page) -> impl IntoView {
    if let Some(main) = document().get_element_by_id("notebook") {
        near::bring(&main, deck, page);
        place::follow(&main, page.stage);
        outline::keep_marked(page);
        meanings::hide_by_escape();
    }
}

/// Its distance from the top of the window, in pixels.
fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}
