//! That there is no GIL is what the mode is about: it is looked at, not believed.

use shared::{Ending, Mode, Raised};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::Outcome;
use crate::raised;

/// Refuses the mode where this program's CPython has a GIL.
pub fn refuse_with_gil() -> Result<(), Raised> {
    if cfg!(Py_GIL_DISABLED) {
        return Ok(());
    }
    let sentence = "This CPython has a GIL, so it can't execute free-threaded. Choose a free-threaded build, such as \
                    3.14t, or the mode threads.";
    Err(raised::said("RuntimeError", sentence.into()))
}

/// Lets [`check`] know what CPython warns of. Before the source is replayed.
///
/// # Errors
/// What the import of `warnings` raises.
pub fn listen(_: &Attachment, helpers: &Helpers, mode: Mode) -> Outcome<()> {
    if mode == Mode::FreeThreaded { helpers.call(c"remember_warnings", &[]).map(drop) } else { Ok(()) }
}

/// Ends the lap if something has switched the GIL on.
///
/// # Errors
/// The sentence that says so, and which module it was if CPython has warned of it.
pub fn check(_: &Attachment, helpers: &Helpers, mode: Mode) -> Result<(), Ending> {
    if mode != Mode::FreeThreaded {
        return Ok(());
    }
    // What can't be asked is on: a figure of which nobody knows what it measures is worse than none.
    let warning = helpers.call(c"gil_warning", &[]).map(|warning| (warning.is_none(), warning.to_text()));
    match warning {
        Ok((true, _)) => Ok(()),
        Ok((false, warning)) => Err(Ending::Raised(switched_on(&warning))),
        Err(_) => Err(Ending::Raised(switched_on(""))),
    }
}

fn switched_on(warning: &str) -> Raised {
    let module = warning.split_once("load module '").and_then(|(_, rest)| rest.split_once('\''));
    let (message, advice) = match module {
        Some((module, _)) => (
            format!("importing `{module}` has switched the GIL on"),
            format!(
                "The module `{module}` doesn't say that it works without a GIL. That is the module's own limit, and no \
                 mistake of yours: do without it in this mode, or choose the mode threads."
            ),
        ),
        None => (
            "the GIL was switched on".to_owned(),
            "Look for `PYTHON_GIL` in the environment and for extension modules that don't work without a GIL, or \
             choose the mode threads."
                .to_owned(),
        ),
    };
    raised::explained(raised::said("RuntimeError", message), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_named_if_it_is_known() {
        let warning = "The global interpreter lock (GIL) has been enabled to load module 'some.part', which has not \
                       declared that it can run safely without the GIL.";
        for (warning, said) in [(warning, "`some.part`"), ("", "PYTHON_GIL")] {
            let advice = switched_on(warning).advice.unwrap_or_default();
            assert!(advice.contains(said), "{advice}");
        }
    }

    #[test]
    fn a_build_with_a_gil_refuses_the_mode() {
        assert_eq!(refuse_with_gil().is_ok(), cfg!(Py_GIL_DISABLED));
    }
}
