//! The usual way: a WebSocket.

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

use super::{Calls, Link};

/// What the socket calls with an event of this kind.
type Listener<E> = Closure<dyn Fn(E)>;

/// An open socket, or one that is being opened; dropping it closes it.
pub struct Socket {
    socket: WebSocket,
    /// The socket calls them as long as it lives.
    _listeners: (Listener<Event>, Listener<MessageEvent>, Listener<CloseEvent>),
}

impl Socket {
    /// Opens one; none if the browser refuses at once.
    pub fn open(tab: u64, calls: &Calls) -> Option<Socket> {
        let location = window().location();
        let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        let socket = WebSocket::new(&format!("{scheme}://{host}/api/socket?tab={tab}")).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let opened = Closure::<dyn Fn(Event)>::new({
            let calls = calls.clone();
            move |_| calls.opened()
        });
        let message = Closure::<dyn Fn(MessageEvent)>::new({
            let calls = calls.clone();
            move |event: MessageEvent| calls.message(&js_sys::Uint8Array::new(&event.data()).to_vec())
        });
        let closed = Closure::<dyn Fn(CloseEvent)>::new({
            let calls = calls.clone();
            move |event: CloseEvent| calls.closed(event.reason())
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Socket { socket, _listeners: (opened, message, closed) })
    }
}

impl Link for Socket {
    fn send(&self, bytes: &[u8]) -> bool {
        self.socket.send_with_u8_array(bytes).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // One that is closed already stays so.
        let _ = self.socket.close();
    }
}
