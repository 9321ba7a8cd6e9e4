//! macOS: prepared. It needs `host_statistics64` for the memory that is available. There are no control groups.

use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

use nix::sys::statvfs::statvfs;
use shared::{Cores, Memory};

pub fn name() -> String {
    let version = Command::new("sw_vers").arg("-productVersion").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("macOS {}", version.unwrap_or_default()).trim_end().to_owned()
}

pub fn cores() -> Cores {
    let all = available_parallelism().map_or(1, |cores| cores.get() as u32);
    Cores { machine: all, allowed: all, quota: None }
}

pub fn memory() -> Option<Memory> {
    None
}

pub fn free_space(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(u64::from(disk.blocks_available()) * disk.fragment_size())
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
