//! The last thing that a process does.

use shared::Ending;

use crate::lap::Lap;
use crate::{capture, outbox, output, relay, sampler, system};

/// Sends what is still to be said, then the ending, and exits. Nothing of Python is finalised: that takes time, and
/// user code may have left it in any state.
pub fn end(ending: Ending) -> ! {
    flush();
    outbox::end(ending);
    system::exit(0)
}

/// Sends what is still to be said.
pub fn flush() {
    if system::is_forked() {
        // The ending of a process that user code forked off is nobody's.
        system::flush_c_streams();
        system::exit(0)
    }
    output::flush_all_threads();
    relay::finish();
    system::flush_c_streams();
    capture::finish_all();
    // What was seen goes into accounts, which only laps that complete have.
    let _ = sampler::finish();
    if let Some(lap) = Lap::current() {
        lap.tracks.send_spans();
    }
}
