//! What the presenter's window has beside the slide: clock and plan, notes, what comes next, and the stage's switches.

use std::time::Duration;

use leptos::prelude::*;
use shared::{ClientMessage, Cue, Slide, TalkClock};

use super::notes::{self, Notes};
use super::plan::{clock, plan, standing};
use super::pointer::follow_mouse;
use super::role::{self, Role};
use super::wake::keep_awake;
use crate::page::Page;
use crate::slides::place::{Move, Place};
use crate::text::count;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(250);

/// The panel.
#[component]
pub fn Panel(page: Page) -> impl IntoView {
    keep_awake();
    page.demos.keep_writing(page);
    let slides = page.presenting.slides;
    let notes = notes::fetch();
    let place = page.stage.place;
    let shown = Memo::new(move |_| place.get().slide);
    let said = move || {
        let slug = slides.with_value(|slides| slides.get(shown.get()).map(|slide| slide.slug.clone()));
        notes.with(|notes: &Notes| notes.of(&slug.unwrap_or_default()))
    };
    view! {
        <Times page/>
        <section class="presenter-notes" aria-labelledby="presenter-notes">
            <h2 id="presenter-notes">"Notes"</h2>
            <div tabindex="0" role="group" aria-labelledby="presenter-notes" inner_html=said></div>
        </section>
        <Next page/>
        <Switches page/>
    }
}

#[component]
fn Times(page: Page) -> impl IntoView {
    let presenting = page.presenting;
    let slides = presenting.slides;
    let now = RwSignal::new(js_sys::Date::now());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(js_sys::Date::now()), TICK) {
        on_cleanup(move || ticking.clear());
    }
    let talks_clock = move || presenting.talk.with(|talk| talk.as_ref().map_or(TalkClock::NEW, |talk| talk.clock));
    let elapsed = Memo::new(move |_| talks_clock().elapsed(now.get() as u64) / 1_000 * 1_000);
    let goes = Memo::new(move |_| matches!(talks_clock(), TalkClock::Goes { .. }));
    let shown = Memo::new(move |_| page.stage.place.get().slide);
    let begun = Memo::new(move |_| talks_clock() != TalkClock::NEW);
    let stands = Memo::new(move |_| {
        let elapsed = begun.get().then(|| elapsed.get());
        slides.with_value(|slides| standing(slides, shown.get(), elapsed))
    });
    let planned = Memo::new(move |_| slides.with_value(|slides| plan(slides, shown.get())));
    let cue = move |cue: Cue| {
        // Without a connection the page says so itself.
        page.send(&ClientMessage::Cue(cue));
        now.set(js_sys::Date::now());
    };
    let name = move || match (goes.get(), elapsed.get()) {
        (true, _) => "Pause",
        (false, 0) => "Start the clock",
        (false, _) => "Go on",
    };
    view! {
        <section class="presenter-times" aria-label="Time">
            <p class="presenter-clock"><span role="timer" aria-label="Time since the start">{move || clock(elapsed.get())}</span></p>
            <div class="buttons">
                <button type="button" on:click=move |_| cue(if goes.get() { Cue::Pause } else { Cue::Go })>{name}</button>
                <button type="button" hidden=move || elapsed.get() == 0 on:click=move |_| cue(Cue::Anew)>"From 0:00"</button>
            </div>
            <p class="presenter-standing" data-standing=move || stands.get().slug>{move || stands.get().words}</p>
            <p class="presenter-plan">{planned}</p>
        </section>
    }
}

/// What the next press shows: a step, or the slide after.
fn next_in_words(slides: &[Slide], place: Place) -> String {
    let (left, after) = (place.left(slides), place.after(Move::Next, slides));
    let title = |place: Place| slides.get(place.slide).map_or("", |slide| slide.title.as_str());
    match left {
        0 if after == place => "This is the last slide.".into(),
        0 => title(after).to_owned(),
        left => {
            let then = title(Place::start(place.slide + 1));
            let steps = format!("{} of this slide", count(u64::from(left), "step"));
            if then.is_empty() { steps } else { format!("{steps}, then: {then}") }
        }
    }
}

#[component]
fn Next(page: Page) -> impl IntoView {
    let slides = page.presenting.slides;
    let place = page.stage.place;
    let words = move || slides.with_value(|slides| next_in_words(slides, place.get()));
    let next = Memo::new(move |_| {
        let after = place.get().slide + 1;
        slides.with_value(|slides| slides.get(after).map(|slide| slide.slug.clone()))
    });
    let html = move || {
        let slug = next.get()?;
        page.stage.texts.with(|texts| texts.get(&slug).cloned())
    };
    view! {
        <section class="presenter-next" aria-labelledby="presenter-next">
            <h2 id="presenter-next">"Next: " <span>{words}</span></h2>
            <div class="presenter-preview" inert aria-hidden="true">
                <div class="slide" inner_html=move || html().unwrap_or_default()></div>
            </div>
        </section>
    }
}

#[component]
fn Switches(page: Page) -> impl IntoView {
    let (presenting, demos) = (page.presenting, page.demos);
    let points = RwSignal::new(false);
    follow_mouse(points, page);
    let is_blank = move || presenting.talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.blank));
    let refused = RwSignal::new(false);
    let open = move |_| {
        let place = page.stage.place.get_untracked();
        let address = presenting.slides.with_value(|slides| place.address(slides));
        refused.set(!role::open(Role::Room, &address));
    };
    let demos_name = move || match demos.undoable(page) {
        0 => "All code back to the starters".to_owned(),
        some => format!("Undo: bring {} back", count(some as u64, "cell")),
    };
    view! {
        <section class="presenter-switches" aria-label="Stage">
            <div class="buttons">
                <button type="button" aria-pressed=move || is_blank().to_string() title="B" on:click=move |_| presenting.turn_blank(page)>
                    "Blank the room"
                </button>
                <button type="button" aria-pressed=move || points.get().to_string() on:click=move |_| points.update(|points| *points = !*points)>
                    "Point with the mouse"
                </button>
                <button type="button" on:click=open>"Window for the room"</button>
                <button type="button" title="R" on:click=move |_| demos.turn(page)>{demos_name}</button>
                <button type="button" on:click=move |_| end(page)>"End presenting"</button>
            </div>
            <p class="refusal" role="alert">
                {move || refused.get().then_some("The browser has not opened the window: allow pop-ups for this page, and press again.")}
            </p>
        </section>
    }
}

/// Ends the talk in all windows, and closes this one, as far as the browser lets it.
fn end(page: Page) {
    if page.send(&ClientMessage::Cue(Cue::End)) {
        // A window that stays open is an ordinary one.
        let _ = window().close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_what_the_next_press_shows() {
        let slide = |title: &str, steps| Slide {
            slug: title.into(),
            title: title.into(),
            section: String::new(),
            minutes: 1.0,
            home: false,
            steps,
            html: String::new(),
        };
        let slides = [slide("A", 2), slide("B", 0), slide("C", 1)];
        for (place, words) in [
            ((0, 0), "2 steps of this slide, then: B"),
            ((0, 1), "1 step of this slide, then: B"),
            ((0, 2), "B"),
            ((1, 0), "C"),
            ((2, 0), "1 step of this slide"),
            ((2, 1), "This is the last slide."),
        ] {
            let place = Place { slide: place.0, step: place.1 };
            assert_eq!(next_in_words(&slides, place), words, "{place:?}");
        }
    }
}
