//! What is asked for with every page, as small as it gets.

use std::sync::{Mutex, PoisonError};

use brotli::enc::BrotliEncoderParams;

/// Within some 20 milliseconds.
pub const SOON: i32 = 7;
/// A tenth smaller, for ten times as long.
const SMALLEST: i32 = 11;

/// Bytes that were compressed last, and what they came to: the deck, until somebody edits a cell.
#[derive(Debug, Default)]
pub struct Packed(Mutex<Option<(Vec<u8>, Vec<u8>)>>);

impl Packed {
    /// These, as small as they get; none if that fails. Others than last time take some tenths of a second.
    pub fn of(&self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, small)) = last.as_ref().filter(|(of, _)| *of == bytes) {
            return Some(small.clone());
        }
        let small = brotli_of(&bytes, SMALLEST)?;
        *last = Some((bytes, small.clone()));
        Some(small)
    }
}

/// They, compressed; none if that fails, which memory alone can make it.
pub fn brotli_of(mut bytes: &[u8], quality: i32) -> Option<Vec<u8>> {
    let settings = BrotliEncoderParams { quality, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut small, &settings).ok()?;
    Some(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_deck_is_the_deck() {
        let deck = postcard::to_allocvec(&crate::content::embedded().unwrap().deck).unwrap();
        let packed = Packed::default();
        let small = packed.of(deck.clone()).unwrap();
        assert_eq!(packed.of(deck.clone()), Some(small.clone()), "the second time");
        let mut whole = Vec::new();
        brotli::BrotliDecompress(&mut small.as_slice(), &mut whole).unwrap();
        assert_eq!(whole, deck);
        assert!(small.len() < brotli_of(&deck, SOON).unwrap().len(), "{} of {}", small.len(), whole.len());
        assert_ne!(packed.of(deck[1..].to_vec()), Some(small), "another one");
    }
}
