//! Where WebSockets are blocked: the runner speaks by Server-Sent Events, the page by POST.
//!
//! An `EventSource` rather than a streamed `fetch`: programs that look into web traffic know `text/event-stream` and
//! let it through piece by piece, where they hold back other bodies until they are whole. It carries text only, so
//! the same messages travel as base64.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventSource, Headers, MessageEvent, RequestInit, Response};

use super::{Calls, Link};

/// An open stream, or one that is being opened; dropping it closes it.
pub struct Stream {
    source: EventSource,
    outbox: Rc<Outbox>,
    /// The source calls them as long as it lives.
    _listeners: [Closure<dyn Fn(MessageEvent)>; 4],
}

/// What waits to be posted: one request at a time, so that messages arrive in order.
struct Outbox {
    /// The connection's name, once the runner has said it.
    name: RefCell<String>,
    waiting: RefCell<Vec<String>>,
    is_posting: Cell<bool>,
    calls: Calls,
}

impl Stream {
    /// Opens one; none if the browser refuses at once.
    pub fn open(tab: u64, calls: &Calls) -> Option<Stream> {
        let source = EventSource::new(&format!("/api/events?tab={tab}")).ok()?;
        let outbox = Rc::new(Outbox {
            name: RefCell::default(),
            waiting: RefCell::default(),
            is_posting: Cell::new(false),
            calls: calls.clone(),
        });
        let opened = Closure::<dyn Fn(MessageEvent)>::new({
            let outbox = outbox.clone();
            move |event: MessageEvent| {
                outbox.name.replace(event.data().as_string().unwrap_or_default());
                outbox.calls.opened();
            }
        });
        let message = Closure::<dyn Fn(MessageEvent)>::new({
            let calls = calls.clone();
            move |event: MessageEvent| {
                let text = event.data().as_string().and_then(|text| window().atob(&text).ok()).unwrap_or_default();
                // Each letter is one byte.
                let bytes: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
                calls.message(&bytes);
            }
        });
        let closed = Closure::<dyn Fn(MessageEvent)>::new({
            let calls = calls.clone();
            move |event: MessageEvent| calls.closed(event.data().as_string().unwrap_or_default())
        });
        let failed = Closure::<dyn Fn(MessageEvent)>::new({
            let calls = calls.clone();
            move |_| calls.closed(String::new())
        });
        for (name, listener) in [("name", &opened), ("message", &message), ("close", &closed)] {
            // A source takes every listener.
            let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Stream { source, outbox, _listeners: [opened, message, closed, failed] })
    }
}

impl Link for Stream {
    fn send(&self, bytes: &[u8]) -> bool {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let Ok(message) = window().btoa(&text) else { return false };
        self.outbox.waiting.borrow_mut().push(message);
        if !self.outbox.is_posting.replace(true) {
            spawn_local(post(self.outbox.clone()));
        }
        true
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onerror(None);
        self.source.close();
    }
}

async fn post(outbox: Rc<Outbox>) {
    loop {
        let messages = outbox.waiting.take();
        if messages.is_empty() {
            return outbox.is_posting.set(false);
        }
        let path = format!("/api/message/{}", outbox.name.borrow());
        if !deliver(&path, &messages).await.unwrap_or(false) {
            // What was not delivered is sent again by whoever waits for an answer.
            return outbox.calls.closed(String::new());
        }
    }
}

/// Posts messages; whether the runner took them.
async fn deliver(path: &str, messages: &[String]) -> Result<bool, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set("x-virgil", "1")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&serde_json::to_string(messages).unwrap_or_default().into());
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?;
    Ok(response.dyn_into::<Response>()?.ok())
}
