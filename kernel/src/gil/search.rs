//! Finding a GIL that nobody publishes, in the main interpreter's state: CPython 3.12 doesn't say where it is.
//!
//! Of a lock it is known, in this order (Include/internal/pycore_gil.h of 3.12): the switch interval in microseconds,
//! the thread that had it last, a C int that is 1 while it is held. The searching thread has it.

use super::Offsets;

const WORD: usize = size_of::<usize>();
/// An interpreter's state is searched so far, or as far as memory can be read.
const BYTES: usize = 1 << 20;
/// A thread's state is searched so far.
const STATE_BYTES: usize = 512;
/// No switch interval is longer, in microseconds.
const LONGEST_INTERVAL: usize = 60_000_000;

/// Searches an interpreter for its lock, which the thread with this state has. `peek` reads memory: how many bytes
/// could be read. None if there isn't exactly one place that looks like it.
pub fn search(interpreter: usize, state: usize, peek: impl Fn(usize, &mut [u8]) -> usize) -> Option<Offsets> {
    let mut bytes = vec![0; BYTES];
    let read = peek(interpreter, &mut bytes);
    let words: Vec<usize> = bytes[..read].chunks_exact(WORD).map(to_word).collect();
    let looks = |window: &[usize]| {
        let [interval, holder, locked] = window else { return false };
        (1..=LONGEST_INTERVAL).contains(interval) && *holder == state && *locked as u32 == 1
    };
    let mut locks = words.windows(3).enumerate().filter(|(_, window)| looks(window)).map(|(place, _)| place);
    let (Some(lock), None) = (locks.next(), locks.next()) else { return None };
    let pointer = words.iter().position(|word| *word == interpreter + lock * WORD)?;
    Some(Offsets { lock: pointer * WORD, locked: 2 * WORD, holder: WORD, chain: None })
}

/// Searches a thread's state for the number that the system has for the thread: it stands behind the one that the C
/// library has (Include/cpython/pystate.h, the same from 3.12 to 3.15). Where in the state, in bytes; none if there
/// isn't exactly one such place.
pub fn thread_number(state: usize, numbers: [usize; 2], peek: impl Fn(usize, &mut [u8]) -> usize) -> Option<usize> {
    let mut bytes = vec![0; STATE_BYTES];
    let read = peek(state, &mut bytes);
    let words: Vec<usize> = bytes[..read].chunks_exact(WORD).map(to_word).collect();
    let mut places = words.windows(2).enumerate().filter(|(_, window)| *window == numbers).map(|(place, _)| place);
    let (Some(place), None) = (places.next(), places.next()) else { return None };
    Some((place + 1) * WORD)
}

fn to_word(bytes: &[u8]) -> usize {
    bytes.try_into().map_or(0, usize::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERPRETER: usize = 1_000_000;
    const STATE: usize = 77_777;

    fn found(words: &[usize]) -> Option<Offsets> {
        search(INTERPRETER, STATE, |address, buffer| {
            assert_eq!(address, INTERPRETER);
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
            buffer[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        })
    }

    #[test]
    fn the_one_place_that_looks_like_it_is_found() {
        let lock = INTERPRETER + 4 * WORD;
        // Another pointer to the thread's state, and the lock's address, stand before it.
        let words = [9, STATE, lock, 0, 5_000, STATE, 1, 12, 0];
        assert_eq!(found(&words), Some(Offsets { lock: 2 * WORD, locked: 2 * WORD, holder: WORD, chain: None }));
    }

    #[test]
    fn a_thread_s_number_stands_behind_the_other() {
        let in_state = |words: &[usize]| {
            thread_number(STATE, [9, 8], |_, buffer| {
                let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
                buffer[..bytes.len()].copy_from_slice(&bytes);
                bytes.len()
            })
        };
        assert_eq!(in_state(&[8, 9, 0, 9, 8, 7]), Some(4 * WORD));
        assert_eq!(in_state(&[8, 9, 0, 9]), None, "it is not there");
        assert_eq!(in_state(&[9, 8, 9, 8]), None, "two of them");
    }

    #[test]
    fn nothing_is_guessed() {
        let lock = INTERPRETER + 4 * WORD;
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[0, 0, lock, 0, 5_000, STATE, 0, 12, 0]), None, "not held");
        assert_eq!(found(&[0, 0, lock, 0, 5_000, STATE + 8, 1, 12, 0]), None, "held by another");
        assert_eq!(found(&[0, 0, 0, 0, 5_000, STATE, 1, 12, 0]), None, "nothing points to it");
        assert_eq!(found(&[0, 0, lock, 0, 5_000, STATE, 1, 5_000, STATE, 1]), None, "two of them");
    }
}
