//! Lanes: a row for each worker of each lap, all on one clock: who worked, when, and on what.

use charming::component::{Axis, Grid};
use charming::datatype::{CompositeValue, DataPointItem};
use charming::element::{
    AxisLabel, AxisLine, AxisTick, AxisType, DimensionEncode, ItemStyle, LineStyle, NameLocation, SplitLine, TextStyle,
};
use charming::series::Custom;
use shared::{Lap, LapPhase, Mode, Run, SourceKind};

use super::bars::{Bar, layout};
use super::{Palette, Picture, story};
use crate::text::{count, thousands};

/// The height of a row in pixels.
const ROW: f64 = 27.0;

/// Draws a run.
pub fn draw(run: &Run, palette: &Palette) -> Picture {
    let (rows, bars) = layout(run, palette.narrow);
    let left = if palette.narrow { 88.0 } else { 120.0 };
    let mut chart = palette
        .chart()
        .grid(Grid::new().left(left).right(18).top(4).bottom(48))
        .x_axis(
            Axis::new()
                .type_(AxisType::Value)
                .min(0)
                .name("milliseconds since the lap's start")
                .name_location(NameLocation::Middle)
                .name_gap(28)
                .name_text_style(TextStyle::new().color(palette.quiet.as_str()).font_size(14))
                .axis_label(AxisLabel::new().color(palette.quiet.as_str()).font_size(14))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
        )
        .y_axis(
            Axis::new()
                .type_(AxisType::Category)
                .inverse(true)
                .data(rows.clone())
                .axis_line(AxisLine::new().show(false))
                .axis_tick(AxisTick::new().show(false))
                .axis_label(
                    AxisLabel::new()
                        .color(palette.text.as_str())
                        .font_size(if palette.narrow { 13 } else { 15 })
                        .interval(0),
                ),
        );
    for mode in Mode::ALL {
        let data: Vec<DataPointItem> = bars.iter().filter(|bar| bar.mode == mode).map(point).collect();
        if data.is_empty() {
            continue;
        }
        chart = chart.series(
            Custom::new()
                .name(mode.title())
                .render_item("bar")
                .item_style(ItemStyle::new().color(palette.mode(mode)))
                .encode(DimensionEncode::new().x(vec![1, 2]).y(0))
                .data(data),
        );
    }
    let spans = run.laps.iter().map(Lap::done).sum::<usize>() + running(run);
    Picture { chart, sentence: sentence(run), drawn: spans, height: rows.len() as f64 * ROW + 52.0 }
}

fn point(bar: &Bar) -> DataPointItem {
    let value: Vec<CompositeValue> = vec![
        (bar.row as i64).into(),
        bar.start.millis().into(),
        bar.end.millis().into(),
        (bar.kind as i64).into(),
        (bar.number as i64).into(),
    ];
    DataPointItem::new(value).name(bar.text.as_str())
}

fn running(run: &Run) -> usize {
    run.laps.iter().flat_map(|lap| &lap.workers).filter(|worker| worker.running.is_some()).count()
}

/// What the picture shows, in words.
fn sentence(run: &Run) -> String {
    let active = run.active_lap().filter(|_| !run.is_over()).and_then(|lap| run.laps.get(lap as usize));
    if let Some(lap) = active {
        let title = crate::text::lap_title(lap);
        return match lap.phase {
            LapPhase::Starting => format!("{title}: starting."),
            _ if lap.kind == Some(SourceKind::Script) => "The script is running.".into(),
            _ => format!("{title}: {} of {} done.", thousands(lap.done() as u64), count(u64::from(lap.tasks), "task")),
        };
    }
    story::of(run)
}
