//! The balance of a month: what left the budgets, what the statements say, and every difference between them as a
//! line of its own. Ledger = statements + differences, always and to the penny; and a difference is either explained
//! by what it is, or waits in suspense for somebody's words.

use std::collections::{BTreeMap, HashMap};

use busfare_entity::words::{BudgetEntryId, DifferenceAbout, DifferenceKind, PractitionerId, SpendId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{super::money::Money, BooksRefusal};

/// Whether a statement will have a line for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Paid by card, or nobody said how: a statement should say so too.
    OnStatement,
    /// Paid in another way, which has its own evidence.
    Elsewhere,
}

/// One movement of settled money in the ledger; negative where money came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Which entry.
    pub entry: BudgetEntryId,
    /// The spend behind it.
    pub spend: Option<SpendId>,
    /// Where else it should show.
    pub shown: Shown,
    /// When.
    pub at: DateTime<Utc>,
    /// How much left.
    pub amount: Money,
}

/// One thing that somebody outside says about money that left; negative where money came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// Which kind of line: a statement's, or a count's of the cash.
    pub about: DifferenceAbout,
    /// Which line.
    pub id: Uuid,
    /// When the money left, as far as the line says.
    pub at: DateTime<Utc>,
    /// How much left.
    pub amount: Money,
    /// The spend somebody has matched it with.
    pub matched: Option<SpendId>,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Which kind of thing.
    pub about: DifferenceAbout,
    /// Which of them.
    pub id: Uuid,
}

/// One difference between the ledger and the statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub subject: Subject,
    /// Why there is one.
    pub kind: DifferenceKind,
    /// When it arose.
    pub at: DateTime<Utc>,
    /// Ledger less statements.
    pub amount: Money,
    /// Somebody's explanation of exactly this amount.
    pub explanation: Option<Explanation>,
}

/// Somebody's words about a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The amount they were about. Another amount is another difference.
    pub amount: Money,
    /// The words.
    pub words: String,
    /// Whose they are.
    pub by: PractitionerId,
}

impl Difference {
    /// Whether its kind is explanation enough.
    pub fn explains_itself(&self) -> bool {
        explains_itself(self.kind)
    }

    /// Whether it keeps the month from closing.
    pub fn in_suspense(&self) -> bool {
        !self.explains_itself() && self.explanation.is_none()
    }
}

/// Whether a kind of difference is explanation enough.
pub fn explains_itself(kind: DifferenceKind) -> bool {
    matches!(kind, DifferenceKind::PaidAnotherWay | DifferenceKind::ClearsEarlier)
}

/// A month that adds up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// What left the budgets, less what came back.
    pub ledger: Money,
    /// What the statements say has left.
    pub statements: Money,
    /// Every difference, in the order in which they arose.
    pub differences: Vec<Difference>,
}

impl Balance {
    /// What waits for an explanation.
    pub fn suspense(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| difference.in_suspense())
    }

    /// The sum of the differences.
    pub fn difference(&self) -> Money {
        total(self.differences.iter().map(|difference| difference.amount))
    }

    /// Puts people's words where they are about exactly what is there now.
    pub fn explained(mut self, mut explanations: HashMap<Subject, Explanation>) -> Self {
        for difference in &mut self.differences {
            difference.explanation = explanations
                .remove(&difference.subject)
                .filter(|explanation| explanation.amount == difference.amount && !difference.explains_itself());
        }
        self
    }

    /// Whether the month may close: nothing waits in suspense.
    pub fn may_close(&self) -> Result<(), BooksRefusal> {
        let (count, amount) = (self.suspense().count(), total(self.suspense().map(|difference| difference.amount)));
        if count == 0 { Ok(()) } else { Err(BooksRefusal::Unexplained { count, amount }) }
    }

    /// The difference that somebody means, if it is there, needs words, and still has the amount she saw.
    pub fn meant(&self, subject: Subject, amount: Money) -> Result<&Difference, BooksRefusal> {
        let found = self.differences.iter().find(|difference| difference.subject == subject);
        match found {
            Some(difference) if difference.explains_itself() => Err(BooksRefusal::NoSuchDifference),
            Some(difference) if difference.amount != amount => Err(BooksRefusal::DifferenceChanged(difference.amount)),
            Some(difference) => Ok(difference),
            None => Err(BooksRefusal::NoSuchDifference),
        }
    }
}

/// The sum of amounts.
pub fn total(amounts: impl Iterator<Item = Money>) -> Money {
    Money::from_pence(amounts.map(Money::pence).sum())
}

/// What both sides say of one spend in a month.
struct Sides {
    ledger: i64,
    statements: i64,
    shown: Shown,
    at: DateTime<Utc>,
    has_line: bool,
    has_entry: bool,
}

/// Balances what no earlier month holds. `earlier` is, for a spend, what earlier months hold of it: ledger less the
/// statement lines that are matched with it now.
pub fn balance(ledger: &[Settled], statements: &[StatementLine], earlier: &HashMap<SpendId, Money>) -> Balance {
    let mut differences: Vec<_> = spends(ledger, statements)
        .into_iter()
        .filter_map(|(spend, sides)| of_spend(spend, &sides, earlier.get(&spend).copied().unwrap_or_default()))
        .collect();
    differences.extend(ledger.iter().filter(|settled| settled.spend.is_none()).map(|settled| Difference {
        subject: Subject { about: DifferenceAbout::Entry, id: settled.entry.0 },
        kind: unshown(settled.shown),
        at: settled.at,
        amount: settled.amount,
        explanation: None,
    }));
    differences.extend(statements.iter().filter(|line| line.matched.is_none()).map(|line| Difference {
        subject: Subject { about: line.about, id: line.id },
        kind: match line.about {
            DifferenceAbout::CashCount | DifferenceAbout::CashPutRight => DifferenceKind::CashCountDiffers,
            _ => DifferenceKind::StatementWithoutSpend,
        },
        at: line.at,
        amount: Money::from_pence(-line.amount.pence()),
        explanation: None,
    }));
    differences.retain(|difference| difference.amount != Money::ZERO);
    differences.sort_unstable_by_key(|difference| (difference.at, difference.subject));
    Balance {
        ledger: total(ledger.iter().map(|settled| settled.amount)),
        statements: total(statements.iter().map(|line| line.amount)),
        differences,
    }
}

/// The spends whose two sides differ this month, for which the earlier months must be asked.
pub fn uneven(ledger: &[Settled], statements: &[StatementLine]) -> Vec<SpendId> {
    let spends = spends(ledger, statements).into_iter();
    spends.filter(|(_, sides)| sides.ledger != sides.statements).map(|(spend, _)| spend).collect()
}

fn spends(ledger: &[Settled], statements: &[StatementLine]) -> BTreeMap<SpendId, Sides> {
    let mut spends = BTreeMap::new();
    let new = |at, shown| Sides { ledger: 0, statements: 0, shown, at, has_line: false, has_entry: false };
    for settled in ledger {
        let Some(spend) = settled.spend else { continue };
        let sides = spends.entry(spend).or_insert_with(|| new(settled.at, settled.shown));
        sides.ledger += settled.amount.pence();
        sides.has_entry = true;
        sides.at = sides.at.max(settled.at);
    }
    for line in statements {
        let Some(spend) = line.matched else { continue };
        let sides = spends.entry(spend).or_insert_with(|| new(line.at, Shown::OnStatement));
        sides.statements += line.amount.pence();
        sides.has_line = true;
        sides.at = sides.at.max(line.at);
    }
    spends
}

fn of_spend(spend: SpendId, sides: &Sides, earlier: Money) -> Option<Difference> {
    let amount = sides.ledger.checked_sub(sides.statements)?;
    let kind = match (sides.has_entry, sides.has_line) {
        _ if amount == 0 => return None,
        _ if earlier.pence() + amount == 0 => DifferenceKind::ClearsEarlier,
        (true, false) => unshown(sides.shown),
        _ => DifferenceKind::AmountDiffers,
    };
    Some(Difference {
        subject: Subject { about: DifferenceAbout::Spend, id: spend.0 },
        kind,
        at: sides.at,
        amount: Money::from_pence(amount),
        explanation: None,
    })
}

fn unshown(shown: Shown) -> DifferenceKind {
    match shown {
        Shown::OnStatement => DifferenceKind::MoneyWithoutStatement,
        Shown::Elsewhere => DifferenceKind::PaidAnotherWay,
    }
}

#[cfg(test)]
#[path = "balance_tests.rs"]
mod tests;
