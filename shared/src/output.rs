//! What a lap printed: the first and the last lines, and the count of those between.

use std::collections::VecDeque;

use crate::Stream;

/// How many lines from the start are kept.
pub const HEAD_LINES: usize = 200;
/// How many lines from the end are kept.
pub const TAIL_LINES: usize = 300;
/// How much of one line is kept, in bytes.
const LINE_BYTES: usize = 16 * 1024;

/// One printed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place among all of the lap's lines, from 0.
    pub number: u64,
    /// Who printed it, as far as that can be told.
    pub worker: Option<u32>,
    /// While executing what.
    pub task: Option<u32>,
    /// To where.
    pub stream: Stream,
    /// Without the line's end.
    pub text: String,
}

/// The lines of a lap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    head: Vec<Line>,
    tail: VecDeque<Line>,
    count: u64,
    /// Lines that were flushed without their end: what the same writer prints next belongs to them.
    open: Vec<(Option<u32>, Stream, u64)>,
}

impl Output {
    /// Adds text as it was written.
    pub fn push(&mut self, worker: Option<u32>, task: Option<u32>, stream: Stream, text: &str) {
        for piece in text.split_inclusive('\n') {
            let (content, ended) = match piece.strip_suffix('\n') {
                Some(content) => (content, true),
                None => (piece, false),
            };
            let open = self.open.iter().position(|&(by, to, _)| (by, to) == (worker, stream));
            match open {
                Some(position) => {
                    let number = self.open[position].2;
                    if let Some(line) = self.line_mut(number) {
                        append(&mut line.text, content);
                    }
                    if ended {
                        self.open.swap_remove(position);
                    }
                }
                None => {
                    let number = self.count;
                    let mut line = Line { number, worker, task, stream, text: String::new() };
                    append(&mut line.text, content);
                    self.add(line);
                    if !ended {
                        self.open.push((worker, stream, number));
                    }
                }
            }
        }
    }

    /// The first lines, at most [`HEAD_LINES`].
    pub fn head(&self) -> &[Line] {
        &self.head
    }

    /// The last lines that are not among the first, at most [`TAIL_LINES`].
    pub fn tail(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.tail.iter()
    }

    /// How many lines stand between the two and are not kept.
    pub fn hidden(&self) -> u64 {
        self.count - (self.head.len() + self.tail.len()) as u64
    }

    /// How many lines were printed.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The last line that has any text.
    pub fn last(&self) -> Option<&Line> {
        self.tail.iter().rev().chain(self.head.iter().rev()).find(|line| !line.text.is_empty())
    }

    fn add(&mut self, line: Line) {
        self.count += 1;
        if self.head.len() < HEAD_LINES {
            self.head.push(line);
            return;
        }
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }

    fn line_mut(&mut self, number: u64) -> Option<&mut Line> {
        let first = self.tail.front().map_or(u64::MAX, |line| line.number);
        if number >= first { self.tail.get_mut((number - first) as usize) } else { self.head.get_mut(number as usize) }
    }
}

/// Appends as much as a line may hold.
fn append(line: &mut String, text: &str) {
    let mut room = LINE_BYTES.saturating_sub(line.len()).min(text.len());
    while !text.is_char_boundary(room) {
        room -= 1;
    }
    line.push_str(&text[..room]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(output: &mut Output, worker: u32, text: &str) {
        output.push(Some(worker), None, Stream::Stdout, text);
    }

    fn texts(output: &Output) -> Vec<&str> {
        output.head().iter().chain(output.tail()).map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn lines_keep_together_by_writer() {
        let mut output = Output::default();
        print(&mut output, 0, "one, ");
        print(&mut output, 1, "other\n");
        print(&mut output, 0, "two\nthree\n");
        assert_eq!(texts(&output), ["one, two", "other", "three"]);
        assert_eq!(output.last().unwrap().text, "three");
    }

    #[test]
    fn a_flood_keeps_its_first_and_last_lines_and_counts_the_rest() {
        let mut output = Output::default();
        for number in 0..200_000 {
            print(&mut output, 0, &format!("{number}\n"));
        }
        assert_eq!(output.head()[0].text, "0");
        assert_eq!(output.last().unwrap().text, "199999");
        assert_eq!(output.hidden(), 200_000 - (HEAD_LINES + TAIL_LINES) as u64);
        assert_eq!(output.count(), 200_000);
    }

    #[test]
    fn an_open_line_that_was_pushed_out_is_no_longer_written_to() {
        let mut output = Output::default();
        for _ in 0..HEAD_LINES {
            print(&mut output, 0, "x\n");
        }
        print(&mut output, 1, "open ");
        for _ in 0..TAIL_LINES {
            print(&mut output, 0, "y\n");
        }
        print(&mut output, 1, "end\n");
        assert!(texts(&output).iter().all(|text| *text == "x" || *text == "y"));
    }

    #[test]
    fn an_endless_line_is_cut_at_a_character() {
        let mut output = Output::default();
        for _ in 0..LINE_BYTES {
            print(&mut output, 0, "äö");
        }
        assert!(output.last().unwrap().text.len() <= LINE_BYTES);
    }
}
