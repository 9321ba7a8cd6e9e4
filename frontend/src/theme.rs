//! How the page looks: its colours, as the system has them or as they were chosen here, and the size of all type.

pub mod menu;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

use crate::keyboard::asked as asked_by;
use crate::late::{Late, Part};
use crate::page::Page;
use crate::slides::keys::Command;

const THEME: &str = "virgil-theme";
const SIZE: &str = "virgil-type-size";

/// Which colours were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has them.
    Auto,
    /// Dark words on a light ground.
    Light,
    /// The other way round.
    Dark,
    /// For a large room: all that is possible of contrast, and no small type.
    Projector,
}

impl Theme {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Theme; 4] = [Theme::Auto, Theme::Light, Theme::Dark, Theme::Projector];

    /// The name in the page and in the browser's storage.
    pub fn slug(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Projector => "projector",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Theme::Auto => "As the system",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
            Theme::Projector => "Projector",
        }
    }
}

/// How large type is, in percent.
const SIZES: [u32; 8] = [80, 90, 100, 110, 125, 140, 160, 180];
const USUAL: u32 = 100;

/// The next size in this direction; the same at the end.
fn beside(size: u32, step: isize) -> u32 {
    let place = SIZES.iter().position(|other| *other == size).and_then(|place| place.checked_add_signed(step));
    place.and_then(|place| SIZES.get(place).copied()).unwrap_or(size)
}

/// What is chosen; copies are the same.
#[derive(Clone, Copy)]
pub struct Look {
    /// The colours.
    pub theme: RwSignal<Theme>,
    /// The size of type, in percent.
    pub size: RwSignal<u32>,
    /// What changes when charts must be drawn anew.
    changed: RwSignal<u32>,
}

impl Look {
    fn kept(changed: RwSignal<u32>) -> Look {
        let slug = kept(THEME);
        let theme = Theme::ALL.into_iter().find(|theme| Some(theme.slug()) == slug.as_deref());
        let size = kept(SIZE).and_then(|size| size.parse().ok()).filter(|size| SIZES.contains(size));
        let theme = RwSignal::new(theme.unwrap_or(Theme::Auto));
        Look { theme, size: RwSignal::new(size.unwrap_or(USUAL)), changed }
    }

    /// Takes other colours.
    pub fn choose(self, theme: Theme) {
        self.theme.set(theme);
        keep(THEME, theme.slug());
        self.show();
    }

    /// Makes all type larger, or smaller.
    pub fn step(self, step: isize) {
        self.size.update(|size| *size = beside(*size, step));
        keep(SIZE, &self.size.get_untracked().to_string());
        self.show();
    }

    /// Whether there is a size in this direction.
    pub fn has(self, step: isize) -> bool {
        self.size.with(|size| beside(*size, step) != *size)
    }

    fn show(self) {
        let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        // A page that can't take them stays as the system has it.
        let _ = root.set_attribute("data-theme", self.theme.get_untracked().slug());
        let zoom = f64::from(self.size.get_untracked()) / f64::from(USUAL);
        let _ = root.style().set_property("--zoom", &zoom.to_string());
        self.changed.update(|changed| *changed += 1);
    }
}

fn kept(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Not kept: it is chosen again next time.
        let _ = storage.set_item(key, value);
    }
}

/// Shows what was chosen before, until the switch is there.
pub fn restore() {
    Look::kept(RwSignal::new(0)).show();
}

/// The button that opens what can be chosen, and the keys for the size.
#[component]
pub fn Switch(page: Page) -> impl IntoView {
    let look = Look::kept(page.look);
    let asked = RwSignal::new(0_u32);
    follow_the_system(look);
    let keys = window_event_listener(ev::keydown, move |event| {
        let step = match asked_by(&event) {
            Some(Command::Larger) => 1,
            Some(Command::Smaller) => -1,
            _ => return,
        };
        event.prevent_default();
        look.step(step);
    });
    on_cleanup(move || keys.remove());
    view! {
        <button
            type="button"
            class="theme"
            aria-haspopup="dialog"
            title="Colours, and the size of type (keys + and −)"
            on:click=move |_| asked.update(|asked| *asked += 1)
        >
            <span class="theme-sign" data-theme=move || look.theme.get().slug() aria-hidden="true"></span>
            "Look"
        </button>
        <Late part=Part::Look(look, asked) what="the colours" wanted=Signal::derive(move || asked.get() > 0) page/>
    }
}

fn follow_the_system(look: Look) {
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else { return };
    let changed = Closure::<dyn Fn()>::new(move || look.changed.update(|changed| *changed += 1));
    query.set_onchange(Some(changed.as_ref().unchecked_ref()));
    // The page listens as long as it lives: neither is ever freed.
    changed.forget();
    std::mem::forget(query);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_end_where_there_are_no_more() {
        for (size, step, to) in [(100, 1, 110), (100, -1, 90), (80, -1, 80), (180, 1, 180), (7, 1, 7)] {
            assert_eq!(beside(size, step), to, "{size} by {step}");
        }
    }
}
