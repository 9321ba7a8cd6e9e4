//! Linux: /proc/stat, /proc/PID/stat and `getrusage`.

use std::fs;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::unistd::{SysconfVar, sysconf};
use shared::Nanos;

use crate::system::Pid;

pub fn busy() -> Option<Nanos> {
    time(busy_ticks(&fs::read_to_string("/proc/stat").ok()?)?)
}

pub fn of(process: Pid) -> Option<Nanos> {
    time(ticks_of(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)?)
}

pub fn own() -> Option<Nanos> {
    let spent = |who| {
        let usage = getrusage(who).ok()?;
        let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        u64::try_from(micros).ok()
    };
    Some(Nanos((spent(UsageWho::RUSAGE_SELF)? + spent(UsageWho::RUSAGE_CHILDREN)?) * 1_000))
}

pub fn average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

fn time(ticks: u64) -> Option<Nanos> {
    let in_a_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().filter(|&ticks| ticks > 0)?;
    Some(Nanos(ticks * 1_000_000_000 / in_a_second.cast_unsigned()))
}

/// User, nice, system, interrupts and what other guests took of the cores: all of the first line of /proc/stat but
/// idle time, and own guests, which are in user (`man 5 proc_stat`).
fn busy_ticks(stat: &str) -> Option<u64> {
    let numbers = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let numbers: Vec<u64> = numbers.split_whitespace().map(|number| number.parse().unwrap_or_default()).collect();
    let busy = [0, 1, 2, 5, 6, 7].into_iter().filter_map(|place| numbers.get(place)).sum();
    // Some containers show a file full of zeroes.
    (busy > 0).then_some(busy)
}

/// User and system time: fields 14 and 15 of /proc/PID/stat (`man 5 proc_pid_stat`), counted after the name, which may
/// hold anything.
fn ticks_of(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).map_while(|field| field.parse::<u64>().ok());
    Some(fields.next()? + fields.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_is_all_but_idle_and_guests() {
        for (stat, busy) in [
            ("cpu  10 20 30 4000 500 1 2 3 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n", Some(66)),
            ("cpu  10 20 30 4000\n", Some(60)),
            ("cpu  0 0 0 0 0 0 0 0 0 0\n", None),
            ("intr 5\n", None),
        ] {
            assert_eq!(busy_ticks(stat), busy, "{stat}");
        }
    }

    #[test]
    fn a_name_with_brackets_and_spaces_moves_no_field() {
        let stat = "12 (a) b) c) S 1 12 12 0 -1 4194560 90 80 70 60 31 11 5 6 20 0 1 0 100";
        assert_eq!(ticks_of(stat), Some(42));
        assert_eq!(ticks_of("12 (a) S 1 2"), None);
    }

    #[test]
    fn this_machine_has_a_load_average() {
        assert!(average().unwrap() >= 0.0);
    }

    #[test]
    fn what_this_process_spends_is_counted_here_and_in_the_machine() {
        let before = (busy().unwrap(), of(std::process::id().cast_signed()).unwrap(), own().unwrap());
        let mut state = 1_u64;
        while own().unwrap().since(before.2) < Nanos(300_000_000) {
            (0..100_000).for_each(|_| state = std::hint::black_box(state.wrapping_mul(31)));
        }
        // Both count in steps, and the machine's are taken by sampling.
        assert!(of(std::process::id().cast_signed()).unwrap().since(before.1) >= Nanos(250_000_000));
        assert!(busy().unwrap().since(before.0) >= Nanos(150_000_000));
    }
}
