//! Whose coroutine writes: coroutines take turns on one thread, so each has its label in its context.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi;

use crate::object::{Exception, Object};
use crate::output::Label;

/// A `ContextVar` of the main interpreter, never given back; null but in the mode asyncio.
static VARIABLE: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());

/// From now on this variable's value is the label: worker and task, or nothing.
pub fn set_variable(variable: Object) {
    VARIABLE.store(variable.into_ptr(), Ordering::Release);
}

/// The label of the context in which this attached thread executes.
pub fn label() -> Option<Label> {
    let variable = VARIABLE.load(Ordering::Acquire);
    if variable.is_null() {
        return None;
    }
    let mut value = ptr::null_mut();
    // SAFETY: attached to the main interpreter: in the mode asyncio no other one has our streams. The variable lives for
    // ever, and the value is a new reference or null.
    let value = unsafe {
        if ffi::PyContextVar_Get(variable, ptr::null_mut(), &mut value) != 0 {
            drop(Exception::take());
            return None;
        }
        if value.is_null() {
            return None;
        }
        Object::own(value).ok()?
    };
    let number = |place: usize| u32::try_from(value.item(place).to_int()?).ok();
    Some(Label { worker: number(0), task: number(1) })
}
