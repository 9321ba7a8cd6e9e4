//! Sections, minutes and diagrams.

use super::super::{embedded_files, outline, parse};
use super::{SAFE, slide, with};

#[test]
fn the_theory_takes_half_an_hour_and_the_practice_an_hour() {
    let mut mistakes = Vec::new();
    let outline = outline::read(&embedded_files(), &mut mistakes);
    let minutes = ["Theory", "Practice"].map(|part| outline.minutes_of(part));
    assert_eq!((minutes, mistakes), ([30.0, 60.0], Vec::new()));
}

#[test]
fn slides_stand_in_the_order_of_their_sections_and_take_the_minutes_that_are_planned() {
    let section =
        |title: &str, minutes: f32| format!("[[section]]\ntitle = \"{title}\"\npart = \"All\"\nminutes = {minutes}\n");
    let planned = |practice: f32, theory: f32| {
        let part = "title = \"Workshop\"\n[[part]]\ntitle = \"All\"\nminutes = 8\n";
        let mut files =
            with("slides/deck.toml", format!("{part}{}{}", section("Theory", theory), section("Try", practice)));
        for (name, front) in [("00-try", ""), ("03-late", ""), ("04-home", "home = true\ntall = true\n")] {
            let text = slide(name, "x\n").replace("minutes", &format!("{front}minutes"));
            let text = if name == "00-try" { text.replace("\"Theory\"", "\"Try\"") } else { text };
            files.insert(format!("slides/{name}.md"), text);
        }
        files
    };
    let deck = parse(&planned(2.5, 7.5)).map(|content| content.deck);
    assert!(deck.is_err_and(|mistakes| mistakes[0].to_string().contains("`All` is planned with 8 minutes")));
    let files = planned(2.5, 7.5).into_iter().map(|(path, text)| (path, text.replace("minutes = 8", "minutes = 10")));
    let deck = parse(&files.collect()).unwrap().deck;
    let slugs: Vec<_> = deck.slides.iter().map(|slide| (slide.slug.as_str(), slide.home)).collect();
    let expected = [("01-lock", false), ("02-race", false), ("03-late", false), ("04-home", true), ("00-try", false)];
    assert_eq!(slugs, expected);
    assert!(deck.slides[3].html.starts_with("<p class=\"at-home\">at home</p>\n<h1 "));
    let tall: Vec<_> = deck.slides.iter().map(|slide| slide.html.contains(" class=\"tall\">")).collect();
    assert_eq!(tall, [false, false, false, true, false]);
    let deck_line = |line: usize, said: &str| format!("slides/deck.toml:{line}: {said}");
    for (files, expected) in [
        (planned(2.5, 5.0), deck_line(8, "`Theory` is planned with 5 minutes, and its core slides take 7.5")),
        (
            with("slides/deck.toml", format!("title = \"W\"\n{}", section("Theory", 5.0))),
            deck_line(4, "there is no part"),
        ),
        (planned(0.0, 7.5), deck_line(12, "`Try` is planned with 0 minutes")),
        (
            with("slides/deck.toml", format!("title = \"W\"\n{}", section("Practice", 5.0))),
            deck_line(5, "no slide is in the section `Practice`"),
        ),
        (
            with("slides/deck.toml", format!("title = \"W\"\n{}planned = true\n", section("Theory", 7.5))),
            deck_line(5, "the section `Theory` has slides: take `planned = true` away"),
        ),
        (
            with("slides/deck.toml", format!("title = \"W\"\n{}", section("Practice", 5.0))),
            "slides/01-lock.md:3: the section `Theory` is not in slides/deck.toml".into(),
        ),
    ] {
        let mistakes = parse(&files).expect_err(&expected);
        assert!(mistakes.iter().any(|mistake| mistake.to_string().contains(&expected)), "{expected}: {mistakes:#?}");
    }
}

#[test]
fn a_diagram_is_shown_in_its_slide_once() {
    let svg = "<svg viewBox=\"0 0 1 1\"><title>A</title><desc>B</desc></svg>\n";
    let shown = |body: &str| {
        let mut files = with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}")));
        files.insert("slides/diagrams/two.svg".into(), svg.into());
        files
    };
    let fence = "```diagram two\n```\n";
    let html = parse(&shown(fence)).unwrap().deck.slides[0].html.clone();
    assert!(html.contains("<figure class=\"diagram\" tabindex=\"0\"><svg role=\"img\""), "{html}");
    for (files, expected) in [
        (shown(""), "slides/diagrams/two.svg:1: no slide shows this diagram"),
        (shown(&format!("{fence}\n{fence}")), "slides/01-lock.md:11: there is a diagram `two` already"),
        (shown("```diagram three\n```\n"), "slides/01-lock.md:8: there is no slides/diagrams/three.svg"),
        (shown("```diagram\n```\n"), "slides/01-lock.md:8: write the diagram's name after `diagram`"),
        (shown("```diagram two\nx\n```\n"), "slides/01-lock.md:8: a diagram is drawn in slides/diagrams/two.svg"),
        (with("slides/diagrams/Two.svg", svg), "slides/diagrams/Two.svg:1: a diagram is a file `name.svg`"),
        (with("slides/diagrams/two.svg", "<svg>"), "slides/diagrams/two.svg:1: `<svg>` is not closed"),
    ] {
        let mistakes = parse(&files).expect_err(expected);
        assert!(mistakes.iter().any(|mistake| mistake.to_string().contains(expected)), "{expected}: {mistakes:#?}");
    }
}
