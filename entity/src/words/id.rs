//! Typed ids: a UUIDv7 in tables, `<prefix>_<base32hex>` on the wire. A phone may mint one.

use std::{fmt, str::FromStr};

use data_encoding::{BASE32HEX_NOPAD, Encoding, Specification};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::LazyLock;
use uuid::Uuid;

/// RFC 4648 section 7 ("base32hex"), lower case and unpadded: ids then sort as they were made.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    let upper = BASE32HEX_NOPAD.specification();
    spec.symbols = upper.symbols.to_lowercase();
    spec.encoding().unwrap_or(BASE32HEX_NOPAD)
});

/// The text is not an id of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id of this kind")
    }
}

impl std::error::Error for NotAnId {}

fn write_id(f: &mut fmt::Formatter<'_>, prefix: &str, id: &Uuid) -> fmt::Result {
    write!(f, "{prefix}_{}", BASE32.encode(id.as_bytes()))
}

fn read_id(text: &str, prefix: &str) -> Result<Uuid, NotAnId> {
    let code = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(NotAnId)?;
    if code.len() != 26 {
        return Err(NotAnId);
    }
    let bytes = BASE32.decode(code.as_bytes()).map_err(|_| NotAnId)?;
    Uuid::from_slice(&bytes).map_err(|_| NotAnId)
}

/// One macro serves all ids, because SeaORM asks every key type for the same hand-written parts.
macro_rules! ids {
    ($($(#[$about:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What the id begins with on the wire.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_id(f, $prefix, &self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read_id(text, $prefix).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// One database with the data folder that belongs to it.
    InstallationId = "inst";
    /// An organisation: a council, or a charity that decides for itself.
    OrganisationId = "orgn";
    /// A place where people meet practitioners.
    HubId = "hub";
    /// A team of practitioners.
    TeamId = "team";
    /// A person who works with families.
    PractitionerId = "prac";
    /// A third-party app.
    AppId = "app";
    /// Where an app is told of what happens.
    WebhookId = "hook";
    /// One device signed in once.
    SessionId = "sess";
    /// One refresh token of a session.
    RefreshTokenId = "rfsh";
    /// One signed version of a scheme of delegation.
    SchemeId = "schm";
    /// One grant in a scheme of delegation.
    DelegationId = "dlgn";
    /// One rolling limit of a delegation.
    DelegationWindowId = "dwin";
    /// Money for a purpose and a period.
    BudgetId = "budg";
    /// Money moved from one budget to another.
    VirementId = "vire";
    /// One month that closed.
    MonthCloseId = "clos";
    /// One difference listed in a month that closed.
    MonthDifferenceId = "diff";
    /// Somebody's words about a difference.
    DifferenceNoteId = "dnot";
    /// One version of the columns that finance takes.
    ExportMappingId = "xmap";
    /// One numbered export of the ledger.
    ExportBatchId = "xprt";
    /// One reversal of a spend in the books.
    ReversalId = "rvsl";
    /// Money that came back of a spend.
    RefundId = "rfnd";
    /// A budget's period closed.
    BudgetClosingId = "bcls";
    /// A change of what happens when a budget runs short.
    BudgetModeChangeId = "bmod";
    /// A slice of somebody's say, drawn for a phone without signal.
    AllowanceId = "alwn";
    /// Somebody who was helped.
    PersonId = "pers";
    /// One movement on a budget.
    BudgetEntryId = "bent";
    /// What money may be spent on.
    SpendPurposeId = "purp";
    /// One request for money, from asking to the books.
    SpendId = "spnd";
    /// One colleague asked to decide one spend.
    AskId = "ask";
    /// One line of the thread between the asker and whoever is asked.
    SpendMessageId = "smsg";
    /// One change to what a spend asks for.
    SpendChangeId = "schg";
    /// One stretch of somebody's duty.
    DutyId = "duty";
    /// One stretch in which somebody is away.
    AbsenceId = "absn";
    /// One decision with everything it saw.
    VerdictId = "vrdt";
    /// Something a senior is told.
    NoticeId = "ntce";
    /// A conversation to learn from, about one spend.
    LearningId = "lrng";
    /// A few words in a learning conversation.
    LearningNoteId = "lnot";
    /// A picture of a receipt.
    ReceiptId = "rcpt";
    /// What a person says a receipt says.
    ReceiptConfirmationId = "rcfm";
    /// What a machine made of a receipt.
    ReceiptReadingId = "rrdg";
    /// Two receipts that may be the same one.
    PossibleDuplicateId = "rdup";
    /// A picture on its way here, in pieces.
    UploadId = "upld";
    /// Why there is no receipt.
    NoReceiptNoteId = "nrcp";
    /// A question in the question bank.
    QuestionId = "qstn";
    /// One wording of a question.
    QuestionVersionId = "qver";
    /// A form, across its versions.
    FormTemplateId = "ftpl";
    /// One immutable version of a form.
    FormVersionId = "form";
    /// One question's place in a form version.
    FormItemId = "fitm";
    /// One filled form.
    RecordId = "recd";
    /// One answer, one revision.
    AnswerId = "answ";
    /// A form that somebody is still writing.
    FormDraftId = "fdrf";
    /// Leave to ask more than a form's tier allows, for a while.
    FormWaiverId = "wavr";
    /// An answer that another device had answered meanwhile, kept beside it.
    AnswerAsideId = "asid";
    /// A draft that moved to a newer version of its form.
    RecordUpgradeId = "rupg";
    /// What somebody says of herself in a record about her.
    RecordStatementId = "said";
    /// What of a record was told to somebody outside.
    DisclosureId = "disc";
    /// A note that two are the same person.
    PersonMergeId = "pmrg";
    /// Something that whoever goes there should know first.
    PersonWarningId = "warn";
    /// Somebody said that a record is kept for a court, or need not be any more.
    RecordHoldId = "rhld";
    /// What was taken away because its time was over.
    PurgeRunId = "purg";
    /// A restricted record opened because it could not wait.
    RecordOpeningId = "rops";
    /// Time that somebody spent on a record.
    RecordActivityId = "ract";
    /// A hub's cash: a fixed sum in a tin.
    ImprestId = "impr";
    /// One movement in a hub's cash.
    ImprestEntryId = "ient";
    /// Cash that somebody took along before buying.
    CashAdvanceId = "advn";
    /// One count of a tin.
    ImprestCountId = "coun";
    /// What came of a difference between a tin and its book.
    ImprestExplanationId = "expl";
    /// A tin going from one person to another.
    ImprestHandoverId = "hdov";
    /// A prepaid or procurement card.
    CardId = "card";
    /// One import of a card statement.
    StatementImportId = "stmt";
    /// One line of a card statement.
    StatementLineId = "line";
    /// A line of a statement and a spend that belong together.
    CardMatchId = "mtch";
    /// An official order to a supplier.
    SupplierOrderId = "ordr";
    /// A voucher.
    VoucherId = "vchr";
    /// Something that is to be done after a change.
    JobId = "job";
    /// A message that is to leave the house.
    MessageId = "mesg";
    /// A device that takes push messages.
    PushDeviceId = "pdev";
    /// A passkey.
    PasskeyId = "pkey";
    /// A challenge that a passkey is to answer.
    PasskeyChallengeId = "pchl";
    /// When a hub is open: once, or again and again.
    HubSessionId = "open";
    /// One day of a session that differs from its rule.
    SessionChangeId = "schn";
    /// A booking, or a place on the list of those who wait for one.
    AppointmentId = "appt";
    /// One step of an appointment.
    AppointmentStepId = "step";
    /// A calendar that somebody follows.
    CalendarFeedId = "cfed";
    /// A service in the directory of the community.
    ResourceId = "rsrc";
    /// A service of the directory pointed out to somebody.
    IntroductionId = "intr";
    /// A promise: how we said we would follow up.
    FollowUpId = "flup";
    /// What somebody was asked, and said, afterwards.
    FeedbackId = "fdbk";
    /// One version of a policy page.
    PolicyId = "plcy";
    /// Something that people said, with what came of it.
    SaidId = "usay";
    /// A colleague's question to colleagues: what do you think?
    ReflectionId = "rflc";
    /// A few words in a reflection among colleagues.
    ReflectionNoteId = "rnot";
    /// A comment on a policy before it starts.
    PolicyCommentId = "pcmt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_wire_and_sorts_as_it_was_made() {
        let early = SpendId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        let late = SpendId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000));

        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.to_string().len(), "spnd_".len() + 26);
    }

    #[test]
    fn an_id_of_another_kind_is_not_an_id() {
        let spend = SpendId(Uuid::from_u128(7)).to_string();

        assert_eq!(spend.parse::<ReceiptId>(), Err(NotAnId));
        assert_eq!("spnd_".parse::<SpendId>(), Err(NotAnId));
        assert_eq!(spend.to_uppercase().parse::<SpendId>(), Err(NotAnId));
        assert_eq!(format!("{spend}0").parse::<SpendId>(), Err(NotAnId));
    }
}
