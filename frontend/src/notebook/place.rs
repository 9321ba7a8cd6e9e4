//! Where one is: the slide at the top of the window is in the address and marked in the outline.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use shared::served;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent, ScrollRestoration};

use super::{PATH, top};
use crate::export;
use crate::live::{elements, focus};
use crate::slides::place::Place;
use crate::slides::stage::{Stage, close_dialogs};

/// While one scrolls, so often is looked where one is.
const OFTEN: Duration = Duration::from_millis(120);
/// Below the bar a slide begins; from there on it is the one that is read, in pixels.
const READ_FROM: f64 = 160.0;
/// In the browser's session: the slide at which the notebook was left, and how far below its beginning.
const LEFT_AT: &str = "virgil-left-at";

struct Follower {
    slides: Vec<Element>,
    stage: Stage,
    outline: Option<Element>,
    shown: RefCell<Option<String>>,
    is_due: Cell<bool>,
}

/// Follows the reader.
pub fn follow(main: &Element, stage: Stage) {
    let follower = Rc::new(Follower {
        slides: elements(main, ".slide[data-slide]"),
        stage,
        outline: document().get_element_by_id("outline"),
        shown: RefCell::new(None),
        is_due: Cell::new(false),
    });
    if let Ok(history) = window().history() {
        // Cells that have come to life are higher: where the browser was is another place then.
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    follower.restore();
    follower.look();
    let listen = |handle: WindowListenerHandle| std::mem::forget(handle);
    let (by_scroll, by_leaving) = (follower.clone(), follower.clone());
    listen(window_event_listener(ev::scroll, move |_| by_scroll.look_soon()));
    listen(window_event_listener_untyped("pagehide", move |_| by_leaving.leave()));
    listen(window_event_listener(ev::popstate, |_| go_to_address()));
    listen(window_event_listener(ev::click, |event| click(&event)));
}

impl Follower {
    fn look_soon(self: &Rc<Self>) {
        if self.is_due.replace(true) {
            return;
        }
        let follower = self.clone();
        set_timeout(
            move || {
                follower.is_due.set(false);
                follower.look();
            },
            OFTEN,
        );
    }

    /// The position of the slide that is read.
    fn current(&self) -> Option<usize> {
        self.slides.partition_point(|slide| top(slide) <= READ_FROM).checked_sub(1)
    }

    /// Looks where one is, and says so.
    fn look(&self) {
        let current = self.current();
        let slug = current.and_then(|position| self.slides[position].get_attribute("data-slide"));
        if *self.shown.borrow() == slug {
            return;
        }
        let hash = slug.as_ref().map(|slug| format!("#{slug}")).unwrap_or_default();
        if let Ok(history) = window().history() {
            // A browser that has had too many gets the next one.
            let _ =
                history.replace_state_with_url(&JsValue::NULL, "", Some(&export::address(&format!("{PATH}{hash}"))));
        }
        if let Ok(Some(link)) = document().query_selector(".other-view") {
            let address = slug.as_ref().map_or_else(|| "/".to_owned(), |slug| format!("/slide/{slug}"));
            // It leads to the first slide otherwise.
            let _ = link.set_attribute("href", &export::address(&address));
        }
        self.mark(&hash);
        self.stage.place.set(Place::start(current.unwrap_or_default()));
        self.shown.replace(slug);
    }

    fn mark(&self, hash: &str) {
        let Some(outline) = &self.outline else { return };
        for link in elements(outline, "[aria-current]") {
            // What is not there needn't go.
            let _ = link.remove_attribute("aria-current");
        }
        let Ok(Some(link)) = outline.query_selector(&format!("a[href='{hash}']")) else { return };
        // It is marked for those who look; others hear the slide's heading.
        let _ = link.set_attribute("aria-current", "location");
        let (all, one) = (outline.get_bounding_client_rect(), link.get_bounding_client_rect());
        if one.top() < all.top() || one.bottom() > all.bottom() {
            let middle = one.top() - all.top() - all.height() / 2.0;
            outline.set_scroll_top(outline.scroll_top() + middle as i32);
        }
    }

    /// Notes where the notebook is left.
    fn leave(&self) {
        let (Ok(Some(storage)), Some(position)) = (window().session_storage(), self.current()) else { return };
        let slide = &self.slides[position];
        let slug = slide.get_attribute("data-slide").unwrap_or_default();
        // Not kept: it begins at the slide's heading next time.
        let _ = storage.set_item(LEFT_AT, &format!("{slug} {}", -top(slide)));
    }

    /// Goes to where it was left, if the address leads to that slide.
    fn restore(&self) {
        let left = window().session_storage().ok().flatten().and_then(|storage| storage.get_item(LEFT_AT).ok()?);
        let hash = window().location().hash().unwrap_or_default();
        let left = left.as_ref().and_then(|left| left.split_once(' ')).filter(|(slug, _)| hash == format!("#{slug}"));
        match left.and_then(|(slug, below)| Some((slug, below.parse::<f64>().ok()?))) {
            Some((slug, below)) => {
                let slide = self.slides.iter().find(|slide| slide.id() == slug);
                let place = slide.map(|slide| top(slide) + below);
                window().scroll_by_with_x_and_y(0.0, place.unwrap_or_default());
            }
            None => go_to_address(),
        }
    }
}

/// Goes to the place that the address names, if there is one.
fn go_to_address() {
    let hash = window().location().hash().unwrap_or_default();
    let place = hash.strip_prefix('#').and_then(|id| document().get_element_by_id(id));
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        place.scroll_into_view();
        // After a click in the outline, keys would scroll that.
        focus(&place);
    }
}

/// A link to a slide leads to its place here, also one that the program has made; the outline makes room.
fn click(event: &MouseEvent) {
    let plain = event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let anchor = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(anchor) = anchor.and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    if event.default_prevented() || !plain {
        return;
    }
    close_dialogs();
    if let Some(outline) = anchor.closest("#outline").ok().flatten() {
        // On a wide window it isn't in front of anything.
        let _ = outline.dyn_into::<HtmlElement>().map(|outline| outline.hide_popover());
    }
    let address = served(&anchor.pathname());
    let slug = address.strip_prefix("/slide/");
    let leaves = anchor.matches(".as-slide, .other-view").unwrap_or_default();
    if let Some(slug) = slug.filter(|slug| !leaves && document().get_element_by_id(slug).is_some()) {
        event.prevent_default();
        // The browser goes there.
        let _ = window().location().set_hash(slug);
    }
}
