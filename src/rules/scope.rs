//! What an app may do, for itself or for a practitioner who lets it: which scope of its token opens which part of the schema.
//! What is listed nowhere is closed to every app, and so is whatever is a practitioner's own to do: deciding on money, signing
//! in, opening what is restricted.

use busfare_entity::words::AppScope::{
    self, AppointmentsRead, AppointmentsWrite, BooksRead, DirectoryRead, FormsRead, InsightRead, NoticesRead,
    PeopleRead, PeopleWrite, ReceiptsRead, ReceiptsWrite, RecordsRead, RecordsWrite, SpendsRead, SpendsWrite, SyncRead,
    TeamRead,
};

/// What must be granted before an app may use something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing: it says nothing of anybody by itself.
    Nothing,
    /// This scope.
    Scope(AppScope),
    /// It is a practitioner's own, and no app has it.
    InPerson,
}

impl Needs {
    /// Whether somebody with these scopes has what is needed.
    pub fn are_met_by(self, granted: &[AppScope]) -> bool {
        match self {
            Self::Nothing => true,
            Self::Scope(scope) => granted.contains(&scope),
            Self::InPerson => false,
        }
    }
}

/// The types that a scope lets an app read.
#[rustfmt::skip]
const READS: [(AppScope, &[&str]); 11] = [
    (DirectoryRead, &[
        "CouncilDays", "FoundResource", "FreeSlot", "Hub", "HubClosing", "HubOpening", "HubOpenings", "HubSession",
        "HubSessionChange", "Resource", "ResourceContact", "ResourceNeed", "ResourcePlace", "ResourceTimes", "SpendPurpose",
    ]),
    (FormsRead, &[
        "Form", "FormChange", "FormDraft", "FormItem", "FormOffer", "FormPart", "FormPreview", "FormTimes", "Question",
        "QuestionChoice", "QuestionPermissions", "QuestionUsefulness", "UseCount",
    ]),
    (TeamRead, &[
        "Absence", "App", "Consent", "Delegation", "DelegationHours", "DelegationLimit", "Duty", "Policy", "PolicyComment",
        "Practitioner", "SaidConnection", "SaidEdge", "SaidFigures", "Scheme", "SchemeGrant", "SchemeVersion", "Team", "TeamVoice", "KeptWordCount", "Viewer",
        "YouSaid",
    ]),
    (SpendsRead, &[
        "Ask", "Budget", "BudgetClosing", "BudgetModeChange", "Check", "DecidedOffline", "NoReceiptNote", "OfflineSpendResult",
        "Refund", "Replay", "Reversal", "Spend", "SpendChange", "SpendMessage", "SpendPayment", "SpendPermissions",
        "SpendPreview", "Verdict", "Virement", "Week",
    ]),
    (ReceiptsRead, &[
        "AmountCandidate", "DayCandidate", "PictureAdvice", "PossibleDuplicate", "Receipt", "ReceiptAttachment",
        "ReceiptConfirmation", "ReceiptLink", "ReceiptPage", "ReceiptProgress", "ReceiptReading", "ReceiptSheet",
        "SuggestedAmount", "SuggestedDay", "SuggestedSpend", "SuggestedText", "TextCandidate", "VatCheck",
    ]),
    (RecordsRead, &[
        "AnswerConflict", "Disclosure", "FollowUpFigures", "FollowUps", "KnownAnswer", "Promise", "Record", "RecordAdvice",
        "RecordAnswer", "RecordHold", "RecordOpening", "RecordReader", "RecordStatement", "RecordUpgrade", "Said",
    ]),
    (PeopleRead, &["Introduction", "Person", "PersonWarning", "RestrictedRecord", "SimilarPerson"]),
    (AppointmentsRead, &["Appointment"]),
    (BooksRead, &[
        "Books", "Card", "CardMatch", "CashAdvance", "Difference", "ExportBatch", "ExportMapping", "Imprest", "ImprestCount",
        "ImprestDifference", "ImprestEntry", "ImprestExplanation", "ImprestHandover", "MatchSuggestion", "MonthClose",
        "Reimbursement", "StatementImport", "StatementLine", "StatementProblem", "SupplierOrder", "Suspense", "Voucher",
    ]),
    (InsightRead, &[
        "BreakGlassFigures", "BreakGlassShare", "DaysSoFar", "DaysToAppointment", "DaysToAppointmentFigures",
        "DifferenceCount", "DifferenceMadeBy", "DifferenceMadeFigures", "Insight", "InsightGroup", "Recording",
        "RecordingFigures", "SaidInTime", "Spending", "SpendingBefore", "SpendingFigures", "TakeUp", "TakeUpFigures",
        "TimeToReceipt", "TimeToReceiptFigures", "TimeToYes", "TimeToYesFigures",
    ]),
    (NoticesRead, &["Notice"]),
];

/// The types that tell what changed, and whose ids alone say that something is there.
const SYNC: [&str; 2] = ["Change", "Event"];

/// The types of what is a practitioner's own, or holds a key to something.
#[rustfmt::skip]
const IN_PERSON: [&str; 30] = [
    "Allowance", "AllowanceHours", "AppAction", "ArchiveLink", "CalendarFeed", "FeedbackLink", "Job", "JobCounts", "LearningConnection",
    "LearningConversation", "LearningEdge", "LearningNote", "LearningQuestion", "Passkey", "PasskeyChallenge", "PurgeRun", "PushDevice", "ReceiptArchive", "RecordTable", "Reflection",
    "ReflectionNote", "Reminders", "RetentionDryRun", "RetentionItem", "SecondStep", "SessionTokens", "StepTaken", "SubjectAccess", "ThirdPartyMention", "Webhook",
];

/// What says nothing by itself: whatever leads to it is asked about.
const NEUTRAL: [&str; 12] = [
    "CouncilProvider",
    "Money",
    "MoneyShare",
    "Mutation",
    "Node",
    "PageInfo",
    "Permission",
    "Query",
    "Share",
    "SignInOptions",
    "Subscription",
    "UserError",
];

/// The verbs that a scope lets an app use for the practitioner who granted it.
#[rustfmt::skip]
const WRITES: [(AppScope, &[&str]); 5] = [
    (SpendsWrite, &[
        "answerQuestion", "changeSpend", "recordRefund", "recordSpent", "repeatSpend", "requestSpend", "withdrawSpend",
    ]),
    (ReceiptsWrite, &[
        "answerDuplicate", "attachReceipt", "captureReceipt", "confirmReceipt", "detachReceipt", "noteNoReceipt",
        "readReceiptAgain", "uploadReceiptPage",
    ]),
    (RecordsWrite, &[
        "addStatement", "citeAnswers", "completeRecord", "extendDraft", "introduce", "promise", "putAnswers", "settlePromise",
        "upgradeDraft",
    ]),
    (PeopleWrite, &["putPerson"]),
    (AppointmentsWrite, &["bookAppointment", "moveAppointment", "waitForAppointment", "walkIn"]),
];

/// A field of the schema, as it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The type it is of.
    pub of: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The type it leads to, below lists; none where it answers with a value.
    pub leads_to: Option<&'a str>,
}

impl Field<'_> {
    /// What an app needs for it: for a verb its own scope, otherwise for the type it is of and for the one it leads to.
    pub fn needs(self) -> [Needs; 2] {
        if self.of == "Mutation" {
            return [of_verb(self.name), Needs::Nothing];
        }
        [of_type(self.of), self.leads_to.map_or(Needs::Nothing, of_type)]
    }
}

/// The first need of these fields that is not met, with its field.
pub fn first_unmet<'a>(
    fields: impl IntoIterator<Item = Field<'a>>,
    granted: &[AppScope],
) -> Option<(Field<'a>, Needs)> {
    let needs = fields.into_iter().flat_map(|field| field.needs().map(|needs| (field, needs)));
    let mut unmet = needs.filter(|(_, needs)| !needs.are_met_by(granted));
    unmet.next()
}

/// What an app needs before it may use a verb.
pub fn of_verb(name: &str) -> Needs {
    let scope = WRITES.iter().find(|(_, verbs)| verbs.contains(&name)).map(|(scope, _)| *scope);
    scope.map_or(Needs::InPerson, Needs::Scope)
}

/// What an app needs before it may read fields of a type.
pub fn of_type(name: &str) -> Needs {
    listed(name).unwrap_or(Needs::InPerson)
}

/// The same, where somebody has thought about this type; none where nobody has. A list needs what its items need, whose name it
/// begins with unless it is listed itself.
pub fn listed(name: &str) -> Option<Needs> {
    let items = || name.strip_suffix("Connection").or_else(|| name.strip_suffix("Edge"));
    itself(name).or_else(|| items().and_then(itself))
}

fn itself(name: &str) -> Option<Needs> {
    if name.ends_with("Payload") || name.ends_with("UserError") || NEUTRAL.contains(&name) {
        return Some(Needs::Nothing);
    }
    if SYNC.contains(&name) {
        return Some(Needs::Scope(SyncRead));
    }
    if IN_PERSON.contains(&name) {
        return Some(Needs::InPerson);
    }
    READS.iter().find(|(_, types)| types.contains(&name)).map(|(scope, _)| Needs::Scope(*scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'a>(of: &'a str, name: &'a str, leads_to: Option<&'a str>) -> Field<'a> {
        Field { of, name, leads_to }
    }

    #[test]
    fn a_field_needs_the_scope_of_its_type_and_of_what_it_leads_to() {
        let spends = field("Team", "spends", Some("SpendConnection"));
        assert_eq!(spends.needs(), [Needs::Scope(TeamRead), Needs::Scope(SpendsRead)]);
        assert_eq!(first_unmet([spends], &[TeamRead]), Some((spends, Needs::Scope(SpendsRead))));
        assert_eq!(first_unmet([spends], &[TeamRead, SpendsRead]), None);
    }

    #[test]
    fn a_verb_needs_its_own_scope_and_its_answer_the_scope_of_what_it_shows() {
        let asks = [
            field("Mutation", "requestSpend", Some("RequestSpendPayload")),
            field("RequestSpendPayload", "replayed", None),
        ];
        assert_eq!(first_unmet(asks, &[SpendsWrite]), None);
        let shows = field("RequestSpendPayload", "spend", Some("Spend"));
        assert_eq!(first_unmet([shows], &[SpendsWrite]), Some((shows, Needs::Scope(SpendsRead))));
    }

    #[test]
    fn what_nobody_thought_about_is_closed() {
        assert_eq!((of_type("Nowhere"), of_verb("nowhere")), (Needs::InPerson, Needs::InPerson));
        assert_eq!((listed("Nowhere"), of_verb("decideSpend")), (None, Needs::InPerson));
        assert!(!Needs::InPerson.are_met_by(&[SpendsRead, SpendsWrite]) && Needs::Nothing.are_met_by(&[]));
    }

    #[test]
    fn each_type_and_each_verb_is_listed_once() {
        let mut types: Vec<_> =
            READS.iter().flat_map(|(_, types)| types.iter()).chain(&SYNC).chain(&IN_PERSON).collect();
        let mut verbs: Vec<_> = WRITES.iter().flat_map(|(_, verbs)| verbs.iter()).collect();
        types.extend(&NEUTRAL);
        for names in [&mut types, &mut verbs] {
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }
}
