//! The total: the amount whose label, sums and print say that it was to be paid.

use std::collections::BTreeMap;

use busfare_entity::words::ReadingReason;

use super::{
    amount::{Amount, amounts},
    guess::Candidate,
    label::{Label, label},
    paper::{Line, middle},
};

/// Most amounts that are tried against each other.
const MOST_AMOUNTS: usize = 400;

/// An amount with what the words beside it say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub amount: Amount,
    pub label: Label,
    /// Whether the label stands on the line above.
    pub above: bool,
    /// Which line it is on.
    pub line: usize,
    /// How many amounts that line has.
    pub beside: usize,
    /// Whether it is in a table of taxes.
    pub in_table: bool,
}

/// Every amount on the paper with its label.
pub(super) fn told(lines: &[Line]) -> Vec<Told> {
    let found: Vec<Vec<Amount>> = lines.iter().map(amounts).collect();
    let (mut told, mut in_table) = (Vec::new(), false);
    for (at, line) in lines.iter().enumerate() {
        in_table = in_table_after(in_table, line, found[at].is_empty());
        let taken = |place: usize| found[at].iter().any(|amount| (amount.first..=amount.last).contains(&place));
        let words = || line.words.iter().enumerate().filter(|(place, _)| !taken(*place)).map(|(_, word)| word);
        let mut own = label(words());
        let says_something = words().any(|word| word.text.chars().filter(|c| c.is_alphabetic()).count() >= 3);
        // An amount alone on its line belongs to the words above it.
        let mut above = false;
        if own == Label::None && !says_something && at > 0 && found[at - 1].is_empty() && !found[at].is_empty() {
            own = label(lines[at - 1].words.iter());
            above = own != Label::None;
        }
        for amount in &found[at] {
            told.push(Told { amount: *amount, label: own, above, line: at, beside: found[at].len(), in_table });
        }
    }
    told.truncate(MOST_AMOUNTS);
    told
}

/// A table of taxes begins with its heading and ends with a line of words.
fn in_table_after(in_table: bool, line: &Line, no_amounts: bool) -> bool {
    let text: Vec<_> = line.words.iter().map(|word| super::label::folded(&word.text)).collect();
    let has = |wanted: &str| text.iter().any(|word| word.starts_with(wanted));
    let heading = no_amounts
        && (has("SUMMARY")
            || has("ANALYSIS")
            || has("BREAKDOWN")
            || (has("VAT") || has("TAW") || has("TAX") || has("GST"))
                && (has("NET") || has("GROSS") || has("RATE") || has("AMOUNT") || has("GOODS")));
    heading || in_table && !(no_amounts && text.iter().filter(|word| word.len() > 3).count() > 2)
}

/// What the amounts of one pass say the total may be.
pub(super) fn totals(lines: &[Line]) -> Vec<Candidate<i64>> {
    let told = told(lines);
    let usual = middle(told.iter().map(|one| one.amount.height));
    let sums = Sums::of(&told);
    let mut best: BTreeMap<i64, Candidate<i64>> = BTreeMap::new();
    for one in &told {
        let Some((score, reasons)) = score(one, usual, &sums) else { continue };
        let entry = best.entry(one.amount.pence).or_insert_with(|| Candidate {
            value: one.amount.pence,
            score,
            reasons: reasons.clone(),
        });
        entry.score = entry.score.max(score);
        for reason in reasons {
            if !entry.reasons.contains(&reason) {
                entry.reasons.push(reason);
            }
        }
    }
    let all: Vec<i64> = best.keys().copied().collect();
    for candidate in best.values_mut() {
        let (extra, reasons) = sums.speak_for(candidate.value, &all);
        candidate.score += extra;
        candidate.reasons.extend(reasons);
    }
    best.into_values().collect()
}

/// What its own place on the paper says of an amount; nothing for what cannot be a total.
fn score(one: &Told, usual: i32, sums: &Sums) -> Option<(i32, Vec<ReadingReason>)> {
    let (amount, mut reasons) = (&one.amount, Vec::new());
    if amount.pence == 0 || amount.negative {
        return None;
    }
    let mut score = match one.label {
        Label::Total => 62,
        Label::Price => 42,
        Label::Card => 42,
        Label::Cash if sums.cash_may_be_total(amount.pence) => 30,
        Label::Subtotal => 22,
        Label::None => 12,
        Label::Vat => 4,
        Label::Cash | Label::Change | Label::Saving | Label::Other => -10,
    };
    match one.label {
        Label::Total => reasons.push(ReadingReason::TotalWord),
        Label::Price => reasons.push(ReadingReason::PriceWord),
        Label::Card | Label::Cash => reasons.push(ReadingReason::PaymentWord),
        _ => {}
    }
    if one.above {
        score -= 6;
    }
    if one.in_table {
        score -= 40;
    }
    if one.beside > 1 && one.label == Label::Total {
        score -= 12;
    }
    if usual > 0 && amount.height * 10 >= usual * 13 {
        score += 10;
        reasons.push(ReadingReason::LargePrint);
    }
    score += ((amount.sure - 78) / 4).clamp(-14, 5);
    score += if amount.clean { 0 } else { -12 };
    score += if amount.currency { 3 } else { 0 };
    Some((score, reasons))
}

/// What the amounts say about each other.
struct Sums {
    items: Vec<i64>,
    subtotals: Vec<i64>,
    savings: i64,
    totals: Vec<i64>,
    paid: Vec<i64>,
    cash: Vec<i64>,
    change: Vec<i64>,
    vat: Vec<i64>,
    often: BTreeMap<i64, usize>,
    most: i64,
    only_price: Option<i64>,
    only: Option<i64>,
}

impl Sums {
    fn of(told: &[Told]) -> Self {
        let by = |wanted: Label| told.iter().filter(move |one| one.label == wanted && !one.in_table);
        let pence = |wanted: Label| by(wanted).map(|one| one.amount.pence).collect::<Vec<_>>();
        let first_sum = told
            .iter()
            .filter(|one| matches!(one.label, Label::Total | Label::Subtotal))
            .map(|one| one.line)
            .min()
            .unwrap_or(usize::MAX);
        // What stands at the right of each line above the first sum.
        let mut items: BTreeMap<usize, i64> = BTreeMap::new();
        for one in by(Label::None).filter(|one| one.line < first_sum) {
            items.insert(one.line, if one.amount.negative { -one.amount.pence } else { one.amount.pence });
        }
        let mut often = BTreeMap::new();
        for one in told {
            *often.entry(one.amount.pence).or_insert(0) += 1;
        }
        // Where nothing is called a total, the one price or payment is it; and so is the one amount there is.
        let one_of = |found: Vec<i64>| found.first().copied().filter(|first| found.iter().all(|other| other == first));
        let priced = told
            .iter()
            .filter(|one| matches!(one.label, Label::Price | Label::Card))
            .map(|one| one.amount.pence)
            .collect();
        let no_total = by(Label::Total).next().is_none();
        let printed = told
            .iter()
            .filter(|one| one.amount.pence > 0 && one.amount.currency && one.amount.clean)
            .map(|one| one.amount.pence);
        let everything: Vec<i64> = told.iter().map(|one| one.amount.pence).filter(|pence| *pence > 0).collect();
        let could_be = |one: &&Told| {
            !matches!(one.label, Label::Cash | Label::Other | Label::Saving | Label::Change) && !one.amount.negative
        };
        Self {
            items: items.into_values().collect(),
            subtotals: pence(Label::Subtotal),
            savings: by(Label::Saving).map(|one| one.amount.pence).sum(),
            totals: pence(Label::Total),
            paid: pence(Label::Card).into_iter().chain(pence(Label::Price)).collect(),
            cash: pence(Label::Cash),
            change: pence(Label::Change),
            vat: told
                .iter()
                .filter(|one| one.label == Label::Vat || one.in_table)
                .map(|one| one.amount.pence)
                .collect(),
            often,
            only_price: no_total.then(|| one_of(priced)).flatten(),
            only: one_of(everything).filter(|only| printed.clone().any(|pence| pence == *only)),
            most: told.iter().filter(could_be).map(|one| one.amount.pence).max().unwrap_or_default(),
        }
    }

    /// Cash is the total where nothing was handed back.
    fn cash_may_be_total(&self, pence: i64) -> bool {
        !self.change.iter().any(|change| *change > 0 && *change < pence)
    }

    /// What other amounts say for and against one.
    fn speak_for(&self, pence: i64, all: &[i64]) -> (i32, Vec<ReadingReason>) {
        let (mut score, mut reasons) = (0, Vec::new());
        let changed = self
            .cash
            .iter()
            .chain(&self.totals)
            .any(|cash| self.change.iter().any(|change| *change > 0 && cash - change == pence));
        if changed {
            score += 26;
            reasons.push(ReadingReason::CashLessChange);
        }
        let taken_as_cash = self.cash.contains(&pence)
            && self.change.iter().any(|change| *change > 0 && all.contains(&(pence - change)));
        if taken_as_cash {
            score -= 40;
        }
        let whole: i64 = self.items.iter().sum();
        let adds_up = self.items.len() > 1 && (whole == pence || whole - self.savings == pence)
            || self.subtotals.iter().any(|sub| self.savings > 0 && sub - self.savings == pence)
            || self.items.len() == 1 && whole == pence && self.totals.contains(&pence);
        if adds_up {
            score += 20;
            reasons.push(ReadingReason::AddsUp);
        }
        let vat_in = self.vat.iter().any(|vat| {
            *vat > 0
                && *vat < pence
                && (self.vat.contains(&(pence - vat))
                    || [(20, 120), (5, 105)].iter().any(|(rate, of)| (vat * of - pence * rate).abs() <= *of))
        });
        if vat_in {
            score += 12;
            reasons.push(ReadingReason::VatAgrees);
        }
        if self.totals.contains(&pence) && (self.paid.contains(&pence) || self.cash.contains(&pence)) {
            score += 16;
            reasons.push(ReadingReason::PaidAsMuch);
        }
        if self.often.get(&pence).is_some_and(|often| *often > 1) {
            score += 5;
        }
        if self.only == Some(pence) {
            score += if self.totals.contains(&pence) { 10 } else { 46 };
            reasons.push(ReadingReason::OnlyAmount);
        } else if self.only_price == Some(pence) {
            score += 20;
        }
        if pence == self.most {
            score += 10;
            reasons.push(ReadingReason::LargestAmount);
        } else if !changed && !adds_up {
            score -= 8;
        }
        // Another amount that is called the total, or less than one thing that was bought.
        if self.totals.iter().any(|total| *total != pence) && self.totals.contains(&pence) && !changed && !adds_up {
            score -= 12;
        }
        if self.items.iter().any(|item| *item > pence) && self.savings == 0 && !changed {
            score -= 14;
        }
        (score, reasons)
    }
}
