//! Links from one slide to another: each must lead somewhere.

use std::collections::BTreeSet;

use super::mistake::{Mistake, Source};

const START: &str = "/slide/";

/// A link to a slide, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    file: String,
    line: usize,
    slug: String,
}

impl Link {
    /// The link that leads to this address, if it is a slide's.
    pub fn to(address: &str, source: &Source<'_>, offset: usize) -> Option<Link> {
        let slug = address.strip_prefix(START)?.split(['#', '?']).next().unwrap_or_default();
        Some(Link { file: source.path.to_owned(), line: source.line(offset), slug: slug.to_owned() })
    }

    /// The links in the HTML that was made of the text at this place.
    pub fn all_in(html: &str, source: &Source<'_>, offset: usize) -> Vec<Link> {
        let addresses = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        addresses.filter_map(|address| Link::to(address, source, offset)).collect()
    }

    /// What is wrong with it, if these are the slides.
    pub fn mistake(&self, slugs: &BTreeSet<&str>) -> Option<Mistake> {
        let sentence = || format!("there is no slide `{}` to link to", self.slug);
        (!slugs.contains(self.slug.as_str())).then(|| Mistake::new(&self.file, self.line, sentence()))
    }
}
