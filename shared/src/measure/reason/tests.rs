//! Which reasons runs made by hand have. Times are in milliseconds.

mod hand;
mod words;

use super::*;
use crate::SourceKind;
use hand::{Hand, States, race};

const ALONE: Hand = Hand::of(Mode::Sequential, 1);
const THREADS: Hand = Hand::of(Mode::Threads, 2);
const OWN: Hand = Hand::of(Mode::Subinterpreters, 2);
const PROCESSES: Hand = Hand::of(Mode::Processes, 2);

fn slugs(laps: &[Hand]) -> Vec<&'static str> {
    reasons(&race(laps), 2).iter().map(|reason| reason.why.slug()).collect()
}

/// Eight tasks of 100 ms, all of it computing.
fn alone() -> Hand {
    ALONE.tasks(&[100; 8]).states(States { gil: 800, ..States::default() })
}

#[test]
fn work_that_scales_has_nothing_but_its_gain() {
    let own = OWN.tasks(&[100; 8]).states(States { gil: 800, ..States::default() });
    assert_eq!(slugs(&[alone(), own]), ["gained"]);
    let run = race(&[alone(), OWN.tasks(&[100; 8]).states(States { gil: 800, ..States::default() })]);
    assert_eq!(reasons(&run, 2)[0].why, Why::Gained(Gain::OwnGil { seen: true }));
}

#[test]
fn each_way_to_lose_time_is_found_and_comes_first() {
    let computes = States { gil: 800, ..States::default() };
    for (laps, expected) in [
        // Bars twice as long: half of it is waiting.
        (
            vec![
                alone(),
                THREADS.tasks(&[200; 8]).cpu(100).states(States { gil: 800, waits: 800, ..States::default() }),
            ],
            vec!["gil-bound"],
        ),
        // The same, as far as an executor's tasks show it.
        (vec![alone(), Hand::of(Mode::ThreadPool, 2).tasks(&[200; 8]).cpu(100)], vec!["gil-bound"]),
        // The executor's tasks don't compute: nothing is known of the GIL.
        (vec![ALONE.tasks(&[100; 8]).cpu(1), Hand::of(Mode::ThreadPool, 2).tasks(&[200; 8]).cpu(1)], vec![]),
        // Each of 1,000 tasks of 2 µs waits 100 µs for its turn.
        (vec![ALONE.micros(&[2; 1000], 1), PROCESSES.micros(&[2; 1000], 100).carried(8_000)], vec!["tiny-tasks"]),
        (vec![ALONE.tasks(&[10; 4]), PROCESSES.tasks(&[10; 4]).gap(90).carried(40_000_000)], vec!["transfer"]),
        // Nobody knows what was carried: nothing is said.
        (vec![ALONE.tasks(&[10; 4]), PROCESSES.tasks(&[10; 4]).gap(90)], vec![]),
        (
            vec![
                alone(),
                Hand::of(Mode::Subinterpreters, 4).tasks(&[200; 8]).cpu(100).states(States {
                    gil: 800,
                    queues: 800,
                    ..States::default()
                }),
            ],
            vec!["more-workers-than-cores", "gained"],
        ),
        (vec![ALONE.tasks(&[700, 10, 10, 10]), OWN.tasks(&[700, 10, 10, 10])], vec!["stragglers"]),
        (vec![ALONE.tasks(&[100]), OWN.tasks(&[100])], vec!["stragglers"]),
        (vec![ALONE.tasks(&[100; 3]), OWN.tasks(&[100; 3])], vec!["stragglers", "gained"]),
        (
            vec![
                ALONE.tasks(&[100; 8]).cpu(1).states(States { blocked: 792, gil: 8, ..States::default() }),
                THREADS.tasks(&[100; 8]).cpu(1).states(States { blocked: 792, gil: 8, ..States::default() }),
            ],
            vec!["waiting", "gained"],
        ),
        // Alone they compute, together half of the time they wait for a lock of their own.
        (
            vec![alone(), OWN.tasks(&[200; 8]).cpu(100).states(States { gil: 800, blocked: 800, ..States::default() })],
            vec!["serial-part"],
        ),
        (
            vec![alone(), OWN.tasks(&[180; 8]).cpu(180).states(States { gil: 1440, ..States::default() })],
            vec!["memory-bound", "gained"],
        ),
        // Other programs slow it down as well.
        (
            vec![alone(), OWN.tasks(&[180; 8]).cpu(180).states(States { gil: 1440, ..States::default() }).others(1.0)],
            vec!["gained"],
        ),
        // Another build is not compared.
        (
            vec![
                alone(),
                OWN.tasks(&[180; 8]).cpu(180).states(States { gil: 1440, ..States::default() }).build("3.15"),
            ],
            vec!["gained"],
        ),
        (
            vec![alone().prepared(5), PROCESSES.tasks(&[100; 8]).states(computes).prepared(900)],
            vec!["start-up", "gained"],
        ),
        (
            vec![alone(), OWN.tasks(&[160; 8]).cpu(100).states(States { gil: 800, queues: 480, ..States::default() })],
            vec!["noise", "gained"],
        ),
        (vec![ALONE.tasks(&[100; 8]), Hand::of(Mode::Asyncio, 2).serial(&[100; 8])], vec!["one-thread"]),
        (vec![ALONE.tasks(&[100; 8]), OWN.refused("numpy._core._multiarray_umath")], vec!["refused"]),
    ] {
        assert_eq!(slugs(&laps), expected, "{laps:?}");
    }
}

#[test]
fn at_most_three_are_told_and_the_largest_come_first() {
    let threads = THREADS.tasks(&[200; 8]).cpu(100).states(States { gil: 800, waits: 800, ..States::default() });
    let shared =
        Hand::of(Mode::SharedGil, 2).tasks(&[150; 8]).states(States { gil: 800, waits: 400, ..States::default() });
    let own = OWN.tasks(&[100, 100, 100, 100, 100, 100, 100, 200]).states(States { gil: 900, ..States::default() });
    let laps = [
        alone(),
        threads.clone(),
        Hand::of(Mode::SharedGil, 2).refused("numpy"),
        own,
        PROCESSES.tasks(&[100; 8]).cpu(100).gap(40).carried(80_000_000),
    ];
    assert_eq!(slugs(&laps), ["refused", "gil-bound", "gained"]);
    // Of the same kind, one sentence names all.
    let found = reasons(&race(&[alone(), shared, threads]), 2);
    assert_eq!(found.len(), 1);
    let modes: Vec<Mode> = found[0].who.iter().map(|who| who.mode).collect();
    assert_eq!(modes, [Mode::Threads, Mode::SharedGil]);
    assert!((found[0].share.unwrap() - 0.5).abs() < 0.01, "{found:?}");
}

#[test]
fn executors_are_never_named_with_native_modes() {
    let waits = |mode| Hand::of(mode, 2).tasks(&[200; 8]).cpu(100);
    let threads = waits(Mode::Threads).states(States { gil: 800, waits: 800, ..States::default() });
    let found = reasons(&race(&[alone(), threads, waits(Mode::ThreadPool)]), 2);
    assert_eq!(found.len(), 2);
    for reason in found {
        let stdlib = reason.who[0].mode.group() == Group::Stdlib;
        assert_eq!((reason.who.len(), reason.sentence().contains("dispatcher is its own")), (1, stdlib), "{reason:?}");
    }
}

#[test]
fn the_gain_says_what_made_it() {
    let states = |states| move |hand: Hand| hand.states(states);
    let blocked = states(States { blocked: 792, gil: 8, ..States::default() });
    for (hand, expected) in [
        (
            states(States { gil: 800, ..States::default() })(PROCESSES.tasks(&[100; 8])),
            Some(Gain::OwnGil { seen: true }),
        ),
        (Hand::of(Mode::InterpreterPool, 2).tasks(&[100; 8]), Some(Gain::OwnGil { seen: false })),
        (Hand::of(Mode::FreeThreaded, 2).tasks(&[100; 8]).build("3.14t"), Some(Gain::NoGil)),
        (
            states(States { free: 700, gil: 100, ..States::default() })(THREADS.tasks(&[100; 8])),
            Some(Gain::GilGivenBack),
        ),
        (blocked(THREADS.tasks(&[100; 8]).cpu(1)), Some(Gain::WaitsOverlap)),
        (Hand::of(Mode::Asyncio, 2).tasks(&[100; 8]).cpu(1), Some(Gain::WaitsOverlap)),
        // Threads that were faster for no reason that can be seen.
        (THREADS.tasks(&[100; 8]), None),
    ] {
        let found = reasons(&race(&[alone(), hand]), 2);
        let gain = found.iter().find_map(|reason| if let Why::Gained(gain) = reason.why { Some(gain) } else { None });
        assert_eq!(gain, expected, "{found:?}");
    }
}

#[test]
fn a_run_that_goes_on_and_a_script_have_none() {
    let threads = THREADS.tasks(&[200; 8]).cpu(100).states(States { gil: 800, waits: 800, ..States::default() });
    let over = race(&[alone(), threads]);
    let mut script = over.clone();
    script.laps[0].kind = Some(SourceKind::Script);
    let running = Run { phase: crate::Phase::Running, ..over.clone() };
    assert_eq!([over, script, running].map(|run| reasons(&run, 2).len()), [1, 0, 0]);
}

#[test]
fn of_several_rounds_the_middle_one_counts_and_noise_is_said_last() {
    let round = |wall| [ALONE.tasks(&[100; 4]), OWN.tasks(&[wall; 4])];
    let run = hand::rounds(&[round(200), round(190), round(215)].concat(), 3);
    let found = reasons(&run, 2);
    assert_eq!(found.iter().map(|reason| reason.why.slug()).collect::<Vec<_>>(), ["noise"]);
    let warning = crate::warnings(&run, 2).into_iter().find(|warning| warning.slug() == "within-noise").unwrap();
    assert!(found[0].covers(&warning));
}
