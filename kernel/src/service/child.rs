//! A worker process that serves, on its main thread.

use std::os::fd::OwnedFd;

use shared::Mode;

use super::app::App;
use super::notes::{Notes, Process};
use crate::helpers::Helpers;
use crate::interpreter::ThreadState;
use crate::ledger::Closing;
use crate::modes::processes::ChildEvent;
use crate::source::Source;
use crate::track::Tracks;
use crate::value::Exchange;
use crate::{cancel, clock, outbox, output, sampler};

/// Measurement begins.
pub fn begin() {
    if let Some(notes) = Notes::current() {
        notes.begin();
        notes.tracks().start_sending();
        sampler::begin();
        outbox::send_value(&ChildEvent::Counting);
    }
}

/// Serves, as this one of so many workers, until the channel ends.
pub fn execute(
    (state, helpers): (&ThreadState, &Helpers),
    (number, workers): (u32, u32),
    source: &Source,
    channel: OwnedFd,
) {
    output::set_worker(Some(number));
    let tracks: &'static Tracks = Box::leak(Box::new(Tracks::new(1, false)));
    let notes = Notes::open(Process::Worker(number), workers, tracks);
    let replaying = clock::now();
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let app = App { worker: number, file: &source.file, mode: Mode::Processes };
    let served = app.replay(&attachment, helpers, source).and_then(|(application, service)| {
        outbox::send_value(&ChildEvent::Ready { replaying, at: clock::now() });
        app.serve(&attachment, &service, &application, channel)
    });
    output::flush();
    drop(interruptible);
    drop(attachment);
    notes.send();
    tracks.finish();
    match served {
        Ok(()) => {
            sampler::finish().into_iter().for_each(|(_, seen)| outbox::send_value(&ChildEvent::Seen(seen)));
            outbox::send_value(&ChildEvent::Closed(Closing::new(clock::now(), &Exchange::ByReference)));
        }
        Err(raised) => outbox::send_value(&ChildEvent::Raised(None, raised)),
    }
}
