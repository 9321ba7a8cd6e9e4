//! Names in the browser's storage. Whatever is served at one port shares that storage, one deck after the other; cells of
//! two decks may have the same name, and so have those of one deck in two workspaces.

use std::cell::Cell;

use shared::CellId;

thread_local! {
    /// The workspace whose cells these are.
    static WORKSPACE: Cell<u64> = const { Cell::new(0) };
}

/// What is kept from now on belongs to this workspace, which a deck names.
pub fn choose(workspace: u64) {
    WORKSPACE.set(workspace);
}

/// Under which something of a cell is kept.
pub fn key(what: &str, cell: &CellId) -> String {
    format!("virgil-{what}-{:x}-{cell}", WORKSPACE.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_do_not_meet() {
        let keys = [10, 11].map(|workspace| {
            choose(workspace);
            key("unsaved", &CellId("race".into()))
        });
        assert_eq!(keys, ["virgil-unsaved-a-race", "virgil-unsaved-b-race"]);
    }
}
