//! Which lines are shown: by lap, worker and stream.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::{Run, Stream};

use super::rows::Row;
use crate::text::{lap_name, worker_tag};

/// What every line that is shown has; where it says nothing, all are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// This lap.
    pub lap: Option<usize>,
    /// This worker, or nobody that is known.
    pub worker: Option<Option<u32>>,
    /// This stream.
    pub stream: Option<Stream>,
}

impl Filter {
    /// Whether a row is shown.
    pub fn lets(&self, row: &Row) -> bool {
        let lap = self.lap.is_none_or(|lap| lap == row.lap());
        lap && match row {
            Row::Line { line, .. } => {
                self.worker.is_none_or(|worker| worker == line.worker)
                    && self.stream.is_none_or(|stream| stream == line.stream)
            }
            Row::Lap { .. } | Row::Hidden { .. } => true,
        }
    }

    /// Whether it tells workers or streams apart: lines that are not kept could be any of theirs.
    pub fn is_finer_than_laps(&self) -> bool {
        self.worker.is_some() || self.stream.is_some()
    }

    fn choose(&mut self, about: About, place: Option<usize>, choices: &Choices) {
        match about {
            About::Lap => self.lap = place.and_then(|place| choices.laps.get(place)).map(|(lap, _)| *lap),
            About::Worker => {
                self.worker = place.and_then(|place| choices.workers.get(place)).map(|(worker, _)| *worker);
            }
            About::Stream => {
                self.stream = place.and_then(|place| choices.streams.get(place)).map(|(stream, _)| *stream);
            }
        }
    }
}

/// What a choice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Lap,
    Worker,
    Stream,
}

/// What there is to choose from, with names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    laps: Vec<(usize, String)>,
    workers: Vec<(Option<u32>, String)>,
    streams: Vec<(Stream, String)>,
}

/// What the kept lines of a run differ in.
pub fn choices(run: &Run) -> Choices {
    let printed = || run.laps.iter().enumerate().filter(|(_, lap)| lap.output.count() > 0);
    let lines = || printed().flat_map(|(_, lap)| lap.output.head().iter().chain(lap.output.tail()));
    let modes: BTreeSet<_> = printed().map(|(_, lap)| lap.plan.mode).collect();
    let workers: BTreeSet<_> = lines().map(|line| line.worker).collect();
    let streams: BTreeSet<_> = lines().map(|line| line.stream).collect();
    let name = |worker: Option<u32>| match (modes.first(), worker) {
        (Some(mode), _) if modes.len() == 1 => worker_tag(*mode, worker),
        (_, Some(worker)) => format!("worker {worker}"),
        (_, None) => "shared".to_owned(),
    };
    Choices {
        laps: printed().map(|(place, lap)| (place, lap_name(lap))).collect(),
        workers: workers.into_iter().map(|worker| (worker, name(worker))).collect(),
        streams: streams.into_iter().map(|stream| (stream, stream_name(stream).to_owned())).collect(),
    }
}

fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
        Stream::Native => "native",
    }
}

/// A list for each thing in which the lines differ.
#[component]
pub fn Filters(filter: RwSignal<Filter>, choices: Memo<Choices>) -> impl IntoView {
    let list = move |about: About, name: &'static str, all: &'static str| {
        let names = Memo::new(move |_| {
            choices.with(|choices| match about {
                About::Lap => choices.laps.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>(),
                About::Worker => choices.workers.iter().map(|(_, name)| name.clone()).collect(),
                About::Stream => choices.streams.iter().map(|(_, name)| name.clone()).collect(),
            })
        });
        let chosen = move || {
            choices.with(|choices| {
                let Filter { lap, worker, stream } = filter.get();
                match about {
                    About::Lap => choices.laps.iter().position(|(one, _)| Some(*one) == lap),
                    About::Worker => choices.workers.iter().position(|(one, _)| Some(*one) == worker),
                    About::Stream => choices.streams.iter().position(|(one, _)| Some(*one) == stream),
                }
            })
        };
        let change = move |event| {
            let place = event_target_value(&event).parse().ok();
            filter.update(|filter| choices.with_untracked(|choices| filter.choose(about, place, choices)));
        };
        let options = move || {
            let names = names.get().into_iter().enumerate();
            names.map(|(place, name)| view! { <option value=place.to_string() selected=move || chosen() == Some(place)>{name}</option> }).collect_view()
        };
        view! {
            <Show when=move || { names.with(|names| names.len() > 1) }>
                <select aria-label=name on:change=change>
                    <option value="" selected=move || chosen().is_none()>{all}</option>
                    {options}
                </select>
            </Show>
        }
    };
    view! {
        {list(About::Lap, "Lap", "all laps")}
        {list(About::Worker, "Worker", "all workers")}
        {list(About::Stream, "Stream", "all streams")}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{LapEvent, Mode};

    #[test]
    fn one_can_choose_what_lines_differ_in() {
        let mut run = sample::accepted(&[Mode::Threads, Mode::Processes]);
        let print = |run: &mut Run, lap, worker, stream| {
            sample::in_lap(run, lap, LapEvent::Output { worker, task: None, stream, text: "x\n".into() });
        };
        sample::begin(&mut run, 0, 1);
        print(&mut run, 0, Some(1), Stream::Stdout);
        print(&mut run, 0, None, Stream::Native);
        let found = choices(&run);
        assert_eq!(found.workers, [(None, "shared".to_owned()), (Some(1), "thread 1".to_owned())]);
        assert_eq!(found.laps.len(), 1);
        sample::begin(&mut run, 1, 1);
        print(&mut run, 1, Some(0), Stream::Stderr);
        let found = choices(&run);
        let workers: Vec<&str> = found.workers.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(workers, ["shared", "worker 0", "worker 1"]);
        let mut filter = Filter::default();
        filter.choose(About::Worker, Some(2), &found);
        filter.choose(About::Lap, Some(1), &found);
        assert_eq!(filter, Filter { lap: Some(1), worker: Some(Some(1)), stream: None });
        filter.choose(About::Worker, None, &found);
        filter.choose(About::Stream, Some(9), &found);
        assert_eq!(filter, Filter { lap: Some(1), ..Filter::default() });
    }
}
