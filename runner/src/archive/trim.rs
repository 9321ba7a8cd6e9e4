//! The output of a kept run: what nobody is shown is left out, so that the file is small. The lines stay counted.

use std::collections::{HashMap, HashSet};

use shared::{HEAD_LINES, LapEvent, Moment, RunEvent, Stream, TAIL_LINES};

type Writer = (Option<u32>, Stream);

/// What is known of a lap's lines on the way.
#[derive(Default)]
struct Lap {
    /// How many have ended.
    before: usize,
    /// How many are still to end.
    after: usize,
    /// Everybody who prints: each may end one that was begun long before.
    writers: HashSet<Writer>,
    /// Who has begun one and not ended it.
    open: HashSet<Writer>,
}

/// Takes the text out of lines that are hidden: neither among the first nor among the last ones of their lap.
pub fn trim(moments: &mut [Moment]) {
    let mut laps: HashMap<u32, Lap> = HashMap::new();
    for (number, writer, text) in outputs(moments) {
        let lap = laps.entry(number).or_default();
        lap.after += ends(text);
        lap.writers.insert(writer);
    }
    for (number, writer, text) in outputs(moments) {
        let lap = laps.entry(number).or_default();
        let count = ends(text);
        lap.after -= count;
        let last = text.bytes().next_back();
        if lap.before >= HEAD_LINES && lap.after >= TAIL_LINES + lap.writers.len() {
            *text = emptied(text, lap.open.contains(&writer));
        }
        lap.before += count;
        match last {
            Some(b'\n') => drop(lap.open.remove(&writer)),
            Some(_) => drop(lap.open.insert(writer)),
            None => {}
        }
    }
}

fn outputs(moments: &mut [Moment]) -> impl Iterator<Item = (u32, Writer, &mut String)> {
    moments.iter_mut().filter_map(|moment| match &mut moment.event {
        RunEvent::Lap { lap, event: LapEvent::Output { worker, stream, text, .. } } => {
            Some((*lap, (*worker, *stream), text))
        }
        _ => None,
    })
}

fn ends(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// As many lines without their text. What continues a line that may be shown stays, and what is begun stays begun.
fn emptied(text: &str, continues: bool) -> String {
    let (kept, rest) = match text.find('\n') {
        Some(end) if continues => text.split_at(end + 1),
        None if continues => return text.to_owned(),
        _ => ("", text),
    };
    let begun = if rest.is_empty() || rest.ends_with('\n') { "" } else { "…" };
    format!("{kept}{}{begun}", "\n".repeat(ends(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{Nanos, Output};

    fn moment(lap: u32, worker: u32, text: &str) -> Moment {
        let event = LapEvent::Output { worker: Some(worker), task: None, stream: Stream::Stdout, text: text.into() };
        Moment { at: Nanos(0), event: RunEvent::Lap { lap, event } }
    }

    fn shown(moments: &mut [Moment], lap: u32) -> Output {
        let mut output = Output::default();
        for (of, (worker, stream), text) in outputs(moments) {
            if of == lap {
                output.push(worker, None, stream, text);
            }
        }
        output
    }

    fn length(moments: &mut [Moment]) -> usize {
        outputs(moments).map(|(_, _, text)| text.len()).sum()
    }

    #[test]
    fn what_is_shown_stays_as_it_was() {
        let line = |worker: u32, number: u32| moment(0, worker, &format!("worker {worker}, line {number}\n"));
        let flood: Vec<Moment> = (0..3_000).map(|number| line(number % 3, number)).collect();
        let mut open = vec![moment(0, 7, "this line ")];
        open.extend(flood.clone());
        open.insert(1_500, moment(0, 7, "stays open\nand this"));
        open.insert(2_000, moment(0, 5, "begun and never ended"));
        open.push(moment(0, 7, "one too\n"));
        let mut two_laps = flood.clone();
        two_laps.extend((0..100).map(|number| moment(1, 0, &format!("second lap {number}\n"))));
        let large = vec![moment(0, 0, &"a line of text\n".repeat(2_000)); 5];
        for (mut moments, shorter) in
            [(flood, true), (open, true), (two_laps, true), (large, true), (Vec::new(), false)]
        {
            let mut trimmed = moments.clone();
            trim(&mut trimmed);
            for lap in 0..2 {
                // Too long to be shown when it fails.
                assert!(shown(&mut trimmed, lap) == shown(&mut moments, lap), "lap {lap}");
            }
            assert_eq!(length(&mut trimmed) * 2 < length(&mut moments), shorter);
        }
    }
}
