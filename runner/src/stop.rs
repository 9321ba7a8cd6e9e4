//! When the person wants the program to end.

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
pub struct Wishes {
    #[cfg(unix)]
    signals: Vec<(Wish, tokio::signal::unix::Signal)>,
}

/// Returns at the next wish.
pub async fn asked() {
    Wishes::listen().next().await;
}

#[cfg(unix)]
impl Wishes {
    /// Within a tokio runtime.
    pub fn listen() -> Wishes {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            (Wish::Interrupt, SignalKind::interrupt()),
            (Wish::Terminate, SignalKind::terminate()),
            (Wish::HangUp, SignalKind::hangup()),
        ];
        let mut signals = Vec::new();
        for (wish, kind) in kinds {
            match signal(kind) {
                Ok(signal) => signals.push((wish, signal)),
                Err(error) => tracing::warn!(%error, "a signal can't be waited for"),
            }
        }
        Wishes { signals }
    }

    /// The next one.
    pub async fn next(&mut self) -> Wish {
        if self.signals.is_empty() {
            std::future::pending::<()>().await;
        }
        let heard = self.signals.iter_mut().map(|(wish, signal)| {
            Box::pin(async {
                signal.recv().await;
                *wish
            })
        });
        futures_util::future::select_all(heard).await.0
    }
}

#[cfg(not(unix))]
impl Wishes {
    /// Within a tokio runtime.
    pub fn listen() -> Wishes {
        Wishes {}
    }

    /// The next one.
    pub async fn next(&mut self) -> Wish {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl+C can't be waited for");
            std::future::pending::<()>().await;
        }
        Wish::Interrupt
    }
}
