//! What other parts of the page know of the slides: which one is shown, what stands in all of them, and which of their
//! dialogs are asked for.

use std::collections::BTreeMap;

use leptos::prelude::*;
use web_sys::HtmlDialogElement;

use super::place::Place;
use crate::app::get;
use crate::live::elements;

/// The slides as others see them; copies are the same.
#[derive(Clone, Copy)]
pub struct Stage {
    /// What is shown.
    pub place: RwSignal<Place>,
    /// What stands inside of every slide, by its slug; nothing before it was fetched.
    pub texts: RwSignal<BTreeMap<String, String>>,
    /// How often the dialog with all slides was asked for.
    pub overview: RwSignal<u32>,
    /// How often the dialog with all keys was asked for.
    pub shortcuts: RwSignal<u32>,
}

impl Stage {
    /// At the beginning, with nothing asked for.
    pub fn new() -> Stage {
        Stage {
            place: RwSignal::new(Place::default()),
            texts: RwSignal::new(BTreeMap::new()),
            overview: RwSignal::new(0),
            shortcuts: RwSignal::new(0),
        }
    }

    /// Fetches what stands inside of the slides, unless it is there.
    pub async fn fetch(self) {
        if self.texts.with_untracked(BTreeMap::is_empty)
            && let Ok(texts) = get("/api/slides").await
        {
            self.texts.set(texts);
        }
    }
}

/// Closes whatever is in front of the slides.
pub fn close_dialogs() {
    use wasm_bindgen::JsCast;
    let Some(body) = document().body() else { return };
    for dialog in elements(&body, "dialog[open]") {
        if let Ok(dialog) = dialog.dyn_into::<HtmlDialogElement>() {
            dialog.close();
        }
    }
}

/// Opens a dialog in front of everything, whenever it is asked for again.
pub fn open_when_asked(asked: RwSignal<u32>, dialog: NodeRef<leptos::html::Dialog>, opened: impl Fn() + 'static) {
    Effect::new(move |_| {
        let (true, Some(dialog)) = (asked.get() > 0, dialog.get()) else { return };
        untrack(&opened);
        if !dialog.open() {
            // A browser that can't show it in front has shown it already.
            let _ = dialog.show_modal();
        }
    });
}
