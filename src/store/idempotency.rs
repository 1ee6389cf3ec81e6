//! Idempotency: a key is claimed in the same transaction as its effect, so retrying is free and a twin impossible.

use busfare_entity::{
    idempotency,
    words::{AppId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

use super::{db::inserted, rows::among};

/// One use of an idempotency key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose key it is.
    pub actor: PractitionerId,
    /// The key.
    pub key: Uuid,
    /// Which mutation it was used for.
    pub mutation: &'static str,
    /// Hash of the whole input.
    pub input_sha256: Vec<u8>,
    /// The app that uses it for her, if one does.
    pub app: Option<AppId>,
}

/// What claiming a key came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is new; go on.
    New,
    /// It was used for the same input; this was the answer.
    Answered(Value),
    /// It was used for another input.
    Reused,
}

/// Claims a key. Where another request holds it, this waits until that one has ended one way or the other.
pub async fn claim(conn: &impl ConnectionTrait, key: &Key, now: DateTime<Utc>) -> Result<Claim, DbErr> {
    let row = key.answered(Value::Null, now);
    let outcome = idempotency::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([idempotency::Column::PractitionerId, idempotency::Column::Key])
                .do_nothing()
                .to_owned(),
        )
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if inserted(&outcome) {
        return Ok(Claim::New);
    }

    let earlier = idempotency::Entity::find_by_id((key.actor, key.key))
        .one(conn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a claimed idempotency key".to_owned()))?;
    Ok(key.claim(&earlier).unwrap_or(Claim::Reused))
}

impl Key {
    /// The row that keeps an answer to it.
    pub fn answered(&self, answer: Value, now: DateTime<Utc>) -> idempotency::Model {
        idempotency::Model {
            practitioner_id: self.actor,
            key: self.key,
            mutation: self.mutation.to_owned(),
            input_sha256: self.input_sha256.clone(),
            answer,
            created_at: now,
            app_id: self.app,
        }
    }

    /// What an earlier use of it says, if the row is one.
    pub fn claim(&self, earlier: &idempotency::Model) -> Option<Claim> {
        if earlier.practitioner_id != self.actor || earlier.key != self.key {
            return None;
        }
        let same = earlier.mutation == self.mutation && earlier.input_sha256 == self.input_sha256;
        Some(if same { Claim::Answered(earlier.answer.clone()) } else { Claim::Reused })
    }
}

/// Earlier uses of keys. Whoever asks holds the turns of the keys' actors, so that none is on its way.
pub async fn earlier(conn: &impl ConnectionTrait, keys: &[&Key]) -> Result<Vec<idempotency::Model>, DbErr> {
    let backend = conn.get_database_backend();
    idempotency::Entity::find()
        .filter(among(backend, idempotency::Column::PractitionerId, keys.iter().map(|key| key.actor)))
        .filter(among(backend, idempotency::Column::Key, keys.iter().map(|key| key.key)))
        .all(conn)
        .await
}

/// Keeps the answer to a key that was claimed in this transaction.
pub async fn keep(conn: &impl ConnectionTrait, key: &Key, answer: Value) -> Result<(), DbErr> {
    idempotency::Entity::update_many()
        .col_expr(idempotency::Column::Answer, Expr::value(answer))
        .filter(idempotency::Column::PractitionerId.eq(key.actor))
        .filter(idempotency::Column::Key.eq(key.key))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Forgets what was answered before a moment.
pub async fn forget(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = idempotency::Entity::delete_many().filter(idempotency::Column::CreatedAt.lt(before)).exec(conn).await?;
    Ok(gone.rows_affected)
}
