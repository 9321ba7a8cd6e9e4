//! Pictures of windows that nobody can see, which `python/camera.py` takes, and where somebody presses in them.

use std::collections::VecDeque;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::ffi;
use shared::{LapEvent, Nanos, Touch, WindowPart, WindowPicture};

use crate::interpreter::Attachment;
use crate::object::Object;
use crate::{outbox, system};

/// So many bits has a number of pixels in an answer.
const BITS: u32 = 20;
/// There is nothing.
const NONE: i64 = -1;

static TOUCHES: OnceLock<Touches> = OnceLock::new();

/// Where somebody has pressed, until the event loop comes to it.
#[derive(Debug)]
struct Touches {
    waiting: Mutex<VecDeque<Touch>>,
    read: OwnedFd,
    write: OwnedFd,
}

impl Touches {
    fn new() -> std::io::Result<Touches> {
        let (read, write) = system::waking_pipe()?;
        Ok(Touches { waiting: Mutex::default(), read, write })
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Touch>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lap's windows are to be seen. Where the system has no room for a pipe they aren't.
pub fn allow() {
    if let Ok(touches) = Touches::new() {
        // There is one lap.
        let _ = TOUCHES.set(touches);
    }
}

/// Somebody has pressed there.
pub fn touch(touch: Touch) {
    if let Some(touches) = TOUCHES.get() {
        touches.lock().push_back(touch);
        // Of a full pipe the loop knows that somebody has.
        system::write_descriptor(touches.write.as_raw_fd(), b"!");
    }
}

/// What can be read while somebody has pressed; -1 if no pictures are to be taken.
pub fn descriptor() -> i64 {
    TOUCHES.get().map_or(NONE, |touches| i64::from(touches.read.as_raw_fd()))
}

/// Where somebody has pressed next: window, x and y in one number, or -1.
pub fn next() -> i64 {
    let Some(touches) = TOUCHES.get() else { return NONE };
    let mut waiting = touches.lock();
    let next = waiting.pop_front();
    if waiting.is_empty() {
        system::read_all(&touches.read);
    }
    next.map_or(NONE, packed)
}

fn packed(Touch { window, x, y }: Touch) -> i64 {
    let most = (1 << BITS) - 1;
    let [window, x, y] = [window, x, y].map(|number| i64::from(number.min(most)));
    window << (2 * BITS) | x << BITS | y
}

/// `pictured((window, title, width, height, nanoseconds, ((x, y, width, height, png), ...)))`: a picture was taken.
///
/// # Safety
/// Called by Python: attached, with such a tuple.
pub unsafe extern "C" fn pictured(_: *mut ffi::PyObject, picture: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as the caller says.
    let (attachment, picture) = unsafe { (Attachment::of_caller(), Object::share(picture)) };
    outbox::send_attached(LapEvent::Pictured(Box::new(read(&picture))));
    Object::none(&attachment).into_ptr()
}

fn read(picture: &Object) -> WindowPicture {
    let parts = picture.item(5);
    let part = |place| {
        let part: Object = parts.item(place);
        let [x, y, width, height] = [0, 1, 2, 3].map(|place| pixels(&part, place));
        WindowPart { x, y, width, height, png: part.item(4).to_text() }
    };
    WindowPicture {
        window: pixels(picture, 0),
        title: picture.item(1).to_text(),
        width: pixels(picture, 2),
        height: pixels(picture, 3),
        parts: (0..parts.length()).map(part).collect(),
        took: Nanos(picture.item(4).to_int().unwrap_or_default().unsigned_abs()),
    }
}

fn pixels(tuple: &Object, place: usize) -> u32 {
    tuple.item(place).to_int().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touch_is_one_number() {
        assert_eq!(packed(Touch { window: 0, x: 0, y: 7 }), 7);
        assert_eq!(packed(Touch { window: 2, x: 3, y: 4 }), (2 << 40) + (3 << 20) + 4);
        assert_eq!(packed(Touch { window: 0, x: 0, y: u32::MAX }), (1 << 20) - 1);
    }
}
