//! Third-party apps, by the hash of their token.

use busfare_entity::{
    app,
    words::{AppId, AppScope},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

/// The app with this token, if it may still be used now.
pub async fn by_token(
    conn: &impl ConnectionTrait,
    id: AppId,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<app::Model>, DbErr> {
    app::Entity::find_by_id(id)
        .filter(app::Column::TokenSha256.eq(token_sha256.to_vec()))
        .filter(app::Column::RevokedAt.is_null())
        .filter(app::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// What its token lets an app read.
pub fn scopes(app: &app::Model) -> Vec<AppScope> {
    serde_json::from_value(app.scopes.clone()).unwrap_or_default()
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
