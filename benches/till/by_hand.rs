//! The same verb as one would write it without a till: one transaction for each request, and one statement for each row.

use busfare::{
    api::sitting::Asked,
    rules::{
        authority::{self, Snapshot},
        course::{self, Hold},
        money::Money,
    },
    store::{
        self, Db,
        db::DbErr,
        facts::{self, Turn},
        idempotency::{self, Claim},
        verdict::Decided,
    },
};
use busfare_entity::{
    spend,
    words::{Outcome, SpendBooks, SpendDecision, SpendEvidence, SpendMoney},
};

/// Authorises an ask within its asker's say.
pub async fn request(db: &Db, asked: &Asked) -> Result<spend::Model, DbErr> {
    let Asked { her, ask, spend_id, key, now, .. } = asked;
    let txn = db.begin().await?;
    if idempotency::claim(&txn, key, *now).await? != Claim::New {
        return Err(DbErr::Custom("the bench uses each key once".to_owned()));
    }
    let known =
        facts::about(&txn, her, ask, Turn::Take, *now).await.map_err(|why| DbErr::Custom(format!("{why:?}")))?;

    let verdict = authority::decide(ask, &known.facts);
    if verdict.outcome != Outcome::AuthorisedSelf {
        return Err(DbErr::Custom(format!("{verdict:?}")));
    }
    let course = course::authorise(SpendDecision::AuthorisedSelf, ask.timing, ask.total, Hold::default());

    let spend = spend::Model {
        id: *spend_id,
        organisation_id: her.organisation_id,
        practitioner_id: her.id,
        team_id: her.team_id,
        hub_id: ask.about.hub,
        purpose_id: ask.purpose,
        budget_id: known.budget.id,
        timing: ask.timing,
        method: ask.about.method,
        raises_id: None,
        allowance_id: None,
        unit_price_pence: ask.unit_price.pence(),
        count: ask.count,
        total_pence: ask.total.pence(),
        reason: ask.reason.clone(),
        decision: SpendDecision::Asked,
        money: SpendMoney::None,
        evidence: SpendEvidence::NotNeeded,
        books: SpendBooks::Open,
        held_pence: Money::ZERO.pence(),
        authorised_pence: None,
        spent_pence: None,
        refunded_pence: 0,
        requested_at: *now,
        decided_at: None,
        spent_at: None,
        expires_at: None,
        nudged_at: None,
    };
    let spend = store::spend::on_course(&spend, &course, *now);
    store::spend::add(&txn, spend.clone()).await?;
    if !store::spend::apply_all(&txn, &spend, &course, *now).await? {
        return Err(DbErr::RecordNotUpdated);
    }
    let snapshot = Snapshot::Own { ask: ask.clone(), facts: known.facts };
    let decided = Decided {
        by: her.id,
        outcome: verdict.outcome,
        amount_pence: spend.total_pence,
        authorised_pence: spend.authorised_pence,
        decline_reason: None,
        words: None,
    };
    store::verdict::keep(&txn, &spend, &verdict, &snapshot, decided, *now).await?;
    let answer = serde_json::to_value(&spend).map_err(|error| DbErr::Json(error.to_string()))?;
    idempotency::keep(&txn, key, answer).await?;
    txn.commit().await?;
    Ok(spend)
}
