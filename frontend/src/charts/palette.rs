//! The colours and sizes of charts: the style sheet's own, so that they are written down once.

use charming::Chart;
use charming::component::Axis;
use charming::element::{
    AxisLabel, AxisLine, AxisTick, AxisType, LineStyle, NameLocation, SplitLine, TextStyle, Tooltip, Trigger,
};
use shared::Mode;

use super::spent::Part;

/// What charts are drawn with.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// Behind the chart.
    pub ground: String,
    /// Words.
    pub text: String,
    /// Words of less importance.
    pub quiet: String,
    /// Lines of the grid.
    pub line: String,
    /// What stands for no mode in particular.
    pub accent: String,
    /// By [`Mode::ALL`].
    pub modes: [String; Mode::ALL.len()],
    /// By [`Part::ALL`].
    pub parts: [String; Part::ALL.len()],
    /// The size of most words, in pixels.
    pub type_size: f64,
    /// Whether there is little room, as on a phone.
    pub narrow: bool,
}

/// The size that words of charts usually have, in pixels: this share of that of prose.
const TYPE_SIZE: f64 = 14.0;
const USUAL_SHARE: f64 = 0.7;
/// The height of a line of a legend, the width of a mark in it with the gaps round it, and of a letter, in pixels.
const LINE: f64 = 30.0;
const MARK: f64 = 28.0 + 5.0 + 14.0;
const LETTER: f64 = 7.6;

impl Palette {
    /// From the values of the style sheet's variables, where prose has this size in pixels.
    pub fn read(variable: impl Fn(&str) -> String, prose: f64, narrow: bool) -> Palette {
        Palette {
            ground: variable("--card"),
            text: variable("--text"),
            quiet: variable("--quiet"),
            line: variable("--line"),
            accent: variable("--accent"),
            modes: Mode::ALL.map(|mode| variable(&format!("--{mode}"))),
            parts: Part::ALL.map(|part| variable(&format!("--part-{}", part.slug()))),
            type_size: (variable("--chart-share").parse().unwrap_or(USUAL_SHARE) * prose).round(),
            narrow,
        }
    }

    /// So many pixels that words of the usual size need, for words of this one.
    pub fn words(&self, pixels: f64) -> f64 {
        pixels * self.type_size / TYPE_SIZE
    }

    /// How words look, in one of the colours.
    pub fn text_style(&self, colour: &str) -> TextStyle {
        TextStyle::new().color(colour).font_size(self.type_size)
    }

    /// The same for what stands at an axis.
    pub fn axis_label(&self, colour: &str) -> AxisLabel {
        AxisLabel::new().color(colour).font_size(self.type_size)
    }

    /// Whether words are so large that there is room for few of them.
    pub fn is_sparse(&self) -> bool {
        self.narrow || self.type_size > 1.2 * TYPE_SIZE
    }

    /// The height that a legend of these names needs, in pixels.
    pub fn legend_height<'a>(&self, names: impl Iterator<Item = &'a str>) -> f64 {
        let room = if self.narrow { 280.0 } else { 500.0 };
        let (mut lines, mut left) = (1.0, room);
        for name in names {
            let width = MARK + self.words(LETTER) * name.chars().count() as f64;
            if width > left && left < room {
                lines += 1.0;
                left = room;
            }
            left -= width;
        }
        lines * self.words(LINE) + 8.0
    }

    /// A chart with nothing in it yet. It is drawn live, so nothing moves by itself.
    pub fn chart(&self) -> Chart {
        let tooltip = Tooltip::new().trigger(Trigger::Item).formatter("{b}");
        let tooltip = tooltip.background_color(self.ground.as_str()).border_color(self.quiet.as_str());
        Chart::new().animation(false).background_color(self.ground.as_str()).tooltip(tooltip)
    }

    /// The lower axis of lying bars: amounts of this, from 0.
    pub fn amounts(&self, name: &str) -> Axis {
        Axis::new()
            .type_(AxisType::Value)
            .min(0)
            .split_number(if self.is_sparse() { 3 } else { 5 })
            .name(name)
            .name_location(NameLocation::Middle)
            .name_gap(self.words(27.0))
            .name_text_style(self.text_style(&self.quiet))
            .axis_label(self.axis_label(&self.quiet))
            .split_line(SplitLine::new().line_style(LineStyle::new().color(self.line.as_str())))
    }

    /// The names of lying bars, from the top.
    pub fn bars(&self, names: Vec<String>) -> Axis {
        Axis::new()
            .type_(AxisType::Category)
            .inverse(true)
            .data(names)
            .axis_line(AxisLine::new().show(false))
            .axis_tick(AxisTick::new().show(false))
            .axis_label(self.axis_label(&self.text).interval(0))
    }

    /// The mode's colour.
    pub fn mode(&self, mode: Mode) -> &str {
        let position = Mode::ALL.iter().position(|other| *other == mode).unwrap_or_default();
        &self.modes[position]
    }

    /// The colour of a part of a worker's time.
    pub fn part(&self, part: Part) -> &str {
        let position = Part::ALL.iter().position(|other| *other == part).unwrap_or_default();
        &self.parts[position]
    }
}

#[cfg(test)]
pub(super) fn plain() -> Palette {
    Palette::read(|name| name.to_owned(), 20.0, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_share_of_the_size_of_prose() {
        for (share, prose, size) in
            [("0.7", 20.0, 14.0), ("1", 20.0, 20.0), ("0.7", 25.0, 18.0), ("--none", 20.0, 14.0)]
        {
            let palette = Palette::read(|_| share.to_owned(), prose, false);
            assert_eq!(palette.type_size, size, "{share} of {prose}");
        }
    }

    #[test]
    fn a_legend_has_lines_enough() {
        let short = || ["one", "two"].into_iter();
        let long = || ["waiting for the GIL", "computing with the GIL", "waiting for a CPU", "idle"].into_iter();
        let (usual, large) = (plain(), Palette { type_size: 20.0, ..plain() });
        assert_eq!((usual.legend_height(short()), usual.legend_height(long())), (38.0, 68.0));
        assert!(large.legend_height(short()) > 38.0 && large.legend_height(long()) > 2.0 * large.words(LINE));
    }
}
