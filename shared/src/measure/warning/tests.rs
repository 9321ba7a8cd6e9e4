//! Which runs are warned of, and in which words.

use super::*;
use crate::SourceKind;
use crate::measure::sample::{run, warmed};
use crate::{LapEvent, OtherLoad, RunEvent, Span};

const COMPARED: [Mode; 3] = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters];
const SECOND: u64 = 1_000_000_000;

fn kinds(run: &Run, cores: u32) -> Vec<&'static str> {
    warnings(run, cores).iter().map(Warning::slug).collect()
}

/// In hundredths of a second.
fn repeated(rounds: &[[u64; 3]]) -> Run {
    run(&COMPARED, rounds.len() as u32, &rounds.concat().iter().map(|wall| wall * SECOND / 100).collect::<Vec<_>>())
}

#[test]
fn figures_get_the_warnings_that_they_need() {
    for (rounds, cores, expected) in [
        (vec![[200, 202, 101]], 2, vec![]),
        (vec![[200, 202, 101]], 1, vec!["more-workers-than-cores"]),
        (vec![[200, 210, 101], [200, 211, 100], [201, 212, 102]], 2, vec![]),
        // The threads' speed-up is 0.99 to 1.01.
        (vec![[200, 202, 101], [200, 199, 100], [201, 200, 102]], 2, vec!["within-noise"]),
        // The interpreters' times are 100, 100 and 160: the interval is as wide as they are.
        (vec![[400, 402, 100], [400, 403, 100], [400, 404, 160]], 2, vec!["too-noisy"]),
        // Two rounds have no interval, but a range.
        (vec![[400, 404, 100], [400, 404, 160]], 2, vec!["too-noisy"]),
        (vec![[4, 9, 2]], 2, vec!["too-short"]),
        // Who is ahead changes.
        (vec![[300, 100, 101], [300, 101, 100], [300, 100, 99]], 2, vec!["no-winner"]),
    ] {
        assert_eq!(kinds(&repeated(&rounds), cores), expected, "{rounds:?}");
    }
}

#[test]
fn the_standard_library_s_executors_are_compared_among_themselves() {
    let modes = [Mode::Sequential, Mode::Subinterpreters, Mode::ThreadPool];
    let near = [300, 100, 100, 300, 101, 101, 300, 99, 99].map(|wall| wall * SECOND / 100);
    assert_eq!(kinds(&run(&modes, 3, &near), 2), Vec::<&str>::new());
    let level = run(&modes, 3, &[100, 50, 101, 100, 50, 99, 100, 50, 100].map(|wall| wall * SECOND / 100));
    assert_eq!(kinds(&level, 2), ["within-noise"]);
    let said = warnings(&level, 2)[0].sentence();
    assert!(said.contains("thread-pool with 2 workers, which dispatches tasks itself, is faster"), "{said}");
}

#[test]
fn warm_ups_warn_of_nothing() {
    let walls = [900, 1, 200, 101, 201, 100, 200, 100].map(|wall| wall * SECOND / 100);
    assert_eq!(kinds(&warmed(&[Mode::Sequential, Mode::Subinterpreters], 1, &walls), 2), Vec::<&str>::new());
}

/// A lap of one second beside which others used so many milliseconds of CPU, of tasks that take so many nanoseconds.
fn with_load(milliseconds: u64, task: u64) -> Run {
    let mut with_load = run(&[Mode::Sequential], 1, &[]);
    with_load.apply(&RunEvent::LapStarted { lap: 0, mode: Mode::Sequential, build: String::new() });
    let load = OtherLoad { cpu: Nanos(milliseconds * 1_000_000), during: Nanos(SECOND), cores: 4 };
    let spans = vec![Span { task: 0, start: Nanos(5), end: Nanos(5 + task), cpu: Nanos(1) }];
    for event in [LapEvent::Spans { worker: 0, spans }, LapEvent::OtherLoad(load)] {
        with_load.apply(&RunEvent::Lap { lap: 0, event });
    }
    let ending = crate::Ending::Completed { wall: Nanos(SECOND), results: crate::Results::default() };
    with_load.apply(&RunEvent::LapEnded { lap: 0, ending });
    with_load
}

#[test]
fn other_programs_and_tiny_tasks_are_told() {
    for (milliseconds, task, expected) in [
        (190, 20_000, vec![]),
        (210, 20_000, vec!["other-load"]),
        (0, 9_999, vec!["tiny-tasks"]),
        (4_000, 0, vec!["other-load", "tiny-tasks"]),
    ] {
        assert_eq!(kinds(&with_load(milliseconds, task), 4), expected, "{milliseconds} ms, {task} ns");
    }
    let mut script = with_load(4_000, 0);
    script.laps[0].kind = Some(SourceKind::Script);
    assert_eq!(kinds(&script, 4), Vec::<&str>::new(), "a script is compared with nothing");
}

#[test]
fn every_warning_is_a_sentence_with_a_number_or_names() {
    let threads = Contestant { mode: Mode::Threads, workers: 2 };
    let processes = Contestant { mode: Mode::Processes, workers: 1 };
    let sequential = Contestant { mode: Mode::Sequential, workers: 1 };
    let who = vec![sequential, threads, processes];
    for (warning, said) in [
        (Warning::OtherLoad { used: 0.84, cores: 2 }, "used 0.8 of the 2 cores"),
        (Warning::MoreWorkersThanCores { workers: 4, cores: 1 }, "4 workers on 1 core:"),
        (
            Warning::TooNoisy { who: who.clone(), share: 0.43 },
            "of sequential, threads with 2 workers and processes with 1 worker vary by up to 43 %",
        ),
        (
            Warning::TooShort { who: vec![threads], wall: Nanos(4_200_000) },
            "laps of threads with 2 workers are short (from 4.20 ms)",
        ),
        (Warning::TinyTasks { who: vec![threads], task: Nanos(1_400) }, "are tiny (from 1.40 µs)"),
        (
            Warning::WithinNoise { who: threads, ratio: 1.02, spread: Bounds { low: 0.97, high: 1.061 } },
            "Whether threads with 2 workers is faster or slower than sequential is within the noise: 1.02 times as fast (0.97 to 1.06).",
        ),
        (
            Warning::NoWinner(who),
            "fastest can't be told of sequential, threads with 2 workers and processes with 1 worker:",
        ),
    ] {
        let sentence = warning.sentence();
        assert!(sentence.contains(said) && sentence.ends_with('.'), "{sentence}");
    }
}
