//! What is before the slide: nothing to be seen, as the presenter wants; and the pointer.

use leptos::prelude::*;

use super::Role;
use super::pointer::Dot;
use crate::page::Page;

/// The curtain and the pointer; in the presenter's window a line that says that the room sees nothing.
#[component]
pub fn Curtain(page: Page) -> impl IntoView {
    let presenting = page.presenting;
    let is_blank = Memo::new(move |_| presenting.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.blank)));
    let for_room = move || is_blank.get() && presenting.role.get() == Role::Room;
    let for_presenter = move || is_blank.get() && presenting.role.get() == Role::Presenter;
    view! {
        <div class="curtain" hidden=move || !for_room()>
            <p class="unseen" role="status">{move || for_room().then_some("The presenter shows nothing now.")}</p>
        </div>
        <p class="notice curtain-drawn" role="status" hidden=move || !for_presenter()>
            {move || for_presenter().then_some("The room sees nothing. B shows the slide again.")}
        </p>
        <Dot page/>
    }
}
