//! Linux: what processes use, from /proc (proc(5)).

use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

use crate::system::{Close, Pid, Usage};

/// What all of these use together. Those that have ended meanwhile use nothing.
pub fn of(pids: &[Pid], close: Close) -> Usage {
    let page = system_value(SysconfVar::PAGE_SIZE, 4096);
    let pages: Vec<(u64, u64)> = pids.iter().filter_map(|&pid| pages(&read(pid, "statm")?)).collect();
    let at_most: u64 = pages.iter().map(|(resident, _)| resident * page).sum();
    // Pages that a fork has not written to yet are counted in both processes.
    let own: u64 = pages.iter().map(|(resident, shared)| resident.saturating_sub(*shared) * page).sum();
    let memory = if at_most > close.all || (pids.len() > 1 && own > close.own) {
        Some(pids.iter().filter_map(|&pid| own_bytes(&read(pid, "smaps_rollup")?)).sum())
    } else {
        (pids.len() <= 1).then_some(own)
    };
    let ticks: u64 = pids.iter().filter_map(|&pid| ticks(&read(pid, "stat")?)).sum();
    let cpu = Duration::from_secs_f64(ticks as f64 / system_value(SysconfVar::CLK_TCK, 100) as f64);
    Usage { processes: pids.len(), memory, cpu }
}

fn read(pid: Pid, file: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).ok()
}

fn system_value(variable: SysconfVar, usual: u64) -> u64 {
    sysconf(variable).ok().flatten().and_then(|value| u64::try_from(value).ok()).unwrap_or(usual)
}

/// Of `statm`: how many pages are in memory, and how many of these are of files or shared.
fn pages(statm: &str) -> Option<(u64, u64)> {
    let mut fields = statm.split_whitespace().skip(1).map(str::parse);
    Some((fields.next()?.ok()?, fields.next()?.ok()?))
}

/// Of `smaps_rollup`: memory that is of no file, what several processes have being divided among them. Before Linux
/// 5.1 the system doesn't tell it from that of files.
fn own_bytes(rollup: &str) -> Option<u64> {
    let kibibytes = |name: &str| -> Option<u64> {
        let rest = rollup.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        rest.split_whitespace().next()?.parse().ok()
    };
    let own = kibibytes("Pss_Anon").zip(kibibytes("Pss_Shmem")).map(|(anonymous, shared)| anonymous + shared);
    own.or_else(|| kibibytes("Pss")).map(|kibibytes| kibibytes * 1024)
}

/// Of `stat`: clock ticks in user code and in the system, of the process and of its children that were waited for.
fn ticks(stat: &str) -> Option<u64> {
    // The second field may contain anything. After it: state is the third, the four times are 14 to 17.
    let (_, fields) = stat.rsplit_once(')')?;
    let times = fields.split_whitespace().skip(14 - 3).take(4);
    times.map(|time| time.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_texts_are_read() {
        assert_eq!(pages("5000 300 120 1 0 80 0\n"), Some((300, 120)));
        assert_eq!(pages(""), None);
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0";
        assert_eq!(ticks(stat), Some(110));
        assert_eq!(ticks("7 (a) R"), Some(0));
        let rollup =
            "00400000-7ff [rollup]\nRss:  90 kB\nPss:  50 kB\nPss_Anon:  30 kB\nPss_File: 15 kB\nPss_Shmem: 5 kB\n";
        assert_eq!(own_bytes(rollup), Some(35 * 1024));
        assert_eq!(own_bytes("Rss:  90 kB\nPss:  50 kB\n"), Some(50 * 1024));
        assert_eq!(own_bytes("Rss: 90 kB"), None);
    }

    #[test]
    fn memory_and_cpu_time_of_this_process_are_seen() {
        let own = [std::process::id().cast_signed()];
        let held = vec![1_u8; 50_000_000];
        let before = of(&own, Close { all: u64::MAX, own: 0 }).cpu;
        let began = std::time::Instant::now();
        while of(&own, Close { all: u64::MAX, own: 0 }).cpu < before + Duration::from_millis(20) {
            assert!(began.elapsed() < Duration::from_secs(60), "no CPU time is seen");
        }
        for all in [u64::MAX, 0] {
            let usage = of(&own, Close { all, own: 0 });
            let memory = usage.memory.unwrap();
            assert!(usage.processes == 1 && (50_000_000..2_000_000_000).contains(&memory), "{usage:?}");
        }
        assert_eq!(held.iter().step_by(4096).filter(|&&byte| byte == 1).count(), held.len().div_ceil(4096));
        let gone = of(&[Pid::MAX], Close { all: 0, own: 0 });
        assert_eq!(gone, Usage { processes: 1, memory: Some(0), ..Usage::default() });
    }
}
