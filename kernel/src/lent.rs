//! Large `bytes` on their way from one interpreter to another of this process: copied once, not twice.

use pyo3::ffi;

use crate::interpreter::{ThreadState, detached};
use crate::object::{Object, fill};
use crate::value::Reference;

/// From so many bytes on they are not copied on their way, but only at its end.
const LENT_FROM: usize = 4096;

/// The bytes of a `bytes` object of any interpreter, which never change. The reference to the object is never given
/// back: it lives as long as its interpreter, which is as long as the process.
#[derive(Debug)]
pub struct Lent {
    start: *const u8,
    length: usize,
}

impl Lent {
    /// Those of an object, if it is `bytes` and large.
    pub fn of(object: Object) -> Result<Lent, Object> {
        let lent = match bytes_in(&object) {
            Some(bytes) if bytes.len() >= LENT_FROM => Lent { start: bytes.as_ptr(), length: bytes.len() },
            _ => return Err(object),
        };
        object.into_ptr();
        Ok(lent)
    }

    /// They.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: as the type says, they stay where they are and as they are.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

// SAFETY: they are only read, and nobody writes them.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

/// From so many bytes on a result is copied at once to where it is wanted: attaching there takes less than copying twice.
const DELIVERED_FROM: usize = 1 << 16;

/// The way of a worker's large results into the main interpreter.
#[derive(Debug)]
pub struct Home(ThreadState);

impl Home {
    /// That of this thread.
    pub fn of_this_thread() -> Home {
        Home(ThreadState::in_main())
    }

    /// What is in an object that should be delivered: `bytes`, and large.
    pub fn wants<'object>(&self, object: &'object Object) -> Option<&'object [u8]> {
        bytes_in(object).filter(|bytes| bytes.len() >= DELIVERED_FROM)
    }

    /// Copies what is in a `bytes` object of the interpreter to which this thread is attached into one of the main
    /// interpreter: the only copy, made without any GIL. None if there is no memory.
    pub fn deliver(&self, bytes: &[u8]) -> Option<Reference> {
        detached(|| {
            let attachment = self.0.attach();
            let Ok(copy) = Object::room_for_bytes(&attachment, bytes.len()) else { return None };
            let room = copy.as_ptr();
            let copy = Reference::new(copy);
            drop(attachment);
            // SAFETY: the new object has room for so many bytes, and nobody else has it yet; what is copied never
            // changes, and the caller's reference keeps it.
            unsafe { fill(room, bytes) };
            Some(copy)
        })
    }
}

/// What is in a `bytes` object. Of exactly that type: a subclass is more.
fn bytes_in(object: &Object) -> Option<&[u8]> {
    // SAFETY: the object is alive, and this thread attached; what it has never changes.
    unsafe {
        let pointer = object.as_ptr();
        (ffi::PyBytes_CheckExact(pointer) != 0).then(|| {
            std::slice::from_raw_parts(ffi::PyBytes_AsString(pointer).cast(), ffi::PyBytes_Size(pointer) as usize)
        })
    }
}
