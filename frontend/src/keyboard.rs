//! What a key press asks for: the table of keys, asked with what has the focus and which other keys are held.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::slides::keys::{Command, Focus, Held, command};

/// What is typed into: it needs all keys.
const TYPED_INTO: &str =
    "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, dialog, [contenteditable], .cm-editor";
/// What is scrolled or moved in by keys.
const MOVED_IN: &str = "input, .output, .scroll";

/// What a key press asks for, unless something has taken it before.
pub fn asked(event: &KeyboardEvent) -> Option<Command> {
    if event.default_prevented() { None } else { command(&event.key(), held(event), focus(event)) }
}

/// What needs keys for itself where the press comes from.
fn focus(event: &KeyboardEvent) -> Focus {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let within = |selector| target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|it| it.is_some()));
    // What is in front of everything has the keys, wherever the focus is.
    let covered = document().query_selector("dialog[open]").is_ok_and(|found| found.is_some());
    match () {
        () if covered || within(TYPED_INTO) => Focus::Typing,
        () if within(MOVED_IN) => Focus::Arrows,
        () => Focus::Free,
    }
}

/// Which other keys are held.
pub fn held(event: &KeyboardEvent) -> Held {
    match (event.alt_key() || event.ctrl_key() || event.meta_key() || event.is_composing(), event.shift_key()) {
        (true, _) => Held::More,
        (false, true) => Held::Shift,
        (false, false) => Held::Nothing,
    }
}
