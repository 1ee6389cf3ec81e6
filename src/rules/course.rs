//! The course of a spend: where each step leaves its four axes' money side, and what it moves on the budget.
//! Every hold that a step makes, another resolves exactly once.

use busfare_entity::words::{PaymentMethod, SpendDecision, SpendMoney, SpendTiming};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    budget::Step,
    money::Money,
    spend::{Settlement, SpendRefusal, settle},
};

/// Where a step leaves a spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The decision from here on.
    pub decision: SpendDecision,
    /// Where the money is from here on.
    pub money: SpendMoney,
    /// What the budget holds for it from here on.
    pub held: Money,
    /// What is authorised.
    pub authorised: Option<Money>,
    /// What has left.
    pub spent: Option<Money>,
    /// What moves on the budget, in this order.
    pub steps: Vec<Step>,
}

/// The hold that an authorisation is made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    /// What is held for the spend already.
    pub held: Money,
    /// By how much the budget runs over.
    pub over: Money,
}

/// Authorised, by oneself or a colleague, out of what was held for it. What is already bought is spent at once.
pub fn authorise(decision: SpendDecision, timing: SpendTiming, amount: Money, hold: Hold) -> Course {
    let commit = Step::commit(amount, hold.held).running_over(hold.over);
    let authorised = Some(amount);
    match timing {
        SpendTiming::Before => Course {
            decision,
            money: SpendMoney::Committed,
            held: amount,
            authorised,
            spent: None,
            steps: vec![commit],
        },
        SpendTiming::After => Course {
            decision,
            money: SpendMoney::Spent,
            held: Money::ZERO,
            authorised,
            spent: Some(amount),
            steps: vec![commit, Step::settle(amount, amount)],
        },
    }
}

/// A colleague is asked. The money is held meanwhile, if the budget has it; what is already bought
/// is asked about even where it has not.
pub fn ask(total: Money, funded: bool) -> Course {
    let (money, held, steps) = if funded {
        (SpendMoney::Reserved, total, vec![Step::reserve(total)])
    } else {
        (SpendMoney::None, Money::ZERO, vec![])
    };
    Course { decision: SpendDecision::Asked, money, held, authorised: None, spent: None, steps }
}

/// The amount changes while a colleague is asked: the hold follows it, up or down. Where the budget cannot hold all
/// of it, nothing is held.
pub fn ask_again(decision: SpendDecision, held: Money, total: Money, funded: bool) -> Course {
    let (money, hold) = if funded { (SpendMoney::Reserved, total) } else { (SpendMoney::None, Money::ZERO) };
    let steps = match hold.pence() - held.pence() {
        0 => vec![],
        more if more > 0 => vec![Step::reserve(Money::from_pence(more))],
        less => vec![Step::unreserve(Money::from_pence(-less))],
    };
    Course { decision, money, held: hold, authorised: None, spent: None, steps }
}

/// Less is needed than was authorised: the difference goes back at once, and nothing is decided anew.
pub fn lower(decision: SpendDecision, from: Money, to: Money) -> Course {
    Course {
        decision,
        money: SpendMoney::Committed,
        held: to,
        authorised: Some(to),
        spent: None,
        steps: vec![Step::release(from.less(to))],
    }
}

/// A colleague said no, or the asker took it back: whatever was held goes back.
pub fn end(decision: SpendDecision, money: SpendMoney, held: Money) -> Course {
    let (money, steps) = match money {
        SpendMoney::Reserved => (SpendMoney::Released, vec![Step::unreserve(held)]),
        SpendMoney::Committed => (SpendMoney::Released, vec![Step::release(held)]),
        other => (other, vec![]),
    };
    Course { decision, money, held: Money::ZERO, authorised: None, spent: None, steps }
}

/// How long money is held before it goes back by itself.
pub const HOLD_LASTS: TimeDelta = TimeDelta::days(7);
/// How long before that its asker is reminded.
pub const REMINDED_BEFORE: TimeDelta = TimeDelta::days(2);

/// Until when money is held that a step leaves held. An order or a voucher that is out is a promise to somebody else,
/// so what is set aside for it does not go back by itself.
pub fn held_until(money: SpendMoney, method: Option<PaymentMethod>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let promised = matches!(method, Some(PaymentMethod::Supplier | PaymentMethod::Voucher));
    match money {
        SpendMoney::Reserved => Some(now + HOLD_LASTS),
        SpendMoney::Committed if !promised => Some(now + HOLD_LASTS),
        _ => None,
    }
}

/// Nobody used what was held, so it goes back. The decision stays: a yes is not taken back, and an ask that nobody
/// has answered may still be, with a hold of its own then.
pub fn expire(decision: SpendDecision, money: SpendMoney, held: Money, authorised: Option<Money>) -> Course {
    Course { authorised, ..end(decision, money, held) }
}

/// The money has left; what was not needed goes back.
pub fn spend(decision: SpendDecision, authorised: Money, spent: Money) -> Result<Course, SpendRefusal> {
    let Settlement { settle: leaves, .. } = settle(authorised, spent)?;
    Ok(Course {
        decision,
        money: SpendMoney::Spent,
        held: Money::ZERO,
        authorised: Some(authorised),
        spent: Some(leaves),
        steps: vec![Step::settle(leaves, authorised)],
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the steps so far leave on the budget: (reserved, committed, settled).
    fn counters(courses: &[&Course]) -> (i64, i64, i64) {
        courses.iter().flat_map(|course| &course.steps).fold((0, 0, 0), |(reserved, committed, settled), step| {
            (reserved + step.reserved, committed + step.committed, settled + step.settled)
        })
    }

    fn pounds(pence: i64) -> Money {
        Money::from_pence(pence)
    }

    #[test]
    fn your_own_yes_sets_the_money_aside_and_what_is_bought_is_spent() {
        let before = authorise(SpendDecision::AuthorisedSelf, SpendTiming::Before, pounds(115), Hold::default());
        let after = authorise(SpendDecision::AuthorisedSelf, SpendTiming::After, pounds(115), Hold::default());

        assert_eq!((before.money, counters(&[&before])), (SpendMoney::Committed, (0, 115, 0)));
        assert_eq!((after.money, counters(&[&after])), (SpendMoney::Spent, (0, 0, 115)));
    }

    #[test]
    fn what_is_held_goes_back_after_seven_days_unless_it_is_promised_to_somebody_else() {
        let noon = DateTime::UNIX_EPOCH;
        let week = Some(noon + TimeDelta::days(7));

        assert_eq!(held_until(SpendMoney::Reserved, Some(PaymentMethod::Supplier), noon), week);
        assert_eq!(held_until(SpendMoney::Committed, Some(PaymentMethod::HubCash), noon), week);
        assert_eq!(held_until(SpendMoney::Committed, None, noon), week);
        assert_eq!(held_until(SpendMoney::Committed, Some(PaymentMethod::Voucher), noon), None);
        assert_eq!(held_until(SpendMoney::Spent, None, noon), None);
    }

    #[test]
    fn a_hold_that_expires_goes_back_whole_and_the_decision_stays() {
        let yes = authorise(SpendDecision::AuthorisedSelf, SpendTiming::Before, pounds(115), Hold::default());
        let gone = expire(yes.decision, yes.money, yes.held, yes.authorised);
        let waiting = ask(pounds(400), true);
        let unheld = expire(waiting.decision, waiting.money, waiting.held, waiting.authorised);

        assert_eq!(
            (gone.decision, gone.money, gone.authorised),
            (SpendDecision::AuthorisedSelf, SpendMoney::Released, Some(pounds(115)))
        );
        assert_eq!(counters(&[&yes, &gone]), (0, 0, 0));
        assert_eq!((unheld.decision, unheld.money), (SpendDecision::Asked, SpendMoney::Released));
        assert_eq!(counters(&[&waiting, &unheld]), (0, 0, 0));
        let late_yes = authorise(
            SpendDecision::Authorised,
            SpendTiming::Before,
            pounds(400),
            Hold { held: unheld.held, over: Money::ZERO },
        );
        assert_eq!(counters(&[&waiting, &unheld, &late_yes]), (0, 400, 0));
    }

    proptest! {
        #[test]
        fn whatever_happens_the_budget_holds_what_the_spend_says_it_holds(
            total in 1i64..10_000, less in 1i64..10_000, spent in 1i64..10_000, funded: bool, route in 0usize..7,
        ) {
            let (total, authorised) = (pounds(total), pounds(less.min(total)));
            let asked = ask(total, funded);
            let yes = authorise(SpendDecision::AuthorisedLess, SpendTiming::Before, authorised, Hold { held: asked.held, over: Money::ZERO });
            let mut walked = vec![asked.clone()];
            match route {
                0 => walked.push(end(SpendDecision::Declined, asked.money, asked.held)),
                1 => walked.push(yes),
                5 => {
                    let again = ask_again(SpendDecision::Asked, asked.held, authorised, !funded || total.pence() % 2 == 0);
                    walked.push(again.clone());
                    walked.push(end(SpendDecision::Withdrawn, again.money, again.held));
                }
                6 => { walked.push(yes); walked.push(lower(SpendDecision::AuthorisedLess, authorised, authorised.less(pounds(spent)))); }
                2 => { walked.push(yes.clone()); walked.push(end(SpendDecision::Withdrawn, yes.money, yes.held)); }
                3 => {
                    walked.push(yes);
                    if let Ok(spent) = spend(SpendDecision::AuthorisedLess, authorised, pounds(spent)) { walked.push(spent); }
                }
                _ => walked.push(authorise(SpendDecision::Authorised, SpendTiming::After, total, Hold { held: asked.held, over: Money::ZERO })),
            }

            let (reserved, committed, settled) = counters(&walked.iter().collect::<Vec<_>>());
            let last = walked.last().unwrap();
            prop_assert!(reserved >= 0 && committed >= 0 && settled >= 0);
            prop_assert_eq!(reserved + committed, last.held.pence());
            prop_assert_eq!(settled, last.spent.unwrap_or_default().pence());
        }
    }
}
