//! What must be known to believe a run's figures: warnings, and results that differ.

use leptos::prelude::*;
use shared::{Agreement, Run, difference, load_gains, load_groups, reasons, warnings};

use crate::charts::Machine;
use crate::each::each;
use crate::page::Page;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Remark {
    /// Its name in the page.
    kind: &'static str,
    text: String,
}

/// Those of a run that is over, on a machine with so many cores.
fn remarks(run: &Run, cores: u32, agreement: Agreement) -> Vec<Remark> {
    if !run.is_over() {
        return Vec::new();
    }
    let differs = difference(run).map(|difference| Remark {
        kind: match agreement {
            Agreement::Same => "results-differ",
            Agreement::MayDiffer => "results-may-differ",
        },
        text: difference.sentence(run),
    });
    // What a reason says is not said again.
    let reasons = reasons(run, cores);
    let warnings = warnings(run, cores);
    let warnings = warnings.iter().filter(|warning| !reasons.iter().any(|reason| reason.covers(warning)));
    let warnings = warnings.map(|warning| Remark { kind: warning.slug(), text: warning.sentence() });
    let gains = load_gains(&load_groups(run));
    let gains = gains.iter().map(|gain| Remark { kind: "load-gain", text: gain.sentence() });
    differs.into_iter().chain(gains).chain(warnings).collect()
}

/// A small list; nothing where there is nothing to say.
#[component]
pub fn Remarks(run: RwSignal<Option<Run>>, agreement: Agreement, page: Page) -> impl IntoView {
    let remarks = Memo::new(move |_| {
        let remarks = |run: &Run| remarks(run, Machine::of_run(run, page).cores, agreement);
        run.with(|run| run.as_ref().map(remarks).unwrap_or_default())
    });
    view! {
        <ul class="remarks" hidden=move || remarks.with(Vec::is_empty)>
            {each(move || remarks.get(), Remark::clone, |remark| view! { <li data-remark=remark.kind>{remark.text}</li> })}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use shared::{Ending, Mode, Nanos, Results, RunEnding, RunEvent};

    use super::*;
    use crate::charts::sample;

    #[test]
    fn a_run_that_is_over_gets_its_remarks() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        for lap in 0..2 {
            sample::begin(&mut run, lap, 1);
            let results = Results { count: lap + 1, ..Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending: Ending::Completed { wall: Nanos(1_000), results } });
        }
        assert_eq!(remarks(&run, 2, Agreement::Same), [], "the figures are still to come");
        run.apply(&RunEvent::Ended(RunEnding::Completed));
        for (cores, agreement, kinds) in [
            (2, Agreement::Same, vec!["results-differ", "too-short"]),
            (1, Agreement::MayDiffer, vec!["results-may-differ", "more-workers-than-cores", "too-short"]),
        ] {
            let found = remarks(&run, cores, agreement);
            assert_eq!(found.iter().map(|remark| remark.kind).collect::<Vec<_>>(), kinds);
        }
    }
}
