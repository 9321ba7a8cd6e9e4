//! Light or dark: as the system has it, or as it was chosen here.

use leptos::prelude::*;

use crate::page::Page;

const KEY: &str = "virgil-theme";

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    fn slug(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn next(self) -> Theme {
        match self {
            Theme::Auto => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Auto,
        }
    }

    fn kept() -> Theme {
        let slug = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok()?);
        Theme::ALL.into_iter().find(|theme| Some(theme.slug()) == slug.as_deref()).unwrap_or(Theme::Auto)
    }

    fn show(self) {
        let Some(root) = document().document_element() else { return };
        // A page that can't take an attribute stays as the system has it.
        let _ = root.set_attribute("data-theme", self.slug());
    }
}

/// Shows what was chosen before.
pub fn restore() {
    Theme::kept().show();
}

/// The button that goes through the themes.
#[component]
pub fn Switch(page: Page) -> impl IntoView {
    let theme = RwSignal::new(Theme::kept());
    let turn = move |_| {
        theme.update(|theme| *theme = theme.next());
        let chosen = theme.get_untracked();
        chosen.show();
        if let Ok(Some(storage)) = window().local_storage() {
            // Not kept: it is chosen again next time.
            let _ = storage.set_item(KEY, chosen.slug());
        }
        page.look.update(|look| *look += 1);
    };
    follow_the_system(page);
    view! {
        <button type="button" class="theme" title="Colours: as the system has them, light, or dark" on:click=turn>
            <span class="theme-sign" data-theme=move || theme.get().slug() aria-hidden="true"></span>
            <span class="unseen">"Colours: "</span>
            <span class="words">{move || theme.get().slug()}</span>
        </button>
    }
}

fn follow_the_system(page: Page) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else { return };
    let changed = Closure::<dyn Fn()>::new(move || page.look.update(|look| *look += 1));
    query.set_onchange(Some(changed.as_ref().unchecked_ref()));
    // The page listens as long as it lives: neither is ever freed.
    changed.forget();
    std::mem::forget(query);
}
