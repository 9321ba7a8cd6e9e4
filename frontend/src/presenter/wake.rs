//! Keeps the screen on while a talk goes on, where the browser can.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The lock that the browser gave, if it did.
type Held = Rc<RefCell<Option<JsValue>>>;

/// Keeps it on until the view that asks is gone. A browser gives the lock back whenever the window can't be seen.
pub fn keep_awake() {
    let held: Held = Rc::default();
    ask(&held);
    let again = SendWrapper::new(held.clone());
    let handle = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() {
            ask(&again);
        }
    });
    let held = SendWrapper::new(held);
    on_cleanup(move || {
        handle.remove();
        if let Some(lock) = held.borrow_mut().take() {
            // Whatever it says, the window goes.
            let _ = call(&lock, "release", &[]);
        }
    });
}

fn ask(held: &Held) {
    let held = held.clone();
    spawn_local(async move {
        // A browser without it, or on battery, lets the screen go dark as it would.
        if let Ok(lock) = request().await {
            held.replace(Some(lock));
        }
    });
}

async fn request() -> Result<JsValue, JsValue> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into())?;
    let promise: Promise = call(&lock, "request", &["screen".into()])?.dyn_into()?;
    JsFuture::from(promise).await
}

fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &name.into())?.dyn_into()?;
    function.apply(object, &arguments.iter().cloned().collect())
}
