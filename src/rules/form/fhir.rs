//! FHIR R4: a form as a Questionnaire, and what was answered in it as a QuestionnaireResponse, for the systems of others.
//!
//! A condition is `enableWhen` where that says it. A condition of several parts, of which each is a choice between
//! comparisons, is said by groups without words around the item, one for each part. What goes beyond that stands beside
//! the item as JSONLogic, under [`SHOWN_WHEN`]; whoever does not know that shows the item, so that nothing is left out
//! unseen. Link ids have no dot in them; those that are only there for FHIR do.

mod response;
mod when;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Value, json};

pub use self::response::{Answer, Progress, Said, response};
use self::when::Whens;
use super::{Asked, Bounds, Definition, Item, Part};
use crate::rules::{logic::json_number, wording::Wording};

/// The extension that holds a condition FHIR has no words for, as JSONLogic in a string.
pub const SHOWN_WHEN: &str = "urn:busfare:shown-when";
/// The extension that names the question of the bank whose answer is shown again.
pub const ECHO_OF: &str = "urn:busfare:echo-of";
/// The code system of the questions in the bank.
pub const QUESTIONS: &str = "urn:busfare:question";

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
const MAX_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";
const MIN_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
const MAX_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
const ITEM_CONTROL: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
const ITEM_CONTROLS: &str = "http://hl7.org/fhir/questionnaire-item-control";

/// Which edition of a form it is, as far as others have to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edition<'a> {
    /// Where it is found by everybody, if it is. The choices of its questions are known under it, too.
    pub url: Option<&'a str>,
    /// Its version.
    pub version: Option<&'a str>,
    /// How far it has come.
    pub status: Status,
}

/// How far a form has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nobody is asked yet.
    #[default]
    Draft,
    /// In use.
    Active,
    /// No longer in use.
    Retired,
}

/// A form as a Questionnaire. It is one that [`Definition::check`] has nothing against.
pub fn questionnaire(form: &Definition, edition: &Edition<'_>) -> Value {
    let whens = Whens::of(form, edition);
    // From the last to the first: what stands in a section is complete when the section comes.
    let mut inside: HashMap<Option<&str>, Vec<Value>> = HashMap::new();
    for item in form.items.iter().rev() {
        let mut within = inside.remove(&Some(item.link_id.as_str())).unwrap_or_default();
        within.reverse();
        let node = whens.around(&item.link_id, node(item, within, edition));
        inside.entry(item.inside.as_deref()).or_default().push(node);
    }
    let mut items = inside.remove(&None).unwrap_or_default();
    items.reverse();

    let status = match edition.status {
        Status::Draft => "draft",
        Status::Active => "active",
        Status::Retired => "retired",
    };
    let mut whole = json!({ "resourceType": "Questionnaire", "language": "en", "status": status });
    for (key, value) in [("url", edition.url), ("version", edition.version)] {
        put(&mut whole, key, value);
    }
    say(&mut whole, "title", &form.title);
    put(&mut whole, "item", Some(items).filter(|items| !items.is_empty()));
    whole
}

/// The items whose condition FHIR has no words for, and which have it under [`SHOWN_WHEN`].
pub fn unsaid(form: &Definition) -> Vec<&str> {
    let whens = Whens::of(form, &Edition::default());
    form.items.iter().map(|item| item.link_id.as_str()).filter(|link_id| whens.go_beyond(link_id)).collect()
}

/// An item without its condition.
fn node(item: &Item, within: Vec<Value>, edition: &Edition<'_>) -> Value {
    let mut node = json!({ "linkId": item.link_id });
    // A group without items is not allowed, and whoever reads it sees its words all the same.
    let kind = if within.is_empty() { "display" } else { "group" };
    match &item.part {
        Part::Section { title } => {
            say(&mut node, "text", title);
            put(&mut node, "type", Some(kind));
            put(&mut node, "item", Some(within).filter(|within| !within.is_empty()));
        }
        Part::Repeat { title, most } => {
            say(&mut node, "text", title);
            put(&mut node, "type", Some(kind));
            if kind == "group" {
                put(&mut node, "repeats", Some(true));
                extend(&mut node, MAX_OCCURS, "valueInteger", most.map(whole_number));
                put(&mut node, "item", Some(within));
            }
        }
        Part::Note { text } => {
            say(&mut node, "text", text);
            put(&mut node, "type", Some("display"));
        }
        Part::Echo { title, of } => {
            say(&mut node, "text", title);
            put(&mut node, "type", Some("display"));
            extend(&mut node, ECHO_OF, "valueString", Some(of.as_str()).filter(|of| !of.trim().is_empty()));
        }
        Part::Question(asked) => question(&mut node, item, asked, edition),
    }
    node
}

fn question(node: &mut Value, item: &Item, asked: &Asked, edition: &Edition<'_>) {
    say(node, "text", &asked.prompt);
    put(node, "type", Some(kind(asked.kind)));
    put(
        node,
        "code",
        Some(asked.code.as_str())
            .filter(|code| is_code(code))
            .map(|code| json!([{ "system": QUESTIONS, "code": code }])),
    );
    put(node, "required", asked.required.then_some(true));
    put(node, "repeats", (asked.kind == QuestionKind::Choices).then_some(true));
    bounds(node, asked.kind, &asked.bounds);
    if matches!(asked.kind, QuestionKind::Choice | QuestionKind::Choices) {
        let option =
            |code: &str, label: &Wording| json!({ "valueCoding": coding(edition, &item.link_id, code, label) });
        let options = asked.choices.iter().map(|choice| option(&choice.code, &choice.label));
        put(node, "answerOption", Some(options.collect::<Vec<_>>()));
    }
    let helps = [("hint", &asked.hint), ("why-we-ask", &asked.why_we_ask)];
    let helps = helps.into_iter().filter(|(_, words)| !words.is_empty()).map(|(name, words)| {
        let mut help = json!({ "linkId": format!("{}.{name}", item.link_id), "type": "display" });
        say(&mut help, "text", words);
        let control = json!({ "coding": [{ "system": ITEM_CONTROLS, "code": "help" }] });
        extend(&mut help, ITEM_CONTROL, "valueCodeableConcept", Some(control));
        help
    });
    put(node, "item", Some(helps.collect::<Vec<_>>()).filter(|helps| !helps.is_empty()));
}

fn kind(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Text => "text",
        QuestionKind::YesNo => "boolean",
        QuestionKind::Choice | QuestionKind::Choices => "choice",
        QuestionKind::Date => "date",
        QuestionKind::Number => "integer",
        QuestionKind::Decimal => "decimal",
        QuestionKind::Time => "time",
        QuestionKind::Photo | QuestionKind::Voice => "attachment",
    }
}

fn bounds(node: &mut Value, kind: QuestionKind, bounds: &Bounds) {
    match kind {
        QuestionKind::Text => put(node, "maxLength", bounds.max_chars.map(whole_number)),
        QuestionKind::Number | QuestionKind::Decimal => {
            let whole = kind == QuestionKind::Number;
            let least = bounds.least.map(|least| if whole { least.ceil() } else { least });
            let most = bounds.most.map(|most| if whole { most.floor() } else { most });
            for (url, bound) in [(MIN_VALUE, least), (MAX_VALUE, most)] {
                let small = bound.filter(|_| whole).and_then(|bound| bound.to_i32());
                extend(node, url, "valueInteger", small);
                extend(node, url, "valueDecimal", bound.filter(|_| small.is_none()).map(json_number));
            }
        }
        _ => {}
    }
}

/// A choice. What is no code in FHIR, such as one with a space at its end, is escaped as in an address.
fn coding(edition: &Edition<'_>, link_id: &str, code: &str, label: &Wording) -> Value {
    let mut coding = json!({ "code": escaped(code) });
    put(&mut coding, "system", edition.url.map(|url| format!("{url}/choices/{link_id}")));
    say(&mut coding, "display", label);
    coding
}

/// Whether FHIR takes it for a code: something, and single spaces within it at most.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
}

fn escaped(code: &str) -> String {
    match code {
        _ if is_code(code) => code.to_owned(),
        // Nothing at all is a choice, too, in forms that had to have one.
        "" => "%".to_owned(),
        code => code
            .chars()
            .map(|letter| match letter {
                letter if letter.is_whitespace() || letter == '%' => format!("%{:02X}", u32::from(letter)),
                letter => letter.to_string(),
            })
            .collect(),
    }
}

/// Whole numbers of FHIR are no larger than this.
fn whole_number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A decimal as a whole number of FHIR, where it is one.
fn small(number: Decimal) -> Option<i32> {
    number.to_i32().filter(|_| number.is_integer())
}

/// Words in English, and beside them every other language that there is. FHIR has no words that say nothing.
fn say(node: &mut Value, key: &str, words: &Wording) {
    let something = |text: &&str| !text.trim().is_empty();
    put(node, key, Some(words.en.as_str()).filter(something));
    let others = words.others.iter().filter(|(_, translation)| something(&translation.text.as_str()));
    let others = others.map(|(language, translation)| {
        let said = [
            json!({ "url": "lang", "valueCode": language }),
            json!({ "url": "content", "valueString": translation.text }),
        ];
        json!({ "url": TRANSLATION, "extension": said })
    });
    let others: Vec<Value> = others.collect();
    put(
        node,
        &format!("_{key}"),
        Some(others).filter(|others| !others.is_empty()).map(|of| json!({ "extension": of })),
    );
}

fn put(node: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (node.as_object_mut(), value) {
        object.insert(key.to_owned(), value.into());
    }
}

fn extend(node: &mut Value, url: &str, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (node.as_object_mut(), value) {
        let extensions = object.entry("extension").or_insert_with(|| json!([]));
        if let Some(extensions) = extensions.as_array_mut() {
            extensions.push(json!({ "url": url, key: value.into() }));
        }
    }
}
