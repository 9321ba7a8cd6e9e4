//! What a service gave under load, in words.

use shared::{Contestant, Lap, LapPhase, LoadGroup, Run, load_gains, load_groups, per_second, slowdowns};

use super::counted;
use super::latency::in_words;
use crate::text::count;

/// What the picture shows; before there is anything in it, what is to come.
pub fn sentence(run: &Run) -> String {
    let groups = load_groups(run);
    // Of each mode the one with the most workers: the others are in the picture and in the table.
    let is_said =
        |who: Contestant| groups.iter().all(|other| other.who.mode != who.mode || other.who.workers <= who.workers);
    let done: Vec<String> = groups.iter().filter(|group| is_said(group.who)).map(of).collect();
    let done = (!done.is_empty()).then(|| format!("{}.", done.join("; ")));
    let gains = load_gains(&groups).into_iter().filter(|gain| is_said(gain.who)).map(|gain| gain.sentence());
    let beside = slowdowns(run).into_iter().filter(|slow| is_said(slow.who)).map(|slow| slow.sentence());
    let rounds = groups.iter().map(|group| group.rates.len()).max().unwrap_or_default();
    let rounds = (rounds > 1).then(|| {
        format!("Rates and times are the medians of {}; failures are those of all.", count(rounds as u64, "round"))
    });
    let said: Vec<String> = done
        .into_iter()
        .chain(run.laps.iter().filter_map(unfinished))
        .chain(gains)
        .chain(beside)
        .chain(rounds)
        .collect();
    if said.is_empty() { nothing(run).to_owned() } else { said.join(" ") }
}

/// `threads × 2: 512 answers a second, half of them within 15.6 ms (p50), 99 % within 31.0 ms (p99), 12 failed`.
fn of(group: &LoadGroup) -> String {
    let within = |share: &str, time: Option<f64>, name: &str| {
        time.map(|time| format!(", {share} within {} ({name})", in_words(time))).unwrap_or_default()
    };
    let failed = if group.failed > 0 { format!(", {} failed", group.failed) } else { String::new() };
    format!(
        "{}: {} answers a second{}{}{failed}",
        group.who.short(),
        per_second(group.rate()),
        within("half of them", group.p50, "p50"),
        within("99 %", group.p99, "p99"),
    )
}

/// What is to say of a load under way, or of one that was ended before its time.
fn unfinished(lap: &Lap) -> Option<String> {
    let load = lap.load.as_ref().filter(|load| load.report.is_none())?;
    let who = Contestant::from(lap).short();
    let warm_up = if lap.is_warm_up() { " in a round that counts in no figure" } else { "" };
    Some(match lap.phase {
        LapPhase::Ended(_) => format!("{who}: the load did not come to its end{warm_up}, so it has no figures."),
        _ => format!("{who}, so far{warm_up}: {}.", load.now()),
    })
}

/// Why nothing is drawn yet.
fn nothing(run: &Run) -> &'static str {
    let warmed_up = run.laps.iter().any(|lap| lap.load.is_some());
    match run.is_over() {
        false if warmed_up && counted(run).next().is_some() => "Lines appear with the first round that counts.",
        false => {
            "As soon as the service answers it is put under load: then lines appear here, of how many answers a second \
             it gives in each mode, and under them how long these took."
        }
        true if warmed_up => "Nothing was put under load but rounds that count in no figure: run it again.",
        true => "Nothing was put under load, so nothing is known of its answers: run it again.",
    }
}
