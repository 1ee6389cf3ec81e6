//! Matching: which spend a line of a card statement probably is. A suggestion and nothing more: a person confirms.
//! It is the same amount to the penny and at least one other signal, and nothing else fits either of the two as well:
//! where two like fares could be swapped, nothing is suggested.

use std::collections::{HashMap, HashSet};

use busfare_entity::words::{HubId, MatchSignal, PaymentMethod, PractitionerId, SpendId, StatementLineId};
use chrono::NaiveDate;

/// Banks book a payment on its day or some days later, and people record it on its day or a little later.
const NEAR_DAYS: std::ops::RangeInclusive<i64> = -7..=6;
/// Evidence that is stronger by less than this does not tell two pairs apart.
const TELLS_APART: usize = 2;
/// Further apart than this they are not the same payment, whatever else agrees.
const MOST_DAYS_APART: i64 = 31;
/// Words of merchants that say nothing about what was bought.
const EMPTY_WORDS: [&str; 16] = [
    "LTD",
    "PLC",
    "THE",
    "AND",
    "STORE",
    "STORES",
    "SHOP",
    "CARD",
    "PAYMENT",
    "COM",
    "WWW",
    "UK",
    "GBR",
    "LIMITED",
    "FOR",
    "CONTACTLESS",
];

/// Whose the card of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// For whoever needs it.
    Organisation,
    /// A hub's.
    Hub(HubId),
    /// One practitioner's.
    Practitioner(PractitionerId),
}

/// What is looked at of a line that nobody has matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLine {
    /// Which line.
    pub id: StatementLineId,
    /// Money that left, in pence.
    pub pence: i64,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// Who was paid.
    pub merchant: String,
    /// Whose the card is.
    pub holder: Holder,
}

/// What is looked at of a spend that nobody has matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSpend {
    /// Which spend.
    pub id: SpendId,
    /// What was spent, in pence.
    pub pence: i64,
    /// When it was recorded as spent.
    pub spent_on: NaiveDate,
    /// Who asked for it.
    pub asker: PractitionerId,
    /// How it was paid, where that was said.
    pub method: Option<PaymentMethod>,
    /// The hub it was for.
    pub hub: Option<HubId>,
    /// The reason, and the names of the purpose and the hub.
    pub words: String,
}

/// A line and a spend that probably belong together, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The line.
    pub line: StatementLineId,
    /// The spend.
    pub spend: SpendId,
    /// Why, besides the same amount; never empty.
    pub signals: Vec<MatchSignal>,
}

struct Fit {
    line: usize,
    spend: usize,
    evidence: Evidence,
}

/// What speaks for a pair, and how strongly: only to tell it from another pair, never shown.
#[derive(Default)]
struct Evidence {
    signals: Vec<MatchSignal>,
    strength: usize,
}

impl Evidence {
    fn add(&mut self, signal: MatchSignal, strength: usize) {
        self.signals.push(signal);
        self.strength += strength;
    }
}

/// Suggests at most one spend for a line and at most one line for a spend.
pub fn suggest(lines: &[OpenLine], spends: &[OpenSpend]) -> Vec<Suggestion> {
    let spend_words: Vec<HashSet<String>> = spends.iter().map(|spend| words(&spend.words)).collect();
    let mut by_pence: HashMap<i64, Vec<usize>> = HashMap::new();
    for (place, spend) in spends.iter().enumerate() {
        by_pence.entry(spend.pence).or_default().push(place);
    }

    let mut fits = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.pence > 0) {
        let merchant = words(&line.merchant);
        for spend in by_pence.get(&line.pence).into_iter().flatten() {
            if let Some(evidence) = evidence(line, &merchant, &spends[*spend], &spend_words[*spend]) {
                fits.push(Fit { line: place, spend: *spend, evidence });
            }
        }
    }

    let best_of_line = best(&fits, |fit| fit.line);
    let best_of_spend = best(&fits, |fit| fit.spend);
    fits.into_iter()
        .filter(|fit| {
            let stands_out = |best: Option<&(usize, usize)>| {
                best.is_some_and(|(first, second)| *first == fit.evidence.strength && *first >= second + TELLS_APART)
            };
            stands_out(best_of_line.get(&fit.line)) && stands_out(best_of_spend.get(&fit.spend))
        })
        .filter(|fit| is_enough(&lines[fit.line], &spends[fit.spend], &fit.evidence.signals))
        .map(|fit| Suggestion { line: lines[fit.line].id, spend: spends[fit.spend].id, signals: fit.evidence.signals })
        .collect()
}

/// For each line or spend: the strongest evidence that anything has with it, and the second strongest.
fn best(fits: &[Fit], of: impl Fn(&Fit) -> usize) -> HashMap<usize, (usize, usize)> {
    let mut best: HashMap<usize, (usize, usize)> = HashMap::new();
    for fit in fits {
        let (first, second) = best.entry(of(fit)).or_default();
        let strength = fit.evidence.strength;
        if strength > *first {
            (*first, *second) = (strength, *first);
        } else {
            *second = strength.max(*second);
        }
    }
    best
}

/// A card that anybody may have used says nothing about who did, so there the day alone is not enough. Where nobody
/// said that a card paid, cash may have: then it must be the asker's own card, and everything must agree.
fn is_enough(line: &OpenLine, spend: &OpenSpend, signals: &[MatchSignal]) -> bool {
    match (line.holder, spend.method) {
        (Holder::Practitioner(_), Some(_)) => !signals.is_empty(),
        (Holder::Practitioner(_), None) => signals.len() > 2,
        (Holder::Organisation | Holder::Hub(_), Some(_)) => signals.len() > 1,
        (Holder::Organisation | Holder::Hub(_), None) => false,
    }
}

/// What speaks for a pair of the same amount; none where something speaks against it.
fn evidence(
    line: &OpenLine,
    merchant: &HashSet<String>,
    spend: &OpenSpend,
    spend_words: &HashSet<String>,
) -> Option<Evidence> {
    let days = line.booked_on.signed_duration_since(spend.spent_on).num_days();
    if days.abs() > MOST_DAYS_APART || !matches!(spend.method, None | Some(PaymentMethod::Card)) {
        return None;
    }
    let mut evidence = Evidence::default();
    if NEAR_DAYS.contains(&days) {
        evidence.add(MatchSignal::DateNear, 4);
    }
    match line.holder {
        Holder::Practitioner(holder) if holder != spend.asker => return None,
        Holder::Practitioner(_) => evidence.add(MatchSignal::CardHolder, 3),
        Holder::Hub(hub) if spend.hub == Some(hub) => evidence.add(MatchSignal::Hub, 3),
        Holder::Hub(_) if spend.hub.is_some() => return None,
        Holder::Hub(_) | Holder::Organisation => {}
    }
    let alike = merchant.iter().filter(|word| spend_words.iter().any(|other| alike(word, other))).count();
    if alike > 0 {
        evidence.add(MatchSignal::MerchantWord, 2 + alike);
    }
    Some(evidence).filter(|evidence| !evidence.signals.is_empty())
}

/// The words of a text that may say something, in capitals and without what joins them.
fn words(text: &str) -> HashSet<String> {
    text.to_uppercase()
        .replace(['-', '\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3 && word.chars().any(char::is_alphabetic))
        .filter(|word| !EMPTY_WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The same word, or a long beginning of it: bank statements cut words off.
fn alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short == long || (short.chars().count() >= 4 && long.starts_with(short))
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
