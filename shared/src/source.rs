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
    /// It defines `app`, a WSGI or ASGI application, and isn't a workload: it is served in each chosen mode until the lap
    /// is told to drain, or stopped.
    Service,
    /// It defines `main(pool)` and none of the above: a program with a window, whose work is executed in each chosen mode
    /// until the program ends.
    Desktop,
}

/// Whether `work` seems to be a coroutine function: a line says so. The kernel decides by the function itself.
pub fn defines_async_work(source: &str) -> bool {
    source.lines().filter_map(|line| line.strip_prefix("async")).any(|rest| {
        let mut words = rest.split(|character: char| character.is_whitespace() || character == '(');
        let mut words = words.by_ref().filter(|word| !word.is_empty());
        rest.starts_with(char::is_whitespace) && words.next() == Some("def") && words.next() == Some("work")
    })
}

/// Whether a source seems to be a service: a line at the left margin defines `app`, or imports it, and it seems no
/// workload. The kernel decides by the syntax tree.
pub fn seems_service(source: &str) -> bool {
    if names(source, "work") && names(source, "ITEMS") {
        return false;
    }
    source.lines().any(|line| {
        let code = line.split('#').next().unwrap_or_default();
        let mut words =
            code.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).filter(|word| !word.is_empty());
        let first = if code.starts_with(char::is_whitespace) { None } else { words.next() };
        match first {
            Some("app") => {
                let rest = code["app".len()..].trim_start();
                rest.starts_with(':') || (rest.starts_with('=') && !rest.starts_with("=="))
            }
            Some("def" | "class") => words.next() == Some("app"),
            Some("async") => words.next() == Some("def") && words.next() == Some("app"),
            Some("from") => code.contains(" import ") && words.next_back() == Some("app"),
            _ => false,
        }
    })
}

/// Whether a source seems to be a program with a window: a line at the left margin defines `main(pool)`, and it seems to
/// be neither workload nor service. The kernel decides by the syntax tree.
pub fn seems_desktop(source: &str) -> bool {
    if (names(source, "work") && names(source, "ITEMS")) || seems_service(source) {
        return false;
    }
    source.lines().filter_map(|line| line.strip_prefix("def")).any(|rest| {
        let mut words =
            rest.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).filter(|word| !word.is_empty());
        rest.starts_with(char::is_whitespace) && words.next() == Some("main") && words.next() == Some("pool")
    })
}

/// Whether a source seems to be a script, for which modes and workers mean nothing: it seems no service, and no line at
/// the left margin names `work` or `ITEMS`. The kernel decides by the syntax tree.
pub fn seems_script(source: &str) -> bool {
    !(names(source, "work") || names(source, "ITEMS") || seems_service(source) || seems_desktop(source))
}

/// Whether a line at the left margin has this word in its code.
fn names(source: &str, word: &str) -> bool {
    let code = source.lines().filter_map(|line| line.split('#').next());
    let at_margin = code.filter(|line| !line.starts_with(char::is_whitespace));
    let is_sign = |character: char| !(character.is_alphanumeric() || character == '_');
    at_margin.flat_map(|line| line.split(is_sign)).any(|found| found == word)
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
    fn a_program_with_a_window_has_a_main_that_takes_a_pool() {
        for (source, is_desktop) in [
            ("def main(pool):\n    pass\n", true),
            ("import os\ndef  main( pool: Executor, more=1):\n    pass\n", true),
            ("def main():\n    pass\n", false),
            ("    def main(pool): pass\n", false),
            ("app = 1\ndef main(pool): pass\n", false),
            ("def work(item): pass\nITEMS = []\ndef main(pool): pass\n", false),
            ("def main(spool): pass\n", false),
        ] {
            assert_eq!(seems_desktop(source), is_desktop, "{source}");
            assert!(!is_desktop || !seems_script(source), "{source}");
        }
    }

    #[test]
    fn a_service_defines_app_at_the_margin() {
        for (source, is_service) in [
            ("from flask import Flask\napp = Flask(__name__)\n", true),
            ("def app(environ, start_response): pass\n", true),
            ("async def app(scope, receive, send): pass\n", true),
            ("app: object = make()\n", true),
            ("from web import make as app\n", true),
            ("if True:\n    app = 1\n", false),
            ("# app = 1\nprint(app == 1)\n", false),
            ("apple = 1\napp.run()\napp == 1\n", false),
            ("def apply(app): pass\n", false),
        ] {
            assert_eq!(seems_service(source), is_service, "{source}");
            assert_eq!(seems_script(source), !is_service, "{source}");
        }
    }

    #[test]
    fn a_workload_may_have_an_app_of_its_own() {
        let source = "app = connect()\nITEMS = [1]\ndef work(item): return app.ask(item)\n";
        assert!(!seems_service(source) && !seems_script(source));
        // The kernel takes a half of a workload for none.
        assert!(seems_service("app = Flask(__name__)\ndef work(item): pass\n"));
    }

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
