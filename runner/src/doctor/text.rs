//! A checkup in a terminal.

use shared::{Checkup, Level, Topic};

/// All findings by topic, and the summary at the end, where the eye is.
pub fn render(checkup: &Checkup, coloured: bool) -> String {
    let findings = checkup.findings();
    let mut text = format!("Virgil {} on {}\n", checkup.version, checkup.system.name);
    for topic in Topic::ALL {
        text += &format!("\n{}\n", topic.title());
        for finding in findings.iter().filter(|finding| finding.topic == topic) {
            text += &format!("  {} {}\n", sign(finding.level, coloured), finding.sentence);
            text.extend(finding.command.iter().map(|command| format!("      {command}\n")));
        }
    }
    format!("{text}\n{}\n", checkup.summary())
}

fn sign(level: Level, coloured: bool) -> String {
    let colour = match level {
        Level::Good => 32,
        Level::Aside => 2,
        Level::Note => 33,
        Level::Missing => 31,
    };
    if coloured { format!("\u{1b}[{colour}m{}\u{1b}[0m", level.sign()) } else { level.sign().into() }
}

#[cfg(test)]
mod tests {
    use shared::{Cores, Desktop, Display, Environment, System};

    use super::*;

    #[test]
    fn each_finding_stands_under_its_topic_with_its_command() {
        let checkup = Checkup {
            version: "1.2.3".into(),
            protocol: "p".into(),
            program: "virgil".into(),
            system: System { family: "linux".into(), name: "Debian".into(), installers: vec![] },
            builds: vec![],
            cores: Cores { machine: 2, allowed: 2, quota: None },
            memory: None,
            environment: Environment::Absent,
            display: Display::Missing,
            desktop: Desktop::Untried,
            folders: vec![],
        };
        let text = render(&checkup, false);
        let python = text.split("\nPython\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
        let lines: Vec<&str> = python.lines().collect();
        assert!(lines[0].starts_with("  ✗ There is no CPython"), "{text}");
        assert!(lines[1].starts_with("      ") && lines[1].contains("cargo xtask kernels"), "{text}");
        assert!(text.starts_with("Virgil 1.2.3 on Debian\n") && text.contains("  ✓ 2 cores"), "{text}");
        assert!(text.ends_with("\nThis machine is not ready yet: one thing is missing.\n"), "{text}");
        assert!(!text.contains('\u{1b}') && render(&checkup, true).contains("\u{1b}[31m✗"));
    }
}
