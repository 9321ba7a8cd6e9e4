//! The tables of a service under load: a line for each lap, and what the modes come to.

use shared::{
    Contestant, Lap, LoadGain, LoadGroup, LoadTrack, Nanos, Pace, Run, Slowdown, duration, load_gains, load_groups,
    per_second, slowdowns,
};

use super::table::{NOTHING, Table, ending, has_rounds, left, mode_column, right};

/// Whether the source turned out to be a service.
pub fn is_service(run: &Run) -> bool {
    run.laps.iter().any(Lap::is_served)
}

/// That of the laps, with a column for rounds and one for builds where there are several.
pub fn table(run: &Run, builds: usize, width: Option<usize>) -> Table {
    let mut columns = vec![mode_column(run), right("workers", 7)];
    columns.extend(has_rounds(run).then(|| right("round", 7)));
    columns.extend((builds > 1).then(|| left("build", 24)));
    columns.extend([right("answers/s", 9), right("p50", 8), right("p99", 8), right("failed", 7), left("ending", 0)]);
    Table::new(columns, width)
}

/// What stands in the line of a lap that has ended, served by the build of this title.
pub fn cells(run: &Run, lap: &Lap, build: &str, builds: usize) -> Vec<String> {
    let last = run.laps.iter().map(|lap| lap.plan.round.number()).max().unwrap_or_default();
    let mut cells = vec![lap.plan.mode.slug().to_owned(), lap.plan.workers.to_string()];
    cells.extend(has_rounds(run).then(|| format!("{}/{}", lap.plan.round.number() + 1, last + 1)));
    cells.extend((builds > 1).then(|| build.to_owned()));
    let report = lap.load_report();
    let at = |time: Option<Nanos>| time.map_or(NOTHING.to_owned(), duration);
    let latencies = report.and_then(|report| report.latencies);
    cells.extend([
        report.map_or(NOTHING.to_owned(), |report| per_second(report.throughput())),
        at(latencies.map(|all| all.p50)),
        at(latencies.map(|all| all.p99)),
        report.map_or(NOTHING.to_owned(), |report| report.failed().to_string()),
        ending(lap),
    ]);
    cells
}

/// What a lap is at.
pub fn now(lap: &Lap) -> String {
    lap.load.as_ref().map_or_else(|| "starting".into(), LoadTrack::now)
}

/// What there is to say when the run is over.
pub fn remarks(run: &Run) -> Vec<String> {
    let groups = load_groups(run);
    let mut remarks: Vec<String> = load_gains(&groups).iter().map(LoadGain::sentence).collect();
    remarks.extend(slowdowns(run).iter().map(Slowdown::sentence));
    remarks.extend(groups.iter().filter_map(medians));
    remarks.extend(run.laps.iter().filter_map(failures));
    for lap in &run.laps {
        let title = Contestant::from(lap).short();
        remarks.extend(lap.losses().map(|loss| format!("{title}: {loss}")));
    }
    let loads = run.laps.iter().filter_map(|lap| lap.load.as_ref());
    let plan = loads.clone().next().map(|load| &load.plan);
    remarks.extend(plan.map(|plan| match plan.pace {
        Pace::Open { rate, connections } => format!(
            "{rate} requests a second were due, over at most {connections} connections. Latencies count from when each \
             was due."
        ),
        Pace::Closed { clients } => format!(
            "{clients} clients each waited for their answer before they asked again: a slow service was asked less. \
             `--rate` asks all alike."
        ),
    }));
    let mut warnings: Vec<String> = Vec::new();
    for lap in &run.laps {
        let (Some(load), Some(report)) = (&lap.load, lap.load_report()) else { continue };
        let title = Contestant::from(lap).short();
        warnings.extend(report.warnings(load.plan.pace).iter().map(|warning| format!("{title}: {warning}")));
    }
    warnings.dedup();
    remarks.extend(warnings);
    if groups.iter().any(|group| group.rates.len() == 1) {
        remarks.push("Every lap ran once, so nothing is known of how much this varies: `--repeat 5` shows it.".into());
    }
    remarks
}

/// The medians of a mode that ran several times.
fn medians(group: &LoadGroup) -> Option<String> {
    let LoadGroup { who, rates, p50, p99, .. } = group;
    let time = |seconds: f64| duration(Nanos::of_seconds(seconds));
    (rates.len() > 1).then(|| {
        let latencies = p50.zip(*p99).map(|(p50, p99)| format!(", p50 {}, p99 {}", time(p50), time(p99)));
        let title = who.short();
        format!(
            "{title}: median of {} rounds {} answers/s{}.",
            rates.len(),
            per_second(group.rate()),
            latencies.unwrap_or_default()
        )
    })
}

/// What failed in a lap, by kind.
fn failures(lap: &Lap) -> Option<String> {
    let failures = &lap.load_report()?.failures;
    let each: Vec<String> = failures.iter().map(|(what, count)| format!("{count} {what}")).collect();
    (!each.is_empty()).then(|| format!("{}, failed: {}.", Contestant::from(lap).short(), each.join("; ")))
}
