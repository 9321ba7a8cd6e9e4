//! What the presenter points at: sent from the presenter's window, shown in the others.

use leptos::ev;
use leptos::prelude::*;
use shared::{ClientMessage, Cue, Pointer};
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

use crate::page::Page;

/// The least pause between two places, in milliseconds: what a film has.
const PAUSE: f64 = 40.0;
/// The whole width.
const WHOLE: f64 = 10_000.0;

/// A point of the window within a slide; none outside of it.
pub fn within((left, top, width, height): (f64, f64, f64, f64), (x, y): (f64, f64)) -> Option<Pointer> {
    let (x, y) = (x - left, y - top);
    let inside = width > 0.0 && (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
    let share = |length: f64| (length / width * WHOLE).round().clamp(0.0, f64::from(u16::MAX)) as u16;
    inside.then(|| Pointer { x: share(x), y: share(y) })
}

/// Where it is to be shown, from the slide's corner, in pixels.
pub fn place(pointer: Pointer, width: f64) -> (f64, f64) {
    let length = |share: u16| f64::from(share) / WHOLE * width;
    (length(pointer.x), length(pointer.y))
}

fn shown() -> Option<(Element, DomRect)> {
    let slide = document().query_selector("#deck > .slide:not([hidden])").ok()??;
    let bounds = slide.get_bounding_client_rect();
    Some((slide, bounds))
}

/// Sends where the mouse is as long as `points`.
pub fn follow_mouse(points: RwSignal<bool>, page: Page) {
    let sent = StoredValue::new(0.0);
    let handle = window_event_listener(ev::pointermove, move |event| {
        let now = event.time_stamp();
        if !points.get_untracked() || now - sent.get_value() < PAUSE {
            return;
        }
        sent.set_value(now);
        let Some((_, bounds)) = shown() else { return };
        let bounds = (bounds.left(), bounds.top(), bounds.width(), bounds.height());
        let pointer = within(bounds, (f64::from(event.client_x()), f64::from(event.client_y())));
        // What isn't sent is only a place that was left again.
        page.send(&ClientMessage::Cue(Cue::Point(pointer)));
    });
    on_cleanup(move || handle.remove());
    Effect::new(move |before: Option<bool>| {
        if before == Some(true) && !points.get() {
            page.send(&ClientMessage::Cue(Cue::Point(None)));
        }
        points.get()
    });
}

/// What is pointed at, in the windows of the talk.
#[component]
pub fn Dot(page: Page) -> impl IntoView {
    let dot = NodeRef::<leptos::html::Div>::new();
    let pointer = Memo::new(move |_| {
        page.presenting
            .talk
            .with(|talk| talk.as_ref().and_then(|talk| talk.pointer))
            .filter(|_| page.presenting.takes_part())
    });
    Effect::new(move |_| {
        let (Some(dot), Some(pointer), Some((_, bounds))) = (dot.get(), pointer.get(), shown()) else { return };
        let (x, y) = place(pointer, bounds.width());
        let style = dot.unchecked_ref::<HtmlElement>().style();
        // A dot that can't be placed points where it did.
        let _ = style.set_property("left", &format!("{}px", bounds.left() + x));
        let _ = style.set_property("top", &format!("{}px", bounds.top() + y));
    });
    view! { <div class="pointer" node_ref=dot aria-hidden="true" hidden=move || pointer.get().is_none()></div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_at_the_same_word_in_a_window_of_another_size() {
        let slide = (40.0, 60.0, 1_000.0, 500.0);
        for (point, expected) in [
            ((40.0, 60.0), Some((0, 0))),
            ((540.0, 310.0), Some((5_000, 2_500))),
            ((1_040.0, 560.0), Some((10_000, 5_000))),
            ((39.0, 100.0), None),
            ((100.0, 561.0), None),
        ] {
            let found = within(slide, point);
            assert_eq!(found.map(|pointer| (pointer.x, pointer.y)), expected, "{point:?}");
            if let Some(pointer) = found {
                assert_eq!(place(pointer, 2_000.0), ((point.0 - 40.0) * 2.0, (point.1 - 60.0) * 2.0));
            }
        }
        assert_eq!(within((0.0, 0.0, 0.0, 0.0), (0.0, 0.0)), None, "a slide that isn't there");
    }
}
