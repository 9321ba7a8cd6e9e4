//! The numbers behind the lanes: every task that was executed, and what each worker's thread was seen to do.

use shared::{Interval, Lap, Nanos, Run, Span, State};

use super::Table;

/// All of a run: a row for each task and each interval.
pub fn table(run: &Run) -> Table {
    let rows = run.laps.iter().flat_map(|lap| {
        lap.workers.iter().enumerate().flat_map(move |(worker, track)| {
            let tasks = track.spans.iter().map(move |span| task(lap, worker, span));
            let states = track.states.iter().map(move |interval| state(lap, worker, interval));
            tasks.chain(states)
        })
    });
    Table {
        names: vec!["mode", "workers", "round", "worker", "what", "number", "start_ms", "end_ms", "cpu_ms"],
        rows: rows.collect(),
    }
}

fn task(lap: &Lap, worker: usize, span: &Span) -> Vec<String> {
    let mut row = beginning(lap, worker, if lap.is_served() { "request" } else { "task" });
    row.extend([span.task.to_string(), millis(span.start), millis(span.end), millis(span.cpu)]);
    row
}

/// Of who runs with a GIL the number is the interpreter's.
fn state(lap: &Lap, worker: usize, interval: &Interval) -> Vec<String> {
    let mut row = beginning(lap, worker, interval.state.words());
    let number = match interval.state {
        State::WithGil(interpreter) => interpreter.to_string(),
        _ => String::new(),
    };
    row.extend([number, millis(interval.start), millis(interval.end), String::new()]);
    row
}

fn beginning(lap: &Lap, worker: usize, what: &str) -> Vec<String> {
    let round = match lap.plan.round {
        shared::Round::WarmUp(_) => "warm-up".to_owned(),
        shared::Round::Measured(round) => (round + 1).to_string(),
    };
    vec![lap.plan.mode.slug().to_owned(), lap.plan.workers.to_string(), round, worker.to_string(), what.to_owned()]
}

fn millis(time: Nanos) -> String {
    format!("{:.6}", time.millis())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use shared::{LapEvent, Mode};

    #[test]
    fn tasks_and_states_are_rows() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        let interval = Interval { start: Nanos(10_000_000), end: Nanos(12_500_000), state: State::WithGil(0) };
        sample::in_lap(&mut run, 0, LapEvent::States { worker: 1, intervals: vec![interval] });
        sample::finish(&mut run, 0, 90);
        assert_eq!(
            table(&run).csv(),
            "mode,workers,round,worker,what,number,start_ms,end_ms,cpu_ms\r\n\
             threads,2,1,0,task,0,10.000000,100.000000,0.000001\r\n\
             threads,2,1,1,running with the GIL,0,10.000000,12.500000,\r\n"
        );
    }
}
