//! Makes the errors of an executed operation fit to be shown: a code from the closed list, and nothing of our insides.

use std::error::Error;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use busfare_entity::words::Language;

use super::addressee::Addressee;
use crate::api::{
    error::{Code, Problem},
    messages::{Message, message},
};

/// Characters of a message that are shown.
const MESSAGE_CHARS: usize = 140;

/// Errors one answer lists; past this many, more of them help nobody.
const ERRORS_AT_MOST: usize = 50;

/// What the library says when a value does not fit its type, by how the sentence begins.
const COERCION_MESSAGES: [&str; 4] =
    ["Expected input type \"", "Failed to parse \"", "Invalid value for argument ", "Variable "];

/// What came of an operation, ready to be shown.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) errors: Vec<ServerError>,
    /// `None` when validation failed and nothing ran.
    pub(super) data: Option<Value>,
    /// The longest that any of the errors asks the caller to wait.
    pub(super) retry_after_seconds: Option<u32>,
}

impl Settled {
    /// The code of the first error; none where there is no error.
    pub(super) fn code(&self) -> Option<Code> {
        match self.errors.first()?.extensions.as_ref()?.get("code")? {
            Value::String(word) => Code::from_wire(word),
            _ => None,
        }
    }
}

/// Gives every error a code and the request id, hides what is not for strangers, and logs each internal cause once.
pub(super) fn settle(response: Response, addressee: &Addressee) -> Settled {
    // Only an error from a resolver has a path, and the library answers `null` both for no data and for null data.
    let ran = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
    let mut errors = response.errors;
    errors.truncate(ERRORS_AT_MOST);
    let waits = errors.iter().filter_map(|error| error.source::<Problem>()?.retry_after_seconds);
    let retry_after_seconds = waits.max();
    for error in &mut errors {
        settle_one(error, ran, addressee);
    }
    Settled { errors, data: ran.then_some(response.data), retry_after_seconds }
}

fn settle_one(error: &mut ServerError, ran: bool, addressee: &Addressee) {
    let code = code_of(error, ran);
    log(error, code, &addressee.request_id);
    error.message = told(error, code, addressee.language);
    if code == Code::Internal {
        error.extensions = None;
    }
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", code.as_str());
    extensions.set("requestId", addressee.request_id.as_str());
}

fn log(error: &ServerError, code: Code, request_id: &str) {
    let problem = error.source::<Problem>();
    if code == Code::Internal || problem.is_some_and(|problem| problem.source.is_some()) {
        let said = (code == Code::Internal && error.extensions.is_none()).then_some(error.message.as_str());
        log_cause(request_id, code, problem, said, &format!("{:?}", error.path));
    }
}

/// What is shown of an error: our own words in the caller's language, or else those of the library as far as they are fit.
fn told(error: &ServerError, code: Code, language: Language) -> String {
    match error.source::<Problem>() {
        Some(problem) => problem.message.told_in(language),
        None if code == Code::Internal => message!("internal").told_in(language),
        None => fit_to_show(&error.message, language),
    }
}

/// The code an error carries, or what it must be when it carries none.
fn code_of(error: &ServerError, ran: bool) -> Code {
    if let Some(Value::String(word)) = error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        return Code::from_wire(word).unwrap_or(Code::Internal);
    }
    // When nothing ran it comes from validation; else only a value that does not fit is the caller's doing.
    let from_coercion =
        error.source.is_none() && COERCION_MESSAGES.iter().any(|start| error.message.starts_with(start));
    if !ran || from_coercion { Code::BadUserInput } else { Code::Internal }
}

/// The library's sentence on one line and short enough for a phone, unless it names our insides.
fn fit_to_show(sentence: &str, language: Language) -> String {
    if let Some(plainly) = in_plain_words(sentence) {
        return shortened(&plainly.told_in(language));
    }
    let insides = ["::", "struct ", "panicked", "Option<", "Vec<", "serde"];
    if insides.iter().any(|inside| sentence.contains(inside)) {
        return message!("value-unfit").told_in(language);
    }
    shortened(sentence)
}

fn shortened(sentence: &str) -> String {
    let mut shown: String = sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = shown.char_indices().nth(MESSAGE_CHARS) {
        let kept = shown.char_indices().nth(MESSAGE_CHARS - 3).map_or(end, |(end, _)| end);
        shown.truncate(kept);
        shown.push_str("...");
    }
    shown
}

/// What the library says of a value that does not fit, as one would say it: which value, and what belongs there.
fn in_plain_words(sentence: &str) -> Option<Message> {
    let (value, kind) = sentence.strip_prefix("Invalid value for argument \"")?.split_once("\", expected type \"")?;
    let kind = kind.split('"').next()?.trim_end_matches('!');
    Some(message!("value-not-taken", value = value, kind = kind))
}

/// Writes the cause of a failure to the log, with the request id the caller was given.
pub(in crate::http) fn log_cause(
    request_id: &str,
    code: Code,
    problem: Option<&Problem>,
    said: Option<&str>,
    place: &str,
) {
    let cause = match (problem.and_then(|problem| problem.source.as_deref()), said) {
        (Some(source), _) => chain(source),
        (None, Some(said)) => said.to_owned(),
        (None, None) => problem.map_or_else(String::new, |problem| problem.message.told_in(Language::En)),
    };
    tracing::error!(request_id, code = code.as_str(), place, cause, "a request failed");
}

/// An error and everything that led to it, outermost first.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        sentence.push_str(": ");
        sentence.push_str(&inner.to_string());
        source = inner.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, Pos};

    use super::*;

    fn from_resolver(message: &str) -> ServerError {
        ServerError::new(message, None).with_path(vec![PathSegment::Field("a".into())])
    }

    fn reader(language: Language) -> Addressee {
        Addressee { request_id: "rq".to_owned(), language }
    }

    fn settled(error: ServerError) -> (String, String) {
        settled_in(Language::En, error)
    }

    fn settled_in(language: Language, error: ServerError) -> (String, String) {
        let settled = settle(Response::from_errors(vec![error]), &reader(language));
        let error = settled.errors.into_iter().next().unwrap();
        let extensions = error.extensions.unwrap();
        assert_eq!(extensions.get("requestId"), Some(&Value::from("rq")));
        (error.message, extensions.get("code").unwrap().to_string())
    }

    #[test]
    fn what_a_resolver_says_without_a_code_is_never_shown() {
        let (message, code) = settled(from_resolver("no such table: spend"));
        assert_eq!((message, code.as_str()), (message!("internal").told_in(Language::En), "\"INTERNAL\""));
    }

    #[test]
    fn a_code_that_is_not_on_the_list_is_internal() {
        let mut error = from_resolver("oops");
        error.extensions.get_or_insert_default().set("code", "SQL_ERROR");
        assert_eq!(settled(error).1, "\"INTERNAL\"");
    }

    #[test]
    fn a_value_that_does_not_fit_is_the_callers_to_change() {
        let (message, code) = settled(from_resolver("Failed to parse \"Int\": Only integers allowed"));
        assert_eq!(
            (message.as_str(), code.as_str()),
            ("Failed to parse \"Int\": Only integers allowed", "\"BAD_USER_INPUT\"")
        );
    }

    #[test]
    fn what_does_not_fit_is_said_in_plain_words() {
        let said = r#"Invalid value for argument "input.answers.0.value", expected type "Int!""#;
        let (message, code) = settled(ServerError::new(said, None));
        let plainly =
            "`input.answers.0.value` does not take that value. Send one of type Int, as the schema describes.";
        assert_eq!((message.as_str(), code.as_str()), (plainly, "\"BAD_USER_INPUT\""));
    }

    #[test]
    fn a_message_that_names_rust_is_replaced() {
        let (message, code) = settled(ServerError::new("expected alloc::vec::Vec<u8>", None));
        assert_eq!((message, code.as_str()), (message!("value-unfit").told_in(Language::En), "\"BAD_USER_INPUT\""));
    }

    #[test]
    fn our_own_words_are_in_the_language_of_the_caller_and_the_librarys_stay_as_they_are() {
        let ours = || {
            let problem = async_graphql::Error::from(Problem::throttled(1));
            problem.into_server_error(Pos::default()).with_path(vec![PathSegment::Field("a".into())])
        };
        assert_eq!(settled(ours()).0, "Too many tries at once. Wait a moment and try again.");
        let (message, code) = settled_in(Language::Cy, ours());
        assert_eq!(message, "Gormod o gynigion ar unwaith. Arhoswch eiliad a rhowch gynnig arall arni.");
        assert_eq!(code, "\"THROTTLED\"");

        let theirs = || ServerError::new("Unknown field \"nothing\" on type \"Query\".", None);
        assert_eq!(settled_in(Language::Cy, theirs()), settled(theirs()));
        let unfit = || ServerError::new(r#"Invalid value for argument "most", expected type "Int!""#, None);
        assert_ne!(settled_in(Language::Cy, unfit()), settled(unfit()));
    }

    #[test]
    fn a_long_message_is_cut_to_what_a_phone_can_show() {
        let (message, _) = settled(ServerError::new("é\n".repeat(500), None));
        assert_eq!((message.chars().count(), message.ends_with("...")), (140, true));
    }

    #[test]
    fn validation_leaves_no_data_and_a_null_from_a_resolver_does() {
        assert!(settle(Response::from_errors(vec![ServerError::new("x", None)]), &reader(Language::En)).data.is_none());
        assert_eq!(
            settle(Response::from_errors(vec![from_resolver("x")]), &reader(Language::En)).data,
            Some(Value::Null)
        );
    }
}
