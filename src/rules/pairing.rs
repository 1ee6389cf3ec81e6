//! Pairing: which spends a receipt may be evidence for. A suggestion and nothing more: a person attaches it. It is the
//! same amount to the penny and at least one more reason.

use busfare_entity::words::{PairingReason, SpendId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::duplicate::folded;

/// Days between a purchase and its spend that still are the same days: people ask before, and record after.
const DAYS: i64 = 3;
/// Between recording what was spent and photographing the ticket.
const THEN: TimeDelta = TimeDelta::hours(6);
/// Shorter words of a merchant's name say nothing.
const WORD_CHARS: usize = 4;
/// Most suggestions for one receipt.
const MOST: usize = 5;

/// Whose word a receipt's total is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A person confirmed it.
    Person,
    /// A machine read it, and nobody has confirmed it yet.
    Machine,
}

/// What is looked at of a receipt.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its total, in pence.
    pub pence: i64,
    /// Whose word that is.
    pub word: Word,
    /// Who sold it.
    pub merchant: Option<String>,
    /// When.
    pub day: Option<NaiveDate>,
    /// When it was photographed.
    pub captured_at: DateTime<Utc>,
}

/// What is looked at of a spend that has no receipt yet.
#[derive(Clone, Debug)]
pub struct Bare {
    /// Which spend.
    pub id: SpendId,
    /// What was spent, or else authorised, in pence.
    pub pence: i64,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was recorded as spent.
    pub spent_at: Option<DateTime<Utc>>,
    /// The reason, and the names of the purpose and the hub.
    pub words: String,
}

/// A spend that a receipt may belong to, and why; there is always a reason besides the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The spend.
    pub spend: SpendId,
    /// Why, besides the same amount.
    pub reasons: Vec<PairingReason>,
}

/// The spends a receipt may belong to, the best first.
pub fn suggest(paper: &Paper, spends: &[Bare]) -> Vec<Pairing> {
    let mut pairings: Vec<_> = spends
        .iter()
        .filter(|spend| spend.pence == paper.pence)
        .map(|spend| Pairing { spend: spend.id, reasons: reasons(paper, spend) })
        .filter(|pairing| !pairing.reasons.is_empty())
        .collect();
    if paper.word == Word::Machine {
        for pairing in &mut pairings {
            pairing.reasons.push(PairingReason::PictureSeemsToSay);
        }
    }
    pairings.sort_by_key(|pairing| (std::cmp::Reverse(pairing.reasons.len()), pairing.spend));
    pairings.truncate(MOST);
    pairings
}

fn reasons(paper: &Paper, spend: &Bare) -> Vec<PairingReason> {
    let spent = spend.spent_at.unwrap_or(spend.requested_at);
    let same_days = paper.day.is_some_and(|day| {
        day >= spend.requested_at.date_naive() - TimeDelta::days(DAYS)
            && day <= spent.date_naive() + TimeDelta::days(DAYS)
    });
    let words = paper.merchant.as_deref().is_some_and(|merchant| {
        let told: Vec<_> = spend.words.split_whitespace().map(folded).collect();
        merchant.split_whitespace().map(folded).any(|word| word.chars().count() >= WORD_CHARS && told.contains(&word))
    });
    let then = spend.spent_at.is_some_and(|spent| (paper.captured_at - spent).abs() <= THEN);
    [(same_days, PairingReason::SameDays), (words, PairingReason::MerchantWords), (then, PairingReason::CapturedThen)]
        .into_iter()
        .filter_map(|(holds, reason)| holds.then_some(reason))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn shoes() -> Bare {
        Bare {
            id: SpendId(uuid::Uuid::from_u128(1)),
            pence: 2_400,
            requested_at: at("2026-11-18T10:00:00Z"),
            spent_at: Some(at("2026-11-20T15:00:00Z")),
            words: "School shoes from Clarks".into(),
        }
    }

    fn paper() -> Paper {
        Paper { pence: 2_400, word: Word::Person, merchant: None, day: None, captured_at: at("2026-12-24T10:00:00Z") }
    }

    #[test]
    fn the_amount_alone_suggests_nothing() {
        assert_eq!(suggest(&paper(), &[shoes()]), vec![]);
    }

    #[test]
    fn what_only_a_machine_read_says_so_and_still_needs_a_reason() {
        let read = Paper { word: Word::Machine, ..paper() };
        assert_eq!(suggest(&read, &[shoes()]), vec![]);
        let then = Paper { captured_at: at("2026-11-20T16:00:00Z"), ..read };
        assert_eq!(
            suggest(&then, &[shoes()])[0].reasons,
            [PairingReason::CapturedThen, PairingReason::PictureSeemsToSay]
        );
    }

    #[test]
    fn a_penny_more_suggests_nothing_whatever_else_agrees() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20);
        let near = Paper { pence: 2_401, merchant: Some("Clarks".into()), day, ..paper() };
        assert_eq!(suggest(&near, &[shoes()]), vec![]);
    }

    #[test]
    fn each_reason_is_told_and_the_best_comes_first() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20);
        let paper =
            Paper { merchant: Some("CLARKS LTD".into()), day, captured_at: at("2026-11-20T16:00:00Z"), ..paper() };
        let other = Bare { id: SpendId(uuid::Uuid::from_u128(0)), words: String::new(), ..shoes() };

        let suggested = suggest(&paper, &[other.clone(), shoes()]);

        assert_eq!(suggested[0].spend, shoes().id);
        let all = [PairingReason::SameDays, PairingReason::MerchantWords, PairingReason::CapturedThen];
        assert_eq!(suggested[0].reasons, all);
        assert_eq!(suggested[1].reasons, [PairingReason::SameDays, PairingReason::CapturedThen]);
        let many: Vec<_> = (0..20).map(|id| Bare { id: SpendId(uuid::Uuid::from_u128(id)), ..shoes() }).collect();
        assert_eq!(suggest(&paper, &many).len(), MOST);
    }
}
