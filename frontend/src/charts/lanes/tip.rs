//! What is seen of the mark: a line, and what is told of the place beside it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::TOP;
use super::rows::LANE;
use super::stage::Stage;

/// The line at the mark.
#[component]
pub fn MarkLine(stage: Stage) -> impl IntoView {
    let corner = Memo::new(move |_| {
        let mark = stage.mark.get()?;
        stage.zoom.track();
        let share = stage.range().share(mark.moment);
        let top = stage.rows.with(|rows| rows.get(mark.row).map(|row| row.top))?;
        let x = stage.room.get().left + share * stage.width();
        (0.0..=1.0).contains(&share).then_some((x, top + TOP))
    });
    let pixels = move |of: fn((f64, f64)) -> f64| corner.get().map(|corner| format!("{}px", of(corner)));
    view! {
        <div
            class="mark-line"
            aria-hidden="true"
            hidden=move || corner.get().is_none()
            style:left=move || pixels(|(x, _)| x)
            style:top=move || pixels(|(_, y)| y)
            style:height=format!("{LANE}px")
        ></div>
    }
}

/// What is told, beside the mark; it stays inside of the window.
#[component]
pub fn Tip(stage: Stage, lines: Memo<Vec<String>>) -> impl IntoView {
    let corner = Memo::new(move |_| {
        let mark = stage.mark.get()?;
        stage.zoom.track();
        let edge = stage.place.get()?.get_bounding_client_rect();
        let top = stage.rows.with(|rows| rows.get(mark.row).map(|row| row.top))? + edge.top();
        let x = edge.left() + stage.room.get().left + stage.range().share(mark.moment) * stage.width();
        Some(Corner::beside(x, top, inner_size()))
    });
    let pixels = move |of: fn(Corner) -> Option<f64>| {
        corner.get().and_then(of).map_or_else(|| "auto".to_owned(), |pixels| format!("{pixels}px"))
    };
    let shown = move || lines.with(|lines| !lines.is_empty());
    let words = move || lines.get().into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    view! {
        <div
            class="lane-tip"
            aria-hidden="true"
            hidden=move || !shown()
            style:left=move || pixels(|corner| corner.left)
            style:right=move || pixels(|corner| corner.right)
            style:top=move || pixels(|corner| corner.top)
            style:bottom=move || pixels(|corner| corner.bottom)
        >
            {words}
        </div>
    }
}

/// The window's size, in pixels.
fn inner_size() -> (f64, f64) {
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|size| size.as_f64()).unwrap_or_default();
    (size(window().inner_width()), size(window().inner_height()))
}

/// Where a tip hangs, in pixels from the window's edges.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Corner {
    left: Option<f64>,
    right: Option<f64>,
    top: Option<f64>,
    bottom: Option<f64>,
}

impl Corner {
    /// Beside a moment and below its lane, or where there is more room.
    fn beside(x: f64, lane: f64, (wide, high): (f64, f64)) -> Corner {
        let mut corner = Corner::default();
        if x < wide / 2.0 {
            corner.left = Some(x.max(0.0) + 12.0);
        } else {
            corner.right = Some((wide - x).max(0.0) + 12.0);
        }
        if lane < high / 2.0 {
            corner.top = Some(lane + LANE + 6.0);
        } else {
            corner.bottom = Some(high - lane + 6.0);
        }
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_hangs_where_there_is_room() {
        let right = |left| (Some(left), None);
        for (x, lane, across, top) in [
            (100.0, 100.0, right(112.0), true),
            (1_000.0, 100.0, (None, Some(292.0)), true),
            (100.0, 600.0, right(112.0), false),
        ] {
            let corner = Corner::beside(x, lane, (1_280.0, 720.0));
            assert_eq!((corner.left, corner.right), across, "{x}");
            assert_eq!((corner.top.is_some(), corner.bottom.is_some()), (top, !top), "{lane}");
        }
    }
}
