//! What a lap's results are together, so that the page can show more than text.

use std::time::{Duration, Instant};

use shared::{HistogramColumn, PixelGrid, Shown};

use crate::helpers::Helpers;
use crate::object::{Object, Outcome};

/// So many results are looked at.
const MOST_RESULTS: usize = 10_000;
/// So long they may take to arrive.
const PATIENCE: Duration = Duration::from_millis(200);

/// Says for how many results there is room and time.
#[derive(Debug)]
pub struct Allowance(Instant);

impl Allowance {
    /// From now on.
    pub fn start() -> Allowance {
        Allowance(Instant::now())
    }

    /// Whether the result of this task may be looked at, too.
    pub fn covers(&self, task: usize) -> bool {
        task < MOST_RESULTS && self.0.elapsed() < PATIENCE
    }
}

/// What the results in this list are.
///
/// # Errors
/// What looking at them raised: as a rule that Stop was pressed.
pub fn take(helpers: &Helpers, results: &Object) -> Outcome<Shown> {
    let said = helpers.call(c"shown", &[results])?;
    Ok(match said.item(0).to_text().as_str() {
        "histogram" => {
            let [labels, counts] = [1, 2].map(|place| items(&said.item(place)));
            let column =
                |(label, count): (Object, Object)| HistogramColumn { label: label.to_text(), count: number(&count) };
            Shown::Histogram {
                columns: labels.into_iter().zip(counts).map(column).collect(),
                left_out: number(&said.item(3)),
            }
        }
        "table" => Shown::Table {
            names: texts(&said.item(1)),
            rows: items(&said.item(2)).iter().map(texts).collect(),
            hidden: number(&said.item(3)),
        },
        "grid" => {
            let [width, height, columns, rows] = [1, 2, 3, 4].map(|place| number(&said.item(place)));
            let [low, high] = [6, 7].map(|place| said.item(place).to_text());
            Shown::Grid(PixelGrid { width, height, columns, rows, cells: said.item(5).to_bytes(), low, high })
        }
        _ => Shown::Values,
    })
}

fn items(tuple: &Object) -> Vec<Object> {
    (0..tuple.length()).map(|place| tuple.item(place)).collect()
}

fn texts(tuple: &Object) -> Vec<String> {
    items(tuple).iter().map(Object::to_text).collect()
}

fn number(object: &Object) -> u32 {
    object.to_int().map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX))
}
