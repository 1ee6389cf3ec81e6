//! Core pathway files: forms as one JSON file, the way that adult social care in a London council kept them.
//!
//! A form has themes, a theme has steps, a step has fields. A field is addressed by its id, which is the question in words,
//! and a condition says which answer another field of the step must have. What we have no place for is noted, so that
//! nothing vanishes without a word; what is no such file is refused with its place.

mod names;
mod part;

use serde_json::Value;

use self::{names::Names, part::Parts};
use super::Definition;
use crate::rules::wording::Wording;

/// Most forms of one file.
const MOST_FORMS: usize = 200;
/// Most that is said of one file.
const MOST_WORDS: usize = 50;

/// A form that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The form. Whether it may be published, [`super::measure`] tells; it may even be none, with conditions in a circle.
    pub form: Definition,
    /// How many fields have a condition.
    pub conditions: usize,
    /// What was taken for something else, or left out: the place in the form, and the words.
    pub notes: Vec<(String, String)>,
}

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {words}")]
pub struct Refused {
    /// Where in the file, such as `forms[0].themes[1].steps[0].fields[3].type`.
    pub place: String,
    /// What is amiss.
    pub words: String,
}

/// Reads a file's forms, or says everything that is amiss, as far as anybody would read on.
pub fn read(json: &[u8]) -> Result<Vec<Imported>, Vec<Refused>> {
    let refused = |place: &str, words: &str| vec![Refused { place: place.to_owned(), words: words.to_owned() }];
    let file: Value = serde_json::from_slice(json)
        .map_err(|error| refused(&format!("line {}, column {}", error.line(), error.column()), "this is not JSON"))?;
    let Some(forms) = file.as_array().filter(|forms| !forms.is_empty() && forms.len() <= MOST_FORMS) else {
        return Err(refused("forms", &format!("a list of 1 to {MOST_FORMS} forms is expected")));
    };
    let (mut read, mut amiss, mut codes) = (Vec::new(), Vec::new(), Names::default());
    for (number, form) in forms.iter().enumerate() {
        match one(form, &format!("forms[{number}]"), &mut codes) {
            Ok(form) => read.push(form),
            Err(refused) => amiss.extend(refused),
        }
    }
    amiss.truncate(MOST_WORDS);
    if amiss.is_empty() { Ok(read) } else { Err(amiss) }
}

fn one(form: &Value, place: &str, codes: &mut Names) -> Result<Imported, Vec<Refused>> {
    let mut parts = Parts::default();
    let code = parts.text(form, place, "id").unwrap_or_default();
    let name = part::optional(form, "name").unwrap_or_else(|| code.clone());
    for (number, theme) in parts.list(form, place, "themes").iter().enumerate() {
        parts.theme(theme, &format!("{place}.themes[{number}]"));
    }
    if !parts.refused.is_empty() {
        return Err(parts.refused);
    }
    let conditions = parts.conditions.len();
    let (items, notes) = parts.items();
    let form = Definition { code: codes.new_one(&super::link_id(&code)), title: Wording::english(name), items };
    Ok(Imported { form, conditions, notes })
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::form::Part;

    const FILE: &str = r#"[{ "id": "first-talk", "name": "First talk", "themes": [{ "id": "You", "name": "You", "steps": [
        { "id": "Home", "name": "Your home", "intro": "About where you live.", "fields": [
            { "id": "Own or rent?", "question": "Do you own it or rent it?", "type": "radios", "required": true,
              "choices": [{ "label": "I own it", "value": "Own" }, { "label": "I rent it", "value": "Rent" }] },
            { "id": "Landlord", "question": "Who is the landlord?", "type": "text",
              "conditions": [{ "id": "Own or rent?", "value": "Rent" }] },
            { "id": "Lift", "question": "Is there a lift?", "type": "hologram",
              "conditions": [{ "id": "Which floor?", "value": "3" }] },
            { "id": "Who lives there?", "question": "Who lives there?", "type": "repeaterGroup", "itemName": "person",
              "subfields": [{ "id": "Name", "question": "Name", "type": "text" },
                { "id": "Helps", "question": "Do they help?", "type": "checkboxes", "conditions": [{ "id": "Name", "value": "Ann" }],
                  "choices": [{ "label": "Days", "value": "Days" }, { "label": "Days", "value": "Days" }] }] },
            { "id": "Landlord", "question": "Landlord again", "type": "echo", "path": "home.landlord" }] }] }] }]"#;

    #[test]
    fn a_form_is_read_with_its_conditions_and_what_was_left_out_is_said() {
        let read = read(FILE.as_bytes()).unwrap().remove(0);
        let links: Vec<_> = read.form.items.iter().map(|item| item.link_id.as_str()).collect();
        assert_eq!(
            links,
            [
                "theme/you",
                "home",
                "home/intro",
                "home/own-or-rent",
                "home/landlord",
                "home/lift",
                "home/who-lives-there",
                "home/who-lives-there/name",
                "home/who-lives-there/helps",
                "home/landlord-2",
            ]
        );
        assert!(read.form.check().is_ok());
        assert_eq!(read.conditions, 3);
        assert_eq!(read.form.items.iter().filter(|item| item.shown_when.is_some()).count(), 3);
        let helps = read.form.find("home/who-lives-there/helps").unwrap().asked().unwrap();
        assert_eq!((helps.kind, helps.choices.len(), helps.code.as_str()), (QuestionKind::Choices, 1, "helps"));
        assert!(matches!(&read.form.items[9].part, Part::Echo { of, .. } if of == "landlord"));
        let said: Vec<_> = read.notes.iter().map(|(place, words)| format!("{place}: {words}")).collect();
        assert_eq!(
            said,
            [
                "home/lift: the type \"hologram\" is not known; its answers are taken as words",
                "home/who-lives-there/helps: the choice \"Days\" is there twice; it is offered once",
                "home/lift: depends on \"Which floor?\", which this form does not ask; as it stands it is never shown",
            ]
        );
        let flaws: Vec<_> = read.form.flaws().iter().map(ToString::to_string).collect();
        assert_eq!(flaws.len(), 2, "{flaws:?}");
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_its_place() {
        let says = |json: &str| read(json.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(says("[{]"), ["line 1, column 3: this is not JSON"]);
        assert_eq!(says("{}"), ["forms: a list of 1 to 200 forms is expected"]);
        assert_eq!(
            says(
                r#"[{ "id": 7, "themes": [{ "name": "You", "steps": [{ "id": "a", "fields": [{ "id": "x", "type": "text", "conditions": [{ "id": "y" }] }, 3] }] }] }]"#
            ),
            [
                "forms[0].id: words are expected here",
                "forms[0].themes[0].steps[0].fields[0].conditions[0]: a field's id and a value are expected",
                "forms[0].themes[0].steps[0].fields[1]: a field is expected",
            ]
        );
    }
}
