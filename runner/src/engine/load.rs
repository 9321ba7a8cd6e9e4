//! What else the machine does while a lap is under way: all its CPU time but the lap's and the runner's own.

use std::time::Instant;

use shared::{Nanos, OtherLoad};

use crate::system::{Pid, load, machine};

/// The state of the machine when a lap began; none where the system doesn't say.
pub struct Watch {
    since: Instant,
    before: Option<Before>,
}

struct Before {
    /// Of all cores.
    busy: Nanos,
    /// Of the runner and of all kernels that have ended.
    own: Nanos,
    /// What the lap's kernel had spent on its start, when it wasn't measured yet.
    started: Nanos,
}

impl Watch {
    /// Begins as a kernel takes a lap.
    pub fn begin(kernel: Pid) -> Watch {
        let before = || Some(Before { started: load::of(kernel)?, own: load::own()?, busy: load::busy()? });
        Watch { before: before(), since: Instant::now() }
    }

    /// Ends when everything of the lap was waited for, so that all its CPU time is the runner's children's.
    pub fn end(&self) -> Option<OtherLoad> {
        let before = self.before.as_ref()?;
        let busy = load::busy()?.since(before.busy);
        let own = load::own()?.since(before.own).since(before.started);
        let during = Nanos(u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX));
        Some(OtherLoad { cpu: busy.since(own), during, cores: machine::cores().machine })
    }
}
