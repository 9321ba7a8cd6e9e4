//! Linux: /proc, the affinity mask, and control groups of both versions.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::statvfs::statvfs;
use nix::unistd::{Pid, SysconfVar, sysconf};
use shared::{Cores, Memory};

/// Below it everything is looked for; tests have their own.
const ROOT: &str = "/";

pub fn name() -> String {
    let text = fs::read_to_string("/etc/os-release").or_else(|_| fs::read_to_string("/usr/lib/os-release"));
    let name = text.ok().and_then(|text| {
        let value = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(value.trim_matches(['"', '\'']).to_owned())
    });
    name.unwrap_or_else(|| "Linux".into())
}

pub fn cores() -> Cores {
    let machine = sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten().map_or(1, |count| count.max(1) as u32);
    let allowed = sched_getaffinity(Pid::from_raw(0))
        .map_or(machine, |set| (0..CpuSet::count()).filter(|&core| set.is_set(core).unwrap_or(false)).count() as u32);
    Cores { machine, allowed, quota: quota(Path::new(ROOT)) }
}

pub fn memory() -> Option<Memory> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let (total, available) = (kibibytes(&text, "MemTotal:")?, kibibytes(&text, "MemAvailable:")?);
    Some(Memory { total, available, limit: memory_limit(Path::new(ROOT)) })
}

pub fn free_space(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.blocks_available() * disk.fragment_size())
}

pub fn display() -> Option<String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("WAYLAND_DISPLAY").or_else(|| set("DISPLAY"))
}

pub fn frequency() -> Option<f64> {
    mean_frequency(Path::new(ROOT))
}

pub fn governor() -> Option<String> {
    governor_of(Path::new(ROOT))
}

/// Virtual machines have no such files.
fn clocks(root: &Path) -> Vec<PathBuf> {
    let cores = fs::read_dir(root.join("sys/devices/system/cpu")).into_iter().flatten().flatten();
    cores.map(|core| core.path().join("cpufreq")).filter(|clock| clock.is_dir()).collect()
}

fn mean_frequency(root: &Path) -> Option<f64> {
    let kilohertz =
        |clock: PathBuf| fs::read_to_string(clock.join("scaling_cur_freq")).ok()?.trim().parse::<f64>().ok();
    let all: Vec<f64> = clocks(root).into_iter().filter_map(kilohertz).collect();
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64 / 1000.0)
}

fn governor_of(root: &Path) -> Option<String> {
    let name = |clock: PathBuf| fs::read_to_string(clock.join("scaling_governor")).ok();
    clocks(root).into_iter().find_map(name).map(|name| name.trim().to_owned())
}

/// A value of /proc/meminfo, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(rest.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// The least quota of all groups that this process is in, in thousandths of a core.
fn quota(root: &Path) -> Option<u32> {
    let share = |quota: f64, period: f64| (quota > 0.0 && period > 0.0).then(|| (quota / period * 1000.0) as u32);
    let unified = groups(root, None).into_iter().filter_map(|group| {
        let text = fs::read_to_string(group.join("cpu.max")).ok()?;
        let (quota, period) = text.trim().split_once(' ')?;
        share(quota.parse().ok()?, period.parse().ok()?)
    });
    let number = |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<f64>().ok();
    let old = groups(root, Some("cpu"))
        .into_iter()
        .filter_map(|group| share(number(group.join("cpu.cfs_quota_us"))?, number(group.join("cpu.cfs_period_us"))?));
    unified.chain(old).min()
}

/// The least limit of all groups that this process is in, in bytes.
fn memory_limit(root: &Path) -> Option<u64> {
    let limit = |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let unified = groups(root, None).into_iter().filter_map(|group| limit(group.join("memory.max")));
    let old = groups(root, Some("memory")).into_iter().filter_map(|group| limit(group.join("memory.limit_in_bytes")));
    unified.chain(old).min()
}

/// The folders of this process's group and of all groups around it: of version 2, or of a controller of version 1.
/// In a container the group's own path may not be there; then what is mounted is the group.
fn groups(root: &Path, controller: Option<&str>) -> Vec<PathBuf> {
    let lines = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let path = lines.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let fits = match controller {
            None => controllers.is_empty(),
            Some(name) => controllers.split(',').any(|each| each == name),
        };
        fits.then(|| path.trim_start_matches('/').to_owned())
    });
    let Some(path) = path else { return Vec::new() };
    let mounts: &[&str] = match controller {
        None => &["sys/fs/cgroup", "sys/fs/cgroup/unified"],
        Some("cpu") => &["sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"],
        Some(_) => &["sys/fs/cgroup/memory"],
    };
    let mut found = Vec::new();
    for mount in mounts.iter().map(|mount| root.join(mount)) {
        let group = mount.join(&path);
        found.extend(group.ancestors().take_while(|group| group.starts_with(&mount)).map(Path::to_owned));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with these files.
    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn the_least_quota_and_limit_of_all_groups_around_count() {
        let v2 = ("proc/self/cgroup", "0::/user/app\n");
        let v1 = ("proc/self/cgroup", "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n0::/\n");
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<u32>, Option<u64>);
        let cases: [Case; 7] = [
            (&[], None, None),
            (&[v2], None, None),
            (
                &[
                    v2,
                    ("sys/fs/cgroup/user/app/cpu.max", "max 100000\n"),
                    ("sys/fs/cgroup/user/app/memory.max", "max\n"),
                ],
                None,
                None,
            ),
            (
                &[
                    v2,
                    ("sys/fs/cgroup/user/app/cpu.max", "300000 100000\n"),
                    ("sys/fs/cgroup/user/cpu.max", "150000 100000\n"),
                    ("sys/fs/cgroup/user/app/memory.max", "1048576\n"),
                ],
                Some(1500),
                Some(1_048_576),
            ),
            // The files of other groups don't count.
            (&[v2, ("sys/fs/cgroup/user/other/cpu.max", "1000 100000\n")], None, None),
            (
                &[
                    v1,
                    ("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "50000\n"),
                    ("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n"),
                    ("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "2097152\n"),
                ],
                Some(500),
                Some(2_097_152),
            ),
            // In the container the path of the host isn't there; -1 is no quota.
            (
                &[
                    v1,
                    ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
                    ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
                    ("sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n"),
                ],
                None,
                Some(4096),
            ),
        ];
        for (files, cores, memory) in cases {
            let root = tree(files);
            assert_eq!((quota(root.path()), memory_limit(root.path())), (cores, memory), "{files:?}");
        }
    }

    #[test]
    fn the_clock_is_the_cores_mean_or_not_known() {
        let clock = |core: u32, file: &str| format!("sys/devices/system/cpu/cpu{core}/cpufreq/{file}");
        let (one, other, who) =
            (clock(0, "scaling_cur_freq"), clock(1, "scaling_cur_freq"), clock(0, "scaling_governor"));
        let root = tree(&[(&one, "1000000\n"), (&other, "2000000\n"), (&who, "powersave\n")]);
        assert_eq!((mean_frequency(root.path()), governor_of(root.path())), (Some(1500.0), Some("powersave".into())));
        assert_eq!((mean_frequency(tree(&[]).path()), governor_of(tree(&[]).path())), (None, None));
    }

    #[test]
    fn this_machine_has_cores_memory_and_space() {
        let cores = cores();
        assert!(cores.machine >= cores.allowed && cores.usable() >= 1, "{cores:?}");
        assert_eq!(cores.usable() as usize, std::thread::available_parallelism().unwrap().get(), "{cores:?}");
        let memory = memory().unwrap();
        assert!(memory.available > 0 && memory.available <= memory.total, "{memory:?}");
        assert!(free_space(Path::new("/")).is_some());
        assert_eq!(kibibytes("MemTotal:  16 kB\nMemAvailable: 3 kB\n", "MemAvailable:"), Some(3072));
    }
}
