use super::*;
use crate::{
    Account, Answers, Basis, Cause, CellId, ConnectionChange, ConnectionStep, Death, Interval, LapEvent, MAX_WORKERS,
    Mode, Nanos, Results, RunId, Running, Sampling, Span, State, StateTotals, Stream, plan, samples,
};

fn run(modes: &[Mode]) -> Run {
    let plan = plan(modes, &[2], 1).unwrap();
    Run::new(RunTicket { id: RunId(1), cell: CellId("primes".into()), fingerprint: 0, plan })
}

fn completed() -> Ending {
    Ending::Completed { wall: Nanos(1_000), results: Results::default() }
}

fn raised() -> Ending {
    Ending::Raised(samples::raised("ValueError", ""))
}

fn died() -> Ending {
    let cause = Cause::Signal(11);
    Ending::Died(Death { cause, worker: None, task: None, peak_memory: None, last_line: None })
}

fn started(lap: u32) -> RunEvent {
    RunEvent::LapStarted { lap, mode: Mode::Threads, build: "3.14".into() }
}

fn ended(lap: u32, ending: Ending) -> RunEvent {
    RunEvent::LapEnded { lap, ending }
}

fn in_lap(lap: u32, event: LapEvent) -> RunEvent {
    RunEvent::Lap { lap, event }
}

/// Every history and what comes next after it, with two laps planned.
#[test]
fn what_comes_next() {
    let script = || in_lap(0, LapEvent::Source(SourceKind::Script));
    let stop = || RunEvent::Stopping(StopStage::Asked);
    let stopped = || Ending::Stopped(StopStage::Asked);
    let end = |ending| Step::End(ending);
    let cases: Vec<(&str, Vec<RunEvent>, Step)> = vec![
        ("nothing yet", vec![], Step::StartLap(0)),
        ("queued", vec![RunEvent::Queued { ahead: 2 }], Step::StartLap(0)),
        ("first lap runs", vec![started(0)], Step::Wait),
        ("first lap completed", vec![started(0), ended(0, completed())], Step::StartLap(1)),
        (
            "both completed",
            vec![started(0), ended(0, completed()), started(1), ended(1, completed())],
            end(RunEnding::Completed),
        ),
        ("first raised", vec![started(0), ended(0, raised())], end(RunEnding::AsLap(0))),
        (
            "second raised",
            vec![started(0), ended(0, completed()), started(1), ended(1, raised())],
            end(RunEnding::AsLap(1)),
        ),
        ("first died", vec![started(0), ended(0, died())], end(RunEnding::AsLap(0))),
        ("stopped while queued", vec![stop()], end(RunEnding::Withdrawn)),
        ("stop asked for", vec![started(0), stop()], Step::Wait),
        ("stopped", vec![started(0), stop(), ended(0, stopped())], end(RunEnding::AsLap(0))),
        ("stopped between laps", vec![started(0), ended(0, completed()), stop()], end(RunEnding::Withdrawn)),
        (
            "stopped when all was done",
            vec![started(0), ended(0, completed()), started(1), stop(), ended(1, completed())],
            end(RunEnding::Completed),
        ),
        ("a script runs once", vec![started(0), script(), ended(0, completed())], end(RunEnding::Completed)),
        ("over", vec![RunEvent::Ended(RunEnding::Withdrawn)], Step::Wait),
    ];
    for (name, history, next) in cases {
        let mut run = run(&[Mode::Threads, Mode::Subinterpreters]);
        history.iter().for_each(|event| run.apply(event));
        assert_eq!(run.step(), next, "{name}");
    }
}

#[test]
fn nothing_follows_the_ending() {
    let mut run = run(&[Mode::Threads]);
    run.apply(&started(0));
    run.apply(&ended(0, completed()));
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    let over = run.clone();
    for event in [RunEvent::Queued { ahead: 1 }, started(0), ended(0, died()), RunEvent::Stopping(StopStage::Asked)] {
        run.apply(&event);
    }
    assert_eq!((run.phase, run.laps), (over.phase, over.laps));
}

#[test]
fn events_of_laps_and_workers_that_do_not_exist_change_nothing() {
    let mut run = run(&[Mode::Threads]);
    run.apply(&started(0));
    let before = run.laps.clone();
    let spans = vec![Span { task: 0, start: Nanos(1), end: Nanos(2), cpu: Nanos(1) }];
    run.apply(&in_lap(7, LapEvent::Source(SourceKind::Script)));
    run.apply(&started(7));
    run.apply(&in_lap(0, LapEvent::Spans { worker: 9, spans }));
    assert_eq!(run.laps, before);
    assert_eq!(run.next_event, 4);
}

#[test]
fn a_lap_gathers_what_happens_in_it() {
    let mut run = run(&[Mode::Threads]);
    let running = Running { worker: 1, task: 4, start: Nanos(50) };
    let span = Span { task: 3, start: Nanos(20), end: Nanos(40), cpu: Nanos(15) };
    let account = Account { worker: 1, cpu: Some(Nanos(15)), ..Account::default() };
    let output = LapEvent::Output { worker: Some(1), task: Some(3), stream: Stream::Stdout, text: "hello\n".into() };
    for event in [
        started(0),
        in_lap(0, LapEvent::Source(SourceKind::Workload)),
        in_lap(0, LapEvent::WorkerReady { worker: 1, at: Nanos(5) }),
        in_lap(0, LapEvent::Began { tasks: 8, at: Nanos(10) }),
        in_lap(0, output),
        in_lap(0, LapEvent::Spans { worker: 1, spans: vec![span] }),
        in_lap(0, LapEvent::Progress { at: Nanos(60), running: vec![running] }),
        in_lap(0, LapEvent::Accounted(Box::new(account.clone()))),
        in_lap(0, LapEvent::Accounted(Box::new(Account { worker: 9, ..account.clone() }))),
    ] {
        run.apply(&event);
    }
    let lap = &run.laps[0];
    assert_eq!(lap.phase, LapPhase::Measured { began: Nanos(10) });
    assert_eq!((lap.tasks, lap.done(), lap.now), (8, 1, Nanos(60)));
    let track = WorkerTrack {
        ready: Some(Nanos(5)),
        spans: vec![span],
        running: Some(running),
        account: Some(account),
        ..WorkerTrack::default()
    };
    assert_eq!(lap.workers[1], track);
    assert_eq!(lap.output.last().unwrap().text, "hello");
}

#[test]
fn laps_that_never_ran_are_skipped_and_the_ending_says_why() {
    let mut run = run(&[Mode::Threads, Mode::Processes]);
    run.apply(&started(0));
    run.apply(&ended(0, died()));
    run.apply(&RunEvent::Ended(RunEnding::AsLap(0)));
    assert_eq!(run.laps[1].phase, LapPhase::Skipped);
    assert!(run.sentence().unwrap().contains("segmentation fault"));
}

#[test]
fn states_that_come_in_pieces_are_joined() {
    let mut run = run(&[Mode::Threads]);
    let interval = |start, end, state| Interval { start: Nanos(start), end: Nanos(end), state };
    let states = |intervals: &[Interval]| in_lap(0, LapEvent::States { worker: 1, intervals: intervals.to_vec() });
    run.apply(&started(0));
    run.apply(&states(&[interval(0, 2, State::WithGil(0)), interval(2, 4, State::WaitingForGil)]));
    run.apply(&states(&[interval(4, 9, State::WaitingForGil), interval(9, 10, State::WithGil(0))]));
    let joined =
        [interval(0, 2, State::WithGil(0)), interval(2, 9, State::WaitingForGil), interval(9, 10, State::WithGil(0))];
    assert_eq!(run.laps[0].workers[1].states, joined);
    assert_eq!(run.laps[0].totals(), []);

    // Every process has a sampler of its own.
    let sampling =
        Sampling { basis: Basis::Read, samplers: 1, samples: 10, cost: Nanos(1), time: Nanos(10), shortened: false };
    for worker in 0..2 {
        let totals = vec![(worker, StateTotals { blocked: Nanos(5), ..StateTotals::default() })];
        run.apply(&in_lap(0, LapEvent::Sampled { sampling, totals }));
    }
    let lap = &run.laps[0];
    assert_eq!(lap.sampling.map(|sampling| (sampling.samplers, sampling.samples)), Some((2, 20)));
    assert_eq!(lap.totals().len(), 2);
}

#[test]
fn threads_of_a_script_have_lanes() {
    let mut run = run(&[Mode::Sequential]);
    let thread = |worker, name: &str, at| in_lap(0, LapEvent::Thread { worker, name: name.into(), at: Nanos(at) });
    run.apply(&started(0));
    run.apply(&thread(1, "python", 20));
    run.apply(&thread(2, "pool_0", 25));
    run.apply(&thread(1, "reader", 30));
    run.apply(&in_lap(0, LapEvent::ThreadEnded { worker: 1, at: Nanos(40) }));
    run.apply(&in_lap(0, LapEvent::ThreadEnded { worker: 7, at: Nanos(40) }));
    run.apply(&thread(MAX_WORKERS, "one too many", 50));
    let totals = (0..3).map(|worker| (worker, StateTotals { blocked: Nanos(5), ..StateTotals::default() })).collect();
    let sampling =
        Sampling { basis: Basis::Read, samplers: 1, samples: 10, cost: Nanos(1), time: Nanos(10), shortened: false };
    run.apply(&in_lap(0, LapEvent::Sampled { sampling, totals }));
    let compute_in = Some(StateTotals { with_gil: Nanos(9), ..StateTotals::default() });
    run.apply(&in_lap(0, LapEvent::Accounted(Box::new(Account { compute_in, ..Account::default() }))));
    let lap = &run.laps[0];
    let lanes: Vec<_> =
        lap.workers.iter().map(|track| (track.name.as_deref(), track.ready.map(|at| at.0), track.ended)).collect();
    assert_eq!(
        lanes,
        [(None, None, None), (Some("reader"), Some(20), Some(Nanos(40))), (Some("pool_0"), Some(25), None)]
    );
    assert_eq!((lap.totals().len(), lap.compute_in().len()), (3, 1));
}

#[test]
fn a_service_says_where_it_listens_and_who_holds_what() {
    let mut run = run(&[Mode::Processes]);
    let change = |worker, port, at, step| ConnectionChange { worker, port, at: Nanos(at), step };
    let changes = vec![
        change(0, 1, 10, ConnectionStep::Opened),
        change(1, 2, 20, ConnectionStep::Opened),
        change(0, 1, 30, ConnectionStep::Closed),
        change(0, 3, 40, ConnectionStep::Opened),
        change(9, 4, 45, ConnectionStep::Opened),
    ];
    let answers = |status, count| Answers { status, count };
    let death = Death { cause: Cause::Signal(11), worker: Some(1), task: None, peak_memory: None, last_line: None };
    run.apply(&started(0));
    for event in [
        LapEvent::Source(SourceKind::Service),
        LapEvent::Serving { port: 8000, at: Nanos(5) },
        LapEvent::Connections { changes },
        LapEvent::Answered { worker: 0, answers: vec![answers(200, 2), answers(500, 1)] },
        LapEvent::Answered { worker: 0, answers: vec![answers(200, 1)] },
        LapEvent::Answered { worker: 9, answers: vec![answers(200, 1)] },
        LapEvent::WorkerDied(Box::new(death.clone())),
    ] {
        run.apply(&in_lap(0, event));
    }
    let lap = &run.laps[0];
    assert_eq!((lap.serving, lap.now), (Serving::At { port: 8000, since: Nanos(5) }, Nanos(45)));
    let [first, second] = [0, 1].map(|worker: usize| &lap.workers[worker].service);
    assert_eq!((&first.held, first.connections), (&vec![3], 2));
    assert_eq!((first.answered(), &first.answers), (4, &vec![(200, 3), (500, 1)]));
    assert_eq!((second.held.len(), second.connections, &second.death), (0, 1, &Some(death)));
    run.apply(&in_lap(0, LapEvent::Drained { at: Nanos(60), unanswered: 1 }));
    assert_eq!(run.laps[0].serving, Serving::Drained { at: Nanos(60), unanswered: 1 });
}
