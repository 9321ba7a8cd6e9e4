//! When each worker came to what, noted as it happens: accounts are made of it once the lap has completed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use shared::{Account, Carried, Nanos, Phases, WorkerMemory};

use crate::moments::Moments;
use crate::sampler::Seen;
use crate::track::Computed;
use crate::value::{Exchange, Value};
use crate::{clock, division};

/// What a worker says of itself when it has nothing more to do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Closing {
    /// Since when.
    done: Nanos,
    /// All of its unpickling.
    unpickling: Nanos,
    /// All of its pickling.
    pickling: Nanos,
}

impl Closing {
    /// Of a worker whose values have crossed by this exchange.
    pub fn new(done: Nanos, exchange: &Exchange) -> Closing {
        let spent = exchange.spent();
        Closing {
            done,
            unpickling: spent.map_or(Nanos(0), |spent| spent.unpickling()),
            pickling: spent.map_or(Nanos(0), |spent| spent.pickling()),
        }
    }
}

/// One worker's notes.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    replaying: Option<Nanos>,
    ready: Nanos,
    closing: Option<Closing>,
    carried: Option<Carried>,
    seen: Seen,
}

/// All workers' notes.
#[derive(Debug)]
pub struct Ledger {
    prepared: Nanos,
    items_pickling: Nanos,
    entries: Vec<Mutex<Entry>>,
}

impl Ledger {
    /// From now on so many workers start; pickling `ITEMS` took so long before.
    pub fn open(workers: u32, items_pickling: Nanos) -> Ledger {
        Ledger { prepared: clock::now(), items_pickling, entries: (0..workers).map(|_| Mutex::default()).collect() }
    }

    /// A worker began to replay the source.
    pub fn replaying(&self, worker: u32, at: Nanos) {
        self.entry(worker).replaying = Some(at);
    }

    /// It could take tasks.
    pub fn ready(&self, worker: u32, at: Nanos) {
        self.entry(worker).ready = at;
    }

    /// It had nothing more to do.
    pub fn close(&self, worker: u32, closing: Closing) {
        self.entry(worker).closing = Some(closing);
    }

    /// The same, if it has not said so itself.
    pub fn close_once(&self, worker: u32, closing: Closing) {
        self.entry(worker).closing.get_or_insert(closing);
    }

    /// These of the lap's items came to it, and these results from it.
    pub fn carry(&self, worker: u32, items: &[Value], results: &[(u32, Value)]) {
        let (mut bytes_in, mut bytes_out) = (0, 0);
        for (task, result) in results {
            bytes_in += items[*task as usize].bytes();
            bytes_out += result.bytes();
        }
        self.entry(worker).carried = Some(Carried { bytes_in, bytes_out });
    }

    /// The sampler saw this of it.
    pub fn see(&self, worker: u32, seen: Seen) {
        self.entry(worker).seen = seen;
    }

    /// A worker's account of a lap that was measured from `began` to `end`.
    pub fn account(
        &self,
        worker: u32,
        (began, end): (Nanos, Nanos),
        computed: Computed,
        memory: Option<WorkerMemory>,
    ) -> Account {
        let entry = *self.entry(worker);
        let closing = entry.closing.unwrap_or(Closing { done: end, unpickling: Nanos(0), pickling: Nanos(0) });
        let phases = Moments {
            prepared: self.prepared,
            items_pickling: self.items_pickling,
            replaying: entry.replaying,
            ready: entry.ready,
            began,
            done: closing.done,
            end,
            unpickling: closing.unpickling,
            compute: computed.wall,
            pickling: closing.pickling,
        }
        .phases();
        let phases = match entry.closing {
            Some(_) => phases,
            // It could not say any more how it divided what it did beside computing.
            None => Phases { unpickling: None, queue_wait: None, pickling: None, idle: None, ..phases },
        };
        let compute_in = phases.compute.and_then(|compute| division::divide(compute, computed.cpu, entry.seen));
        Account { worker, phases, cpu: Some(computed.cpu), compute_in, carried: entry.carried, memory }
    }

    fn entry(&self, worker: u32) -> MutexGuard<'_, Entry> {
        self.entries[worker as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_could_not_close_has_no_account_of_what_only_it_knows() {
        let ledger = Ledger::open(2, Nanos(0));
        let computed = Computed { wall: Nanos(40), cpu: Nanos(30) };
        let at = |past: u64| Nanos(ledger.prepared.0 + past);
        for worker in 0..2 {
            ledger.ready(worker, at(10));
        }
        ledger.close(0, Closing { done: at(80), unpickling: Nanos(5), pickling: Nanos(6) });
        let accounts = [0, 1].map(|worker| ledger.account(worker, (at(20), at(100)), computed, None));
        assert_eq!(accounts[0].gap(at(100)), Some(Nanos(0)));
        assert_eq!((accounts[0].phases.queue_wait, accounts[0].phases.idle), (Some(Nanos(9)), Some(Nanos(20))));
        assert_eq!((accounts[1].gap(at(100)), accounts[1].phases.queue_wait), (None, None));
        assert_eq!((accounts[1].phases.gate, accounts[1].phases.compute), (Some(Nanos(10)), Some(Nanos(40))));
    }

    #[test]
    fn bytes_are_those_of_what_crossed() {
        let ledger = Ledger::open(1, Nanos(0));
        let items = [Value::Int(1), Value::Text("äb".into()), Value::Pickle(vec![0; 9])];
        ledger.carry(0, &items, &[(1, Value::None), (2, Value::Bytes(vec![0; 70]))]);
        assert_eq!(ledger.entry(0).carried, Some(Carried { bytes_in: 12, bytes_out: 70 }));
    }
}
