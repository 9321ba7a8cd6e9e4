//! Which cells are to be recorded.

use std::collections::BTreeMap;

use shared::{Cell, CellId, KeptRun, fingerprint};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Those whose recording is missing, or of an earlier version of their code.
    Outdated,
    /// All.
    All,
    /// These.
    Named(Vec<String>),
}

/// Those of a deck's cells, in their order.
///
/// # Errors
/// The sentence to show if a name is no cell's.
pub fn due<'a>(asked: &Asked, cells: &'a [Cell], known: &BTreeMap<CellId, KeptRun>) -> Result<Vec<&'a Cell>, String> {
    if let Asked::Named(names) = asked
        && let Some(unknown) = names.iter().find(|name| !cells.iter().any(|cell| cell.id.0 == **name))
    {
        let there: Vec<&str> = cells.iter().map(|cell| cell.id.0.as_str()).collect();
        return Err(format!("There is no cell `{unknown}` in this deck. There are: {}.", there.join(", ")));
    }
    let is_due = |cell: &&Cell| match asked {
        Asked::All => true,
        Asked::Named(names) => names.contains(&cell.id.0),
        Asked::Outdated => !known.get(&cell.id).is_some_and(|kept| is_current(cell, kept)),
    };
    Ok(cells.iter().filter(is_due).collect())
}

/// Whether a recording is of the code that the cell begins with.
pub fn is_current(cell: &Cell, kept: &KeptRun) -> bool {
    kept.ticket.fingerprint == fingerprint(&cell.starter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::sample;
    use crate::content;

    #[test]
    fn what_is_current_is_left_out_unless_it_is_named() {
        let deck = content::embedded().unwrap().deck;
        let cells = &deck.cells[..3];
        let kept = |cell: &Cell, source: &str| {
            let mut kept = sample::whole(1, &cell.id.0).kept;
            kept.ticket.fingerprint = fingerprint(source);
            (cell.id.clone(), kept)
        };
        let known = [kept(&cells[0], &cells[0].starter), kept(&cells[1], "earlier")].into();
        let places = |asked: Asked| -> Vec<usize> {
            let due = due(&asked, cells, &known).unwrap();
            due.iter().filter_map(|cell| cells.iter().position(|other| other.id == cell.id)).collect()
        };
        assert_eq!(places(Asked::Outdated), [1, 2]);
        assert_eq!(places(Asked::All), [0, 1, 2]);
        assert_eq!(places(Asked::Named(vec![cells[2].id.0.clone(), cells[0].id.0.clone()])), [0, 2]);
        let wrong = due(&Asked::Named(vec!["none".into()]), cells, &known).unwrap_err();
        assert!(wrong.contains("no cell `none`") && wrong.contains(&cells[0].id.0), "{wrong}");
    }
}
