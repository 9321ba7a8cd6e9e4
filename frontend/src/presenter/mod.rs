//! A talk in several windows: what this one is in it, and how it leads the others and follows them.

mod demos;
mod notes;
mod panel;
mod plan;
mod pointer;
mod role;
mod room;
mod wake;

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::{ClientMessage, Cue, Deck, Driver, Spot, Talk};

pub use demos::Demos;
use panel::Panel;
pub use role::Role;
use room::Curtain;

use crate::editor::meta;
use crate::export;
use crate::late::{Late, Part};
use crate::page::Page;
use crate::slides::place::Place;

/// How long the runner may take to tell this window's own cue back, in milliseconds: what it tells meanwhile is older.
const ECHO: f64 = 500.0;

/// This window's part in the talk; copies are the same.
#[derive(Clone, Copy)]
pub struct Presenting {
    /// What this window is.
    pub role: RwSignal<Role>,
    /// The talk, as the runner has it.
    pub talk: RwSignal<Option<Talk>>,
    /// What this window has shown to all, and until when that is to be heard back.
    awaited: StoredValue<Option<(Spot, f64)>>,
    /// What the slides are, to find what a talk shows.
    slides: StoredValue<Vec<shared::Slide>>,
}

impl Presenting {
    /// As the window was opened.
    pub fn new(deck: &Deck) -> Presenting {
        Presenting {
            role: RwSignal::new(role::restore()),
            talk: RwSignal::new(None),
            awaited: StoredValue::new(None),
            slides: StoredValue::new(deck.slides.clone()),
        }
    }

    /// Whether this window is part of a talk.
    pub fn takes_part(self) -> bool {
        self.role.get_untracked() != Role::Alone
    }

    /// The runner was reached: it hears what this window shows, if that is the first of the talk.
    pub fn join(self, place: Place, page: Page) {
        if self.takes_part() {
            // Without a connection it is done as soon as there is one.
            page.send(&ClientMessage::Cue(Cue::Join(self.spot(place))));
        }
    }

    /// The talk has changed, or has ended: then this window is by itself again.
    pub fn told(self, talk: Option<Talk>) {
        if talk.is_none() && self.takes_part() {
            role::take(Role::Alone);
            self.role.set(Role::Alone);
        }
        self.talk.set(talk);
    }

    /// This window goes to a place, and leads the others there.
    pub fn lead(self, place: Place, page: Page) {
        if !self.takes_part() {
            return;
        }
        let spot = self.spot(place);
        if page.send(&ClientMessage::Cue(Cue::Show(spot.clone()))) {
            self.awaited.set_value(Some((spot, js_sys::Date::now() + ECHO)));
        }
    }

    /// Where the talk is now, if this window is to follow it there.
    pub fn leads_to(self) -> Option<Place> {
        let spot = self.talk.with(|talk| talk.as_ref().map(|talk| talk.spot.clone()))?;
        if self.role.get() == Role::Alone {
            return None;
        }
        match self.awaited.get_value() {
            Some((awaited, until)) if awaited != spot && js_sys::Date::now() < until => return None,
            Some(_) => self.awaited.set_value(None),
            None => {}
        }
        self.slides.with_value(|slides| {
            let slide = slides.iter().position(|slide| slide.slug == spot.slide)?;
            Some(Place { slide, step: spot.step.min(slides[slide].steps) })
        })
    }

    /// Lets the room see nothing, or the slide again.
    pub fn turn_blank(self, page: Page) {
        let blank = self.talk.with_untracked(|talk| talk.as_ref().map(|talk| talk.blank));
        if let (true, Some(blank)) = (self.takes_part(), blank) {
            page.send(&ClientMessage::Cue(Cue::Blank(!blank)));
        }
    }

    fn spot(self, place: Place) -> Spot {
        let slide = self.slides.with_value(|slides| slides.get(place.slide).map(|slide| slide.slug.clone()));
        Spot { slide: slide.unwrap_or_default(), step: place.step }
    }
}

/// Makes this window the one before the room, and opens the presenter's own.
pub fn begin(page: Page) {
    let presenting = page.presenting;
    if presenting.role.get_untracked() == Role::Presenter || export::is_exported() {
        return;
    }
    let place = page.stage.place.get_untracked();
    let address = presenting.slides.with_value(|slides| place.address(slides));
    if role::open(Role::Presenter, &address) {
        role::take(Role::Room);
        presenting.role.set(Role::Room);
        presenting.join(place, page);
    }
}

/// Brings what windows of a talk have besides the slide, as soon as this one is such a window.
pub fn start(page: Page) {
    let Some(body) = document().body() else { return };
    let wanted = Signal::derive(move || page.presenting.role.get() != Role::Alone);
    mount_to(body, move || view! { <Late part=Part::OnStage(page) what="the presenter's view" wanted page/> }).forget();
}

/// What stands before the slide in a talk, and beside it in the presenter's window.
#[component]
pub fn OnStage(page: Page) -> impl IntoView {
    keep_driving(page);
    let is_presenters = Memo::new(move |_| page.presenting.role.get() == Role::Presenter);
    let is_on_stage = Memo::new(move |_| page.presenting.role.get() != Role::Alone);
    view! {
        // No other window needs it.
        <Show when=move || is_on_stage.get()>
            <link rel="stylesheet" href=meta("virgil-presenter")/>
        </Show>
        <Curtain page/>
        <Show when=move || is_presenters.get()>
            <aside class="presenter" aria-label="Presenter">
                <Panel page/>
            </aside>
        </Show>
    }
}

/// In a talk whoever uses a window may edit in it: nobody is asked on a stage.
fn keep_driving(page: Page) {
    let drive = move || {
        if page.presenting.takes_part() && page.driver.get_untracked() != Driver::You {
            // Without a connection the page says so itself.
            page.send(&ClientMessage::TakeOver);
        }
    };
    for event in ["focus", "pointerdown"] {
        // As long as the page.
        std::mem::forget(window_event_listener_untyped(event, move |_| drive()));
    }
}
