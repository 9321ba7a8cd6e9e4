//! What was predicted of a run, drawn into its speed-up chart: a ring for each mode, which a measured point may stand in.

use charming::element::{LineStyleType, Symbol};
use shared::Expected;

use super::speed_up::at;
use super::strokes::{Stroke, line};
use super::{Palette, Picture};
use crate::text::count;

/// The picture with a ring where each mode was predicted to be.
pub fn add(mut picture: Picture, expected: &[Expected], palette: &Palette) -> Picture {
    // Without a picture there is nothing to compare with.
    if expected.is_empty() || picture.drawn == 0 {
        return picture;
    }
    for guess in expected {
        let workers = count(u64::from(guess.workers), "worker");
        let said = format!("{}, {workers}: you predicted {} times", guess.mode.title(), guess.times());
        let colour = palette.mode(guess.mode);
        picture.chart = picture.chart.series(line(
            Stroke {
                name: "your prediction",
                symbol: Symbol::Circle,
                size: 26.0,
                colour: "transparent",
                width: 0.0,
                dash: LineStyleType::Solid,
                edge: (colour, 2.5),
                z: 4,
            },
            vec![at(guess.workers, guess.times(), &said)],
        ));
    }
    picture.sentence += " Rings: your prediction.";
    picture
}

#[cfg(test)]
mod tests {
    use shared::Mode;

    use super::super::palette::plain;
    use super::super::{Kind, Machine, sample};
    use super::*;

    #[test]
    fn a_guess_stands_where_it_was_thought_to_be() {
        let machine = Machine { cores: 2, memory: None };
        let guess = |mode| Expected { mode, workers: 2, hundredths: 150 };
        let draw = |laps: &[(Mode, u64)]| {
            let picture = Kind::SpeedUp.draw(&sample::completed(laps), machine, &plain());
            add(picture, &[guess(Mode::Threads), guess(Mode::Processes)], &plain())
        };
        let picture = draw(&[(Mode::Sequential, 2_000), (Mode::Threads, 2_040)]);
        assert!(picture.sentence.ends_with("Rings: your prediction."), "{}", picture.sentence);
        let option = serde_json::to_value(&picture.chart).unwrap();
        let series = option["series"].as_array().unwrap();
        let marks: Vec<_> = series.iter().filter(|series| series["name"] == "your prediction").collect();
        assert_eq!(marks.len(), 2);
        assert_eq!(marks[0]["data"][0]["value"], serde_json::json!([1, 1.5]));
        assert!(!draw(&[(Mode::Threads, 10)]).sentence.contains("Rings"), "there is nothing to compare with");
    }
}
