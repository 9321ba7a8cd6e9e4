//! What results are together.

use shared::{Ending, HistogramColumn, PixelGrid, Shown};

use crate::harness::{Record, modes, run};

fn shown(record: &Record) -> &Shown {
    match &record.ending {
        Some(Ending::Completed { results, .. }) => &results.shown,
        other => panic!("not completed: {other:?}"),
    }
}

fn histogram(columns: &[(&str, u32)], left_out: u32) -> Shown {
    let column = |&(label, count): &(&str, u32)| HistogramColumn { label: label.into(), count };
    Shown::Histogram { columns: columns.iter().map(column).collect(), left_out }
}

fn table(names: &[&str], rows: &[&[&str]], hidden: u32) -> Shown {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Shown::Table { names: texts(names), rows: rows.iter().map(|row| texts(row)).collect(), hidden }
}

#[test]
fn results_are_seen_for_what_they_are_in_every_mode() {
    let cases = [
        ("ITEMS = range(20)\ndef work(n): return n\n", Shown::Values),
        ("ITEMS = range(30)\ndef work(n): return n % 3\n", histogram(&[("0", 10), ("1", 10), ("2", 10)], 0)),
        ("ITEMS = range(30)\ndef work(n): return float(n == 7)\n", {
            let width = 1.0 / 24.0;
            let edge = |place: u32| match f64::from(place) * width {
                edge if edge == edge.floor() => format!("{edge:.0}"),
                edge => four_digits(edge),
            };
            let count = |place| match place {
                0 => 29,
                23 => 1,
                _ => 0,
            };
            let column = |place| HistogramColumn {
                label: format!("{} to {}", edge(place), edge(place + 1)),
                count: count(place),
            };
            Shown::Histogram { columns: (0..24).map(column).collect(), left_out: 0 }
        }),
        ("ITEMS = range(30)\ndef work(n): return float('nan') if n else 1.5\n", histogram(&[("1.5", 1)], 29)),
        ("ITEMS = range(30)\ndef work(n): return 10 ** 400\n", Shown::Values),
        ("ITEMS = range(30)\ndef work(n): return n if n else 'none'\n", Shown::Values),
        ("ITEMS = [1]\ndef work(n): return [4] * 30\n", histogram(&[("4", 30)], 0)),
        (
            "ITEMS = ['a', 'b']\ndef work(name): return {'name': name, 'size': [0] * 1_000}\n",
            table(&["name", "size"], &[&["a", "list of 1,000"], &["b", "list of 1,000"]], 0),
        ),
        ("ITEMS = [1, 2]\ndef work(n): return n, n / 4\n", table(&[], &[&["1", "0.25"], &["2", "0.5"]], 0)),
        ("ITEMS = [1, 2]\ndef work(n): return {'a': 1, 'b': 2} if n == 1 else {'a': 1}\n", Shown::Values),
        (
            "import collections\nP = collections.namedtuple('P', 'x y')\nITEMS = [1, 2]\ndef work(n): return P(n, n)\n",
            table(&["x", "y"], &[&["1", "1"], &["2", "2"]], 0),
        ),
        ("ITEMS = range(8)\ndef work(row): return [row] * 127\n", grid(127, 8, |_, row| (row * 254 / 7) as u8, "7")),
        (
            "ITEMS = range(8)\ndef work(row): return bytes(range(128))\n",
            grid(128, 8, |column, _| column as u8 * 2, "127"),
        ),
        // Each result is two rows.
        (
            "ITEMS = range(4)\ndef work(n): return [[n] * 20, [n] * 20]\n",
            grid(20, 8, |_, row| ((row / 2) * 254 / 3) as u8, "3"),
        ),
        ("ITEMS = range(8)\ndef work(row): return [row] * (20 + row)\n", Shown::Values),
        ("ITEMS = range(8)\ndef work(row): return ['x'] * 20\n", Shown::Values),
    ];
    for mode in modes() {
        for (source, expected) in &cases {
            assert_eq!(shown(&run(source, mode, 2)), expected, "{mode}: {source}");
        }
    }
}

/// As Python's `.4g` writes numbers between 0.01 and 1.
fn four_digits(number: f64) -> String {
    let decimals = if number < 0.1 { 5 } else { 4 };
    format!("{number:.decimals$}").trim_end_matches('0').to_owned()
}

fn grid(columns: u32, rows: u32, cell: impl Fn(u32, u32) -> u8, high: &str) -> Shown {
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let cells = places.map(|(column, row)| cell(column, row)).collect();
    Shown::Grid(PixelGrid { width: columns, height: rows, columns, rows, cells, low: "0".into(), high: high.into() })
}

#[test]
fn a_large_grid_is_made_small_and_a_long_table_is_cut() {
    let mode = shared::Mode::Threads;
    let record = run("ITEMS = range(1_000)\ndef work(row): return [row] * 4_000\n", mode, 2);
    let Shown::Grid(grid) = shown(&record) else { panic!("{:?}", shown(&record)) };
    assert_eq!((grid.columns, grid.rows), (4_000, 1_000));
    assert!(
        grid.is_whole() && grid.cells.len() <= 40_000 && grid.width == grid.height * 4,
        "{} × {}",
        grid.width,
        grid.height
    );
    let record = run("ITEMS = range(1_000)\ndef work(n): return n, str(n)\n", mode, 2);
    let Shown::Table { rows, hidden, .. } = shown(&record) else { panic!("{:?}", shown(&record)) };
    assert_eq!((rows.len(), *hidden, rows[99].as_slice()), (100, 900, ["99".to_owned(), "99".to_owned()].as_slice()));
}

#[test]
fn a_result_that_does_not_arrive_ends_a_lap_only_if_it_is_one_of_the_first() {
    let source = "
class Once:
    def __init__(self, n): self.n = n
    def __reduce__(self): return again, (self.n,)
    def __repr__(self): return 'once'
def again(n):
    if n == LIMIT: raise ValueError('no')
    return Once(n)
ITEMS = range(50)
def work(n): return Once(n)
";
    let mode = shared::Mode::Subinterpreters;
    if !modes().contains(&mode) {
        return;
    }
    let record = run(&source.replace("LIMIT", "30"), mode, 2);
    assert_eq!(record.results(), ["once"; 20]);
    assert!(run(&source.replace("LIMIT", "10"), mode, 2).raised().message.contains("no"));
}
