//! Parameters of cells: read from what the author wrote, and looked up in the code.

use shared::{Parameter, Unassigned, assignment};

/// The parameters of these texts, `SIZE:slider:1..40`.
///
/// # Errors
/// The sentence for the author.
pub fn parameters_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Parameter>, String> {
    texts.into_iter().try_fold(Vec::new(), |mut parameters, text| {
        add(&mut parameters, text)?;
        Ok(parameters)
    })
}

/// Adds the parameter of this text.
///
/// # Errors
/// The sentence for the author.
pub fn add(parameters: &mut Vec<Parameter>, text: &str) -> Result<(), String> {
    let parameter: Parameter = text.parse()?;
    if parameters.iter().any(|other| other.name == parameter.name) {
        return Err(format!("there is a parameter `{}` already", parameter.name));
    }
    parameters.push(parameter);
    Ok(())
}

/// What is wrong with a parameter of this source: its name must be set once, to a value that its control has.
pub fn unfit(parameter: &Parameter, source: &str) -> Option<String> {
    let name = &parameter.name;
    match assignment(source, name) {
        Ok(found) if parameter.offers(&found.value) => None,
        Ok(found) => Some(format!("the parameter `{name}` can't be `{}`, as the code has it", found.value)),
        Err(Unassigned::Nowhere) => {
            Some(format!("the parameter `{name}` is not in the code: add a line `{name} = …` at its top level"))
        }
        Err(Unassigned::Repeatedly) => Some(format!("the code sets the parameter `{name}` more than once")),
    }
}
