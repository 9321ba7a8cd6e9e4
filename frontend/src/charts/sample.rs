//! Runs for the charts' tests.

use shared::{
    CellId, Ending, LapEvent, LapPlan, Mode, Nanos, Results, Run, RunEnding, RunEvent, RunId, RunTicket, Span, plan,
};

/// A run that was accepted, with two workers in the parallel modes.
pub fn accepted(modes: &[Mode]) -> Run {
    let plan = plan(modes, &[2], 1).unwrap();
    Run::new(RunTicket { id: RunId(1), cell: CellId("primes".into()), fingerprint: 0, plan })
}

/// Takes this event in this lap.
pub fn in_lap(run: &mut Run, lap: u32, event: LapEvent) {
    run.apply(&RunEvent::Lap { lap, event });
}

/// Starts a lap and lets it begin its tasks after 10 ms.
pub fn begin(run: &mut Run, lap: u32, tasks: u32) {
    let mode = run.laps[lap as usize].plan.mode;
    run.apply(&RunEvent::LapStarted { lap, mode, build: "3.14".into() });
    let workers = run.laps[lap as usize].plan.workers;
    for worker in 0..workers {
        in_lap(run, lap, LapEvent::WorkerReady { worker, at: Nanos(8_000_000) });
    }
    in_lap(run, lap, LapEvent::Began { tasks, at: Nanos(10_000_000) });
}

/// A run of these modes, each with its wall time in milliseconds.
pub fn completed(laps: &[(Mode, u64)]) -> Run {
    let (modes, walls): (Vec<Mode>, Vec<u64>) = laps.iter().copied().unzip();
    repeated(&modes, &walls)
}

/// A run of these modes in rounds, with the wall times of its laps in milliseconds.
pub fn repeated(modes: &[Mode], walls: &[u64]) -> Run {
    planned(plan(modes, &[2], (walls.len() / modes.len()) as u32).unwrap(), walls)
}

/// A run of one round of these modes with these worker counts, with the wall times of its laps in milliseconds.
pub fn counted(modes: &[Mode], workers: &[u32], walls: &[u64]) -> Run {
    planned(plan(modes, workers, 1).unwrap(), walls)
}

fn planned(plan: Vec<LapPlan>, walls: &[u64]) -> Run {
    let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("primes".into()), fingerprint: 0, plan });
    for (lap, wall) in (0..).zip(walls) {
        begin(&mut run, lap, 1);
        finish(&mut run, lap, *wall);
    }
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    run
}

/// Lets worker 0 execute one task for so many milliseconds, and the lap complete.
pub fn finish(run: &mut Run, lap: u32, wall: u64) {
    let (start, end) = (Nanos(10_000_000), Nanos(10_000_000 + wall * 1_000_000));
    in_lap(run, lap, LapEvent::Spans { worker: 0, spans: vec![Span { task: 0, start, end, cpu: Nanos(1) }] });
    let ending = Ending::Completed { wall: Nanos(wall * 1_000_000), results: Results::default() };
    run.apply(&RunEvent::LapEnded { lap, ending });
}
