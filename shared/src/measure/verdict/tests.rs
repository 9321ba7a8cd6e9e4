use super::badge::Badge;
use super::brake::Brake;
use super::class::Class;
use super::conclude::{Conclusion, GroupName, LEAST_ROUNDS, Obstacle, Outcome, Verdict, Why, verdicts};
use super::conditions::Conditions;
use super::lap::{BenchLap, BenchOutcome, Measures};
use super::ratio::{Ratio, Relation};
use super::series::series;
use super::stability::{Instability, instabilities};
use crate::samples::build;
use crate::{Gil, InterpreterBuild, Mode, Nanos, OtherLoad, Round};

const MILLI: u64 = 1_000_000;

/// Laps of a workload in a mode, one for each round, with these wall times in milliseconds. The first is a warm-up that
/// is far off.
fn laps(class: Class, workload: &str, mode: Mode, walls: &[u64]) -> Vec<BenchLap> {
    let workers = if mode.is_parallel() { 2 } else { 1 };
    let (ready, memory) = match mode {
        Mode::Processes => (300, 9_200_000),
        Mode::Subinterpreters => (100, 8_000_000),
        _ => (50, 100_000),
    };
    let lap = |round, wall: u64| BenchLap {
        workload: workload.into(),
        class,
        build: "3.14.10-Present".into(),
        mode,
        workers,
        round,
        outcome: BenchOutcome::Measured(Measures {
            wall: Nanos(wall * MILLI),
            ready: Nanos(ready * MILLI),
            tasks: 4,
            memory: Some(memory),
            computing: Some(Nanos(wall * MILLI)),
            carrying: Some(Nanos(0)),
        }),
        other_load: Some(OtherLoad { cpu: Nanos(MILLI), during: Nanos(wall * MILLI), cores: 2 }),
    };
    let counted = walls.iter().zip(0..).map(|(wall, round)| lap(Round::Measured(round), *wall));
    std::iter::once(lap(Round::WarmUp(0), 9_999)).chain(counted).collect()
}

fn conditions() -> Conditions {
    Conditions { cores: 2, machine_cores: 8, ..Conditions::default() }
}

fn builds() -> [InterpreterBuild; 2] {
    [build(14, 10, Gil::Present), build(14, 10, Gil::Absent)]
}

/// Those of one build and group.
fn judged(laps: &[BenchLap]) -> Vec<Verdict> {
    verdicts(laps, &conditions(), &builds())
}

fn usual() -> Vec<BenchLap> {
    [
        laps(Class::Cpu, "fib", Mode::Sequential, &[1010, 1000, 990]),
        laps(Class::Cpu, "fib", Mode::Threads, &[1000, 1010, 1020]),
        laps(Class::Cpu, "fib", Mode::Subinterpreters, &[505, 500, 510]),
        laps(Class::Cpu, "fib", Mode::Processes, &[500, 506, 512]),
    ]
    .concat()
}

fn concluded(verdict: &Verdict) -> &Conclusion {
    match &verdict.outcome {
        Outcome::Concluded(conclusion) => conclusion,
        Outcome::Refused(why) => panic!("refused: {why:?}"),
    }
}

fn refused(verdict: &Verdict) -> &[Obstacle] {
    match &verdict.outcome {
        Outcome::Refused(why) => why,
        Outcome::Concluded(conclusion) => panic!("concluded: {conclusion:?}"),
    }
}

#[test]
fn interpreters_are_faster_than_threads_and_within_noise_of_processes() {
    let verdicts = judged(&usual());
    assert_eq!(verdicts.len(), 1);
    let conclusion = concluded(&verdicts[0]);
    let relations: Vec<_> = conclusion.speed.iter().map(|one| (one.with, one.relation)).collect();
    let (more, noise) = (Relation::More, Relation::Noise);
    assert_eq!(relations, [(Mode::Sequential, more), (Mode::Threads, more), (Mode::Processes, noise)]);
    assert!(conclusion.brakes.contains(&Brake::Cores { cores: 2 }), "{:?}", conclusion.brakes);
    let said = verdicts[0].said();
    assert_eq!(said.about, "Computing in Python (fib; native modes; 2 workers, CPython 3.14.10)");
    assert_eq!(
        said.found,
        [
            "On this machine, for this work, own-GIL interpreters were 1.98 ±0.04 times as fast as sequential execution, \
             2.00 ±0.02 times as fast as threads and within noise of processes (differences under 1.7 % mean nothing).",
            "They were ready 2.00 ±0.00 times as late as threads and 3.00 ±0.00 times as soon as processes.",
            "By proportional memory each worker took 13 % less than with processes.",
            "They pay here against sequential execution and threads.",
        ]
    );
    // Ready 50 ms later than threads, who take twice as long: from 100 ms on it is made up for.
    assert!(
        said.limits.iter().any(|limit| limit.contains("50.0 ms later") && limit.contains("less than 100 ms")),
        "{said:?}"
    );
    assert!(said.limits.iter().any(|limit| limit.ends_with("To pay more it takes more cores.")), "{said:?}");
}

#[test]
fn nothing_is_concluded_from_what_proves_nothing() {
    let loaded = |cpu: u64| {
        let mut laps = usual();
        laps.iter_mut().for_each(|lap| {
            let OtherLoad { during, cores, .. } = lap.other_load.unwrap();
            lap.other_load = Some(OtherLoad { cpu: Nanos(during.0 * cpu / 100), during, cores });
        });
        laps
    };
    let only = |mode: Mode| usual().into_iter().filter(|lap| lap.mode == mode).collect::<Vec<_>>();
    let first = |rounds: u32| {
        usual().into_iter().filter(|lap| lap.round.is_warm_up() || lap.round.number() < rounds).collect::<Vec<_>>()
    };
    let shaky = [
        laps(Class::Cpu, "fib", Mode::Threads, &[1000, 1010, 1020]),
        laps(Class::Cpu, "fib", Mode::Subinterpreters, &[500, 900, 300]),
    ]
    .concat();
    for (laps, obstacle, said) in [
        (loaded(100), Some("busy"), "other programs used 1.0 of the 2 cores (50 %)"),
        (loaded(21), Some("busy"), "Close them, and run it again"),
        (loaded(19), None, ""),
        (first(2), Some("few"), "2 rounds say nothing"),
        (first(1), Some("few"), "1 round says nothing"),
        (first(LEAST_ROUNDS), None, ""),
        (only(Mode::Subinterpreters), Some("nothing"), "leave --modes out"),
        (shaky, Some("unstable"), "vary too much"),
    ] {
        let verdicts = judged(&laps);
        let Some(obstacle) = obstacle else {
            concluded(&verdicts[0]);
            continue;
        };
        let found = match refused(&verdicts[0]) {
            [Obstacle::Busy { .. }] => "busy",
            [Obstacle::TooFewRounds { .. }] => "few",
            [Obstacle::Unstable] => "unstable",
            [Obstacle::NothingToCompare] => "nothing",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, obstacle);
        let words = verdicts[0].said();
        assert!(words.found[0].contains(said) && words.limits.is_empty(), "{words:?}");
    }
}

#[test]
fn what_is_unstable_or_fails_is_left_out_and_named() {
    let mut all = usual();
    all.extend(laps(Class::Cpu, "numpy", Mode::Threads, &[100, 100, 100]));
    let mut failing = laps(Class::Cpu, "numpy", Mode::Subinterpreters, &[1, 1, 1]);
    failing.iter_mut().for_each(|lap| {
        lap.outcome = BenchOutcome::Failed { sentence: "numpy does not support loading in subinterpreters.".into() };
    });
    all.extend(failing);
    all.extend(laps(Class::Cpu, "shaky", Mode::Threads, &[100, 300, 50]));
    all.extend(laps(Class::Cpu, "shaky", Mode::Subinterpreters, &[100, 100, 100]));
    let verdicts = judged(&all);
    let conclusion = concluded(&verdicts[0]);
    assert_eq!((conclusion.speed[1].with, conclusion.speed[1].ratio.value), (Mode::Threads, 2.0));
    let left: Vec<_> = verdicts[0].left_out.iter().map(|left| (left.workload.as_str(), left.mode)).collect();
    assert_eq!(left, [("numpy", Mode::Subinterpreters), ("shaky", Mode::Threads)]);
    assert!(matches!(verdicts[0].left_out[1].why, Why::Unstable(Instability::Spread { .. })));
    let Brake::Refused { workloads, .. } = &conclusion.brakes[0] else { panic!("{:?}", conclusion.brakes) };
    assert_eq!(workloads, &["numpy"]);
}

#[test]
fn executors_are_judged_by_themselves_and_free_threads_of_another_build_are_named() {
    let mut all = usual();
    all.extend(laps(Class::Cpu, "fib", Mode::InterpreterPool, &[505, 500, 510]));
    all.extend(laps(Class::Cpu, "fib", Mode::ThreadPool, &[1000, 1010, 1020]));
    let mut free = laps(Class::Cpu, "fib", Mode::FreeThreaded, &[600, 605, 610]);
    free.iter_mut().for_each(|lap| lap.build = "3.14.10-Absent".into());
    all.extend(free);
    let verdicts = judged(&all);
    let found: Vec<_> = verdicts.iter().map(|one| (one.group, one.subject)).collect();
    assert_eq!(
        found,
        [
            (GroupName::Native, Mode::Subinterpreters),
            (GroupName::Stdlib, Mode::InterpreterPool),
            (GroupName::Native, Mode::FreeThreaded)
        ]
    );
    let with = |verdict: &Verdict| concluded(verdict).speed.iter().map(|one| one.with).collect::<Vec<_>>();
    assert_eq!(with(&verdicts[0]), [Mode::Sequential, Mode::Threads, Mode::Processes, Mode::FreeThreaded]);
    assert_eq!(with(&verdicts[1]), [Mode::ThreadPool], "sequential is native");
    let said = verdicts[0].said();
    assert!(said.found[0].contains("free-threaded threads on CPython 3.14.10 free-threaded"), "{said:?}");
    assert!(verdicts[1].said().about.contains("the standard library's executors, which dispatch tasks themselves"));
}

#[test]
fn work_that_lets_the_gil_go_and_starts_are_judged_by_what_counts_there() {
    let waiting = [
        laps(Class::Io, "sleep", Mode::Threads, &[200, 201, 200]),
        laps(Class::Io, "sleep", Mode::Subinterpreters, &[200, 200, 201]),
    ];
    let verdicts = judged(&waiting.concat());
    let conclusion = concluded(&verdicts[0]);
    assert_eq!((conclusion.speed[0].relation, &conclusion.brakes[0]), (Relation::Noise, &Brake::NoLock));
    assert!(verdicts[0].said().found.iter().any(|found| found.contains("No difference can be seen")));

    let starting = [
        laps(Class::Start, "imports", Mode::Processes, &[2, 2, 2]),
        laps(Class::Start, "imports", Mode::Subinterpreters, &[9, 9, 9]),
    ];
    let verdicts = judged(&starting.concat());
    let conclusion = concluded(&verdicts[0]);
    assert_eq!((conclusion.speed[0].ratio.value.round(), conclusion.start.len()), (3.0, 0));
    assert!(verdicts[0].said().found[0].contains("were ready 3.00 ±0.00 times as soon as processes"));
}

#[test]
fn every_figure_is_judged_by_its_own_noise() {
    let mut all = usual();
    for lap in all.iter_mut().filter(|lap| lap.mode == Mode::Threads) {
        if let BenchOutcome::Measured(measures) = &mut lap.outcome {
            // From 80 to 97 ms, where interpreters take 100: always less, and yet within what they vary by.
            measures.ready = Nanos((80 + u64::from(lap.round.number()) * 8) * MILLI);
        }
    }
    let verdicts = judged(&all);
    let conclusion = concluded(&verdicts[0]);
    let threads =
        |all: &[super::conclude::Comparison]| all.iter().find(|one| one.with == Mode::Threads).unwrap().relation;
    assert_eq!((threads(&conclusion.speed), threads(&conclusion.start)), (Relation::More, Relation::Noise));
}

#[test]
fn carrying_is_named_where_it_takes_much_of_the_time() {
    let mut all = usual();
    for lap in all.iter_mut().filter(|lap| lap.mode == Mode::Subinterpreters) {
        if let BenchOutcome::Measured(measures) = &mut lap.outcome {
            (measures.carrying, measures.computing) = (Some(Nanos(30)), Some(Nanos(70)));
        }
    }
    let verdicts = judged(&all);
    assert_eq!(concluded(&verdicts[0]).brakes[0], Brake::Transfer { share: 0.3 });
    assert!(verdicts[0].said().limits[0].contains("less to hand over"));
}

/// Expected: `statistics.mean` and `statistics.stdev` of CPython, and pyperf's formula.
#[test]
fn pyperf_would_warn_of_these() {
    use Instability::{Extreme, Spread, TooFew, TooShort};
    for (values, expected) in [
        (vec![], vec![]),
        (vec![1.0], vec![]),
        (vec![1.0, 1.0, 1.0], vec![]),
        // A standard deviation of 1 % of the mean takes ceil(4 * 1.96² * 1) = 16 values.
        (vec![0.99, 1.0, 1.01], vec![TooFew { values: 3, needed: 16 }]),
        (vec![0.9, 1.0, 1.1], vec![Spread { share: 0.1 }]),
        (vec![1.0, 1.0, 1.0, 3.0], vec![Spread { share: 0.667 }, Extreme { share: 1.0 }]),
        (vec![2.0, 2.0, 2.0, 0.5], vec![Spread { share: 0.462 }, Extreme { share: -0.692 }]),
        (vec![0.0005, 0.0005], vec![TooShort { shortest: 0.0005 }]),
    ] {
        let rounded = |share: f64| (share * 1e3).round() / 1e3;
        let found: Vec<_> = instabilities(&values)
            .into_iter()
            .map(|found| match found {
                Spread { share } => Spread { share: rounded(share) },
                Extreme { share } => Extreme { share: rounded(share) },
                other => other,
            })
            .collect();
        assert_eq!(found, expected, "{values:?}");
        assert!(found.iter().all(|found| !found.words().is_empty()));
    }
}

#[test]
fn a_badge_says_which_differences_mean_nothing() {
    let of = |walls: &[u64]| Badge::of(&series(&laps(Class::Cpu, "x", Mode::Threads, walls)), 2, 8);
    for (walls, said) in [
        (&[940, 1000, 1060][..], "±6.0 %, 2 of 8 CPUs allowed: differences under 8.5 % mean nothing"),
        (&[1000, 1000, 1000], "±0.0 %, 2 of 8 CPUs allowed: differences under 1.0 % mean nothing"),
        (&[800, 1200], "±20 %, 2 of 8 CPUs allowed: differences under 28 % mean nothing"),
        (&[800], "of one round, 2 of 8 CPUs allowed: how much it varies is not known, so no difference means anything"),
    ] {
        assert_eq!(of(walls).sentence(), said);
    }
}

#[test]
fn ratios_of_workloads_are_their_geometric_mean_with_an_interval() {
    let (double, eightfold) = (vec![(2.0, 1.0); 3], vec![(8.0, 1.0); 3]);
    let ratio = Ratio::of(&[double.clone(), eightfold]).unwrap();
    assert!((ratio.value - 4.0).abs() < 1e-12 && ratio.spread.unwrap().width() < 1e-9, "{ratio:?}");
    assert!((ratio.among.low, ratio.among.high) == (2.0, 8.0));
    let inverse = ratio.inverse();
    assert!((inverse.value - 0.25).abs() < 1e-12 && (inverse.among.low - 0.125).abs() < 1e-12);
    for (pairs, bound, relation) in [
        (vec![(2.0, 1.0); 3], 0.1, Relation::More),
        (vec![(1.0, 2.0); 3], 0.1, Relation::Less),
        (vec![(1.05, 1.0); 3], 0.1, Relation::Noise),
        (vec![(2.0, 1.0), (0.5, 1.0), (1.5, 1.0)], 0.1, Relation::Noise),
        (vec![(2.0, 1.0)], 0.1, Relation::Noise),
    ] {
        assert_eq!(Ratio::of(&[pairs]).unwrap().relation(bound), relation);
    }
    assert_eq!((Ratio::of(&[]), Ratio::of(&[double, vec![]])), (None, None));
}

#[test]
fn every_class_is_found_by_its_slug() {
    for class in Class::ALL {
        assert_eq!(class.slug().parse(), Ok(class));
    }
    assert!("fast".parse::<Class>().unwrap_err().contains("cpu, hash"));
}
