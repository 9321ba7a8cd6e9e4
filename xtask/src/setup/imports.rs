//! The names of what the page's modules import from JavaScript.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use regex::bytes::{Captures, Regex};

/// How wasm-bindgen calls an import: what it is, and a hash of where it is from.
const NAME: &str = "(__wbg_[A-Za-z0-9_]*?_)[0-9a-f]{16}";

/// Numbers in place of the hashes, which no compressor makes smaller: six kilobytes of the page. They are as long, so
/// that nothing else of a module changes, and two files that say the same name still do.
#[derive(Debug)]
pub struct Imports {
    pattern: Regex,
    /// By the name that wasm-bindgen has given.
    names: HashMap<Vec<u8>, Vec<u8>>,
    /// How many were met, by the name without its hash.
    alike: HashMap<Vec<u8>, usize>,
}

impl Imports {
    /// None yet.
    ///
    /// # Errors
    /// None: the pattern is a pattern.
    pub fn new() -> Result<Imports> {
        Ok(Imports { pattern: Regex::new(NAME)?, names: HashMap::new(), alike: HashMap::new() })
    }

    /// The same file with the new names.
    pub fn renamed<'file>(&mut self, file: &'file [u8]) -> Cow<'file, [u8]> {
        let Imports { pattern, names, alike } = self;
        pattern.replace_all(file, |found: &Captures<'_>| {
            let name = names.entry(found[0].to_vec()).or_insert_with(|| {
                let stem = found[1].to_vec();
                let before = alike.entry(stem.clone()).or_default();
                let number = format!("{before:016x}");
                *before += 1;
                [stem, number.into_bytes()].concat()
            });
            name.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_as_long_and_different_and_the_same_in_all_files() {
        let mut imports = Imports::new().unwrap();
        let script = b"{__wbg_get_00112233aabbccdd: f, __wbg_get_ffeeddccbbaa9988: g, __wbg_new_0011223344556677: h}";
        let renamed = imports.renamed(script).into_owned();
        let expected = b"{__wbg_get_0000000000000000: f, __wbg_get_0000000000000001: g, __wbg_new_0000000000000000: h}";
        assert_eq!(renamed, expected);
        let module = b"\0\x1f__wbg_get_ffeeddccbbaa9988\0\x01__wbg_alert_short\0";
        let renamed = imports.renamed(module).into_owned();
        assert_eq!(renamed, b"\0\x1f__wbg_get_0000000000000001\0\x01__wbg_alert_short\0");
    }
}
