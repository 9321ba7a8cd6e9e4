//! Two runs side by side: what changed in sentences, and the same tables and charts of both.

use leptos::prelude::*;
use shared::{KeptRun, Nanos, Run, SourceKind, WholeRun};

use super::changes::changes;
use super::front::{close, in_front};
use super::words::{Clock, machine, origin, when};
use crate::changes::Changes;
use crate::charts::lanes::Lanes;
use crate::charts::{self, Kind, Plate, Reach};
use crate::page::Page;
use crate::progress::{self, Laps};

/// The comparison, in front of everything until it is closed.
#[component]
pub fn CompareView(one: WholeRun, other: WholeRun, on_close: impl Fn() + Copy + 'static, page: Page) -> impl IntoView {
    let title = format!("{} beside {}", called(&one.kept), called(&other.kept));
    let told =
        changes(&one, &other).into_iter().map(|change| view! { <li data-change=change.about>{change.text}</li> });
    let (before, after) = (one.request.source.clone(), other.request.source.clone());
    let code = (before != after).then(|| {
        let (before, after) = (Signal::stored(before), Signal::stored(after));
        view! {
            <details class="code-change">
                <summary>"The code that differs"</summary>
                <Changes before after names=("in the first run", "in the second run")/>
            </details>
        }
    });
    // One clock for the lanes of both, and one scale for each of the other charts.
    let until =
        [&one, &other].into_iter().flat_map(|whole| whole.run().laps).map(|lap| lap.now).max().unwrap_or_default();
    let [reach, other_reach] =
        [&one, &other].map(|whole| Reach::of(&whole.run(), measured_on(&whole.kept, page).cores));
    let reach = reach.and(other_reach);
    let dialog = in_front();
    view! {
        <dialog class="view compare" node_ref=dialog aria-labelledby="compare-title" on:close=move |_| on_close()>
            <header>
                <h2 id="compare-title">{title}</h2>
                <button type="button" autofocus on:click=move |_| close(dialog)>"Close"</button>
            </header>
            <div class="view-body">
                <ul class="told" aria-label="What changed">{told.collect_view()}</ul>
                {code}
                <div class="sides">
                    <Side whole=one until reach page/>
                    <Side whole=other until reach page/>
                </div>
            </div>
        </dialog>
    }
}

/// `Run 3 of primes`.
pub fn called(kept: &KeptRun) -> String {
    format!("{} of {}", kept.title(), kept.ticket.cell)
}

/// The machine that a run was measured on, which need not be this one.
fn measured_on(kept: &KeptRun, page: Page) -> charts::Machine {
    charts::Machine::of_kept(kept, page.welcome.with_untracked(|welcome| charts::Machine::of(welcome.as_ref())))
}

#[component]
fn Side(whole: WholeRun, until: Nanos, reach: Reach, page: Page) -> impl IntoView {
    let kept = &whole.kept;
    let title = called(kept);
    let executed = when(Clock::of(kept.executed()), Clock::now());
    let place = origin(kept).unwrap_or_else(|| machine(&kept.machine));
    let run: RwSignal<Option<Run>> = RwSignal::new(Some(whole.run()));
    let ending = run.with_untracked(|run| run.as_ref().and_then(progress::sentence));
    let machine = measured_on(kept, page);
    let is_service =
        run.with_untracked(|run| run.iter().flat_map(|run| &run.laps).any(|lap| lap.kind == Some(SourceKind::Service)));
    let is_desktop = run.with_untracked(|run| run.iter().flat_map(|run| &run.laps).any(shared::Lap::is_desktop));
    let compared = match (is_service, is_desktop) {
        (true, _) => Kind::Load,
        (_, true) => Kind::Window,
        (false, false) => Kind::SpeedUp,
    };
    let plate = move |kind: Kind| {
        let draw = move |palette: &charts::Palette| {
            run.with(|run| run.as_ref().map(|run| kind.draw_as_far(run, machine, reach, palette)))
        };
        view! { <Plate slug=kind.slug() title=kind.title() draw page/> }
    };
    view! {
        <section class="side" aria-label=title.clone()>
            <h3>{title.clone()}</h3>
            <p class="runs-note">{format!("{executed}, {place}")}</p>
            <p>{ending}</p>
            <Laps run/>
            <Lanes run page until/>
            {plate(compared)}
            {plate(Kind::Time)}
        </section>
    }
}
