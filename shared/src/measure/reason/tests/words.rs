//! In which words reasons are told.

use super::*;
use crate::REASON_SLIDES;

fn every() -> Vec<Why> {
    vec![
        Why::Refused { module: "numpy".into() },
        Why::GilBound,
        Why::OneThread,
        Why::TinyTasks { task: 2e-6 },
        Why::Transfer { bytes: 320_000_000 },
        Why::MoreWorkersThanCores { cores: 1 },
        Why::Stragglers(Uneven::Few { tasks: 1 }),
        Why::Stragglers(Uneven::Long { task: 7, took: 1.2, median: 0.08 }),
        Why::Stragglers(Uneven::Coarse { tasks: 3 }),
        Why::Waiting,
        Why::SerialPart,
        Why::MemoryBound { growth: 1.84 },
        Why::StartUp { took: 0.31, gained: 0.04 },
        Why::Noise(Crowd::Others),
        Why::Noise(Crowd::Spread { ratio: 1.02, spread: Bounds { low: 0.97, high: 1.061 } }),
        Why::Gained(Gain::OwnGil { seen: true }),
        Why::Gained(Gain::OwnGil { seen: false }),
        Why::Gained(Gain::NoGil),
        Why::Gained(Gain::GilGivenBack),
        Why::Gained(Gain::WaitsOverlap),
    ]
}

fn reason(why: Why, modes: &[Mode]) -> Reason {
    Reason { who: modes.iter().map(|mode| Contestant { mode: *mode, workers: 2 }).collect(), why, share: Some(0.487) }
}

#[test]
fn every_reason_is_plain_sentences_and_has_a_slide() {
    let mut slides: Vec<&str> = Vec::new();
    for why in every() {
        slides.push(why.slide().0);
        for modes in [vec![Mode::Threads], vec![Mode::SharedGil, Mode::Threads], vec![Mode::ThreadPool]] {
            let sentence = reason(why.clone(), &modes).sentence();
            let plain = sentence.ends_with('.') && sentence.len() < 330 && !sentence.contains(['!', '—']);
            assert!(plain && modes.iter().all(|mode| sentence.contains(mode.slug())), "{sentence}");
            assert_eq!(sentence.contains("its own)"), modes == [Mode::ThreadPool], "{sentence}");
        }
    }
    slides.sort_unstable();
    slides.dedup();
    assert_eq!(slides, REASON_SLIDES);
}

#[test]
fn sentences_have_the_numbers_and_what_to_do_next() {
    for (why, said) in [
        (
            Why::GilBound,
            "In threads with 2 workers, 49 % of the workers' time went into waiting for the GIL: one thread at a time \
             runs Python code. Choose subinterpreters or processes, where every worker has its own.",
        ),
        (Why::TinyTasks { task: 2e-6 }, "handing out tasks, which take 2.00 µs each. Let each item be more work"),
        (Why::Transfer { bytes: 320_000_000 }, "carrying items and results, 320 MB of them. Send less"),
        (Why::MoreWorkersThanCores { cores: 1 }, "waiting for a core: there is 1 core."),
        (
            Why::Stragglers(Uneven::Long { task: 7, took: 1.2, median: 0.08 }),
            "nothing to do for 49 % of the workers' time: task 7 took 1.20 s, and half of the tasks no more than 80.0 ms.",
        ),
        (Why::Stragglers(Uneven::Few { tasks: 1 }), "there is only 1 task."),
        (Why::MemoryBound { growth: 1.84 }, "took 1.8 times the CPU time"),
        (Why::StartUp { took: 0.31, gained: 0.04 }, "took 310 ms longer than starting one"),
        (Why::Gained(Gain::OwnGil { seen: true }), "nobody waited for another's lock."),
    ] {
        let sentence = reason(why, &[Mode::Threads]).sentence();
        assert!(sentence.contains(said), "{sentence}");
    }
    let several = reason(Why::GilBound, &[Mode::Threads, Mode::SharedGil]).sentence();
    assert!(several.starts_with("In threads with 2 workers and shared-gil with 2 workers, up to 49 %"), "{several}");
    let pool = reason(Why::GilBound, &[Mode::ThreadPool]).sentence();
    assert!(pool.contains("Choose interpreter-pool or a process-pool"), "{pool}");
}

#[test]
fn the_question_asks_what_the_reasons_answer() {
    let [gain, loss] = [Why::Gained(Gain::NoGil), Why::GilBound].map(|why| reason(why, &[Mode::Threads]));
    assert_eq!(question(std::slice::from_ref(&gain)), "Why did it get faster?");
    assert_eq!(question(&[loss, gain]), "Why didn't it get faster?");
}
