//! How long ago Run was pressed, as long as the run goes on.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use shared::{Run, RunId};

/// How often it is shown anew at least: every time costs a frame, and what else is shown has frames of its own.
const TICK: Duration = Duration::from_secs(1);

/// How long a run has been going on at a moment, in milliseconds since 1970; its name says when it was accepted.
fn since(run: RunId, now: f64) -> f64 {
    (now - run.0 as f64 / 1e3).max(0.0)
}

/// As people read a clock that runs: `0.3 s`, `12.0 s`, `2 min 05 s`.
fn clock(millis: f64) -> String {
    let seconds = millis / 1e3;
    if seconds < 60.0 {
        // Not rounded up: `60.0 s` would come before `1 min`.
        return format!("{:.1} s", (seconds * 10.0).floor() / 10.0);
    }
    let whole = seconds as u64;
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// `12.3 s since Run`; nothing when no run goes on. It is no live region: it would never be silent.
#[component]
pub fn Elapsed(run: RwSignal<Option<Run>>) -> impl IntoView {
    let going = Memo::new(move |_| run.with(|run| run.as_ref().filter(|run| !run.is_over()).map(|run| run.ticket.id)));
    let now = RwSignal::new(js_sys::Date::now());
    let ticking = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = ticking.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        run.track();
        let _ = now.try_set(js_sys::Date::now());
    });
    Effect::new(move |_| {
        stop();
        if going.get().is_some() {
            let tick = move || {
                // The cell may be gone by now.
                let _ = now.try_set(js_sys::Date::now());
            };
            // Without a timer the time stands still, and nothing else is lost.
            ticking.set_value(set_interval_with_handle(tick, TICK).ok());
        }
    });
    on_cleanup(stop);
    let words = move || going.get().map(|run| format!("{} since Run", clock(since(run, now.get()))));
    view! { <span class="elapsed">{words}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_s_name_says_when_it_began() {
        let run = RunId(1_795_000_000_000_000);
        assert_eq!(since(run, 1_795_000_001_500.0), 1_500.0);
        // A clock that was set back.
        assert_eq!(since(run, 1_794_999_999_000.0), 0.0);
    }

    #[test]
    fn the_clock_is_never_ahead() {
        for (millis, text) in [
            (0.0, "0.0 s"),
            (1_290.0, "1.2 s"),
            (59_990.0, "59.9 s"),
            (60_000.0, "1 min 00 s"),
            (125_900.0, "2 min 05 s"),
        ] {
            assert_eq!(clock(millis), text);
        }
    }
}
