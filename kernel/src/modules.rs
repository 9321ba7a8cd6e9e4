//! Modules of ours that are written in Python, in every interpreter: found before any file of their name.

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::ptr;

use pyo3::ffi;

use crate::helpers::{self, Part};
use crate::interpreter::Attachment;
use crate::native::{Static, slot};
use crate::object::Object;

/// What fills a new module.
type Fill = unsafe extern "C" fn(*mut ffi::PyObject) -> c_int;

/// # Safety
/// Called by Python: attached, with a live module.
unsafe fn fill(module: *mut ffi::PyObject, part: Part) -> c_int {
    // SAFETY: as the caller says; the dict is borrowed from the module.
    let (attachment, namespace) = unsafe { (Attachment::of_caller(), Object::share(ffi::PyModule_GetDict(module))) };
    match helpers::load_into(&attachment, part, &namespace) {
        Ok(()) => 0,
        Err(exception) => {
            exception.raise(&attachment);
            -1
        }
    }
}

unsafe extern "C" fn fill_virgil(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: Python calls it as it was declared.
    unsafe { fill(module, Part::Virgil) }
}

unsafe extern "C" fn fill_pool(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: as above.
    unsafe { fill(module, Part::Pool) }
}

/// They keep nothing of an interpreter, so every interpreter can have them.
const fn slots(fill: Fill) -> [ffi::PyModuleDef_Slot; 4] {
    [
        slot(ffi::Py_mod_exec, fill as *mut c_void),
        slot(ffi::Py_mod_multiple_interpreters, ffi::Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
        #[cfg(Py_3_13)]
        slot(ffi::Py_mod_gil, ffi::Py_MOD_GIL_NOT_USED),
        #[cfg(not(Py_3_13))]
        slot(0, ptr::null_mut()),
        slot(0, ptr::null_mut()),
    ]
}

const fn definition(name: &'static std::ffi::CStr, slots: *mut ffi::PyModuleDef_Slot) -> ffi::PyModuleDef {
    ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: name.as_ptr(),
        m_doc: ptr::null(),
        m_size: 0,
        m_methods: ptr::null_mut(),
        m_slots: slots,
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }
}

static VIRGIL_SLOTS: Static<[ffi::PyModuleDef_Slot; 4]> = Static(UnsafeCell::new(slots(fill_virgil)));
static POOL_SLOTS: Static<[ffi::PyModuleDef_Slot; 4]> = Static(UnsafeCell::new(slots(fill_pool)));
static VIRGIL: Static<ffi::PyModuleDef> = Static(UnsafeCell::new(definition(c"virgil", VIRGIL_SLOTS.0.get().cast())));
static POOL: Static<ffi::PyModuleDef> = Static(UnsafeCell::new(definition(c"_virgil_pool", POOL_SLOTS.0.get().cast())));

unsafe extern "C" fn initialise_virgil() -> *mut ffi::PyObject {
    // SAFETY: Python calls it attached; the definition lives for ever.
    unsafe { ffi::PyModuleDef_Init(VIRGIL.0.get()) }
}

unsafe extern "C" fn initialise_pool() -> *mut ffi::PyObject {
    // SAFETY: as above.
    unsafe { ffi::PyModuleDef_Init(POOL.0.get()) }
}

/// Makes them known. Before CPython is started.
pub fn register() {
    // SAFETY: nothing of Python runs yet; the names end with a zero. It fails only without memory: the import says so.
    unsafe {
        ffi::PyImport_AppendInittab(c"virgil".as_ptr(), Some(initialise_virgil));
        ffi::PyImport_AppendInittab(c"_virgil_pool".as_ptr(), Some(initialise_pool));
    }
}
