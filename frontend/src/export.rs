//! Whether this page is one of an export, where there is no runner, and where things are then.

use crate::editor::meta;

/// What says in a page of an export how to get to the export's root: `./` or `../`.
const ROOT: &str = "virgil-export";

/// Whether it is.
pub fn is_exported() -> bool {
    !meta(ROOT).is_empty()
}

/// Where that is which the runner has at this address.
pub fn address(at: &str) -> String {
    match shared::exported(at) {
        Some(file) if is_exported() => meta(ROOT) + &file,
        _ => at.to_owned(),
    }
}
