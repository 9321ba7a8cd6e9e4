//! Bytes that were damaged on their way, for tests of what reads them.

use proptest::collection::vec;
use proptest::prelude::*;

/// The same bytes with some of them changed, left out or put in.
pub fn damaged(bytes: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6);
    (bytes, changes).prop_map(|(mut bytes, changes)| {
        for (place, byte, what) in changes {
            let place = place.index(bytes.len());
            match what {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => bytes.truncate(place.max(1)),
            }
        }
        bytes
    })
}
