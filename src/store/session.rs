//! Sessions and their refresh tokens, kept as hashes.

use busfare_entity::{
    practitioner, refresh_token, session,
    words::{PractitionerId, RefreshTokenId, SessionId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QuerySelect,
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

/// A session that is still alive, of somebody who still works here.
pub async fn alive(conn: &impl ConnectionTrait, id: SessionId) -> Result<Option<session::Model>, DbErr> {
    let hers = session::Entity::belongs_to(practitioner::Entity)
        .from(session::Column::PractitionerId)
        .to(practitioner::Column::Id)
        .into();
    session::Entity::find_by_id(id)
        .join(JoinType::InnerJoin, hers)
        .filter(session::Column::RevokedAt.is_null())
        .filter(practitioner::Column::Active.eq(true))
        .one(conn)
        .await
}

/// Marks a refresh token as exchanged and reads what is known of it. Its session takes one such turn at a time,
/// so that of two phones that present the same token, or two from the same exchange, the second sees the first.
pub async fn present(
    conn: &impl ConnectionTrait,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(refresh_token::Model, Presented)>, DbErr> {
    let its_session = Query::select()
        .column(refresh_token::Column::SessionId)
        .from(refresh_token::Entity)
        .and_where(refresh_token::Column::TokenSha256.eq(token_sha256.to_vec()))
        .to_owned();
    session::Entity::find()
        .filter(session::Column::Id.in_subquery(its_session))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await?;

    let marked = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(Some(now)))
        .filter(refresh_token::Column::TokenSha256.eq(token_sha256.to_vec()))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(conn)
        .await?;
    let Some(token) = refresh_token::Entity::find()
        .filter(refresh_token::Column::TokenSha256.eq(token_sha256.to_vec()))
        .one(conn)
        .await?
    else {
        return Ok(None);
    };

    let presented = Presented {
        expires_at: token.expires_at,
        used_at: token.used_at.filter(|_| marked.rows_affected == 0),
        successor_used: a_used_child(conn, token.id, None).await?,
        sibling_used: match token.parent_id {
            Some(parent) => a_used_child(conn, parent, Some(token.id)).await?,
            None => false,
        },
    };
    Ok(Some((token, presented)))
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

/// Forgets refresh tokens of sessions that ended, and tokens that ended long ago and led nowhere.
pub async fn forget_ended_tokens(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let parents = Query::select()
        .column(refresh_token::Column::ParentId)
        .from(refresh_token::Entity)
        .and_where(refresh_token::Column::ParentId.is_not_null())
        .to_owned();
    let gone = refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::ExpiresAt.lt(before))
        .filter(refresh_token::Column::Id.not_in_subquery(parents))
        .exec(conn)
        .await?;
    Ok(gone.rows_affected)
}
