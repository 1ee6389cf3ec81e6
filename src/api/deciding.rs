//! What deciding in the app and deciding from a notification share: a colleague's yes, less or no.

use async_graphql::{InputObject, OneofObject};
use busfare_entity::{
    practitioner, spend,
    words::{AskState, CheckCode, DeclineReason, Outcome, SpendDecision, SpendId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    error::Problem,
    late,
    paying::{self, Said},
    scalars::Decimal,
    verb::Stop,
};
use crate::{
    rules::{
        authority::{Facts, Matter, Pot, Snapshot, Standing, Verdict},
        course::{self, Course, Hold},
        money::Money,
        sight::SpendAction,
        spend::{About, SpendRefusal},
    },
    store::{self, db::DatabaseTransaction, facts, spend::Moved, verdict::Decided},
};

/// Yes to a colleague's spend.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AuthoriseInput {
    /// Less than was asked for, such as `"20.00"`; all of it where none is given.
    amount: Option<Decimal>,
}

/// No to a colleague's spend.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DeclineInput {
    /// Why, from the closed list.
    reason: DeclineReason,
}

/// Yes or no; give exactly one.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum SpendAnswerInput {
    /// Yes, or yes to less.
    Authorise(AuthoriseInput),
    /// No, with a reason.
    Decline(DeclineInput),
}

/// Decides a spend that waits for her, and remembers it.
pub async fn decide(
    txn: &DatabaseTransaction,
    her: &practitioner::Model,
    spend_id: SpendId,
    answer: SpendAnswerInput,
    words: Option<String>,
    now: DateTime<Utc>,
) -> Result<spend::Model, Stop<SpendRefusal>> {
    // What do we need to know? Her turn is taken before the budget is held, as everywhere; then the spend
    // is read again, as it stands while nobody moves its budget.
    let viewer = store::people::as_viewer(her);
    let seen = store::spend::find(txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let facts = facts::about_colleagues(txn, her, &seen, now).await?;
    let spend = store::spend::find(txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let open = store::ask::open_of(txn, spend.id).await?;
    late::may(txn, SpendAction::Decide, &viewer, &spend, open, now).await?;
    let already = store::raise::already(txn, &spend).await?;

    // Decide.
    let (course, verdict, snapshot, reason) = match answer {
        SpendAnswerInput::Authorise(yes) => {
            let (course, verdict, snapshot) = authorise(her, &spend, yes.amount, already, facts)?;
            (course, verdict, snapshot, None)
        }
        SpendAnswerInput::Decline(no) => {
            let held = Money::from_pence(spend.held_pence);
            let (verdict, snapshot) = weigh(her, &spend, Money::from_pence(spend.total_pence), already, facts);
            (course::end(SpendDecision::Declined, spend.money, held), verdict, snapshot, Some(no.reason))
        }
    };

    // Remember.
    let decided = match store::spend::advance(txn, &spend, &course, now).await? {
        Moved::To(spend) => *spend,
        Moved::BudgetShort => return Err(why_not(&verdict, snapshot.pot()).into()),
        Moved::Overtaken => return Err(SpendRefusal::AlreadyDecided.into()),
    };
    paying::follows(txn, &decided, Said::default(), her.id, now).await?;
    store::ask::end(txn, spend.id, AskState::Answered, now).await?;
    let kept = Decided {
        by: her.id,
        outcome: outcome(course.decision),
        amount_pence: spend.total_pence,
        authorised_pence: decided.authorised_pence,
        decline_reason: reason,
        words,
    };
    store::verdict::keep(txn, &decided, &verdict, &snapshot, kept, now).await?;
    Ok(decided)
}

/// A yes is as good as the delegation it is given under.
fn authorise(
    her: &practitioner::Model,
    spend: &spend::Model,
    amount: Option<Decimal>,
    already: Money,
    facts: Facts,
) -> Result<(Course, Verdict, Snapshot), SpendRefusal> {
    let total = Money::from_pence(spend.total_pence);
    let amount = match amount {
        Some(amount) => Money::try_asked(amount.0).map_err(SpendRefusal::Amount)?,
        None => total,
    };
    if amount > total {
        return Err(SpendRefusal::AboveAsked(total));
    }

    let (verdict, snapshot) = weigh(her, spend, amount, already, facts);
    if verdict.outcome != Outcome::Authorised {
        return Err(why_not(&verdict, snapshot.pot()));
    }
    let decision = if amount < total { SpendDecision::AuthorisedLess } else { SpendDecision::Authorised };
    let held = Money::from_pence(spend.held_pence);
    let hold = Hold { held, over: snapshot.pot().shortfall(amount.less(held)) };
    let course = course::authorise(decision, spend.timing, amount, hold);
    Ok((course, verdict, snapshot))
}

/// Whether her own delegations stretch to it, whatever the budget has.
pub fn within_say(verdict: &Verdict) -> bool {
    verdict.checks.iter().all(|check| check.passes() || check.code == CheckCode::Budget)
}

/// An empty budget is nobody's limit, so it is not called one.
fn why_not(verdict: &Verdict, pot: &Pot) -> SpendRefusal {
    if within_say(verdict) { SpendRefusal::short(pot) } else { SpendRefusal::AboveYourSay }
}

/// What her delegations say about this amount now. What is held for the spend need not be found again.
pub fn weigh(
    her: &practitioner::Model,
    spend: &spend::Model,
    amount: Money,
    already: Money,
    facts: Facts,
) -> (Verdict, Snapshot) {
    let snapshot = Snapshot::Colleague {
        decider: Standing { id: her.id, team: her.team_id },
        asker: Standing { id: spend.practitioner_id, team: spend.team_id },
        matter: Matter {
            amount,
            needed: amount.less(Money::from_pence(spend.held_pence)),
            about: about(spend, already),
        },
        facts,
    };
    (snapshot.decide(), snapshot)
}

/// Where and how it would be spent, and on top of what. Whom it helps is counted among the facts.
fn about(spend: &spend::Model, already: Money) -> About {
    About { hub: spend.hub_id, method: spend.method, person: None, already }
}

fn outcome(decision: SpendDecision) -> Outcome {
    match decision {
        SpendDecision::Authorised => Outcome::Authorised,
        SpendDecision::AuthorisedLess => Outcome::AuthorisedLess,
        _ => Outcome::Declined,
    }
}
