//! The windows of a program that runs where nobody sees them: their pictures, in which one can press.

use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{ClientMessage, Run, SourceKind, Touch, WindowView};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use crate::page::Page;

const SVG: &str = "http://www.w3.org/2000/svg";

/// A window in the page.
struct Shown {
    window: u32,
    frame: Element,
    title: Element,
    picture: Element,
    /// By their numbers, in the order in which they lie over each other.
    parts: Vec<(u32, Element)>,
}

/// The windows of the latest run, as they change.
#[component]
pub fn Windows(run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let shown = StoredValue::new(SendWrapper::new((0, Vec::new())));
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        run.with(|run| {
            let id = run.as_ref().map_or(0, |run| run.ticket.id.0);
            shown.update_value(|shown| {
                if shown.0 != id {
                    **shown = (id, Vec::new());
                    host.set_inner_html("");
                }
                // Without one of the elements nothing is seen of it, and all else works.
                let _ = follow(&host, &mut shown.1, run.as_ref().map_or(&[], views));
            });
        });
    });
    let words = move || run.with(|run| run.as_ref().map(words).unwrap_or_default());
    let press = move |event: MouseEvent| {
        let run = run.with_untracked(|run| run.as_ref().filter(|run| !run.is_over()).map(|run| run.ticket.id));
        if let (Some(run), Some(touch)) = (run, touched(&event)) {
            page.send(&ClientMessage::Touch(run, touch));
        }
    };
    view! {
        <div class="windows-box">
            <div class="windows" node_ref=host on:click=press></div>
            <p class="windows-words">{words}</p>
        </div>
    }
}

fn views(run: &Run) -> &[WindowView] {
    run.laps
        .iter()
        .rev()
        .map(|lap| &lap.window.pictures.windows)
        .find(|windows| !windows.is_empty())
        .map_or(&[], |windows| windows)
}

/// What to say of them.
fn words(run: &Run) -> &'static str {
    let is_desktop = run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Desktop));
    match (views(run).is_empty(), run.is_over()) {
        (false, false) => {
            "This machine has no display: the window is seen here, a few times a second. Press in it as usual."
        }
        (false, true) => "The window, as it was at the end.",
        (true, false) if is_desktop && run.laps.len() > 1 => {
            "Windows open on the machine that runs Virgil. Where it has no display, choose one mode alone to see its window here: \
             while modes are compared, nothing takes time from them."
        }
        _ => "",
    }
}

/// Where in which window that was.
fn touched(event: &MouseEvent) -> Option<Touch> {
    let picture = event.target()?.dyn_into::<Element>().ok()?.closest("[data-window]").ok()??;
    let number = |name| picture.get_attribute(name)?.parse::<f64>().ok();
    let seen = picture.get_bounding_client_rect();
    let scale = number("data-width")? / seen.width();
    let at = |place: i32, edge: f64| ((f64::from(place) - edge) * scale) as u32;
    let (x, y) = (at(event.client_x(), seen.left()), at(event.client_y(), seen.top()));
    Some(Touch { window: number("data-window")? as u32, x, y })
}

/// Adds what is new and takes away what is gone.
fn follow(host: &Element, shown: &mut Vec<Shown>, views: &[WindowView]) -> Option<()> {
    keep(shown, |window| &window.frame, |window| views.iter().any(|view| view.window == window.window));
    for view in views {
        let place = match shown.iter().position(|window| window.window == view.window) {
            Some(place) => place,
            None => {
                shown.push(open(host, view.window)?);
                shown.len() - 1
            }
        };
        draw(&mut shown[place], view)?;
    }
    Some(())
}

fn open(host: &Element, window: u32) -> Option<Shown> {
    let (frame, title) = (document().create_element("figure").ok()?, document().create_element("figcaption").ok()?);
    let picture = document().create_element_ns(Some(SVG), "svg").ok()?;
    set(&picture, &[("role", "img"), ("data-window", &window.to_string())])?;
    frame.append_child(&title).ok()?;
    frame.append_child(&picture).ok()?;
    host.append_child(&frame).ok()?;
    Some(Shown { window, frame, title, picture, parts: Vec::new() })
}

fn draw(shown: &mut Shown, view: &WindowView) -> Option<()> {
    let title = if view.title.is_empty() { "The window" } else { &view.title };
    let (width, height) = (view.width.to_string(), view.height.to_string());
    shown.title.set_text_content(Some(title));
    let sides = [("width", width.as_str()), ("height", &height), ("data-width", &width), ("aria-label", title)];
    set(&shown.picture, &sides)?;
    set(&shown.picture, &[("viewBox", &format!("0 0 {width} {height}"))])?;
    keep(&mut shown.parts, |(_, image)| image, |(number, _)| view.parts.iter().any(|(other, _)| other == number));
    for (number, part) in &view.parts {
        if shown.parts.iter().any(|(other, _)| other == number) {
            continue;
        }
        let image = document().create_element_ns(Some(SVG), "image").ok()?;
        let [x, y, width, height] = [part.x, part.y, part.width, part.height].map(|pixels| pixels.to_string());
        set(&image, &[("x", &x), ("y", &y), ("width", &width), ("height", &height)])?;
        set(&image, &[("href", &format!("data:image/png;base64,{}", part.png))])?;
        shown.picture.append_child(&image).ok()?;
        shown.parts.push((*number, image));
    }
    Some(())
}

/// Takes what doesn't stay out of the list, and its element out of the page.
fn keep<T>(shown: &mut Vec<T>, element: impl Fn(&T) -> &Element, stays: impl Fn(&T) -> bool) {
    shown.extract_if(.., |one| !stays(one)).for_each(|one| element(&one).remove());
}

fn set(element: &Element, attributes: &[(&str, &str)]) -> Option<()> {
    attributes.iter().try_for_each(|(name, value)| element.set_attribute(name, value)).ok()
}
