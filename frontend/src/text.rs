//! Words and numbers as people read them.

use leptos::prelude::*;
use shared::{Bounds, Lap, Mode, Round, Run, SpeedUp};

/// A sentence with what stands between backticks as code.
pub fn with_code(sentence: &str) -> impl IntoView + use<> {
    let parts = sentence.split('`').map(str::to_owned).enumerate();
    let views = parts.map(|(place, part)| match place % 2 {
        0 => part.into_any(),
        _ => view! { <code>{part}</code> }.into_any(),
    });
    views.collect_view()
}

/// How many times as fast: `1.9`, `0.97`; two digits below 1, where they matter.
pub fn times(ratio: f64) -> String {
    if ratio < 0.995 { format!("{ratio:.2}") } else { format!("{ratio:.1}") }
}

/// A speed-up with its spread: `1.93 times (1.88 to 1.97)`; of one measurement `1.9 times`.
pub fn spread(point: &SpeedUp) -> String {
    match point.spread() {
        Some(Bounds { low, high }) => format!("{:.2} times ({low:.2} to {high:.2})", point.ratio),
        None => format!("{} times", times(point.ratio)),
    }
}

/// With separators: `48,210`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 task`, `12 tasks`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A lap in a sentence: `Threads with 2 workers`; the count is left out where it says nothing.
pub fn lap_title(lap: &Lap) -> String {
    let mode = lap.plan.mode;
    if mode.is_parallel() {
        format!("{} with {}", mode.title(), count(u64::from(lap.plan.workers), "worker"))
    } else {
        mode.title().to_owned()
    }
}

/// In which round a lap was, where there are several: `, warm-up`, `, round 2`.
pub fn round(run: &Run, lap: &Lap) -> String {
    let several = run.laps.iter().any(|other| other.plan.round != lap.plan.round);
    match lap.plan.round {
        Round::WarmUp(_) => ", warm-up".to_owned(),
        Round::Measured(round) if several => format!(", round {}", round + 1),
        Round::Measured(_) => String::new(),
    }
}

/// The same where there is little room: `Threads × 2`.
pub fn lap_name(lap: &Lap) -> String {
    let mode = lap.plan.mode;
    if mode.is_parallel() { format!("{} × {}", mode.title(), lap.plan.workers) } else { mode.title().to_owned() }
}

/// A mode's name on an axis.
pub fn short(mode: Mode) -> &'static str {
    match mode {
        Mode::Sequential => "sequential",
        Mode::Subinterpreters => "subinterp.",
        Mode::InterpreterPool => "interp. pool",
        Mode::ProcessPoolForkserver => "forkserver",
        Mode::ProcessPoolSpawn => "spawn",
        _ => mode.slug(),
    }
}

/// Whether the run compares several worker counts of a mode.
pub fn compares_counts(run: &Run) -> bool {
    let mut counts =
        run.laps.iter().map(|lap| lap.plan).filter(|plan| plan.mode.is_parallel()).map(|plan| plan.workers);
    counts.next().is_some_and(|first| counts.any(|other| other != first))
}

/// What a worker's line of output is tagged with: `thread 1`.
pub fn worker_tag(mode: Mode, worker: Option<u32>) -> String {
    match worker {
        Some(worker) if mode.is_parallel() => format!("{} {worker}", mode.worker_name()),
        Some(_) => mode.worker_name().to_owned(),
        None => "shared".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (48_210, "48,210"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn ratios_below_one_are_given_more_exactly() {
        for (ratio, text) in [(0.968, "0.97"), (1.0, "1.0"), (0.999, "1.0"), (1.94, "1.9"), (3.96, "4.0")] {
            assert_eq!(times(ratio), text);
        }
    }
}
