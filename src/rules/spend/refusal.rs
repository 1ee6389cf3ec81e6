//! Why a spend, or a step of one, does not go ahead, in plain words.

use busfare_entity::words::{Language, RetryAdvice, SpendErrorCode};

use crate::rules::{
    money::{MOST, Money, MoneyProblem},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why a spend, or a step of one, does not go ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpendRefusal {
    /// The unit price is not money to ask for.
    UnitPrice(MoneyProblem),
    /// The amount of a later step is not money to ask for.
    Amount(MoneyProblem),
    /// Below 1 or above [`MOST_COUNT`].
    CountOutOfRange,
    /// The asker's own words cannot be kept.
    Reason(TextProblem),
    /// The decider's own words cannot be kept.
    DecisionWords(TextProblem),
    /// The id belongs to another request.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The purpose is paid from a hub's budget and no hub was named.
    HubNeeded,
    /// No budget covers this purpose today.
    NoBudget,
    /// The named budget has only this left.
    BudgetShort { budget: String, left: Money },
    /// Nobody may decide this total.
    NobodyCanDecide(Money),
    /// Somebody else asked for it.
    NotYourSpend,
    /// Another colleague is asked.
    NotAskedOfYou,
    /// There is nothing left to decide.
    AlreadyDecided,
    /// No authority stands behind it yet, or any more.
    NotAuthorised,
    /// The money has left.
    AlreadySpent,
    /// More than this was authorised.
    AboveAuthorised(Money),
    /// More than this was asked.
    AboveAsked(Money),
    /// The decider's own delegation does not stretch to it.
    AboveYourSay,
}

impl Refusal for SpendRefusal {
    type Code = SpendErrorCode;

    fn code(&self) -> SpendErrorCode {
        match self {
            Self::UnitPrice(problem) | Self::Amount(problem) => match problem {
                MoneyProblem::PartPennies => SpendErrorCode::PartPennies,
                MoneyProblem::NotPositive => SpendErrorCode::AmountNotPositive,
                MoneyProblem::TooLarge => SpendErrorCode::AmountTooLarge,
            },
            Self::Reason(problem) | Self::DecisionWords(problem) => match problem {
                TextProblem::TooLong(_) => SpendErrorCode::TextTooLong,
                TextProblem::NotPlain => SpendErrorCode::TextNotPlain,
            },
            Self::CountOutOfRange => SpendErrorCode::CountOutOfRange,
            Self::IdAlreadyUsed => SpendErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => SpendErrorCode::IdempotencyKeyReused,
            Self::HubNeeded => SpendErrorCode::HubNeeded,
            Self::NoBudget => SpendErrorCode::NoBudget,
            Self::BudgetShort { .. } => SpendErrorCode::BudgetShort,
            Self::NobodyCanDecide(_) => SpendErrorCode::NobodyCanDecide,
            Self::NotYourSpend => SpendErrorCode::NotYourSpend,
            Self::NotAskedOfYou => SpendErrorCode::NotAskedOfYou,
            Self::AlreadyDecided => SpendErrorCode::AlreadyDecided,
            Self::NotAuthorised => SpendErrorCode::NotAuthorised,
            Self::AlreadySpent => SpendErrorCode::AlreadySpent,
            Self::AboveAuthorised(_) => SpendErrorCode::AboveAuthorised,
            Self::AboveAsked(_) => SpendErrorCode::AboveAsked,
            Self::AboveYourSay => SpendErrorCode::AboveYourSay,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::UnitPrice(_) => &["unitPrice"],
            Self::Amount(_) | Self::AboveAuthorised(_) | Self::AboveAsked(_) => &["amount"],
            Self::CountOutOfRange => &["count"],
            Self::Reason(_) => &["reason"],
            Self::DecisionWords(_) => &["words"],
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::HubNeeded => &["hubId"],
            Self::NoBudget => &["purposeId"],
            _ => &[],
        }
    }

    fn retry(&self) -> RetryAdvice {
        match self {
            Self::BudgetShort { .. } | Self::NobodyCanDecide(_) | Self::NoBudget | Self::AboveYourSay => {
                RetryAdvice::Later
            }
            Self::NotYourSpend | Self::NotAskedOfYou | Self::AlreadyDecided | Self::AlreadySpent => RetryAdvice::Never,
            _ => RetryAdvice::AfterChange,
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::UnitPrice(problem) | Self::Amount(problem) => say_money(*problem, language),
            Self::Reason(problem) | Self::DecisionWords(problem) => say_text(*problem, language),
            Self::IdAlreadyUsed => say_id_used(language),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::BudgetShort { budget, left } => say_short(budget, *left, language),
            Self::NobodyCanDecide(total) => say(
                language,
                format!("Nobody in your scheme may decide {total} for this. Talk to your senior about the scheme."),
                format!("Ni chaiff neb yn eich cynllun benderfynu ar {total}. Siaradwch â'ch uwch-swyddog."),
            ),
            Self::AboveAuthorised(most) => say(
                language,
                format!("{most} was authorised. Record that, then request the rest as already bought."),
                format!("Awdurdodwyd {most}. Cofnodwch hynny, yna gofynnwch am y gweddill fel wedi'i brynu."),
            ),
            Self::AboveAsked(most) => say(
                language,
                format!("{most} was asked for. Authorise that or less."),
                format!("Gofynnwyd am {most}. Awdurdodwch hynny neu lai."),
            ),
            Self::CountOutOfRange => say(language, COUNT.0, COUNT.1),
            Self::HubNeeded => say(language, HUB.0, HUB.1),
            Self::NoBudget => say(language, NO_BUDGET.0, NO_BUDGET.1),
            Self::NotYourSpend => say(language, NOT_YOURS.0, NOT_YOURS.1),
            Self::NotAskedOfYou => say(language, NOT_ASKED.0, NOT_ASKED.1),
            Self::AlreadyDecided => say(language, DECIDED.0, DECIDED.1),
            Self::NotAuthorised => say(language, NOT_AUTHORISED.0, NOT_AUTHORISED.1),
            Self::AlreadySpent => say(language, SPENT.0, SPENT.1),
            Self::AboveYourSay => say(language, ABOVE_SAY.0, ABOVE_SAY.1),
        }
    }
}

/// English, then Welsh.
type Words = (&'static str, &'static str);

const COUNT: Words = ("Count how many you need, from 1 to 1,000.", "Nodwch faint sydd eu hangen, o 1 i 1,000.");
const HUB: Words =
    ("This is paid from a hub's budget. Say which hub it is for.", "Telir am hyn o gyllideb hwb. Dywedwch pa hwb.");
const NO_BUDGET: Words = (
    "No budget is set up for this today. Talk to your enabler.",
    "Nid oes cyllideb ar gyfer hyn heddiw. Siaradwch â'ch galluogwr.",
);
const NOT_YOURS: Words =
    ("Only the person who asked for this can do that.", "Dim ond y person a ofynnodd am hyn all wneud hynny.");
const NOT_ASKED: Words = ("Somebody else has been asked to decide this.", "Gofynnwyd i rywun arall benderfynu ar hyn.");
const DECIDED: Words = ("This has already been decided.", "Penderfynwyd ar hyn eisoes.");
const NOT_AUTHORISED: Words = (
    "This is not authorised, so there is nothing to record yet.",
    "Nid yw hyn wedi'i awdurdodi, felly nid oes dim i'w gofnodi eto.",
);
const SPENT: Words = ("The money for this has already left.", "Mae'r arian am hyn eisoes wedi mynd.");
const ABOVE_SAY: Words = (
    "This is above what you may decide now. Your delegations say what is left.",
    "Mae hyn uwchlaw'r hyn y cewch benderfynu nawr. Dywed eich dirprwyaethau beth sydd ar ôl.",
);

/// A budget's name may be long, and the words must fit on a phone.
fn say_short(budget: &str, left: Money, language: Language) -> String {
    let budget: String = budget.chars().take(40).collect();
    say(
        language,
        format!("{budget} has {left} left. Ask for less, or ask your lead to move money."),
        format!("Mae {left} ar ôl yn {budget}. Gofynnwch am lai, neu gofynnwch i'ch arweinydd symud arian."),
    )
}

/// The words for an amount that is no money to ask for.
pub fn say_money(problem: MoneyProblem, language: Language) -> String {
    match problem {
        MoneyProblem::PartPennies => say(
            language,
            "That amount has part of a penny. Give pounds and whole pence, like 1.15.",
            "Mae rhan o geiniog yn y swm. Rhowch bunnoedd a cheiniogau cyfan, fel 1.15.",
        ),
        MoneyProblem::NotPositive => say(
            language,
            "The amount must be more than nothing. Give pounds and pence, like 1.15.",
            "Rhaid i'r swm fod yn fwy na dim. Rhowch bunnoedd a cheiniogau, fel 1.15.",
        ),
        MoneyProblem::TooLarge => say(
            language,
            format!("The total may be at most {MOST}. Check the amount and the count."),
            format!("Gall y cyfanswm fod yn {MOST} ar y mwyaf. Gwiriwch y swm a'r nifer."),
        ),
    }
}
