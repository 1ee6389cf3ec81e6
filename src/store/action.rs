//! Action tokens that were used.

use busfare_entity::action_use;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use uuid::Uuid;

use super::db::inserted;

/// Uses a token up; false where it was used before. Where the verb is refused, the token is free again.
pub async fn use_up(conn: &impl ConnectionTrait, row: action_use::Model) -> Result<bool, DbErr> {
    let used = action_use::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(action_use::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&used))
}

/// Whether a token was used.
pub async fn used(conn: &impl ConnectionTrait, number: Uuid) -> Result<bool, DbErr> {
    Ok(action_use::Entity::find_by_id(number).one(conn).await?.is_some())
}
