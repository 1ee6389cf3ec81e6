//! Sight and say: what a viewer may see and do. The store turns each line of the same lists into SQL,
//! so a row can be read if and only if these functions allow it. What may not be seen is not found.

use busfare_entity::words::{
    Language, OrganisationId, PractitionerId, Readers, Role, SpendDecision, SpendMoney, TeamId,
};

use super::{refusal::Refusal, sharing::SharingRefusal, spend::SpendRefusal};

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Her id.
    pub id: PractitionerId,
    /// Her organisation.
    pub organisation: OrganisationId,
    /// Her team now.
    pub team: TeamId,
    /// Her role now.
    pub role: Role,
}

/// A reason why a spend is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendSight {
    /// She asked for it.
    Own,
    /// She is, or was, asked to decide it.
    AskedOfYou,
    /// She was told of it, as of an emergency.
    ToldOfIt,
    /// It is her team's, and she leads the team or sees to its books.
    TeamYouAnswerFor,
}

/// Every reason why a spend is visible; there is no other.
pub const SPEND_SIGHT: [SpendSight; 4] =
    [SpendSight::Own, SpendSight::AskedOfYou, SpendSight::ToldOfIt, SpendSight::TeamYouAnswerFor];

/// What sight of a spend depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendSeen {
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// Who asked.
    pub asker: PractitionerId,
    /// In which team.
    pub team: TeamId,
    /// Everyone who is or was asked.
    pub asked: Vec<PractitionerId>,
    /// Everyone who was told of it.
    pub told: Vec<PractitionerId>,
}

impl SpendSight {
    /// Whether this reason holds.
    pub fn holds(self, viewer: &Viewer, spend: &SpendSeen) -> bool {
        match self {
            Self::Own => spend.asker == viewer.id,
            Self::AskedOfYou => spend.asked.contains(&viewer.id),
            Self::ToldOfIt => spend.told.contains(&viewer.id),
            Self::TeamYouAnswerFor => answers_for_team(viewer) && spend.team == viewer.team,
        }
    }
}

/// A practitioner sees her own spends; a senior and an enabler see their team's.
pub fn answers_for_team(viewer: &Viewer) -> bool {
    matches!(viewer.role, Role::Senior | Role::Enabler)
}

/// Whether a viewer may see a spend.
pub fn sees_spend(viewer: &Viewer, spend: &SpendSeen) -> bool {
    spend.organisation == viewer.organisation && SPEND_SIGHT.iter().any(|sight| sight.holds(viewer, spend))
}

/// What sight of a record depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSeen {
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// Who writes it.
    pub author: PractitionerId,
    /// In which team.
    pub team: TeamId,
    /// Whether few read it.
    pub restricted: bool,
    /// Whether it is open to the viewer now, because she said why it could not wait.
    pub open: bool,
}

/// Whether a viewer may see a record: her own and her team's; of those that few read, only a senior of the team and whoever
/// it is open to.
pub fn sees_record(viewer: &Viewer, record: &RecordSeen) -> bool {
    let leads = viewer.role == Role::Senior;
    let of_her_team = record.team == viewer.team && (!record.restricted || leads);
    record.organisation == viewer.organisation && (record.author == viewer.id || of_her_team || record.open)
}

/// Whether a viewer may say that few read a record, or that all of the team do again.
pub fn may_restrict(viewer: &Viewer, record: &RecordSeen) -> Result<(), SharingRefusal> {
    let leads = viewer.role == Role::Senior && record.team == viewer.team;
    if record.author == viewer.id || leads { Ok(()) } else { Err(SharingRefusal::NotYoursToRestrict) }
}

/// Whether a viewer may read the answers to a question, in a record she may see. Whoever a restricted record is open to
/// reads what the author's team reads.
pub fn reads_answer(viewer: &Viewer, record: &RecordSeen, readers: Readers) -> bool {
    let hers = record.author == viewer.id;
    match readers {
        Readers::Author => hers,
        Readers::Team => hers || record.team == viewer.team || record.open,
        Readers::Organisation => true,
    }
}

/// What somebody may do with a spend she can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendAction {
    /// Say yes, less or no.
    Decide,
    /// Take it back.
    Withdraw,
    /// Say what was really spent.
    RecordSpent,
    /// Attach a receipt, or note why there is none.
    GiveEvidence,
    /// Say that some of it came back.
    RecordRefund,
    /// Take the ask over from the colleague who is asked.
    Take,
    /// Ask the asker something, and keep the ask.
    AskQuestion,
    /// Answer what the colleague who is asked wants to know.
    AnswerQuestion,
    /// Change the amount or the words.
    Change,
    /// Ask for the same again.
    Repeat,
}

/// Every action on a spend.
pub const SPEND_ACTIONS: [SpendAction; 10] = [
    SpendAction::Decide,
    SpendAction::Withdraw,
    SpendAction::RecordSpent,
    SpendAction::GiveEvidence,
    SpendAction::RecordRefund,
    SpendAction::Take,
    SpendAction::AskQuestion,
    SpendAction::AnswerQuestion,
    SpendAction::Change,
    SpendAction::Repeat,
];

/// What the right to act on a spend depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendStanding {
    /// Who asked.
    pub asker: PractitionerId,
    /// Who is asked now.
    pub open_ask: Option<PractitionerId>,
    /// The decision axis.
    pub decision: SpendDecision,
    /// The money axis.
    pub money: SpendMoney,
    /// Whether it only asks for the difference to another.
    pub raises: bool,
}

/// Whether a viewer may do something with a spend now, and if not, why.
pub fn may(action: SpendAction, viewer: &Viewer, spend: &SpendStanding) -> Result<(), SpendRefusal> {
    let hers = spend.asker == viewer.id;
    let waiting = matches!(spend.decision, SpendDecision::Asked | SpendDecision::Question);
    match action {
        SpendAction::Decide | SpendAction::AskQuestion if !waiting => Err(SpendRefusal::AlreadyDecided),
        SpendAction::Decide | SpendAction::AskQuestion if spend.open_ask != Some(viewer.id) => {
            Err(SpendRefusal::NotAskedOfYou)
        }
        SpendAction::Decide | SpendAction::AskQuestion => Ok(()),

        SpendAction::Take if hers => Err(SpendRefusal::YourOwnSpend),
        SpendAction::Take if !waiting => Err(SpendRefusal::AlreadyDecided),
        SpendAction::Take if spend.open_ask == Some(viewer.id) => Err(SpendRefusal::AskedOfYou),
        SpendAction::Take => Ok(()),

        SpendAction::AnswerQuestion | SpendAction::Change | SpendAction::Repeat if !hers => {
            Err(SpendRefusal::NotYourSpend)
        }
        SpendAction::AnswerQuestion if spend.decision == SpendDecision::Question => Ok(()),
        SpendAction::AnswerQuestion if waiting => Err(SpendRefusal::NoQuestion),
        SpendAction::AnswerQuestion => Err(SpendRefusal::AlreadyDecided),
        SpendAction::Change if spend.raises => Err(SpendRefusal::ChangeWhatItRaises),
        SpendAction::Change if waiting => Ok(()),
        SpendAction::Change if matches!(spend.money, SpendMoney::Committed | SpendMoney::Spent) => Ok(()),
        SpendAction::Change if hold_expired(spend) => Err(SpendRefusal::HoldExpired),
        SpendAction::Change if has_left(spend.money) => Err(SpendRefusal::AlreadySpent),
        SpendAction::Change => Err(SpendRefusal::AlreadyDecided),
        SpendAction::Repeat => Ok(()),

        SpendAction::Withdraw | SpendAction::RecordSpent if !hers => Err(SpendRefusal::NotYourSpend),
        SpendAction::Withdraw | SpendAction::RecordSpent if has_left(spend.money) => Err(SpendRefusal::AlreadySpent),
        SpendAction::Withdraw | SpendAction::RecordSpent if hold_expired(spend) => Err(SpendRefusal::HoldExpired),
        SpendAction::Withdraw if waiting || spend.money == SpendMoney::Committed => Ok(()),
        SpendAction::Withdraw => Err(SpendRefusal::AlreadyDecided),
        SpendAction::RecordSpent if spend.money == SpendMoney::Committed => Ok(()),
        SpendAction::RecordSpent => Err(SpendRefusal::NotAuthorised),

        SpendAction::GiveEvidence if !hers => Err(SpendRefusal::NotYourSpend),
        SpendAction::GiveEvidence => Ok(()),

        // A till gives money back to whoever stands there; a statement shows it to whoever sees to the books.
        SpendAction::RecordRefund if !hers && !answers_for_team(viewer) => Err(SpendRefusal::NotYourSpend),
        SpendAction::RecordRefund if spend.money == SpendMoney::Refunded => Err(SpendRefusal::AlreadyRefunded),
        SpendAction::RecordRefund if has_left(spend.money) => Ok(()),
        SpendAction::RecordRefund => Err(SpendRefusal::NotSpent),
    }
}

/// The yes still stands, and what was set aside for it has gone back by itself.
fn hold_expired(spend: &SpendStanding) -> bool {
    spend.money == SpendMoney::Released && authorised(spend.decision)
}

/// Whether somebody's authority stands behind it.
pub fn authorised(decision: SpendDecision) -> bool {
    matches!(
        decision,
        SpendDecision::AuthorisedSelf
            | SpendDecision::Authorised
            | SpendDecision::AuthorisedLess
            | SpendDecision::Emergency
    )
}

fn has_left(money: SpendMoney) -> bool {
    matches!(money, SpendMoney::Spent | SpendMoney::PartRefunded | SpendMoney::Refunded)
}

/// Whether a viewer may read what the asker and those who are or were asked have written to each other.
pub fn reads_thread(viewer: &Viewer, spend: &SpendSeen) -> bool {
    [SpendSight::Own, SpendSight::AskedOfYou].iter().any(|sight| sight.holds(viewer, spend))
}

/// The same answer for the phone: allowed, or a reason in plain words.
pub fn may_in_words(
    action: SpendAction,
    viewer: &Viewer,
    spend: &SpendStanding,
    language: Language,
) -> (bool, Option<String>) {
    match may(action, viewer, spend) {
        Ok(()) => (true, None),
        Err(refusal) => (false, Some(refusal.words(language))),
    }
}
