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
        let text = self.skip(worker, stream, text);
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

    /// Counts lines that would be pushed out by those that follow them in the same text, without making them, and
    /// returns what is left: in a flood that is most of the work.
    fn skip<'text>(&mut self, worker: Option<u32>, stream: Stream, text: &'text str) -> &'text str {
        let is_open = self.open.iter().any(|&(by, to, _)| (by, to) == (worker, stream));
        if self.head.len() < HEAD_LINES || is_open || text.len() < TAIL_LINES {
            return text;
        }
        let last = text.bytes().enumerate().rev().filter(|(_, byte)| *byte == b'\n').nth(TAIL_LINES);
        let Some((end, _)) = last else { return text };
        let (skipped, rest) = text.split_at(end + 1);
        self.count += skipped.bytes().filter(|byte| *byte == b'\n').count() as u64;
        // What is left fills the tail by itself; until it has, the tail's numbers would not be in a row.
        self.tail.clear();
        rest
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
    fn a_long_text_comes_to_the_same_as_its_lines_one_by_one() {
        for lines in [1, HEAD_LINES, HEAD_LINES + TAIL_LINES, HEAD_LINES + TAIL_LINES + 1, 5_000] {
            for (before, end) in [("", ""), ("open ", ""), ("a\nb\n", "open"), ("", "\n")] {
                let text: String = (0..lines).map(|number| format!("{number}\n")).collect::<String>() + end;
                let (mut at_once, mut one_by_one) = (Output::default(), Output::default());
                for output in [&mut at_once, &mut one_by_one] {
                    (0..HEAD_LINES).for_each(|_| print(output, 0, "x\n"));
                    print(output, 1, "still open ");
                    print(output, 0, before);
                }
                print(&mut at_once, 0, &text);
                text.split_inclusive('\n').for_each(|line| print(&mut one_by_one, 0, line));
                print(&mut at_once, 1, "end\n");
                print(&mut one_by_one, 1, "end\n");
                assert_eq!(at_once, one_by_one, "{lines} lines after {before:?}, before {end:?}");
            }
        }
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
