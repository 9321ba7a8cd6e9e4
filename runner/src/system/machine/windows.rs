//! Windows: prepared. It needs `GlobalMemoryStatusEx` for memory and `GetDiskFreeSpaceExW` for disks.

use std::path::Path;
use std::thread::available_parallelism;

use shared::{Cores, Memory};

pub fn name() -> String {
    "Windows".into()
}

pub fn cores() -> Cores {
    let all = available_parallelism().map_or(1, |cores| cores.get() as u32);
    Cores { machine: all, allowed: all, quota: None }
}

pub fn memory() -> Option<Memory> {
    None
}

pub fn free_space(_folder: &Path) -> Option<u64> {
    None
}

pub fn display() -> Option<String> {
    Some("this screen".into())
}

pub fn frequency() -> Option<f64> {
    None
}

pub fn governor() -> Option<String> {
    None
}
