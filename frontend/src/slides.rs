//! One slide at a time, without reloading: keys, links and the browser's history.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::ev;
use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::{Deck, Slide};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, KeyboardEvent, MouseEvent};

use crate::app::{DECK, REST_AFTER, get};
use crate::cell::Notebook;
use crate::late::{Late, Part};
use crate::learning::overview::slug;
use crate::page::Page;

/// Where the slides are, each by its slug.
const SLIDES: &str = "/slide/";

/// What is shown in place of a slide whose text can't be had.
const MISSING: &str = "<h1>This slide could not be loaded</h1><p>Is Virgil running? Go back and try again, or reload \
                       the page when it is. Your edits are kept.</p>";

struct Slides {
    deck: Deck,
    page: Page,
    /// What stands inside every slide, by its slug, once it was fetched.
    texts: RefCell<BTreeMap<String, String>>,
    shown: Cell<usize>,
    /// Which is to be shown as soon as its text is there.
    wanted: Cell<usize>,
    /// The same for those who watch.
    position: RwSignal<usize>,
    /// How far each was scrolled when it was left.
    scrolls: RefCell<Vec<f64>>,
}

/// Where to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Previous,
    Next,
    First,
    Last,
}

/// Mounts the cells of the slide that is shown, and follows keys, links and history.
pub fn start(deck: Deck, page: Page) {
    let Some(section) = document().query_selector("#deck > .slide").ok().flatten() else { return };
    let slug = section.get_attribute("data-slide").unwrap_or_default();
    let shown = deck.slides.iter().position(|slide| slide.slug == slug).unwrap_or_default();
    let scrolls = RefCell::new(vec![0.0; deck.slides.len()]);
    let slides = Rc::new(Slides {
        deck,
        page,
        texts: RefCell::default(),
        shown: Cell::new(shown),
        wanted: Cell::new(shown),
        position: RwSignal::new(shown),
        scrolls,
    });
    slides.keep_marked();
    slides.mount(&section);
    let early = slides.clone();
    set_timeout(move || spawn_local(async move { early.fetch().await }), REST_AFTER);
    let by_key = slides.clone();
    drop_handle(window_event_listener(ev::keydown, move |event| by_key.key(&event)));
    let by_click = slides.clone();
    drop_handle(window_event_listener(ev::click, move |event| by_click.click(&event)));
    drop_handle(window_event_listener(ev::popstate, move |_| {
        if let Some(target) = at(&slides.deck, &window().location().pathname().unwrap_or_default()) {
            slides.show(target);
        }
    }));
}

/// Loads the page anew, with the deck that is served now: at the same slide, if it still has that.
pub async fn start_anew() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let gone = get::<Deck>(DECK).await.is_ok_and(|deck| at(&deck, &path).is_none());
    // A browser that refuses leaves the page as it is, and it says so when it is used.
    let _ = if gone { location.assign("/") } else { location.reload() };
}

/// The deck's slide at this path.
fn at(deck: &Deck, path: &str) -> Option<usize> {
    if path == "/" {
        return Some(0);
    }
    let slug = path.strip_prefix(SLIDES)?;
    deck.slides.iter().position(|slide| slide.slug == slug)
}

/// The listener stays as long as the page does.
fn drop_handle(handle: WindowListenerHandle) {
    std::mem::forget(handle);
}

impl Slides {
    fn key(self: &Rc<Self>, event: &KeyboardEvent) {
        if event.default_prevented() || event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let typing = "input, textarea, select, dialog, [contenteditable], .cm-editor, .output, .scroll";
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        if target.is_some_and(|target| target.closest(typing).is_ok_and(|found| found.is_some())) {
            return;
        }
        // What is in front of everything has the keys, wherever the focus is.
        if document().query_selector("dialog[open]").is_ok_and(|found| found.is_some()) {
            return;
        }
        let Some(step) = step(&event.key()) else { return };
        event.prevent_default();
        self.go(target_of(step, self.wanted.get(), self.deck.slides.len()));
    }

    fn click(self: &Rc<Self>, event: &MouseEvent) {
        let plain = event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let anchor = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(anchor) = anchor.and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok()) else { return };
        let here = window().location().origin().is_ok_and(|origin| origin == anchor.origin());
        if event.default_prevented() || !plain || !here || !anchor.hash().is_empty() {
            return;
        }
        if let Some(target) = at(&self.deck, &anchor.pathname()) {
            event.prevent_default();
            self.go(target);
        }
    }

    fn go(self: &Rc<Self>, target: usize) {
        let (Some(slide), true) = (self.deck.slides.get(target), target != self.wanted.get()) else { return };
        let path = format!("{SLIDES}{}", slide.slug);
        let pushed =
            window().history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&path)));
        if pushed.is_err() {
            // The browser refuses: an ordinary visit does the same, only slower.
            let _ = window().location().assign(&path);
            return;
        }
        self.show(target);
    }

    /// What stands inside of the slides.
    async fn fetch(&self) {
        if self.texts.borrow().is_empty()
            && let Ok(texts) = get("/api/slides").await
        {
            self.texts.replace(texts);
        }
    }

    /// Shows a slide as soon as its text is there, unless another is wanted by then.
    fn show(self: &Rc<Self>, target: usize) {
        self.wanted.set(target);
        if !self.texts.borrow().is_empty() {
            return self.present(target);
        }
        let slides = self.clone();
        spawn_local(async move {
            slides.fetch().await;
            if slides.wanted.get() == target {
                slides.present(target);
            }
        });
    }

    fn present(&self, target: usize) {
        let Some(main) = document().get_element_by_id("deck") else { return };
        let Some(slide) = self.deck.slides.get(target) else { return };
        for missing in elements(&main, ":scope > .slide.missing") {
            missing.remove();
        }
        self.scrolls.borrow_mut()[self.shown.get()] = window().scroll_y().unwrap_or_default();
        for section in elements(&main, ":scope > .slide") {
            set_hidden(&section, section.get_attribute("data-slide").as_deref() != Some(&slide.slug));
        }
        let known = elements(&main, ":scope > .slide")
            .into_iter()
            .find(|section| section.get_attribute("data-slide").as_deref() == Some(&slide.slug));
        let section = known.or_else(|| self.append(&main, slide));
        self.shown.set(target);
        self.position.set(target);
        self.bar(target, slide);
        window().scroll_to_with_x_and_y(0.0, self.scrolls.borrow()[target]);
        if let Some(section) = section {
            focus(&section);
        }
    }

    fn append(&self, main: &Element, slide: &Slide) -> Option<Element> {
        let section = document().create_element("section").ok()?;
        let texts = self.texts.borrow();
        let Some(html) = texts.get(&slide.slug) else {
            section.set_class_name("slide missing");
            section.set_inner_html(MISSING);
            main.append_child(&section).ok()?;
            return Some(section);
        };
        section.set_class_name("slide");
        section.set_attribute("data-slide", &slide.slug).ok()?;
        section.set_attribute("aria-label", &slide.title).ok()?;
        section.set_inner_html(html);
        main.append_child(&section).ok()?;
        self.mount(&section);
        Some(section)
    }

    fn mount(&self, section: &Element) {
        for root in elements(section, ".cell[data-cell]") {
            let id = root.get_attribute("data-cell").unwrap_or_default();
            let cell = self.deck.cells.iter().find(|cell| cell.id.0 == id).cloned();
            let (Some(cell), Some(state)) = (cell, self.page.cell(&id)) else { continue };
            let Ok(root) = root.dyn_into::<HtmlElement>() else { continue };
            root.set_inner_html("");
            let (page, place) = (self.page, root.clone());
            mount_to(root, move || view! { <Notebook cell state page root=place/> }).forget();
        }
        for root in elements(section, ".quiz[data-quiz]") {
            let name = root.get_attribute("data-quiz").unwrap_or_default();
            let quiz = self.deck.quizzes.iter().find(|quiz| quiz.name == name).cloned();
            let (Some(quiz), Ok(root), page) = (quiz, root.dyn_into::<HtmlElement>(), self.page) else { continue };
            // What the runner rendered is read until this is there.
            let wanted = Signal::stored(true);
            mount_to(root, move || view! { <Late part=Part::Quiz(quiz, page) what="the quiz" wanted page/> }).forget();
        }
    }

    /// Marks the position with how far what is to be done on the slide is.
    fn keep_marked(&self) {
        let slugs: Vec<String> = self.deck.slides.iter().map(|slide| slide.slug.clone()).collect();
        let (page, position) = (self.page, self.position);
        Effect::new(move |_| {
            let standing = slugs.get(position.get()).and_then(|slide| page.learning.standing(slide));
            if let Ok(Some(position)) = document().query_selector("nav.slides .position") {
                // All are names that attributes may have.
                let _ = position.set_attribute("data-standing", slug(standing));
            }
        });
    }

    /// Title, position and the links to the neighbours.
    fn bar(&self, target: usize, slide: &Slide) {
        self.page.title.set(format!("{} · {}", slide.title, self.deck.title));
        let Ok(Some(nav)) = document().query_selector("nav.slides") else { return };
        if let Ok(Some(position)) = nav.query_selector(".position") {
            position.set_text_content(Some(&format!("{} / {}", target + 1, self.deck.slides.len())));
        }
        let previous = target.checked_sub(1).and_then(|previous| self.deck.slides.get(previous));
        link(&nav, "prev", "Previous", previous);
        link(&nav, "next", "Next", self.deck.slides.get(target + 1));
    }
}

/// Points a link of the bar to a slide; without one there is no link.
fn link(nav: &Element, rel: &str, name: &str, slide: Option<&Slide>) {
    let found = nav.query_selector(&format!("a.{rel}")).ok().flatten();
    let Some(slide) = slide else {
        found.inspect(Element::remove);
        return;
    };
    let Some(anchor) = found.or_else(|| document().create_element("a").ok()) else { return };
    let attributes = [("rel", rel), ("class", rel), ("href", &format!("{SLIDES}{}", slide.slug))];
    if attributes.into_iter().any(|(attribute, value)| anchor.set_attribute(attribute, value).is_err()) {
        return;
    }
    if !anchor.is_connected() {
        anchor.set_text_content(Some(name));
        let placed = if rel == "prev" { nav.prepend_with_node_1(&anchor) } else { nav.append_with_node_1(&anchor) };
        // Keys go there too.
        let _ = placed;
    }
}

/// Readers of the screen start at the slide's heading.
fn focus(section: &Element) {
    let heading = section.query_selector("h1, h2").ok().flatten();
    let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) else { return };
    heading.set_tab_index(-1);
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // What can't be focused is read by going there.
    let _ = heading.focus_with_options(&options);
}

fn set_hidden(element: &Element, hidden: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.set_hidden(hidden);
    }
}

fn elements(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|position| found.get(position)?.dyn_into().ok()).collect()
}

fn step(key: &str) -> Option<Move> {
    match key {
        "ArrowLeft" | "PageUp" => Some(Move::Previous),
        "ArrowRight" | "PageDown" => Some(Move::Next),
        "Home" => Some(Move::First),
        "End" => Some(Move::Last),
        _ => None,
    }
}

fn target_of(step: Move, shown: usize, slides: usize) -> usize {
    let last = slides.saturating_sub(1);
    match step {
        Move::Previous => shown.saturating_sub(1),
        Move::Next => (shown + 1).min(last),
        Move::First => 0,
        Move::Last => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_within_the_deck() {
        for (key, shown, target) in [
            ("ArrowLeft", 0, 0),
            ("ArrowLeft", 2, 1),
            ("PageUp", 1, 0),
            ("ArrowRight", 1, 2),
            ("PageDown", 3, 3),
            ("Home", 2, 0),
            ("End", 0, 3),
        ] {
            assert_eq!(target_of(step(key).unwrap(), shown, 4), target, "{key}");
        }
        assert_eq!(step("a"), None);
    }
}
