//! The verbs of the schema: one file each, read from top to bottom.

pub mod attach_receipt;
pub mod capture_receipt;
pub mod close_month;
pub mod complete_record;
pub mod decide_spend;
pub mod explain_differences;
pub mod export_batch;
pub mod note_no_receipt;
pub mod publish_export_mapping;
pub mod put_answers;
pub mod record_spent;
pub mod refresh_session;
pub mod request_spend;
pub mod reverse_spend;
pub mod sign_in;
pub mod sign_out;
pub mod withdraw_spend;

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
    close_month::CloseMonth,
    explain_differences::ExplainDifferences,
    export_batch::ExportBatch,
    publish_export_mapping::PublishExportMapping,
    reverse_spend::ReverseSpend,
);
