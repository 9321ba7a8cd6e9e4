//! The difference of two texts, line by line.

use leptos::prelude::*;
use similar::{ChangeTag, TextDiff};

/// How many unchanged lines are shown around what has changed.
const CONTEXT: usize = 3;

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// It is in both.
    Same(String),
    /// It is in the first only.
    Gone(String),
    /// It is in the second only.
    New(String),
    /// So many lines that are in both are left out.
    Skipped(usize),
}

/// The lines that tell `after` from `before`, with what is around them; none if they are equal.
fn lines(before: &str, after: &str) -> Vec<Line> {
    let difference = TextDiff::from_lines(before, after);
    let (mut lines, mut next) = (Vec::new(), 0);
    for group in difference.grouped_ops(CONTEXT) {
        let start = group.first().map_or(0, |first| first.old_range().start);
        if start > next {
            lines.push(Line::Skipped(start - next));
        }
        next = group.last().map_or(next, |last| last.old_range().end);
        for change in group.iter().flat_map(|operation| difference.iter_changes(operation)) {
            let text = change.value().trim_end_matches(['\r', '\n']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Same(text),
                ChangeTag::Delete => Line::Gone(text),
                ChangeTag::Insert => Line::New(text),
            });
        }
    }
    let all = difference.old_slices().len();
    if !lines.is_empty() && all > next {
        lines.push(Line::Skipped(all - next));
    }
    lines
}

/// Shows it.
#[component]
pub fn Changes(
    /// The first text.
    before: Signal<String>,
    /// The second.
    after: Signal<String>,
    /// Where a line is that is in one only, for people.
    names: (&'static str, &'static str),
) -> impl IntoView {
    let lines = Memo::new(move |_| before.with(|before| after.with(|after| lines(before, after))));
    let (gone, new) = names;
    view! {
        <div class="changes scroll" tabindex="0" role="region" aria-label="Differences">
            <p class="changes-key">
                <span class="gone">{format!("− only {gone}")}</span>
                <span class="new">{format!("+ only {new}")}</span>
            </p>
            {move || match lines.get() {
                none if none.is_empty() => view! { <p class="no-changes">"The two texts are equal."</p> }.into_any(),
                lines => lines.into_iter().map(|line| row(line, names)).collect_view().into_any(),
            }}
        </div>
    }
}

fn row(line: Line, (gone, new): (&'static str, &'static str)) -> AnyView {
    let shown = |class: &'static str, sign: &'static str, said: String, text: String| {
        view! {
            <div class=format!("change {class}")>
                <span class="sign" aria-hidden="true">{sign}</span>
                <span class="unseen">{said}</span>
                <span class="words">{text}</span>
            </div>
        }
        .into_any()
    };
    match line {
        Line::Same(text) => shown("same", " ", String::new(), text),
        Line::Gone(text) => shown("gone", "−", format!("only {gone}: "), text),
        Line::New(text) => shown("new", "+", format!("only {new}: "), text),
        Line::Skipped(count) => {
            let words = crate::text::count(count as u64, "equal line");
            view! { <div class="change skipped">{words}</div> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_changed_is_shown_with_what_is_around_it() {
        let before: String = (1..=20).map(|line| format!("{line}\n")).collect();
        let after = before.replace("10\n", "ten\n").replace("20\n", "20");
        let same = |from: u32, to: u32| (from..=to).map(|line| Line::Same(line.to_string()));
        let mut expected = vec![Line::Skipped(6)];
        expected.extend(same(7, 9));
        expected.extend([Line::Gone("10".into()), Line::New("ten".into())]);
        expected.extend(same(11, 13));
        expected.push(Line::Skipped(3));
        expected.extend(same(17, 19));
        expected.extend([Line::Gone("20".into()), Line::New("20".into())]);
        assert_eq!(lines(&before, &after), expected);
    }

    #[test]
    fn equal_texts_have_no_lines_and_an_empty_one_has_all() {
        assert_eq!(lines("a\nb", "a\nb"), []);
        assert_eq!(lines("", "a\r\n"), [Line::New("a".into())]);
        assert_eq!(lines("a\n", ""), [Line::Gone("a".into())]);
    }
}
