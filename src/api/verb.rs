//! How a verb ends: done, or done before, or refused with a reason, or a problem that is nobody's refusal.

use crate::{
    api::error::Problem,
    rules::{
        app::AppRefusal,
        appointment::AppointmentRefusal,
        books::BooksRefusal,
        budget::BudgetRefusal,
        directory::DirectoryRefusal,
        feedback::FeedbackRefusal,
        follow_up::FollowUpRefusal,
        hub_session::HubSessionRefusal,
        job::JobRefusal,
        learning::LearningRefusal,
        payment::PaymentRefusal,
        person::PersonRefusal,
        policy::PolicyRefusal,
        privacy::PrivacyRefusal,
        publishing::FormRefusal,
        question::QuestionRefusal,
        receipt::ReceiptRefusal,
        record::RecordRefusal,
        reflection::ReflectionRefusal,
        reminder::ReminderRefusal,
        retention::RetentionRefusal,
        rota::RotaRefusal,
        said_and_done::SaidRefusal,
        second_step::{SecondStepMissing, SecondStepRefusal},
        session::SessionRefusal,
        sharing::SharingRefusal,
        spend::SpendRefusal,
        team::TeamRefusal,
    },
    store::{db::DbErr, facts::Unknown},
};

/// What a verb did.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// What it answers with.
    pub value: T,
    /// Whether it was answered before and nothing happened again.
    pub replayed: bool,
}

impl<T> Done<T> {
    /// Done now.
    pub fn now(value: T) -> Self {
        Self { value, replayed: false }
    }

    /// Done before.
    pub fn before(value: T) -> Self {
        Self { value, replayed: true }
    }
}

/// Why a verb stopped. Nothing was changed: its transaction is dropped.
#[derive(Debug)]
pub enum Stop<Refusal> {
    /// A no with a reason, for the payload.
    Refused(Refusal),
    /// Anything else, for the top level.
    Problem(Problem),
}

/// How a verb ends.
pub type Verb<T, Refusal> = Result<Done<T>, Stop<Refusal>>;

impl<Refusal> From<Problem> for Stop<Refusal> {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl<Refusal> From<DbErr> for Stop<Refusal> {
    fn from(error: DbErr) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Unknown> for Stop<SpendRefusal> {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::NotFound => Self::Problem(Problem::not_found()),
            Unknown::Refused(refusal) => Self::Refused(refusal),
            Unknown::Failed(error) => error.into(),
        }
    }
}

macro_rules! refusals {
    ($($refusal:ty),+) => {$(
        impl From<$refusal> for Stop<$refusal> {
            fn from(refusal: $refusal) -> Self {
                Self::Refused(refusal)
            }
        }
    )+};
}
refusals!(
    BooksRefusal,
    PaymentRefusal,
    SpendRefusal,
    ReceiptRefusal,
    RecordRefusal,
    SessionRefusal,
    BudgetRefusal,
    RotaRefusal,
    LearningRefusal,
    JobRefusal,
    ReminderRefusal,
    QuestionRefusal,
    FormRefusal,
    PersonRefusal,
    PrivacyRefusal,
    HubSessionRefusal,
    AppointmentRefusal,
    TeamRefusal,
    FollowUpRefusal,
    SaidRefusal,
    PolicyRefusal,
    ReflectionRefusal,
    FeedbackRefusal,
    DirectoryRefusal,
    AppRefusal,
    SecondStepRefusal
);

impl From<SecondStepMissing> for Stop<SecondStepRefusal> {
    fn from(missing: SecondStepMissing) -> Self {
        Self::Refused(missing.into())
    }
}

impl From<SharingRefusal> for Stop<PrivacyRefusal> {
    fn from(refusal: SharingRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<RetentionRefusal> for Stop<PrivacyRefusal> {
    fn from(refusal: RetentionRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Declares a verb's payload: what it changed, `userErrors`, and whether it was answered before.
macro_rules! payload {
    ($(#[$about:meta])* $name:ident {
        $(#[$what:meta])* $field:ident: $node:ident($row:ty), refused: $error:ident($refusal:ty)
    }) => {
        $(#[$about])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$what])*
            pub $field: Option<$node>,
            /// Why it did not happen; empty where it did. Nothing was changed.
            pub user_errors: Vec<$error>,
            /// Whether this was answered before and nothing happened again.
            pub replayed: bool,
        }

        impl $name {
            fn answer(
                ctx: &async_graphql::Context<'_>,
                verb: $crate::api::verb::Verb<$row, $refusal>,
            ) -> $crate::api::context::Answer<Self> {
                use $crate::api::{context::Asked, verb::Stop};
                match verb {
                    Ok(done) => {
                        Ok(Self { $field: Some($node(done.value)), user_errors: vec![], replayed: done.replayed })
                    }
                    Err(Stop::Refused(refusal)) => {
                        let error = $error::new(&refusal, ctx.language()?);
                        Ok(Self { $field: None, user_errors: vec![error], replayed: false })
                    }
                    Err(Stop::Problem(problem)) => Err(problem),
                }
            }
        }
    };
}
pub(crate) use payload;
