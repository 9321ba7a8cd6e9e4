//! How far each slide is, in the outline.

use leptos::prelude::*;

use crate::live::elements;
use crate::overview::rows::sign;
use crate::overview::slug;
use crate::page::Page;

/// Keeps the signs as they are in the overview.
pub fn keep_marked(page: Page) {
    let Some(outline) = document().get_element_by_id("outline") else { return };
    let rows = send_wrapper::SendWrapper::new(elements(&outline, "li[data-slide]"));
    Effect::new(move |_| {
        for row in rows.iter() {
            let standing = page.learning.standing(&row.get_attribute("data-slide").unwrap_or_default());
            let (shown, said) = sign(standing);
            // All are names that attributes may have.
            let _ = row.set_attribute("data-standing", slug(standing));
            for (selector, text) in [(".standing", shown), (".unseen", said)] {
                if let Ok(Some(place)) = row.query_selector(selector) {
                    place.set_text_content(Some(text));
                }
            }
        }
    });
}
