//! Exceptions: a friendly sentence first, then Python's own words.

use leptos::prelude::*;
use shared::{Ending, LapPhase, Phase, Run, RunEnding, SourceKind, advice};

use crate::editor::EditorHandle;
use crate::text::{lap_title, with_code};

/// An exception as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trouble {
    /// In which laps.
    pub place: String,
    /// What it means and what to do.
    pub advice: Option<String>,
    /// What Python says in one line, unless the run's ending says it.
    pub summary: Option<String>,
    /// All that Python says, where that is more than one line.
    pub traceback: Option<String>,
    /// The line of the source.
    pub line: Option<u32>,
}

/// The exceptions of a run, and workers that died in it: laps that raised the same are told together.
pub fn troubles(run: &Run) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = Vec::new();
    let told = match run.phase {
        Phase::Ended(RunEnding::AsLap(lap)) => Some(lap as usize),
        _ => None,
    };
    for lap in &run.laps {
        let trouble = |loss| Trouble {
            place: lap_title(lap),
            advice: Some(format!("{}: {loss}", lap_title(lap))),
            summary: None,
            traceback: None,
            line: None,
        };
        troubles.extend(lap.losses().map(trouble));
    }
    for (number, lap) in run.laps.iter().enumerate() {
        let LapPhase::Ended(ending @ Ending::Raised(raised)) = &lap.phase else { continue };
        let place = if lap.kind == Some(SourceKind::Script) { "The script".to_owned() } else { lap_title(lap) };
        let traceback = raised.is_traced().then(|| raised.traceback.clone());
        let advice = advice(raised);
        let summary = Some(ending.summary()).filter(|_| told != Some(number));
        if advice.is_none() && summary.is_none() && traceback.is_none() {
            continue;
        }
        let same = |known: &&mut Trouble| {
            (known.line, &known.traceback, &known.advice) == (raised.line, &traceback, &advice) && traceback.is_some()
        };
        match troubles.iter_mut().find(same) {
            Some(known) => known.place = format!("{}, {}", known.place, place.to_lowercase()),
            None => troubles.push(Trouble { place, advice, summary, traceback, line: raised.line }),
        }
    }
    troubles
}

/// The exceptions of a run.
#[component]
pub fn Troubles(troubles: Memo<Vec<Trouble>>, editor: EditorHandle) -> impl IntoView {
    view! {
        <For each=move || troubles.get() key=Clone::clone let:trouble>
            <div class="trouble">
                {(trouble.advice.is_some() || trouble.traceback.is_some()).then(|| {
                    let advice = trouble.advice.as_deref().unwrap_or("The code raised an exception that nothing caught.");
                    view! { <p class="advice">{with_code(advice)}</p> }
                })}
                <Show when=move || troubles.with(|troubles| troubles.len().gt(&1))>
                    <p class="summary">
                        {trouble.place.clone()}
                        {trouble.summary.as_ref().map(|summary| with_code(&format!(": {summary}")))}
                    </p>
                </Show>
                {trouble.line.map(|line| view! {
                    <button type="button" class="go-to-line" on:click=move |_| editor.go_to(line)>
                        {format!("Go to line {line}")}
                    </button>
                })}
                {trouble.traceback.map(|traceback| view! { <pre class="traceback scroll" tabindex="0">{traceback}</pre> })}
            </div>
        </For>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Cause, Death, LapEvent, Mode, Raised, RunEvent, samples};

    fn raised(exception: &str, message: &str) -> Raised {
        let traceback = format!("Traceback …\n  File \"x.py\", line 3\n{exception}: {message}\n");
        Raised { traceback, line: Some(3), worker: Some(0), task: Some(1), ..samples::raised(exception, message) }
    }

    #[test]
    fn laps_that_raised_the_same_are_told_together() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        for lap in 0..2 {
            sample::begin(&mut run, lap, 3);
            run.apply(&RunEvent::LapEnded {
                lap,
                ending: Ending::Raised(raised("NameError", "name 'x' is not defined")),
            });
        }
        let troubles = troubles(&run);
        assert_eq!(troubles.len(), 1);
        assert_eq!(troubles[0].place, "Sequential, threads with 2 workers");
        assert!(troubles[0].advice.as_ref().unwrap().contains("typing mistake"));
        assert!(troubles[0].summary.is_some(), "no ending says it yet");
    }

    #[test]
    fn a_worker_that_died_while_the_others_served_is_told() {
        let mut run = sample::accepted(&[Mode::Processes]);
        sample::begin(&mut run, 0, 0);
        assert_eq!(troubles(&run), []);
        let death = Death { cause: Cause::Exit(7), worker: Some(1), task: Some(3), peak_memory: None, last_line: None };
        sample::in_lap(&mut run, 0, LapEvent::WorkerDied(Box::new(death)));
        let advice = troubles(&run)[0].advice.clone().unwrap();
        let said = "Processes with 2 workers: Worker process 1 died in request 3: it exited with status 7 before the work was done.";
        assert!(advice.starts_with(said) && advice.ends_with("The other workers went on."), "{advice}");
    }

    #[test]
    fn advice_is_said_once() {
        let mut run = sample::accepted(&[Mode::Sequential]);
        sample::begin(&mut run, 0, 3);
        let raised = Raised { advice: Some("Say yes.".into()), ..raised("ValueError", "no") };
        run.apply(&RunEvent::LapEnded { lap: 0, ending: Ending::Raised(raised) });
        run.apply(&RunEvent::Ended(RunEnding::AsLap(0)));
        let trouble = &troubles(&run)[0];
        assert_eq!(trouble.advice.as_deref(), Some("Say yes."));
        assert_eq!(crate::progress::sentence(&run).as_deref(), Some("ValueError in task 1, line 3: no."));
        assert_eq!(trouble.summary, None);
    }

    #[test]
    fn what_the_ending_says_in_full_is_not_said_again() {
        for (advice, shown) in [(None, 0), (Some("Choose another."), 1)] {
            let mut run = sample::accepted(&[Mode::Sequential]);
            sample::begin(&mut run, 0, 3);
            let said = samples::raised("TypeError", "`work` is no function: write `def work(item):`.");
            let traceback = format!("{}: {}\n", said.exception, said.message);
            let raised = Raised { traceback, advice: advice.map(str::to_owned), ..said };
            run.apply(&RunEvent::LapEnded { lap: 0, ending: Ending::Raised(raised) });
            run.apply(&RunEvent::Ended(RunEnding::AsLap(0)));
            let troubles = troubles(&run);
            assert_eq!(troubles.len(), shown);
            assert!(troubles.iter().all(|trouble| trouble.traceback.is_none() && trouble.advice.as_deref() == advice));
        }
    }
}
