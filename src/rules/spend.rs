//! A spend: how it may be asked, what each step does to its money, and the one sentence a phone shows.

use busfare_entity::words::{
    HubId, Language, PaymentMethod, PersonId, SpendDecision, SpendEvidence, SpendMoney, SpendPurposeId, SpendTiming,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod refusal;

pub use self::refusal::{SpendRefusal, say_money};
use super::{
    money::{Money, MoneyProblem},
    refusal::say,
    text,
};

/// Most characters of the asker's own words.
pub const REASON_CHARS: usize = 500;
/// Most items in one spend.
pub const MOST_COUNT: i32 = 1_000;

/// Where, how, for whom and on top of what money is asked for: what a delegation may be bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The hub it is for.
    pub hub: Option<HubId>,
    /// How it is paid, where that is said.
    pub method: Option<PaymentMethod>,
    /// Whom it helps, where that is said.
    pub person: Option<PersonId>,
    /// What is authorised already of the spend that this raises.
    pub already: Money,
}

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
    /// Where, how, for whom and on top of what.
    #[serde(default)]
    pub about: About,
}

impl Ask {
    /// Parses what the phone sent.
    pub fn try_new(
        purpose: SpendPurposeId,
        unit_price: Decimal,
        count: i32,
        timing: SpendTiming,
        reason: Option<&str>,
        about: About,
    ) -> Result<Self, SpendRefusal> {
        let unit_price = Money::try_asked(unit_price).map_err(SpendRefusal::UnitPrice)?;
        if !(1..=MOST_COUNT).contains(&count) {
            return Err(SpendRefusal::CountOutOfRange);
        }
        let total = unit_price.times(count).ok_or(SpendRefusal::UnitPrice(MoneyProblem::TooLarge))?;
        let reason = text::plain(reason.unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::Reason)?;
        Ok(Self { purpose, unit_price, count, total, timing, reason, about })
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
