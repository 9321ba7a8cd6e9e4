//! The editor: CodeMirror, wrapped.

use leptos::ev::KeyboardEvent;
use leptos::html::{Div, P};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::CellId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::marks::Marks;
use crate::undo;

#[wasm_bindgen(module = "/js/dist/editor.js")]
extern "C" {
    type Editor;

    #[wasm_bindgen(constructor)]
    fn new(
        parent: &HtmlElement,
        text: &str,
        past: &str,
        nonce: &str,
        label: &str,
        on_change: &Closure<dyn Fn()>,
        on_run: &Closure<dyn Fn()>,
        on_stop: &Closure<dyn Fn()>,
    ) -> Editor;

    #[wasm_bindgen(method, getter)]
    fn text(this: &Editor) -> String;

    #[wasm_bindgen(method, getter)]
    fn past(this: &Editor) -> String;

    #[wasm_bindgen(method)]
    fn replace(this: &Editor, text: &str);

    #[wasm_bindgen(method)]
    fn write(this: &Editor, line: u32, from: u32, to: u32, text: &str);

    #[wasm_bindgen(method)]
    fn mark(this: &Editor, raised: &[u32], callers: &[u32]);

    #[wasm_bindgen(method)]
    fn reveal(this: &Editor, line: u32);

    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &Editor, line: u32);

    #[wasm_bindgen(method)]
    fn destroy(this: &Editor);
}

struct Mounted {
    editor: Editor,
    /// The editor calls them as long as it lives.
    _calls: [Closure<dyn Fn()>; 3],
}

/// An editor that is perhaps mounted; copies are the same one.
#[derive(Clone, Copy)]
pub struct EditorHandle {
    mounted: StoredValue<Option<SendWrapper<Mounted>>>,
    is_there: RwSignal<bool>,
}

impl EditorHandle {
    /// Not mounted yet.
    pub fn new() -> EditorHandle {
        EditorHandle { mounted: StoredValue::new(None), is_there: RwSignal::new(false) }
    }

    /// Replaces all of the text, as one step that can be undone.
    pub fn replace(self, text: &str) {
        self.with(|editor| editor.replace(text));
    }

    /// The same for a text that came from elsewhere, which may be there already.
    pub fn bring(self, text: &str) {
        self.with(|editor| {
            if editor.text() != text {
                editor.replace(text);
            }
        });
    }

    /// Writes over a part of a line, from 1; from and to in UTF-16 units. Quick ones are undone together.
    pub fn write(self, line: u32, from: u32, to: u32, text: &str) {
        self.with(|editor| editor.write(line, from, to, text));
    }

    /// Whether it is mounted; who asks in an effect is told when it is.
    pub fn is_there(self) -> bool {
        self.is_there.get()
    }

    /// Marks these lines, and no others, until the text is edited.
    pub fn mark(self, marks: &Marks) {
        self.with(|editor| editor.mark(&marks.raised, &marks.callers));
    }

    /// Scrolls to a line, from 1.
    pub fn reveal(self, line: u32) {
        self.with(|editor| editor.reveal(line));
    }

    /// Puts the cursor into a line, from 1.
    pub fn go_to(self, line: u32) {
        self.with(|editor| editor.go_to(line));
    }

    fn with(self, act: impl FnOnce(&Editor)) {
        self.mounted.with_value(|mounted| {
            if let Some(mounted) = mounted {
                act(&mounted.editor);
            }
        });
    }
}

/// Shows the editor.
#[component]
pub fn EditorView(
    handle: EditorHandle,
    cell: CellId,
    text: String,
    label: String,
    on_change: impl Fn(String) + 'static,
    on_run: impl Fn() + 'static,
    on_stop: impl Fn() + 'static,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let calls = [
        Closure::<dyn Fn()>::new(move || {
            // Taken out of the handle first: what is told of a change may ask for another.
            let text = handle.mounted.with_value(|mounted| mounted.as_ref().map(|mounted| mounted.editor.text()));
            if let Some(text) = text {
                on_change(text);
            }
        }),
        Closure::<dyn Fn()>::new(on_run),
        Closure::<dyn Fn()>::new(on_stop),
    ];
    let mut waiting = Some((calls, text));
    let past = undo::kept(&cell);
    let leaving = window_event_listener_untyped("pagehide", move |_| {
        handle.with(|editor| undo::keep(&cell, &editor.past()));
    });
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let Some((calls, text)) = waiting.take() else { return };
        let [on_change, on_run, on_stop] = &calls;
        let editor = Editor::new(&place, &text, &past, &meta("virgil-nonce"), &label, on_change, on_run, on_stop);
        handle.mounted.set_value(Some(SendWrapper::new(Mounted { editor, _calls: calls })));
        handle.is_there.set(true);
    });
    on_cleanup(move || {
        leaving.remove();
        if let Some(mounted) = handle.mounted.try_update_value(Option::take).flatten() {
            mounted.editor.destroy();
        }
    });
    let behind = NodeRef::<P>::new();
    let leave = move |event: KeyboardEvent| {
        // What the editor has a use for it has taken: several cursors become one.
        if event.key() == "Escape"
            && !event.default_prevented()
            && let Some(behind) = behind.get_untracked()
        {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            // Then the editor keeps the focus: Escape and Tab still lead out of it.
            let _ = behind.focus_with_options(&options);
        }
    };
    view! {
        <div class="editor" node_ref=place on:keydown=leave></div>
        <p class="behind-editor" tabindex="-1" node_ref=behind>"Outside of the code: Tab goes on, arrow keys turn slides."</p>
    }
}

/// What the runner wrote into the page's head under this name.
pub fn meta(name: &str) -> String {
    let found = document().query_selector(&format!("meta[name={name}]")).ok().flatten();
    found.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}
