//! The machine before and between laps.

use std::thread;
use std::time::{Duration, Instant};

use shared::{Conditions, Frequency, Nanos, OtherLoad};

use crate::system::{load, machine};

/// How long it is looked at before the first lap: the system counts in steps of 10 ms.
const LOOK: Duration = Duration::from_secs(1);

/// The machine now. Takes a second.
pub fn look() -> Conditions {
    let cores = machine::cores();
    Conditions {
        cores: cores.usable(),
        machine_cores: cores.machine,
        load_average: load::average(),
        before: others(),
        frequency: machine::frequency().map(|mhz| Frequency {
            governor: machine::governor(),
            lowest: mhz,
            highest: mhz,
        }),
    }
}

/// What others use at this moment, if the system says.
fn others() -> Option<OtherLoad> {
    let (began, busy, own) = (Instant::now(), load::busy()?, load::own()?);
    thread::sleep(LOOK);
    let (busy, own) = (load::busy()?.since(busy), load::own()?.since(own));
    let during = Nanos(began.elapsed().as_nanos() as u64);
    Some(OtherLoad { cpu: busy.since(own), during, cores: machine::cores().machine })
}
