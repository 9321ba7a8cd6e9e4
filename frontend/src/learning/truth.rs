//! A prediction beside what was measured, in words.

use leptos::prelude::*;
use shared::{
    CellId, Expected, Group, Guess, LEAST_SPEED_UP, Mode, Prediction, Run, duration, groups, load_groups,
    nearest_speed_up, per_second, speed_ups,
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
        Guess::Fastest(guess) => vec![told_of_fastest(*guess, run)],
        Guess::SpeedUps(expected) => expected.iter().map(|expected| told_of_speed_up(*expected, run)).collect(),
    }
}

fn told_of_fastest(guess: Option<Mode>, run: &Run) -> Told {
    let predicted = match guess {
        Some(mode) => format!("You predicted that {} will be fastest.", in_sentence(mode)),
        None => "You predicted that no mode will be clearly the fastest.".to_owned(),
    };
    let best = best_of_each(run);
    let [first, others @ ..] = best.as_slice() else {
        return Told { predicted, measured: "This run measured nothing.".into(), came_true: Truth::Unknown };
    };
    let is_close = |other: &&Best| other.seconds < first.seconds * CLEARLY;
    let close: Vec<&Best> = others.iter().filter(is_close).collect();
    let (measured, came_true) = match (close.as_slice(), others) {
        ([], []) => (format!("This run measured only {}.", figure(first)), Truth::Unknown),
        ([], [next, ..]) => (
            format!("Measured: {} was fastest; next came {}.", figure(first), figure(next)),
            if guess == Some(first.mode) { Truth::Yes } else { Truth::No },
        ),
        ([next, ..], _) => (
            format!(
                "Measured: no clear winner. {} and {} are less than a tenth apart.",
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
    /// For all tasks, or for an answer.
    seconds: f64,
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
                seconds: group.median.seconds(),
                figure: duration(group.median),
            })
            .collect(),
        false => load_groups(run)
            .into_iter()
            .map(|group| Best {
                mode: group.who.mode,
                workers: group.who.workers,
                seconds: 1.0 / group.rate(),
                figure: format!("{} answers a second", per_second(group.rate())),
            })
            .collect(),
    };
    all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let mut best: Vec<Best> = Vec::new();
    for group in all {
        if group.mode.group() == Group::Native && best.iter().all(|other| other.mode != group.mode) {
            best.push(group);
        }
    }
    best
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
