//! What the code prints, as it is shown: whole lines, each with who printed it where there are several.

use shared::{LapPlan, Stream};

/// A line that has not ended.
struct Open {
    worker: Option<u32>,
    stream: Stream,
    text: String,
}

/// The lines of one lap.
pub struct Lines {
    plan: LapPlan,
    open: Vec<Open>,
}

impl Lines {
    /// None yet, of this lap.
    pub fn new(plan: LapPlan) -> Lines {
        Lines { plan, open: Vec::new() }
    }

    /// Takes text as it was written, and returns the lines that have ended.
    pub fn push(&mut self, worker: Option<u32>, stream: Stream, text: &str) -> String {
        let mut ended = String::new();
        for piece in text.split_inclusive('\n') {
            let open = self.open.iter().position(|open| (open.worker, open.stream) == (worker, stream));
            match (open, piece.ends_with('\n')) {
                (Some(open), true) => {
                    let begun = self.open.swap_remove(open).text;
                    ended.extend([&self.tag(worker), begun.as_str(), piece]);
                }
                (Some(open), false) => self.open[open].text.push_str(piece),
                (None, true) => ended.extend([&self.tag(worker), piece]),
                (None, false) => self.open.push(Open { worker, stream, text: piece.to_owned() }),
            }
        }
        ended
    }

    /// What was begun and will not be ended, now that the lap is over.
    pub fn finish(&mut self) -> String {
        let open = std::mem::take(&mut self.open);
        open.iter().map(|open| format!("{}{}\n", self.tag(open.worker), open.text)).collect()
    }

    /// Who printed it, if there are several who could have.
    fn tag(&self, worker: Option<u32>) -> String {
        match worker {
            _ if self.plan.workers == 1 => String::new(),
            Some(worker) => format!("[{} {worker}] ", self.plan.mode.worker_name()),
            None => "[no worker] ".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::{Mode, Round};

    use super::*;

    #[test]
    fn lines_stay_whole_and_say_who_printed_them() {
        let (out, error) = (Stream::Stdout, Stream::Stderr);
        for (mode, workers, written, shown) in [
            (Mode::Sequential, 1, vec![(Some(0), out, "a\nb"), (Some(0), out, "c\n")], "a\nbc\n"),
            (
                Mode::Threads,
                2,
                vec![(Some(0), out, "one, "), (Some(1), out, "other\n"), (Some(0), out, "two\nthree")],
                "[thread 1] other\n[thread 0] one, two\n[thread 0] three\n",
            ),
            (
                Mode::Processes,
                2,
                vec![(Some(1), out, "a"), (Some(1), error, "b\n"), (None, Stream::Native, "c\n")],
                "[process 1] b\n[no worker] c\n[process 1] a\n",
            ),
        ] {
            let mut lines = Lines::new(LapPlan { mode, workers, round: Round::Measured(0) });
            let mut text: String =
                written.into_iter().map(|(worker, stream, text)| lines.push(worker, stream, text)).collect();
            text.push_str(&lines.finish());
            assert_eq!(text, shown);
        }
    }
}
