//! Events of a lap as they came from its kernel, made into the events that are kept.

use shared::{Ending, LapEvent, Results, RunEvent};

/// The most text that one event holds, in bytes.
const TEXT_BYTES: usize = 64 * 1024;

/// The events of a run for these events of its lap: text by the same writer that came together is put together, and
/// no event holds more than 64 KB of it.
pub fn gather(lap: u32, events: Vec<LapEvent>) -> Vec<RunEvent> {
    let mut gathered: Vec<LapEvent> = Vec::with_capacity(events.len());
    for event in events {
        let LapEvent::Output { worker, task, stream, text } = event else {
            gathered.push(event);
            continue;
        };
        for text in pieces(&text) {
            match gathered.last_mut() {
                Some(LapEvent::Output { worker: by, task: during, stream: to, text: before })
                    if (*by, *during, *to) == (worker, task, stream) && before.len() + text.len() <= TEXT_BYTES =>
                {
                    before.push_str(text);
                }
                _ => gathered.push(LapEvent::Output { worker, task, stream, text: text.to_owned() }),
            }
        }
    }
    gathered.into_iter().map(|event| RunEvent::Lap { lap, event }).collect()
}

/// The text in pieces of at most [`TEXT_BYTES`], cut between characters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, later) = rest.split_at(rest.floor_char_boundary(TEXT_BYTES));
        rest = later;
        (!piece.is_empty()).then_some(piece)
    })
}

/// About how many bytes an event takes, in memory and on the wire.
pub fn weight(event: &RunEvent) -> usize {
    const SMALL: usize = 32;
    let event = match event {
        RunEvent::Lap { event, .. } => event,
        RunEvent::LapEnded { ending: Ending::Completed { results, .. }, .. } => return SMALL + weight_of(results),
        _ => return SMALL,
    };
    SMALL
        + match event {
            LapEvent::Output { text, .. } => text.len(),
            LapEvent::Thread { name, .. } => name.len(),
            LapEvent::Spans { spans, .. } => size_of_val(spans.as_slice()),
            LapEvent::Progress { running, .. } => size_of_val(running.as_slice()),
            LapEvent::States { intervals, .. } => size_of_val(intervals.as_slice()),
            LapEvent::Sampled { totals, .. } => size_of_val(totals.as_slice()),
            LapEvent::Connections { changes } => size_of_val(changes.as_slice()),
            LapEvent::Frames { beats } | LapEvent::Inputs { beats } => size_of_val(beats.as_slice()),
            LapEvent::Pictured(picture) => picture.parts.iter().map(|part| SMALL + part.png.len()).sum(),
            LapEvent::Answered { answers, .. } => size_of_val(answers.as_slice()),
            LapEvent::Loaded(report) => size_of_val(report.histogram.as_slice()),
            LapEvent::Source(_)
            | LapEvent::WorkerReady { .. }
            | LapEvent::Began { .. }
            | LapEvent::Accounted(_)
            | LapEvent::Wrapped { .. }
            | LapEvent::Checked(_)
            | LapEvent::OtherLoad(_)
            | LapEvent::ThreadEnded { .. }
            | LapEvent::Serving { .. }
            | LapEvent::WorkerDied(_)
            | LapEvent::Loading(_)
            | LapEvent::LoadProgress(_)
            | LapEvent::Drained { .. }
            | LapEvent::Stopped { .. } => 0,
        }
}

fn weight_of(results: &Results) -> usize {
    let Results { first, further, prints, .. } = results;
    let texts = first.iter().chain(further).map(|text| size_of::<String>() + text.len());
    texts.sum::<usize>() + size_of_val(prints.each.as_slice()) + size_of_val(prints.blocks.as_slice())
}

#[cfg(test)]
mod tests {
    use shared::{Nanos, Stream};

    use super::*;

    fn output(worker: u32, text: &str) -> LapEvent {
        LapEvent::Output { worker: Some(worker), task: None, stream: Stream::Stdout, text: text.into() }
    }

    fn ready() -> LapEvent {
        LapEvent::WorkerReady { worker: 0, at: Nanos(1) }
    }

    #[test]
    fn text_is_put_together_by_writer_and_never_past_another_event() {
        for (events, kept) in [
            (vec![], vec![]),
            (vec![output(0, "a\n"), output(0, "b\n")], vec![output(0, "a\nb\n")]),
            (
                vec![output(0, "a"), output(1, "b"), output(0, "c")],
                vec![output(0, "a"), output(1, "b"), output(0, "c")],
            ),
            (vec![output(0, "a"), ready(), output(0, "b")], vec![output(0, "a"), ready(), output(0, "b")]),
            (vec![output(0, "")], vec![]),
        ] {
            let kept: Vec<_> = kept.into_iter().map(|event| RunEvent::Lap { lap: 3, event }).collect();
            assert_eq!(gather(3, events), kept);
        }
    }

    #[test]
    fn no_event_holds_more_than_64_kb_and_nothing_is_lost() {
        let text = format!("x{}", "ä".repeat(100_000));
        let events = gather(0, vec![output(0, &text), output(0, "end")]);
        let texts: Vec<&str> = events
            .iter()
            .map(|event| match event {
                RunEvent::Lap { event: LapEvent::Output { text, .. }, .. } => text.as_str(),
                _ => "",
            })
            .collect();
        assert!(texts.iter().all(|text| text.len() <= TEXT_BYTES));
        assert_eq!(texts.concat(), text + "end");
    }
}
