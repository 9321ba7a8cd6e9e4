//! What keys do: one table, for who listens and for the sheet that tells of them.

use super::place::Move;

/// What can be done by a key, wherever nothing else needs that key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Goes to another place.
    Go(Move),
    /// Shows all slides.
    Overview,
    /// The same, to go to a slide by its number.
    GoTo,
    /// The same, to find a slide by its words.
    Search,
    /// Opens the presenter's window.
    Present,
    /// Lets the room see nothing, or the slide again.
    Blank,
    /// Brings all code back to the starters, or undoes that.
    Starters,
    /// Makes all type larger.
    Larger,
    /// Makes all type smaller.
    Smaller,
    /// Shows all keys.
    Shortcuts,
}

/// What needs keys for itself where the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Nothing.
    Free,
    /// Something that is scrolled or moved in by arrow keys.
    Arrows,
    /// Something that is typed into, or a dialog.
    Typing,
}

/// Which other keys are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// None.
    Nothing,
    /// Shift alone.
    Shift,
    /// Another: then it is the browser's key.
    More,
}

impl Command {
    /// All of them, in the order in which they are told.
    pub const ALL: [Command; 13] = [
        Command::Go(Move::Next),
        Command::Go(Move::Previous),
        Command::Go(Move::First),
        Command::Go(Move::Last),
        Command::Overview,
        Command::GoTo,
        Command::Search,
        Command::Present,
        Command::Blank,
        Command::Starters,
        Command::Larger,
        Command::Smaller,
        Command::Shortcuts,
    ];

    /// Its keys, as browsers name them.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Command::Go(Move::Next) => &["ArrowRight", "PageDown"],
            Command::Go(Move::Previous) => &["ArrowLeft", "PageUp"],
            Command::Go(Move::First) => &["Home"],
            Command::Go(Move::Last) => &["End"],
            Command::Overview => &["o"],
            Command::GoTo => &["g"],
            Command::Search => &["/"],
            Command::Present => &["p"],
            // The full stop is a key of clickers.
            Command::Blank => &["b", "."],
            Command::Starters => &["r"],
            // Those are on one key, on many keyboards one of them with Shift.
            Command::Larger => &["+", "="],
            Command::Smaller => &["-", "_"],
            Command::Shortcuts => &["?"],
        }
    }

    fn of(key: &str) -> Option<Command> {
        // Caps lock makes capitals.
        Command::ALL.into_iter().find(|command| command.keys().iter().any(|own| own.eq_ignore_ascii_case(key)))
    }
}

/// Whether it is a key of clickers, the small remotes of presenters: these always turn slides.
pub fn is_of_clickers(key: &str, held: Held) -> bool {
    held == Held::Nothing && matches!(key, "PageUp" | "PageDown")
}

/// What a key does, if anything.
pub fn command(key: &str, held: Held, focus: Focus) -> Option<Command> {
    let is_sign = key.chars().count() == 1;
    let is_letter = is_sign && key.chars().all(char::is_alphabetic);
    let is_free = match focus {
        Focus::Free => true,
        Focus::Arrows => is_sign,
        Focus::Typing => false,
    };
    let is_meant = match held {
        Held::Nothing => true,
        // Some keyboards have the slash and the question mark behind it.
        Held::Shift => is_sign && !is_letter,
        Held::More => false,
    };
    Command::of(key).filter(|_| is_meant && (is_free || is_of_clickers(key, held)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_does_what_the_table_says() {
        for expected in Command::ALL {
            for key in expected.keys() {
                assert_eq!(command(key, Held::Nothing, Focus::Free), Some(expected), "{key}");
            }
        }
    }

    #[test]
    fn keys_belong_to_what_has_the_focus_but_for_those_of_clickers() {
        use Command::{GoTo, Larger, Search, Shortcuts, Smaller};
        let (next, first) = (Command::Go(Move::Next), Command::Go(Move::First));
        for (key, held, free, arrows, typing) in [
            ("ArrowRight", Held::Nothing, Some(next), None, None),
            ("PageDown", Held::Nothing, Some(next), Some(next), Some(next)),
            ("PageDown", Held::Shift, None, None, None),
            ("PageDown", Held::More, None, None, None),
            ("Home", Held::Nothing, Some(first), None, None),
            ("ArrowRight", Held::Shift, None, None, None),
            ("g", Held::Nothing, Some(GoTo), Some(GoTo), None),
            ("G", Held::Nothing, Some(GoTo), Some(GoTo), None),
            ("G", Held::Shift, None, None, None),
            ("g", Held::More, None, None, None),
            ("/", Held::Shift, Some(Search), Some(Search), None),
            ("?", Held::Shift, Some(Shortcuts), Some(Shortcuts), None),
            ("+", Held::Shift, Some(Larger), Some(Larger), None),
            ("-", Held::Nothing, Some(Smaller), Some(Smaller), None),
            ("-", Held::More, None, None, None),
            ("b", Held::Nothing, Some(Command::Blank), Some(Command::Blank), None),
            (".", Held::Nothing, Some(Command::Blank), Some(Command::Blank), None),
            ("Escape", Held::Nothing, None, None, None),
            ("Enter", Held::Nothing, None, None, None),
        ] {
            let found = [Focus::Free, Focus::Arrows, Focus::Typing].map(|focus| command(key, held, focus));
            assert_eq!(found, [free, arrows, typing], "{key} {held:?}");
        }
    }
}
