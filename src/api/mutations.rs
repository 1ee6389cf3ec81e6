//! The verbs of the schema: one file each, read from top to bottom.

pub mod act_on_ask;
pub mod add_card;
pub mod add_passkey;
pub mod add_question;
pub mod add_reflection;
pub mod add_statement;
pub mod advance_cash;
pub mod announce_policy;
pub mod answer_duplicate;
pub mod answer_question;
pub mod answer_said;
pub mod ask_feedback;
pub mod ask_question;
pub mod attach_receipt;
pub mod begin_passkey;
pub mod begin_second_step;
pub mod book_appointment;
pub mod capture_receipt;
pub mod change_hub_session;
pub mod change_practice_group;
pub mod change_spend;
pub mod cite_answers;
pub mod close_budget;
pub mod close_calendar;
pub mod close_council;
pub mod close_month;
pub mod comment_on_policy;
pub mod complete_record;
pub mod confirm_handover;
pub mod confirm_match;
pub mod confirm_receipt;
pub mod count_imprest;
pub mod decide_spend;
pub mod detach_receipt;
pub mod disclose_record;
pub mod draft_form;
pub mod draw_allowance;
pub mod end_absence;
pub mod end_duty;
pub mod end_policy;
pub mod end_warning;
pub mod end_webhook;
pub mod explain_count;
pub mod explain_differences;
pub mod export_batch;
pub mod extend_draft;
pub mod forget_passkeys;
pub mod hand_over_imprest;
pub mod hand_over_questions;
pub mod hold_record;
pub mod import_statement;
pub mod introduce;
pub mod issue_voucher;
pub mod mark_notice_seen;
pub mod mark_reimbursed;
pub mod merge_people;
pub mod move_appointment;
pub mod move_money;
pub mod move_to_team;
pub mod note_absence;
pub mod note_learning;
pub mod note_no_receipt;
pub mod open_budget;
pub mod open_calendar;
pub mod open_imprest;
pub mod open_restricted;
pub mod place_hub;
pub mod place_order;
pub mod promise;
pub mod publish_export_mapping;
pub mod publish_form;
pub mod purge_due;
pub mod put_answers;
pub mod put_hub_session;
pub mod put_on_duty;
pub mod put_person;
pub mod put_policy;
pub mod put_team;
pub mod raise_warning;
pub mod read_receipt_again;
pub mod record_invoice;
pub mod record_refund;
pub mod record_spent;
pub mod reflect;
pub mod refresh_session;
pub mod register_app;
pub mod register_push;
pub mod register_webhook;
pub mod remove_passkey;
pub mod remove_push;
pub mod renew_app_token;
pub mod repeat_spend;
pub mod replay_webhook;
pub mod replenish_imprest;
pub mod request_spend;
pub mod restrict_record;
pub mod retire_question;
pub mod retry_job;
pub mod return_advance;
pub mod return_allowance;
pub mod return_voucher;
pub mod reverse_spend;
pub mod review_question;
pub mod revise_question;
pub mod revoke_app;
pub mod say;
pub mod set_budget_mode;
pub mod set_reminders;
pub mod settle_promise;
pub mod sign_in;
pub mod sign_in_with_council;
pub mod sign_out;
pub mod spend_in_emergency;
pub mod subject_access;
pub mod sync_offline_spends;
pub mod take_ask;
pub mod take_second_step;
pub mod undo_match;
pub mod unmerge_people;
pub mod upgrade_draft;
pub mod upload_receipt_page;
pub mod wait_for_appointment;
pub mod waive_budget;
pub mod walk_in;
pub mod withdraw_consent;
pub mod withdraw_spend;

use async_graphql::MergedObject;

// The library looks for a verb by walking along a list, and every step takes a place on the stack: hence groups.
/// Everything that changes something. Each takes one `input`, and answers with what it changed and `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionVerbs,
    SecondStepVerbs,
    SpendVerbs,
    TogetherVerbs,
    ReceiptVerbs,
    BooksVerbs,
    CashVerbs,
    PayingVerbs,
    BankVerbs,
    RecordVerbs,
    PrivacyVerbs,
    HubVerbs,
    KeepingVerbs,
    VoiceVerbs,
    PolicyVerbs,
    DirectoryVerbs,
    AppVerbs,
);

/// What is done about signing in, and about how somebody is told of things.
#[derive(MergedObject, Default)]
pub struct SessionVerbs(
    sign_in::SignIn,
    sign_in_with_council::SignInWithCouncil,
    refresh_session::RefreshSession,
    sign_out::SignOut,
    set_reminders::SetReminders,
    register_push::RegisterPush,
    remove_push::RemovePush,
    mark_notice_seen::MarkNoticeSeen,
    retry_job::RetryJob,
);

/// What is done about the second step.
#[derive(MergedObject, Default)]
pub struct SecondStepVerbs(
    begin_passkey::BeginPasskey,
    add_passkey::AddPasskey,
    remove_passkey::RemovePasskey,
    forget_passkeys::ForgetPasskeys,
    begin_second_step::BeginSecondStep,
    take_second_step::TakeSecondStep,
);

/// What is done about one spend.
#[derive(MergedObject, Default)]
pub struct SpendVerbs(
    request_spend::RequestSpend,
    spend_in_emergency::SpendInEmergency,
    decide_spend::DecideSpend,
    take_ask::TakeAsk,
    ask_question::AskQuestion,
    answer_question::AnswerQuestion,
    change_spend::ChangeSpend,
    repeat_spend::RepeatSpend,
    act_on_ask::ActOnAsk,
    withdraw_spend::WithdrawSpend,
    record_spent::RecordSpent,
    record_refund::RecordRefund,
);

/// What is done about who is there, what a phone takes along, and what is learned.
#[derive(MergedObject, Default)]
pub struct TogetherVerbs(
    note_absence::NoteAbsence,
    end_absence::EndAbsence,
    put_on_duty::PutOnDuty,
    end_duty::EndDuty,
    note_learning::NoteLearning,
    draw_allowance::DrawAllowance,
    return_allowance::ReturnAllowance,
    sync_offline_spends::SyncOfflineSpends,
);

/// What is done about evidence.
#[derive(MergedObject, Default)]
pub struct ReceiptVerbs(
    capture_receipt::CaptureReceipt,
    upload_receipt_page::UploadReceiptPage,
    attach_receipt::AttachReceipt,
    detach_receipt::DetachReceipt,
    confirm_receipt::ConfirmReceipt,
    read_receipt_again::ReadReceiptAgain,
    answer_duplicate::AnswerDuplicate,
    note_no_receipt::NoteNoReceipt,
);

/// What is done about the books and the budgets behind them.
#[derive(MergedObject, Default)]
pub struct BooksVerbs(
    close_month::CloseMonth,
    explain_differences::ExplainDifferences,
    export_batch::ExportNow,
    publish_export_mapping::PublishExportMapping,
    reverse_spend::ReverseSpend,
    move_money::MoveMoney,
    set_budget_mode::SetBudgetMode,
    open_budget::OpenBudget,
    close_budget::CloseBudget,
);

/// What is done about hub cash.
#[derive(MergedObject, Default)]
pub struct CashVerbs(
    open_imprest::OpenImprest,
    count_imprest::CountImprest,
    explain_count::ExplainCount,
    hand_over_imprest::HandOverImprest,
    confirm_handover::ConfirmHandover,
    replenish_imprest::ReplenishImprest,
    advance_cash::AdvanceCash,
    return_advance::ReturnAdvance,
);

/// What is done about cards and the other ways of paying.
#[derive(MergedObject, Default)]
pub struct PayingVerbs(
    add_card::AddCard,
    import_statement::ImportStatement,
    confirm_match::ConfirmMatch,
    undo_match::UndoMatch,
    mark_reimbursed::MarkReimbursed,
    place_order::PlaceOrder,
    record_invoice::RecordInvoice,
    issue_voucher::IssueVoucher,
    return_voucher::ReturnVoucher,
);

/// What is done about questions and the forms made of them.
#[derive(MergedObject, Default)]
pub struct BankVerbs(
    add_question::AddQuestion,
    revise_question::ReviseQuestion,
    review_question::ReviewQuestion,
    retire_question::RetireQuestion,
    hand_over_questions::HandOverQuestions,
    change_practice_group::ChangePracticeGroup,
    draft_form::DraftForm,
    waive_budget::WaiveBudget,
    publish_form::PublishForm,
);

/// What is done about records.
#[derive(MergedObject, Default)]
pub struct RecordVerbs(
    put_answers::PutAnswers,
    complete_record::CompleteRecord,
    upgrade_draft::UpgradeDraft,
    add_statement::AddStatement,
    cite_answers::CiteAnswers,
);

/// What is done about the people who are helped, and about who reads what of them.
#[derive(MergedObject, Default)]
pub struct PrivacyVerbs(
    put_person::PutPerson,
    merge_people::MergePeople,
    unmerge_people::UnmergePeople,
    raise_warning::RaiseWarning,
    end_warning::EndWarning,
    restrict_record::RestrictRecord,
    open_restricted::OpenRestricted,
    disclose_record::DiscloseRecord,
    subject_access::TellStory,
);

/// What is done about when hubs are open, and who is seen there.
#[derive(MergedObject, Default)]
pub struct HubVerbs(
    put_hub_session::PutHubSession,
    change_hub_session::ChangeHubSession,
    close_council::CloseCouncil,
    book_appointment::BookAppointment,
    move_appointment::MoveAppointment,
    walk_in::WalkIn,
    wait_for_appointment::WaitForAppointment,
    open_calendar::OpenCalendar,
    close_calendar::CloseCalendar,
);

/// What is done about how long records are kept.
#[derive(MergedObject, Default)]
pub struct KeepingVerbs(extend_draft::ExtendDraft, hold_record::HoldRecord, purge_due::PurgeDue);

/// What is done about teams, what we said we would do, and what people say afterwards.
#[derive(MergedObject, Default)]
pub struct VoiceVerbs(
    put_team::PutTeam,
    move_to_team::MoveToTeam,
    promise::MakePromise,
    settle_promise::SettlePromise,
    ask_feedback::AskFeedback,
);

/// What is done about what staff say, think and keep to.
#[derive(MergedObject, Default)]
pub struct PolicyVerbs(
    say::Say,
    answer_said::AnswerSaid,
    put_policy::PutPolicy,
    announce_policy::AnnouncePolicy,
    comment_on_policy::CommentOnPolicy,
    end_policy::EndPolicy,
    reflect::Reflect,
    add_reflection::AddReflection,
);
/// What is done about the directory of the community.
#[derive(MergedObject, Default)]
pub struct DirectoryVerbs(introduce::Introduce, place_hub::PlaceHub);

/// What is done about third-party apps.
#[derive(MergedObject, Default)]
pub struct AppVerbs(
    register_app::RegisterApp,
    renew_app_token::RenewAppToken,
    revoke_app::RevokeApp,
    withdraw_consent::WithdrawConsent,
    register_webhook::RegisterWebhook,
    end_webhook::EndWebhook,
    replay_webhook::ReplayWebhook,
);
