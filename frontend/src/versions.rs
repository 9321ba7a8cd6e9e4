//! Earlier versions of a cell's text: a dialog with what changed since each, and a way back.

use leptos::html::Dialog;
use leptos::prelude::*;
use shared::{Occasion, Version, VersionKind};
use wasm_bindgen_futures::spawn_local;

use crate::changes::Changes;
use crate::editor::EditorHandle;
use crate::late::{Late, Part};
use crate::saving::Kept;
use crate::slides::stage::{close_dialogs, open_when_asked};

/// What is known of the versions.
#[derive(Debug, Clone, PartialEq)]
enum List {
    /// The runner was asked.
    Asked,
    /// The newest first.
    Told(Vec<Version>),
    /// Why they can't be had.
    Failed(String),
}

/// The version that is looked at.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Nothing,
    /// The runner was asked for its text.
    Asked(u64),
    Text(u64, String),
    Failed(u64, String),
}

impl Shown {
    fn at(&self) -> Option<u64> {
        match self {
            Shown::Nothing => None,
            Shown::Asked(at) | Shown::Text(at, _) | Shown::Failed(at, _) => Some(*at),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Shown::Text(_, text) => Some(text.clone()),
            Shown::Nothing | Shown::Asked(_) | Shown::Failed(..) => None,
        }
    }

    fn trouble(&self) -> Option<String> {
        match self {
            Shown::Failed(_, sentence) => Some(sentence.clone()),
            Shown::Nothing | Shown::Asked(_) | Shown::Text(..) => None,
        }
    }
}

/// The button beside Reset.
#[component]
pub fn VersionsButton(kept: Kept, editor: EditorHandle) -> impl IntoView {
    let asked = RwSignal::new(0_u32);
    let page = kept.page;
    let open = move |_| asked.update(|asked| *asked += 1);
    view! {
        <button type="button" aria-haspopup="dialog" title="Earlier texts of this cell" on:click=open>"Versions"</button>
        <Late
            part=Part::Versions(kept, editor, asked)
            what="the versions"
            wanted=Signal::derive(move || asked.get() > 0)
            page
        />
    }
}

/// The dialog; it opens each time it is asked for.
#[component]
pub fn VersionsDialog(kept: Kept, editor: EditorHandle, asked: RwSignal<u32>) -> impl IntoView {
    let Kept { draft, id, page } = kept;
    let dialog = NodeRef::<Dialog>::new();
    let list = RwSignal::new(List::Asked);
    let shown = RwSignal::new(Shown::Nothing);
    let id = StoredValue::new(id);
    let look_at = move |at: u64| {
        shown.set(Shown::Asked(at));
        spawn_local(async move {
            let answer = crate::app::get_json::<String>(&format!("/api/version/{}/{at}", id.get_value())).await;
            // Another one may have been chosen meanwhile.
            if shown.with_untracked(Shown::at) == Some(at) {
                shown.set(match answer {
                    Ok(text) => Shown::Text(at, text),
                    Err(error) => Shown::Failed(at, failure(&error)),
                });
            }
        });
    };
    let look = move || {
        // What there is now becomes a version before anything replaces it.
        draft.push(&id.get_value(), page);
        list.set(List::Asked);
        shown.set(Shown::Nothing);
        spawn_local(async move {
            match crate::app::get_json::<Vec<Version>>(&format!("/api/versions/{}", id.get_value())).await {
                Ok(versions) => {
                    if let Some(newest) = versions.first() {
                        look_at(newest.at);
                    }
                    list.set(List::Told(versions));
                }
                Err(error) => list.set(List::Failed(failure(&error))),
            }
        });
    };
    open_when_asked(asked, dialog, look);
    let restore = move |_| {
        if let Some(text) = shown.with_untracked(Shown::text) {
            draft.before(Occasion::Restored, &id.get_value(), page);
            editor.replace(&text);
            draft.push(&id.get_value(), page);
            close_dialogs();
        }
    };
    let text = Memo::new(move |_| shown.with(Shown::text));
    let useless =
        Memo::new(move |_| text.with(|text| text.as_ref().is_none_or(|text| draft.text.with(|now| now == text))));
    let title = StoredValue::new(format!("versions-of-{}", id.get_value()));
    view! {
        <dialog class="versions" node_ref=dialog aria-labelledby=title.get_value()>
            <header>
                <h2 id=title.get_value()>"Earlier versions"</h2>
                <button type="button" class="restore" disabled=useless on:click=restore>"Restore this version"</button>
                <button type="button" autofocus on:click=move |_| close_dialogs()>"Close"</button>
            </header>
            <p class="versions-state" role="status">{move || list.with(|list| said(list).to_owned())}</p>
            <div class="versions-body">
                <ul class="version-list">
                    {move || versions(&list.get()).into_iter().map(|version| view! { <Entry version shown look_at/> }).collect_view()}
                </ul>
                <div>
                    <p class="refusal" role="alert">{move || shown.with(Shown::trouble)}</p>
                    <Show when=move || text.with(Option::is_some)>
                        <Changes
                            before=Signal::derive(move || text.get().unwrap_or_default())
                            after=draft.text.into()
                            names=("in this version", "in the text now")
                        />
                    </Show>
                </div>
            </div>
        </dialog>
    }
}

#[component]
fn Entry(version: Version, shown: RwSignal<Shown>, look_at: impl Fn(u64) + 'static) -> impl IntoView {
    let Version { at, bytes, kind } = version;
    let is_shown = move || shown.with(Shown::at) == Some(at);
    let kind = match kind {
        VersionKind::Earlier => String::new(),
        kind => format!(", {}", kind.words()),
    };
    view! {
        <li>
            <button type="button" aria-pressed=move || is_shown().to_string() on:click=move |_| look_at(at)>
                <span class="version-time">{moment(at)}</span>
                <span class="version-kind">{format!("{}{kind}", shared::bytes(bytes))}</span>
            </button>
        </li>
    }
}

fn versions(list: &List) -> Vec<Version> {
    match list {
        List::Told(versions) => versions.clone(),
        List::Asked | List::Failed(_) => Vec::new(),
    }
}

fn said(list: &List) -> &str {
    match list {
        List::Asked => "Looking…",
        List::Failed(sentence) => sentence,
        List::Told(versions) if versions.is_empty() => {
            "There is none yet: one is kept when you go on typing, at most one a minute, and before every Reset."
        }
        List::Told(_) => "The last 20 are kept. Restoring one can be undone in the editor, and makes a version itself.",
    }
}

fn failure(error: &str) -> String {
    format!("The runner could not be asked ({error}). Close this, and open it again when it is back.")
}

/// When it was, as people of this place write it.
fn moment(micros: u64) -> String {
    let date = js_sys::Date::new(&(micros as f64 / 1000.0).into());
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "medium")] {
        // A plain object takes every property.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string("en-GB", &options).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_versions_says_when_there_will_be_one() {
        let version = Version { at: 1, bytes: 2, kind: VersionKind::Earlier };
        for (list, words) in [
            (List::Asked, "Looking"),
            (List::Told(vec![]), "none yet"),
            (List::Told(vec![version]), "last 20"),
            (List::Failed(failure("status 500")), "status 500"),
        ] {
            assert!(said(&list).contains(words), "{list:?}");
        }
    }

    #[test]
    fn only_a_text_that_has_come_can_be_restored() {
        for (shown, at, text) in [
            (Shown::Nothing, None, None),
            (Shown::Asked(1), Some(1), None),
            (Shown::Text(1, "a".into()), Some(1), Some("a".to_owned())),
            (Shown::Failed(1, "why".into()), Some(1), None),
        ] {
            assert_eq!((shown.at(), shown.text()), (at, text));
        }
    }
}
