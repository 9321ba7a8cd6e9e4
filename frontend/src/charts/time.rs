//! Where the time went: a stacked bar for each mode and number of workers, an average worker's time in its parts.

use charming::component::{Aria, Decal, DecalItem, Grid, Legend, LegendItem};
use charming::datatype::{CompositeValue, DataFrame, DataPointItem};
use charming::element::{ItemStyle, Symbol};
use charming::series::Bar;
use shared::{Group, Nanos, Run, State, WorkerPhase, duration};

use super::spent::{Part, Row, rows, which_lap};
use super::{Palette, Picture, Reach, Table, story};
use crate::text::short;

/// The height of a bar with what is around it, in pixels.
const ROW: f64 = 34.0;
/// About how many pixels the longest bar has.
const PIXELS: u64 = 500;
/// Bars of this length and more are in seconds.
const LONG: u64 = 2_000_000_000;
/// Parts below this share of a bar are left out of the sentence.
const WORTH_SAYING: f64 = 0.1;
/// So many bars are put into words; the picture has all.
const SAID: usize = 4;

/// Draws a run, with bars that may be so long at least.
pub fn draw(run: &Run, least: Reach, palette: &Palette) -> Picture {
    let rows = rows(run);
    let longest = rows.iter().map(Row::total).max().unwrap_or_default().max(least.time);
    // What would be narrower than a pixel has no place in the legend.
    let is_seen = |time: Nanos| time.0 > 0 && time.0 >= longest.0 / PIXELS;
    let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| rows.iter().any(|row| is_seen(row.of(*part)))).collect();
    let (top, bottom) = (palette.legend_height(parts.iter().map(|part| part.title())), palette.words(46.0));
    let left = palette.words(if palette.narrow { 96.0 } else { 132.0 });
    let text = || palette.text_style(&palette.text);
    let legend: Vec<LegendItem> = parts.iter().map(|part| part.title().into()).collect();
    let (unit, in_unit): (&str, fn(Nanos) -> f64) = match longest {
        Nanos(LONG..) => ("seconds", Nanos::seconds),
        Nanos(_) => ("milliseconds", Nanos::millis),
    };
    let amounts = palette.amounts(&format!("{unit} of an average worker"));
    let amounts = if least.time.0 > 0 { amounts.max(in_unit(longest)) } else { amounts };
    let mut chart =
        palette
            .chart()
            .aria(Aria::new().enabled(true).decal(
                Decal::new().show(true).decals(parts.iter().map(|part| decal(*part, palette)).collect::<Vec<_>>()),
            ))
            .legend(Legend::new().top(0).left(0).item_width(22).item_gap(14).data(legend).text_style(text()))
            .grid(Grid::new().left(left).right(18).top(top).bottom(bottom))
            .x_axis(amounts)
            .y_axis(palette.bars(rows.iter().map(label).collect()));
    for part in &parts {
        let data: DataFrame = rows.iter().map(|row| item(row, *part, in_unit).into()).collect();
        chart = chart.series(
            Bar::new()
                .name(part.title())
                .stack("time")
                .bar_width("68%")
                .item_style(
                    ItemStyle::new().color(palette.part(*part)).border_color(palette.ground.as_str()).border_width(1),
                )
                .data(data),
        );
    }
    let drawn = rows.iter().flat_map(|row| row.times).filter(|time| time.0 > 0).count();
    let height = if rows.is_empty() { 0.0 } else { rows.len() as f64 * palette.words(ROW) + top + bottom + 4.0 };
    Picture { chart, sentence: sentence(run, &rows), drawn, height }
}

/// The numbers that are drawn: of an average worker.
pub fn table(run: &Run) -> Table {
    let line = |row: &Row, part: Part| {
        let time = row.of(part);
        vec![
            row.mode.slug().to_owned(),
            row.workers.to_string(),
            part.title().to_owned(),
            format!("{:.6}", time.millis()),
            format!("{:.6}", time.0 as f64 / (row.total().0 as f64).max(1.0)),
            row.note.clone().unwrap_or_default(),
        ]
    };
    let rows = rows(run);
    let lines = rows
        .iter()
        .flat_map(|row| Part::ALL.into_iter().filter(|part| row.of(*part).0 > 0).map(|part| line(row, part)));
    Table { names: vec!["mode", "workers", "part", "milliseconds", "share", "note"], rows: lines.collect() }
}

/// A bar's name where there is little room.
fn label(row: &Row) -> String {
    match (row.name.as_str(), row.mode.is_parallel()) {
        ("Script", _) => row.name.clone(),
        (_, true) => format!("{} × {}", short(row.mode), row.workers),
        (_, false) => short(row.mode).to_owned(),
    }
}

fn item(row: &Row, part: Part, in_unit: fn(Nanos) -> f64) -> DataPointItem {
    let time = row.of(part);
    let note = row.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    let name = format!("{}, {}: {}, {}{note}", row.name, part.title(), duration(time), percent(row, part));
    DataPointItem::new(in_unit(time)).name(name.as_str())
}

fn percent(row: &Row, part: Part) -> String {
    let share = row.of(part).0 as f64 / (row.total().0 as f64).max(1.0);
    format!("{:.0} %", share * 100.0)
}

/// A part's pattern: told apart without colours, waits by stripes, what is computed by none.
fn decal(part: Part, palette: &Palette) -> DecalItem {
    let dashes = |dashes: &[i32]| {
        CompositeValue::from(dashes.iter().map(|dash| (*dash).into()).collect::<Vec<CompositeValue>>())
    };
    let stripes = |width: i32, gap: i32, turn: f64| {
        DecalItem::new()
            .color(palette.ground.as_str())
            .dash_array_x(dashes(&[1, 0]))
            .dash_array_y(dashes(&[width, gap]))
            .rotation(turn)
    };
    let dots = |gap: i32| {
        let rows = vec![dashes(&[3, gap]), dashes(&[0, (gap + 3) / 2, 3, gap - (gap + 3) / 2])];
        DecalItem::new()
            .color(palette.ground.as_str())
            .symbol(Symbol::Circle)
            .dash_array_x(CompositeValue::from(rows))
            .dash_array_y(dashes(&[3, gap / 2]))
    };
    let quarter = std::f64::consts::FRAC_PI_4;
    match part {
        Part::Phase(WorkerPhase::Compute) | Part::Compute(State::WithGil(_)) => DecalItem::new().symbol(Symbol::None),
        Part::Compute(State::WithoutGil) => stripes(1, 9, 0.0),
        Part::Compute(State::WaitingForGil) => stripes(3, 5, -quarter),
        Part::Compute(State::WaitingForCpu) => stripes(3, 5, quarter),
        Part::Compute(State::Blocked) => dots(5),
        Part::Phase(WorkerPhase::StartUp) => stripes(1, 5, -quarter),
        Part::Phase(WorkerPhase::Replay) => stripes(1, 5, quarter),
        Part::Phase(WorkerPhase::Gate) => stripes(1, 5, 2.0 * quarter),
        Part::Phase(WorkerPhase::Unpickling) => dots(9),
        Part::Phase(WorkerPhase::Pickling) => dots(13),
        Part::Phase(WorkerPhase::QueueWait) => stripes(4, 4, 2.0 * quarter),
        Part::Phase(WorkerPhase::Idle) => stripes(6, 3, 0.0),
        Part::Unknown => stripes(1, 2, quarter),
    }
}

/// What the picture shows, in words.
fn sentence(run: &Run, rows: &[Row]) -> String {
    if rows.is_empty() {
        return "Bars appear as soon as the first lap starts.".into();
    }
    let most = rows.iter().map(|row| row.workers).max().unwrap_or(1);
    let of_group = |group: Group| {
        let mut rows: Vec<&Row> = rows
            .iter()
            .filter(|row| row.mode.group() == group && (row.workers == most || !row.mode.is_parallel()))
            .collect();
        let hidden = rows.len().saturating_sub(SAID);
        rows.truncate(SAID);
        let mut said: Vec<String> = rows.into_iter().map(said).collect();
        if hidden > 0 {
            said.push(format!("and {hidden} more in the picture"));
        }
        (!said.is_empty()).then(|| format!("{}.", said.join("; ")))
    };
    let native = of_group(Group::Native);
    let executors = of_group(Group::Stdlib).map(|said| format!("{} {said}", story::OWN_DISPATCHER));
    [native, executors, which_lap(run)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `Threads × 2: 49 % waiting for the GIL, 47 % computing with the GIL`.
fn said(row: &Row) -> String {
    let total = row.total().0 as f64;
    let mut parts: Vec<Part> =
        Part::ALL.into_iter().filter(|part| row.of(*part).0 as f64 >= WORTH_SAYING * total.max(1.0)).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(row.of(*part)));
    let parts: Vec<String> = parts.iter().map(|part| format!("{} {}", percent(row, *part), part.title())).collect();
    let note = row.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    if parts.is_empty() {
        format!("{}: nothing yet", row.name)
    } else {
        format!("{}: {}{note}", row.name, parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::palette::plain;
    use super::super::sample;
    use super::*;
    use shared::{Account, LapEvent, Mode, Phases, StateTotals};

    /// Of a lap that ended after 100 ms: start-up 10, compute 60, idle as given.
    fn accounted(run: &mut Run, lap: u32, worker: u32, idle: Option<u64>) {
        let ms = |time: u64| Some(Nanos(time * 1_000_000));
        let phases = Phases {
            start_up: ms(10),
            replay: ms(0),
            gate: ms(0),
            unpickling: ms(0),
            queue_wait: ms(0),
            compute: ms(60),
            pickling: ms(0),
            idle: idle.and_then(ms),
        };
        sample::in_lap(run, lap, LapEvent::Accounted(Box::new(Account { worker, phases, ..Account::default() })));
    }

    fn finished(idle: Option<u64>) -> Run {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        (0..2).for_each(|worker| accounted(&mut run, 0, worker, idle));
        sample::finish(&mut run, 0, 90);
        run
    }

    #[test]
    fn a_bar_has_the_average_of_its_workers() {
        let run = finished(Some(30));
        let picture = draw(&run, Reach::default(), &plain());
        assert_eq!(picture.sentence, "Threads × 2: 60 % compute, 30 % idle, 10 % start-up.");
        assert_eq!(picture.drawn, 3);
        let option = serde_json::to_value(&picture.chart).unwrap();
        let names: Vec<_> = option["series"].as_array().unwrap().iter().map(|series| series["name"].clone()).collect();
        assert_eq!(names, ["start-up", "compute", "idle"]);
        assert_eq!(option["series"][1]["data"][0]["value"], 60.0);
        assert_eq!(option["aria"]["decal"]["decals"].as_array().unwrap().len(), 3, "a pattern for each");
    }

    #[test]
    fn what_is_computed_is_divided_where_it_was_sampled() {
        let ms = |time: u64| Nanos(time * 1_000_000);
        let mut run = finished(Some(30));
        for worker in &mut run.laps[0].workers {
            let account = worker.account.as_mut().unwrap();
            account.compute_in =
                Some(StateTotals { with_gil: ms(29), waiting_for_gil: ms(31), ..StateTotals::default() });
        }
        assert_eq!(
            draw(&run, Reach::default(), &plain()).sentence,
            "Threads × 2: 31 % waiting for the GIL, 30 % idle, 29 % computing with the GIL, 10 % start-up."
        );
        assert_eq!(rows(&run)[0].total(), ms(100), "it is divided, not counted twice");
    }

    #[test]
    fn what_nobody_knows_is_said_and_drawn_as_such() {
        let run = finished(None);
        let picture = draw(&run, Reach::default(), &plain());
        assert_eq!(
            picture.sentence,
            "Threads × 2: 60 % compute, 30 % not told apart, 10 % start-up (idle not available)."
        );
    }

    #[test]
    fn it_grows_while_a_lap_goes_on_and_executors_stand_apart() {
        let mut run = sample::accepted(&[Mode::Threads, Mode::ThreadPool]);
        assert_eq!(draw(&run, Reach::default(), &plain()).height, 0.0);
        sample::begin(&mut run, 0, 4);
        assert_eq!(
            draw(&run, Reach::default(), &plain()).sentence,
            "Threads × 2: 80 % start-up, 20 % waiting for the others (so far)."
        );
        sample::finish(&mut run, 0, 90);
        sample::begin(&mut run, 1, 4);
        let sentence = draw(&run, Reach::default(), &plain()).sentence;
        assert!(sentence.contains("dispatch tasks themselves: ThreadPoolExecutor × 2: 80 % start-up"), "{sentence}");
    }

    #[test]
    fn of_several_laps_the_median_one_is_shown() {
        let run = sample::repeated(&[Mode::Sequential], &[50, 20, 30]);
        let rows = rows(&run);
        assert_eq!((rows.len(), rows[0].total()), (1, Nanos(40_000_000)));
        assert!(
            draw(&run, Reach::default(), &plain())
                .sentence
                .ends_with("Of 3 laps, the one with the median time is shown.")
        );
    }
}
