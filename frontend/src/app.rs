//! Start: gets the deck, opens the connection, mounts the tools and the slide that is shown.

use js_sys::Uint8Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::Deck;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, Response};

use crate::connection::Connection;
use crate::connection::state::State;
use crate::doctor::Doctor;
use crate::environment::Notice;
use crate::mistakes::MistakesNotice;
use crate::overview::OverviewButton;
use crate::page::Page;
use crate::saving::sign::SavedSign;
use crate::tabs::TabNotice;
use crate::trying::ConnectionNotice;
use crate::{charts, export, notebook, presenter, shelf, slides, tabs, theme};

/// How long after the start the rest is fetched, if none of it was needed before.
pub const REST_AFTER: std::time::Duration = std::time::Duration::from_secs(2);

/// Where the deck is.
pub const DECK: &str = "/api/deck";

/// Brings the page to life.
pub fn start() {
    theme::restore();
    let owner = Owner::new();
    spawn_local({
        let owner = owner.clone();
        async move {
            match get::<Deck>(DECK).await {
                Ok(deck) => owner.with(|| run(deck)),
                Err(error) => complain(&error),
            }
        }
    });
    // What it owns lives as long as the page.
    std::mem::forget(owner);
}

fn run(deck: Deck) {
    shelf::choose(deck.workspace);
    let page = Page::new(&deck);
    if export::is_exported() {
        page.connection_is(State::Exported);
    } else {
        let name = tabs::name();
        let connection =
            Connection::open(name, move |message| page.receive(message), move |state| page.connection_is(state));
        page.connect(connection);
    }
    if let Some(tools) = element("tools") {
        mount_to(tools, move || view! { <Tools page/> }).forget();
    }
    if let Some(place) = element("notice") {
        mount_to(
            place,
            move || view! { <ConnectionNotice page/> <TabNotice page/> <MistakesNotice page/> <Notice page/> },
        )
        .forget();
    }
    if !notebook::start(&deck, page) {
        presenter::start(page);
        slides::start(deck, page);
    }
    let rest = move || {
        page.late.load();
        spawn_local(charts::fetch_early());
    };
    set_timeout(rest, REST_AFTER);
}

#[component]
fn Tools(page: Page) -> impl IntoView {
    page.keep_choices();
    let state = move || page.state.with(State::slug);
    let words = move || page.state.with(State::words);
    let title = move || page.state.with(State::title);
    view! {
        <button
            type="button"
            class="connection"
            data-state=state
            role="status"
            title=title
            on:click=move |_| page.wake()
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="words">{words}</span>
        </button>
        <SavedSign page/>
        <OverviewButton page/>
        <Doctor page/>
        <theme::Switch page/>
    }
}

/// The value that the runner has at this path, in postcard's encoding: it is smaller on the way than JSON, and so is
/// the code that reads it.
///
/// # Errors
/// Why it can't be had.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, String> {
    postcard::from_bytes(&bytes(path).await?).map_err(|error| error.to_string())
}

/// The same of a path that has JSON, for people and their programs as well.
///
/// # Errors
/// Why it can't be had.
pub async fn get_json<T: DeserializeOwned>(path: &str) -> Result<T, String> {
    serde_json::from_slice(&bytes(path).await?).map_err(|error| error.to_string())
}

async fn bytes(path: &str) -> Result<Vec<u8>, String> {
    let said = |error: JsValue| format!("{error:?}");
    if export::is_exported() && shared::exported(path).is_none() {
        return Err("there is no runner".into());
    }
    let response: Response = JsFuture::from(window().fetch_with_str(&export::address(path)))
        .await
        .map_err(said)?
        .dyn_into()
        .map_err(said)?;
    if !response.ok() {
        return Err(format!("status {}", response.status()));
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(said)?).await.map_err(said)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The text of the slide stays readable; this says why nothing can be run.
fn complain(error: &str) {
    let Some(tools) = element("tools") else { return };
    let sentence = format!("The notebook could not be loaded ({error}). Reload the page, or open Virgil's link again.");
    mount_to(tools, move || view! { <p class="refusal" role="alert">{sentence}</p> }).forget();
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
