//! A spend: how it may be asked, what each step does to its money, and the one sentence a phone shows.

use busfare_entity::words::{
    Language, RetryAdvice, SpendDecision, SpendErrorCode, SpendEvidence, SpendMoney, SpendPurposeId, SpendTiming,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    money::{MOST, Money, MoneyProblem},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::{self, TextProblem},
};

/// Most characters of the asker's own words.
pub const REASON_CHARS: usize = 500;
/// Most items in one spend.
pub const MOST_COUNT: i32 = 1_000;

/// What somebody asks for, parsed: from here on it cannot be wrong, only refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What the money is for.
    pub purpose: SpendPurposeId,
    /// The price of one.
    pub unit_price: Money,
    /// How many.
    pub count: i32,
    /// Unit price times count; limits apply to it.
    pub total: Money,
    /// Before or after the purchase.
    pub timing: SpendTiming,
    /// A few words of her own.
    pub reason: Option<String>,
}

impl Ask {
    /// Parses what the phone sent.
    pub fn try_new(
        purpose: SpendPurposeId,
        unit_price: Decimal,
        count: i32,
        timing: SpendTiming,
        reason: Option<&str>,
    ) -> Result<Self, SpendRefusal> {
        let unit_price = Money::try_asked(unit_price).map_err(SpendRefusal::UnitPrice)?;
        if !(1..=MOST_COUNT).contains(&count) {
            return Err(SpendRefusal::CountOutOfRange);
        }
        let total = unit_price.times(count).ok_or(SpendRefusal::UnitPrice(MoneyProblem::TooLarge))?;
        let reason = text::plain(reason.unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::Reason)?;
        Ok(Self { purpose, unit_price, count, total, timing, reason })
    }
}

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
            _ => {
                let (en, cy) = self.own_words();
                say(language, en, cy)
            }
        }
    }
}

impl SpendRefusal {
    fn own_words(&self) -> (String, String) {
        let (en, cy): (&str, &str) = match self {
            Self::BudgetShort { budget, left } => {
                let budget: String = budget.chars().take(40).collect();
                return (
                    format!("{budget} has {left} left. Ask for less, or ask your lead to move money."),
                    format!(
                        "Mae {left} ar ôl yn {budget}. Gofynnwch am lai, neu gofynnwch i'ch arweinydd symud arian."
                    ),
                );
            }
            Self::NobodyCanDecide(total) => {
                return (
                    format!("Nobody in your scheme may decide {total} for this. Talk to your senior about the scheme."),
                    format!("Ni chaiff neb yn eich cynllun benderfynu ar {total}. Siaradwch â'ch uwch-swyddog."),
                );
            }
            Self::AboveAuthorised(authorised) => {
                return (
                    format!("{authorised} was authorised. Record that, then request the rest as already bought."),
                    format!("Awdurdodwyd {authorised}. Cofnodwch hynny, yna gofynnwch am y gweddill fel wedi'i brynu."),
                );
            }
            Self::AboveAsked(asked) => {
                return (
                    format!("{asked} was asked for. Authorise that or less."),
                    format!("Gofynnwyd am {asked}. Awdurdodwch hynny neu lai."),
                );
            }
            Self::CountOutOfRange => {
                ("Count how many you need, from 1 to 1,000.", "Nodwch faint sydd eu hangen, o 1 i 1,000.")
            }
            Self::HubNeeded => (
                "This is paid from a hub's budget. Say which hub it is for.",
                "Telir am hyn o gyllideb hwb. Dywedwch pa hwb.",
            ),
            Self::NoBudget => (
                "No budget is set up for this today. Talk to your enabler.",
                "Nid oes cyllideb ar gyfer hyn heddiw. Siaradwch â'ch galluogwr.",
            ),
            Self::NotYourSpend => (
                "Only the person who asked for this can do that.",
                "Dim ond y person a ofynnodd am hyn all wneud hynny.",
            ),
            Self::NotAskedOfYou => {
                ("Somebody else has been asked to decide this.", "Gofynnwyd i rywun arall benderfynu ar hyn.")
            }
            Self::AlreadyDecided => ("This has already been decided.", "Penderfynwyd ar hyn eisoes."),
            Self::NotAuthorised => (
                "This is not authorised, so there is nothing to record yet.",
                "Nid yw hyn wedi'i awdurdodi, felly nid oes dim i'w gofnodi eto.",
            ),
            Self::AlreadySpent => ("The money for this has already left.", "Mae'r arian am hyn eisoes wedi mynd."),
            Self::AboveYourSay => (
                "This is above what you may decide now. Your delegations say what is left.",
                "Mae hyn uwchlaw'r hyn y cewch benderfynu nawr. Dywed eich dirprwyaethau beth sydd ar ôl.",
            ),
            Self::UnitPrice(_)
            | Self::Amount(_)
            | Self::Reason(_)
            | Self::DecisionWords(_)
            | Self::IdAlreadyUsed
            | Self::IdempotencyKeyReused => ("", ""),
        };
        (en.to_owned(), cy.to_owned())
    }
}

fn say_money(problem: MoneyProblem, language: Language) -> String {
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

/// The money step when less, or all, of a commitment has been spent: what leaves and what goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Leaves the budget.
    pub settle: Money,
    /// Was set aside and is not needed.
    pub release: Money,
}

/// Settles a commitment of `authorised` with what was really spent.
pub fn settle(authorised: Money, spent: Money) -> Result<Settlement, SpendRefusal> {
    if spent > authorised {
        return Err(SpendRefusal::AboveAuthorised(authorised));
    }
    Ok(Settlement { settle: spent, release: authorised.less(spent) })
}

/// The one sentence a phone shows for the four axes.
pub fn sentence(
    decision: SpendDecision,
    money: SpendMoney,
    evidence: SpendEvidence,
    total: Money,
    authorised: Option<Money>,
    language: Language,
) -> String {
    let amount = authorised.unwrap_or(total);
    let decided = match decision {
        SpendDecision::AuthorisedSelf => say(
            language,
            format!("{amount}: yours to say, and said"),
            format!("{amount}: eich gair chi, ac fe'i rhoddwyd"),
        ),
        SpendDecision::Asked => {
            say(language, format!("{total}: a colleague is asked"), format!("{total}: gofynnwyd i gydweithiwr"))
        }
        SpendDecision::Question => say(
            language,
            format!("{total}: a colleague has a question"),
            format!("{total}: mae gan gydweithiwr gwestiwn"),
        ),
        SpendDecision::Authorised => say(language, format!("{amount}: yes"), format!("{amount}: cytunwyd")),
        SpendDecision::AuthorisedLess => {
            say(language, format!("{amount} of {total}: yes"), format!("{amount} o {total}: cytunwyd"))
        }
        SpendDecision::Declined => {
            say(language, format!("{total}: no, with a reason"), format!("{total}: na, gyda rheswm"))
        }
        SpendDecision::Withdrawn => say(language, format!("{total}: taken back"), format!("{total}: tynnwyd yn ôl")),
        SpendDecision::Emergency => {
            say(language, format!("{amount}: it could not wait"), format!("{amount}: ni allai aros"))
        }
    };
    let money = match money {
        SpendMoney::Committed => say(language, ", money set aside", ", arian wedi'i neilltuo"),
        SpendMoney::Spent => say(language, ", spent", ", wedi'i wario"),
        SpendMoney::PartRefunded => say(language, ", partly refunded", ", wedi'i ad-dalu'n rhannol"),
        SpendMoney::Refunded => say(language, ", refunded", ", wedi'i ad-dalu"),
        SpendMoney::None | SpendMoney::Reserved | SpendMoney::Released => String::new(),
    };
    let alive = !matches!(decision, SpendDecision::Declined | SpendDecision::Withdrawn);
    let evidence = match evidence {
        SpendEvidence::Expected if alive => say(language, "; a receipt would help", "; byddai derbynneb yn helpu"),
        SpendEvidence::Attached => say(language, "; receipt attached", "; derbynneb ynghlwm"),
        SpendEvidence::Noted => say(language, "; noted without a receipt", "; nodwyd heb dderbynneb"),
        SpendEvidence::Expected | SpendEvidence::NotNeeded => String::new(),
    };
    format!("{decided}{money}{evidence}.")
}

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;
