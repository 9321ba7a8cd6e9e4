//! The library that draws charts, and a chart of it at a place of the page.

use charming::Chart;
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::wasm_bindgen;
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

    pub type LiveChart;

    #[wasm_bindgen(method)]
    fn set(this: &LiveChart, option: &JsValue);

    /// Draws the option now and gives it with these words (title, sentence, machine) as the address of a PNG.
    #[wasm_bindgen(method, catch)]
    pub fn poster(this: &LiveChart, option: &JsValue, words: &js_sys::Array) -> Result<String, JsValue>;

    #[wasm_bindgen(method)]
    pub fn dispose(this: &LiveChart);
}

/// Where the library and the chart are; copies are the same one.
#[derive(Clone, Copy)]
pub struct Drawing(RwSignal<State>);

enum State {
    Loading,
    Ready(SendWrapper<LiveChart>),
    Failed,
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
        spawn_local(async move {
            let loaded = library().await.and_then(|library| {
                let Some(Some(place)) = place.try_get_untracked() else { return Ok(None) };
                let arguments = js_sys::Array::of1(&place);
                js_sys::Reflect::construct(&library.live_chart(), &arguments).map(Some)
            });
            // It may be gone by now: then there is nothing to draw on.
            let _ = match loaded {
                Ok(Some(chart)) => state.try_set(State::Ready(SendWrapper::new(chart.unchecked_into()))),
                Ok(None) => None,
                Err(_) => state.try_set(State::Failed),
            };
        });
        on_cleanup(move || {
            state.with_untracked(|state| {
                if let State::Ready(chart) = state {
                    chart.dispose();
                }
            });
        });
        Drawing(state)
    }

    /// Draws this with the next frame, or once the library is there: whoever calls is called again then.
    pub fn show(self, chart: &Chart) {
        self.0.with(|state| {
            if let (State::Ready(live), Ok(option)) = (state, serde_wasm_bindgen::to_value(chart)) {
                live.set(&option);
            }
        });
    }

    /// Whether the library could not be loaded.
    pub fn has_failed(self) -> bool {
        self.0.with(|state| matches!(state, State::Failed))
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
        narrow,
    )
}
