//! Values of the source that are chosen beside Run. Each control writes into the line of the editor that holds the
//! value, so that what is run is what is read; undo takes that back like anything typed.

use leptos::prelude::*;
use shared::{Assignment, Control, Parameter, Unassigned, assignment, python_whole, whole};

use crate::editor::EditorHandle;
use crate::number::NumberField;
use crate::saving::Draft;

/// Why a control can't be used.
fn refusal(name: &str, why: Unassigned) -> String {
    match why {
        Unassigned::Nowhere => format!("The code has no line `{name} = …` any more: add it, or press Reset."),
        Unassigned::Repeatedly => format!("The code sets `{name}` more than once: keep one of these lines."),
    }
}

/// Where a slider stands for a value: within its ends, and at the nearest for what it can't show.
fn position(value: &str, from: i64, to: i64) -> i64 {
    whole(value).unwrap_or(from).clamp(from, to)
}

/// The controls of a cell.
#[component]
pub fn Parameters(parameters: Vec<Parameter>, draft: Draft, editor: EditorHandle) -> impl IntoView {
    let controls = parameters.into_iter().map(|parameter| view! { <ParameterControl parameter draft editor/> });
    controls.collect_view()
}

#[component]
fn ParameterControl(parameter: Parameter, draft: Draft, editor: EditorHandle) -> impl IntoView {
    let name = parameter.name.clone();
    let found = {
        let name = name.clone();
        Memo::new(move |_| draft.text.with(|text| assignment(text, &name)))
    };
    let value = Memo::new(move |_| found.get().map(|found| found.value).unwrap_or_default());
    let missing = Memo::new(move |_| found.with(Result::is_err));
    let write = move |text: &str| {
        let Ok(Assignment { line, start, end, value }) = found.get_untracked() else { return };
        if value != text {
            editor.write(line, start, end, text);
        }
    };
    let why = {
        let name = name.clone();
        move || found.get().err().map(|why| crate::text::with_code(&refusal(&name, why)))
    };
    let control = match parameter.control.clone() {
        Control::Slider { from, to, step } => view! {
            <input
                type="range"
                name="parameter"
                min=from.to_string()
                max=to.to_string()
                step=step.to_string()
                aria-valuetext=value
                disabled=missing
                prop:value=move || position(&value.get(), from, to).to_string()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse() {
                        write(&python_whole(number));
                    }
                }
            />
            <output>{value}</output>
        }
        .into_any(),
        Control::Number { from, to } => {
            let number = Signal::derive(move || whole(&value.get()));
            let set = move |number| write(&python_whole(number));
            view! { <NumberField name="parameter" from to value=number set disabled=missing/> }.into_any()
        }
        Control::Choice(values) => {
            let offered = values.clone();
            let other = move || Some(value.get()).filter(|value| !value.is_empty() && !offered.contains(value));
            view! {
                <select
                    name="parameter"
                    disabled=missing
                    prop:value=value
                    on:change=move |event| write(&event_target_value(&event))
                >
                    {move || other().map(|value| view! { <option value=value.clone() selected>{value.clone()}</option> })}
                    {values
                        .into_iter()
                        .map(|offered| {
                            let chosen = { let offered = offered.clone(); move || value.get() == offered };
                            view! { <option value=offered.clone() prop:selected=chosen>{offered.clone()}</option> }
                        })
                        .collect_view()}
                </select>
            }
            .into_any()
        }
    };
    view! {
        <label class="parameter" data-parameter=parameter.name>
            <code>{name}</code>
            {control}
        </label>
        <span class="parameter-trouble" role="status">{why}</span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_stays_within_its_ends() {
        for (value, place) in [("30", 30), ("1_000", 40), ("-1", 1), ("10**2", 1), ("", 1)] {
            assert_eq!(position(value, 1, 40), place, "{value}");
        }
    }

    #[test]
    fn it_is_said_what_to_do_without_the_line() {
        assert!(refusal("N", Unassigned::Nowhere).contains("`N = …`"));
        assert!(refusal("N", Unassigned::Repeatedly).contains("more than once"));
    }
}
