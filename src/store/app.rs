//! Third-party apps, by the hash of their token; and the sessions in which one acts for a practitioner.

use busfare_entity::{
    app, authorization_code, idempotency, session,
    words::{AppId, AppScope, OrganisationId, PractitionerId, SessionId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::db::inserted;

/// Most apps, and most sessions of apps, in one answer.
const MOST: u64 = 200;
/// Most of what apps did, in one answer.
const MOST_ACTIONS: u64 = 100;
/// How exactly it is known when an app was last used.
const LAST_USE_TO: TimeDelta = TimeDelta::minutes(1);

/// The app with this token, if it may still be used now.
pub async fn by_token(
    conn: &impl ConnectionTrait,
    id: AppId,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<app::Model>, DbErr> {
    Ok(usable(conn, id, now).await?.filter(|app| app.token_sha256 == token_sha256))
}

/// An app, if it may be used now.
pub async fn usable(conn: &impl ConnectionTrait, id: AppId, now: DateTime<Utc>) -> Result<Option<app::Model>, DbErr> {
    app::Entity::find_by_id(id)
        .filter(app::Column::RevokedAt.is_null())
        .filter(app::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// Whether an app was not noted as used within the last minute.
pub fn is_newly_used(app: &app::Model, now: DateTime<Utc>) -> bool {
    app.last_used_at.is_none_or(|last| now >= last + LAST_USE_TO)
}

/// Notes that an app is used now.
pub async fn used(conn: &impl ConnectionTrait, id: AppId, now: DateTime<Utc>) -> Result<(), DbErr> {
    app::Entity::update_many()
        .col_expr(app::Column::LastUsedAt, Expr::value(Some(now)))
        .filter(app::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// The apps of an organisation, the newest first.
pub async fn all(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<app::Model>, DbErr> {
    app::Entity::find()
        .filter(app::Column::OrganisationId.eq(organisation))
        .order_by_desc(app::Column::CreatedAt)
        .order_by_desc(app::Column::Id)
        .limit(MOST)
        .all(conn)
        .await
}

/// Apps of an organisation by their ids.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[AppId],
) -> Result<Vec<app::Model>, DbErr> {
    app::Entity::find()
        .filter(app::Column::OrganisationId.eq(organisation))
        .filter(app::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// What apps did for somebody: which mutation, when, and which app; the newest first.
pub async fn did_for(
    conn: &impl ConnectionTrait,
    her: PractitionerId,
) -> Result<Vec<(String, DateTime<Utc>, AppId)>, DbErr> {
    idempotency::Entity::find()
        .select_only()
        .columns([idempotency::Column::Mutation, idempotency::Column::CreatedAt, idempotency::Column::AppId])
        .filter(idempotency::Column::PractitionerId.eq(her))
        .filter(idempotency::Column::AppId.is_not_null())
        .order_by_desc(idempotency::Column::CreatedAt)
        .order_by_desc(idempotency::Column::Key)
        .limit(MOST_ACTIONS)
        .into_tuple()
        .all(conn)
        .await
}

/// An app of an organisation, held until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: AppId,
) -> Result<Option<app::Model>, DbErr> {
    app::Entity::find_by_id(id)
        .filter(app::Column::OrganisationId.eq(organisation))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// Scopes as they are stored.
pub fn scopes(stored: &serde_json::Value) -> Vec<AppScope> {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

/// Addresses as they are stored.
pub fn redirect_uris(app: &app::Model) -> Vec<String> {
    serde_json::from_value(app.redirect_uris.clone()).unwrap_or_default()
}

/// Registers an app; not where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: app::Model) -> Result<bool, DbErr> {
    let added = app::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(app::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Registers an app, or gives it a new token that replaces the old one.
pub async fn put(conn: &impl ConnectionTrait, row: app::Model) -> Result<(), DbErr> {
    app::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(app::Column::Id)
                .update_columns([app::Column::TokenSha256, app::Column::ExpiresAt])
                .to_owned(),
        )
        .exec(conn)
        .await
        .map(|_| ())
}

/// Gives an app another token, which ends with that moment. The one before is none from now on.
pub async fn renew(
    conn: &impl ConnectionTrait,
    id: AppId,
    token_sha256: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    app::Entity::update_many()
        .col_expr(app::Column::TokenSha256, Expr::value(token_sha256.to_vec()))
        .col_expr(app::Column::ExpiresAt, Expr::value(expires_at))
        .filter(app::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Ends an app, and every session in which it acts for somebody.
pub async fn revoke(conn: &impl ConnectionTrait, id: AppId, now: DateTime<Utc>) -> Result<(), DbErr> {
    app::Entity::update_many()
        .col_expr(app::Column::RevokedAt, Expr::value(Some(now)))
        .filter(app::Column::Id.eq(id))
        .filter(app::Column::RevokedAt.is_null())
        .exec(conn)
        .await?;
    end_sessions(conn, id, None, now).await
}

/// Ends the sessions in which an app acts, for one practitioner or for all.
pub async fn end_sessions(
    conn: &impl ConnectionTrait,
    id: AppId,
    of: Option<PractitionerId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(Some(now)))
        .filter(session::Column::AppId.eq(id))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(of) = of {
        ended = ended.filter(session::Column::PractitionerId.eq(of));
    }
    ended.exec(conn).await?;
    // A code that was not exchanged yet is worth nothing any more.
    let mut unused = authorization_code::Entity::delete_many().filter(authorization_code::Column::AppId.eq(id));
    if let Some(of) = of {
        unused = unused.filter(authorization_code::Column::PractitionerId.eq(of));
    }
    unused.filter(authorization_code::Column::SessionId.is_null()).exec(conn).await.map(|_| ())
}

/// The sessions in which apps act for a practitioner, the newest first, of apps that may be used now.
pub async fn consents(
    conn: &impl ConnectionTrait,
    of: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, DbErr> {
    let in_use = Query::select()
        .column(app::Column::Id)
        .from(app::Entity)
        .and_where(app::Column::RevokedAt.is_null())
        .and_where(app::Column::ExpiresAt.gt(now))
        .to_owned();
    session::Entity::find()
        .filter(session::Column::PractitionerId.eq(of))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::AppId.in_subquery(in_use))
        .order_by_desc(session::Column::CreatedAt)
        .order_by_desc(session::Column::Id)
        .limit(MOST)
        .all(conn)
        .await
}

/// Keeps a code until it is exchanged.
pub async fn add_code(conn: &impl ConnectionTrait, row: authorization_code::Model) -> Result<(), DbErr> {
    authorization_code::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// A code that an app presents, held until the transaction ends: of two who present it at once, the second finds it used.
pub async fn hold_code(
    conn: &impl ConnectionTrait,
    code_sha256: &[u8],
) -> Result<Option<authorization_code::Model>, DbErr> {
    authorization_code::Entity::find_by_id(code_sha256.to_vec()).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Notes what a code was exchanged for.
pub async fn code_used(conn: &impl ConnectionTrait, code_sha256: &[u8], session: SessionId) -> Result<(), DbErr> {
    authorization_code::Entity::update_many()
        .col_expr(authorization_code::Column::SessionId, Expr::value(Some(session)))
        .filter(authorization_code::Column::CodeSha256.eq(code_sha256.to_vec()))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Forgets codes that ended long ago. Until then one that comes back shows that somebody has a copy.
pub async fn forget_ended_codes(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let ended = authorization_code::Column::ExpiresAt.lt(before);
    let gone = authorization_code::Entity::delete_many().filter(ended).exec(conn).await?;
    Ok(gone.rows_affected)
}
