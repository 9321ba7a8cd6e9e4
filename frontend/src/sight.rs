//! What is brought into sight when Run is pressed.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{Run, RunId};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Lets the results of each new run be seen from the start; `root` is their cell.
pub fn keep_in_sight(root: HtmlElement, run: RwSignal<Option<Run>>) {
    let root = SendWrapper::new(root);
    let shown = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.ticket.id)));
    Effect::new(move |before: Option<Option<RunId>>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) && now.is_some() {
            let root = root.clone();
            // What the run has to show is there with the next frame.
            request_animation_frame(move || past_the_task(&root));
        }
        now
    });
}

/// In a box of their own they begin under the task.
fn past_the_task(root: &HtmlElement) {
    let find = |selector| root.query_selector(selector).ok().flatten()?.dyn_into::<HtmlElement>().ok();
    let (Some(shown), Some(outcome)) = (find(".shown"), find(".outcome")) else { return };
    let above = outcome.get_bounding_client_rect().top() - shown.get_bounding_client_rect().top();
    shown.set_scroll_top(shown.scroll_top() + above as i32);
}

/// On a page that scrolls: if they begin in the lower half of the window.
pub fn bring_into_view(root: &HtmlElement) {
    let find = |selector| root.query_selector(selector).ok().flatten();
    let (Some(toolbar), Some(columns)) = (find(".toolbar"), find(".columns")) else { return };
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if columns.get_bounding_client_rect().top() * 2.0 < height {
        return;
    }
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Start);
    let still =
        window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches());
    options.set_behavior(if still { web_sys::ScrollBehavior::Auto } else { web_sys::ScrollBehavior::Smooth });
    toolbar.scroll_into_view_with_scroll_into_view_options(&options);
}
