//! The rows of the list: each a slide with its number, what it is called, and what there is to know of it.

use leptos::prelude::*;
use shared::Standing;

use super::find::{Found, Piece};
use super::slug;
use crate::learning::Entry;
use crate::page::Page;

/// What rows need; copies are the same.
#[derive(Clone, Copy)]
pub struct Listed {
    /// All slides, in order.
    pub slides: StoredValue<Vec<Entry>>,
    /// The place in the list that Enter takes.
    pub active: RwSignal<usize>,
    /// The page.
    pub page: Page,
}

/// The element of the row at a place in the list.
pub fn id_of(place: usize) -> String {
    format!("overview-row-{place}")
}

/// All rows. `is_all`: in their sections.
pub fn rows(found: &[Found], is_all: bool, listed: Listed) -> AnyView {
    let row = |place: usize| Some(view! { <Row place found=found.get(place)?.clone() listed/> });
    if !is_all {
        return (0..found.len()).filter_map(row).collect_view().into_any();
    }
    let sections = listed.slides.with_value(|slides| sections(slides));
    let groups = sections.into_iter().map(|(name, from, to)| {
        let seen = name.clone();
        view! {
            <div role="group" aria-label=name>
                <p class="overview-section" aria-hidden="true">{seen}</p>
                {(from..to).filter_map(row).collect_view()}
            </div>
        }
    });
    groups.collect_view().into_any()
}

/// The sections, with the place of the first slide of each and of the one behind its last.
fn sections(slides: &[Entry]) -> Vec<(String, usize, usize)> {
    let mut sections: Vec<(String, usize, usize)> = Vec::new();
    for (place, entry) in slides.iter().enumerate() {
        match sections.last_mut() {
            Some((name, _, to)) if *name == entry.section => *to = place + 1,
            _ => sections.push((entry.section.clone(), place, place + 1)),
        }
    }
    sections
}

#[component]
fn Row(place: usize, found: Found, listed: Listed) -> impl IntoView {
    let Listed { slides, active, page } = listed;
    let Found { slide, title, excerpt } = found;
    let entry = slides.with_value(|slides| slides.get(slide).cloned());
    entry.map(|entry| {
        let time = time(&entry);
        let address = crate::export::address(&format!("/slide/{}", entry.slug));
        let standing = Memo::new(move |_| page.learning.standing(&entry.slug));
        let is_here = move || (page.stage.place.get().slide == slide).then_some("page");
        view! {
            <a
                role="option"
                id=id_of(place)
                class="row"
                href=address
                tabindex="-1"
                aria-selected=move || (active.get() == place).to_string()
                aria-current=is_here
                data-standing=move || slug(standing.get())
            >
                <span class="row-code">{slide + 1}</span>
                " "
                <span class="standing" aria-hidden="true">{move || sign(standing.get()).0}</span>
                <span class="row-words">
                    <span class="unseen">{move || sign(standing.get()).1}</span>
                    {pieces(title)}
                    {(!excerpt.is_empty()).then(|| view! { <span class="excerpt">{pieces(excerpt)}</span> })}
                </span>
                " "
                <span class="row-time">{time}</span>
            </a>
        }
    })
}

/// What stands for a standing, and what screen readers say.
pub fn sign(standing: Option<Standing>) -> (&'static str, &'static str) {
    match standing {
        None => ("", ""),
        Some(Standing::Open) => ("○", "to do: "),
        Some(Standing::Begun) => ("◐", "begun: "),
        Some(Standing::Done) => ("✓", "done: "),
    }
}

/// How long a slide takes in the workshop, if it is shown there.
fn time(entry: &Entry) -> String {
    match (entry.home, entry.minutes) {
        (true, _) => "at home".into(),
        (false, minutes) if minutes > 0.0 => format!("{minutes} min"),
        (false, _) => String::new(),
    }
}

fn pieces(pieces: Vec<Piece>) -> impl IntoView {
    let piece = |piece| match piece {
        Piece::Plain(text) => text.into_any(),
        Piece::Hit(text) => view! { <mark>{text}</mark> }.into_any(),
    };
    pieces.into_iter().map(piece).collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(section: &str, minutes: f32, home: bool) -> Entry {
        Entry { slug: "01-a".into(), title: "A".into(), section: section.into(), minutes, home }
    }

    #[test]
    fn slides_that_follow_each_other_share_their_section() {
        let slides = ["A", "A", "B", "A"].map(|section| entry(section, 1.0, false));
        let found = sections(&slides);
        let found: Vec<_> = found.iter().map(|(name, from, to)| (name.as_str(), *from, *to)).collect();
        assert_eq!(found, [("A", 0, 2), ("B", 2, 3), ("A", 3, 4)]);
    }

    #[test]
    fn a_slide_says_how_long_it_takes_or_where_it_is_read() {
        for (minutes, home, said) in
            [(2.0, false, "2 min"), (1.5, false, "1.5 min"), (3.0, true, "at home"), (0.0, false, "")]
        {
            assert_eq!(time(&entry("A", minutes, home)), said);
        }
    }
}
