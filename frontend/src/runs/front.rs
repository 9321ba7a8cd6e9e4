//! A view in front of everything else on the page.

use leptos::html::Dialog;
use leptos::prelude::*;

/// For the dialog that holds it: it is shown as soon as it is there.
pub fn in_front() -> NodeRef<Dialog> {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // A browser that can't show it in front has shown it already.
            let _ = dialog.show_modal();
        }
    });
    dialog
}

/// Closes it, which gives the focus back to where it was.
pub fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
