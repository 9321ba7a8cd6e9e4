//! Which slides are meant by a number or by words, and where the words are.

use super::plain::{Plain, words_of};
use crate::learning::Entry;

/// How much is shown of a text before what was found, in bytes, and from there on.
const EXCERPT: (usize, usize) = (48, 112);

/// A slide as it is looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    title: Plain,
    section: Plain,
    text: Plain,
}

/// A piece of a text that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What was not looked for.
    Plain(String),
    /// What was found.
    Hit(String),
}

/// A slide that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its position in the deck.
    pub slide: usize,
    /// Its title.
    pub title: Vec<Piece>,
    /// What stands around the words in its text; empty if none of them is there.
    pub excerpt: Vec<Piece>,
}

impl Searched {
    /// A slide with its HTML, if that is there. `parted` gives a letter's parts, the letter first.
    pub fn of(entry: &Entry, html: &str, parted: &impl Fn(char) -> String) -> Searched {
        let of = |text: &str| Plain::of(text, parted);
        // A heading that is the title would only be found twice.
        let body = match html.split_once("</h1>") {
            Some((heading, body)) if words_of(heading).ends_with(&entry.title) => body,
            _ => html,
        };
        Searched { title: of(&entry.title), section: of(&entry.section), text: of(&words_of(body)) }
    }
}

/// The slides that are meant: first the one of that number, then those that have all words, the more of them in the
/// title the sooner. Without anything asked it is all of them.
pub fn find(slides: &[Searched], asked: &Plain) -> Vec<Found> {
    let words: Vec<&str> = asked.words().collect();
    let number = numbered(&words, slides.len());
    let has_all = |slide: &Searched| {
        words.iter().all(|word| [&slide.title, &slide.section, &slide.text].iter().any(|place| place.has(word)))
    };
    let in_title = |slide: &Searched| words.iter().filter(|word| slide.title.has(word)).count();
    let mut found: Vec<usize> =
        (0..slides.len()).filter(|place| Some(*place) == number || has_all(&slides[*place])).collect();
    found.sort_by_key(|place| (Some(*place) != number, usize::MAX - in_title(&slides[*place])));
    found.into_iter().map(|slide| told(slide, &slides[slide], &words)).collect()
}

/// The position of the slide that a number means.
fn numbered(words: &[&str], slides: usize) -> Option<usize> {
    let [word] = words else { return None };
    word.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < slides)
}

fn told(slide: usize, searched: &Searched, words: &[&str]) -> Found {
    let hits = |plain: &Plain| merged(words.iter().flat_map(|word| plain.places(word)).collect());
    let title = pieces(&searched.title.shown, (0, searched.title.shown.len()), &hits(&searched.title));
    let in_text = hits(&searched.text);
    let text = &searched.text.shown;
    let excerpt = match in_text.first() {
        Some((first, _)) => {
            let (from, to) = around(text, *first);
            let mut excerpt = pieces(text, (from, to), &in_text);
            if from > 0 {
                excerpt.insert(0, Piece::Plain("… ".into()));
            }
            if to < text.len() {
                excerpt.push(Piece::Plain(" …".into()));
            }
            excerpt
        }
        None => Vec::new(),
    };
    Found { slide, title, excerpt }
}

/// Places in order, none within another.
fn merged(mut places: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    places.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in places {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// What is shown around a place: whole words.
fn around(text: &str, place: usize) -> (usize, usize) {
    let (before, after) = EXCERPT;
    let from = match place.checked_sub(before) {
        Some(least) => text[..place]
            .char_indices()
            .filter(|(at, letter)| *at >= least && *letter == ' ')
            .map(|(at, _)| at + 1)
            .next()
            .unwrap_or(place),
        None => 0,
    };
    let most = place + after;
    let to = if most >= text.len() {
        text.len()
    } else {
        text[place..]
            .char_indices()
            .filter(|(_, letter)| *letter == ' ')
            .map(|(at, _)| place + at)
            .take_while(|at| *at <= most)
            .last()
            .unwrap_or(text.len())
    };
    (from, to)
}

/// A part of a text, with what was found in it.
fn pieces(text: &str, (from, to): (usize, usize), hits: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = from;
    for (start, end) in hits.iter().map(|(start, end)| ((*start).max(from), (*end).min(to))) {
        if start >= end {
            continue;
        }
        if start > at {
            pieces.push(Piece::Plain(text[at..start].into()));
        }
        pieces.push(Piece::Hit(text[start..end].into()));
        at = end;
    }
    if at < to {
        pieces.push(Piece::Plain(text[at..to].into()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Plain {
        Plain::of(text, &|letter| letter.into())
    }

    fn slides() -> Vec<Searched> {
        [
            ("One lock", "See it first", "<h1>One lock</h1>\n<p>Threads take <b>turns</b>.</p>"),
            ("Waits", "The lock", "<h1>Who waits</h1>\n<p>Whoever waits gives it back: 2 of 3 do.</p>"),
            ("A lock each", "Later", "<p>Interpreters with a GIL of their own, and threads.</p>"),
        ]
        .map(|(title, section, html)| {
            let entry =
                Entry { slug: String::new(), title: title.into(), section: section.into(), minutes: 1.0, home: false };
            Searched::of(&entry, html, &|letter| letter.into())
        })
        .into()
    }

    fn shown(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Plain(text) => text.clone(),
            Piece::Hit(text) => format!("[{text}]"),
        };
        pieces.iter().map(piece).collect()
    }

    #[test]
    fn numbers_come_first_then_titles_then_the_rest() {
        for (asked, found) in [
            ("", &[0, 1, 2][..]),
            ("  ", &[0, 1, 2]),
            ("lock", &[0, 2, 1]),
            ("LOCK waits", &[1]),
            ("threads", &[0, 2]),
            ("lock threads", &[0, 2]),
            ("of", &[1, 2]),
            ("3", &[2, 1]),
            ("1", &[0]),
            ("0", &[]),
            ("9", &[]),
            ("asyncio", &[]),
        ] {
            let slides: Vec<_> = find(&slides(), &plain(asked)).iter().map(|found| found.slide).collect();
            assert_eq!(slides, found, "{asked}");
        }
    }

    #[test]
    fn what_was_found_is_marked() {
        for (asked, title, excerpt) in [
            ("lock", "One [lock]", ""),
            ("turns", "One lock", "Threads take [turns]."),
            ("t tu", "One lock", "[T]hreads [t]ake [tu]rns."),
            ("", "One lock", ""),
            ("who waits", "[Waits]", "[Who] [waits] [Who]ever [waits] gives it back: 2 of 3 do."),
        ] {
            let found = &find(&slides(), &plain(asked))[0];
            assert_eq!((shown(&found.title).as_str(), shown(&found.excerpt).as_str()), (title, excerpt), "{asked}");
        }
    }

    #[test]
    fn an_excerpt_has_whole_words_around_the_first_hit() {
        let text = format!("{}needle {}", "before ".repeat(20), "after ".repeat(40));
        let (from, to) = around(&text, text.find("needle").unwrap());
        let excerpt = &text[from..to];
        assert!(excerpt.starts_with("before before") && excerpt.ends_with("after"), "{excerpt}");
        assert!(excerpt.len() > 120 && excerpt.len() <= 160, "{}", excerpt.len());
        assert_eq!(around("short", 2), (0, 5));
        // Where there is no space, nothing is cut within a letter.
        let long = "é".repeat(200);
        assert_eq!(around(&long, 100), (100, 400));
    }
}
