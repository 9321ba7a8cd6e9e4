//! The library that draws charts, and a chart of it at a place of the page.

use charming::Chart;
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use super::Palette;
use crate::editor::meta;

/// Below this width of the window, in pixels, charts have little room.
const NARROW: f64 = 600.0;

#[wasm_bindgen(module = "/js/dist/editor.js")]
extern "C" {
    fn load(url: &str) -> js_sys::Promise;
}

#[wasm_bindgen]
extern "C" {
    pub type Module;

    #[wasm_bindgen(method, getter, js_name = LiveChart)]
    pub fn live_chart(this: &Module) -> js_sys::Function;

    /// What an export's compressed file holds.
    #[wasm_bindgen(method)]
    pub fn unpacked(this: &Module, url: &str) -> js_sys::Promise;

    pub type LiveChart;

    #[wasm_bindgen(method)]
    /// Draws the option, unless it is the same as before.
    fn set(this: &LiveChart, option: &JsValue);

    /// Draws the option now and gives it with these words (title, sentence, machine) as the address of a PNG.
    #[wasm_bindgen(method, catch)]
    pub fn poster(this: &LiveChart, option: &JsValue, words: &js_sys::Array) -> Result<String, JsValue>;

    #[wasm_bindgen(method)]
    pub fn dispose(this: &LiveChart);
}

/// Where the library and the chart are; copies are the same one.
#[derive(Clone, Copy)]
pub struct Drawing {
    state: RwSignal<State>,
    /// Whether its place is in sight.
    seen: RwSignal<bool>,
}

enum State {
    Loading,
    Ready(SendWrapper<Live>),
    Failed,
}

/// The chart, and what it calls when it comes into sight or leaves it.
struct Live {
    chart: LiveChart,
    _seen: Closure<dyn FnMut(bool)>,
}

/// Fetches the library before it is needed.
pub async fn fetch_early() {
    // Whoever needs it tries again and says so if it fails.
    let _ = library().await;
}

/// The library, fetched if it isn't there yet.
///
/// # Errors
/// What the browser says.
pub async fn library() -> Result<Module, JsValue> {
    JsFuture::from(load(&meta("virgil-charts"))).await.map(JsCast::unchecked_into)
}

impl Drawing {
    /// Begins at this place; it ends with the component that called this.
    pub fn at(place: NodeRef<Div>) -> Drawing {
        let state = RwSignal::new(State::Loading);
        let seen = RwSignal::new(false);
        spawn_local(async move {
            let loaded = library().await.and_then(|library| {
                let Some(Some(place)) = place.try_get_untracked() else { return Ok(None) };
                let tell = Closure::new(move |now: bool| {
                    // It may be gone by now.
                    let _ = seen.try_set(now);
                });
                let arguments = js_sys::Array::of2(&place, tell.as_ref());
                let chart = js_sys::Reflect::construct(&library.live_chart(), &arguments)?.unchecked_into();
                Ok(Some(Live { chart, _seen: tell }))
            });
            // It may be gone by now: then there is nothing to draw on.
            let _ = match loaded {
                Ok(Some(live)) => state.try_set(State::Ready(SendWrapper::new(live))),
                Ok(None) => None,
                Err(_) => state.try_set(State::Failed),
            };
        });
        on_cleanup(move || {
            state.with_untracked(|state| {
                if let State::Ready(live) = state {
                    live.chart.dispose();
                }
            });
        });
        Drawing { state, seen }
    }

    /// Whether somebody would see what is drawn now; whoever asks is called again when that changes.
    pub fn is_seen(self) -> bool {
        self.seen.get()
    }

    /// Draws this, unless it is what was drawn last: within this frame if there is time, or once the library is there.
    /// Whoever calls is called again then.
    pub fn show(self, chart: Chart) {
        self.state.with(|state| {
            let State::Ready(live) = state else { return };
            if let Ok(option) = serde_wasm_bindgen::to_value(&chart) {
                live.chart.set(&option);
            }
        });
    }

    /// Whether the library could not be loaded.
    pub fn has_failed(self) -> bool {
        self.state.with(|state| matches!(state, State::Failed))
    }
}

/// The style sheet's colours as they are now.
pub fn palette() -> Palette {
    palette_at(document().document_element().as_ref())
}

/// The colours that the style sheet has where this element is.
pub fn palette_at(place: Option<&Element>) -> Palette {
    let style = place.and_then(|place| window().get_computed_style(place).ok().flatten());
    let narrow = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < NARROW);
    Palette::read(
        |name| {
            style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default().trim().to_owned()
        },
        prose_size(),
        narrow,
    )
}

/// The size of prose in pixels: that of the page's root.
fn prose_size() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok()).unwrap_or_default();
    size.trim_end_matches("px").parse().unwrap_or(20.0)
}
