//! Where things are in an export: what the runner serves at an address stands in a file there.

/// What an export says of running code.
pub const NOTHING_RUNS: &str = "This is a copy to read, in which nothing runs. To run and edit the code, get Virgil's \
                                source and start it with `cargo xtask serve`: its README.md says what that needs.";

/// The pages of slides.
const SLIDES: &str = "/slide/";
/// The recorded runs.
const RECORDED: &str = "/api/recorded/";

/// The file of an address that begins with a slash, from the export's root, with what follows a question mark or a
/// number sign; none if an export has no such thing.
pub fn exported(address: &str) -> Option<String> {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (path, rest) = address.split_at(end);
    let file = match path {
        "/" => "index.html".to_owned(),
        "/notebook" => "notebook.html".to_owned(),
        "/boot.js" => "boot.js".to_owned(),
        "/api/deck" => "data/deck".to_owned(),
        "/api/help" => "data/help".to_owned(),
        "/api/slides" => "data/slides".to_owned(),
        _ => match (path.strip_prefix(SLIDES), path.strip_prefix(RECORDED)) {
            (Some(slug), _) => format!("slide/{slug}.html"),
            (_, Some(cell)) => format!("recordings/{cell}.run"),
            _ => path.strip_prefix('/').filter(|path| path.starts_with("assets/"))?.to_owned(),
        },
    };
    Some(file + rest)
}

/// The address of a slide that a path leads to, at the runner or in an export in any folder; other paths stay.
pub fn served(path: &str) -> String {
    match path.rsplit_once(SLIDES).and_then(|(_, file)| file.strip_suffix(".html")) {
        Some(slug) => format!("{SLIDES}{slug}"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_page_has_its_file() {
        for (address, file) in [
            ("/", Some("index.html")),
            ("/notebook#01-one-lock", Some("notebook.html#01-one-lock")),
            ("/slide/01-one-lock?step=2", Some("slide/01-one-lock.html?step=2")),
            ("/assets/style-0.css", Some("assets/style-0.css")),
            ("/boot.js", Some("boot.js")),
            ("/api/deck", Some("data/deck")),
            ("/api/recorded/primes", Some("recordings/primes.run")),
            ("/api/doctor", None),
            ("https://docs.python.org/3/", None),
            ("#title", None),
        ] {
            assert_eq!(exported(address).as_deref(), file, "{address}");
        }
    }

    #[test]
    fn a_slide_is_the_same_in_every_folder() {
        for (path, address) in [
            ("/slide/01-one-lock", "/slide/01-one-lock"),
            ("/slide/01-one-lock.html", "/slide/01-one-lock"),
            ("/talks/slide/gil/slide/01-one-lock.html", "/slide/01-one-lock"),
            ("/notebook", "/notebook"),
        ] {
            assert_eq!(served(path), address, "{path}");
        }
    }
}
