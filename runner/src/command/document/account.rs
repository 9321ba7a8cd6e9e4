//! From accounts to their JSON form.

use shared::{Nanos, Sharing, WorkerMemory};

use super::states::states;
use crate::command::cost;
use crate::command::result::account::{Account, Cost, Footprint, Memory};

/// A worker's account.
pub fn account(account: &shared::Account) -> Account {
    let nanos = |time: Option<Nanos>| time.map(|time| time.0);
    let phases = &account.phases;
    Account {
        start_up_ns: nanos(phases.start_up),
        replay_ns: nanos(phases.replay),
        gate_ns: nanos(phases.gate),
        unpickling_ns: nanos(phases.unpickling),
        queue_wait_ns: nanos(phases.queue_wait),
        compute_ns: nanos(phases.compute),
        compute_cpu_ns: nanos(account.cpu),
        compute_in: account.compute_in.as_ref().map(states),
        pickling_ns: nanos(phases.pickling),
        idle_ns: nanos(phases.idle),
        bytes_in: account.carried.map(|carried| carried.bytes_in),
        bytes_out: account.carried.map(|carried| carried.bytes_out),
        memory: account.memory.map(memory),
    }
}

fn memory(memory: WorkerMemory) -> Memory {
    let sharing = match memory.sharing {
        Sharing::Own => "own",
        Sharing::Even => "even",
    };
    Memory { sharing: sharing.into(), ready: footprint(memory.ready), peak: footprint(memory.peak) }
}

fn footprint(footprint: shared::Footprint) -> Footprint {
    Footprint { private_bytes: footprint.private, proportional_bytes: footprint.proportional }
}

/// What a worker costs in a mode.
pub fn cost(cost: &cost::Cost) -> Cost {
    Cost {
        start_up_ns: cost.start_up.map(|time| time.0),
        replay_ns: cost.replay.map(|time| time.0),
        ready_private_bytes: cost.ready,
        peak_private_bytes: cost.peak,
    }
}
