//! An exercise's check.

use shared::{LapEvent, Mode, Verdict};

use crate::harness::{modes, run_checked};

const SOURCE: &str =
    "ITEMS = range(40)\nclass Box:\n    def __init__(self, item): self.item = item\ndef work(item): return Box(item)\n";

fn verdict(check: &str, mode: Mode) -> Verdict {
    let record = run_checked(SOURCE, mode, check);
    assert_eq!(record.results().len(), 20, "a lap whose check fails has completed all the same");
    match record.events.last() {
        Some(LapEvent::Checked(verdict)) => verdict.clone(),
        other => panic!("not checked: {other:?}"),
    }
}

#[test]
fn a_check_sees_results_and_lap() {
    let check = "
def check(results, lap):
    assert [box.item for box in results] == list(range(40)), 'results'
    assert lap.mode == 'MODE' and lap.workers == WORKERS, (lap.mode, lap.workers)
    assert [task.task for task in lap.tasks] == list(range(40)), 'tasks'
    assert all(0 <= task.start <= task.end <= lap.wall + 1e-9 and task.cpu >= 0 for task in lap.tasks), 'times'
    assert {task.worker for task in lap.tasks} <= set(range(WORKERS)), 'workers'
";
    for mode in modes() {
        let workers = if mode.is_parallel() { "2" } else { "1" };
        let check = check.replace("MODE", mode.slug()).replace("WORKERS", workers);
        assert_eq!(verdict(&check, mode), Verdict::Passed, "{mode}");
    }
}

#[test]
fn a_check_fails_with_its_sentence() {
    for (check, sentence) in [
        ("def check(results, lap): assert False, 'Look again.'", "Look again."),
        ("def check(results, lap):\n    assert not results\n", "This does not hold: assert not results"),
    ] {
        assert_eq!(verdict(check, Mode::Subinterpreters), Verdict::Failed(sentence.into()));
    }
}

#[test]
fn a_broken_check_says_so() {
    for (check, said) in [
        ("def check(results, lap): results.nothing", "AttributeError"),
        ("def check(", "SyntaxError"),
        ("x = 1", "no `check(results, lap)`"),
    ] {
        match verdict(check, Mode::Sequential) {
            Verdict::Broken(text) => assert!(text.contains(said) && !text.contains("virgil"), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}
