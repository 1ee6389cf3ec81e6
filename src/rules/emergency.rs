//! Break-glass: what may be spent at once because it cannot wait. Neither an empty budget, nor a week used up,
//! nor an empty office stands in its way: only the ceiling in her delegations does. One senior is told.

use std::cmp::Reverse;

use busfare_entity::words::{CheckCode, Outcome, PractitionerId, TeamId};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    authority::{Check, Facts, Grant, Standing, Verdict},
    money::Money,
    spend::{REASON_CHARS, SpendRefusal},
    text,
};

/// Fewest characters that say why something cannot wait.
pub const SENTENCE_CHARS: usize = 3;
/// By how much a budget for emergencies that nobody set up may run over: a million times the largest spend,
/// so that it never stands in the way.
pub const WIDE: Money = Money::from_pence(100_000_000_000_000);

/// What a decision about an emergency looks at. Purposes, hubs, ways of paying and hours bind no emergency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// How much cannot wait.
    pub amount: Money,
    /// Every delegation of the person, and the budget for emergencies.
    pub facts: Facts,
}

impl Emergency {
    /// The most generous grant in force that gives a say in emergencies, with its ceiling.
    pub fn most_generous(&self) -> Option<(&Grant, Money)> {
        let in_force = self.facts.grants.iter().filter(|grant| grant.in_force(self.facts.now));
        let with_ceiling = in_force.filter_map(|grant| grant.break_glass.map(|ceiling| (grant, ceiling)));
        with_ceiling.min_by_key(|(_, ceiling)| Reverse(*ceiling))
    }
}

/// Decides an emergency: yes up to the ceiling, whatever else is used up or empty.
pub fn decide(emergency: &Emergency) -> Verdict {
    let most_generous = emergency.most_generous();
    let amount = emergency.amount;
    let check =
        |code, ok, limit, left| Check { code, ok, limit: Some(limit), value: Some(amount), left, warning: false };

    let mut checks = vec![Check {
        code: CheckCode::Delegation,
        ok: most_generous.is_some(),
        limit: None,
        value: None,
        left: None,
        warning: false,
    }];
    if let Some((_, ceiling)) = most_generous {
        let ok = amount <= ceiling;
        checks.push(check(CheckCode::BreakGlass, ok, ceiling, Some(if ok { ceiling.less(amount) } else { ceiling })));
    }
    let (available, short) = (emergency.facts.pot.available, amount > emergency.facts.pot.available);
    let left = if short { available } else { available.less(amount) };
    checks.push(Check { warning: short, ..check(CheckCode::Budget, !short, available, Some(left)) });

    let outcome = if checks.iter().all(Check::passes) { Outcome::Emergency } else { Outcome::Refused };
    Verdict { outcome, checks, grant: most_generous.map(|(grant, _)| grant.clone()) }
}

/// Why it may not be spent at once, and whom to turn to.
pub fn why_not(emergency: &Emergency, ask: Option<String>) -> SpendRefusal {
    match emergency.most_generous() {
        Some((_, ceiling)) => SpendRefusal::AboveCeiling { ceiling, ask },
        None => SpendRefusal::NoEmergencySay { ask },
    }
}

/// The one sentence that says why it cannot wait.
pub fn sentence(text: &str) -> Result<String, SpendRefusal> {
    text::plain(text, REASON_CHARS)
        .map_err(SpendRefusal::Sentence)?
        .filter(|sentence| sentence.chars().count() >= SENTENCE_CHARS)
        .ok_or(SpendRefusal::SentenceNeeded)
}

/// A senior who might be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Senior {
    /// Who.
    pub id: PractitionerId,
    /// In which team.
    pub team: TeamId,
}

/// The one senior who is told: the lead of her team, else whoever stands behind her say, else the first of the rest,
/// so that it never depends on chance. Nobody is told of her own emergency.
pub fn told(her: Standing, backed_by: Option<PractitionerId>, seniors: &[Senior]) -> Option<PractitionerId> {
    seniors
        .iter()
        .filter(|senior| senior.id != her.id)
        .min_by_key(|senior| (senior.team != her.team, backed_by != Some(senior.id), senior.id))
        .map(|senior| senior.id)
}

/// The financial year that contains a day, from 1 April to 31 March, both included.
pub fn financial_year(on: NaiveDate) -> (NaiveDate, NaiveDate) {
    let begins_in = if on.month() >= 4 { on.year() } else { on.year() - 1 };
    // The fallback is only for years that no calendar holds.
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(on);
    (day(begins_in, 4, 1), day(begins_in + 1, 3, 31))
}

#[cfg(test)]
#[path = "emergency_tests.rs"]
mod tests;
