//! Lists of rows that never change: what has other content is another row.

use std::hash::Hash;

use leptos::prelude::*;
use leptos::tachys::view::keyed::{SerializableKey, keyed};

/// A view for each item. `For` makes an owner for each row, and remembers it for as long as the list is shown, also when
/// the row is gone: a log that runs for hours would grow. These rows have none, so nothing in them may be reactive.
pub fn each<T, K, V>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: impl Fn(&T) -> K + Clone + Send + 'static,
    row: impl Fn(T) -> V + Clone + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Eq + Hash + SerializableKey + 'static,
    V: IntoView + 'static,
{
    move || {
        let row = row.clone();
        keyed(items(), key.clone(), move |_, item| (drop::<usize>, row(item)))
    }
}
