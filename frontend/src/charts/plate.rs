//! A chart with its title and its words.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::html::Div;
use leptos::prelude::*;

use super::drawing::{Drawing, palette};
use super::{Palette, Picture};
use crate::page::Page;

/// A name that no other element of the page has.
pub fn unique(name: &str) -> String {
    static USED: AtomicU32 = AtomicU32::new(0);
    format!("{name}-{}", USED.fetch_add(1, Ordering::Relaxed))
}

/// Sets a signal, unless it has that value: whoever watches it has nothing to do then.
pub fn renew<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}

/// A chart, drawn anew whenever something changes that `draw` has looked at; while a lap is measured, only if it is in
/// sight.
#[component]
pub fn Plate(
    slug: &'static str,
    title: &'static str,
    draw: impl Fn(&Palette) -> Option<Picture> + 'static,
    page: Page,
    /// Whether drawing would take from a measurement.
    #[prop(optional, into)]
    measured: Signal<bool>,
    /// What stands beside the title.
    #[prop(optional)]
    tools: Option<AnyView>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let drawing = Drawing::at(place);
    let drawn = RwSignal::new(0_usize);
    let height = RwSignal::new(0.0_f64);
    let caption = RwSignal::new(String::new());
    Effect::new(move |_| {
        page.look.track();
        if measured.get() && !drawing.is_seen() {
            return;
        }
        let Some(picture) = draw(&palette()) else { return };
        renew(drawn, picture.drawn);
        renew(height, picture.height);
        renew(caption, picture.sentence);
        drawing.show(picture.chart);
    });
    let failed = move || drawing.has_failed();
    let sentence = unique("sentence");
    view! {
        <figure class="chart" data-chart=slug data-points=move || drawn.get().to_string()>
            <div class="chart-head"><h4>{title}</h4>{tools}</div>
            <div class="scroll canvas-box">
                <div
                    class="canvas"
                    role="img"
                    aria-label=title
                    aria-describedby=sentence.clone()
                    node_ref=place
                    style:height=move || format!("{}px", height.get())
                ></div>
            </div>
            <Show when=failed>
                <p class="refusal">"The charts could not be loaded: reload the page. The table has the same numbers."</p>
            </Show>
            <figcaption id=sentence>{caption}</figcaption>
        </figure>
    }
}
