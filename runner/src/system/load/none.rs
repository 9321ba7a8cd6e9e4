//! macOS and Windows: prepared. They need `host_processor_info` and `getrusage`, `GetSystemTimes` and a Job Object's
//! accounting.

use shared::Nanos;

use crate::system::Pid;

pub fn busy() -> Option<Nanos> {
    None
}

pub fn of(_process: Pid) -> Option<Nanos> {
    None
}

pub fn own() -> Option<Nanos> {
    None
}

pub fn average() -> Option<f64> {
    None
}
