//! What the lanes' states look like, in words and as a small sample of each.

use leptos::prelude::*;

/// The samples' class in the style sheet, what it looks like, and what it means.
const LOOKS: [(&str, &str, &str); 6] = [
    ("with-gil", "solid", "runs with a GIL"),
    ("without-gil", "level lines", "runs without"),
    ("waiting-for-gil", "slanted lines", "waits for the GIL"),
    ("waiting-for-cpu", "upright lines", "waits for a CPU"),
    ("blocked", "flat line", "is blocked"),
    ("starting", "dots", "starts"),
];

/// The legend under the lanes.
#[component]
pub fn Legend() -> impl IntoView {
    let looks = LOOKS.map(|(class, look, meaning)| {
        view! {
            <li>
                <span class=format!("look {class}") aria-hidden="true"></span>
                <span><span class="unseen">{look}</span>" "{meaning}</span>
            </li>
        }
    });
    view! {
        <ul class="legend" aria-label="How to read the lanes">
            <li><span class="look task" aria-hidden="true">"0"</span><span><span class="unseen">"above"</span>" its tasks or requests"</span></li>
            {looks}
            <li>
                <svg class="look key" viewBox="0 0 16 9" aria-hidden="true"><path d=KEY></path></svg>
                <span><span class="unseen">"key"</span>" has that GIL"</span>
            </li>
        </ul>
    }
}

/// As js/src/lanes.js draws it.
const KEY: &str = "M4.5 0a4.5 4.5 0 1 0 4.2 6H11v3h2V6h1v2.4h2V3H8.7A4.5 4.5 0 0 0 4.5 0Zm0 2.6a1.9 1.9 0 1 1 0 3.8a1.9 1.9 0 0 1 0-3.8Z";
