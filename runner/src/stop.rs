//! When the person wants the program to end.

use std::io;

use futures_util::StreamExt;
use futures_util::stream::{BoxStream, SelectAll, poll_fn, select_all};

/// How it is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// By Ctrl+C.
    Interrupt,
    /// By the system, or by `kill`.
    Terminate,
    /// Since its terminal was closed.
    HangUp,
}

/// Hears every wish from the moment at which it is made.
pub struct Wishes(SelectAll<BoxStream<'static, Wish>>);

/// Returns at the next wish.
pub async fn asked() {
    Wishes::listen().next().await;
}

impl Wishes {
    /// Within a tokio runtime.
    pub fn listen() -> Wishes {
        let heard = all().into_iter().filter_map(|signal| {
            signal.inspect_err(|error| tracing::warn!(%error, "a signal can't be waited for")).ok()
        });
        Wishes(select_all(heard))
    }

    /// The next one.
    pub async fn next(&mut self) -> Wish {
        match self.0.next().await {
            Some(wish) => wish,
            // Nothing can be heard.
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
fn all() -> [io::Result<BoxStream<'static, Wish>>; 3] {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        (SignalKind::interrupt(), Wish::Interrupt),
        (SignalKind::terminate(), Wish::Terminate),
        (SignalKind::hangup(), Wish::HangUp),
    ];
    kinds.map(|(kind, wish)| {
        let mut signal = signal(kind)?;
        Ok(poll_fn(move |context| signal.poll_recv(context)).map(move |()| wish).boxed())
    })
}

#[cfg(windows)]
fn all() -> [io::Result<BoxStream<'static, Wish>>; 3] {
    use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
    let interrupt = |mut signal: tokio::signal::windows::CtrlC| {
        poll_fn(move |context| signal.poll_recv(context)).map(|()| Wish::Interrupt).boxed()
    };
    let terminate = |mut signal: tokio::signal::windows::CtrlShutdown| {
        poll_fn(move |context| signal.poll_recv(context)).map(|()| Wish::Terminate).boxed()
    };
    let hang_up = |mut signal: tokio::signal::windows::CtrlClose| {
        poll_fn(move |context| signal.poll_recv(context)).map(|()| Wish::HangUp).boxed()
    };
    [ctrl_c().map(interrupt), ctrl_shutdown().map(terminate), ctrl_close().map(hang_up)]
}
