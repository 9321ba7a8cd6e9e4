//! What Linux says of a process' memory, in `/proc`.

use std::fs;

use shared::Footprint;

/// A page of the large kind, as most systems have it. Where it is larger, asking for it changes nothing.
const LARGE_PAGE: usize = 2 << 20;

/// Whose memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// This process.
    This,
    /// A child, by its number.
    Child(u32),
}

/// What a process holds, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessMemory {
    /// Its private and its proportional memory.
    pub footprint: Footprint,
    /// All that it has in memory, also what it shares.
    pub resident: u64,
    /// The most that this was since the process began.
    pub highest_resident: u64,
}

/// All of it; none if the process is gone, or the kernel says less (`smaps_rollup` is there since Linux 4.14). It takes
/// some 0.05 ms for a process of 10 MB and 3 ms for one of 1 GB, since every page is looked at.
pub fn memory(process: Process) -> Option<ProcessMemory> {
    // Its size is read with its parts: a moment later it may have grown.
    let rollup = read(process, "smaps_rollup")?;
    Some(ProcessMemory {
        footprint: footprint(&rollup)?,
        resident: kibibytes(&rollup, "Rss:")?,
        highest_resident: kibibytes(&read(process, "status")?, "VmHWM:")?,
    })
}

/// How much it has in memory, in bytes, also of what it shares: that the kernel knows without looking.
pub fn resident(process: Process) -> Option<u64> {
    kibibytes(&read(process, "status")?, "VmRSS:")
}

/// What lies here will be written from its start to its end: where whole large pages fit in, the system may give them
/// instead of hundreds of small ones, one after the other, each with a fault of its own.
pub fn expect_all(start: *const u8, length: usize) {
    let first = (start as usize).next_multiple_of(LARGE_PAGE);
    let end = (start as usize + length) / LARGE_PAGE * LARGE_PAGE;
    if first < end {
        // SAFETY: the pages lie inside of what the caller has, and the advice changes nothing of what is in them. If it
        // isn't taken, small pages do.
        unsafe { libc::madvise(first as *mut libc::c_void, end - first, libc::MADV_HUGEPAGE) };
    }
}

fn read(process: Process, name: &str) -> Option<String> {
    let path = match process {
        Process::This => format!("/proc/self/{name}"),
        Process::Child(number) => format!("/proc/{number}/{name}"),
    };
    fs::read_to_string(path).ok()
}

fn footprint(rollup: &str) -> Option<Footprint> {
    let private = kibibytes(rollup, "Private_Clean:")? + kibibytes(rollup, "Private_Dirty:")?;
    Some(Footprint { private, proportional: kibibytes(rollup, "Pss:")? })
}

/// A line's figure, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let figure = text.lines().find_map(|line| line.strip_prefix(name))?;
    figure.trim().strip_suffix(" kB")?.trim_end().parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_by_their_whole_name() {
        let rollup = "1-2 ---p 0 0 [rollup]\nRss:  9 kB\nPss:    5 kB\nPss_Dirty:  4 kB\nPrivate_Clean:  1 kB\nPrivate_Dirty:  2 kB\n";
        assert_eq!(footprint(rollup), Some(Footprint { private: 3 * 1024, proportional: 5 * 1024 }));
        assert_eq!(footprint("Pss: 5 kB\n"), None);
        assert_eq!(footprint("Pss: 5 kB\nPrivate_Clean: much\nPrivate_Dirty: 2 kB\n"), None);
    }

    #[test]
    fn what_is_expected_is_as_it_was() {
        let mut room = vec![7u8; 3 * LARGE_PAGE];
        for (from, to) in [(0, room.len()), (1, LARGE_PAGE), (5, 5)] {
            expect_all(room[from..to].as_ptr(), to - from);
        }
        room[LARGE_PAGE] = 8;
        assert!(room.iter().enumerate().all(|(place, byte)| *byte == if place == LARGE_PAGE { 8 } else { 7 }));
    }

    #[test]
    fn what_a_process_takes_is_private_to_it() {
        const TAKEN: usize = 64 << 20;
        let before = memory(Process::This).unwrap();
        let taken = vec![1u8; TAKEN];
        let with = memory(Process::This).unwrap();
        drop(std::hint::black_box(taken));
        let after = memory(Process::This).unwrap();
        let grown = with.footprint.private - before.footprint.private;
        assert!((TAKEN as u64..TAKEN as u64 * 3 / 2).contains(&grown), "{grown}");
        assert!(with.footprint.private <= with.footprint.proportional, "{with:?}");
        assert!(resident(Process::This).unwrap() < TAKEN as u64, "{after:?}");
        // It is given back, and the system remembers it, but for pages that a CPU has not reported yet.
        assert!(after.footprint.private < with.footprint.private - TAKEN as u64 / 2, "{after:?}");
        assert!(after.highest_resident + (1 << 20) >= with.resident, "{after:?} {with:?}");
        assert_eq!(memory(Process::Child(u32::MAX)), None);
    }
}
