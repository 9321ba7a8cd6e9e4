//! The view of the lanes: it draws them, with what zooms and what tells.

use leptos::html::Div;
use leptos::prelude::*;
use shared::{Nanos, Run, RunId};

use super::legend::Legend;
use super::mark::{Hand, Mark, told};
use super::stage::Stage;
use super::sums::RunSums;
use super::tip::{MarkLine, Tip};
use super::{Room, Sight, Tally, draw, spans, whole, words};
use crate::charts::drawing::{Drawing, palette};
use crate::charts::plate::{renew, unique};
use crate::pace::is_measured;
use crate::page::Page;
use crate::text::thousands;

/// The lanes of the cell's latest run.
#[component]
pub fn Lanes(
    run: RwSignal<Option<Run>>,
    page: Page,
    /// So far the clock goes at least, so that several runs have the same.
    #[prop(optional)]
    until: Nanos,
    /// What stands beside the title.
    #[prop(optional)]
    tools: Option<AnyView>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let drawing = Drawing::at(place);
    let stage = Stage {
        run,
        until,
        place,
        zoom: RwSignal::new(None),
        mark: RwSignal::new(None),
        sums: StoredValue::new(RunSums::default()),
        rows: RwSignal::new(Vec::new()),
        room: RwSignal::new(Room::of(&palette())),
        pointers: StoredValue::new(Vec::new()),
    };
    let drawn = RwSignal::new(0_usize);
    let height = RwSignal::new(0.0_f64);
    let tally = RwSignal::new(Tally::default());
    let caption = RwSignal::new(String::new());
    let resized = RwSignal::new(0_u32);
    Effect::new(move |before: Option<Option<RunId>>| {
        page.look.track();
        resized.track();
        let palette = palette();
        let zoom = stage.zoom.get();
        run.with(|run| {
            let run = run.as_ref()?;
            let id = Some(run.ticket.id);
            renew(drawn, spans(run));
            if is_measured(run) && !drawing.is_seen() && before.flatten() == id {
                return id;
            }
            if before.flatten() != id && before.is_some() {
                stage.zoom.set(None);
                stage.mark.set(None);
            }
            let room = Room::of(&palette);
            renew(stage.room, room);
            stage.sums.update_value(|sums| sums.take(run));
            let range = zoom.unwrap_or_else(|| whole(run, until));
            let sight = Sight { range, columns: stage.width() as usize, room };
            let sketch = stage.sums.with_value(|sums| draw(run, sums, sight, &palette));
            renew(height, sketch.height);
            renew(stage.rows, sketch.rows);
            renew(tally, sketch.tally);
            renew(caption, words::sentence(run));
            drawing.show(sketch.chart);
            id
        })
    });
    let is_whole = move || stage.zoom.with(Option::is_none);
    let shown = move || {
        let range = stage.zoom.get()?;
        let millis = |moment: Nanos| {
            if range.length().millis() < 10.0 {
                format!("{:.2}", moment.millis())
            } else {
                thousands(moment.millis() as u64)
            }
        };
        Some(format!("{} to {} ms", millis(range.start), millis(range.end)))
    };
    let lines = Memo::new(move |_| {
        let Some(mark) = stage.mark.get() else { return Vec::new() };
        stage.zoom.track();
        run.with(|run| {
            let Some(run) = run else { return Vec::new() };
            let (range, columns) = (stage.range(), stage.width() as usize);
            stage.rows.with(|rows| stage.sums.with_value(|sums| told(run, sums, rows, mark, range, columns)))
        })
    });
    let aloud = move || match stage.mark.get() {
        Some(Mark { by: Hand::Keys, .. }) => lines.get().join(" "),
        _ => String::new(),
    };
    let over = Memo::new(move |_| run.with(|run| run.as_ref().is_none_or(Run::is_over)));
    let in_words = Memo::new(move |_| {
        // Not while it grows: nobody could read it.
        let is_over = over.get();
        let lanes = |run: &Option<Run>| run.as_ref().map(words::lanes).unwrap_or_default();
        if is_over { run.with(lanes) } else { run.with_untracked(lanes) }
    });
    let sentence = unique("sentence");
    view! {
        <figure
            class="chart lanes"
            data-chart="lanes"
            data-spans=move || drawn.get().to_string()
            data-states=move || tally.with(|tally| tally.states.join(" "))
            data-keys=move || tally.with(|tally| tally.keys.join(" "))
            data-zoom=move || stage.zoom.get().map(|range| format!("{}-{}", range.start.0, range.end.0))
        >
            <div class="chart-head">
                <h4>"Who worked when"</h4>
                <div class="zoom" role="group" aria-label="Zoom the lanes">
                    <span class="shown" role="status">{shown}</span>
                    <button type="button" aria-label="Zoom in" title="Zoom in: + in the lanes, or Ctrl and the wheel" on:click=move |_| stage.zoom_by(0.5, stage.middle())>"+"</button>
                    <button type="button" aria-label="Zoom out" title="Zoom out: −" aria-disabled=move || is_whole().to_string() on:click=move |_| stage.zoom_by(2.0, stage.middle())>"−"</button>
                    <button type="button" aria-label="Show all" title="Show all: 0" aria-disabled=move || is_whole().to_string() on:click=move |_| stage.zoom.set(None)>"All"</button>
                </div>
                {tools}
            </div>
            <div class="scroll canvas-box">
                <div
                    class="canvas"
                    class:zoomed=move || !is_whole()
                    tabindex="0"
                    role="application"
                    aria-label="Lanes: arrow keys point at a moment and a worker, plus and minus zoom, Shift with an arrow moves, 0 shows all"
                    aria-describedby=sentence.clone()
                    node_ref=place
                    style:height=move || format!("{}px", height.get())
                    on:keydown=move |event| stage.key(&event)
                    on:wheel=move |event| stage.wheel(&event)
                    on:pointerdown=move |event| stage.down(&event)
                    on:pointermove=move |event| stage.moved(&event)
                    on:pointerup=move |event| stage.up(&event)
                    on:pointercancel=move |event| stage.up(&event)
                    on:pointerleave=move |event| stage.leave(&event)
                    on:dblclick=move |event| {
                        let (share, _) = stage.position(f64::from(event.client_x()), 0.0);
                        stage.zoom_by(0.25, stage.range().at(share));
                    }
                    on:resize=move |_| resized.update(|resized| *resized += 1)
                ></div>
                <MarkLine stage/>
            </div>
            <Tip stage lines/>
            <p class="unseen" role="status">{aloud}</p>
            <Show when=move || drawing.has_failed()>
                <p class="refusal">"The charts could not be loaded: reload the page. The table has the same numbers."</p>
            </Show>
            <Legend/>
            <figcaption id=sentence>{caption}</figcaption>
            <ul class="unseen" aria-label="The lanes in words">
                {move || in_words.get().into_iter().map(|lane| view! { <li>{lane}</li> }).collect_view()}
            </ul>
        </figure>
    }
}
