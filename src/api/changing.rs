//! What changing a spend does to the ones that are there: in place while nobody has decided, down at once, and up
//! by a spend of its own that asks for the difference only.

use busfare_entity::{
    practitioner, spend,
    words::{AskState, Outcome, SpendBooks, SpendDecision, SpendEvidence, SpendMoney, SpendTiming},
};
use chrono::{DateTime, Utc};

use super::{
    paying::{self, Said},
    verb::Stop,
};
use crate::{
    rules::{
        authority::{self, Facts, Pot, Snapshot, Verdict},
        change::{MOST_RAISES, Part, Plan, in_all, plan},
        course::{self, Course, Hold},
        evidence,
        money::Money,
        nearest::Nearest,
        spend::{Ask, SpendRefusal},
    },
    store::{
        self,
        change::{Terms, change},
        db::DatabaseTransaction,
        raise, rehome,
        spend::Moved,
        verdict::Decided,
        wanted,
    },
};

/// What came of a change: the spend, or a reason why not.
type Changed<T> = Result<T, Stop<SpendRefusal>>;

/// Who changes a spend of her own, with her say and its budget held.
pub struct Changing<'a> {
    /// The verb's transaction.
    pub txn: &'a DatabaseTransaction,
    /// Who.
    pub her: &'a practitioner::Model,
    /// What she may decide herself now, and the budget.
    pub facts: Facts,
    /// When.
    pub now: DateTime<Utc>,
}

/// Whether nobody has decided a spend yet.
pub fn waits(spend: &spend::Model) -> bool {
    matches!(spend.decision, SpendDecision::Asked | SpendDecision::Question)
}

impl Changing<'_> {
    /// Changes the words alone.
    pub async fn words(&self, spend: &spend::Model, terms: &Terms) -> Changed<()> {
        let kept = Terms { reason: terms.reason.clone(), ..Terms::of(spend) };
        moved(change(self.txn, spend, &kept, None, self.her.id, self.now).await?, &self.facts.pot).map(|_| ())
    }

    /// Changes a spend that waits, in place: its hold follows, and who is asked stays asked if her say still
    /// stretches to it. What is now within the asker's own say is hers at once.
    pub async fn in_place(&self, spend: &spend::Model, terms: &Terms) -> Changed<()> {
        let total = total(terms);
        let held = Money::from_pence(spend.held_pence);
        let mut facts = self.facts.clone();
        facts.pot.available = facts.pot.available.plus(held).unwrap_or(facts.pot.available);
        let ask = Ask {
            unit_price: Money::from_pence(terms.unit_price_pence),
            count: terms.count,
            total,
            reason: terms.reason.clone(),
            ..wanted::as_asked(self.txn, spend).await?
        };

        let verdict = authority::decide(&ask, &facts);
        let course = match verdict.outcome {
            Outcome::AuthorisedSelf => {
                let hold = Hold { held, over: facts.pot.shortfall(total) };
                course::authorise(SpendDecision::AuthorisedSelf, spend.timing, total, hold)
            }
            Outcome::Asked => course::ask_again(spend.decision, held, total, total <= facts.pot.available),
            _ => return Err(SpendRefusal::short(&facts.pot).into()),
        };

        let changed = change(self.txn, spend, terms, Some(&course), self.her.id, self.now).await?;
        let changed = moved(changed, &facts.pot)?;
        if verdict.outcome == Outcome::AuthorisedSelf {
            store::ask::end(self.txn, spend.id, AskState::Closed, self.now).await?;
        } else if total.pence() > spend.total_pence {
            self.keep_or_move(spend, &ask).await?;
        }
        self.remember(&changed, &verdict, Snapshot::Own { ask, facts }).await
    }

    /// Whoever is asked stays asked, unless the new amount is above her say.
    async fn keep_or_move(&self, spend: &spend::Model, ask: &Ask) -> Changed<()> {
        let Some(open) = store::ask::open_about(self.txn, spend.id).await? else { return Ok(()) };
        let budget = store::budget::hold(self.txn, spend.budget_id).await?;
        let wanted = wanted::by_whom(self.txn, spend, ask.clone(), &budget, self.now).await?;
        if wanted.may_be_decided_by(open.asked_id) {
            return Ok(());
        }
        let next = wanted.nearest().ok_or(SpendRefusal::NobodyCanDecide(ask.total))?;
        Ok(rehome::hand_over(self.txn, &open, next, self.now).await?)
    }

    /// Changes what is authorised already to a new whole.
    pub async fn authorised(&self, first: &spend::Model, terms: &Terms) -> Changed<()> {
        let chain = raise::chains(self.txn, &[first.id]).await?;
        let same = (terms.unit_price_pence, terms.count) == (first.unit_price_pence, first.count);
        if same && chain.len() == 1 {
            let says_more = terms.reason != first.reason;
            return if says_more { self.words(first, terms).await } else { Err(SpendRefusal::NothingToChange.into()) };
        }
        let pending = chain.iter().find(|one| waits(one));
        let standing: Vec<_> = chain.iter().filter(|one| raise::stands(one).is_some()).collect();
        let parts: Vec<_> = standing
            .iter()
            .map(|one| Part {
                stands: raise::stands(one).unwrap_or_default(),
                lowers: one.money == SpendMoney::Committed,
            })
            .collect();

        let plan = plan(&parts, total(terms))?;
        match (&plan, pending) {
            (Plan::Raise(more), Some(pending)) => {
                self.in_place(pending, &terms.clone().one_at(more.pence())).await?;
            }
            (Plan::Raise(_), None) if chain.len() > MOST_RAISES => return Err(SpendRefusal::TooManyRaises.into()),
            (Plan::Raise(more), None) => self.raise(first, terms, *more, in_all(&parts)).await?,
            (_, Some(pending)) => take_back(self.txn, pending, self.now).await?,
            (Plan::Same, None) if terms.reason == first.reason => return Err(SpendRefusal::NothingToChange.into()),
            _ => {}
        }
        if let Plan::Lower(lowered) = &plan {
            for (place, to) in lowered {
                self.lower(standing[*place], terms, *to).await?;
            }
        }
        let lowers_first = matches!(&plan, Plan::Lower(lowered) if lowered.iter().any(|(place, _)| *place == 0));
        if !lowers_first && terms.reason != first.reason {
            self.words(first, terms).await?;
        }
        Ok(())
    }

    /// Brings one part down; one that comes down to nothing is taken back.
    async fn lower(&self, part: &spend::Model, terms: &Terms, to: Money) -> Changed<()> {
        if to == Money::ZERO {
            return take_back(self.txn, part, self.now).await;
        }
        let terms = match part.raises_id {
            None if total(terms) == to => terms.clone(),
            None => terms.clone().one_at(to.pence()),
            Some(_) => Terms::of(part).one_at(to.pence()),
        };
        let course = course::lower(part.decision, Money::from_pence(part.held_pence), to);
        let lowered = change(self.txn, part, &terms, Some(&course), self.her.id, self.now).await?;
        moved(lowered, &self.facts.pot).map(|_| ())
    }

    /// Asks for the difference, in a spend of its own: yes at once within her own say, and else one colleague.
    async fn raise(&self, first: &spend::Model, terms: &Terms, more: Money, already: Money) -> Changed<()> {
        let timing = if first.money == SpendMoney::Committed { SpendTiming::Before } else { SpendTiming::After };
        let mut ask = wanted::as_asked(self.txn, first).await?;
        ask = Ask { unit_price: more, count: 1, total: more, timing, reason: terms.reason.clone(), ..ask };
        ask.about.already = already;
        let row = self.supplement(first, &ask).await?;

        let pot = &self.facts.pot;
        let verdict = authority::decide(&ask, &self.facts);
        let (course, asked): (Course, Option<Nearest>) = match verdict.outcome {
            Outcome::AuthorisedSelf => {
                let hold = Hold { held: Money::ZERO, over: pot.shortfall(more) };
                (course::authorise(SpendDecision::AuthorisedSelf, timing, more, hold), None)
            }
            Outcome::Asked => {
                let budget = store::budget::hold(self.txn, first.budget_id).await?;
                let wanted = wanted::by_whom(self.txn, &row, ask.clone(), &budget, self.now).await?;
                let nearest = wanted.nearest().ok_or(SpendRefusal::NobodyCanDecide(more))?;
                (course::ask(more, more <= pot.available), Some(nearest))
            }
            _ => return Err(SpendRefusal::short(pot).into()),
        };

        let spend = store::spend::on_course(&row, &course, self.now);
        if !store::spend::add(self.txn, spend.clone()).await? {
            return Err(SpendRefusal::IdAlreadyUsed.into());
        }
        if let Some(person) = ask.about.person {
            store::person::link(self.txn, spend.id, person, self.now).await?;
        }
        if !store::spend::apply_all(self.txn, &spend, &course, self.now).await? {
            return Err(SpendRefusal::short(pot).into());
        }
        paying::follows(self.txn, &spend, Said::default(), self.her.id, self.now).await?;
        if let Some(nearest) = asked {
            store::ask::open(self.txn, spend.id, nearest, self.now).await?;
        }
        self.remember(&spend, &verdict, Snapshot::Own { ask, facts: self.facts.clone() }).await
    }

    /// The spend that asks for a difference, before anybody decides. A receipt that the whole needs and the first
    /// did not is asked for here.
    async fn supplement(&self, first: &spend::Model, ask: &Ask) -> Changed<spend::Model> {
        let purpose = store::purpose::find(self.txn, first.organisation_id, first.purpose_id).await?;
        let whole = ask.about.already.plus(ask.total).unwrap_or(ask.total);
        let expected = purpose.map_or(SpendEvidence::NotNeeded, |purpose| {
            let threshold = Money::from_pence(purpose.receipt_threshold_pence);
            evidence::expected(purpose.receipt_rule, threshold, whole)
        });
        let covered = first.evidence != SpendEvidence::NotNeeded;
        Ok(spend::Model {
            id: store::mint::id(),
            raises_id: Some(first.id),
            allowance_id: None,
            timing: ask.timing,
            unit_price_pence: ask.unit_price.pence(),
            count: ask.count,
            total_pence: ask.total.pence(),
            reason: ask.reason.clone(),
            decision: SpendDecision::Asked,
            money: SpendMoney::None,
            evidence: if covered { SpendEvidence::NotNeeded } else { expected },
            books: SpendBooks::Open,
            held_pence: 0,
            authorised_pence: None,
            spent_pence: None,
            refunded_pence: 0,
            requested_at: self.now,
            decided_at: None,
            spent_at: None,
            expires_at: None,
            nudged_at: None,
            ..first.clone()
        })
    }

    async fn remember(&self, spend: &spend::Model, verdict: &Verdict, snapshot: Snapshot) -> Changed<()> {
        let decided = Decided::as_said(self.her.id, verdict.outcome, spend);
        Ok(store::verdict::keep(self.txn, spend, verdict, &snapshot, decided, self.now).await?)
    }
}

/// Takes back everything that raised a spend and whose money has not left.
pub async fn take_back_raises(txn: &DatabaseTransaction, first: &spend::Model, now: DateTime<Utc>) -> Changed<()> {
    for one in raise::chains(txn, &[first.id]).await? {
        let alive = waits(&one) || one.money == SpendMoney::Committed;
        if one.raises_id == Some(first.id) && alive {
            take_back(txn, &one, now).await?;
        }
    }
    Ok(())
}

async fn take_back(txn: &DatabaseTransaction, spend: &spend::Model, now: DateTime<Utc>) -> Changed<()> {
    let course = course::end(SpendDecision::Withdrawn, spend.money, Money::from_pence(spend.held_pence));
    match store::spend::advance(txn, spend, &course, now).await? {
        Moved::To(_) => Ok(store::ask::end(txn, spend.id, AskState::Closed, now).await?),
        Moved::BudgetShort | Moved::Overtaken => Err(SpendRefusal::AlreadyDecided.into()),
    }
}

fn total(terms: &Terms) -> Money {
    Money::from_pence(terms.unit_price_pence.saturating_mul(i64::from(terms.count)))
}

fn moved(moved: Moved, pot: &Pot) -> Changed<spend::Model> {
    match moved {
        Moved::To(spend) => Ok(*spend),
        Moved::BudgetShort => Err(SpendRefusal::short(pot).into()),
        Moved::Overtaken => Err(SpendRefusal::AlreadyDecided.into()),
    }
}
