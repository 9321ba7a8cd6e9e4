//! `virgil environment`: makes one while somebody waits.

use std::io::Write;
use std::path::Path;

use shared::{Environment, InterpreterBuild};

use super::{Control, Failure, Place, make};
use crate::{kernels, stop};

/// Makes the environment of the build that is called so, or of the preferred one, and says how far it is on stderr.
///
/// # Errors
/// The sentence to show if it could not be made.
pub fn run(data: &Path, name: Option<&str>) -> Result<(), String> {
    let build = choose(data, name)?;
    let place = Place::of(data, &build);
    if !place.is_whole() {
        eprintln!("Installing packages for the exercises, for {}.", build.title());
        make_or_stop(&place, &build)?;
    }
    // Whoever closed our output doesn't want to read this.
    let _ = writeln!(std::io::stdout(), "{}\nThere are {}.", place.folder().display(), place.packages().join(", "));
    Ok(())
}

fn choose(data: &Path, name: Option<&str>) -> Result<InterpreterBuild, String> {
    let builds: Vec<InterpreterBuild> = kernels::installed(data).into_iter().map(|kernel| kernel.build).collect();
    let titles: Vec<&str> = builds.iter().map(|build| build.id.as_str()).collect();
    let wanted = builds.iter().find(|build| name.is_none_or(|name| build.is_called(name)));
    wanted.cloned().ok_or_else(|| match name {
        Some(name) if !titles.is_empty() => {
            format!("There is no kernel for the interpreter build `{name}`. There are: {}.", titles.join(", "))
        }
        _ => "There is no Python with a kernel yet: run `cargo xtask kernels`, then this again.".into(),
    })
}

/// Ends all that was started when the person wants the program to end.
fn make_or_stop(place: &Place, build: &InterpreterBuild) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("The system gives no threads ({error}): close other programs."))?;
    runtime.block_on(async {
        let control = Control::default();
        let (maker, at, of) = (control.clone(), place.clone(), build.clone());
        let mut said = String::new();
        let mut making = tokio::task::spawn_blocking(move || {
            make(&at, &of, &maker, &mut |environment| {
                let line = line(&environment);
                if line != said {
                    eprintln!("{line}");
                    said = line;
                }
            })
        });
        let made = tokio::select! {
            made = &mut making => made,
            () = stop::asked() => {
                control.end();
                making.await
            }
        };
        match made {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Failure::Because(sentence))) => {
                Err(format!("{sentence}\nAll that was said is in {}.", place.log().display()))
            }
            Ok(Err(Failure::Ended)) => Err("Stopped. Run this again to make the environment.".into()),
            Err(error) => Err(format!("The maker of the environment broke off ({error}). Run this again.")),
        }
    })
}

fn line(environment: &Environment) -> String {
    match environment {
        Environment::Making { step, done, of } => format!("  {step}: {done} of {of}"),
        Environment::Absent | Environment::Ready { .. } | Environment::Failed { .. } => String::new(),
    }
}
