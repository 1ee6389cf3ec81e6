//! What people do in more than one story: each verb, with the parts of its answer that stories look at.

use busfare_entity::{app, words::AppScope};
use serde_json::{Value, json};

use busfare::store;

use crate::{
    apps,
    council::{Council, Person, key},
};

/// Declares a verb as a document whose one field is called `it`.
macro_rules! verbs {
    ($($(#[$about:meta])* $name:ident = $verb:literal($input:literal) $answer:literal;)+) => {$(
        $(#[$about])*
        pub const $name: &str = concat!("mutation($input: ", $input, "!) { it: ", $verb, "(input: $input) { ", $answer,
            " userErrors { code message field retry } replayed } }");
    )+};
}

verbs! {
    /// Asks for money.
    REQUEST = "requestSpend"("RequestSpendInput") "spend { id decision money evidence total { amount } authorised { amount }
        spent { amount } reason ask { state asked { name role } } verdict { outcome schemeVersion amount { amount } decidedBy { name } checks { code ok left { amount } } } }";
    /// Decides about a colleague's spend.
    DECIDE = "decideSpend"("DecideSpendInput") "spend { id decision money total { amount } authorised { amount } spent { amount } ask { state }
        verdict { outcome authorised { amount } decidedBy { name } declineReason words } }";
    /// Takes a spend back.
    WITHDRAW = "withdrawSpend"("WithdrawSpendInput") "spend { id decision money ask { state } }";
    /// Says what was spent.
    RECORD_SPENT = "recordSpent"("RecordSpentInput") "spend { id decision money authorised { amount } spent { amount } }";
    /// Takes an open ask over.
    TAKE = "takeAsk"("TakeAskInput") "spend { id decision ask { id state why asked { name } } asks { state why asked { name } } }";
    /// Asks the asker something.
    QUESTION = "askQuestion"("AskQuestionInput") "spend { id decision thread { kind words author { name } } ask { state asked { name } } }";
    /// Answers it.
    ANSWER = "answerQuestion"("AnswerQuestionInput") "spend { id decision thread { kind words author { name } } ask { state asked { name } } }";
    /// Changes the amount or the words.
    CHANGE = "changeSpend"("ChangeSpendInput") "spend { id decision money reason total { amount } authorised { amount } authorisedInAll { amount } ask { state asked { name } }
        raisedBy { id decision money total { amount } evidence ask { state asked { name } } raises { id } verdict { outcome checks { code ok value { amount } } } } changes { totalBefore { amount } reasonBefore } }";
    /// Asks for the same again.
    REPEAT = "repeatSpend"("RepeatSpendInput") "spend { id decision money timing count reason total { amount } purpose { code } receipts { id } records { id } ask { state asked { name } } }";
    /// Answers from a notification.
    ACT = "actOnAsk"("ActOnAskInput") "spend { id decision money verdict { decidedBy { name } words } }";
    /// Says that somebody is away.
    NOTE_ABSENCE = "noteAbsence"("NoteAbsenceInput") "absence { id starts ends practitioner { name } deputy { name } notedBy { name } }";
    /// Says that somebody is back.
    END_ABSENCE = "endAbsence"("EndAbsenceInput") "absence { id ends }";
    /// Puts somebody on duty.
    PUT_ON_DUTY = "putOnDuty"("PutOnDutyInput") "duty { id kind starts ends practitioner { name } hub { id } }";
    /// Takes somebody off duty.
    END_DUTY = "endDuty"("EndDutyInput") "duty { id ends }";
    /// Says that money came back.
    REFUND = "recordRefund"("RecordRefundInput") "spend { id money spent { amount } refunded { amount } sentence refunds { amount { amount } reason intoSuccessor budget { id } recordedBy { name } } }";
    /// Moves money between budgets.
    MOVE = "moveMoney"("MoveMoneyInput") "virement { id amount { amount } reason limit { amount } movedBy { name } from { id available { amount } } to { id available { amount } } }";
    /// Says what happens when a budget runs short.
    MODE = "setBudgetMode"("SetBudgetModeInput") "budget { id mode tolerance { amount } overrun { amount } modeChange { oldMode newMode oldTolerance { amount } newTolerance { amount } reason covers changedBy { name } } }";
    /// Opens the budget of the next period.
    OPEN = "openBudget"("OpenBudgetInput") "budget { id name fund periodStart periodEnd allocated { amount } available { amount } mode }";
    /// Closes a budget.
    CLOSE = "closeBudget"("CloseBudgetInput") "budget { id allocated { amount } settled { amount } available { amount } closing { unspent covers reason carriedReserved { amount } carriedCommitted { amount }
        carriedUnspent { amount } lapsed { amount } successor { id } closedBy { name } } }";
    /// Captures a receipt.
    CAPTURE = "captureReceipt"("CaptureReceiptInput") "receipt { id state uploadUrl contentUrl thumbnailUrl spends { id } }";
    /// Attaches a receipt to a spend.
    ATTACH = "attachReceipt"("AttachReceiptInput") "receipt { id state spends { id } }";
    /// Notes why there is no receipt.
    NOTE = "noteNoReceipt"("NoteNoReceiptInput") "spend { id evidence money noReceiptNote { reason words } }";
    /// Adds a question to the bank.
    ADD_QUESTION = "addQuestion"("AddQuestionInput") "question { id code version prompt whyWeAsk isAsked steward { name } }";
    /// Puts a question better.
    REVISE = "reviseQuestion"("ReviseQuestionInput") "question { id version prompt welsh: prompt(language: CY) standing(tag: \"cy\") }";
    /// Looks at a question again.
    REVIEW = "reviewQuestion"("ReviewQuestionInput") "question { id reviewOn sunsetOn isAsked }";
    /// Retires a question.
    RETIRE = "retireQuestion"("RetireQuestionInput") "question { id retiredAt retiredBecause isAsked }";
    /// Hands questions over.
    HAND_OVER = "handOverQuestions"("HandOverQuestionsInput") "questions { code steward { name } }";
    /// Says who is of the practice group.
    GROUP = "changePracticeGroup"("ChangePracticeGroupInput") "practiceGroup { name }";
    /// Saves a draft of a form.
    DRAFT = "draftForm"("DraftFormInput") "draft { id code revision tier preview { maxShown maxIsExact openShown requiredCount readingWords estimatedSeconds against advice
        change { added removed changed columnsNew columnsEnding openDrafts kept moved retyped orphaned } items { linkId prompt } } }";
    /// Lets a form ask more for a while.
    WAIVE = "waiveBudget"("WaiveBudgetInput") "draft { id preview { against } }";
    /// Publishes a form.
    PUBLISH = "publishForm"("PublishFormInput") "form { id code version tier contentSha256 maxShown waivedUntil items { linkId prompt shownWhen } parts { linkId kind text position } }";
    /// Says which answers a decision leaned on.
    CITE = "citeAnswers"("CiteAnswersInput") "spend { id }";
    /// Moves an open record to a newer version of its form.
    UPGRADE = "upgradeDraft"("UpgradeDraftInput") "record { id form { id version } upgrades { kept moved retyped orphaned } answers { linkId instance revision text cause orphaned problem } }";
    /// Adds what somebody says of herself.
    STATE = "addStatement"("AddStatementInput") "record { id statements { words notedBy { name } } }";
    /// Saves answers.
    PUT = "putAnswers"("PutAnswersInput") "record { id language completedAt author { name } spend { id } answers { linkId revision text yesNo number absent problem } }
        conflicts { linkId baseRevision aside { text } standing { text revision } } advice { linkId problem }";
    /// Completes a record.
    COMPLETE = "completeRecord"("CompleteRecordInput") "record { id completedAt } advice { linkId problem words }";
    /// Names somebody.
    PUT_PERSON = "putPerson"("PutPersonInput") "person { id displayName reference } mayBeTheSame { likeness person { id displayName } }";
    /// Warns whoever goes there.
    WARN = "raiseWarning"("RaiseWarningInput") "warning { id kind evidence told whyNotTold reviewOn endedAt raisedBy { name } person { id } }";
    /// Ends a warning.
    END_WARNING = "endWarning"("EndWarningInput") "warning { id endedAt endedBecause }";
    /// Says that few read a record.
    RESTRICT = "restrictRecord"("RestrictRecordInput") "record { id restricted }";
    /// Keeps a draft for longer.
    EXTEND = "extendDraft"("ExtendDraftInput") "record { id openUntil }";
    /// Says whether a record is kept for a court.
    HOLD = "holdRecord"("HoldRecordInput") "hold { recordId held reason saidBy { name } }";
    /// Takes away what is due.
    PURGE = "purgeDue"("PurgeDueInput") "purge { answers records captures more }";
    /// Opens a record because it cannot wait.
    OPEN_RESTRICTED = "openRestricted"("OpenRestrictedInput") "record { id restricted answers { linkId text } openings { openedBy { name } reason } }";
    /// Says when a hub is open.
    PUT_SESSION = "putHubSession"("PutHubSessionInput") "session { id name kind when rule firstOn opens closes slotMinutes places closesWithCouncil }";
    /// Says how one day of a session differs.
    CHANGE_SESSION = "changeHubSession"("ChangeHubSessionInput") "session { id changes { on kind day opens closes } }";
    /// Says when the council is closed.
    CLOSE_COUNCIL = "closeCouncil"("CloseCouncilInput") "days { nation closed open }";
    /// Gives somebody a time.
    BOOK = "bookAppointment"("BookAppointmentInput") "appointment { id status fhirStatus startsAt endsAt hub { id } session { id } person { id } }";
    /// Says what became of an appointment.
    MOVE_ON = "moveAppointment"("MoveAppointmentInput") "appointment { id status fhirStatus because metAt startsAt }";
    /// Notes that somebody walked in.
    WALK_IN = "walkIn"("WalkInInput") "appointment { id status metAt askedAt hub { id } person { id } }";
    /// Puts somebody on the list.
    WAIT = "waitForAppointment"("WaitForAppointmentInput") "appointment { id status wishedFor { id } person { id } }";
    /// Opens a calendar.
    OPEN_CALENDAR = "openCalendar"("OpenCalendarInput") "calendar { id url closedAt hub { id } }";
    /// Closes a calendar.
    CLOSE_CALENDAR = "closeCalendar"("CloseCalendarInput") "calendar { id url closedAt }";
    /// Says that two are the same person.
    MERGE = "mergePeople"("MergePeopleInput") "person { id displayName }";
    /// Says that they are two after all.
    UNMERGE = "unmergePeople"("UnmergePeopleInput") "person { id displayName }";
    /// Tells somebody's story.
    STORY = "subjectAccess"("SubjectAccessInput") "access { html json withheld thirdParties { source line sign } }";
    /// Tells some of a record to somebody outside.
    DISCLOSE = "discloseRecord"("DiscloseRecordInput") "disclosure { id to basis text holds expiresOn }";
    /// Spends at once because it cannot wait.
    EMERGENCY = "spendInEmergency"("SpendInEmergencyInput") "spend { id decision money evidence reason total { amount } authorised { amount } ask { state } budget { name fund }
        verdict { outcome backingStatement backedBy { name } decidedBy { name } checks { code ok warning limit { amount } left { amount } words } } }";
    /// Marks a notice as seen.
    SEE = "markNoticeSeen"("MarkNoticeSeenInput") "notice { id kind toldAt seenAt spend { id } }";
    /// Points a service out to somebody.
    INTRODUCE = "introduce"("IntroduceInput") "introduction { id note introducedBy { name } resource { id name goneAt } record { id } person { id } }";
    /// Says where a hub is.
    PLACE_HUB = "placeHub"("PlaceHubInput") "hub { id place { name address postcode latitude longitude accessibility } }";
    /// Says something in a learning conversation.
    LEARN = "noteLearning"("NoteLearningInput") "learningConversation { id state notes { prompt words author { name } } }";
}

/// Does something with an idempotency key of its own, and gives what came of it.
pub async fn does(person: &Person<'_>, verb: &str, input: Value) -> Value {
    person.good(verb, json!({ "input": with_key(input) })).await["it"].clone()
}

/// The code with which a verb is refused; everything else in its answer must be empty.
pub async fn refused(person: &Person<'_>, verb: &str, input: Value) -> String {
    let answer = does(person, verb, input).await;
    let errors = answer["userErrors"].as_array().unwrap();
    assert_eq!((errors.len(), &answer["replayed"]), (1, &json!(false)), "{answer:#}");
    for empty in [
        "spend",
        "receipt",
        "record",
        "absence",
        "duty",
        "virement",
        "budget",
        "reminders",
        "pushDevice",
        "question",
        "draft",
        "form",
        "person",
        "warning",
        "hold",
        "purge",
        "disclosure",
        "introduction",
        "hub",
        "session",
        "appointment",
        "calendar",
        "days",
    ] {
        assert!(answer.get(empty).is_none_or(Value::is_null), "{answer:#}");
    }
    errors[0]["code"].as_str().unwrap().to_owned()
}

/// An input with a key, unless it has one.
pub fn with_key(mut input: Value) -> Value {
    input.as_object_mut().unwrap().entry("idempotencyKey").or_insert_with(|| key().into());
    input
}

/// Sends a document with `Accept-Language`, and gives its data.
pub async fn in_language(
    council: &Council,
    person: &Person<'_>,
    language: &str,
    document: &str,
    input: Value,
) -> Value {
    let request = council.http().post(council.url("/graphql")).header("accept-language", language);
    let request = request.bearer_auth(person.token.as_ref().unwrap());
    let body = json!({ "query": document, "variables": input });
    let answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].clone()
}

/// The token of an app that may read everything an app can.
pub async fn an_app(council: &Council) -> String {
    let row = app::Model {
        token_sha256: store::mint::sha256("a secret"),
        ..apps::an_app(council, &[AppScope::DirectoryRead, AppScope::FormsRead]).await
    };
    let token = format!("{}_a secret", row.id);
    let txn = council.state.db.begin().await.unwrap();
    store::app::put(&txn, row).await.unwrap();
    txn.commit().await.unwrap();
    token
}
