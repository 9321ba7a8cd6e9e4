//! Explanations, terms, and what sections need.

use std::collections::BTreeSet;

use super::super::{Files, Notebook, embedded, glossary, parse};
use super::{SAFE, good, slide, with};

const GLOSSARY: &str = "slides/glossary.toml";

fn term(term: &str, also: &str, means: &str) -> String {
    format!("[[term]]\nterm = \"{term}\"\nalso = [{also}]\nmeans = \"{means}\"\n")
}

/// The deck with this text and this explanation on its first slide.
fn explained(body: &str, explanation: &str) -> Files {
    let fence = format!("````explain\n{explanation}\n````\n");
    with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}\n{fence}")))
}

fn notebook(files: &Files) -> Notebook {
    parse(files).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).notebook
}

#[test]
fn the_workshop_explains_every_slide_and_says_what_every_section_needs() {
    let content = embedded().unwrap();
    let mut without = Vec::new();
    for section in &content.notebook.sections {
        without.extend(section.needs.is_none().then(|| section.title.clone()));
        let silent = section.slides.iter().filter(|reading| reading.explanation.is_none());
        without.extend(silent.map(|reading| content.deck.slides[reading.position].slug.clone()));
    }
    assert!(without.is_empty(), "nothing is said of {without:?}");
    assert!(content.notebook.terms.len() > 10);
}

#[test]
fn an_explanation_is_read_in_the_notebook_and_not_on_the_slide() {
    let text = "Long **prose**, see [there](/slide/02-race).\n\n## More\n\n```python\na < b\n```";
    let content = parse(&explained("On it.", text)).unwrap();
    assert!(!content.deck.slides[0].html.contains("prose"), "{}", content.deck.slides[0].html);
    let sections = content.notebook.sections;
    let [first, second] = sections[0].slides.as_slice() else { panic!("{sections:#?}") };
    assert_eq!(
        first.explanation.as_deref().unwrap(),
        "<p>Long <strong>prose</strong>, see <a href=\"#02-race\">there</a>.</p>\n<h4>More</h4>\n\
         <pre class=\"code\"><code class=\"language-python\">a &lt; b\n</code></pre>\n"
    );
    assert_eq!((first.heading.as_str(), second.heading.as_str()), ("A lock", "A fair race"));
    assert!(first.content.starts_with("<p>Code has") && second.explanation.is_none());
    assert!(second.content.contains("<div class=\"cell\" data-cell=\"race\">"));
}

#[test]
fn sections_have_their_minutes_and_say_what_they_need() {
    let section = "[[section]]\ntitle = \"Theory\"\nminutes = 5\nneeds = \"Know `def`, and [this](/slide/02-race).\"\n";
    let sections = notebook(&with("slides/deck.toml", format!("title = \"W\"\n{section}"))).sections;
    assert_eq!((sections[0].title.as_str(), sections[0].minutes), ("Theory", 5.0));
    let needs = "<p>Know <code>def</code>, and <a href=\"#02-race\">this</a>.</p>\n";
    assert_eq!(sections[0].needs.as_deref(), Some(needs));
    // Without a plan they take what their slides take.
    assert_eq!((notebook(&good()).sections[0].minutes, &notebook(&good()).sections[0].needs), (5.0, &None));
}

#[test]
fn the_first_occurrence_of_each_term_is_marked() {
    let text = term("GIL", "", "The `lock`.")
        + &term("own GIL", "\"own GILs\"", "One each.")
        + &term("thread", "\"threads\"", "A flow.")
        + &term("A & B", "", "Both.");
    let files = with(GLOSSARY, text);
    let glossary = glossary::read(&files, &mut Vec::new());
    let mark = |html: &str| {
        let marked = glossary.mark(html, &mut BTreeSet::new());
        // As it is read: [term=number].
        let mut short = String::new();
        for (place, piece) in
            marked.split("<span class=\"term\" role=\"term\" tabindex=\"0\" aria-describedby=\"term-").enumerate()
        {
            let Some((number, rest)) = piece.split_once("\">").filter(|_| place > 0) else {
                short += piece;
                continue;
            };
            let (word, rest) = rest.split_once("<span class=\"meaning\" aria-hidden=\"true\">").unwrap();
            let (_, rest) = rest.split_once("</span></span>").unwrap();
            short += &format!("[{word}={number}]{rest}");
        }
        short
    };
    for (html, expected) in [
        ("<p>The GIL and the GIL.</p>", "<p>The [GIL=0] and the GIL.</p>"),
        ("<p>Its own GIL, the GIL.</p>", "<p>Its [own GIL=1], the [GIL=0].</p>"),
        ("<p>own GILs, own GIL, GIL</p>", "<p>[own GILs=1], own GIL, [GIL=0]</p>"),
        ("<p>GILs, AGIL, GIL_x, no-GIL, gil</p>", "<p>GILs, AGIL, GIL_x, no-GIL, gil</p>"),
        ("<p>(GIL)'s “Threads”</p>", "<p>([GIL=0])'s “[Threads=2]”</p>"),
        ("<p>free-threaded, multithread</p>", "<p>free-threaded, multithread</p>"),
        (
            "<h4>GIL</h4><p><code>GIL</code></p><pre><code>GIL</code> GIL</pre>",
            "<h4>GIL</h4><p><code>GIL</code></p><pre><code>GIL</code> GIL</pre>",
        ),
        (
            "<p><a href=\"#x\">the <em>GIL</em></a> <strong>GIL</strong></p>",
            "<p><a href=\"#x\">the <em>GIL</em></a> <strong>[GIL=0]</strong></p>",
        ),
        (
            "<figure class=\"diagram\"><svg><title>GIL</title></svg></figure><li>GIL",
            "<figure class=\"diagram\"><svg><title>GIL</title></svg></figure><li>[GIL=0]",
        ),
        (
            "<div class=\"quiz\" data-quiz=\"q\"><div>GIL</div>GIL</div><p>GIL</p>",
            "<div class=\"quiz\" data-quiz=\"q\"><div>GIL</div>GIL</div><p>[GIL=0]</p>",
        ),
        ("<div class=\"step\"><p>GIL</p></div>", "<div class=\"step\"><p>[GIL=0]</p></div>"),
        ("<p><small>Source: GIL</small> A &amp; B</p>", "<p><small>Source: GIL</small> [A &amp; B=3]</p>"),
        ("ÄGIL é thread", "ÄGIL é [thread=2]"),
    ] {
        assert_eq!(mark(html), expected, "{html}");
    }
}

#[test]
fn a_term_is_marked_once_for_a_slide_and_its_explanation() {
    let mut files = explained("A thread waits.", "This thread, and the core.");
    files.insert(GLOSSARY.into(), term("thread", "", "A flow.") + &term("core", "", "It computes."));
    let notebook = notebook(&files);
    let first = &notebook.sections[0].slides[0];
    let marks = |html: &str| html.matches("class=\"term\"").count();
    assert_eq!((marks(&first.content), marks(first.explanation.as_ref().unwrap())), (1, 1));
    assert_eq!(notebook.terms[1].means, "It computes.");
}

#[test]
fn every_mistake_is_found_with_its_place() {
    let explain = |text: &str| explained("", text);
    let used = |text: String| {
        let mut files = explained("A thread waits.", "x");
        files.insert(GLOSSARY.into(), text);
        files
    };
    let section = |needs: &str| {
        with(
            "slides/deck.toml",
            format!("title = \"W\"\n[[section]]\ntitle = \"Theory\"\nminutes = 5\nneeds = \"{needs}\"\n"),
        )
    };
    for (files, expected) in [
        (explain(" "), "slides/01-lock.md:9: this explanation is empty"),
        (explain("a\n````\n\n````explain\nb"), "slides/01-lock.md:13: there is an explanation in line 9 already"),
        (explain("a\n\n# b"), "slides/01-lock.md:12: an explanation stands under its slide's heading"),
        (explain("a\n\n[b](/slide/09-none)"), "slides/01-lock.md:12: there is no slide `09-none` to link to"),
        (explain("a\n\n[b](x)"), "slides/01-lock.md:12: `x` is not a link"),
        (explain("a\n\nIt takes 5 ms."), "slides/01-lock.md:12: this figure has no source in the explanation"),
        (explain("```python run\n1\n```"), "slides/01-lock.md:10: code in an explanation is to be read"),
        (explain("```quiz q\n```"), "slides/01-lock.md:10: code in an explanation is to be read"),
        (explain("```python runs\n```"), "slides/01-lock.md:10: `python runs` is not a fence"),
        (explained("```explain me\n```\n", "x"), "slides/01-lock.md:8: write nothing after `explain`"),
        (used("[[term]]\nterm = \"thread\"\n".into()), "slides/glossary.toml:1: missing field `means`"),
        (used(term("thread", "", " ")), "slides/glossary.toml:4: this is empty"),
        (used(term("thread", "", "a [b](/slide/01-lock)")), "slides/glossary.toml:4: what a term means is one line"),
        (used(term("thread", "", "a\\n\\nb")), "slides/glossary.toml:4: what a term means is one paragraph"),
        (used(term(" ", "", "a")), "slides/glossary.toml:2: a term has a name"),
        (
            used(term("thread", "\"Thread\"", "a")),
            "slides/glossary.toml:3: `Thread` is in the glossary already, in line 2",
        ),
        (
            used(term("thread", "", "a") + &term("flow", "\"thread\"", "b")),
            "slides/glossary.toml:7: `thread` is in the",
        ),
        (
            used(term("thread", "", "a") + &term("flow", "", "b")),
            "slides/glossary.toml:6: no slide and no explanation uses `flow`",
        ),
        (section(" "), "slides/deck.toml:5: this is empty"),
        (section("[a](/slide/09-none)"), "slides/deck.toml:5: there is no slide `09-none` to link to"),
        (
            with("slides/deck.toml", "title = \"W\"\n[[part]]\ntitle = \"A\"\nminutes = 1\nneeds = \"b\"\n"),
            "slides/deck.toml:5: only sections have `needs`",
        ),
    ] {
        let mistakes = parse(&files).expect_err(expected);
        assert!(mistakes.iter().any(|mistake| mistake.to_string().contains(expected)), "{expected}: {mistakes:#?}");
    }
}
