//! What is revealed one after the other.

use super::*;

#[test]
fn what_follows_the_comment_is_a_step_up_to_the_next() {
    let body =
        "Two?\n\n<!-- step -->\n\n**One.**\n\n```python run\n1\n```\n<!-- step -->\n- a\n- b\n\n```notes\nsay\n```\n";
    let files = with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}")));
    let slides = parse(&files).unwrap().deck.slides;
    let (_, html) = slides[0].html.split_once("<p>Two?</p>\n").unwrap();
    assert_eq!(
        html,
        "<div class=\"step\" data-step=\"1\">\n<p><strong>One.</strong></p>\n<div class=\"cell\" data-cell=\"01-lock-1\">\
         <pre class=\"code\"><code class=\"language-python\">1\n</code></pre></div>\n</div>\n\
         <div class=\"step\" data-step=\"2\">\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n</div>\n"
    );
    assert_eq!([slides[0].steps, slides[1].steps], [2, 0]);
}

#[test]
fn a_step_begins_between_blocks_and_shows_something() {
    let place = "`<!-- step -->` stands alone on a line between two blocks";
    for (body, line, sentence) in [
        ("- a\n\n  <!-- step -->\n\n- b\n", 10, place),
        ("> a\n>\n> <!-- step -->\n> b\n", 10, place),
        ("a <!-- step --> b\n", 8, place),
        ("| a |\n|---|\n| <!-- step --> |\n", 10, place),
        ("a\n\n<!-- step --> b\n", 10, place),
        ("a\n\n<!-- step -->\n", 10, "this step shows nothing"),
        ("a\n\n<!-- step -->\n\n<!-- step -->\n\nb\n", 10, "this step shows nothing"),
        ("a\n\n<!-- step -->\n\n```notes\nb\n```\n", 10, "this step shows nothing"),
    ] {
        let files = with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}")));
        let found: Vec<_> = parse(&files).expect_err(body).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{body}: {found:#?}");
        assert!(found[0].starts_with(&format!("slides/01-lock.md:{line}: {sentence}")), "{body}: {found:#?}");
    }
    let hint = settings().replace("More.", "a\\n\\n<!-- step -->\\n\\nb");
    let mistakes = parse(&with("exercises/race/exercise.toml", hint)).unwrap_err();
    assert!(mistakes[0].to_string().contains("only slides have steps"), "{mistakes:#?}");
}
