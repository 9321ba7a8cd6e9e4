//! Two texts of one cell: unsaved edits here, and a file that was changed elsewhere. People choose; both are kept.

use leptos::prelude::*;

use super::{Kept, Save};
use crate::changes::Changes;

/// The choice; nothing while there is none to make.
#[component]
pub fn ConflictView(kept: Kept) -> impl IntoView {
    let Kept { draft, id, page } = kept;
    let disk = Memo::new(move |_| match draft.save.get() {
        Save::Conflict { disk } => Some(disk),
        Save::Saved | Save::Saving | Save::NotSaved(_) => None,
    });
    let file = format!("{id}.py");
    let id = StoredValue::new(id);
    let mine = move |_| {
        if let Some(disk) = disk.get_untracked() {
            draft.choose_page(&id.get_value(), &disk, page);
        }
    };
    let theirs = move |_| {
        if let Some(disk) = disk.get_untracked() {
            draft.choose_disk(&id.get_value(), disk, page);
        }
    };
    let file = StoredValue::new(file);
    view! {
        <Show when=move || disk.with(Option::is_some)>
            <section class="conflict" role="group" aria-label="Two texts: choose one">
                <p role="alert">
                    <b><code>{file.get_value()}</code>" was changed elsewhere while you had unsaved edits."</b>
                    " Which text do you want to go on with? Nothing is lost: both are kept under Versions."
                </p>
                <div class="buttons">
                    <button type="button" on:click=mine>"Keep my edits"</button>
                    <button type="button" on:click=theirs>"Take the file"</button>
                </div>
                <Changes
                    before=Signal::derive(move || disk.get().unwrap_or_default())
                    after=draft.text.into()
                    names=("in the file", "in your edits")
                />
            </section>
        </Show>
    }
}
