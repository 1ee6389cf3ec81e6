//! User errors: a refusal as the phone gets it, with its closed word, its field and what to do next.

use async_graphql::{Interface, SimpleObject};
use busfare_entity::words::{
    AppErrorCode, AppointmentErrorCode, BooksErrorCode, BudgetErrorCode, DirectoryErrorCode, FeedbackErrorCode,
    FollowUpErrorCode, FormErrorCode, HubSessionErrorCode, JobErrorCode, Language, LearningErrorCode, PaymentErrorCode,
    PersonErrorCode, PolicyErrorCode, PrivacyErrorCode, QuestionErrorCode, ReceiptErrorCode, RecordErrorCode,
    ReflectionErrorCode, ReminderErrorCode, RetryAdvice, RotaErrorCode, SaidErrorCode, SecondStepErrorCode,
    SessionErrorCode, SpendErrorCode, TeamErrorCode,
};

use crate::api::catalogue::{ErrorFamily, family};
use crate::rules::{
    app::AppRefusal, appointment::AppointmentRefusal, books::BooksRefusal, budget::BudgetRefusal,
    directory::DirectoryRefusal, feedback::FeedbackRefusal, follow_up::FollowUpRefusal, hub_session::HubSessionRefusal,
    job::JobRefusal, learning::LearningRefusal, payment::PaymentRefusal, person::PersonRefusal, policy::PolicyRefusal,
    privacy::PrivacyRefusal, publishing::FormRefusal, question::QuestionRefusal, receipt::ReceiptRefusal,
    record::RecordRefusal, reflection::ReflectionRefusal, refusal::Refusal, reminder::ReminderRefusal,
    rota::RotaRefusal, said_and_done::SaidRefusal, second_step::SecondStepRefusal, session::SessionRefusal,
    spend::SpendRefusal, team::TeamRefusal,
};

/// Something that was asked for and did not happen, with the reason. Nothing was changed.
/// Each family of errors adds its own closed list as `code`.
#[derive(Interface)]
#[graphql(
    field(
        name = "message",
        ty = "&String",
        desc = "Why, and what to do next, in plain words of at most 140 characters, in the language of `Accept-Language`."
    ),
    field(
        name = "field",
        ty = "&Vec<String>",
        desc = "The input field it is about, as a path from the input; empty where it is about none."
    ),
    field(name = "retry", ty = "&RetryAdvice", desc = "What an offline queue should do with the request.")
)]
pub enum UserError {
    /// About a spend.
    Spend(SpendUserError),
    /// About money moved between budgets, or a budget changed.
    Budget(BudgetUserError),
    /// About a receipt.
    Receipt(ReceiptUserError),
    /// About a record.
    Record(RecordUserError),
    /// About the rota.
    Rota(RotaUserError),
    /// About a learning conversation.
    Learning(LearningUserError),
    /// About the books.
    Books(BooksUserError),
    /// About signing in.
    Session(SessionUserError),
    /// About a way of paying.
    Payment(PaymentUserError),
    /// About a job.
    Job(JobUserError),
    /// About reminders.
    Reminder(ReminderUserError),
    /// About a question of the bank.
    Question(QuestionUserError),
    /// About a form.
    Form(FormUserError),
    /// About a person.
    Person(PersonUserError),
    /// About sharing, warning, restricting or keeping.
    Privacy(PrivacyUserError),
    /// About when a hub is open.
    HubSession(HubSessionUserError),
    /// About an appointment.
    Appointment(AppointmentUserError),
    /// About a team.
    Team(TeamUserError),
    /// About a promise.
    FollowUp(FollowUpUserError),
    /// About what staff said.
    Said(SaidUserError),
    /// About a policy.
    Policy(PolicyUserError),
    /// About a reflection among colleagues.
    Reflection(ReflectionUserError),
    /// About what the people who are helped say.
    Feedback(FeedbackUserError),
    /// About the directory of the community.
    Directory(DirectoryUserError),
    /// About a third-party app.
    App(AppUserError),
    /// About a passkey, or the second step.
    SecondStep(SecondStepUserError),
}

macro_rules! user_errors {
    ($($(#[$about:meta])* $name:ident($refusal:ty) with $code:ty;)+) => {
        $(
        $(#[$about])*
        #[derive(Clone, Debug, SimpleObject)]
        pub struct $name {
            /// Which reason of the closed list.
            pub code: $code,
            /// Why, and what to do next, in plain words of at most 140 characters, in the language of `Accept-Language`.
            pub message: String,
            /// The input field it is about, as a path from the input; empty where it is about none.
            pub field: Vec<String>,
            /// What an offline queue should do with the request.
            pub retry: RetryAdvice,
        }

        impl $name {
            /// The refusal in the language of the request.
            pub fn new(refusal: &$refusal, language: Language) -> Self {
                Self {
                    code: refusal.code(),
                    message: refusal.words(language),
                    field: refusal.field().iter().map(|name| (*name).to_owned()).collect(),
                    retry: refusal.retry(),
                }
            }
        }
    )+

        /// Every family, in the order of this file.
        pub fn families() -> Vec<ErrorFamily> {
            vec![$(family::<$code>()),+]
        }
    };
}

user_errors! {
    /// Why a spend, or a step of one, did not go ahead.
    SpendUserError(SpendRefusal) with SpendErrorCode;
    /// Why money was not moved between budgets, or a budget not changed.
    BudgetUserError(BudgetRefusal) with BudgetErrorCode;
    /// Why a receipt or a note about one was not accepted.
    ReceiptUserError(ReceiptRefusal) with ReceiptErrorCode;
    /// Why answers or a record were not accepted.
    RecordUserError(RecordRefusal) with RecordErrorCode;
    /// Why something about a way of paying did not go ahead.
    PaymentUserError(PaymentRefusal) with PaymentErrorCode;
    /// Why somebody's duty or absence was not noted.
    RotaUserError(RotaRefusal) with RotaErrorCode;
    /// Why words were not noted in a learning conversation.
    LearningUserError(LearningRefusal) with LearningErrorCode;
    /// Why the books did not take something.
    BooksUserError(BooksRefusal) with BooksErrorCode;
    /// Why a job is not tried again.
    JobUserError(JobRefusal) with JobErrorCode;
    /// Why reminders were not set, or a device not registered or removed.
    ReminderUserError(ReminderRefusal) with ReminderErrorCode;
    /// Why a question of the bank was not added or changed.
    QuestionUserError(QuestionRefusal) with QuestionErrorCode;
    /// Why a form was not drafted or published.
    FormUserError(FormRefusal) with FormErrorCode;
    /// Why somebody was not named.
    PersonUserError(PersonRefusal) with PersonErrorCode;
    /// Why something about sharing, warning, restricting or keeping what is recorded was not done.
    PrivacyUserError(PrivacyRefusal) with PrivacyErrorCode;
    /// Why there is no session.
    SessionUserError(SessionRefusal) with SessionErrorCode;
    /// Why a session of a hub was not set up or changed.
    HubSessionUserError(HubSessionRefusal) with HubSessionErrorCode;
    /// Why an appointment was not made or changed.
    AppointmentUserError(AppointmentRefusal) with AppointmentErrorCode;
    /// Why a team was not set up, or somebody did not move to one.
    TeamUserError(TeamRefusal) with TeamErrorCode;
    /// Why a promise was not noted or settled.
    FollowUpUserError(FollowUpRefusal) with FollowUpErrorCode;
    /// Why something said, or an answer to it, was not noted.
    SaidUserError(SaidRefusal) with SaidErrorCode;
    /// Why a policy, or a comment on one, was not kept.
    PolicyUserError(PolicyRefusal) with PolicyErrorCode;
    /// Why a reflection was not begun, or words in it were not noted.
    ReflectionUserError(ReflectionRefusal) with ReflectionErrorCode;
    /// Why nobody was asked how it was.
    FeedbackUserError(FeedbackRefusal) with FeedbackErrorCode;
    /// Why a service was not pointed out, or a hub not placed.
    DirectoryUserError(DirectoryRefusal) with DirectoryErrorCode;
    /// Why an app was not registered or changed.
    AppUserError(AppRefusal) with AppErrorCode;
    /// Why a passkey was not added or removed, or the second step not taken.
    SecondStepUserError(SecondStepRefusal) with SecondStepErrorCode;
}
