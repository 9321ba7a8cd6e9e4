//! Why there is no connection, and when it is tried again.

use std::time::Duration;

use leptos::prelude::*;

use crate::page::Page;
use crate::text::with_code;

/// How often the seconds are counted.
const SECOND: Duration = Duration::from_secs(1);

/// The line under the bar; nothing while there is a connection.
#[component]
pub fn ConnectionNotice(page: Page) -> impl IntoView {
    let now = RwSignal::new(js_sys::Date::now());
    let host = window().location().host().unwrap_or_default();
    Effect::new(move |_| {
        page.state.track();
        now.set(js_sys::Date::now());
    });
    let ticking = Memo::new(move |_| page.state.with(|state| state.trouble(0.0, "").is_some()));
    Effect::new(move |_| {
        if !ticking.get() {
            return;
        }
        let tick = set_interval_with_handle(move || now.set(js_sys::Date::now()), SECOND);
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
        });
    });
    let trouble = Memo::new(move |_| page.state.with(|state| state.trouble(now.get(), &host)));
    // While it is tried, what was wrong stays there to be read.
    let why = Memo::new(move |before: Option<&String>| match trouble.get() {
        Some((why, _)) if why.is_empty() => before.cloned().unwrap_or_default(),
        Some((why, _)) => why,
        None => String::new(),
    });
    view! {
        <div class="notice failed no-connection" hidden=move || trouble.with(Option::is_none)>
            <p role="alert">{move || with_code(&why.get())}</p>
            <p class="next-try">{move || trouble.get().map(|(_, next)| next)}</p>
            <button type="button" on:click=move |_| page.wake()>"Try now"</button>
        </div>
    }
}
