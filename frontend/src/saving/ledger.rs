//! What is known of a text's way to the disk.

/// What a text was made of: the text that is on disk, and those that were sent since and not yet confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    disk: u64,
    sent: Vec<u64>,
}

/// So many texts that were sent are remembered. More are on their way only if nobody answers.
const MOST: usize = 64;

impl Ledger {
    /// Nothing was sent since this was on disk.
    pub fn new(disk: u64) -> Ledger {
        Ledger { disk, sent: Vec::new() }
    }

    /// All that a file may hold without having been changed elsewhere.
    pub fn bases(&self) -> Vec<u64> {
        [&[self.disk], self.sent.as_slice()].concat()
    }

    /// This text was sent.
    pub fn send(&mut self, text: u64) {
        self.sent.push(text);
        let surplus = self.sent.len().saturating_sub(MOST);
        self.sent.drain(..surplus);
    }

    /// This text is on disk: what was sent before it has been written over.
    pub fn confirm(&mut self, text: u64) {
        self.disk = text;
        let passed = self.sent.iter().position(|sent| *sent == text).map_or(0, |place| place + 1);
        self.sent.drain(..passed);
    }

    /// Whether exactly this text is on disk, and will be when all that was sent has arrived.
    pub fn settles(&self, text: u64) -> bool {
        self.disk == text && self.sent.is_empty()
    }

    /// As a line; read again by [`Ledger::read`].
    pub fn line(&self) -> String {
        let numbers: Vec<String> = self.bases().iter().map(u64::to_string).collect();
        numbers.join(",")
    }

    /// From a line; nothing if it isn't one.
    pub fn read(line: &str) -> Option<Ledger> {
        let mut numbers = line.split(',').map(|number| number.parse().ok());
        Some(Ledger { disk: numbers.next()??, sent: numbers.collect::<Option<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_may_be_on_disk_until_a_later_text_is_confirmed() {
        let mut ledger = Ledger::new(1);
        assert!(ledger.settles(1));
        for text in [2, 3, 4] {
            ledger.send(text);
        }
        assert_eq!(ledger.bases(), [1, 2, 3, 4]);
        assert!(!ledger.settles(1), "another text is on its way");
        ledger.confirm(3);
        assert_eq!(ledger.bases(), [3, 4]);
        assert!(!ledger.settles(3));
        ledger.confirm(4);
        assert!(ledger.settles(4));
        // Another tab has written it.
        ledger.confirm(9);
        assert_eq!(ledger.bases(), [9]);
    }

    #[test]
    fn nobody_who_answers_leaves_only_so_many() {
        let mut ledger = Ledger::new(0);
        (1..1000).for_each(|text| ledger.send(text));
        assert_eq!((ledger.bases().len(), ledger.bases()[64]), (65, 999));
    }

    #[test]
    fn a_line_is_read_again() {
        let mut ledger = Ledger::new(7);
        ledger.send(8);
        assert_eq!(ledger.line(), "7,8");
        assert_eq!(Ledger::read("7,8"), Some(ledger));
        for no_line in ["", "x", "7,", "7,x"] {
            assert_eq!(Ledger::read(no_line), None, "{no_line}");
        }
    }
}
