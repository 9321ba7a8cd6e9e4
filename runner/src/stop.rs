//! When the person wants the program to end.

/// Returns at Ctrl+C, when the system asks the program to end, and when its terminal is closed.
#[cfg(unix)]
pub async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals = Vec::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        match signal(kind) {
            Ok(signal) => signals.push(signal),
            Err(error) => tracing::warn!(%error, "a signal can't be waited for"),
        }
    }
    if signals.is_empty() {
        std::future::pending::<()>().await;
    }
    futures_util::future::select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
}

/// Returns at Ctrl+C.
#[cfg(not(unix))]
pub async fn asked() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl+C can't be waited for");
        std::future::pending::<()>().await;
    }
}
