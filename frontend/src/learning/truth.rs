//! A prediction beside what was measured, in words.

use leptos::prelude::*;
use shared::{
    CellId, Expected, Group, Guess, LEAST_SPEED_UP, Mode, Prediction, Run, WindowGroup, duration, groups, load_groups,
    misses_as_many, most_missed, nearest_speed_up, per_second, speed_ups,
};

use crate::page::Page;
use crate::text::{count, spread};

/// So many times as fast as the next, the fastest is clearly so.
const CLEARLY: f64 = 1.1;

/// A prediction and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Told {
    predicted: String,
    measured: String,
    came_true: Truth,
}

/// Whether it came true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Truth {
    Yes,
    Nearly,
    No,
    Unknown,
}

impl Truth {
    fn slug(self) -> &'static str {
        match self {
            Truth::Yes => "yes",
            Truth::Nearly => "nearly",
            Truth::No => "no",
            Truth::Unknown => "unknown",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Truth::Yes => "As you predicted.",
            Truth::Nearly => "Nearly.",
            Truth::No => "Not as you predicted.",
            Truth::Unknown => "",
        }
    }
}

/// As people say it: `1.5×`.
pub fn times_as_fast(hundredths: u32) -> String {
    let or_less = if hundredths == LEAST_SPEED_UP { " or less" } else { "" };
    format!("{}×{or_less}", f64::from(hundredths) / 100.0)
}

/// What a guess came to in a run that is over.
fn told(guess: &Guess, run: &Run) -> Vec<Told> {
    match guess {
        _ if !run.is_over() => Vec::new(),
        Guess::Fastest(guess) => vec![told_of_first(*guess, &best_of_each(run), FASTEST)],
        Guess::MostMissed(guess) => vec![told_of_first(*guess, &most_missed_of_each(run), MOST_MISSED)],
        Guess::SpeedUps(expected) => expected.iter().map(|expected| told_of_speed_up(*expected, run)).collect(),
    }
}

/// How modes are compared, and what it is called.
#[derive(Clone, Copy)]
struct Contest {
    /// What the first one will do, has done, and what no mode will.
    will: &'static str,
    did: &'static str,
    clearly: &'static str,
    /// What there is not, and how far apart those are then.
    decision: &'static str,
    apart: &'static str,
    /// Whether what the first one and another are ranked by is too close.
    is_close: fn(f64, f64) -> bool,
}

const FASTEST: Contest = Contest {
    will: "be fastest",
    did: "was fastest",
    clearly: "be clearly the fastest",
    decision: "winner",
    apart: "a tenth",
    is_close: |first, other| other < first * CLEARLY,
};

const MOST_MISSED: Contest = Contest {
    will: "miss the most frames",
    did: "missed the most frames",
    clearly: "clearly miss the most frames",
    decision: "difference",
    apart: "one frame in twenty",
    is_close: misses_as_many,
};

/// Of modes with the first one first.
fn told_of_first(guess: Option<Mode>, best: &[Best], contest: Contest) -> Told {
    let Contest { will, did, clearly, decision, apart, is_close } = contest;
    let predicted = match guess {
        Some(mode) => format!("You predicted that {} will {will}.", in_sentence(mode)),
        None => format!("You predicted that no mode will {clearly}."),
    };
    let [first, others @ ..] = best else {
        return Told { predicted, measured: "This run measured nothing.".into(), came_true: Truth::Unknown };
    };
    let close: Vec<&Best> = others.iter().filter(|other| is_close(first.rank, other.rank)).collect();
    let (measured, came_true) = match (close.as_slice(), others) {
        ([], []) => (format!("This run measured only {}.", figure(first)), Truth::Unknown),
        ([], [next, ..]) => (
            format!("Measured: {} {did}; next came {}.", figure(first), figure(next)),
            if guess == Some(first.mode) { Truth::Yes } else { Truth::No },
        ),
        ([next, ..], _) => (
            format!(
                "Measured: no clear {decision}. {} and {} are less than {apart} apart.",
                capital(&figure(first)),
                figure(next)
            ),
            match guess {
                None => Truth::Yes,
                Some(mode) if close.iter().chain([&first]).any(|group| group.mode == mode) => Truth::Nearly,
                Some(_) => Truth::No,
            },
        ),
    };
    Told { predicted, measured, came_true }
}

fn told_of_speed_up(expected: Expected, run: &Run) -> Told {
    let Expected { mode, workers, hundredths } = expected;
    let predicted = format!(
        "{} with {}: you predicted {}.",
        mode.title(),
        count(u64::from(workers), "worker"),
        times_as_fast(hundredths)
    );
    let measured = speed_ups(run).into_iter().find(|point| (point.mode, point.workers) == (mode, workers));
    match measured {
        Some(point) => Told {
            predicted,
            measured: format!("Measured: {} as fast.", spread(&point)),
            came_true: if nearest_speed_up(workers, point.ratio) == Some(hundredths) { Truth::Yes } else { Truth::No },
        },
        None => Told { predicted, measured: "This run did not measure it.".into(), came_true: Truth::Unknown },
    }
}

/// A mode with a number of workers, and what it came to.
struct Best {
    mode: Mode,
    workers: u32,
    /// What it is ranked by: seconds for all tasks, or for an answer, or the share of frames that were missed.
    rank: f64,
    figure: String,
}

/// The fastest worker count of each native mode, the fastest mode first: by the time that tasks took, and of a service
/// by how many answers it gave.
fn best_of_each(run: &Run) -> Vec<Best> {
    let mut all: Vec<Best> = match run.is_timed() {
        true => groups(run)
            .into_iter()
            .map(|group| Best {
                mode: group.mode,
                workers: group.workers,
                rank: group.median.seconds(),
                figure: duration(group.median),
            })
            .collect(),
        false => load_groups(run)
            .into_iter()
            .map(|group| Best {
                mode: group.who.mode,
                workers: group.who.workers,
                rank: 1.0 / group.rate(),
                figure: format!("{} answers a second", per_second(group.rate())),
            })
            .collect(),
    };
    all.sort_by(|one, other| one.rank.total_cmp(&other.rank));
    let mut best: Vec<Best> = Vec::new();
    for group in all {
        if group.mode.group() == Group::Native && best.iter().all(|other| other.mode != group.mode) {
            best.push(group);
        }
    }
    best
}

/// The same of a window, by the share of frames that it missed.
fn most_missed_of_each(run: &Run) -> Vec<Best> {
    let best = |group: WindowGroup| Best {
        mode: group.who.mode,
        workers: group.who.workers,
        rank: group.missed(),
        figure: format!("{:.0} % missed", group.missed() * 100.0),
    };
    most_missed(run).into_iter().map(best).collect()
}

/// `threads with 2 workers (1.02 s)`.
fn figure(best: &Best) -> String {
    let Best { mode, workers, figure, .. } = best;
    let name = in_sentence(*mode);
    match mode.is_parallel() {
        true => format!("{name} with {} ({figure})", count(u64::from(*workers), "worker")),
        false => format!("{name} ({figure})"),
    }
}

fn in_sentence(mode: Mode) -> String {
    mode.title().to_lowercase().replace("gil", "GIL")
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What was predicted and what came, once a run is over. Nothing if nothing was predicted.
#[component]
pub fn Predicted(cell: CellId, run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let all = Memo::new(move |_| {
        let Some(Prediction::Made(guess)) = page.learning.of(&cell).prediction else { return Vec::new() };
        run.with(|run| run.as_ref().map(|run| told(&guess, run)).unwrap_or_default())
    });
    view! {
        <div aria-live="polite">
            <section class="predicted" aria-label="Your prediction" hidden=move || all.with(Vec::is_empty)>
                <h4>"Your prediction"</h4>
                <ul>
                    <For each=move || all.get() key=Clone::clone let:told>
                        <li data-came-true=told.came_true.slug()>
                            {told.predicted} " " {told.measured} " " <b>{told.came_true.words()}</b>
                        </li>
                    </For>
                </ul>
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Beat, FRAME, LapEvent, Nanos, RunEnding, RunEvent};

    #[test]
    fn which_was_fastest_is_told_beside_the_guess() {
        use Mode::{Sequential, Subinterpreters, Threads};
        let clear = [(Sequential, 2_000), (Threads, 2_100), (Subinterpreters, 1_000)];
        let close = [(Sequential, 2_000), (Threads, 2_100), (Subinterpreters, 5_000)];
        for (laps, guess, came_true, measured) in [
            (
                &clear[..],
                Some(Subinterpreters),
                Truth::Yes,
                "Measured: subinterpreters with 2 workers (1.00 s) was fastest; next came sequential (2.00 s).",
            ),
            (
                &clear,
                Some(Threads),
                Truth::No,
                "Measured: subinterpreters with 2 workers (1.00 s) was fastest; next came sequential (2.00 s).",
            ),
            (
                &clear,
                None,
                Truth::No,
                "Measured: subinterpreters with 2 workers (1.00 s) was fastest; next came sequential (2.00 s).",
            ),
            (
                &close,
                None,
                Truth::Yes,
                "Measured: no clear winner. Sequential (2.00 s) and threads with 2 workers (2.10 s) are less than a tenth apart.",
            ),
            (
                &close,
                Some(Threads),
                Truth::Nearly,
                "Measured: no clear winner. Sequential (2.00 s) and threads with 2 workers (2.10 s) are less than a tenth apart.",
            ),
            (
                &close,
                Some(Subinterpreters),
                Truth::No,
                "Measured: no clear winner. Sequential (2.00 s) and threads with 2 workers (2.10 s) are less than a tenth apart.",
            ),
            (&clear[..1], Some(Threads), Truth::Unknown, "This run measured only sequential (2.00 s)."),
        ] {
            let found = told(&Guess::Fastest(guess), &sample::completed(laps));
            assert_eq!((found[0].came_true, found[0].measured.as_str()), (came_true, measured), "{guess:?}");
        }
        assert_eq!(told(&Guess::Fastest(None), &sample::accepted(&[Sequential, Threads])), [], "it is not over");
    }

    #[test]
    fn which_missed_the_most_frames_is_told_beside_the_guess() {
        use Mode::{Processes, Threads};
        let run = |missed: [u32; 2]| {
            let mut run = sample::accepted(&[Threads, Processes]);
            for (lap, missed) in (0..).zip(missed) {
                sample::begin(&mut run, lap, 0);
                let beat = |number: u32| Beat {
                    due: Nanos(20_000_000 + u64::from(number) * FRAME.0),
                    late: Nanos(if number < missed { 2 * FRAME.0 } else { 0 }),
                    busy: true,
                };
                sample::in_lap(&mut run, lap, LapEvent::Frames { beats: (0..100).map(beat).collect() });
                sample::finish(&mut run, lap, 2_000);
            }
            run.apply(&RunEvent::Ended(RunEnding::Completed));
            run
        };
        let (clear, close) = (
            "Measured: threads with 2 workers (60 % missed) missed the most frames; next came processes with 2 workers (3 % \
             missed).",
            "Measured: no clear difference. Threads with 2 workers (4 % missed) and processes with 2 workers (1 % missed) are \
             less than one frame in twenty apart.",
        );
        for (missed, guess, came_true, measured) in [
            ([60, 3], Some(Threads), Truth::Yes, clear),
            ([60, 3], Some(Processes), Truth::No, clear),
            ([60, 3], None, Truth::No, clear),
            ([4, 1], None, Truth::Yes, close),
            ([4, 1], Some(Processes), Truth::Nearly, close),
        ] {
            let found = told(&Guess::MostMissed(guess), &run(missed));
            assert_eq!((found[0].came_true, found[0].measured.as_str()), (came_true, measured), "{guess:?}");
        }
        let nothing = told(&Guess::MostMissed(None), &sample::completed(&[(Threads, 10)]));
        assert_eq!(nothing[0].came_true, Truth::Unknown, "no call was given to the pool");
    }

    #[test]
    fn speed_ups_are_told_beside_the_guess() {
        use Mode::{Processes, Sequential, Threads};
        let run = sample::completed(&[(Sequential, 2_000), (Threads, 2_040)]);
        let guess = |mode, hundredths| Expected { mode, workers: 2, hundredths };
        let found = told(&Guess::SpeedUps(vec![guess(Threads, 200), guess(Threads, 100), guess(Processes, 200)]), &run);
        let said: Vec<_> = found.iter().map(|told| (told.measured.as_str(), told.came_true)).collect();
        assert_eq!(
            said,
            [
                ("Measured: 0.98 times as fast.", Truth::No),
                ("Measured: 0.98 times as fast.", Truth::Yes),
                ("This run did not measure it.", Truth::Unknown)
            ]
        );
        assert_eq!(found[0].predicted, "Threads with 2 workers: you predicted 2×.");
    }
}
