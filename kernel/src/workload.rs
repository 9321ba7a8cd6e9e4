//! `work` and the values of `ITEMS`, as the main interpreter has them.

use pyo3::ffi;
use shared::{Ending, Limit, Mode, Raised};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::{Exception, Object, Outcome};
use crate::output::Label;
use crate::raised;
use crate::value::{Exchange, Value};

/// More items than that are taken for endless.
const MAX_ITEMS: u32 = 2_000_000;

/// What a replayed source has in the main interpreter.
#[derive(Debug)]
pub struct Workload {
    /// The function.
    pub work: Object,
    /// What it is called with.
    pub items: Vec<Value>,
}

impl Workload {
    /// Takes it from the replayed source's namespace.
    ///
    /// # Errors
    /// Why there is nothing to do with it.
    pub fn take(
        attachment: &Attachment,
        helpers: &Helpers,
        namespace: &Object,
        exchange: &Exchange,
        at: (Mode, &str),
    ) -> Result<Workload, Ending> {
        let (mode, file) = at;
        let refuse = |exception: &str, message: String| Ending::Raised(raised::said(exception, message));
        let lost = |name| refuse("WorkloadIncomplete", format!("The source deletes `{name}` again: keep it."));
        let describe = |exception: Exception| raised::describe(attachment, &exception, file, Label::default());
        let raise = |exception| Ending::Raised(describe(exception));

        let work = namespace.entry(c"work").ok_or_else(|| lost("work"))?;
        if !work.is_callable() {
            let sentence = "`work` is no function: write `def work(item):`, which is called with each of `ITEMS`.";
            return Err(refuse("TypeError", sentence.into()));
        }
        if helpers.call(c"is_coroutine_function", &[&work]).map_err(raise)?.is_true() {
            let sentence = "`work` is a coroutine function, which none of the modes can await yet: write `def work(item):` and call \
                            `asyncio.run` in it.";
            return Err(refuse("TypeError", sentence.into()));
        }
        let mut source = namespace.entry(c"ITEMS").ok_or_else(|| lost("ITEMS"))?;
        if source.is_callable() {
            source = source.call(&[]).map_err(raise)?;
        }
        let mut items = Vec::new();
        let iterator = iterator(&source).map_err(raise)?;
        while let Some(item) = next(&iterator).map_err(raise)? {
            if items.len() == MAX_ITEMS as usize {
                return Err(Ending::LimitExceeded(Limit::Items { limit: MAX_ITEMS }));
            }
            let value = exchange.to_value(attachment, item);
            items.push(value.map_err(|exception| Ending::Raised(unpicklable(describe(exception), items.len(), mode)))?);
        }
        if items.is_empty() {
            let sentence = "`ITEMS` is empty, so there is nothing to do: give it at least one value.";
            return Err(refuse("WorkloadIncomplete", sentence.into()));
        }
        Ok(Workload { work, items })
    }
}

/// `work` in a namespace in which a worker has replayed the source.
///
/// # Errors
/// NameError, if this replay didn't define it.
pub fn work(_: &Attachment, namespace: &Object) -> Outcome<Object> {
    namespace.entry(c"work").ok_or_else(|| {
        // SAFETY: attached; the type is alive, and the text ends with a zero.
        unsafe { ffi::PyErr_SetString(ffi::PyExc_NameError, c"name 'work' is not defined in this worker".as_ptr()) };
        Exception::take()
    })
}

fn unpicklable(raised: Raised, item: usize, mode: Mode) -> Raised {
    let sentence = format!(
        "Item {item} of `ITEMS` can't be pickled, and in the mode {mode} items must be: they cross to another \
         interpreter. Use plain data, or objects of classes that stand at the top of the source."
    );
    raised::explained(raised, &sentence)
}

fn iterator(source: &Object) -> Outcome<Object> {
    // SAFETY: the object is alive, and this thread attached.
    unsafe { Object::own(ffi::PyObject_GetIter(source.as_ptr())) }
}

fn next(iterator: &Object) -> Outcome<Option<Object>> {
    // SAFETY: the object is alive, this thread attached, and it is an iterator.
    let item = unsafe { ffi::PyIter_Next(iterator.as_ptr()) };
    if item.is_null() {
        // At the end nothing is set.
        return Exception::take_any().map_or(Ok(None), Err);
    }
    // SAFETY: a new reference.
    unsafe { Object::own(item) }.map(Some)
}
