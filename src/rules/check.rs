//! Checks in plain words, for the person whose limits they are and for the colleague who reads them.

use busfare_entity::words::{CheckCode, Language};

use super::{
    authority::{Check, Whose},
    money::Money,
    refusal::say,
};

impl Check {
    /// The check without what its holder has used and left of a rolling window.
    pub fn without_use(self) -> Self {
        match self.code {
            CheckCode::Window24H
            | CheckCode::Window7D
            | CheckCode::Window28D
            | CheckCode::BudgetPeriod
            | CheckCode::PersonHelped
            | CheckCode::Allowance => Self { value: None, left: None, ..self },
            _ => self,
        }
    }

    /// The check in plain words.
    pub fn words(&self, whose: Whose, language: Language) -> String {
        let limit = self.limit.unwrap_or_default();
        match (self.code, whose) {
            (CheckCode::Budget, _) if self.warning => over(self.value.unwrap_or_default().less(limit), language),
            (CheckCode::Budget, _) => budget(self.ok, self.left.unwrap_or_default(), language),
            (CheckCode::Hours | CheckCode::Hub | CheckCode::Method, whose) => {
                bounds(self.code, self.ok, whose, language)
            }
            (CheckCode::Delegation, whose) => delegation(self.ok, whose, language),
            (CheckCode::MayDecideFor, whose) => deciding_for(self.ok, whose, language),
            (CheckCode::ItemLimit, whose) => bound(self.ok, whose, (limit, None), ("one item", "un eitem"), language),
            (CheckCode::BudgetPeriod, whose) => {
                let stretch = ("this budget in its period", "y gyllideb hon yn ei chyfnod");
                bound(self.ok, whose, (limit, self.left), stretch, language)
            }
            (CheckCode::PersonHelped, whose) => {
                let stretch = ("one person helped in the period", "un person a helpir yn y cyfnod");
                bound(self.ok, whose, (limit, self.left), stretch, language)
            }
            (CheckCode::BreakGlass, whose) => {
                bound(self.ok, whose, (limit, None), ("what can't wait", "argyfwng"), language)
            }
            (CheckCode::Allowance, whose) => {
                let stretch = ("use with no signal", "defnydd heb signal");
                bound(self.ok, whose, (limit, self.left), stretch, language)
            }
            (CheckCode::Window24H, whose) => {
                bound(self.ok, whose, (limit, self.left), ("24 hours", "24 awr"), language)
            }
            (CheckCode::Window7D, whose) => {
                bound(self.ok, whose, (limit, self.left), ("7 days", "7 diwrnod"), language)
            }
            (CheckCode::Window28D, whose) => {
                bound(self.ok, whose, (limit, self.left), ("28 days", "28 diwrnod"), language)
            }
        }
    }
}

fn budget(ok: bool, left: Money, language: Language) -> String {
    if ok {
        say(
            language,
            format!("The budget has it, with {left} left after."),
            format!("Mae yn y gyllideb, gyda {left} ar ôl wedyn."),
        )
    } else {
        say(language, format!("The budget has only {left} left."), format!("Dim ond {left} sydd ar ôl yn y gyllideb."))
    }
}

fn delegation(ok: bool, whose: Whose, language: Language) -> String {
    let (en, cy) = match (ok, whose) {
        (true, Whose::Yours) => ("You have a say in this.", "Mae gennych lais yn hyn."),
        (false, Whose::Yours) => ("No say in this has been given to you.", "Ni roddwyd llais i chi yn hyn."),
        (true, Whose::SomebodyElses) => ("The colleague has a say in this.", "Mae gan y cydweithiwr lais yn hyn."),
        (false, Whose::SomebodyElses) => {
            ("The colleague has not been given a say in this.", "Ni roddwyd llais i'r cydweithiwr yn hyn.")
        }
    };
    say(language, en, cy)
}

fn deciding_for(ok: bool, whose: Whose, language: Language) -> String {
    let (en, cy) = match (ok, whose) {
        (true, Whose::Yours) => ("You may decide for this colleague.", "Cewch benderfynu dros y cydweithiwr hwn."),
        (false, Whose::Yours) => {
            ("You may not decide for this colleague.", "Ni chewch benderfynu dros y cydweithiwr hwn.")
        }
        (true, Whose::SomebodyElses) => {
            ("The colleague may decide for the asker.", "Caiff y cydweithiwr benderfynu dros y sawl a ofynnodd.")
        }
        (false, Whose::SomebodyElses) => (
            "The colleague may not decide for the asker.",
            "Ni chaiff y cydweithiwr benderfynu dros y sawl a ofynnodd.",
        ),
    };
    say(language, en, cy)
}

/// By how much a budget runs over, where it may.
fn over(by: Money, language: Language) -> String {
    say(
        language,
        format!("This takes the budget {by} over. It may go ahead, and is noted."),
        format!("Mae hyn yn mynd â'r gyllideb {by} drosodd. Caiff fynd ymlaen, ac fe'i nodir."),
    )
}

/// When, where and how a delegation counts.
fn bounds(code: CheckCode, ok: bool, whose: Whose, language: Language) -> String {
    let (of_en, of_cy) = match whose {
        Whose::Yours => ("Your say", "Mae eich llais chi"),
        Whose::SomebodyElses => ("The colleague's say", "Mae llais y cydweithiwr"),
    };
    let (what_en, what_cy) = match code {
        CheckCode::Hours => ("at this hour", "ar yr awr hon"),
        CheckCode::Hub => ("at this hub", "yn yr hwb hwn"),
        _ => ("for this way of paying", "am y ffordd hon o dalu"),
    };
    let (en, cy) = if ok { ("counts", "yn cyfrif") } else { ("does not count", "heb gyfrif") };
    say(language, format!("{of_en} {en} {what_en}."), format!("{of_cy} {cy} {what_cy}."))
}

/// A limit, for a stretch of time with what is left of it, where that is the reader's to know.
fn bound(
    ok: bool,
    whose: Whose,
    (limit, left): (Money, Option<Money>),
    (stretch_en, stretch_cy): (&str, &str),
    language: Language,
) -> String {
    let (of_en, of_cy) = match whose {
        Whose::Yours => ("your ", "eich "),
        Whose::SomebodyElses => ("the colleague's ", ""),
    };
    let (left_en, left_cy) = match (left, ok) {
        (Some(left), true) => (format!(", with {left} left after"), format!(", gyda {left} ar ôl wedyn")),
        (Some(left), false) => (format!(": {left} is left"), format!(": mae {left} ar ôl")),
        (None, _) => (String::new(), String::new()),
    };
    let (en, cy) = if ok { ("Within", "O fewn") } else { ("Above", "Uwchlaw") };
    say(
        language,
        format!("{en} {of_en}{limit} for {stretch_en}{left_en}."),
        format!("{cy} {of_cy}{limit} am {stretch_cy}{left_cy}."),
    )
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;
    use crate::rules::{money::MOST, reading, refusal::MOST_WORDS};

    #[test]
    fn every_check_is_plain_and_fits_on_a_phone_in_both_languages() {
        for (code, limit) in CheckCode::iter().flat_map(|code| [(code, Money::from_pence(3_000)), (code, MOST)]) {
            for (ok, warning, whose) in [
                (true, false, Whose::Yours),
                (false, false, Whose::Yours),
                (false, true, Whose::Yours),
                (true, false, Whose::SomebodyElses),
                (false, false, Whose::SomebodyElses),
                (false, true, Whose::SomebodyElses),
            ] {
                let check = Check { code, ok, limit: Some(limit), value: Some(limit), left: Some(limit), warning };
                let check = if whose == Whose::Yours { check } else { check.without_use() };
                let [en, cy] = [Language::En, Language::Cy].map(|language| check.words(whose, language));
                reading::plain(&en);
                assert!(
                    en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS,
                    "{en} / {cy}"
                );
            }
        }
    }

    #[test]
    fn a_colleague_s_week_is_not_told_to_the_asker() {
        let pence = |pence| Some(Money::from_pence(pence));
        let check = Check {
            code: CheckCode::Window7D,
            ok: true,
            limit: pence(50_000),
            value: pence(4_000),
            left: pence(46_000),
            warning: false,
        };

        assert_eq!(check.words(Whose::Yours, Language::En), "Within your £500.00 for 7 days, with £460.00 left after.");
        let told = check.without_use();
        assert_eq!((told.value, told.left), (None, None));
        assert_eq!(told.words(Whose::SomebodyElses, Language::En), "Within the colleague's £500.00 for 7 days.");
    }

    #[test]
    fn every_check_is_easy_to_read() {
        use sea_orm::Iterable;

        for code in CheckCode::iter() {
            for (ok, warning) in [(true, false), (false, false), (false, true)] {
                let pence = |pence| Some(Money::from_pence(pence));
                let check = Check { code, ok, limit: pence(3_000), value: pence(3_115), left: pence(115), warning };
                for whose in [Whose::Yours, Whose::SomebodyElses] {
                    reading::plain(&check.words(whose, Language::En));
                }
            }
        }
    }
}
