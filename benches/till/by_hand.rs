//! The same verb as one would write it without a till: one transaction for each request, and one statement for each row.

use busfare::{
    api::sitting::Asked,
    rules::{
        authority::{self, Snapshot},
        course::{self, Hold},
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
    words::{Outcome, SpendDecision},
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

    let spend = store::spend::asked(*spend_id, her, ask, (&known.purpose, known.budget.id), *now);
    let spend = store::spend::on_course(&spend, &course, *now);
    store::spend::add(&txn, spend.clone()).await?;
    if !store::spend::apply_all(&txn, &spend, &course, *now).await? {
        return Err(DbErr::RecordNotUpdated);
    }
    let snapshot = Snapshot::Own { ask: ask.clone(), facts: known.facts };
    let decided = Decided::as_said(her.id, verdict.outcome, &spend);
    store::verdict::keep(&txn, &spend, &verdict, &snapshot, decided, *now).await?;
    let answer = serde_json::to_value(&spend).map_err(|error| DbErr::Json(error.to_string()))?;
    idempotency::keep(&txn, key, answer).await?;
    txn.commit().await?;
    Ok(spend)
}
