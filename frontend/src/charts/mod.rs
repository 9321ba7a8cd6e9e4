//! Charts: a pure function from a run to a typed option for each, and one thin view that draws them.

mod bars;
pub mod grid;
pub mod histogram;
mod lanes;
mod palette;
mod speed_up;
mod story;

#[cfg(test)]
pub mod sample;

use charming::Chart;
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::Run;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::editor::meta;
use crate::page::Page;
pub use palette::Palette;

/// Below this width of the window, in pixels, charts have little room.
const NARROW: f64 = 600.0;

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who worked when.
    Lanes,
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
            Kind::Lanes => "lanes",
            Kind::SpeedUp => "speed-up",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Lanes => "Who worked when",
            Kind::SpeedUp => "Speed-up",
        }
    }

    fn draw(self, run: &Run, cores: u32, palette: &Palette) -> Picture {
        match self {
            Kind::Lanes => lanes::draw(run, palette),
            Kind::SpeedUp => speed_up::draw(run, cores, palette),
        }
    }
}

#[wasm_bindgen(module = "/js/dist/editor.js")]
extern "C" {
    fn load(url: &str) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    type Module;

    #[wasm_bindgen(method, getter, js_name = LiveChart)]
    fn live_chart(this: &Module) -> js_sys::Function;

    type LiveChart;

    #[wasm_bindgen(method)]
    fn set(this: &LiveChart, option: &JsValue);

    #[wasm_bindgen(method)]
    fn dispose(this: &LiveChart);
}

/// Where the library and the chart are.
enum Drawing {
    Loading,
    Ready(SendWrapper<LiveChart>),
    Failed,
}

/// Fetches the library before it is needed.
pub async fn fetch_early() {
    // Whoever needs it tries again and says so if it fails.
    let _ = library().await;
}

async fn library() -> Result<Module, JsValue> {
    JsFuture::from(load(&meta("virgil-charts"))).await.map(JsCast::unchecked_into)
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
    let drawing = RwSignal::new(Drawing::Loading);
    let drawn = RwSignal::new(0_usize);
    let height = RwSignal::new(0.0_f64);
    let caption = RwSignal::new(String::new());
    spawn_local(async move {
        let loaded = library().await.and_then(|library| {
            let Some(Some(place)) = place.try_get_untracked() else { return Ok(None) };
            let arguments = js_sys::Array::of1(&place);
            js_sys::Reflect::construct(&library.live_chart(), &arguments).map(Some)
        });
        // It may be gone by now: then there is nothing to draw on.
        let _ = match loaded {
            Ok(Some(chart)) => drawing.try_set(Drawing::Ready(SendWrapper::new(chart.unchecked_into()))),
            Ok(None) => None,
            Err(_) => drawing.try_set(Drawing::Failed),
        };
    });
    Effect::new(move |_| {
        page.look.track();
        let Some(picture) = draw(&palette()) else { return };
        drawn.set(picture.drawn);
        height.set(picture.height);
        caption.set(picture.sentence);
        drawing.with(|drawing| {
            if let (Drawing::Ready(chart), Ok(option)) = (drawing, serde_wasm_bindgen::to_value(&picture.chart)) {
                chart.set(&option);
            }
        });
    });
    on_cleanup(move || {
        drawing.with_untracked(|drawing| {
            if let Drawing::Ready(chart) = drawing {
                chart.dispose();
            }
        });
    });
    let count = move |of: &[&str]| of.contains(&slug).then(|| drawn.get().to_string());
    let failed = move || drawing.with(|drawing| matches!(drawing, Drawing::Failed));
    view! {
        <figure
            class="chart"
            data-chart=slug
            data-spans=move || count(&["lanes"])
            data-points=move || count(&["speed-up", "histogram", "grid"])
        >
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

fn palette() -> Palette {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let narrow = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < NARROW);
    Palette::read(
        |name| {
            style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default().trim().to_owned()
        },
        narrow,
    )
}
