//! The connection to the runner: it is opened again for ever, and at once when the page is looked at again. Where
//! WebSockets are blocked, the same messages go another way.

mod socket;
pub mod state;
mod stream;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{ClientMessage, ServerMessage};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestInit, Response};

use socket::Socket;
use state::{Before, Probe, Reason, State, Way, next_way, pause, reason};
use stream::Stream;

/// How long it may take to open it: something between may accept it and say nothing.
const OPENING: Duration = Duration::from_secs(8);

/// How long the runner may take to answer a plain request, in milliseconds.
const PROBE_MILLIS: u32 = 3_000;

/// One way to the runner, open or being opened; dropping it closes it.
trait Link {
    /// Sends a message; says whether it could be.
    fn send(&self, bytes: &[u8]) -> bool;
}

/// What a link tells. One that was replaced is not listened to any more.
#[derive(Clone)]
struct Calls {
    connection: Connection,
    attempt: u64,
}

/// The connection; clones are the same one.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

struct Inner {
    tab: u64,
    link: RefCell<Option<Box<dyn Link>>>,
    state: RefCell<State>,
    way: Cell<Way>,
    /// Counts the links, so that the calls of an earlier one are told apart.
    attempt: Cell<u64>,
    failed: Cell<u32>,
    /// How many sockets in a row never opened.
    unopened: Cell<u32>,
    timer: RefCell<Option<TimeoutHandle>>,
    receive: Box<dyn Fn(Result<ServerMessage, String>)>,
    changed: Box<dyn Fn(State)>,
}

impl Connection {
    /// Opens it for this tab and tells what comes, and how it fares.
    pub fn open(
        tab: u64,
        receive: impl Fn(Result<ServerMessage, String>) + 'static,
        changed: impl Fn(State) + 'static,
    ) -> Connection {
        let connection = Connection(Rc::new(Inner {
            tab,
            link: RefCell::new(None),
            state: RefCell::new(State::Connecting { failed: 0 }),
            way: Cell::new(Way::Socket),
            attempt: Cell::new(0),
            failed: Cell::new(0),
            unopened: Cell::new(0),
            timer: RefCell::new(None),
            receive: Box::new(receive),
            changed: Box::new(changed),
        }));
        connection.dial();
        connection
    }

    /// Sends a message; says whether there was a connection to send it on.
    pub fn send(&self, message: &ClientMessage) -> bool {
        let link = self.0.link.borrow();
        let (Some(link), State::Open(_)) = (link.as_ref(), &*self.0.state.borrow()) else { return false };
        let Ok(bytes) = postcard::to_allocvec(message) else { return false };
        link.send(&bytes)
    }

    /// Tries again now, if it is not open: the page is looked at again, or the network is back.
    pub fn wake(&self) {
        let is_waiting = matches!(&*self.0.state.borrow(), State::Waiting { .. });
        if is_waiting {
            self.dial();
        }
    }

    fn dial(&self) {
        let attempt = self.0.attempt.get() + 1;
        self.0.attempt.set(attempt);
        self.change(State::Connecting { failed: self.0.failed.get() });
        let calls = Calls { connection: self.clone(), attempt };
        let tab = self.0.tab;
        // The one before is closed first.
        self.0.link.replace(None);
        let link: Option<Box<dyn Link>> = match self.0.way.get() {
            Way::Socket => Socket::open(tab, &calls).map(|socket| Box::new(socket) as _),
            Way::Events => Stream::open(tab, &calls).map(|stream| Box::new(stream) as _),
        };
        let refused = link.is_none();
        self.0.link.replace(link);
        if refused {
            calls.closed(String::new());
        } else {
            self.later(OPENING, move || calls.closed(String::new()));
        }
    }

    fn closed(&self, words: String) {
        let opened = matches!(&*self.0.state.borrow(), State::Open(_));
        let failed = if opened { 0 } else { self.0.failed.get() };
        self.0.failed.set(failed + 1);
        self.0.unopened.set(if opened || self.0.way.get() != Way::Socket { 0 } else { self.0.unopened.get() + 1 });
        let known = if words.is_empty() { Reason::Unknown } else { Reason::Closed(words) };
        let is_known = known != Reason::Unknown;
        let wait = pause(failed);
        let until = js_sys::Date::now() + wait.as_millis() as f64;
        self.change(State::Waiting { failed: failed + 1, reason: known, until });
        let again = self.clone();
        self.later(wait, move || again.dial());
        // A runner that says goodbye is perhaps still there for a moment.
        if !is_known || failed > 0 {
            spawn_local(self.clone().find_out(if opened { Before::Open } else { Before::Opening }));
        }
        // Whatever it was, it is over; it calls this very function, so it is dropped later.
        let link = self.0.link.take();
        set_timeout(move || drop(link), Duration::ZERO);
    }

    /// Finds out why there is no connection, by a plain request.
    async fn find_out(self, before: Before) {
        let attempt = self.0.attempt.get();
        let found = reason(probe().await, before);
        if self.0.attempt.get() != attempt {
            return;
        }
        let State::Waiting { failed, until, .. } = self.0.state.borrow().clone() else { return };
        let way = next_way(self.0.way.get(), self.0.unopened.get(), &found);
        let changes_way = way != self.0.way.replace(way);
        self.change(State::Waiting { failed, reason: found, until });
        if changes_way {
            self.dial();
        }
    }

    fn later(&self, wait: Duration, act: impl FnOnce() + 'static) {
        let timer = set_timeout_with_handle(act, wait).ok();
        if let Some(before) = self.0.timer.replace(timer) {
            before.clear();
        }
    }

    fn change(&self, state: State) {
        self.0.state.replace(state.clone());
        (self.0.changed)(state);
    }
}

impl Calls {
    fn is_current(&self) -> bool {
        self.connection.0.attempt.get() == self.attempt
    }

    fn opened(&self) {
        if self.is_current() {
            let Inner { timer, failed, unopened, way, .. } = &*self.connection.0;
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            failed.set(0);
            unopened.set(0);
            self.connection.change(State::Open(way.get()));
        }
    }

    fn message(&self, bytes: &[u8]) {
        if self.is_current() {
            (self.connection.0.receive)(postcard::from_bytes(bytes).map_err(|error| error.to_string()));
        }
    }

    fn closed(&self, words: String) {
        let is_over = matches!(&*self.connection.0.state.borrow(), State::Waiting { .. });
        if self.is_current() && !is_over {
            self.connection.closed(words);
        }
    }
}

/// What the runner answers to a plain request.
async fn probe() -> Probe {
    let request = RequestInit::new();
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PROBE_MILLIS)));
    match JsFuture::from(window().fetch_with_str_and_init("/api/here", &request)).await {
        Ok(response) => response.dyn_into::<Response>().map_or(Probe::Nobody, |said| Probe::Status(said.status())),
        Err(error) if is_late(&error) => Probe::Late,
        Err(_) if is_offline() => Probe::NoNetwork,
        Err(_) => Probe::Nobody,
    }
}

fn is_late(error: &JsValue) -> bool {
    let name = js_sys::Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.as_deref() == Some("TimeoutError")
}

/// Whether the network is gone that leads to the runner; its own machine is always reached.
fn is_offline() -> bool {
    let host = window().location().hostname().unwrap_or_default();
    !window().navigator().on_line() && !matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]")
}
