//! One slide at a time, step by step, without reloading: keys, links and the browser's history.

mod bar;
pub mod keys;
pub mod place;
mod section;
pub mod stage;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use shared::{Deck, served};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlAnchorElement, KeyboardEvent, MouseEvent};

use crate::app::{DECK, REST_AFTER, get};
use crate::keyboard::{asked, held};
use crate::page::{CellState, Page};
use crate::{export, notebook, presenter};
use keys::Command;
use place::Place;
use section::Section;
use stage::close_dialogs;

/// Who turns on sooner than this races through the slides: the cells of those in between are not made live, which would
/// hold up the next key.
const RACING: Duration = Duration::from_millis(120);
/// How long after a slide was shown its neighbours are made ready.
const READY_AFTER: Duration = Duration::from_millis(250);

/// What there is of a slide in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Words that say why there is nothing.
    Missing,
    /// Its text and code, to be read.
    Readable,
    /// The same, with cells that can be edited and run.
    Live,
}

struct Slides {
    deck: Deck,
    page: Page,
    main: Element,
    /// Those that are in the page, by their positions.
    sections: RefCell<BTreeMap<usize, (Section, Content)>>,
    shown: Cell<Place>,
    /// What is to be shown as soon as its text is there.
    wanted: Cell<Place>,
    /// How far each was scrolled when it was left.
    scrolls: RefCell<Vec<f64>>,
}

/// Mounts the cells of the slide that is shown, and follows keys, links and history.
pub fn start(deck: Deck, page: Page) {
    let Some(main) = document().get_element_by_id("deck") else { return };
    let Some(root) = main.query_selector(":scope > .slide").ok().flatten() else { return };
    let slug = root.get_attribute("data-slide").unwrap_or_default();
    let slide = deck.slides.iter().position(|slide| slide.slug == slug).unwrap_or_default();
    let Ok(root) = root.dyn_into() else { return };
    let place = here(&deck).filter(|place| place.slide == slide).unwrap_or(Place::start(slide));
    let section = Section::of(root);
    section.reveal(place.step);
    let slides = Rc::new(Slides {
        main,
        sections: RefCell::new(BTreeMap::from([(slide, (section, Content::Readable))])),
        shown: Cell::new(place),
        wanted: Cell::new(place),
        scrolls: RefCell::new(vec![0.0; deck.slides.len()]),
        deck,
        page,
    });
    page.stage.place.set(place);
    correct(&export::address(&place.address(&slides.deck.slides)));
    bar::show(&slides.deck, place);
    bar::keep_marked(&slides.deck, page);
    slides.mount(slide);
    let early = slides.clone();
    let fetch = async move {
        page.stage.fetch().await;
        early.ready_neighbours();
    };
    set_timeout(move || spawn_local(fetch), REST_AFTER);
    slides.listen();
    slides.follow();
}

/// Loads the page anew, with the deck that is served now: at the same slide, if it still has that.
pub async fn start_anew() {
    let location = window().location();
    let is_notebook = location.pathname().is_ok_and(|path| path == notebook::PATH);
    let gone = !is_notebook && get::<Deck>(DECK).await.is_ok_and(|deck| here(&deck).is_none());
    // A browser that refuses leaves the page as it is, and it says so when it is used.
    let _ = if gone { location.assign("/") } else { location.reload() };
}

/// The deck's place at the window's address.
fn here(deck: &Deck) -> Option<Place> {
    let location = window().location();
    Place::at(deck, &served(&location.pathname().unwrap_or_default()), &location.search().unwrap_or_default())
}

/// Shows the address as it should have been, if it asked for a step that there isn't.
fn correct(address: &str) {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    if query.is_empty() || address.ends_with(&query) {
        return;
    }
    if let Ok(history) = window().history() {
        // A browser that refuses shows what was typed.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

impl Slides {
    /// Follows keys, links and history as long as the page is there.
    fn listen(self: &Rc<Self>) {
        // Before anything else can take them: the editor has a use for them, too.
        let clicked = self.clone();
        let clicker = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if keys::is_of_clickers(&event.key(), held(&event)) {
                event.stop_propagation();
                clicked.key(&event);
            }
        });
        let listens =
            window().add_event_listener_with_callback_and_bool("keydown", clicker.as_ref().unchecked_ref(), true);
        // A browser that refuses has the other listener, which hears what is left over.
        let _ = listens;
        clicker.forget();
        let by_key = self.clone();
        std::mem::forget(window_event_listener(ev::keydown, move |event| by_key.key(&event)));
        let by_click = self.clone();
        std::mem::forget(window_event_listener(ev::click, move |event| by_click.click(&event)));
        let by_history = self.clone();
        std::mem::forget(window_event_listener(ev::popstate, move |_| {
            let place = here(&by_history.deck).filter(|place| *place != by_history.wanted.get());
            if let Some(place) = place {
                close_dialogs();
                by_history.show(place);
            }
        }));
    }

    fn key(self: &Rc<Self>, event: &KeyboardEvent) {
        let (page, presenting) = (self.page, self.page.presenting);
        match asked(event) {
            Some(Command::Go(way)) => self.go(self.wanted.get().after(way, &self.deck.slides)),
            Some(Command::Present) => presenter::begin(page),
            Some(Command::Blank) if presenting.takes_part() => presenting.turn_blank(page),
            Some(Command::Starters) if presenting.takes_part() => page.demos.turn(page),
            _ => return,
        }
        event.prevent_default();
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
        if let Some(place) = Place::at(&self.deck, &served(&anchor.pathname()), &anchor.search()) {
            event.prevent_default();
            self.go(place);
        }
    }

    /// Goes to a place: another slide can be gone back from, a step can't.
    fn go(self: &Rc<Self>, place: Place) {
        close_dialogs();
        let from = self.wanted.get();
        if place == from || place.slide >= self.deck.slides.len() {
            return;
        }
        let address = export::address(&place.address(&self.deck.slides));
        self.page.presenting.lead(place, self.page);
        self.show(place);
        // The browser takes a while for it: the slide is seen first.
        after_a_frame(move || note(&address, place.slide == from.slide));
    }

    /// Follows the talk, if this window takes part in one.
    fn follow(self: &Rc<Self>) {
        let slides = send_wrapper::SendWrapper::new(self.clone());
        Effect::new(move |_| {
            let Some(place) = slides.page.presenting.leads_to().filter(|place| *place != slides.wanted.get()) else {
                return;
            };
            close_dialogs();
            if let Ok(history) = window().history() {
                // A browser that refuses shows where the window was before.
                let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&place.address(&slides.deck.slides)));
            }
            untrack(|| slides.show(place));
        });
    }

    /// Shows a place as soon as its slide's text is there, unless another is wanted by then.
    fn show(self: &Rc<Self>, place: Place) {
        self.wanted.set(place);
        let is_there =
            self.sections.borrow().get(&place.slide).is_some_and(|(_, content)| *content != Content::Missing);
        if is_there || self.has_texts() {
            return self.present(place);
        }
        let slides = self.clone();
        spawn_local(async move {
            slides.page.stage.fetch().await;
            if slides.wanted.get() == place {
                slides.present(place);
            }
        });
    }

    fn has_texts(&self) -> bool {
        self.page.stage.texts.with_untracked(|texts| !texts.is_empty())
    }

    fn present(self: &Rc<Self>, place: Place) {
        let before = self.shown.replace(place);
        // First, since what scrolls and takes the focus makes the browser lay out all that was changed until then.
        bar::show(&self.deck, place);
        self.page.stage.place.set(place);
        if before.slide == place.slide {
            if let Some((section, _)) = self.sections.borrow().get(&place.slide).cloned() {
                section.reveal(place.step);
                after_a_frame(move || section.focus_step(place.step));
            }
        } else {
            self.turn(before.slide, place);
        }
    }

    /// Shows another slide. Its cells, unless they are ready, follow once it is seen and one stays on it.
    fn turn(self: &Rc<Self>, before: usize, place: Place) {
        let slide = place.slide;
        let scrolled = window().scroll_y().unwrap_or_default();
        self.scrolls.borrow_mut()[before] = scrolled;
        let Some(section) = self.section(slide) else { return };
        self.leave(before);
        section.show(place.step);
        self.page.title.set(format!("{} · {}", self.deck.slides[slide].title, self.deck.title));
        let top = self.scrolls.borrow()[slide];
        if (scrolled, top) != (0.0, 0.0) {
            window().scroll_to_with_x_and_y(0.0, top);
        }
        let slides = self.clone();
        after_a_frame(move || {
            // It makes the browser lay everything out at once.
            if slides.shown.get().slide == slide {
                section.focus_heading();
            }
            let settle = move || {
                if slides.shown.get().slide == slide {
                    slides.mount(slide);
                    slides.ready_neighbours();
                }
            };
            set_timeout(settle, RACING);
        });
    }

    /// A slide's element, which is made if it isn't there.
    fn section(&self, slide: usize) -> Option<Section> {
        if let Some((section, _)) = self.sections.borrow().get(&slide) {
            return Some(section.clone());
        }
        let of = self.deck.slides.get(slide)?;
        let (section, content) = self.page.stage.texts.with_untracked(|texts| {
            let html = texts.get(&of.slug).map(String::as_str);
            let content = if html.is_some() { Content::Readable } else { Content::Missing };
            Section::append(&self.main, of, html).map(|section| (section, content))
        })?;
        self.sections.borrow_mut().insert(slide, (section.clone(), content));
        Some(section)
    }

    /// Hides a slide. What says that its text is missing makes room for it.
    fn leave(&self, slide: usize) {
        let mut sections = self.sections.borrow_mut();
        match sections.get(&slide) {
            Some((section, Content::Missing)) => {
                section.remove();
                sections.remove(&slide);
            }
            Some((section, Content::Readable | Content::Live)) => section.hide(),
            None => {}
        }
    }

    /// Makes a slide's cells and quizzes live, unless they are.
    fn mount(&self, slide: usize) {
        let section = match self.sections.borrow_mut().get_mut(&slide) {
            Some((section, content @ Content::Readable)) => {
                *content = Content::Live;
                section.clone()
            }
            _ => return,
        };
        section.mount(&self.deck, self.page);
    }

    /// Makes the slide after the one that is shown ready, and then the one before, if one stays that long: then they are
    /// there at once. Not while something runs, from which that would take time.
    fn ready_neighbours(self: &Rc<Self>) {
        let shown = self.shown.get().slide;
        let slides = self.clone();
        set_timeout(
            move || {
                slides.ready(shown, shown + 1);
                set_timeout(move || slides.ready(shown, shown.wrapping_sub(1)), READY_AFTER);
            },
            READY_AFTER,
        );
    }

    fn ready(&self, shown: usize, slide: usize) {
        let runs = |cell: &CellState| cell.run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.is_over()));
        let is_busy = || self.page.with_cells(|cells| cells.iter().any(runs));
        if self.shown.get().slide == shown && self.has_texts() && !is_busy() && self.section(slide).is_some() {
            self.mount(slide);
        }
    }
}

/// Notes an address in the browser's history: a step in place of the one before.
fn note(address: &str, is_step: bool) {
    let noted = window().history().and_then(|history| match is_step {
        true => history.replace_state_with_url(&JsValue::NULL, "", Some(address)),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(address)),
    });
    if noted.is_err() {
        // The browser refuses: an ordinary visit does the same, only slower.
        let _ = window().location().assign(address);
    }
}

/// Does something as soon as what was changed is seen; in a window that isn't seen, soon.
fn after_a_frame(act: impl FnOnce() + 'static) {
    let soon = move || set_timeout(act, Duration::ZERO);
    if document().hidden() { soon() } else { request_animation_frame(soon) }
}
