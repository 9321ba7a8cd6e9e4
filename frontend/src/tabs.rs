//! Several tabs of one notebook: this one's name, and what is said where another may change the files.

use leptos::prelude::*;
use shared::{ClientMessage, Driver};

use crate::page::Page;

/// Under which this tab keeps its name while it is reloaded.
const KEY: &str = "virgil-tab";

/// This tab's name. It is taken out of the tab's own storage, and put back when the page goes away: so a reload finds
/// it, and a copy of the tab, which gets a copy of the storage, doesn't.
pub fn name() -> u64 {
    let storage = window().session_storage().ok().flatten();
    let kept = storage.as_ref().and_then(|storage| storage.get_item(KEY).ok()?);
    if let Some(storage) = &storage {
        // What can't be taken out is another tab's at worst: then the two count as one.
        let _ = storage.remove_item(KEY);
    }
    let name = kept.and_then(|name| name.parse().ok()).unwrap_or_else(new_name);
    window_event_listener_untyped("pagehide", move |_| {
        if let Ok(Some(storage)) = window().session_storage() {
            // Without it the reloaded page is another tab, which may drive as soon as this one is gone.
            let _ = storage.set_item(KEY, &name.to_string());
        }
    });
    window_event_listener_untyped("pageshow", move |_| {
        if let Ok(Some(storage)) = window().session_storage() {
            let _ = storage.remove_item(KEY);
        }
    });
    name
}

/// Of 52 bits: never one that the runner gives.
fn new_name() -> u64 {
    (1 << 52) | (js_sys::Math::random() * (1_u64 << 52) as f64) as u64
}

fn sentence(driver: Driver) -> Option<&'static str> {
    match driver {
        Driver::You => None,
        Driver::Earlier => Some(
            "This notebook is open in another tab. You see its edits and runs; edits here are not kept until you take \
             over.",
        ),
        Driver::TookOver => {
            Some("Another tab has taken over. You see its edits and runs; edits here are not kept until you take over.")
        }
    }
}

/// What is said where another tab may change the files; nothing where this one may.
#[component]
pub fn TabNotice(page: Page) -> impl IntoView {
    let said = Memo::new(move |_| sentence(page.driver.get()));
    let take_over = move |_| {
        // Without a connection the page says so itself.
        page.send(&ClientMessage::TakeOver);
    };
    view! {
        <div class="notice other-tab" hidden=move || said.get().is_none()>
            <p role="status">{said}</p>
            <button type="button" on:click=take_over>"Take over"</button>
        </div>
    }
}
