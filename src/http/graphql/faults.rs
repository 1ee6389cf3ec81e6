//! Makes the errors of an executed operation fit to be shown: a code from the closed list, and nothing of our insides.

use std::error::Error;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use crate::api::error::{Code, INTERNAL_MESSAGE, Problem};

/// Characters of a message that are shown.
const MESSAGE_CHARS: usize = 140;

/// Errors one answer lists; past this many, more of them help nobody.
const ERRORS_AT_MOST: usize = 50;

/// What the library says when a value does not fit its type, by how the sentence begins.
const COERCION_MESSAGES: [&str; 4] =
    ["Expected input type \"", "Failed to parse \"", "Invalid value for argument ", "Variable "];

/// What is shown in place of a sentence that names our insides.
const UNFIT_VALUE: &str = "A value in the request does not fit its type. Check it against the schema.";

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
pub(super) fn settle(response: Response, request_id: &str) -> Settled {
    // Only an error from a resolver has a path, and the library answers `null` both for no data and for null data.
    let ran = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
    let mut errors = response.errors;
    errors.truncate(ERRORS_AT_MOST);
    let waits = errors.iter().filter_map(|error| error.source::<Problem>()?.retry_after_seconds);
    let retry_after_seconds = waits.max();
    for error in &mut errors {
        settle_one(error, ran, request_id);
    }
    Settled { errors, data: ran.then_some(response.data), retry_after_seconds }
}

fn settle_one(error: &mut ServerError, ran: bool, request_id: &str) {
    let code = code_of(error, ran);
    if code == Code::Internal {
        let said = error.extensions.is_none().then_some(error.message.as_str());
        let problem = error.source::<Problem>();
        log_cause(request_id, code, problem, said, &format!("{:?}", error.path));
        // What passes says so in words of our own.
        let passing = problem.filter(|problem| problem.retry_after_seconds.is_some());
        error.message = passing.map_or(INTERNAL_MESSAGE, |problem| problem.message.as_ref()).to_owned();
        error.extensions = None;
    } else {
        if let Some(problem) = error.source::<Problem>().filter(|problem| problem.source.is_some()) {
            log_cause(request_id, code, Some(problem), None, &format!("{:?}", error.path));
        }
        error.message = fit_to_show(&error.message);
    }
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", code.as_str());
    extensions.set("requestId", request_id);
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

/// The message on one line and short enough for a phone, unless it names our insides.
fn fit_to_show(message: &str) -> String {
    if let Some(plainly) = in_plain_words(message) {
        return fit_to_show(&plainly);
    }
    let insides = ["::", "struct ", "panicked", "Option<", "Vec<", "serde"];
    if insides.iter().any(|inside| message.contains(inside)) {
        return UNFIT_VALUE.to_owned();
    }
    let mut shown: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = shown.char_indices().nth(MESSAGE_CHARS) {
        let kept = shown.char_indices().nth(MESSAGE_CHARS - 3).map_or(end, |(end, _)| end);
        shown.truncate(kept);
        shown.push_str("...");
    }
    shown
}

/// What the library says of a value that does not fit, as one would say it: which value, and what belongs there.
fn in_plain_words(message: &str) -> Option<String> {
    let (value, kind) = message.strip_prefix("Invalid value for argument \"")?.split_once("\", expected type \"")?;
    let kind = kind.split('"').next()?.trim_end_matches('!');
    Some(format!("`{value}` does not take that value. Send one of type {kind}, as the schema describes."))
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
        (None, None) => problem.map_or_else(String::new, |problem| problem.message.to_string()),
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
    use async_graphql::PathSegment;

    use super::*;

    fn from_resolver(message: &str) -> ServerError {
        ServerError::new(message, None).with_path(vec![PathSegment::Field("a".into())])
    }

    fn settled(error: ServerError) -> (String, String) {
        let settled = settle(Response::from_errors(vec![error]), "rq");
        let error = settled.errors.into_iter().next().unwrap();
        let extensions = error.extensions.unwrap();
        assert_eq!(extensions.get("requestId"), Some(&Value::from("rq")));
        (error.message, extensions.get("code").unwrap().to_string())
    }

    #[test]
    fn what_a_resolver_says_without_a_code_is_never_shown() {
        let (message, code) = settled(from_resolver("no such table: spend"));
        assert_eq!((message.as_str(), code.as_str()), (INTERNAL_MESSAGE, "\"INTERNAL\""));
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
        assert_eq!((message.as_str(), code.as_str()), (UNFIT_VALUE, "\"BAD_USER_INPUT\""));
    }

    #[test]
    fn a_long_message_is_cut_to_what_a_phone_can_show() {
        let (message, _) = settled(ServerError::new("é\n".repeat(500), None));
        assert_eq!((message.chars().count(), message.ends_with("...")), (140, true));
    }

    #[test]
    fn validation_leaves_no_data_and_a_null_from_a_resolver_does() {
        assert!(settle(Response::from_errors(vec![ServerError::new("x", None)]), "rq").data.is_none());
        assert_eq!(settle(Response::from_errors(vec![from_resolver("x")]), "rq").data, Some(Value::Null));
    }
}
