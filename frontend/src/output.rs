//! What was printed: each line with who printed it, the first and the last ones, and the count of those between.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use shared::{Line, Mode, Run, RunId, Stream};

use crate::text::{lap_title, thousands, worker_tag};

/// How often the lines are shown at most.
const PAUSE_MILLIS: f64 = 100.0;
/// A reader this near to the end, in pixels, wants to stay at it.
const NEAR_THE_END: i32 = 24;
/// How many colours there are for workers.
const COLOURS: u32 = 8;

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// What follows was printed in this lap.
    Lap { lap: usize, title: String },
    /// A line.
    Line { lap: usize, mode: Mode, line: Line },
    /// Lines that are not kept.
    Hidden { lap: usize, count: u64 },
}

/// What tells a row from others; a line that grows is another row.
type Key = (RunId, usize, u64, usize);

impl Row {
    fn key(&self, run: RunId) -> Key {
        match self {
            Row::Lap { lap, .. } => (run, *lap, u64::MAX, 0),
            Row::Line { lap, line, .. } => (run, *lap, line.number, line.text.len()),
            Row::Hidden { lap, count } => (run, *lap, u64::MAX - 1, *count as usize),
        }
    }
}

/// The rows of a run's log.
fn rows(run: &Run) -> Vec<Row> {
    let mut rows = Vec::new();
    let several = run.laps.iter().filter(|lap| lap.output.count() > 0).count() > 1;
    for (number, lap) in run.laps.iter().enumerate().filter(|(_, lap)| lap.output.count() > 0) {
        if several {
            rows.push(Row::Lap { lap: number, title: lap_title(lap) });
        }
        let row = |line: &Line| Row::Line { lap: number, mode: lap.plan.mode, line: line.clone() };
        rows.extend(lap.output.head().iter().map(row));
        if lap.output.hidden() > 0 {
            rows.push(Row::Hidden { lap: number, count: lap.output.hidden() });
        }
        rows.extend(lap.output.tail().map(row));
    }
    rows
}

/// The log, which stays at its end unless it is scrolled up.
#[component]
pub fn OutputLog(run: RwSignal<Option<Run>>) -> impl IntoView {
    let shown = RwSignal::new(Vec::<Row>::new());
    let of = StoredValue::new(RunId(0));
    let log = NodeRef::<Div>::new();
    let scroll_is_due = StoredValue::new(false);
    let last = StoredValue::new(0.0_f64);
    let due = StoredValue::new(false);
    let show = move || {
        due.set_value(false);
        last.set_value(js_sys::Date::now());
        let latest = run.try_with_untracked(|run| run.as_ref().map(|run| (run.ticket.id, rows(run))));
        let Some(Some((id, next))) = latest else { return };
        if of.get_value() == id && shown.with_untracked(|shown| *shown == next) {
            return;
        }
        let is_at_the_end = log.get_untracked().is_none_or(|log| is_at_the_end(&log));
        of.set_value(id);
        shown.set(next);
        if scroll_is_due.get_value() || !is_at_the_end {
            return;
        }
        scroll_is_due.set_value(true);
        request_animation_frame(move || {
            // The cell may be gone by now.
            let Some(Some(log)) = log.try_get_untracked() else { return };
            scroll_is_due.set_value(false);
            log.set_scroll_top(log.scroll_height());
        });
    };
    Effect::new(move |_| {
        let is_over = run.with(|run| run.as_ref().is_none_or(Run::is_over));
        let wait = last.get_value() + PAUSE_MILLIS - js_sys::Date::now();
        // Who sees that a run is over sees all that it printed.
        if is_over || wait <= 0.0 {
            show();
        } else if !due.get_value() {
            due.set_value(true);
            set_timeout(show, Duration::from_millis(wait.ceil() as u64));
        }
    });
    view! {
        <section class="printed" class:empty=move || shown.with(Vec::is_empty)>
            <h4>"Output"</h4>
            <div class="output scroll" role="log" aria-label="Output" tabindex="0" node_ref=log>
                <For each=move || shown.get() key=move |row| row.key(of.get_value()) let:row>
                    {row_view(row)}
                </For>
            </div>
        </section>
    }
}

fn is_at_the_end(log: &web_sys::HtmlDivElement) -> bool {
    log.scroll_height() - log.scroll_top() - log.client_height() <= NEAR_THE_END
}

fn row_view(row: Row) -> AnyView {
    match row {
        Row::Lap { title, .. } => view! { <div class="lap-title">{title}</div> }.into_any(),
        Row::Hidden { count, .. } => {
            let words =
                if count == 1 { "1 line hidden".to_owned() } else { format!("{} lines hidden", thousands(count)) };
            view! { <div class="hidden-lines" data-hidden=count.to_string()>{words}</div> }.into_any()
        }
        Row::Line { lap, mode, line } => {
            let worker = line.worker.map_or("none".to_owned(), |worker| worker.to_string());
            let colour =
                line.worker.map_or("worker".to_owned(), |worker| format!("worker worker-{}", worker % COLOURS));
            let (stream, sign) = match line.stream {
                Stream::Stdout => ("line", None),
                Stream::Stderr => ("line stderr", Some("err")),
                Stream::Native => ("line native", Some("native")),
            };
            view! {
                <div class=stream data-worker=worker data-lap=lap.to_string()>
                    <span class=colour>{worker_tag(mode, line.worker)}</span>
                    {sign.map(|sign| view! { <span class="sign">{sign}</span> })}
                    <span class="words">{line.text}</span>
                </div>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::LapEvent;

    fn print(run: &mut Run, lap: u32, text: &str) {
        let event = LapEvent::Output { worker: Some(1), task: None, stream: Stream::Stdout, text: text.into() };
        sample::in_lap(run, lap, event);
    }

    #[test]
    fn laps_are_named_only_where_there_are_several() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        print(&mut run, 0, "one\n");
        assert_eq!(rows(&run).len(), 1);
        sample::begin(&mut run, 1, 1);
        print(&mut run, 1, "two\n");
        let rows = rows(&run);
        assert_eq!(rows.len(), 4);
        assert!(matches!(&rows[2], Row::Lap { title, .. } if title == "Threads with 2 workers"));
    }

    #[test]
    fn a_flood_is_a_few_rows_with_distinct_keys() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        for number in 0..50_000 {
            print(&mut run, 0, &format!("{number}\n"));
        }
        let rows = rows(&run);
        assert_eq!(rows.len(), 501);
        assert!(rows.contains(&Row::Hidden { lap: 0, count: 49_500 }));
        let keys: std::collections::BTreeSet<Key> = rows.iter().map(|row| row.key(RunId(1))).collect();
        assert_eq!(keys.len(), rows.len());
    }
}
