//! Content, whatever is in it: each mistake of an author has its place, and nothing makes the reader fail.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Files, parse};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decks/sorting");

/// A real deck.
fn deck() -> Files {
    let walked = walkdir::WalkDir::new(FOLDER).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let name = |path: &std::path::Path| path.strip_prefix(FOLDER).unwrap().display().to_string();
    walked.map(|entry| (name(entry.path()), read(entry.path()))).collect()
}

/// Pieces that mean something, and any others.
fn words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "+++\n",
        "```",
        "```python run",
        "```exercise insertion",
        "```quiz\n",
        "```notes\n",
        "```diagram x",
        "```explain\n",
        "<!-- step -->\n",
        "\n\n",
        "title = \"x\"\n",
        "minutes = 1\n",
        "modes=threads",
        " workers=2",
        " param=N:slider:1..9",
        " repeats=0",
        " predict=mode",
        "[[sections]]\n",
        "[",
        "](",
        "/slide/x)",
        "<script>",
        "<small>",
        "# ",
        "- ",
        "> ",
        "|",
        "\"\"\"",
        "'''",
        "\u{0}",
        "\u{feff}",
        "\r\n",
        "é",
        "\u{202e}",
        "{",
        "}",
        "= ",
        "99999999999999999999",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => ".{0,12}", 1 => "[ -~\n]{0,40}"]
}

/// What is found must be where somebody can look for it.
fn is_read_or_its_mistakes_have_lines(files: &Files) -> Result<(), TestCaseError> {
    let Err(mistakes) = parse(files) else { return Ok(()) };
    prop_assert!(!mistakes.is_empty());
    for mistake in mistakes {
        prop_assert!(!mistake.sentence.is_empty() && !mistake.file.is_empty(), "{}", mistake);
        // Of a file that is missing the first line is named.
        let lines = files.get(&mistake.file).map_or(1, |text| text.lines().count().max(1) + 1);
        prop_assert!((1..=lines).contains(&mistake.line), "{} of {} lines", mistake, lines);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_content_or_have_mistakes_with_lines(file in any::<prop::sample::Index>(), text in vec(words(), 0..40)) {
        let mut files = deck();
        let path = files.keys().nth(file.index(files.len())).unwrap().clone();
        files.insert(path, text.concat());
        is_read_or_its_mistakes_have_lines(&files)?;
    }

    #[test]
    fn a_changed_deck_is_content_or_has_mistakes_with_lines(
        edits in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..20, words()), 1..8),
    ) {
        let mut files = deck();
        for (file, place, count, new) in edits {
            let path = files.keys().nth(file.index(files.len())).unwrap().clone();
            let mut text: Vec<char> = files[&path].chars().collect();
            if text.is_empty() { continue; }
            let from = place.index(text.len());
            let to = (from + count).min(text.len());
            text.splice(from..to, new.chars());
            files.insert(path, text.into_iter().collect());
        }
        is_read_or_its_mistakes_have_lines(&files)?;
    }
}
