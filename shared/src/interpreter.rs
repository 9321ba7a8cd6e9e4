//! The CPythons that kernels embed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A CPython version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Python {
    /// 3 in 3.14.10.
    pub major: u8,
    /// 14 in 3.14.10.
    pub minor: u8,
    /// 10 in 3.14.10.
    pub micro: u8,
}

impl fmt::Display for Python {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.micro)
    }
}

/// Whether a build has a global interpreter lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Gil {
    /// The ordinary build.
    Present,
    /// A free-threaded build.
    Absent,
}

/// One CPython for which there is a kernel. Written beside the kernel's binary as `build.json`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InterpreterBuild {
    /// Names it in files and commands: version, `t` if free-threaded, and a hash of where it is; `3.14.10-1a2b3c4d`.
    pub id: String,
    /// Its version.
    pub python: Python,
    /// With or without a GIL.
    pub gil: Gil,
    /// The absolute path of its `python`, which kernels set as `PyConfig.executable`.
    pub executable: String,
}

impl InterpreterBuild {
    /// The name that people read.
    pub fn title(&self) -> String {
        match self.gil {
            Gil::Present => format!("CPython {}", self.python),
            Gil::Absent => format!("CPython {} free-threaded", self.python),
        }
    }

    /// Builds in the order of preference: 3.14 or newer first (own-GIL interpreters are sound there,
    /// python/cpython#136421), of these the oldest minor version as the best tried, newest micro version; with a GIL
    /// before without.
    pub fn preference(&self) -> impl Ord + use<> {
        let Python { major, minor, micro } = self.python;
        let sound = (major, minor) >= (3, 14);
        let minor_rank = if sound { i16::from(minor) } else { -i16::from(minor) };
        (self.gil, !sound, minor_rank, u8::MAX - micro)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(minor: u8, micro: u8, gil: Gil) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro };
        InterpreterBuild { id: format!("{python}-{gil:?}"), python, gil, executable: "/python".into() }
    }

    #[test]
    fn sound_builds_with_a_gil_come_first() {
        let mut builds = [
            build(14, 10, Gil::Absent),
            build(12, 1, Gil::Present),
            build(13, 18, Gil::Present),
            build(15, 2, Gil::Present),
            build(14, 9, Gil::Present),
            build(14, 10, Gil::Present),
        ];
        builds.sort_by_key(InterpreterBuild::preference);
        let order: Vec<_> = builds.iter().map(|build| build.id.as_str()).collect();
        assert_eq!(
            order,
            [
                "3.14.10-Present",
                "3.14.9-Present",
                "3.15.2-Present",
                "3.13.18-Present",
                "3.12.1-Present",
                "3.14.10-Absent"
            ]
        );
    }
}
