//! What terms mean is shown by the style sheet, on hover and focus. Escape hides it until one comes back.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::live::elements;

/// Lets Escape hide what a term means.
pub fn hide_by_escape() {
    let by_key = window_event_listener(ev::keydown, |event| {
        if event.key() != "Escape" {
            return;
        }
        let Some(body) = document().body() else { return };
        for term in elements(&body, ".term:is(:hover, :focus-within)") {
            // What can't be hidden goes with the pointer.
            let _ = term.set_attribute("data-hidden", "");
        }
    });
    let back = |target: Option<web_sys::EventTarget>| {
        let target: Option<Element> = target.and_then(|target| target.dyn_into().ok());
        if let Some(term) = target.and_then(|target| target.closest(".term[data-hidden]").ok().flatten()) {
            // What is not there needn't go.
            let _ = term.remove_attribute("data-hidden");
        }
    };
    let by_pointer = window_event_listener(ev::mouseout, move |event| back(event.target()));
    let by_focus = window_event_listener(ev::focusout, move |event| back(event.target()));
    // They listen as long as the page lives.
    std::mem::forget([by_key, by_pointer, by_focus]);
}
