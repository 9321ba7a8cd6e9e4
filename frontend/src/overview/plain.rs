//! The words of a slide, from the HTML that the runner rendered of it, and the same without case and accents.

/// Tags that stand inside of words and sentences; all others part them.
const INLINE: [&str; 12] = ["a", "b", "code", "em", "i", "kbd", "small", "span", "strong", "sub", "sup", "tspan"];

/// The words of HTML, with single spaces between them.
pub fn words_of(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((text, tag_and_rest)) = rest.split_once('<') {
        push(&mut words, text);
        let (tag, after) = tag_and_rest.split_once('>').unwrap_or((tag_and_rest, ""));
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        if !INLINE.contains(&name) {
            push(&mut words, " ");
        }
        rest = after;
    }
    push(&mut words, rest);
    words.truncate(words.trim_end().len());
    words
}

/// Adds text as it is read: entities as what they stand for, all white space as one space.
fn push(words: &mut String, text: &str) {
    let mut text = text;
    while let Some(letter) = text.chars().next() {
        let entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];
        let entity = entities.into_iter().find(|(entity, _)| text.starts_with(entity));
        let (length, letter) = entity.map_or((letter.len_utf8(), letter), |(entity, letter)| (entity.len(), letter));
        text = &text[length..];
        match letter.is_whitespace() {
            true if words.is_empty() || words.ends_with(' ') => {}
            true => words.push(' '),
            false => words.push(letter),
        }
    }
}

/// A text, and the same with small letters and without accents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// As it is shown.
    pub shown: String,
    plain: String,
    /// For each byte of the plain text, and its end, where what it was made of begins in the shown one.
    origins: Vec<u32>,
}

impl Plain {
    /// Of a text. `parted` gives a letter's parts, the letter first and its accents after it.
    pub fn of(shown: &str, parted: &impl Fn(char) -> String) -> Plain {
        let (mut plain, mut origins) = (String::with_capacity(shown.len()), Vec::with_capacity(shown.len() + 1));
        for (origin, letter) in shown.char_indices() {
            match letter.is_ascii() {
                true => plain.push(letter.to_ascii_lowercase()),
                false => {
                    plain.extend(parted(letter).chars().filter(|part| !is_accent(*part)).flat_map(char::to_lowercase))
                }
            }
            origins.resize(plain.len(), origin as u32);
        }
        origins.push(shown.len() as u32);
        Plain { shown: shown.to_owned(), plain, origins }
    }

    /// The words of it, plain.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.plain.split_whitespace()
    }

    /// Whether a plain word is somewhere in it.
    pub fn has(&self, word: &str) -> bool {
        self.plain.contains(word)
    }

    /// Where a plain word is in the shown text, from and to, each time.
    pub fn places(&self, word: &str) -> Vec<(usize, usize)> {
        let origin = |place: usize| self.origins[place] as usize;
        self.plain.match_indices(word).map(|(place, found)| (origin(place), origin(place + found.len()))).collect()
    }
}

/// Whether it is one of the signs that accents are, when they stand behind their letter.
fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What browsers know of all letters, for two.
    fn parted(letter: char) -> String {
        match letter {
            'é' => "e\u{301}".into(),
            'Ö' => "O\u{308}".into(),
            other => other.into(),
        }
    }

    #[test]
    fn html_is_read_as_people_read_it() {
        for (html, words) in [
            ("<h1 id=\"x\">One lock</h1>\n<p>A <b>b</b>c, <code>d</code>.</p>\n", "One lock A bc, d."),
            ("<li>a</li><li>b</li>", "a b"),
            ("<td>a</td><td>b<br/>c</td>", "a b c"),
            ("1 &lt; 2 &amp;&amp; &#39;x&#39; &copy;", "1 < 2 && 'x' &copy;"),
            ("a\n\n  b", "a b"),
            ("a <b", "a"),
            ("", ""),
        ] {
            assert_eq!(words_of(html), words, "{html}");
        }
    }

    #[test]
    fn words_are_found_without_case_and_accents_where_they_are_shown() {
        for (shown, word, places) in [
            ("The GIL, the gil", "gil", &["GIL", "gil"][..]),
            ("Köln, Öl", "o", &["Ö"]),
            ("Éé: Öl", "ol", &["Öl"]),
            ("é for éé", "ee", &["éé"]),
            ("5 µs", "µs", &["µs"]),
            ("nothing", "lock", &[]),
        ] {
            let plain = Plain::of(shown, &parted);
            let found: Vec<_> = plain.places(word).into_iter().map(|(from, to)| &shown[from..to]).collect();
            assert_eq!(found, places, "{shown}");
            assert_eq!(plain.has(word), !places.is_empty(), "{shown}");
        }
    }
}
