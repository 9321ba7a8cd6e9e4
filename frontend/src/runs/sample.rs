//! Kept runs for tests.

use shared::{
    CellId, KeptRun, LapPhase, Machine, Mode, Moment, Nanos, Origin, Outcome, Run, RunEnding, RunEvent, RunId,
    RunRequest, WholeRun,
};

use crate::charts;

/// A completed run of these modes with their wall times in milliseconds.
pub fn whole(laps: &[(Mode, u64)]) -> WholeRun {
    of(charts::sample::completed(laps), "work = 1\n")
}

/// All of this run, which was of this source.
pub fn of(run: Run, source: &str) -> WholeRun {
    let outcome = Outcome::of(&run);
    let mut events = Vec::new();
    for (number, lap) in (0..).zip(&run.laps) {
        let LapPhase::Ended(ending) = &lap.phase else { continue };
        events.push(RunEvent::LapStarted { lap: number, mode: lap.plan.mode, build: lap.build.clone() });
        events.push(RunEvent::LapEnded { lap: number, ending: ending.clone() });
    }
    events.push(RunEvent::Ended(RunEnding::Completed));
    let mut ticket = run.ticket;
    ticket.fingerprint = shared::fingerprint(source);
    let request = RunRequest {
        cell: CellId("primes".into()),
        source: source.into(),
        modes: vec![],
        workers: vec![],
        repeats: 1,
        warm_up: 0,
        build: None,
    };
    let machine = Machine {
        system: "Debian".into(),
        architecture: "x86_64".into(),
        cores: 2,
        builds: vec!["CPython 3.14.0".into()],
        virgil: "0.1.0".into(),
    };
    ticket.id = RunId(7);
    let kept = KeptRun { ticket, number: 12, name: String::new(), origin: Origin::Here, machine, outcome };
    let moments = (0..).zip(events).map(|(at, event)| Moment { at: Nanos(at), event }).collect();
    WholeRun { kept, request, moments, left_out: 0 }
}
