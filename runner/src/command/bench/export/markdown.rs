//! The report as Markdown.

use super::report::Block;

/// All of it.
pub fn text(blocks: &[Block]) -> String {
    // Bars are pictures of what stands in the tables.
    let parts: Vec<String> = blocks.iter().filter_map(part).collect();
    parts.join("\n\n") + "\n"
}

fn part(block: &Block) -> Option<String> {
    Some(match block {
        Block::Heading(level, text) => format!("{} {}", "#".repeat(usize::from(*level)), plain(text)),
        Block::Text(text) => plain(text),
        Block::List(items) => items.iter().map(|item| format!("- {}", plain(item))).collect::<Vec<_>>().join("\n"),
        Block::Table { heading, rows } => {
            let rule = heading.iter().map(|_| "---".to_owned()).collect::<Vec<_>>();
            let line = |cells: &Vec<String>| {
                let cells: Vec<String> = cells.iter().map(|cell| plain(cell).replace('|', "\\|")).collect();
                format!("| {} |", cells.join(" | "))
            };
            [heading, &rule].into_iter().chain(rows).map(line).collect::<Vec<_>>().join("\n")
        }
        Block::Bars(_) => return None,
    })
}

/// In one line, and nothing in it is Markdown. Within a word `_` is none anyway.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars().peekable();
    let mut in_word = false;
    while let Some(letter) = letters.next() {
        let joins = letter == '_' && in_word && letters.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(letter, '*' | '_' | '`' | '<' | '[' | '\\') && !joins {
            plain.push('\\');
        }
        plain.push(if letter.is_control() { ' ' } else { letter });
        in_word = letter.is_alphanumeric();
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::super::results::sample;
    use super::super::report::report;
    use super::*;

    #[test]
    fn what_is_markdown_is_escaped() {
        assert_eq!(plain("x86_64 _a_ <b> *c*\n`d`"), "x86_64 \\_a\\_ \\<b> \\*c\\* \\`d\\`");
    }

    #[test]
    fn the_report_has_verdict_machine_results_and_what_others_published() {
        let text = text(&report(&sample::results()));
        for said in [
            "# Threads, interpreters, processes: what pays here",
            "2 of 8 CPUs allowed.",
            "CPU frequency: 2000 to 3000 MHz, governor performance.",
            "### fib (computing in Python)\n\nCalls \\<of> functions. Here: N = 3.",
            "| threads | 2 | 3 | 500 ms | 2.0 % | 10.0 ms | 50.0 ms | 100 KB | 2.00 (1.98 to 2.02) |",
            "CPUs allowed: differences under 2.8 % mean nothing.",
            "### The earlier workshop, 2024",
            "| processes | 24.15 s | 4.37 | - |",
            "psutil refused to load",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
