//! SECURITY.md names a test for each of its claims: each of them must be there.

use std::fs;

use anyhow::{Context, Result};

use crate::project::Project;

const FILE: &str = "SECURITY.md";
/// How the link to the project's own words begins.
const README: &str = "README.md";

/// Complains of every test that is named and isn't there, and of claims without one.
///
/// # Errors
/// If the file can't be read.
pub fn check(project: &Project) -> Result<Vec<String>> {
    let read = |path: &str| fs::read_to_string(project.root.join(path)).ok();
    let text = read(FILE).with_context(|| format!("{FILE} could not be read: it says what is defended."))?;
    let mut complaints = complaints(&text, read);
    if !read(README).is_some_and(|readme| readme.contains(&format!("]({FILE})"))) {
        complaints.push(format!("{README}: nothing leads to {FILE}."));
    }
    Ok(complaints)
}

/// A test is named as `path/of/file.rs::function`, a claim is an item of a list, or a row of a table.
fn complaints(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let defended = text.split_once("## Not defended").map_or(text, |(before, _)| before);
    let claims = defended.lines().filter(|line| line.starts_with("- "));
    let without = claims.filter(|line| named(line).next().is_none());
    let mut complaints: Vec<String> =
        without.map(|line| format!("{FILE}: no test is named for this claim: {line}")).collect();
    for (path, function) in named(text) {
        match read(path) {
            None => complaints.push(format!("{FILE}: there is no file {path}.")),
            Some(source) if !is_test(&source, function) => {
                complaints.push(format!("{FILE}: there is no test {function} in {path}."));
            }
            Some(_) => {}
        }
    }
    complaints
}

/// The tests that a text names.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split_once("::"))
        .filter(|(path, _)| path.ends_with(".rs"))
}

/// Whether it is a function with a test's attribute directly above it.
fn is_test(source: &str, function: &str) -> bool {
    let Some((before, _)) = source.split_once(&format!("fn {function}(")) else { return false };
    let (above, _) = before.rsplit_once('\n').unwrap_or_default();
    let mut attributes = above.lines().rev().map(str::trim).take_while(|line| line.starts_with("#["));
    attributes.any(|line| line.contains("test]") || line.contains("test("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_names_a_test_that_is_there() {
        let source = "#[test]\nfn one() {}\n\n#[tokio::test(flavor = \"x\")]\nasync fn two() {}\n\nfn helper() {}\n";
        let read = |path: &str| (path == "a/b.rs").then(|| source.to_owned());
        for (text, count) in [
            ("- It holds: `a/b.rs::one`, `a/b.rs::two`.", 0),
            ("- It holds.", 1),
            ("- It holds: `a/b.rs::three`.", 1),
            ("- It holds: `a/b.rs::helper`.", 1),
            ("- It holds: `a/c.rs::one`.", 1),
            ("Words.\n\n## Not defended\n\n- This.", 0),
        ] {
            let complaints = complaints(text, read);
            assert_eq!(complaints.len(), count, "{text}: {complaints:?}");
        }
    }
}
