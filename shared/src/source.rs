//! What a source is.

use std::hash::Hasher;

use serde::{Deserialize, Serialize};

/// The longest source that is accepted, in bytes of UTF-8.
pub const MAX_SOURCE_BYTES: usize = 512 * 1024;

/// What Run does with a source, decided by the kernel from its syntax tree before anything runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// It defines `work(item)` and `ITEMS`: one lap for each chosen mode.
    Workload,
    /// It defines neither: it runs once, top to bottom, as `__main__`.
    Script,
}

/// Whether `work` seems to be a coroutine function: a line says so. The kernel decides by the function itself.
pub fn defines_async_work(source: &str) -> bool {
    source.lines().filter_map(|line| line.strip_prefix("async")).any(|rest| {
        let mut words = rest.split(|character: char| character.is_whitespace() || character == '(');
        let mut words = words.by_ref().filter(|word| !word.is_empty());
        rest.starts_with(char::is_whitespace) && words.next() == Some("def") && words.next() == Some("work")
    })
}

/// Whether a source seems to be a script, for which modes and workers mean nothing: no line at the left margin names
/// `work` or `ITEMS`. The kernel decides by the syntax tree.
pub fn seems_script(source: &str) -> bool {
    let code = source.lines().filter_map(|line| line.split('#').next());
    let at_margin = code.filter(|line| !line.starts_with(char::is_whitespace));
    let is_sign = |character: char| !(character.is_alphanumeric() || character == '_');
    !at_margin.flat_map(|line| line.split(is_sign)).any(|word| matches!(word, "work" | "ITEMS"))
}

/// A short name for exactly this text, to tell whether a result is still of the code that is shown.
pub fn fingerprint(source: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(source.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_neither_work_nor_items() {
        for (source, is_script) in [
            ("", true),
            ("import threading\n\n\ndef job():\n    work = 1\n    ITEMS = []\n", true),
            ("# ITEMS = [1] would make it a workload\nworked = 1\n", true),
            ("def work(item): pass\n", false),
            ("async  def work(item): pass\n", false),
            ("ITEMS: list[int] = []\n", false),
            ("from jobs import work, ITEMS\n", false),
            ("X, ITEMS = 1, [2]\n", false),
        ] {
            assert_eq!(seems_script(source), is_script, "{source}");
        }
    }
}
