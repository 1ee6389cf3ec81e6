//! decideSpend: say yes, less or no to a colleague, with your own authority.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{
    practitioner, spend,
    words::{AskState, CheckCode, DeclineReason, Outcome, SpendDecision},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        paying::{self, Said},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        authority::{Facts, Matter, Pot, Snapshot, Standing, Verdict},
        course::{self, Course, Hold},
        money::Money,
        sight::{SpendAction, may},
        spend::{About, REASON_CHARS, SpendRefusal},
        text,
    },
    store::{self, facts, spend::Moved, verdict::Decided},
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

/// What `decideSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DecideSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend that waits for you, from `viewer { asksForMe }`.
    spend_id: ID,
    /// Yes, less or no.
    answer: SpendAnswerInput,
    /// A few words for the colleague, at most 500 characters.
    words: Option<String>,
}

payload! {
    /// What `decideSpend` answers.
    DecideSpendPayload {
        /// The spend with the new verdict on it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DecideSpend;

#[Object]
impl DecideSpend {
    /// Decides a colleague's spend that waits for you. It needs nobody else; your own delegation must cover it.
    async fn decide_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you decide.")] input: DecideSpendInput,
    ) -> Answer<DecideSpendPayload> {
        DecideSpendPayload::answer(ctx, decide(ctx, input).await)
    }
}

async fn decide(ctx: &Context<'_>, input: DecideSpendInput) -> Verb<spend::Model, SpendRefusal> {
    // Who decides, and what?
    let (her, _) = ctx.practitioner()?;
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;
    let words =
        text::plain(input.words.as_deref().unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::DecisionWords)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "decideSpend", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know? Her turn is taken before the budget is held, as everywhere; then the spend
    // is read again, as it stands while nobody moves its budget.
    let seen = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let facts = facts::about_colleagues(&txn, her, &seen, now).await?;
    let spend = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let open = store::ask::open_of(&txn, spend.id).await?;
    may(SpendAction::Decide, &viewer, &store::spend::standing(&spend, open))?;

    // Decide.
    let (course, verdict, snapshot, reason) = match input.answer {
        SpendAnswerInput::Authorise(yes) => {
            let (course, verdict, snapshot) = authorise(her, &spend, yes.amount, facts)?;
            (course, verdict, snapshot, None)
        }
        SpendAnswerInput::Decline(no) => {
            let held = Money::from_pence(spend.held_pence);
            let (verdict, snapshot) = weigh(her, &spend, Money::from_pence(spend.total_pence), facts);
            (course::end(SpendDecision::Declined, spend.money, held), verdict, snapshot, Some(no.reason))
        }
    };

    // Remember.
    let decided = match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(spend) => *spend,
        Moved::BudgetShort => return Err(why_not(&verdict, snapshot.pot()).into()),
        Moved::Overtaken => return Err(SpendRefusal::AlreadyDecided.into()),
    };
    paying::follows(&txn, &decided, Said::default(), her.id, now).await?;
    store::ask::end(&txn, spend.id, AskState::Answered, now).await?;
    let kept = Decided {
        by: her.id,
        outcome: outcome(course.decision),
        amount_pence: spend.total_pence,
        authorised_pence: decided.authorised_pence,
        decline_reason: reason,
        words,
    };
    store::verdict::keep(&txn, &decided, &verdict, &snapshot, kept, now).await?;
    idempotent::keep(&txn, &key, &decided).await?;
    txn.commit().await?;

    Ok(Done::now(decided))
}

/// A yes is as good as the delegation it is given under.
fn authorise(
    her: &practitioner::Model,
    spend: &spend::Model,
    amount: Option<Decimal>,
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

    let (verdict, snapshot) = weigh(her, spend, amount, facts);
    if verdict.outcome != Outcome::Authorised {
        return Err(why_not(&verdict, snapshot.pot()));
    }
    let decision = if amount < total { SpendDecision::AuthorisedLess } else { SpendDecision::Authorised };
    let held = Money::from_pence(spend.held_pence);
    let hold = Hold { held, over: snapshot.pot().shortfall(amount.less(held)) };
    let course = course::authorise(decision, spend.timing, amount, hold);
    Ok((course, verdict, snapshot))
}

/// An empty budget is nobody's limit, so it is not called one.
fn why_not(verdict: &Verdict, pot: &Pot) -> SpendRefusal {
    let within_say = verdict.checks.iter().all(|check| check.passes() || check.code == CheckCode::Budget);
    if within_say {
        SpendRefusal::BudgetShort { budget: pot.name.clone(), left: pot.available }
    } else {
        SpendRefusal::AboveYourSay
    }
}

/// What her delegations say about this amount now. What is held for the spend need not be found again.
fn weigh(her: &practitioner::Model, spend: &spend::Model, amount: Money, facts: Facts) -> (Verdict, Snapshot) {
    let snapshot = Snapshot::Colleague {
        decider: Standing { id: her.id, team: her.team_id },
        asker: Standing { id: spend.practitioner_id, team: spend.team_id },
        matter: Matter { amount, needed: amount.less(Money::from_pence(spend.held_pence)), about: about(spend) },
        facts,
    };
    (snapshot.decide(), snapshot)
}

/// Where and how it would be spent. Whom it helps is counted among the facts.
fn about(spend: &spend::Model) -> About {
    About { hub: spend.hub_id, method: spend.method, person: None, already: Money::ZERO }
}

fn outcome(decision: SpendDecision) -> Outcome {
    match decision {
        SpendDecision::Authorised => Outcome::Authorised,
        SpendDecision::AuthorisedLess => Outcome::AuthorisedLess,
        _ => Outcome::Declined,
    }
}
