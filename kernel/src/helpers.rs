//! The little that must be Python: compiled once in the main interpreter, loaded where and when it is needed.

use std::ffi::CStr;
use std::sync::OnceLock;

use pyo3::ffi;

use crate::interpreter::Attachment;
use crate::object::{Object, Outcome};

/// A file of helpers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// For every interpreter that executes tasks.
    Worker,
    /// For an interpreter in which something was raised.
    Raised,
    /// For the main interpreter of a kernel.
    Lap,
    /// For the main interpreter, when a lap is over.
    Shown,
    /// For the main interpreter, in the mode asyncio.
    Coroutines,
    /// For the main interpreter, in the modes of the standard library's executors.
    Pools,
    /// For every interpreter that serves.
    Service,
    /// For the main interpreter of a program with a window.
    Desktop,
    /// For every interpreter whose worker executes calls of a pool.
    Called,
    /// The module `virgil`.
    Virgil,
    /// The module `_virgil_pool`.
    Pool,
    /// For the main interpreter of a kernel whose lap has results to compare.
    Prints,
}

/// How many there are: the last one is [`Part::Prints`].
const PARTS: usize = Part::Prints as usize + 1;

impl Part {
    /// The name that frames of it have: [`Part::Raised`] leaves those out of tracebacks.
    fn file(self) -> &'static CStr {
        match self {
            Part::Worker => c"<virgil worker>",
            Part::Raised => c"<virgil raised>",
            Part::Lap => c"<virgil lap>",
            Part::Shown => c"<virgil shown>",
            Part::Coroutines => c"<virgil coroutines>",
            Part::Pools => c"<virgil pools>",
            Part::Service => c"<virgil service>",
            Part::Desktop => c"<virgil desktop>",
            Part::Called => c"<virgil called>",
            Part::Virgil => c"<virgil module>",
            Part::Pool => c"<virgil pool>",
            Part::Prints => c"<virgil prints>",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Part::Worker => concat!(include_str!("../python/worker.py"), "\0"),
            Part::Raised => concat!(include_str!("../python/raised.py"), "\0"),
            Part::Lap => concat!(include_str!("../python/lap.py"), "\0"),
            Part::Shown => concat!(include_str!("../python/shown.py"), "\0"),
            Part::Coroutines => {
                concat!(include_str!("../python/steps.py"), include_str!("../python/coroutines.py"), "\0")
            }
            Part::Pools => concat!(include_str!("../python/pools.py"), "\0"),
            Part::Service => concat!(
                include_str!("../python/steps.py"),
                include_str!("../python/load.py"),
                include_str!("../python/service.py"),
                "\0"
            ),
            Part::Desktop => {
                concat!(include_str!("../python/camera.py"), include_str!("../python/desktop.py"), "\0")
            }
            Part::Called => concat!(include_str!("../python/called.py"), "\0"),
            Part::Virgil => concat!(include_str!("../python/virgil.py"), "\0"),
            Part::Pool => concat!(include_str!("../python/pool.py"), "\0"),
            Part::Prints => concat!(include_str!("../python/prints.py"), "\0"),
        }
    }
}

/// What workers of the standard library's executors execute: a module of its own in each.
pub const POOL_WORKER: &str =
    concat!(include_str!("../python/worker.py"), "\n", include_str!("../python/pool_worker.py"));
/// What describes an exception where it was raised.
pub const RAISED: &str = include_str!("../python/raised.py");

/// Marshalled code, by part: what one interpreter has compiled, any other of this process can load.
static CODE: [OnceLock<Vec<u8>>; PARTS] = [const { OnceLock::new() }; PARTS];

/// Code as bytes that any interpreter of the same version can load.
///
/// # Errors
/// If it isn't code.
pub fn marshal(_: &Attachment, code: &Object) -> Outcome<Vec<u8>> {
    // SAFETY: attached; the object is alive.
    let bytes = unsafe { Object::own(ffi::PyMarshal_WriteObjectToString(code.as_ptr(), ffi::Py_MARSHAL_VERSION))? };
    Ok(bytes.to_bytes())
}

/// Code from [`marshal`]'s bytes.
///
/// # Errors
/// If memory runs out.
pub fn unmarshal(_: &Attachment, code: &[u8]) -> Outcome<Object> {
    // SAFETY: attached; pointer and length are those of a live slice.
    unsafe { Object::own(ffi::PyMarshal_ReadObjectFromString(code.as_ptr().cast(), code.len() as isize)) }
}

/// Executes code in a namespace, as a module is executed, without a frame of ours round it.
///
/// # Errors
/// What it raises.
pub fn execute(_: &Attachment, code: &Object, namespace: &Object) -> Outcome<()> {
    let (code, namespace) = (code.as_ptr(), namespace.as_ptr());
    // SAFETY: attached; both are alive.
    unsafe { Object::own(ffi::PyEval_EvalCode(code, namespace, namespace)).map(drop) }
}

fn compile(attachment: &Attachment, part: Part) -> Outcome<Object> {
    let source = part.source().as_ptr().cast();
    // SAFETY: attached; both texts end with a zero.
    let code = unsafe { Object::own(ffi::Py_CompileString(source, part.file().as_ptr(), ffi::Py_file_input))? };
    // If another thread was faster, it has stored the same.
    let _ = CODE[part as usize].set(marshal(attachment, &code)?);
    Ok(code)
}

/// Loads a part into this namespace of the interpreter to which this thread is attached.
///
/// # Errors
/// What its imports raise.
pub fn load_into(attachment: &Attachment, part: Part, namespace: &Object) -> Outcome<()> {
    let code = match CODE[part as usize].get() {
        Some(code) => unmarshal(attachment, code)?,
        None => compile(attachment, part)?,
    };
    // SAFETY: attached; the builtins are borrowed from the interpreter and outlive the namespace.
    unsafe {
        ffi::PyDict_SetItemString(namespace.as_ptr(), c"__builtins__".as_ptr(), ffi::PyEval_GetBuiltins());
    }
    execute(attachment, &code, namespace)
}

/// The namespace of a part that was loaded into one interpreter.
#[derive(Debug)]
pub struct Helpers(Object);

impl Helpers {
    /// Loads a part into the interpreter to which this thread is attached.
    ///
    /// # Errors
    /// What its imports raise.
    pub fn load(attachment: &Attachment, part: Part) -> Outcome<Helpers> {
        // SAFETY: attached.
        let namespace = unsafe { Object::own(ffi::PyDict_New())? };
        load_into(attachment, part, &namespace)?;
        Ok(Helpers(namespace))
    }

    /// One of its functions.
    pub fn function(&self, name: &CStr) -> Object {
        self.0.entry(name).expect("the function is in the part's file")
    }

    /// Calls one of its functions.
    ///
    /// # Errors
    /// What it raises.
    pub fn call(&self, name: &CStr, arguments: &[&Object]) -> Outcome<Object> {
        self.function(name).call(arguments)
    }
}
