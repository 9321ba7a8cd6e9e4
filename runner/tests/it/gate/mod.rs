//! The rows of the list of what a runner of code must refuse.

mod addresses;
mod credential;
mod headers;
mod heads;
mod limits;
mod sites;

/// A path that fits a route, with a name that there is where it takes one.
fn a_path(route: &str) -> String {
    match route.split_once('{') {
        Some((start, _)) => format!("{start}01-one"),
        None => route.to_owned(),
    }
}
