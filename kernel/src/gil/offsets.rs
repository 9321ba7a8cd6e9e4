//! `_Py_DebugOffsets`: what CPython publishes at the start of `_PyRuntime`, as far as the GIL is concerned.
//!
//! Source: Include/internal/pycore_runtime.h of 3.13, pycore_debug_offsets.h of 3.14 and 3.15: a cookie of 8 bytes and
//! then words of 64 bits. 3.14 has put one word before those that are read here.

use std::ops::Range;

use crate::system;

/// So many bytes are looked at.
pub const BYTES: usize = 20 * 8;

const COOKIE: &[u8; 8] = b"xdebugpy";
/// No interpreter's state is larger.
const MOST: u64 = 1 << 26;

/// Where to look, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    /// In an interpreter: the address of its lock.
    pub lock: usize,
    /// In a lock: whether it is held, a C int.
    pub locked: usize,
    /// In a lock: the address of the state of the thread that had it last.
    pub holder: usize,
    /// Where interpreters are found, if that is published.
    pub chain: Option<Chain>,
}

/// The chain of all interpreters, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// In the runtime: the address of the first.
    pub head: usize,
    /// In an interpreter: its number.
    pub number: usize,
    /// In an interpreter: the address of the next.
    pub next: usize,
}

impl Offsets {
    /// From the bytes at the start of `_PyRuntime`; none if they are of a version that isn't known here, or don't make
    /// sense.
    pub fn parse(bytes: &[u8]) -> Option<Offsets> {
        let word = |place: usize| {
            let bytes = bytes.get(place * 8..place * 8 + 8)?;
            Some(u64::from_ne_bytes(bytes.try_into().ok()?))
        };
        if bytes.get(..8)? != COOKIE {
            return None;
        }
        // PY_VERSION_HEX: a byte for each of major and minor first.
        let lock = match word(1)? >> 16 {
            0x030D => 14,
            0x030E | 0x030F => 15,
            _ => return None,
        };
        let free_threaded = word(2)? != 0;
        let size = word(6)?;
        let inside = |place: usize| word(place).filter(|offset| *offset != 0 && *offset < size);
        let (pointer, start, locked, holder) = (inside(lock)?, inside(lock + 1)?, inside(lock + 3)?, inside(lock + 4)?);
        let in_lock = |offset: u64| offset.checked_sub(start).filter(|offset| *offset < 64);
        let (locked, holder) = (in_lock(locked)?, in_lock(holder)?);
        let aligned = [pointer, locked, holder].iter().all(|offset| offset % 8 == 0);
        let sound = !free_threaded && size < MOST && aligned;
        (sound && locked != holder).then_some(Offsets {
            lock: pointer as usize,
            locked: locked as usize,
            holder: holder as usize,
            chain: chain(word(5)?, inside(7), inside(8)),
        })
    }

    /// In a lock: how often it has passed from one thread to another, an unsigned long that follows `locked`
    /// (Include/internal/pycore_gil.h, the same from 3.12 to 3.15).
    pub fn switches(self) -> usize {
        self.locked + 8
    }

    /// In a lock: what a thread sleeps at that waits for it. After the number of switches come two pairs of a
    /// condition and a mutex: one for those who want it, one for those who let it go and wait for the switch.
    pub fn waiters(self) -> Range<usize> {
        let start = self.switches() + 8;
        start..start + 2 * system::CONDITION_AND_MUTEX_BYTES
    }
}

/// Interpreters in a process can be told from each other only if all three are known.
fn chain(head: u64, number: Option<u64>, next: Option<u64>) -> Option<Chain> {
    let (number, next) = (number?, next?);
    let sound = head != 0 && head < MOST && [head, number, next].iter().all(|offset| offset % 8 == 0);
    sound.then_some(Chain { head: head as usize, number: number as usize, next: next as usize })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the header of a version says: interpreters of 200,000 bytes, the address of the lock at 8,000, the main
    /// interpreter's own lock at 9,000.
    fn published(version: u64, lock: usize) -> Vec<u8> {
        let mut words = [0; 20];
        words[0] = u64::from_ne_bytes(*COOKIE);
        words[1] = version;
        words[5] = 640;
        words[6] = 200_000;
        (words[7], words[8]) = (7_992, 7_984);
        words[lock] = 8_000;
        words[lock + 1] = 9_000;
        words[lock + 3] = 9_016;
        words[lock + 4] = 9_008;
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    fn with(place: usize, word: u64) -> Vec<u8> {
        let mut bytes = published(0x030E_0AF0, 15);
        bytes[place * 8..place * 8 + 8].copy_from_slice(&word.to_ne_bytes());
        bytes
    }

    #[test]
    fn offsets_of_each_version_are_read() {
        let chain = Some(Chain { head: 640, number: 7_992, next: 7_984 });
        let expected = Some(Offsets { lock: 8_000, locked: 16, holder: 8, chain });
        for (version, lock) in [(0x030D_00F0, 14), (0x030D_12F0, 14), (0x030E_0AF0, 15), (0x030F_02F0, 15)] {
            assert_eq!(Offsets::parse(&published(version, lock)), expected, "{version:x}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_read() {
        let whole = published(0x030E_0AF0, 15);
        assert!(Offsets::parse(&whole).is_some());
        for length in [0, 7, 8, 16, 159] {
            assert_eq!(Offsets::parse(&whole[..length]), None, "{length} bytes");
        }
        for (what, bytes) in [
            ("another cookie", with(0, 7)),
            ("an older version", with(1, 0x030C_01F0)),
            ("a newer version", with(1, 0x0310_00F0)),
            ("no GIL", with(2, 1)),
            ("an interpreter that is too small", with(6, 100)),
            ("one that is too large", with(6, 1 << 40)),
            ("no lock", with(15, 0)),
            ("an odd address", with(15, 8_001)),
            ("a field before the lock", with(18, 8_990)),
            ("a field far behind it", with(19, 9_800)),
            ("one field for both", with(18, 9_008)),
            ("a field outside", with(19, u64::MAX - 3)),
        ] {
            assert_eq!(Offsets::parse(&bytes), None, "{what}");
        }
    }

    #[test]
    fn a_chain_that_makes_no_sense_is_none() {
        for (place, word) in [(5, 0), (5, 641), (7, 0), (8, 300_000)] {
            let offsets = Offsets::parse(&with(place, word)).unwrap();
            assert_eq!(offsets.chain, None, "{place}: {word}");
        }
    }

    #[test]
    fn waiters_sleep_behind_the_fields() {
        let waiters = Offsets { lock: 8_000, locked: 16, holder: 8, chain: None }.waiters();
        assert!(!waiters.contains(&24) && waiters.contains(&32), "{waiters:?}");
    }
}
