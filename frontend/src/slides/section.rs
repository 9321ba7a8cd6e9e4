//! One slide in the page: its element, its steps, and the cells and quizzes that are mounted into it.

use leptos::prelude::*;
use shared::{Deck, Slide};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::live::{bring_all, elements, focus};
use crate::page::Page;

/// What is shown in place of a slide whose text can't be had.
const MISSING: &str = "<h1>This slide could not be loaded</h1><p>Is Virgil running? Go back and try again, or reload \
                       the page when it is. Your edits are kept.</p>";

/// What a step has as its class while it isn't reached.
const AHEAD: &str = "ahead";

/// A slide's element.
#[derive(Clone)]
pub struct Section {
    root: HtmlElement,
    steps: Vec<HtmlElement>,
}

impl Section {
    /// Of an element that has the slide's HTML.
    pub fn of(root: HtmlElement) -> Section {
        let steps = elements(&root, ":scope > .step").into_iter().filter_map(|step| step.dyn_into().ok()).collect();
        Section { root, steps }
    }

    /// Makes one, hidden at the end of the deck; if there is no HTML, one that says so.
    pub fn append(main: &Element, slide: &Slide, html: Option<&str>) -> Option<Section> {
        let root: HtmlElement = document().create_element("section").ok()?.dyn_into().ok()?;
        root.set_hidden(true);
        if html.is_some() {
            root.set_attribute("data-slide", &slide.slug).ok()?;
            root.set_attribute("aria-label", &slide.title).ok()?;
        }
        root.set_class_name(if html.is_some() { "slide" } else { "slide missing" });
        root.set_inner_html(html.unwrap_or(MISSING));
        main.append_child(&root).ok()?;
        Some(Section::of(root))
    }

    /// Shows it, revealed so far.
    pub fn show(&self, step: u32) {
        self.reveal(step);
        self.root.set_hidden(false);
    }

    /// Hides it.
    pub fn hide(&self) {
        self.root.set_hidden(true);
    }

    /// Takes it away.
    pub fn remove(&self) {
        self.root.remove();
    }

    /// Reveals so many of its steps. The others keep their room, so that nothing moves, and nobody meets them: neither
    /// with the keyboard nor with a reader of the screen.
    pub fn reveal(&self, step: u32) {
        // All are names and numbers, which attributes may have.
        let _ = self.root.set_attribute("data-at", &step.to_string());
        for (number, element) in (1..).zip(&self.steps) {
            let _ = element.class_list().toggle_with_force(AHEAD, number > step);
        }
    }

    /// Lets readers of the screen start at the slide's heading.
    pub fn focus_heading(&self) {
        let heading = self.root.query_selector("h1, h2").ok().flatten();
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            focus(&heading);
        }
    }

    /// The same for the step that was reached last; for the heading, if none is.
    pub fn focus_step(&self, step: u32) {
        let found = (step as usize).checked_sub(1).and_then(|place| self.steps.get(place));
        let Some(element) = found else { return self.focus_heading() };
        focus(element);
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }

    /// Makes cells and quizzes of what can be read.
    pub fn mount(&self, deck: &Deck, page: Page) {
        bring_all(&self.root, deck, page);
    }
}
