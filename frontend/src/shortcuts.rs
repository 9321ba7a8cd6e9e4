//! All keys of the page, by where one is, in a dialog.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::slides::keys::Command;
use crate::slides::place::Move;
use crate::slides::stage::{close_dialogs, open_when_asked};

/// What some keys do: each of them, as browsers name it, with `+` between those that are pressed together.
struct Shortcut {
    keys: &'static [&'static str],
    does: &'static str,
}

/// What is told of a place where keys do something.
struct Situation {
    name: &'static str,
    shortcuts: Vec<Shortcut>,
}

fn situations() -> [Situation; 4] {
    let told = |(keys, does): &(&'static [&'static str], &'static str)| Shortcut { keys, does };
    let of = |name, table: &[(&'static [&'static str], &'static str)]| Situation {
        name,
        shortcuts: table.iter().map(told).collect(),
    };
    [
        Situation { name: "Slides", shortcuts: Command::ALL.map(of_slides).into() },
        of("In a cell's code", &EDITOR),
        of("Output and lanes", &[OUTPUT.as_slice(), &LANES].concat()),
        of("Dialogs", &DIALOGS),
    ]
}

/// The editor's keys, which are in `js/src/editor.js` and CodeMirror's own.
const EDITOR: [(&[&str], &str); 8] = [
    (&["Shift+Enter"], "Run"),
    (&["Ctrl+.", "⌘+."], "Stop; also outside of the code"),
    (&["Alt+R"], "The recorded run, and back; also outside of the code"),
    (&["Escape"], "Leave the code: arrows turn slides again"),
    (&["PageDown", "PageUp"], "Turn slides, as everywhere"),
    (&["Tab", "Shift+Tab"], "More or less indentation"),
    (&["Ctrl+Z", "⌘+Z"], "Undo"),
    (&["Ctrl+/", "⌘+/"], "Make comments of lines, and code again"),
];

const OUTPUT: [(&[&str], &str); 1] = [(&["ArrowDown", "ArrowUp"], "Scroll the output")];

/// The keys of `charts/lanes/mark.rs`.
const LANES: [(&[&str], &str); 5] = [
    (&["ArrowRight", "ArrowLeft"], "Lanes: point at another moment"),
    (&["ArrowDown", "ArrowUp"], "Lanes: point at another worker"),
    (&["+", "-", "0"], "Lanes: zoom in, out, show all"),
    (&["Shift+ArrowRight", "Shift+ArrowLeft"], "Lanes: move what is shown"),
    (&["Escape"], "Lanes: point at nothing"),
];

const DIALOGS: [(&[&str], &str); 4] = [
    (&["Escape"], "Close"),
    (&["ArrowDown", "ArrowUp"], "All slides: the next or previous one in the list"),
    (&["Enter"], "All slides: go there"),
    (&[" ", "ArrowRight", "ArrowLeft"], "Replay: pause, and move in time"),
];

fn of_slides(command: Command) -> Shortcut {
    let does = match command {
        Command::Go(Move::Next) => "Next step, or next slide",
        Command::Go(Move::Previous) => "Previous step or slide",
        Command::Go(Move::First) => "First slide",
        Command::Go(Move::Last) => "Last slide",
        Command::Overview => "All slides",
        Command::GoTo => "Go to a slide: type its number, then Enter",
        Command::Search => "Search all slides for words",
        Command::Present => "Present: open the window with notes, clock and what comes next",
        Command::Blank => "In a talk: the room sees nothing, or the slide again",
        Command::Starters => "In a talk: all code back to the starters, and undo that",
        Command::Larger => "Larger type",
        Command::Smaller => "Smaller type",
        Command::Shortcuts => "This sheet",
    };
    Shortcut { keys: command.keys(), does }
}

/// The dialog, which opens whenever it is asked for.
#[component]
pub fn Shortcuts(asked: RwSignal<u32>) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    open_when_asked(asked, dialog, || ());
    let tables = situations().map(|Situation { name, shortcuts }| {
        let rows = shortcuts.into_iter().map(|Shortcut { keys, does }| {
            let keys = keys.iter().map(|key| view! { <kbd>{shown(key)}</kbd> " " }).collect_view();
            view! { <tr><th scope="row">{keys}</th><td>{does}</td></tr> }
        });
        view! { <table><caption>{name}</caption><tbody>{rows.collect_view()}</tbody></table> }
    });
    view! {
        <dialog class="checkup shortcuts" node_ref=dialog aria-labelledby="shortcuts-title">
            <header>
                <h2 id="shortcuts-title">"Keys"</h2>
                <button type="button" autofocus on:click=move |_| close_dialogs()>"Close"</button>
            </header>
            <div class="shortcut-tables">{tables.collect_view()}</div>
        </dialog>
    }
}

/// A key as it is written on keyboards.
fn shown(key: &str) -> String {
    if key == "+" {
        return key.to_owned();
    }
    let one = |key: &str| match key {
        "ArrowRight" => "→".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "PageDown" => "Page Down".to_owned(),
        "PageUp" => "Page Up".to_owned(),
        " " => "Space".to_owned(),
        key => key.to_uppercase().chars().take(1).chain(key.chars().skip(1)).collect(),
    };
    key.split('+').map(one).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::lanes::mark::act;
    use crate::slides::keys::{Focus, Held, command};

    #[test]
    fn keys_are_written_as_on_keyboards() {
        for (key, text) in [
            ("g", "G"),
            ("/", "/"),
            ("+", "+"),
            (" ", "Space"),
            ("PageDown", "Page Down"),
            ("Shift+ArrowLeft", "Shift + ←"),
            ("⌘+.", "⌘ + ."),
        ] {
            assert_eq!(shown(key), text);
        }
    }

    #[test]
    fn only_keys_that_exist_are_told() {
        let editor = include_str!("../js/src/editor.js");
        assert!(editor.contains("\"Shift-Enter\"") && editor.contains("\"Mod-.\"") && editor.contains("indentWithTab"));
        for key in LANES.iter().flat_map(|(keys, _)| *keys) {
            let (shift, key) = key.strip_prefix("Shift+").map_or((false, *key), |key| (true, key));
            assert!(act(key, shift).is_some(), "{key}");
        }
        for key in ["PageDown", "PageUp"] {
            assert!(command(key, Held::Nothing, Focus::Typing).is_some(), "{key}");
        }
        for situation in situations() {
            assert!(!situation.shortcuts.is_empty(), "{}", situation.name);
        }
    }
}
