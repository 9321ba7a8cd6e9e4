//! What was printed: each line with who printed it, the first and the last ones, and where all of them are.

mod ansi;
mod filter;
mod rows;
mod save;

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use shared::{Run, RunId, Stream};

use crate::each::each;
use crate::text::{count, thousands, worker_tag};
use ansi::Piece;
use filter::{Choices, Filter, Filters, choices};
use rows::{FLOOD_ROWS, Key, Row, rows, sign};
use save::{CopyButton, Saved};

/// How often the lines are shown at most.
const PAUSE_MILLIS: f64 = 100.0;
/// A reader this near to the end, in pixels, wants to stay at it.
const NEAR_THE_END: i32 = 24;
/// How many colours there are for workers.
const COLOURS: u32 = 8;

/// Whose lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum OfWhom {
    All,
    Some,
}

/// What the log shows, and how.
#[derive(Clone, Copy)]
struct Log {
    run: RwSignal<Option<Run>>,
    shown: RwSignal<Vec<Row>>,
    /// Of which run that is.
    of: RwSignal<RunId>,
    filter: RwSignal<Filter>,
    /// The end is followed: nobody has scrolled up.
    follows: RwSignal<bool>,
    /// There are newer lines than those that are shown.
    behind: RwSignal<bool>,
    element: NodeRef<Div>,
    /// Where it was scrolled to when that was last looked at, in pixels.
    top: StoredValue<i32>,
    scroll_is_due: StoredValue<bool>,
}

impl Log {
    fn new(run: RwSignal<Option<Run>>) -> Log {
        Log {
            run,
            shown: RwSignal::new(Vec::new()),
            of: RwSignal::new(RunId(0)),
            filter: RwSignal::new(Filter::default()),
            follows: RwSignal::new(true),
            behind: RwSignal::new(false),
            element: NodeRef::new(),
            top: StoredValue::new(0),
            scroll_is_due: StoredValue::new(false),
        }
    }

    /// Shows the lines as they are now, unless somebody reads others that would go away for them.
    fn show(self) {
        let Some(id) = self.run.try_with_untracked(|run| run.as_ref().map(|run| run.ticket.id)).flatten() else {
            return;
        };
        if self.of.get_untracked() != id {
            self.of.set(id);
            self.filter.set(Filter::default());
            self.follows.set(true);
        }
        let follows = self.follows.get_untracked();
        let filter = self.filter.get_untracked();
        let next = self.run.with_untracked(|run| {
            run.as_ref().and_then(|run| {
                let flood = run.laps.iter().any(|lap| lap.output.hidden() > 0);
                if flood && !follows {
                    return None;
                }
                let most = if run.is_over() { usize::MAX } else { FLOOD_ROWS };
                Some(rows(run, &filter, most))
            })
        });
        let Some(next) = next else { return self.behind.set(true) };
        self.behind.set(false);
        if self.shown.with_untracked(|shown| *shown == next) {
            return;
        }
        self.shown.set(next);
        if follows {
            self.scroll_to_the_end();
        }
    }

    fn scroll_to_the_end(self) {
        if self.scroll_is_due.get_value() {
            return;
        }
        self.scroll_is_due.set_value(true);
        request_animation_frame(move || {
            // The cell may be gone by now.
            let Some(Some(log)) = self.element.try_get_untracked() else { return };
            self.scroll_is_due.set_value(false);
            if self.follows.get_untracked() {
                log.set_scroll_top(log.scroll_height());
                self.top.set_value(log.scroll_top());
            }
        });
    }

    /// It was scrolled, by somebody or by itself: only who scrolls up no longer follows.
    fn scrolled(self) {
        let Some(log) = self.element.get_untracked() else { return };
        let (top, before) = (log.scroll_top(), self.top.get_value());
        self.top.set_value(top);
        if log.scroll_height() - top - log.client_height() <= NEAR_THE_END {
            self.follow();
        } else if top < before {
            self.follows.set(false);
        }
    }

    fn follow(self) {
        if !self.follows.get_untracked() {
            self.follows.set(true);
            self.show();
            self.scroll_to_the_end();
        }
    }

    /// What tells a row from others, as it is shown now.
    fn key(self, row: &Row) -> (Key, OfWhom) {
        (row.key(self.of.get_untracked()), self.of_whom())
    }

    fn of_whom(self) -> OfWhom {
        if self.filter.with_untracked(Filter::is_finer_than_laps) { OfWhom::Some } else { OfWhom::All }
    }

    /// Other lines were chosen: they are shown, whatever was read.
    fn chosen(self) {
        let follows = self.follows.get_untracked();
        self.follows.set(true);
        self.show();
        self.follows.set(follows);
    }
}

/// The log, which stays at its end unless it is scrolled up.
#[component]
pub fn OutputLog(run: RwSignal<Option<Run>>) -> impl IntoView {
    let log = Log::new(run);
    let last = StoredValue::new(0.0_f64);
    let due = StoredValue::new(false);
    let show = move || {
        // The cell may be gone by now.
        if due.try_set_value(false).is_none() {
            last.set_value(js_sys::Date::now());
            log.show();
        }
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
    Effect::new(move |before: Option<Filter>| {
        let filter = log.filter.get();
        if before.is_some_and(|before| before != filter) {
            log.chosen();
        }
        filter
    });
    // What there is to choose from is looked for when lines are shown, not at every event.
    let choices = Memo::new(move |_| {
        log.shown.track();
        log.of.track();
        run.with_untracked(|run| run.as_ref().map_or_else(Choices::default, choices))
    });
    let empty = move || choices.with(|choices| *choices == Choices::default());
    let away = move || !log.follows.get();
    let back = move || if log.behind.get() { "↓ There are newer lines: go to the end" } else { "↓ Go to the end" };
    view! {
        <section class="printed" class:empty=empty>
            <div class="printed-head">
                <h4>"Output"</h4>
                <Filters filter=log.filter choices/>
                <CopyButton text=move || log.shown.with_untracked(|shown| rows::text(shown))/>
            </div>
            <div
                class="output scroll"
                role="log"
                aria-label="Output"
                tabindex="0"
                node_ref=log.element
                on:scroll=move |_| log.scrolled()
            >
                {each(move || log.shown.get(), move |row| log.key(row), move |row| row_view(row, log.of_whom()))}
            </div>
            <button type="button" class="to-the-end" hidden=move || !away() on:click=move |_| log.follow()>{back}</button>
            <Saved run/>
        </section>
    }
}

fn row_view(row: Row, of_whom: OfWhom) -> AnyView {
    match row {
        Row::Lap { title, .. } => view! { <div class="lap-title">{title}</div> }.into_any(),
        Row::Hidden { count: hidden, .. } => {
            let hidden_lines = count(hidden, "line");
            let words = match of_whom {
                OfWhom::All => format!("{hidden_lines} hidden"),
                OfWhom::Some => {
                    format!("{hidden_lines} hidden, of all workers and streams: only lines that are kept are filtered")
                }
            };
            view! { <div class="hidden-lines" data-hidden=hidden.to_string() title=thousands(hidden)>{words}</div> }
                .into_any()
        }
        Row::Line { lap, mode, line } => {
            let worker = line.worker.map_or("none".to_owned(), |worker| worker.to_string());
            let colour =
                line.worker.map_or("worker".to_owned(), |worker| format!("worker worker-{}", worker % COLOURS));
            let stream = match line.stream {
                Stream::Stdout => "line",
                Stream::Stderr => "line stderr",
                Stream::Native => "line native",
            };
            let mut pieces = ansi::pieces(&line.text);
            let words = match pieces.as_mut_slice() {
                [Piece { text, style }] if *style == ansi::Style::default() => std::mem::take(text).into_any(),
                _ => pieces
                    .into_iter()
                    .map(|Piece { text, style }| view! { <span class=style.class()>{text}</span> })
                    .collect_view()
                    .into_any(),
            };
            view! {
                <div class=stream data-worker=worker data-lap=lap.to_string()>
                    <span class=colour>{worker_tag(mode, line.worker)}</span>
                    {sign(line.stream).map(|sign| view! { <span class="sign">{sign}</span> })}
                    <span class="words">{words}</span>
                </div>
            }
            .into_any()
        }
    }
}
