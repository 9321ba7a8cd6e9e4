//! The lines of a cell that an exception went through: where it was raised, and who had called.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{CellId, Ending, LapPhase, Raised, Run};

use crate::editor::EditorHandle;

/// Lines of a cell's source, from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Where exceptions were raised, or the last own line before that.
    pub raised: Vec<u32>,
    /// Where what raised was called from.
    pub callers: Vec<u32>,
}

/// The marks of all exceptions of a run.
fn marks(run: &Run) -> Marks {
    let raised = run.laps.iter().filter_map(|lap| match &lap.phase {
        LapPhase::Ended(Ending::Raised(raised)) => Some(raised),
        _ => None,
    });
    let mut lines = BTreeSet::new();
    let mut callers = BTreeSet::new();
    for raised in raised {
        lines.extend(raised.line);
        callers.extend(own_lines(raised, &run.ticket.cell));
    }
    Marks { callers: callers.difference(&lines).copied().collect(), raised: lines.into_iter().collect() }
}

/// The lines of the cell's file that a traceback names, as in `File "/home/me/virgil/primes.py", line 12, in work`.
fn own_lines(raised: &Raised, cell: &CellId) -> impl Iterator<Item = u32> {
    let name = format!("{cell}.py");
    raised.traceback.lines().filter_map(move |line| {
        // Groups of exceptions are drawn with bars before each line.
        let (_, frame) =
            line.split_once("File \"").filter(|(before, _)| before.trim_matches([' ', '|', '+']).is_empty())?;
        let (file, place) = frame.split_once("\", line ")?;
        let folder = file.strip_suffix(&name)?;
        if !(folder.is_empty() || folder.ends_with(['/', '\\'])) {
            return None;
        }
        place.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    })
}

/// Marks them in the editor as long as its text is the one that was run, and shows the first when the run has ended.
pub fn keep_marked(editor: EditorHandle, run: RwSignal<Option<Run>>, stale: Memo<bool>) {
    let found = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| (run.ticket.id, marks(run)))));
    Effect::new(move |_| match found.get() {
        Some((_, marks)) if editor.is_there() && !stale.get() => editor.mark(&marks),
        _ => editor.mark(&Marks::default()),
    });
    Effect::new(move |_| {
        let first = found.get().and_then(|(_, marks)| marks.raised.first().copied());
        if let Some(line) = first.filter(|_| editor.is_there() && !stale.get_untracked()) {
            editor.reveal(line);
        }
    });
}

#[cfg(test)]
mod tests {
    use shared::{Mode, RunEvent};

    use super::*;
    use crate::charts::sample;

    const TRACEBACK: &str = "\
Traceback (most recent call last):
  File \"/w/primes.py\", line 12, in work
    return divide(item)
  File \"/w/primes.py\", line 7, in divide
    return 1 / item
  File \"/usr/lib/python3.14/x/notprimes.py\", line 99, in other
  | File \"C:\\w\\primes.py\", line 15, in group
ZeroDivisionError: File \"primes.py\", line 3
";

    #[test]
    fn own_lines_are_marked_and_no_others() {
        let mut run = sample::accepted(&[Mode::Sequential]);
        sample::begin(&mut run, 0, 1);
        assert_eq!(marks(&run), Marks::default());
        let raised = Raised {
            exception: "ZeroDivisionError".into(),
            message: String::new(),
            advice: None,
            traceback: TRACEBACK.into(),
            line: Some(7),
            worker: None,
            task: None,
        };
        run.apply(&RunEvent::LapEnded { lap: 0, ending: Ending::Raised(raised) });
        assert_eq!(marks(&run), Marks { raised: vec![7], callers: vec![12, 15] });
    }
}
