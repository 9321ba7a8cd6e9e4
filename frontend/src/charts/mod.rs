//! Charts: a pure function from a run to a typed option for each, and one thin view that draws them.

mod drawing;

pub mod grid;
pub mod histogram;
pub mod lanes;
mod palette;
mod speed_up;
mod story;

#[cfg(test)]
pub mod sample;

use charming::Chart;
use leptos::html::Div;
use leptos::prelude::*;
use shared::Run;

use crate::page::Page;
pub use drawing::fetch_early;
use drawing::{Drawing, palette};
pub use palette::Palette;

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How much faster than sequential.
    SpeedUp,
}

/// A chart that is ready to be drawn.
pub struct Picture {
    /// For ECharts.
    chart: Chart,
    /// The same in words.
    sentence: String,
    /// How many spans or points there are in it.
    drawn: usize,
    /// In pixels.
    height: f64,
}

impl Kind {
    fn slug(self) -> &'static str {
        match self {
            Kind::SpeedUp => "speed-up",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::SpeedUp => "Speed-up",
        }
    }

    fn draw(self, run: &Run, cores: u32, palette: &Palette) -> Picture {
        match self {
            Kind::SpeedUp => speed_up::draw(run, cores, palette),
        }
    }
}

/// A chart of the cell's latest run.
#[component]
pub fn Figure(kind: Kind, run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let draw = move |palette: &Palette| {
        let cores = page.welcome.with(|welcome| welcome.as_ref().map_or(1, |welcome| welcome.cores));
        run.with(|run| run.as_ref().map(|run| kind.draw(run, cores, palette)))
    };
    view! { <Plate slug=kind.slug() title=kind.title() draw page/> }
}

/// A chart, drawn anew whenever something changes that `draw` has looked at.
#[component]
pub fn Plate(
    slug: &'static str,
    title: &'static str,
    draw: impl Fn(&Palette) -> Option<Picture> + 'static,
    page: Page,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let drawing = Drawing::at(place);
    let drawn = RwSignal::new(0_usize);
    let height = RwSignal::new(0.0_f64);
    let caption = RwSignal::new(String::new());
    Effect::new(move |_| {
        page.look.track();
        let Some(picture) = draw(&palette()) else { return };
        drawn.set(picture.drawn);
        height.set(picture.height);
        caption.set(picture.sentence);
        drawing.show(&picture.chart);
    });
    let failed = move || drawing.has_failed();
    view! {
        <figure class="chart" data-chart=slug data-points=move || drawn.get().to_string()>
            <h4>{title}</h4>
            <div class="scroll canvas-box">
                <div class="canvas" aria-hidden="true" node_ref=place style:height=move || format!("{}px", height.get())></div>
            </div>
            <Show when=failed>
                <p class="refusal">"The charts could not be loaded: reload the page. The table has the same numbers."</p>
            </Show>
            <figcaption>{caption}</figcaption>
        </figure>
    }
}
