//! The command that people run: `virgil`.

fn main() {}
