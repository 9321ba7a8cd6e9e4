//! What `python/desktop.py` calls, on the thread of the window.

use std::sync::OnceLock;

use super::heart::{Heart, Which};

static HEART: OnceLock<Option<&'static Heart>> = OnceLock::new();

/// The heart, if it beats.
pub fn heart() -> Option<&'static Heart> {
    HEART.get().copied().flatten()
}

/// It beats from now on: the descriptor of frames, or of inputs. -1 if the system has no room for it.
pub fn start(which: i64) -> i64 {
    let heart = HEART.get_or_init(|| Heart::start().ok());
    let which = if which == 0 { Which::Frames } else { Which::Inputs };
    heart.map_or(-1, |heart| i64::from(heart.descriptor(which)))
}

/// Frames that are due are dealt with.
pub fn frame() -> Option<i64> {
    let heart = heart()?;
    heart.begin(Which::Frames);
    heart.end(Which::Frames);
    None
}

/// Inputs that have come are begun with.
pub fn input() -> Option<i64> {
    heart()?.begin(Which::Inputs);
    None
}

/// They are dealt with, and what they have caused.
pub fn answered() -> Option<i64> {
    heart()?.end(Which::Inputs);
    None
}

/// The process is about to exit from inside of the event loop, with this status, or -1 if all is well.
pub fn over(status: i64) -> Option<i64> {
    super::exited(status);
    None
}
