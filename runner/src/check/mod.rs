//! `virgil check`: a deck before anybody sees it.

mod browsers;
mod fit;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shared::Deck;

use crate::content::{self, Content, Mistake, Unfit};

pub use fit::{MISFITS, WOULD_FIT};

/// What can be said on the command line.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct CheckArguments {
    /// The folder with `slides` and `exercises`.
    #[arg(value_name = "DIR", default_value = ".")]
    pub deck: PathBuf,
    /// Also whether every slide fits a projector of 1280 by 720 pixels, in each theme: shown in a Chromium or Chrome
    /// that is installed, which takes about 0.2 s for each slide.
    #[arg(long)]
    pub fit: bool,
}

/// The exit code where the folder itself can't be read, or not be seen whether its slides fit.
const UNREADABLE: u8 = 2;

/// Prints the mistakes of the deck in a folder, a line each; or what is in it.
pub fn run(arguments: &CheckArguments) -> ExitCode {
    let CheckArguments { deck: folder, fit } = arguments;
    let content = match content::in_folder(folder) {
        Ok(content) => content,
        Err(Unfit::Mistakes(mistakes)) => return mistaken(folder, &mistakes),
        Err(Unfit::Unreadable(sentence)) => return unreadable(&sentence),
    };
    let Content { deck, notes, recorded, .. } = &content;
    if *recorded && !notes.is_empty() {
        return mistaken(folder, notes);
    }
    if *fit {
        match fit::misfits(&content) {
            Ok(misfits) if misfits.is_empty() => println!("Every slide fits 1280 by 720 pixels, in every theme."),
            Ok(misfits) => return mistaken(folder, &misfits),
            Err(sentence) => return unreadable(&sentence),
        }
    }
    notes.iter().for_each(|note| println!("note: {}", line(folder, note)));
    println!("{}", summary(deck));
    ExitCode::SUCCESS
}

fn unreadable(sentence: &str) -> ExitCode {
    eprintln!("virgil: {sentence}");
    ExitCode::from(UNREADABLE)
}

fn mistaken(folder: &Path, mistakes: &[Mistake]) -> ExitCode {
    mistakes.iter().for_each(|mistake| println!("{}", line(folder, mistake)));
    eprintln!("{}", number(mistakes.len()));
    ExitCode::FAILURE
}

/// A mistake as editors and terminals understand it: the path from where one stands, the line, and the sentence.
pub fn line(folder: &Path, mistake: &Mistake) -> String {
    let file = folder.strip_prefix(".").unwrap_or(folder).join(&mistake.file);
    format!("{}:{}: {}", file.display(), mistake.line, mistake.sentence)
}

/// All that is wrong with a deck, a line each.
pub fn lines(folder: &Path, unfit: Unfit) -> Vec<String> {
    match unfit {
        Unfit::Unreadable(sentence) => vec![sentence],
        Unfit::Mistakes(mistakes) => mistakes.iter().map(|mistake| line(folder, mistake)).collect(),
    }
}

/// Why a deck can't be served, with all its mistakes.
pub fn sentence(folder: &Path, unfit: Unfit) -> String {
    match unfit {
        Unfit::Unreadable(sentence) => sentence,
        Unfit::Mistakes(_) => {
            let (folder, lines) = (folder.display(), lines(folder, unfit).join("\n"));
            format!("the deck in {folder} can't be served before it has no mistakes:\n{lines}")
        }
    }
}

/// How many mistakes there are, and what to do.
pub fn number(count: usize) -> String {
    match count {
        1 => "1 mistake: correct it and check again.".into(),
        count => format!("{count} mistakes: correct them and check again."),
    }
}

/// What is in a deck without mistakes.
fn summary(deck: &Deck) -> String {
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let minutes: f32 = deck.slides.iter().filter(|slide| !slide.home).map(|slide| slide.minutes).sum();
    let home = deck.slides.iter().filter(|slide| slide.home).count();
    let exercises = deck.cells.iter().filter(|cell| cell.exercise.is_some()).count();
    let quizzes = match deck.quizzes.len() {
        1 => "1 quiz".to_owned(),
        quizzes => format!("{quizzes} quizzes"),
    };
    format!(
        "“{}” has no mistakes: {} for {minutes} minutes and {} to read at home, {}, of which {}, and {quizzes}.",
        deck.title,
        count(deck.slides.len() - home, "slide"),
        count(home, "slide"),
        count(deck.cells.len(), "cell"),
        if exercises == 1 { "1 is an exercise".to_owned() } else { format!("{exercises} are exercises") },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_from_where_one_stands() {
        let mistake = Mistake::new("slides/01-x.md", 7, "this is wrong");
        for (folder, expected) in [
            (".", "slides/01-x.md:7: this is wrong"),
            ("decks/a", "decks/a/slides/01-x.md:7: this is wrong"),
            ("./decks/a", "decks/a/slides/01-x.md:7: this is wrong"),
            ("/d", "/d/slides/01-x.md:7: this is wrong"),
        ] {
            assert_eq!(line(Path::new(folder), &mistake), expected);
        }
    }

    #[test]
    fn a_deck_is_summed_up() {
        let deck = content::embedded().unwrap().deck;
        let said = summary(&deck);
        assert!(said.starts_with(&format!("“{}” has no mistakes: ", deck.title)), "{said}");
        assert_eq!(number(1), "1 mistake: correct it and check again.");
    }
}
