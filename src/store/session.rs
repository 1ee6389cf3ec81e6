//! Sessions and their refresh tokens, kept as hashes.

use busfare_entity::{
    practitioner, refresh_token, session,
    words::{PractitionerId, RefreshTokenId, SessionId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType, Query},
};

use crate::rules::session::Presented;

/// Begins a session on a device.
pub async fn begin(conn: &impl ConnectionTrait, row: session::Model) -> Result<(), DbErr> {
    row.into_active_model().insert(conn).await.map(|_| ())
}

/// Adds a refresh token to a session.
pub async fn add_token(conn: &impl ConnectionTrait, row: refresh_token::Model) -> Result<(), DbErr> {
    row.into_active_model().insert(conn).await.map(|_| ())
}

/// A refresh token that somebody presents.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its row.
    pub row: refresh_token::Model,
    /// The session it belongs to, which is alive.
    pub session: session::Model,
    /// What is known of it.
    pub presented: Presented,
}

/// Marks a refresh token as exchanged and reads what is known of it, if its session is alive and its practitioner
/// still works here. The session is held before its other tokens are looked at, so that of two phones that present
/// tokens of one family at once the second sees what the first did.
pub async fn present(
    conn: &impl ConnectionTrait,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Token>, DbErr> {
    let this = refresh_token::Column::TokenSha256.eq(token_sha256.to_vec());
    let Some(row) = refresh_token::Entity::find().filter(this).one(conn).await? else { return Ok(None) };
    let Some(session) = hold(conn, row.session_id).await? else { return Ok(None) };
    let marked = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(Some(now)))
        .filter(refresh_token::Column::Id.eq(row.id))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(conn)
        .await?;
    let used_at = match marked.rows_affected {
        0 => refresh_token::Entity::find_by_id(row.id).one(conn).await?.and_then(|row| row.used_at),
        _ => None,
    };

    let presented = Presented {
        expires_at: row.expires_at,
        used_at,
        successor_used: a_used_child(conn, row.id, None).await?,
        sibling_used: match row.parent_id {
            Some(parent) => a_used_child(conn, parent, Some(row.id)).await?,
            None => false,
        },
    };
    Ok(Some(Token { row, session, presented }))
}

async fn hold(conn: &impl ConnectionTrait, id: SessionId) -> Result<Option<session::Model>, DbErr> {
    let still_here = Query::select()
        .column(practitioner::Column::Id)
        .from(practitioner::Entity)
        .and_where(practitioner::Column::Active.eq(true))
        .to_owned();
    session::Entity::find_by_id(id)
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::PractitionerId.in_subquery(still_here))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

async fn a_used_child(
    conn: &impl ConnectionTrait,
    parent: RefreshTokenId,
    except: Option<RefreshTokenId>,
) -> Result<bool, DbErr> {
    let children = refresh_token::Entity::find()
        .filter(refresh_token::Column::ParentId.eq(parent))
        .filter(refresh_token::Column::UsedAt.is_not_null())
        .all(conn)
        .await?;
    Ok(children.iter().any(|child| Some(child.id) != except))
}

/// The session that a refresh token belongs to; of an access token it is known beforehand.
pub async fn of_token(
    conn: &impl ConnectionTrait,
    token_sha256: &[u8],
    known: Option<SessionId>,
) -> Result<Option<session::Model>, DbErr> {
    let id = match known {
        Some(id) => Some(id),
        None => {
            let this = refresh_token::Column::TokenSha256.eq(token_sha256.to_vec());
            refresh_token::Entity::find().filter(this).one(conn).await?.map(|token| token.session_id)
        }
    };
    let Some(id) = id else { return Ok(None) };
    session::Entity::find_by_id(id).one(conn).await
}

/// Ends a session at once: its access tokens are refused from the next request on.
pub async fn revoke(conn: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(Some(now)))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// Ends every session of a practitioner.
pub async fn revoke_all(conn: &impl ConnectionTrait, of: PractitionerId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(Some(now)))
        .filter(session::Column::PractitionerId.eq(of))
        .filter(session::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// Forgets refresh tokens that have ended.
pub async fn forget_ended_tokens(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone =
        refresh_token::Entity::delete_many().filter(refresh_token::Column::ExpiresAt.lt(before)).exec(conn).await?;
    Ok(gone.rows_affected)
}
