//! Why money is not moved between budgets, or a budget not changed, in plain words.

use busfare_entity::words::{BudgetErrorCode, Language};
use chrono::NaiveDate;

use crate::rules::{
    money::{Money, MoneyProblem, say_money},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why money is not moved between budgets, or a budget not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BudgetRefusal {
    /// The amount is not money.
    Amount(MoneyProblem),
    /// The tolerance is not money.
    Tolerance(MoneyProblem),
    /// The allocation is not money.
    Allocated(MoneyProblem),
    /// The reason cannot be kept.
    Reason(TextProblem),
    /// The name cannot be kept.
    Name(TextProblem),
    /// There is hardly a reason.
    ReasonNeeded,
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// From a budget to itself.
    SameBudget,
    /// The budgets are for different periods.
    OtherPeriod,
    /// The named budget is closed.
    Closed(String),
    /// The named budget has only this left.
    Short { budget: String, left: Money },
    /// It is for an enabler or a senior.
    NotYourSay,
    /// It is for a senior.
    ForSeniors,
    /// It is for a senior whose delegation covers the organisation.
    ForTheOrganisation,
    /// More than her role may move at once; this colleague may, if anybody.
    AboveYourLimit { limit: Money, may: Option<String> },
    /// She does not answer for the named budget.
    NotYourBudget(String),
    /// Warning or escalating needs a tolerance.
    ToleranceNeeded,
    /// Stopping takes none.
    ToleranceNotWanted,
    /// It has run over by this much already.
    ToleranceBelowOverrun(Money),
    /// Its last day is not over.
    PeriodNotOver(NaiveDate),
    /// There is no budget for the next period.
    NoSuccessor,
    /// Something besides spends holds this much.
    StillHeld(Money),
    /// There is a budget for that period already.
    PeriodTaken,
}

impl Refusal for BudgetRefusal {
    type Code = BudgetErrorCode;

    fn code(&self) -> BudgetErrorCode {
        match self {
            Self::Amount(problem) | Self::Tolerance(problem) | Self::Allocated(problem) => match problem {
                MoneyProblem::PartPennies => BudgetErrorCode::PartPennies,
                MoneyProblem::NotPositive => BudgetErrorCode::AmountNotPositive,
                MoneyProblem::TooLarge => BudgetErrorCode::AmountTooLarge,
            },
            Self::Reason(problem) | Self::Name(problem) => match problem {
                TextProblem::TooLong(_) => BudgetErrorCode::TextTooLong,
                TextProblem::NotPlain => BudgetErrorCode::TextNotPlain,
            },
            Self::ReasonNeeded => BudgetErrorCode::ReasonNeeded,
            Self::IdAlreadyUsed => BudgetErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => BudgetErrorCode::IdempotencyKeyReused,
            Self::SameBudget => BudgetErrorCode::SameBudget,
            Self::OtherPeriod => BudgetErrorCode::OtherPeriod,
            Self::Closed(_) => BudgetErrorCode::BudgetClosed,
            Self::Short { .. } => BudgetErrorCode::BudgetShort,
            Self::NotYourSay | Self::ForSeniors | Self::ForTheOrganisation => BudgetErrorCode::NotYourSay,
            Self::AboveYourLimit { .. } => BudgetErrorCode::AboveYourLimit,
            Self::NotYourBudget(_) => BudgetErrorCode::NotYourBudget,
            Self::ToleranceNeeded | Self::ToleranceNotWanted => BudgetErrorCode::ToleranceNotAsMode,
            Self::ToleranceBelowOverrun(_) => BudgetErrorCode::ToleranceBelowOverrun,
            Self::PeriodNotOver(_) => BudgetErrorCode::PeriodNotOver,
            Self::NoSuccessor => BudgetErrorCode::NoSuccessor,
            Self::StillHeld(_) => BudgetErrorCode::StillHeld,
            Self::PeriodTaken => BudgetErrorCode::PeriodTaken,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::Amount(_) | Self::Short { .. } | Self::AboveYourLimit { .. } => &["amount"],
            Self::Tolerance(_) | Self::ToleranceNeeded | Self::ToleranceNotWanted | Self::ToleranceBelowOverrun(_) => {
                &["tolerance"]
            }
            Self::Allocated(_) => &["allocated"],
            Self::Reason(_) | Self::ReasonNeeded => &["reason"],
            Self::Name(_) => &["name"],
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::SameBudget | Self::OtherPeriod => &["toBudgetId"],
            _ => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::Amount(problem) | Self::Tolerance(problem) | Self::Allocated(problem) => {
                say_money(*problem, language)
            }
            Self::Reason(problem) | Self::Name(problem) => say_text(*problem, language),
            Self::IdAlreadyUsed => say_id_used(language),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::AboveYourLimit { limit, may } => say_limit(*limit, may.as_deref(), language),
            Self::Closed(budget) => {
                let budget = short(budget);
                say(
                    language,
                    format!("{budget} is closed. Use the budget of the next period."),
                    format!("Mae {budget} wedi cau. Defnyddiwch gyllideb y cyfnod nesaf."),
                )
            }
            Self::Short { budget, left } => {
                let budget = short(budget);
                say(
                    language,
                    format!("{budget} has {left} left. Move that or less."),
                    format!("Mae {left} ar ôl yn {budget}. Symudwch hynny neu lai."),
                )
            }
            Self::NotYourBudget(budget) => {
                let budget = short(budget);
                say(
                    language,
                    format!("You do not answer for {budget}. Ask somebody in its team or hub."),
                    format!("Nid chi sy'n ateb dros {budget}. Gofynnwch i rywun yn ei dîm neu ei hwb."),
                )
            }
            Self::ToleranceBelowOverrun(over) => say(
                language,
                format!("It has run over by {over} already. Allow at least that, or move money in first."),
                format!("Mae wedi gorwario {over} eisoes. Caniatewch hynny o leiaf, neu symudwch arian i mewn."),
            ),
            Self::PeriodNotOver(last) => say(
                language,
                format!("Its last day is {last}. Close it after that."),
                format!("Ei ddiwrnod olaf yw {last}. Caewch hi ar ôl hynny."),
            ),
            Self::StillHeld(held) => say(
                language,
                format!("{held} is still held, such as for an offline allowance. Close it once that is back."),
                format!("Mae {held} yn dal ynghlwm, er enghraifft lwfans all-lein. Caewch hi wedi iddo ddod yn ôl."),
            ),
            fixed => {
                let (en, cy) = fixed.fixed_words();
                say(language, en, cy)
            }
        }
    }
}

impl BudgetRefusal {
    /// The words of those that name nothing: English, then Welsh.
    fn fixed_words(&self) -> (&'static str, &'static str) {
        match self {
            Self::ReasonNeeded => {
                ("Say why in a few words, at least 3 characters.", "Dywedwch pam mewn ychydig eiriau, o leiaf 3 nod.")
            }
            Self::SameBudget => ("Choose two different budgets.", "Dewiswch ddwy gyllideb wahanol."),
            Self::OtherPeriod => (
                "The two budgets are for different periods. Choose two of the same period.",
                "Mae'r ddwy gyllideb ar gyfer cyfnodau gwahanol. Dewiswch ddwy o'r un cyfnod.",
            ),
            Self::ForSeniors => (
                "This is for a senior whose delegation covers this budget. Ask your senior.",
                "Mae hyn i uwch-swyddog y mae ei ddirprwyaeth yn cwmpasu'r gyllideb hon. Gofynnwch iddo.",
            ),
            Self::ForTheOrganisation => (
                "This is for a senior whose delegation covers the whole organisation. Ask your head of service.",
                "Mae hyn i uwch-swyddog y mae ei ddirprwyaeth yn cwmpasu'r sefydliad. Gofynnwch i'ch pennaeth.",
            ),
            Self::ToleranceNeeded => (
                "Say by how much it may run over, such as 250.00.",
                "Dywedwch faint y caiff orwario, er enghraifft 250.00.",
            ),
            Self::ToleranceNotWanted => {
                ("A budget that stops takes no tolerance. Leave it out.", "Nid oes goddefiant i gyllideb sy'n stopio.")
            }
            Self::NoSuccessor => (
                "There is no budget for the next period yet. Open it first, then close this one.",
                "Nid oes cyllideb ar gyfer y cyfnod nesaf eto. Agorwch hi'n gyntaf, yna caewch hon.",
            ),
            Self::PeriodTaken => (
                "There is a budget for that period already. Move money into it instead.",
                "Mae cyllideb ar gyfer y cyfnod hwnnw eisoes. Symudwch arian iddi yn lle hynny.",
            ),
            _ => (
                "Moving money is for an enabler or a senior. Ask yours.",
                "Galluogwr neu uwch-swyddog sy'n symud arian. Gofynnwch i'ch un chi.",
            ),
        }
    }
}

/// Names may be long, and the words must fit on a phone.
fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

fn say_limit(limit: Money, may: Option<&str>, language: Language) -> String {
    match may.map(short) {
        Some(may) => say(
            language,
            format!("You may move up to {limit} at once. {may} may move this much: ask there."),
            format!("Cewch symud hyd at {limit} ar y tro. Caiff {may} symud hyn: gofynnwch yno."),
        ),
        None => say(
            language,
            format!(
                "You may move up to {limit} at once, and nobody here may move this much. Ask your head of service."
            ),
            format!("Cewch symud hyd at {limit} ar y tro, ac ni chaiff neb symud hyn. Gofynnwch i'ch pennaeth."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{money::MOST, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_budget_fits_on_a_phone_in_both_languages() {
        let long = || "Section 17: a family-facing team with a very long name indeed".to_owned();
        let day = NaiveDate::from_ymd_opt(2027, 3, 31).unwrap();
        for refusal in [
            BudgetRefusal::Amount(MoneyProblem::PartPennies),
            BudgetRefusal::Tolerance(MoneyProblem::NotPositive),
            BudgetRefusal::Allocated(MoneyProblem::TooLarge),
            BudgetRefusal::Reason(TextProblem::TooLong(500)),
            BudgetRefusal::Name(TextProblem::NotPlain),
            BudgetRefusal::ReasonNeeded,
            BudgetRefusal::IdAlreadyUsed,
            BudgetRefusal::IdempotencyKeyReused,
            BudgetRefusal::SameBudget,
            BudgetRefusal::OtherPeriod,
            BudgetRefusal::Closed(long()),
            BudgetRefusal::Short { budget: long(), left: MOST },
            BudgetRefusal::NotYourSay,
            BudgetRefusal::ForSeniors,
            BudgetRefusal::ForTheOrganisation,
            BudgetRefusal::AboveYourLimit { limit: MOST, may: Some(long()) },
            BudgetRefusal::AboveYourLimit { limit: MOST, may: None },
            BudgetRefusal::NotYourBudget(long()),
            BudgetRefusal::ToleranceNeeded,
            BudgetRefusal::ToleranceNotWanted,
            BudgetRefusal::ToleranceBelowOverrun(MOST),
            BudgetRefusal::PeriodNotOver(day),
            BudgetRefusal::NoSuccessor,
            BudgetRefusal::StillHeld(MOST),
            BudgetRefusal::PeriodTaken,
        ] {
            for language in [Language::En, Language::Cy] {
                let words = refusal.words(language);
                assert!(!words.is_empty() && words.chars().count() <= MOST_WORDS, "{refusal:?}: {words}");
            }
            assert_ne!(refusal.words(Language::En), refusal.words(Language::Cy));
        }
    }
}
