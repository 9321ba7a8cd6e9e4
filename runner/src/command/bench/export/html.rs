//! The report as one HTML page: no script, and nothing is loaded from elsewhere.

use shared::Bounds;

use super::report::{Bar, Block};
use crate::content::escape;

const PAGE: &str = include_str!("report.html");
/// Where names end and bars begin, in units of the picture.
const NAMES: f64 = 230.0;
/// How long the longest bar, or its whisker, is.
const LONGEST: f64 = 380.0;
/// How high a bar is, with the gap under it.
const STEP: f64 = 22.0;

/// All of it.
pub fn text(blocks: &[Block]) -> String {
    let body: Vec<String> = blocks.iter().map(part).collect();
    PAGE.replace("{body}", &body.join("\n"))
}

fn part(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("<h{level}>{}</h{level}>", escape(text)),
        Block::Text(text) => format!("<p>{}</p>", escape(text)),
        Block::List(items) => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
            format!("<ul>{items}</ul>")
        }
        Block::Table { heading, rows } => {
            let line = |tag: &str, cells: &Vec<String>| {
                let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect();
                format!("<tr>{cells}</tr>")
            };
            let rows: String = rows.iter().map(|row| line("td", row)).collect();
            format!(
                "<div class=\"scroll\"><table><thead>{}</thead><tbody>{rows}</tbody></table></div>",
                line("th", heading)
            )
        }
        Block::Bars(bars) => picture(bars),
    }
}

/// Bars from 0, each with its interval as a whisker, and a line where sequential is.
fn picture(bars: &[Bar]) -> String {
    let end = |bar: &Bar| bar.ratio.spread.map_or(bar.ratio.value, |spread| spread.high.max(bar.ratio.value));
    let longest = bars.iter().map(end).fold(1.0, f64::max);
    let at = |ratio: f64| NAMES + ratio / longest * LONGEST;
    let (width, height) = (NAMES + LONGEST + 70.0, STEP * bars.len() as f64 + 6.0);
    let drawn = bars.iter().enumerate().map(|(place, bar)| {
        let top = STEP * place as f64 + 3.0;
        let (middle, value) = (top + 8.0, bar.ratio.value);
        let whisker = bar.ratio.spread.map(|Bounds { low, high }| {
            let (left, right) = (at(low), at(high));
            format!("<path class=\"whisker\" d=\"M{left:.1} {middle}H{right:.1}\"/>")
        });
        format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"bar\" x=\"{NAMES}\" y=\"{top}\" \
             width=\"{:.1}\" height=\"16\"/>{}<text x=\"{:.1}\" y=\"{:.1}\">{value:.2}</text>",
            NAMES - 8.0,
            middle + 4.0,
            escape(&bar.name),
            at(value) - NAMES,
            whisker.unwrap_or_default(),
            at(end(bar)) + 8.0,
            middle + 4.0
        )
    });
    let drawn: String = drawn.collect();
    let said: Vec<String> = bars.iter().map(|bar| format!("{} {:.2}", bar.name, bar.ratio.value)).collect();
    format!(
        "<figure><svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Speed-up: {}\">{drawn}<path class=\"one\" \
         d=\"M{one:.1} 0V{height}\"/></svg><figcaption>How many times as fast as sequential (dashed: 1), with its \
         interval.</figcaption></figure>",
        escape(&said.join(", ")),
        one = at(1.0)
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::results::sample;
    use super::super::report::report;
    use super::*;

    #[test]
    fn the_page_needs_nothing_else_and_nothing_in_it_is_code() {
        let text = text(&report(&sample::results()));
        for said in
            ["<h1>Threads", "<td>threads</td>", "Calls &lt;of&gt; functions.", "prefers-color-scheme: dark", "<svg"]
        {
            assert!(text.contains(said), "{said}");
        }
        for foreign in ["<script", "src=", "href=", "url(", "@import", "{body}", "NaN", "inf\""] {
            assert!(!text.contains(foreign), "{foreign}");
        }
    }
}
