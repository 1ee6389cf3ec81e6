//! A request that never reached the schema: the status it is answered with, and what the caller is told.

use actix_web::http::StatusCode;
use async_graphql::Pos;

use super::{
    super::{
        front_door::{Kind, Refused},
        problem::status_of,
    },
    budget::{Cost, Overspent},
};
use crate::api::{
    error::{Code, Problem},
    messages::{Message, message},
};

/// Why nothing ran.
#[derive(Debug)]
pub(super) struct Refusal(Box<Parts>);

/// Everything an answer needs to be written.
#[derive(Debug)]
pub(super) struct Parts {
    /// The status in the newer media type, and in either when `well_formed` is false.
    pub(super) status: StatusCode,
    pub(super) problem: Problem,
    /// Whether this was a well-formed GraphQL-over-HTTP request, which the legacy media type answers with 200.
    pub(super) well_formed: bool,
    /// Where in the document, for a syntax error.
    pub(super) location: Option<Pos>,
    /// The methods that would have been allowed.
    pub(super) allow: Option<&'static str>,
    /// Whether the rest of the request is left unread and the connection closed.
    pub(super) close: bool,
    /// What it would have cost, once that is known.
    pub(super) cost: Option<Cost>,
}

impl Refusal {
    fn new(status: StatusCode, problem: Problem, well_formed: bool) -> Self {
        Self(Box::new(Parts { status, problem, well_formed, location: None, allow: None, close: false, cost: None }))
    }

    /// The request is not one the protocol allows.
    pub(super) fn protocol(status: StatusCode, message: Message) -> Self {
        Self::new(status, Problem::bad_user_input(message), false)
    }

    /// The request is not a well-formed GraphQL-over-HTTP request.
    pub(super) fn malformed(message: Message) -> Self {
        Self::protocol(StatusCode::BAD_REQUEST, message)
    }

    /// The JSON around the document is too deep or holds too much.
    pub(super) fn badly_formed(refused: Refused) -> Self {
        Self::new(StatusCode::BAD_REQUEST, refused.into(), false)
    }

    /// The method is not offered here, or not for this operation.
    pub(super) fn method(allow: &'static str, message: Message) -> Self {
        let mut refusal = Self::protocol(StatusCode::METHOD_NOT_ALLOWED, message);
        refusal.0.allow = Some(allow);
        refusal
    }

    /// The document may not come in.
    pub(super) fn document(refused: Refused) -> Self {
        let status = match refused.kind() {
            Kind::Syntax => StatusCode::BAD_REQUEST,
            Kind::Limit | Kind::Validation => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let location = refused.line_and_column().map(|(line, column)| Pos { line, column });
        let mut refusal = Self::new(status, refused.into(), true);
        refusal.0.location = location;
        refusal
    }

    /// The operation is of a kind that is not offered.
    pub(super) fn not_offered(message: Message) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, Problem::bad_user_input(message), true)
    }

    /// Whoever prepares the request said no.
    pub(super) fn problem(problem: Problem) -> Self {
        let status = match problem.code {
            Code::BadUserInput | Code::QueryTooComplex => StatusCode::UNPROCESSABLE_ENTITY,
            _ => status_of(&problem),
        };
        let well_formed =
            !matches!(problem.code, Code::Unauthenticated | Code::Forbidden | Code::Throttled | Code::Internal);
        let mut refusal = Self::new(status, problem, well_formed);
        if status == StatusCode::TOO_MANY_REQUESTS {
            // A client that is told to wait must be told how long.
            refusal.0.problem.retry_after_seconds.get_or_insert(1);
        }
        refusal
    }

    /// The caller has spent their budget.
    pub(super) fn overspent(overspent: Overspent, requested: u32, limit: u32) -> Self {
        let problem =
            Problem::new(Code::Throttled, message!("budget-spent")).retry_after_seconds(overspent.retry_after_seconds);
        let mut refusal = Self::problem(problem);
        refusal.0.cost = Some(Cost { requested, limit, bucket: overspent.bucket });
        refusal
    }

    /// The caller listens to as much as anybody may.
    pub(super) fn too_many_streams() -> Self {
        Self::problem(Problem::new(Code::Throttled, message!("too-many-streams")).retry_after_seconds(10))
    }

    /// Running took longer than is allowed; what had begun was dropped, so a transaction rolled back.
    pub(super) fn too_slow() -> Self {
        Self::problem(Problem::new(Code::Internal, message!("execution-too-slow")).retry_after_seconds(1))
    }

    /// Something panicked; `cause` is for the log alone.
    pub(super) fn panicked(cause: String) -> Self {
        Self::problem(Problem::internal(cause))
    }

    /// The same refusal, leaving the rest of the request unread.
    pub(super) fn and_close(mut self) -> Self {
        self.0.close = true;
        self
    }

    /// The code that it is answered with.
    pub(super) fn code(&self) -> Code {
        self.0.problem.code
    }

    pub(super) fn into_parts(self) -> Parts {
        *self.0
    }
}
