//! Why it didn't get faster: at most three sentences under the charts, each with the slide that explains it.

use leptos::prelude::*;
use shared::{Run, question, reasons};

use crate::charts::Machine;
use crate::page::Page;
use crate::text::with_code;

/// All that is said of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Explanation {
    question: &'static str,
    reasons: Vec<Told>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Told {
    /// Its name in the page.
    kind: &'static str,
    text: String,
    /// Where the slide is, and what it is called; a deck on another topic may have none.
    slide: Option<(String, &'static str)>,
}

/// That of a run that is over, on a machine with so many cores, in a deck that has these slides.
fn explanation(run: &Run, cores: u32, has_slide: impl Fn(&str) -> bool) -> Explanation {
    let found = reasons(run, cores);
    let told = found.iter().map(|reason| {
        let (slug, title) = reason.why.slide();
        let slide = has_slide(slug).then(|| (format!("/slide/{slug}"), title));
        Told { kind: reason.why.slug(), text: reason.sentence(), slide }
    });
    Explanation { question: question(&found), reasons: told.collect() }
}

/// A short list; nothing where there is nothing to explain.
#[component]
pub fn Reasons(run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let found = Memo::new(move |_| {
        let explanation =
            |run: &Run| explanation(run, Machine::of_run(run, page).cores, |slug| page.learning.has_slide(slug));
        run.with(|run| run.as_ref().map(explanation).unwrap_or_default())
    });
    view! {
        <div aria-live="polite">
            <section class="reasons" hidden=move || found.with(|found| found.reasons.is_empty())>
                <h4>{move || found.with(|found| found.question)}</h4>
                <ol>
                    <For each=move || found.with(|found| found.reasons.clone()) key=Clone::clone let:told>
                        <li data-reason=told.kind>
                            {with_code(&told.text)}
                            " "
                            {told.slide.map(|(address, title)| view! { <a href=crate::export::address(&address)>{format!("Slide: {title}")}</a> })}
                        </li>
                    </For>
                </ol>
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::{Ending, LapEvent, Mode, Nanos, Results, RunEnding, RunEvent, Span};

    use super::*;
    use crate::charts::sample;

    #[test]
    fn a_run_that_is_over_is_explained_with_a_slide() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Subinterpreters]);
        for lap in 0..2 {
            sample::begin(&mut run, lap, 1);
            let span = Span { task: 0, start: Nanos(10_000_000), end: Nanos(900_000_000), cpu: Nanos(890_000_000) };
            sample::in_lap(&mut run, lap, LapEvent::Spans { worker: 0, spans: vec![span] });
            let ending = Ending::Completed { wall: Nanos(890_000_000), results: Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending });
        }
        let everything = |_: &str| true;
        assert_eq!(explanation(&run, 2, everything).reasons, [], "it is not over");
        run.apply(&RunEvent::Ended(RunEnding::Completed));
        let found = explanation(&run, 2, everything);
        assert_eq!((found.question, found.reasons.len()), ("Why didn't it get faster?", 1));
        let told = &found.reasons[0];
        let (address, _) = told.slide.as_ref().unwrap();
        assert_eq!((told.kind, address.as_str()), ("stragglers", "/slide/65-stragglers"));
        assert_eq!(explanation(&run, 2, |_| false).reasons[0].slide, None, "there is none in this deck");
        assert!(told.text.contains("there is only 1 task"), "{}", told.text);
    }
}
