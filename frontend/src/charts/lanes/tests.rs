use shared::{LapEvent, Running, State};

use super::super::palette::plain;
use super::super::sample;
use super::samples::interval;
use super::*;

const MILLI: u64 = 1_000_000;

fn sketch(run: &Run) -> (Sketch, serde_json::Value) {
    let mut sums = RunSums::default();
    sums.take(run);
    let sight = Sight { range: whole(run, Nanos(0)), columns: 600, room: Room::of(&plain()) };
    let sketch = draw(run, &sums, sight, &plain());
    let option = serde_json::to_value(&sketch.chart).unwrap();
    (sketch, option)
}

/// Two workers, of which each holds the GIL of this interpreter for 100 ms and waits for as long, in turn.
fn taking_turns(mode: Mode, interpreters: [u32; 2]) -> Run {
    let mut run = sample::accepted(&[mode]);
    sample::begin(&mut run, 0, 2);
    for (worker, interpreter) in (0..).zip(interpreters) {
        let states = [State::WithGil(interpreter), State::WaitingForGil];
        let intervals = (0..10u64).map(|turn| {
            let state = states[((turn + u64::from(worker)) % 2) as usize];
            interval((10 + turn * 100) * MILLI, (110 + turn * 100) * MILLI, state)
        });
        sample::in_lap(&mut run, 0, LapEvent::States { worker, intervals: intervals.collect() });
    }
    sample::in_lap(&mut run, 0, LapEvent::Progress { at: Nanos(1_010 * MILLI), running: vec![] });
    run
}

#[test]
fn a_key_goes_back_and_forth_between_threads() {
    let (sketch, option) = sketch(&taking_turns(Mode::Threads, [0, 0]));
    assert_eq!(sketch.tally.states, ["0.0=with-gil+waiting-for-gil", "0.1=with-gil+waiting-for-gil"]);
    assert_eq!(sketch.tally.keys, [vec!["0.0=0"; 5], vec!["0.1=0"; 5]].concat());
    let data = option["series"][0]["data"].as_array().unwrap();
    let items: Vec<i64> = data.iter().map(|item| item["value"][0].as_i64().unwrap()).collect();
    assert_eq!(items, [0, 1, 3, 3, 3, 3, 3, 1, 3, 3, 3, 3, 3, 4], "the second has the GIL now");
    // A lane's first state is the GIL, on all of its height.
    assert_eq!(data[1]["value"][4][2].as_array().unwrap()[..4], [10.0, 110.0, 0.0, 1.0]);
}

#[test]
fn interpreters_with_locks_of_their_own_have_a_key_each() {
    let (sketch, _) = sketch(&taking_turns(Mode::Subinterpreters, [1, 2]));
    assert!(sketch.tally.keys.contains(&"0.0=1".to_owned()) && sketch.tally.keys.contains(&"0.1=2".to_owned()));
}

#[test]
fn the_running_task_grows_with_the_clock() {
    let mut run = sample::accepted(&[Mode::Threads]);
    sample::begin(&mut run, 0, 4);
    for at in [50, 100] {
        let running = vec![Running { worker: 1, task: 3, start: Nanos(20 * MILLI) }];
        sample::in_lap(&mut run, 0, LapEvent::Progress { at: Nanos(at * MILLI), running });
        let (_, option) = sketch(&run);
        let lane = &option["series"][0]["data"][2]["value"];
        assert_eq!(lane[4][0], serde_json::json!([3.0, 20.0, at as f64, 3.0]));
        assert_eq!(lane[4][1], serde_json::json!([0.0, 8.0]), "it starts until it is ready");
    }
}

#[test]
fn it_says_so_where_states_are_missing() {
    let (_, option) = sketch(&sample::completed(&[(Mode::Threads, 104)]));
    let data = &option["series"][0]["data"];
    assert_eq!(data[2]["name"], "threads · 0\nstates not available");
    assert_eq!(data[1]["value"][0], 2, "the lap's end");
    assert_eq!(data[1]["value"][4], serde_json::json!([114.0]));
}

/// `cargo test --release -p frontend -- --ignored --nocapture lanes`.
#[test]
#[ignore = "a measurement"]
fn a_million_tasks_and_200_000_intervals() {
    let mut run = sample::accepted(&[Mode::Threads]);
    sample::begin(&mut run, 0, 1_000_000);
    let mut sums = RunSums::default();
    let (mut drawing, mut taking) = (Vec::new(), Vec::new());
    for batch in 0..100u64 {
        for worker in 0..2 {
            let spans = samples::spans(5_000, 900, 100).into_iter();
            let later = batch * 5_000_000;
            let spans = spans.map(|span| shared::Span {
                start: Nanos(span.start.0 + later),
                end: Nanos(span.end.0 + later),
                ..span
            });
            sample::in_lap(&mut run, 0, LapEvent::Spans { worker, spans: spans.collect() });
            let intervals = samples::alternating(1_000, 5_000).into_iter();
            let intervals = intervals.map(|one| interval(one.start.0 + later, one.end.0 + later, one.state));
            sample::in_lap(&mut run, 0, LapEvent::States { worker, intervals: intervals.collect() });
        }
        let began = std::time::Instant::now();
        sums.take(&run);
        taking.push(began.elapsed());
        let whole = whole(&run, Nanos(0));
        let zoomed = whole.zoomed(0.001, whole.at(0.5), whole).unwrap();
        for range in [whole, zoomed] {
            let began = std::time::Instant::now();
            let sketch = draw(&run, &sums, Sight { range, columns: 1_000, room: Room::of(&plain()) }, &plain());
            drawing.push(began.elapsed());
            assert_eq!(sketch.tally.states.len(), 2);
        }
    }
    drawing.sort();
    taking.sort();
    println!(
        "1,000,000 tasks and 200,000 intervals in 2 lanes of 1,000 columns: a frame takes {:?} (median), {:?} (most); \
         what is new is taken in {:?} (median)",
        drawing[100], drawing[199], taking[50]
    );
}
