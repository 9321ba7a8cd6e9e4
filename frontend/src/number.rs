//! A field for a whole number: what can't be taken is put back.

use leptos::prelude::*;

/// What was typed, within the limits; nothing if it is no whole number.
fn taken(text: &str, from: i64, to: i64) -> Option<i64> {
    let number: i64 = text.trim().replace('_', "").parse().ok()?;
    Some(number.clamp(from, to))
}

/// The field; `value` is shown as long as nobody types, and `set` is told what was typed when that is done.
#[component]
pub fn NumberField(
    name: &'static str,
    from: i64,
    to: i64,
    #[prop(into)] value: Signal<Option<i64>>,
    set: impl Fn(i64) + 'static,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let shown = move |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let change = move |event: web_sys::Event| {
        let typed = taken(&event_target_value(&event), from, to);
        if let Some(number) = typed {
            set(number);
        }
        let field: web_sys::HtmlInputElement = event_target(&event);
        field.set_value(&shown(typed.or(value.get_untracked())));
    };
    view! {
        <input
            type="number"
            name=name
            min=from.to_string()
            max=to.to_string()
            inputmode="numeric"
            disabled=disabled
            prop:value=move || shown(value.get())
            on:change=change
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_within_the_limits() {
        for (text, number) in
            [("5", Some(5)), (" 1_0 ", Some(10)), ("0", Some(1)), ("999", Some(100)), ("", None), ("1.5", None)]
        {
            assert_eq!(taken(text, 1, 100), number, "{text}");
        }
    }
}
