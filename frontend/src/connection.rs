//! The WebSocket to the runner: it is opened again for ever, and at once when the page is looked at again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{ClientMessage, ServerMessage};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, Event, MessageEvent, WebSocket};

/// The pause between the first attempts, and how many of them there are.
const SHORT_PAUSE: Duration = Duration::from_millis(250);
const SHORT_PAUSES: u32 = 20;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being opened.
    Connecting {
        /// How many attempts have failed.
        attempt: u32,
    },
    /// It carries messages.
    Open,
}

/// The connection; clones are the same one.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

struct Inner {
    socket: RefCell<Option<WebSocket>>,
    state: Cell<State>,
    retry: RefCell<Option<TimeoutHandle>>,
    receive: Box<dyn Fn(Result<ServerMessage, String>)>,
    changed: Box<dyn Fn(State)>,
    listeners: RefCell<Option<Listeners>>,
}

/// They live as long as the connection, which lives as long as the page.
struct Listeners {
    open: Closure<dyn Fn(Event)>,
    message: Closure<dyn Fn(MessageEvent)>,
    close: Closure<dyn Fn(Event)>,
}

impl Connection {
    /// Opens it and tells what comes, and how it fares.
    pub fn open(
        receive: impl Fn(Result<ServerMessage, String>) + 'static,
        changed: impl Fn(State) + 'static,
    ) -> Connection {
        let connection = Connection(Rc::new(Inner {
            socket: RefCell::new(None),
            state: Cell::new(State::Connecting { attempt: 0 }),
            retry: RefCell::new(None),
            receive: Box::new(receive),
            changed: Box::new(changed),
            listeners: RefCell::new(None),
        }));
        let listeners = Listeners {
            open: Closure::new({
                let connection = connection.clone();
                move |_| connection.change(State::Open)
            }),
            message: Closure::new({
                let connection = connection.clone();
                move |event: MessageEvent| {
                    let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
                    (connection.0.receive)(postcard::from_bytes(&bytes).map_err(|error| error.to_string()));
                }
            }),
            close: Closure::new({
                let connection = connection.clone();
                move |_| connection.closed()
            }),
        };
        connection.0.listeners.replace(Some(listeners));
        connection.dial();
        connection
    }

    /// Sends a message; says whether there was a connection to send it on.
    pub fn send(&self, message: &ClientMessage) -> bool {
        let socket = self.0.socket.borrow();
        let (Some(socket), State::Open) = (socket.as_ref(), self.0.state.get()) else { return false };
        let Ok(bytes) = postcard::to_allocvec(message) else { return false };
        socket.send_with_u8_array(&bytes).is_ok()
    }

    /// Tries again now, if it is not open: the page is looked at again, or the network is back.
    pub fn wake(&self) {
        if self.0.retry.borrow().is_some() {
            self.dial();
        }
    }

    fn dial(&self) {
        if let Some(retry) = self.0.retry.take() {
            retry.clear();
        }
        let location = window().location();
        let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/api/socket")) else {
            return self.closed();
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        if let Some(listeners) = self.0.listeners.borrow().as_ref() {
            socket.set_onopen(Some(listeners.open.as_ref().unchecked_ref()));
            socket.set_onmessage(Some(listeners.message.as_ref().unchecked_ref()));
            socket.set_onclose(Some(listeners.close.as_ref().unchecked_ref()));
        }
        self.0.socket.replace(Some(socket));
    }

    fn closed(&self) {
        let failed = match self.0.state.get() {
            State::Open => 0,
            State::Connecting { attempt } => attempt,
        };
        self.change(State::Connecting { attempt: failed + 1 });
        let again = self.clone();
        let retry = set_timeout_with_handle(move || again.dial(), pause(failed));
        self.0.retry.replace(retry.ok());
    }

    fn change(&self, state: State) {
        self.0.state.set(state);
        (self.0.changed)(state);
    }
}

/// How long to wait after so many failures in a row: at first short, so that a short cut is made good within a second.
fn pause(failed: u32) -> Duration {
    match failed {
        0..SHORT_PAUSES => SHORT_PAUSE,
        _ => SHORT_PAUSE.saturating_mul(1 << (failed - SHORT_PAUSES).min(10)).min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_short_for_five_seconds_then_grow_and_stay() {
        let pauses: Vec<u128> = (0..27).map(|failed| pause(failed).as_millis()).collect();
        assert!(pauses[..=20].iter().all(|pause| *pause == 250), "{pauses:?}");
        assert_eq!(pauses[21..], [500, 1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
