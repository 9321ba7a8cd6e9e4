//! `work` and the values of `ITEMS`, as the main interpreter has them.

use pyo3::ffi;
use shared::{Ending, Limit, Mode};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::{Exception, Object, Outcome};
use crate::raised::{self, Scene};
use crate::unfit::{self, Thing};
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
        scene: Scene,
    ) -> Result<Workload, Ending> {
        let refuse = |exception: &str, message: String| Ending::Raised(raised::said(exception, message));
        let lost = |name| refuse("WorkloadIncomplete", format!("The source deletes `{name}` again: keep it."));
        let raise = |exception: Exception| Ending::Raised(raised::describe(attachment, &exception, scene));

        let work = namespace.entry(c"work").ok_or_else(|| lost("work"))?;
        if !work.is_callable() {
            let sentence = "`work` is no function: write `def work(item):`, which is called with each of `ITEMS`.";
            return Err(refuse("TypeError", sentence.into()));
        }
        if let Some(sentence) = unusable(scene.mode, &helpers.call(c"kind_of", &[&work]).map_err(raise)?.to_text()) {
            return Err(refuse("TypeError", sentence));
        }
        let source = namespace.entry(c"ITEMS").ok_or_else(|| lost("ITEMS"))?;
        let items = items(attachment, exchange, scene, &source)?;
        if items.is_empty() {
            let sentence = "`ITEMS` is empty, so there is nothing to do: give it at least one value.";
            return Err(refuse("WorkloadIncomplete", sentence.into()));
        }
        Ok(Workload { work, items })
    }
}

/// Why a function of this kind can't be `work` in this mode.
fn unusable(mode: Mode, kind: &str) -> Option<String> {
    match (mode.awaits(), kind) {
        (false, "coroutine") => Some(format!(
            "`work` is a coroutine function, which the mode {mode} doesn't await: choose the mode {}, or write \
             `def work(item):` and call `asyncio.run` in it.",
            Mode::Asyncio
        )),
        (true, "coroutine") => None,
        (_, "generator") => Some(
            "`work` has a `yield`, so calling it only makes a generator, which nobody runs: collect the values in a \
             list, and return the list."
                .into(),
        ),
        (_, "asynchronous generator") => Some(
            "`work` is `async` and has a `yield`, so calling it only makes a generator, which nobody runs: write \
             `def work(item):`, and return a list."
                .into(),
        ),
        (true, _) => Some(format!(
            "`work` is a plain function, and the mode {mode} awaits coroutines: write `async def work(item):` with an \
             `await` where it waits, or choose another mode, such as {}.",
            Mode::Threads
        )),
        (false, _) => None,
    }
}

fn items(attachment: &Attachment, exchange: &Exchange, scene: Scene, source: &Object) -> Result<Vec<Value>, Ending> {
    let describe = |exception: &Exception| raised::describe(attachment, exception, scene);
    let explain =
        |exception: Exception, sentence: String| Ending::Raised(raised::explained(describe(&exception), sentence));
    let iterable = match source.is_callable() {
        true => source.call(&[]).map_err(|exception| {
            let sentence = "`ITEMS` is a function: it is called without arguments, and returns the items.";
            explain(exception, sentence.into())
        })?,
        false => source.clone_reference(attachment),
    };
    let iterator = iterator(&iterable).map_err(|exception| {
        let sentence = "`ITEMS` must be a list of values, or something else that `for` can go through, or a function \
                        that returns it.";
        explain(exception, sentence.into())
    })?;
    let mut items = Vec::new();
    loop {
        let next = next(&iterator).map_err(|exception| {
            let sentence = format!("`ITEMS` raised this when item {} was asked of it; no task has run.", items.len());
            explain(exception, sentence)
        })?;
        let Some(item) = next else { return Ok(items) };
        if items.len() == MAX_ITEMS as usize {
            return Err(Ending::LimitExceeded(Limit::Items { limit: MAX_ITEMS }));
        }
        let value = exchange
            .to_value(attachment, item)
            .map_err(|unfit| Ending::Raised(unfit::departing(attachment, &unfit, Thing::Item(items.len()), scene)))?;
        items.push(value);
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
