//! The verbs of the schema: one file each, read from top to bottom.

mod attach_receipt;
mod capture_receipt;
mod complete_record;
mod decide_spend;
mod note_no_receipt;
mod put_answers;
mod record_spent;
mod refresh_session;
mod request_spend;
mod sign_in;
mod sign_out;
mod withdraw_spend;

use async_graphql::MergedObject;

/// Everything that changes something. Each takes one `input`, and answers with what it changed and `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    sign_in::SignIn,
    refresh_session::RefreshSession,
    sign_out::SignOut,
    request_spend::RequestSpend,
    decide_spend::DecideSpend,
    withdraw_spend::WithdrawSpend,
    record_spent::RecordSpent,
    capture_receipt::CaptureReceipt,
    attach_receipt::AttachReceipt,
    note_no_receipt::NoteNoReceipt,
    put_answers::PutAnswers,
    complete_record::CompleteRecord,
);
