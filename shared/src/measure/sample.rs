//! Runs for tests.

use crate::{CellId, Ending, Mode, Nanos, Prints, Results, Rounds, Run, RunEvent, RunId, RunTicket};
use crate::{StopStage, plan};

/// A run whose laps had these wall times in nanoseconds; 0 for one that was stopped.
pub fn run(modes: &[Mode], repeats: u32, walls: &[u64]) -> Run {
    with_rounds(modes, repeats.into(), walls)
}

/// The same with so many warm-up rounds before.
pub fn warmed(modes: &[Mode], warm_up: u32, walls: &[u64]) -> Run {
    let measured = walls.len() as u32 / modes.len() as u32 - warm_up;
    with_rounds(modes, Rounds { warm_up, measured }, walls)
}

fn with_rounds(modes: &[Mode], rounds: Rounds, walls: &[u64]) -> Run {
    let plan = plan(modes, &[2], rounds).unwrap();
    let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
    for (lap, wall) in (0..).zip(walls) {
        let completed = Ending::Completed { wall: Nanos(*wall), results: Results::default() };
        end(&mut run, lap, if *wall == 0 { Ending::Stopped(StopStage::Asked) } else { completed });
    }
    run
}

/// A run of one round in which the laps returned these.
pub fn returning(modes: &[Mode], results: Vec<Results>) -> Run {
    let plan = plan(modes, &[2], 1).unwrap();
    let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
    for (lap, results) in (0..).zip(results) {
        end(&mut run, lap, Ending::Completed { wall: Nanos(1), results });
    }
    run
}

/// Whole numbers as results, each of which is its own fingerprint.
pub fn numbers(values: &[u64]) -> Results {
    Results {
        count: values.len() as u32,
        first: values.iter().map(u64::to_string).collect(),
        further: Vec::new(),
        prints: Box::new(Prints {
            each: values.to_vec(),
            blocks: Vec::new(),
            compared: values.len() as u32,
            opaque: 0,
        }),
        ..Results::default()
    }
}

fn end(run: &mut Run, lap: u32, ending: Ending) {
    let mode = run.laps[lap as usize].plan.mode;
    run.apply(&RunEvent::LapStarted { lap, mode, build: String::new() });
    run.apply(&RunEvent::LapEnded { lap, ending });
}
