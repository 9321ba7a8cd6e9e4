//! The colours and sizes of charts: the style sheet's own, so that they are written down once.

use charming::Chart;
use charming::component::Axis;
use charming::element::{
    AxisLabel, AxisLine, AxisTick, AxisType, LineStyle, NameLocation, SplitLine, TextStyle, Tooltip, Trigger,
};
use shared::Mode;

use super::spent::Part;

/// What charts are drawn with.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Whether there is little room, as on a phone.
    pub narrow: bool,
}

impl Palette {
    /// From the values of the style sheet's variables.
    pub fn read(variable: impl Fn(&str) -> String, narrow: bool) -> Palette {
        Palette {
            ground: variable("--card"),
            text: variable("--text"),
            quiet: variable("--quiet"),
            line: variable("--line"),
            accent: variable("--accent"),
            modes: Mode::ALL.map(|mode| variable(&format!("--{mode}"))),
            parts: Part::ALL.map(|part| variable(&format!("--part-{}", part.slug()))),
            narrow,
        }
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
            .split_number(if self.narrow { 3 } else { 5 })
            .name(name)
            .name_location(NameLocation::Middle)
            .name_gap(27)
            .name_text_style(TextStyle::new().color(self.quiet.as_str()).font_size(14))
            .axis_label(AxisLabel::new().color(self.quiet.as_str()).font_size(14))
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
            .axis_label(AxisLabel::new().color(self.text.as_str()).font_size(14).interval(0))
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
    Palette::read(|name| name.to_owned(), false)
}
