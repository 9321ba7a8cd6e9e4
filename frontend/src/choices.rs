//! What was chosen for a cell outlives a reload: kept in the browser.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::{Cell, CellId, MAX_REPEATS, MAX_WORKERS, Mode};

use crate::shelf;

/// What a cell is run with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The modes.
    pub modes: Vec<Mode>,
    /// The worker counts.
    pub workers: Vec<u32>,
    /// How often each lap is measured.
    pub repeats: u32,
    /// The interpreter build, if one was chosen.
    pub build: Option<String>,
}

impl Chosen {
    /// What was chosen for the cell before, or what it starts with.
    pub fn of(cell: &Cell) -> Chosen {
        let first =
            Chosen { modes: cell.modes.clone(), workers: cell.workers.clone(), repeats: cell.repeats, build: None };
        match storage().and_then(|storage| storage.get_item(&key(&cell.id)).ok()?) {
            Some(kept) => restored(&kept, first),
            None => first,
        }
    }

    /// Keeps it, as far as the browser keeps anything.
    pub fn keep(&self, cell: &CellId) {
        if let (Some(storage), Ok(kept)) = (storage(), serde_json::to_string(self)) {
            // Not kept: it is chosen again next time.
            let _ = storage.set_item(&key(cell), &kept);
        }
    }
}

/// What was kept, as far as it still makes sense.
fn restored(kept: &str, first: Chosen) -> Chosen {
    let Ok(Chosen { modes, mut workers, repeats, build }) = serde_json::from_str(kept) else { return first };
    workers.retain(|count| (1..=MAX_WORKERS).contains(count));
    Chosen {
        modes: if modes.is_empty() { first.modes } else { modes },
        workers: if workers.is_empty() { first.workers } else { workers },
        repeats: repeats.clamp(1, MAX_REPEATS),
        build,
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok()?
}

fn key(cell: &CellId) -> String {
    shelf::key("choice", cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_longer_makes_sense_is_left_out() {
        let chosen = |modes: &[Mode], workers: &[u32], repeats, build: Option<&str>| Chosen {
            modes: modes.to_vec(),
            workers: workers.to_vec(),
            repeats,
            build: build.map(str::to_owned),
        };
        let first = chosen(&[Mode::Threads], &[2], 1, None);
        for (kept, expected) in [
            (chosen(&[Mode::Processes, Mode::Threads], &[1, 4], 5, Some("3.14")), None),
            (chosen(&[], &[0, 100_000], 0, None), Some(chosen(&[Mode::Threads], &[2], 1, None))),
            (
                chosen(&[Mode::Asyncio], &[3, 65], 1_000_000, None),
                Some(chosen(&[Mode::Asyncio], &[3], MAX_REPEATS, None)),
            ),
        ] {
            let written = serde_json::to_string(&kept).unwrap();
            assert_eq!(restored(&written, first.clone()), expected.unwrap_or(kept));
        }
        for foreign in ["", "{}", r#"{"modes":["Warp"],"workers":[1],"repeats":1,"build":null}"#] {
            assert_eq!(restored(foreign, first.clone()), first, "{foreign}");
        }
    }
}
