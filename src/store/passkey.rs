//! Passkeys, the challenges that they are to answer, and when somebody last answered one.

use busfare_entity::{
    passkey, passkey_challenge, second_step,
    words::{PasskeyChallengeId, PasskeyChallengeUse, PasskeyId, PractitionerId, SessionId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::db::inserted;
use crate::rules::second_step::Taken;

/// What its owner is shown of a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its id.
    pub id: PasskeyId,
    /// What she calls it.
    pub name: String,
    /// When she added it.
    pub added_at: DateTime<Utc>,
    /// When she last showed it.
    pub used_at: Option<DateTime<Utc>>,
}

impl From<passkey::Model> for Shown {
    fn from(row: passkey::Model) -> Self {
        Self { id: row.id, name: row.name, added_at: row.added_at, used_at: row.used_at }
    }
}

/// Somebody's passkeys, the oldest first.
pub async fn of(conn: &impl ConnectionTrait, hers: PractitionerId) -> Result<Vec<passkey::Model>, DbErr> {
    passkey::Entity::find()
        .filter(passkey::Column::PractitionerId.eq(hers))
        .order_by_asc(passkey::Column::AddedAt)
        .order_by_asc(passkey::Column::Id)
        .all(conn)
        .await
}

/// Adds a passkey; says no where its credential is here already, whosever it is.
pub async fn add(conn: &impl ConnectionTrait, row: passkey::Model) -> Result<bool, DbErr> {
    let added = passkey::Entity::insert(row.into_active_model());
    let added = added.on_conflict_do_nothing_on([passkey::Column::CredentialId]);
    Ok(inserted(&added.exec_without_returning(conn).await?))
}

/// Removes a passkey of somebody's. None where it is not hers.
pub async fn remove(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    id: PasskeyId,
) -> Result<Option<passkey::Model>, DbErr> {
    let found = passkey::Entity::find_by_id(id).filter(passkey::Column::PractitionerId.eq(hers)).one(conn).await?;
    if found.is_some() {
        passkey::Entity::delete_by_id(id).exec(conn).await?;
    }
    Ok(found)
}

/// Forgets all the passkeys of somebody who has lost hers.
pub async fn forget_all(conn: &impl ConnectionTrait, hers: PractitionerId) -> Result<(), DbErr> {
    let all = passkey::Entity::delete_many().filter(passkey::Column::PractitionerId.eq(hers));
    all.exec(conn).await.map(|_| ())
}

/// Notes that a passkey was shown, with what the library that looked at it keeps of that.
pub async fn shown(
    conn: &impl ConnectionTrait,
    id: PasskeyId,
    credential: Value,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    passkey::Entity::update_many()
        .col_expr(passkey::Column::Credential, Expr::value(credential))
        .col_expr(passkey::Column::UsedAt, Expr::value(Some(now)))
        .filter(passkey::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Keeps a challenge until it is answered or too old. Of more than so many of a session the oldest makes room.
pub async fn challenge(
    conn: &impl ConnectionTrait,
    row: passkey_challenge::Model,
    most: usize,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let session = row.session_id;
    passkey_challenge::Entity::delete_many().filter(passkey_challenge::Column::EndsAt.lte(now)).exec(conn).await?;
    row.into_active_model().insert(conn).await?;
    let hers: Vec<PasskeyChallengeId> = passkey_challenge::Entity::find()
        .select_only()
        .column(passkey_challenge::Column::Id)
        .filter(passkey_challenge::Column::SessionId.eq(session))
        .order_by_desc(passkey_challenge::Column::EndsAt)
        .order_by_desc(passkey_challenge::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let too_many = hers.into_iter().skip(most);
    passkey_challenge::Entity::delete_many()
        .filter(passkey_challenge::Column::Id.is_in(too_many))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Uses a challenge up and gives what its answer is looked at with. None where it was used, is too old, was meant for something
/// else or is another session's; of two who answer it at once, one is given it.
pub async fn use_up(
    conn: &impl ConnectionTrait,
    (id, purpose): (PasskeyChallengeId, PasskeyChallengeUse),
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Value>, DbErr> {
    let found = passkey_challenge::Entity::find_by_id(id)
        .filter(passkey_challenge::Column::SessionId.eq(session))
        .filter(passkey_challenge::Column::Purpose.eq(purpose))
        .filter(passkey_challenge::Column::EndsAt.gt(now))
        .one(conn)
        .await?;
    let Some(found) = found else { return Ok(None) };
    let used = passkey_challenge::Entity::delete_by_id(id).exec(conn).await?;
    Ok((used.rows_affected == 1).then_some(found.state))
}

/// Notes that somebody proved in her session that it is she.
pub async fn took_step(conn: &impl ConnectionTrait, row: second_step::Model) -> Result<(), DbErr> {
    let anew = OnConflict::column(second_step::Column::SessionId)
        .update_columns([second_step::Column::PasskeyId, second_step::Column::TakenAt])
        .to_owned();
    second_step::Entity::insert(row.into_active_model())
        .on_conflict(anew)
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// Somebody's passkeys, the oldest first, and what is known of her second step in a session.
pub async fn with_step(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    session: SessionId,
) -> Result<(Vec<passkey::Model>, Taken), DbErr> {
    let passkeys = of(conn, hers).await?;
    if passkeys.is_empty() {
        return Ok((passkeys, Taken::default()));
    }
    let step = second_step::Entity::find_by_id(session).one(conn).await?;
    Ok((passkeys, Taken { has_passkey: true, at: step.map(|step| step.taken_at) }))
}
