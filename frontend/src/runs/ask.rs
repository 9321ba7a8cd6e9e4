//! What is asked of the runner about kept runs.

use js_sys::Uint8Array;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::{CellId, Change, KeptRun, KeptRuns, RunChange, RunId, WholeRun};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, RequestInit, Response};

use crate::charts::library;
use crate::export;

/// The longest file that is sent, in bytes; the runner takes no longer one.
const LONGEST_FILE: f64 = 16.0 * 1024.0 * 1024.0;

/// The kept runs of a cell.
///
/// # Errors
/// The sentence to show.
pub async fn list(cell: &CellId) -> Result<KeptRuns, String> {
    ask(&format!("/api/runs/{cell}"), &RequestInit::new()).await
}

/// All of a run.
///
/// # Errors
/// The sentence to show.
pub async fn whole(run: RunId) -> Result<WholeRun, String> {
    ask(&format!("/api/run/{}", run.0), &RequestInit::new()).await
}

/// All of a cell's recorded run.
///
/// # Errors
/// The sentence to show.
pub async fn recorded(cell: &CellId) -> Result<WholeRun, String> {
    let address = format!("/api/recorded/{cell}");
    if !export::is_exported() {
        return ask(&address, &RequestInit::new()).await;
    }
    let missing = |_| "The recorded run could not be loaded: try again, with a browser of 2023 or newer.".to_owned();
    let unpacked = library().await.map_err(missing)?.unpacked(&export::address(&address));
    let bytes: Uint8Array = JsFuture::from(unpacked).await.map_err(missing)?.unchecked_into();
    postcard::from_bytes(&bytes.to_vec())
        .map_err(|_| "The recorded run is of another version than this page: reload the page.".into())
}

/// Changes a run, and returns the list that it is in.
///
/// # Errors
/// The sentence to show.
pub async fn change(run: RunId, what: Change) -> Result<KeptRuns, String> {
    let body = serde_json::to_string(&RunChange { run, what }).map_err(|error| error.to_string())?;
    ask("/api/run-change", &post("application/json", &JsValue::from_str(&body))).await
}

/// Brings a run from a file to a cell.
///
/// # Errors
/// The sentence to show.
pub async fn import(cell: &CellId, file: &File) -> Result<KeptRun, String> {
    let name = file.name();
    if file.size() > LONGEST_FILE {
        return Err(format!("{name} is longer than 16 MB: no run that Virgil keeps is so long."));
    }
    let read = JsFuture::from(file.array_buffer()).await;
    let bytes = Uint8Array::new(&read.map_err(|_| format!("{name} can't be read: choose it again."))?);
    let name = js_sys::encode_uri_component(&name);
    ask(&format!("/api/import/{cell}?name={name}"), &post("application/octet-stream", &bytes)).await
}

fn post(kind: &str, body: &JsValue) -> RequestInit {
    let headers = js_sys::Object::new();
    for (name, value) in [("Content-Type", kind), ("X-Virgil", "1")] {
        // A plain object takes every property.
        let _ = js_sys::Reflect::set(&headers, &name.into(), &value.into());
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(body);
    init
}

async fn ask<T: DeserializeOwned>(path: &str, init: &RequestInit) -> Result<T, String> {
    let away = |_| "The runner could not be asked: is it running? Try again when the page is connected.".to_owned();
    let response = JsFuture::from(window().fetch_with_str_and_init(path, init)).await.map_err(away)?;
    let response: Response = response.dyn_into().map_err(away)?;
    let buffer = JsFuture::from(response.array_buffer().map_err(away)?).await.map_err(away)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    if response.ok() {
        return postcard::from_bytes(&bytes).map_err(|_| "Virgil is of another version now: reload the page.".into());
    }
    let said = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
    let sentence = said.and_then(|said| Some(said.get("error")?.as_str()?.to_owned()));
    Err(sentence.unwrap_or_else(|| format!("The runner refused that (status {}): reload the page.", response.status())))
}
