//! One quiet line while the exercises' packages are installed, and a sentence if that failed.

use leptos::prelude::*;
use shared::{ClientMessage, Environment};

use crate::page::Page;
use crate::text::with_code;

/// The line; nothing when there is nothing to say.
#[component]
pub fn Notice(page: Page) -> impl IntoView {
    let environment = Memo::new(move |_| page.welcome.with(|welcome| Some(welcome.as_ref()?.environment.clone())));
    let line = move || environment.with(|environment| environment.as_ref().and_then(line));
    let failed = move || environment.with(|environment| matches!(environment, Some(Environment::Failed { .. })));
    let again = move |_| {
        // Without a connection the page says so itself.
        page.send(&ClientMessage::MakeEnvironment);
    };
    view! {
        <div class="notice" class:passing=move || !failed() class:failed=failed hidden=move || line().is_none()>
            <p role="status">{move || line().map(|line| with_code(&line))}</p>
            <Show when=failed>
                <button type="button" on:click=again>"Try again"</button>
            </Show>
        </div>
    }
}

fn line(environment: &Environment) -> Option<String> {
    match environment {
        Environment::Absent | Environment::Ready { .. } => None,
        Environment::Making { step, done: 0, .. } => Some(format!("Installing packages for the exercises: {step}…")),
        Environment::Making { step, done, of } if done == of => {
            Some(format!("Installing packages for the exercises: {step} {of}…"))
        }
        Environment::Making { done, of, .. } => {
            Some(format!("Installing packages for the exercises: {done} of {of}. You can go on meanwhile."))
        }
        Environment::Failed { sentence } => Some(format!("Packages for the exercises: {sentence}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_line_only_while_there_is_something_to_say() {
        let making = |step: &str, done| Environment::Making { step: step.into(), done, of: 14 };
        for (environment, said) in [
            (Environment::Absent, None),
            (Environment::Ready { packages: vec!["flask 3.1.3".into()] }, None),
            (making("downloading", 0), Some("exercises: downloading…")),
            (making("downloading", 3), Some("exercises: 3 of 14.")),
            (making("installing", 14), Some("exercises: installing 14…")),
            (Environment::Failed { sentence: "No way. Try again.".into() }, Some("No way. Try again.")),
        ] {
            match (line(&environment), said) {
                (None, None) => {}
                (Some(line), Some(said)) => assert!(line.contains(said), "{line}"),
                (line, said) => panic!("{line:?} instead of {said:?}"),
            }
        }
    }
}
