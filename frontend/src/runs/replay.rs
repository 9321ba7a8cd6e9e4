//! A run that is played again on its own clock: the same views as when it went on, of the run as it was then.

use leptos::prelude::*;
use shared::{Nanos, Replay, Run, WholeRun, duration};
use web_sys::KeyboardEvent;

use super::front::{close, in_front};
use super::player::{Motion, Player, SPEEDS};
use super::words::{Clock, when};
use crate::charts::lanes::Lanes;
use crate::output::OutputLog;
use crate::page::Page;
use crate::progress::{self, Laps};

/// How fine the slider is.
const STEPS: f64 = 1_000.0;

/// The replay, in front of everything until it is closed.
#[component]
pub fn ReplayView(whole: WholeRun, on_close: impl Fn() + Copy + 'static, page: Page) -> impl IntoView {
    let title = format!("Replay of {}", whole.kept.title());
    let executed = when(Clock::of(whole.kept.executed()), Clock::now());
    let until = whole.run().laps.iter().map(|lap| lap.now).max().unwrap_or_default();
    let replay = Replay::new(whole);
    let player = RwSignal::new(Player::new(replay.length()));
    let run = RwSignal::new(None::<Run>);
    let replay = StoredValue::new(replay);
    Effect::new(move |_| {
        let now = player.get().now;
        let seen = run.with_untracked(|run| run.as_ref().map(|run| run.next_event));
        let then = replay.try_update_value(|replay| {
            let then = replay.at(now);
            (Some(then.next_event) != seen).then(|| then.clone())
        });
        if let Some(then) = then.flatten() {
            run.set(Some(then));
        }
    });
    keep_going(player);

    let dialog = in_front();
    let key = move |event: KeyboardEvent| {
        let Some(next) = player.get_untracked().key(&event.key()) else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() || has_keys_of_its_own(&event) {
            return;
        }
        event.prevent_default();
        player.set(next);
    };
    let line = Memo::new(move |_| {
        run.with(|run| run.as_ref().map(|run| progress::sentence(run).unwrap_or_else(|| progress::line(run))))
    });
    view! {
        <dialog
            class="view replay"
            node_ref=dialog
            aria-labelledby="replay-title"
            on:close=move |_| on_close()
            on:keydown=key
        >
            <header>
                <h2 id="replay-title">{title}" "<small>{executed}</small></h2>
                <button type="button" on:click=move |_| close(dialog)>"Close"</button>
            </header>
            <Controls player/>
            <p class="replay-line">{line}</p>
            <div class="view-body">
                <Laps run/>
                <Lanes run page until/>
                <OutputLog run/>
            </div>
        </dialog>
    }
}

#[component]
fn Controls(player: RwSignal<Player>) -> impl IntoView {
    let name = move || match player.get() {
        Player { motion: Motion::Playing, .. } => "Pause",
        Player { now, length, .. } if now == length => "Play again",
        Player { .. } => "Play",
    };
    let share = move || {
        let Player { now, length, .. } = player.get();
        (now.0 as f64 / length.0.max(1) as f64 * STEPS).round().to_string()
    };
    let seek = move |event| {
        let share: f64 = event_target_value(&event).parse().unwrap_or_default();
        player.update(|player| *player = player.at(Nanos((player.length.0 as f64 * share / STEPS) as u64)));
    };
    let clock = move || {
        let Player { now, length, .. } = player.get();
        format!("{} of {}", duration(now), duration(length))
    };
    let speeds = SPEEDS.map(|speed| {
        let text = format!("{}×", f64::from(speed) / 100.0);
        view! { <option value=speed.to_string() selected=move || player.get().speed == speed>{text}</option> }
    });
    let choose = move |event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            player.update(|player| player.speed = speed);
        }
    };
    view! {
        <div class="replay-controls" role="group" aria-label="Replay">
            <button type="button" autofocus on:click=move |_| player.update(|player| *player = player.toggled())>{name}</button>
            <input
                type="range"
                aria-label="Moment of the run"
                aria-valuetext=clock
                min="0"
                max=STEPS.to_string()
                prop:value=share
                on:input=seek
            />
            <output>{clock}</output>
            <label class="speed">"Speed " <select on:change=choose>{speeds}</select></label>
            <small>"Space plays and pauses, ← and → go, + and − change the speed."</small>
        </div>
    }
}

/// Buttons have the space bar, sliders, lists and what can be scrolled have arrows.
fn has_keys_of_its_own(event: &KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let own = if event.key() == " " { "button, select, summary, a" } else { "input, select, .output, .scroll" };
    element.is_some_and(|element| element.closest(own).is_ok_and(|found| found.is_some()))
}

/// Lets the clock go with each frame, as long as the view is there.
fn keep_going(player: RwSignal<Player>) {
    fn frame(player: RwSignal<Player>, before: f64) {
        request_animation_frame(move || {
            let now = js_sys::Date::now();
            let Some(next) = player.try_get_untracked().map(|player| player.after(now - before)) else { return };
            if player.try_get_untracked() != Some(next) {
                let _ = player.try_set(next);
            }
            frame(player, now);
        });
    }
    frame(player, js_sys::Date::now());
}
