//! The steps of a slide: what is revealed one after the other while it is shown.

/// What begins a step, between two blocks of a slide's Markdown.
pub const SIGN: &str = "<!-- step -->";

/// Whether this HTML comment begins a step, however it is spaced.
pub fn begins(comment: &str) -> bool {
    let inside = comment.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inside.is_some_and(|inside| inside.trim().eq_ignore_ascii_case("step"))
}

/// How far the steps of one slide are read.
#[derive(Debug, Default)]
pub struct Steps {
    /// How many have begun.
    pub count: u32,
    /// The line of the one that is open, and how much the slide showed before.
    open: Option<(usize, usize)>,
}

impl Steps {
    /// A step begins at this line; `shown` is how much the slide shows already. Gives the HTML for its place, and the
    /// line of the step before, if that shows nothing.
    pub fn begin(&mut self, line: usize, shown: usize) -> (String, Option<usize>) {
        let (end, empty) = self.end(shown);
        self.count += 1;
        self.open = Some((line, shown + 1));
        (format!("{end}<div class=\"step\" data-step=\"{}\">\n", self.count), empty)
    }

    /// The same for the end of the slide: nothing begins.
    pub fn end(&mut self, shown: usize) -> (&'static str, Option<usize>) {
        match self.open.take() {
            Some((line, before)) => ("</div>\n", (shown == before).then_some(line)),
            None => ("", None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_comment_that_says_so_begins_a_step() {
        for (comment, does) in [
            (SIGN, true),
            ("<!--step-->\n", true),
            ("<!--  Step  -->", true),
            ("<!-- steps -->", false),
            ("<!-- step by step -->", false),
            ("<!-- step --> and more", false),
            ("step", false),
        ] {
            assert_eq!(begins(comment), does, "{comment}");
        }
    }

    #[test]
    fn steps_end_where_the_next_begins_and_must_show_something() {
        let mut steps = Steps::default();
        assert_eq!(steps.end(4), ("", None));
        assert_eq!(steps.begin(7, 4), ("<div class=\"step\" data-step=\"1\">\n".into(), None));
        assert_eq!(steps.begin(9, 6), ("</div>\n<div class=\"step\" data-step=\"2\">\n".into(), None));
        assert_eq!(steps.begin(11, 7), ("</div>\n<div class=\"step\" data-step=\"3\">\n".into(), Some(9)));
        assert_eq!(steps.end(8), ("</div>\n", Some(11)));
        assert_eq!(steps.count, 3);
    }
}
