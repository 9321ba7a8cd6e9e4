//! Runs for the archive's tests.

use shared::{
    CellId, Ending, KeptRun, LapEvent, Machine, Mode, Moment, Nanos, Origin, Outcome, Results, Run, RunEnding,
    RunEvent, RunId, RunRequest, RunTicket, Stream, WholeRun, fingerprint, plan,
};

/// A completed run of one lap that has printed a line.
pub fn whole(id: u64, cell: &str) -> WholeRun {
    let request = RunRequest {
        cell: CellId(cell.into()),
        source: "print('<script>alert(1)</script>')\n".into(),
        modes: vec![Mode::Sequential],
        workers: vec![],
        repeats: 1,
        warm_up: 0,
        build: None,
    };
    let plan = plan(&request.modes, &request.workers, 1).unwrap();
    let ticket =
        RunTicket { id: RunId(id), cell: request.cell.clone(), fingerprint: fingerprint(&request.source), plan };
    let line = LapEvent::Output { worker: Some(0), task: None, stream: Stream::Stdout, text: "one\n".into() };
    let events = [
        RunEvent::LapStarted { lap: 0, mode: Mode::Sequential, build: "3.14.0-x".into() },
        RunEvent::Lap { lap: 0, event: LapEvent::Began { tasks: 1, at: Nanos(3) } },
        RunEvent::Lap { lap: 0, event: line },
        RunEvent::LapEnded { lap: 0, ending: Ending::Completed { wall: Nanos(5), results: Results::default() } },
        RunEvent::Ended(RunEnding::Completed),
    ];
    let moments: Vec<Moment> = (0..).zip(events).map(|(at, event)| Moment { at: Nanos(at), event }).collect();
    let mut run = Run::new(ticket.clone());
    moments.iter().for_each(|moment| run.apply(&moment.event));
    let machine = Machine { system: "Linux".into(), cores: 2, ..Machine::default() };
    let (name, outcome) = (String::new(), Outcome::of(&run));
    let kept = KeptRun { ticket, number: 1, name, origin: Origin::Here, machine, outcome };
    WholeRun { kept, request, moments, left_out: 0 }
}
