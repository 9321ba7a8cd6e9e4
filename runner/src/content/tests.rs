//! The deck from files, by tables.

mod any;
mod notebook;
mod plan;
mod recorded;
mod steps;

use shared::{Agreement, Cell, CellId, LimitChoice, Mode, Nanos, Question};

use super::{Content, Files, embedded, parse};

const SAFE: &str = "Code has **your user's rights** here, your user's rights.\n";

fn slide(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\nsection = \"Theory\"\nminutes = 2.5\n+++\n{body}")
}

fn settings() -> String {
    "title = \"Race\"\nminutes = 5\nmodes = [\"sequential\", \"threads\"]\nworkers = [1, 2]\nhints = [\"Use `join`.\", \"More.\"]\n".into()
}

/// A deck of two slides, an inline cell and an exercise.
fn good() -> Files {
    [
        ("slides/deck.toml", "title = \"Workshop\"\n".into()),
        (
            "slides/01-lock.md",
            slide("A lock", &format!("{SAFE}\n```python run modes=threads workers=2\na = 1 < 2\n```\n")),
        ),
        (
            "slides/02-race.md",
            slide("A race", "# A fair race\n\nDo it.\n\n```exercise race\n```\n\n```notes\nsecret\n```\n"),
        ),
        ("exercises/race/exercise.toml", settings()),
        ("exercises/race/starter.py", "starter\n".into()),
        ("exercises/race/solution.py", "solution\n".into()),
        ("exercises/race/check.py", "check\n".into()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

fn with(path: &str, text: impl Into<String>) -> Files {
    let mut files = good();
    files.insert(path.into(), text.into());
    files
}

fn without(path: &str) -> Files {
    let mut files = good();
    files.remove(path);
    files
}

/// A fence with a quiz; of each answer, whether it is right, its text, and why.
fn quiz(question: &str, answers: &[(bool, &str, &str)]) -> String {
    let mut fence = format!("```quiz q\nquestion = \"{question}\"\n");
    for (right, text, why) in answers {
        fence += &format!("[[answer]]\ntext = \"{text}\"\nright = {right}\nwhy = \"{why}\"\n");
    }
    fence + "```\n"
}

/// The first slide's HTML, if its text is this.
fn html(body: &str) -> String {
    let content = parse(&with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}")))).unwrap();
    content.deck.slides[0].html.clone()
}

#[test]
fn the_embedded_content_has_no_mistakes() {
    let Content { deck, checks, .. } = embedded().unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|mistake| format!("\n{mistake}")).collect::<String>());
    });
    assert!(!deck.title.is_empty() && !deck.slides.is_empty() && !deck.cells.is_empty());
    assert_eq!(checks.len(), deck.cells.iter().filter(|cell| cell.exercise.is_some()).count());
    for reason in shared::REASON_SLIDES {
        assert!(deck.slides.iter().any(|slide| slide.slug == reason), "no slide {reason} explains its reason");
    }
}

#[test]
fn slides_and_cells_are_read_in_order() {
    let Content { deck, checks, help, .. } = parse(&good()).unwrap();
    assert_eq!(deck.title, "Workshop");
    let slides: Vec<_> = deck.slides.iter().map(|slide| (slide.slug.as_str(), slide.title.as_str())).collect();
    assert_eq!(slides, [("01-lock", "A lock"), ("02-race", "A race")]);
    assert_eq!((deck.slides[0].section.as_str(), deck.slides[0].minutes), ("Theory", 2.5));

    let [inline, race] = deck.cells.as_slice() else { panic!("{:?}", deck.cells) };
    assert_eq!((inline.id.0.as_str(), inline.text.as_str()), ("01-lock-1", "a = 1 < 2\n"));
    assert_eq!((inline.modes.as_slice(), inline.workers.as_slice()), ([Mode::Threads].as_slice(), [2].as_slice()));
    assert_eq!((race.id.0.as_str(), race.starter.as_str(), race.title.as_str()), ("race", "starter\n", "Race"));
    let exercise = race.exercise.as_ref().unwrap();
    assert_eq!((exercise.hints, exercise.minutes, &exercise.predict), (2, 5.0, &None));
    let help = &help[&CellId("race".into())];
    assert_eq!(help.solution, "solution\n");
    assert_eq!(help.hints[0].html, "<p>Use <code>join</code>.</p>\n");
    assert_eq!(checks[&CellId("race".into())], "check\n");
}

#[test]
fn cells_and_exercises_say_what_their_laps_may_use() {
    let fence = "```python run wall=30 memory=2G\n1\n```\n";
    let mut files = with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{fence}")));
    let settings = settings() + "[limits]\nwall = 10\noutput = \"1M\"\n";
    files.insert("exercises/race/exercise.toml".into(), settings);
    let limits = parse(&files).unwrap().limits;
    let of = |name: &str| limits[&CellId(name.into())];
    let (cell, exercise) = (of("01-lock-1"), of("race"));
    assert_eq!((cell.wall, cell.memory), (Some(Nanos(30_000_000_000)), Some(2_000_000_000)));
    assert_eq!((exercise.wall, exercise.output), (Some(Nanos(10_000_000_000)), Some(1_000_000)));
    assert_eq!(LimitChoice { wall: None, output: None, ..exercise }, LimitChoice::default());
}

#[test]
fn a_slide_begins_with_its_heading_and_keeps_its_notes_to_itself() {
    let content = parse(&good()).unwrap();
    let html = &content.deck.slides[1].html;
    assert_eq!(
        html,
        "<h1 id=\"title-02-race\">A fair race</h1>\n<p>Do it.</p>\n<div class=\"cell\" data-cell=\"race\"><pre class=\"code\">\
         <code class=\"language-python\">starter\n</code></pre></div>\n"
    );
}

#[test]
fn markdown_is_made_safe() {
    for (body, has, has_not) in [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script"),
        ("a <img src=x onerror=y> b", "a &lt;img src=x onerror=y&gt; b", "<img"),
        ("<div style=\"color:red\">\nx\n</div>", "&lt;div style=&quot;color:red&quot;&gt;", "<div style"),
        ("<small>Source: x</small>", "<small>Source: x</small>", "&lt;"),
        ("<small class=\"x\">y</small>", "&lt;small class=\"x\"&gt;y</small>", "<small class"),
        ("<!-- to do\n\nlater -->\n\nx", "<p>x</p>", "to do"),
        ("a <!-- b --> c", "<p>a  c</p>", "b --"),
        ("| a |\n|--:|\n| 1 |", "<td>1</td>", "style"),
        (
            "```python\nif a < b: \"c\"\n```",
            "<pre class=\"code\"><code class=\"language-python\">if a &lt; b",
            "data-cell=\"x",
        ),
        ("[x](https://docs.python.org)", "<a href=\"https://docs.python.org\">x</a>", "javascript"),
        ("## More\n\n`a<b`", "<h2>More</h2>\n<p><code>a&lt;b</code></p>", "<h2 id"),
    ] {
        let html = html(body);
        assert!(html.contains(has), "{body}: {html}");
        assert!(!html.contains(has_not), "{body}: {html}");
    }
}

#[test]
fn two_cells_of_a_slide_have_two_names() {
    let fence = "```python run\n1\n```\n";
    let content = parse(&with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{fence}\n{fence}")))).unwrap();
    let names: Vec<_> = content.deck.cells.iter().map(|cell| (cell.id.0.as_str(), cell.title.as_str())).collect();
    assert_eq!(names, [("01-lock-1", "A lock"), ("01-lock-2", "A lock (2)"), ("race", "Race")]);
    assert_eq!(content.deck.cells[0].modes, [Mode::Sequential]);
}

#[test]
fn a_cell_says_that_its_results_may_differ() {
    let fence = |options: &str| format!("{SAFE}\n```python run modes=threads workers=2 {options}\n1\n```\n");
    for (options, settings, expected) in [
        ("", settings(), [Agreement::Same, Agreement::Same]),
        ("results=differ", settings() + "results = \"differ\"\n", [Agreement::MayDiffer, Agreement::MayDiffer]),
    ] {
        let mut files = with("slides/01-lock.md", slide("A lock", &fence(options)));
        files.insert("exercises/race/exercise.toml".into(), settings);
        let cells = parse(&files).unwrap().deck.cells;
        assert_eq!(cells.iter().map(|cell| cell.agreement).collect::<Vec<_>>(), expected, "{options}");
    }
}

#[test]
fn a_quiz_can_be_read_and_answered_by_keyboard_before_the_page_is_there() {
    for (second, kind, hint) in [(false, "radio", "Choose one."), (true, "checkbox", "Choose all that are right.")] {
        let answers = [(true, "`a < b`", "it *is*"), (second, "no", "look")];
        let html = html(&quiz("Which **one**?", &answers));
        for part in [
            "<div class=\"quiz\" data-quiz=\"q\">",
            "<fieldset><legend><p>Which <strong>one</strong>?</p>",
            &format!(
                "<label class=\"choice-row\"><input type=\"{kind}\" name=\"quiz-q\" value=\"0\"><span><code>a &lt; b</code></span>"
            ),
            hint,
            "<b>Right.</b> it <em>is</em>",
            if second { "<b>Right.</b> look" } else { "<b>Wrong.</b> look" },
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}

#[test]
fn a_cell_asks_what_is_to_be_predicted() {
    let fence = |options: &str| slide("A lock", &format!("{SAFE}\n```python run {options}\n1\n```\n"));
    for (options, more, expected) in [
        ("", "", [None, None]),
        ("predict=mode", "predict = \"Which?\"\n", [Some(Question::Fastest); 2]),
        ("predict=speed-up", "predict = \"How much?\"\nguess = \"speed-up\"\n", [Some(Question::SpeedUp); 2]),
    ] {
        let mut files = with("slides/01-lock.md", fence(options));
        files.insert("exercises/race/exercise.toml".into(), settings() + more);
        let cells = parse(&files).unwrap().deck.cells;
        assert_eq!([cells[0].question, cells[1].question], expected, "{options}");
        assert_eq!([cells[0].slide.as_str(), cells[1].slide.as_str()], ["01-lock", "02-race"]);
    }
    let window = "def main(pool):\n    pass\n";
    let mut files = with("exercises/race/exercise.toml", settings() + "predict = \"Which?\"\n");
    files.insert("exercises/race/starter.py".into(), window.into());
    let cells = parse(&files).unwrap().deck.cells;
    assert_eq!(cells.last().unwrap().question, Some(Question::MostMissed), "of a window");
}

#[test]
fn an_exercise_has_steps_and_says_why_its_solution_works() {
    let more = "why = \"It **does**.\"\n[[step]]\ntext = \"Run `it`.\"\n[[step]]\ntext = \"More.\"\nhome = true\n";
    let content = parse(&with("exercises/race/exercise.toml", settings() + more)).unwrap();
    let exercise = content.deck.cells[1].exercise.clone().unwrap();
    assert_eq!(content.help[&CellId("race".into())].why.as_deref(), Some("<p>It <strong>does</strong>.</p>\n"));
    let steps: Vec<_> = exercise.steps.iter().map(|step| (step.html.trim(), step.home)).collect();
    assert_eq!(steps, [("<p>Run <code>it</code>.</p>", false), ("<p>More.</p>", true)]);
}

#[test]
fn a_cell_has_repeats_and_parameters() {
    let mut files = with(
        "slides/01-lock.md",
        slide(
            "A lock",
            &format!(
                "{SAFE}\n```python run repeats=3 param=N:slider:1..40 param=M:choice:a|b\nN = 2\nM = \"a\"\n```\n"
            ),
        ),
    );
    let more = "repeats = 5\nparameters = [\"starts:number:1..9\"]\n";
    files.insert("exercises/race/exercise.toml".into(), settings() + more);
    files.insert("exercises/race/starter.py".into(), "starts = 1\n".into());
    files.insert("exercises/race/solution.py".into(), "starts = 2\n".into());
    let cells = parse(&files).unwrap().deck.cells;
    let names = |cell: &Cell| cell.parameters.iter().map(|parameter| parameter.name.clone()).collect::<Vec<_>>();
    assert_eq!((cells[0].repeats, names(&cells[0])), (3, vec!["N".into(), "M".into()]));
    assert_eq!((cells[1].repeats, names(&cells[1])), (5, vec!["starts".into()]));
}

#[test]
fn the_guide_for_instructors_is_no_slide() {
    let guided = parse(&with("slides/GUIDE.md", "# Guide\n")).unwrap();
    assert_eq!(guided.deck.slides.len(), parse(&good()).unwrap().deck.slides.len());
}

#[test]
fn every_mistake_is_found_with_its_place() {
    let first = |body: &str| with("slides/01-lock.md", slide("A lock", &format!("{SAFE}\n{body}")));
    let table = [
        (without("slides/deck.toml"), "slides/deck.toml:1: the deck needs this file"),
        (with("slides/deck.toml", "\nname = 1\n"), "slides/deck.toml:2: unknown field `name`"),
        (with("slides/topic.md", slide("x", "")), "slides/topic.md:1: `topic.md` is not a slide's name"),
        (with("slides/03-Topic.md", slide("x", "")), "slides/03-Topic.md:1: `03-Topic.md` is not a slide's name"),
        (with("slides/picture.png", ""), "slides/picture.png:1: `picture.png` is not a slide's name"),
        (with("slides/03-x.md", "# x\n"), "slides/03-x.md:1: a slide begins with `+++`"),
        (with("slides/03-x.md", "+++\ntitle = \"x\"\nminutes = 1\n+++\n"), "slides/03-x.md:2: missing field `section`"),
        (with("slides/03-x.md", "+++\ntitle = \"x\"\nsection = y\nminutes = 1\n+++\n"), "slides/03-x.md:3: "),
        (with("slides/03-x.md", slide("x", "").replace("2.5", "-1")), "slides/03-x.md:4: `minutes` must be 0,"),
        (with("slides/01-lock.md", slide("A lock", "Hello.\n")), "slides/01-lock.md:1: the first slide must say"),
        (first("```python run modes=fibers\n```\n"), "slides/01-lock.md:8: there is no mode `fibers`"),
        (first("```python run modes=threads\n```\n"), "slides/01-lock.md:8: Choose how many workers"),
        (first("```python run modes=threads workers=two\n```\n"), "slides/01-lock.md:8: `two` is not a number"),
        (first("```python run modes=threads workers=99\n```\n"), "slides/01-lock.md:8: 99 workers are not possible"),
        (first("```python run speed=9\n```\n"), "slides/01-lock.md:8: `speed=9` is not an option"),
        (first("```python run results=same\n```\n"), "slides/01-lock.md:8: `results` is `differ`, if modes may"),
        (first("```python run wall=soon\n```\n"), "slides/01-lock.md:8: `soon` is no time limit"),
        (first("```python run wall=1 wall=2\n```\n"), "slides/01-lock.md:8: `wall` is there twice"),
        (first("```python run repeats=0\n```\n"), "slides/01-lock.md:8: 0 repetitions are not possible"),
        (first("```python run repeats=x\n```\n"), "slides/01-lock.md:8: `x` is not a number of repetitions"),
        (first("```python run param=N:dial:1..2\n```\n"), "slides/01-lock.md:8: `N:dial:1..2` is not a parameter"),
        (
            first("```python run param=N:slider:1..2\n```\n"),
            "slides/01-lock.md:8: the parameter `N` is not in the code",
        ),
        (
            first("```python run param=N:slider:1..2\nN = 3\n```\n"),
            "slides/01-lock.md:8: the parameter `N` can't be `3`",
        ),
        (
            first("```python run param=N:slider:1..2\nN = 1\nN = 2\n```\n"),
            "slides/01-lock.md:8: the code sets the parameter `N` more than once",
        ),
        (
            first("```python run param=N:slider:1..2 param=N:number:1..2\nN = 1\n```\n"),
            "slides/01-lock.md:8: there is a parameter `N` already",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "parameters = [\"N:slider:1..2\"]\n"),
            "exercise.toml:6: starter.py: the parameter `N` is not in the code",
        ),
        (first("```python runs\n```\n"), "slides/01-lock.md:8: `python runs` is not a fence"),
        (first("```exercise\n```\n"), "slides/01-lock.md:8: write the exercise's folder"),
        (first("```exercise chase\n```\n"), "slides/01-lock.md:8: there is no folder exercises/chase"),
        (first("```exercise race\nx\n```\n"), "slides/01-lock.md:8: the code of an exercise is in exercises/race"),
        (first("```exercise race\n```\n"), "slides/02-race.md:10: there is a cell `race` already"),
        (first("```python run predict=memory\n```\n"), "slides/01-lock.md:8: `memory` can't be predicted"),
        (first("```quiz\n```\n"), "slides/01-lock.md:8: write the quiz's name"),
        (first("```quiz Two\n```\n"), "slides/01-lock.md:8: `Two` is not a name"),
        (first("```quiz q\nquestion = 1\n```\n"), "slides/01-lock.md:9: invalid type"),
        (first("```quiz q\nquestion = \"a\"\n\ncolour = 1\n```\n"), "slides/01-lock.md:11: unknown field `colour`"),
        (first(&quiz("a", &[(true, "b", "c")])), "slides/01-lock.md:8: a quiz has two answers or more"),
        (
            first(&quiz("a", &[(false, "b", "c"), (false, "d", "e")])),
            "slides/01-lock.md:8: no answer of this quiz is right",
        ),
        (first(&quiz(" ", &[(true, "b", "c"), (false, "d", "e")])), "slides/01-lock.md:9: this is empty"),
        (first(&quiz("a", &[(true, "b", "c"), (false, "d", "")])), "slides/01-lock.md:17: this is empty"),
        (
            first(&quiz("a", &[(true, "b", "c"), (false, "b", "e")])),
            "slides/01-lock.md:15: there is an answer with this text",
        ),
        (first(&quiz("a", &[(true, "b", "[x](y)"), (false, "c", "e")])), "slides/01-lock.md:13: `y` is not a link"),
        (
            first(&quiz("a", &[(true, "b", "c"), (false, "d", "e")]).repeat(2)),
            "slides/01-lock.md:19: there is a quiz `q` already",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "guess = \"cores\"\n"),
            "exercise.toml:6: `cores` can't be predicted",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "guess = \"window\"\n"),
            "exercise.toml:6: this has no `def main(pool)`, so no window",
        ),
        (
            first("```python run predict=mode\ndef main(pool):\n    pass\n```\n"),
            "slides/01-lock.md:8: how fast a program with a window is says nothing of its mode",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "[[step]]\ntext = \"a\"\nhome = true\n"),
            "exercise.toml:7: all steps are for home",
        ),
        (first("It takes 5 ms.\n"), "slides/01-lock.md:8: this figure has no source on the slide"),
        (first("# Another\n"), "slides/01-lock.md:8: a slide has one heading with a single #"),
        (first("[x](javascript:alert)\n"), "slides/01-lock.md:8: `javascript:alert` is not a link"),
        (first("![x](y.png)\n"), "slides/01-lock.md:8: slides have no pictures"),
        (with("slides/02-race.md", slide("x", "")), "exercises/race/exercise.toml:1: no slide shows this exercise"),
        (without("exercises/race/check.py"), "exercises/race/check.py:1: this file is missing"),
        (without("exercises/race/exercise.toml"), "exercises/race/exercise.toml:1: this file is missing"),
        (with("exercises/race/data.csv", ""), "exercises/race/data.csv:1: an exercise has the files"),
        (with("exercises/readme.md", ""), "exercises/readme.md:1: an exercise is a folder"),
        (
            with("exercises/race/exercise.toml", settings() + "colour = 1\n"),
            "exercises/race/exercise.toml:6: unknown field",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "[limits]\nspeed = 1\n"),
            "exercise.toml:7: `speed` is not a limit",
        ),
        (
            with("exercises/race/exercise.toml", settings().replace("threads", "t")),
            "exercise.toml:3: there is no mode `t`",
        ),
        (
            with("exercises/race/exercise.toml", settings() + "results = \"any\"\n"),
            "exercise.toml:6: `results` is `differ`",
        ),
        (with("exercises/race/exercise.toml", settings().replace("[1, 2]", "[]")), "exercise.toml:4: Choose how many"),
        (with("exercises/race/exercise.toml", settings().replace("= 5", "= -5")), "exercise.toml:2: `minutes` must be"),
        (first("[x](/slide/09-none)\n"), "slides/01-lock.md:8: there is no slide `09-none` to link to"),
        (
            first(&quiz("a", &[(true, "b", "[x](/slide/02-rice)"), (false, "c", "e")])),
            "slides/01-lock.md:13: there is no slide `02-rice` to link to",
        ),
        (
            with("exercises/race/exercise.toml", settings().replace("More.", "[x](/slide/x)")),
            "exercise.toml:5: there is no slide `x` to link to",
        ),
        (
            with("exercises/race/exercise.toml", settings().replace(", \"More.\"", "")),
            "exercise.toml:5: an exercise has two hints or more",
        ),
        (Files::new(), "slides:1: there are no slides"),
    ];
    for (files, expected) in table {
        let mistakes = parse(&files).expect_err(expected);
        let found = mistakes.iter().any(|mistake| mistake.to_string().contains(expected));
        assert!(found, "{expected}: {mistakes:#?}");
    }
}

#[test]
fn an_exercise_may_not_have_a_name_that_is_no_file() {
    let mut files = with("slides/02-race.md", slide("A race", "```exercise Race\n```\n"));
    for file in ["exercise.toml", "starter.py", "solution.py", "check.py"] {
        let text = files.remove(&format!("exercises/race/{file}")).unwrap();
        files.insert(format!("exercises/Race/{file}"), text);
    }
    let mistakes = parse(&files).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
    assert!(mistakes[0].sentence.contains("`Race` is not a name"), "{mistakes:#?}");
}
