//! Colours in what is printed: ECMA-48's "select graphic rendition" becomes classes of the style sheet, which chooses
//! colours that can be read in light and dark. Every other control sequence is dropped.

use anstyle_parse::{Params, Parser, Perform};

/// A colour, as the style sheet has it: what is asked for exactly becomes the nearest of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
}

impl Hue {
    /// In the order of the codes.
    const ALL: [Hue; 8] =
        [Hue::Black, Hue::Red, Hue::Green, Hue::Yellow, Hue::Blue, Hue::Magenta, Hue::Cyan, Hue::White];

    fn name(self) -> &'static str {
        match self {
            Hue::Black => "black",
            Hue::Red => "red",
            Hue::Green => "green",
            Hue::Yellow => "yellow",
            Hue::Blue => "blue",
            Hue::Magenta => "magenta",
            Hue::Cyan => "cyan",
            Hue::White => "white",
        }
    }

    /// The nearest to red, green and blue.
    fn of_light([red, green, blue]: [u16; 3]) -> Hue {
        let light = [red, green, blue].map(|part| i32::from(part.min(255)));
        let (most, least) = (light[0].max(light[1]).max(light[2]), light[0].min(light[1]).min(light[2]));
        if most - least < 48 {
            return if most < 128 { Hue::Black } else { Hue::White };
        }
        // A part counts as there if it is in the upper half of what is between the least and the most.
        match light.map(|part| (part - least) * 2 >= most - least) {
            [true, false, false] => Hue::Red,
            [true, true, false] => Hue::Yellow,
            [false, true, false] => Hue::Green,
            [false, true, true] => Hue::Cyan,
            [false, false, true] => Hue::Blue,
            [true, false, true] => Hue::Magenta,
            [true, true, true] | [false, false, false] => Hue::White,
        }
    }

    /// Of xterm's 256 colours.
    fn of_256(number: u16) -> Hue {
        match number {
            0..16 => Hue::ALL[usize::from(number % 8)],
            16..232 => {
                Hue::of_light([(number - 16) / 36, (number - 16) / 6 % 6, (number - 16) % 6].map(|part| part * 51))
            }
            _ => Hue::of_light([(number.min(255) - 232) * 10 + 8; 3]),
        }
    }
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    ink: Option<Hue>,
    ground: Option<Hue>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    struck: bool,
    inverse: bool,
}

impl Style {
    /// The style sheet's names for it.
    pub fn class(self) -> String {
        let (ink, ground) = if self.inverse { (self.ground, self.ink) } else { (self.ink, self.ground) };
        let mut names: Vec<String> = Vec::new();
        names.extend(ink.map(|hue| format!("ink-{}", hue.name())));
        names.extend(ground.map(|hue| format!("ground-{}", hue.name())));
        let is_plainly_inverse = self.inverse && ink.is_none() && ground.is_none();
        for (name, is) in [
            ("inverse", is_plainly_inverse),
            ("bold", self.bold),
            ("dim", self.dim),
            ("italic", self.italic),
            ("underlined", self.underlined),
            ("struck", self.struck),
        ] {
            if is {
                names.push(name.to_owned());
            }
        }
        names.join(" ")
    }

    /// Takes the numbers of one sequence.
    fn select(&mut self, numbers: &Params) {
        let mut numbers = numbers.iter();
        while let Some(number) = numbers.next() {
            let hue = |base: u16| Hue::ALL[usize::from((number[0] - base) % 8)];
            match number[0] {
                0 => *self = Style::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underlined = number.get(1) != Some(&0),
                7 => self.inverse = true,
                9 => self.struck = true,
                21 | 22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underlined = false,
                27 => self.inverse = false,
                29 => self.struck = false,
                30..=37 => self.ink = Some(hue(30)),
                38 => self.ink = exact(number, &mut numbers).or(self.ink),
                39 => self.ink = None,
                40..=47 => self.ground = Some(hue(40)),
                48 => self.ground = exact(number, &mut numbers).or(self.ground),
                49 => self.ground = None,
                90..=97 => self.ink = Some(hue(90)),
                100..=107 => self.ground = Some(hue(100)),
                _ => {}
            }
        }
    }
}

/// A colour by its number (`5;n`) or its light (`2;r;g;b`); with colons there may be one more number before the light.
fn exact<'numbers>(first: &[u16], rest: &mut impl Iterator<Item = &'numbers [u16]>) -> Option<Hue> {
    let mut next = || rest.next().and_then(|number| number.first()).copied();
    match first {
        [_, 5, number, ..] => Some(Hue::of_256(*number)),
        [_, 2, light @ .., _, _] if light.len() == 1 => Some(Hue::of_light([first[2], first[3], first[4]])),
        [_, 2, _, red, green, blue, ..] => Some(Hue::of_light([*red, *green, *blue])),
        [_] => match next()? {
            5 => Some(Hue::of_256(next()?)),
            2 => Some(Hue::of_light([next()?, next()?, next()?])),
            _ => None,
        },
        _ => None,
    }
}

/// Text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Without anything that controls.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// The pieces of a line, from its start: a line's style ends with it, since what was printed before may not be known.
pub fn pieces(line: &str) -> Vec<Piece> {
    if !line.contains(|character: char| character.is_control() && character != '\t') {
        return vec![Piece { text: line.to_owned(), style: Style::default() }];
    }
    let mut screen = Screen::default();
    let mut parser = Parser::<anstyle_parse::DefaultCharAccumulator>::new();
    line.bytes().for_each(|byte| parser.advance(&mut screen, byte));
    screen.pieces
}

/// The line without what controls.
pub fn plain(line: &str) -> String {
    pieces(line).into_iter().map(|piece| piece.text).collect()
}

#[derive(Default)]
struct Screen {
    pieces: Vec<Piece>,
    style: Style,
    /// What is printed next replaces the line.
    returned: bool,
}

impl Perform for Screen {
    fn print(&mut self, character: char) {
        if character.is_control() {
            return;
        }
        if std::mem::take(&mut self.returned) {
            self.pieces.clear();
        }
        match self.pieces.last_mut() {
            Some(last) if last.style == self.style => last.text.push(character),
            _ => self.pieces.push(Piece { text: character.into(), style: self.style }),
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\r' => self.returned = true,
            b'\t' => {
                self.returned = false;
                match self.pieces.last_mut() {
                    Some(last) => last.text.push('\t'),
                    None => self.pieces.push(Piece { text: "\t".into(), style: self.style }),
                }
            }
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, numbers: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        if action == b'm' && intermediates.is_empty() && !ignore {
            self.style.select(numbers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<(String, String)> {
        pieces(line).into_iter().map(|piece| (piece.text, piece.style.class())).collect()
    }

    #[test]
    fn colours_become_names_of_the_style_sheet() {
        for (line, expected) in [
            ("plain", vec![("plain", "")]),
            ("a\tb", vec![("a\tb", "")]),
            ("\x1b[31mred\x1b[0m not", vec![("red", "ink-red"), (" not", "")]),
            ("\x1b[1;92;44mx\x1b[22;39my", vec![("x", "ink-green ground-blue bold"), ("y", "ground-blue")]),
            ("\x1b[7mx", vec![("x", "inverse")]),
            ("\x1b[7;31mx", vec![("x", "ground-red")]),
            ("\x1b[38;5;196mx", vec![("x", "ink-red")]),
            ("\x1b[38;5;244mx", vec![("x", "ink-white")]),
            ("\x1b[38;2;20;200;190;1mx", vec![("x", "ink-cyan bold")]),
            ("\x1b[38:2::250:240:10mx", vec![("x", "ink-yellow")]),
            ("\x1b[38:2:250:0:10mx", vec![("x", "ink-red")]),
            ("\x1b[48:5:21mx", vec![("x", "ground-blue")]),
            ("\x1b[4;9;3;2mx\x1b[4:0;29mx", vec![("x", "dim italic underlined struck"), ("x", "dim italic")]),
            ("\x1b[mx", vec![("x", "")]),
            ("\x1b[38mx\x1b[38;5mx\x1b[999mx", vec![("xxx", "")]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(text, class)| (text.to_owned(), class.to_owned())).collect();
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn whatever_else_controls_is_dropped() {
        for (line, text) in [
            ("\x1b[2Ja\x1b[10;10Hb\x1b[Kc", "abc"),
            ("\x1b]0;title\x07a\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "alink"),
            ("\x1bPq#0\x1b\\a", "a"),
            ("a\x08\x07\0b", "ab"),
            ("\u{9b}31mx", "31mx"),
            ("cut off\x1b[3", "cut off"),
            ("é\x1b[1m€𝄞", "é€𝄞"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ] {
            assert_eq!(plain(line), text, "{line:?}");
        }
    }

    #[test]
    fn a_progress_bar_shows_how_far_it_is() {
        for (line, text) in [("10%\r20%\r30%", "30%"), ("done\r", "done"), ("\ra", "a")] {
            assert_eq!(plain(line), text, "{line:?}");
        }
    }
}
