//! Spend purposes.

use busfare_entity::{
    spend_purpose,
    words::{OrganisationId, SpendPurposeId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::rows::among;

/// A purpose of the organisation; somebody else's is not found.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: SpendPurposeId,
) -> Result<Option<spend_purpose::Model>, DbErr> {
    spend_purpose::Entity::find_by_id(id).filter(spend_purpose::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// Every purpose of the organisation, by its English name.
pub async fn all(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<spend_purpose::Model>, DbErr> {
    spend_purpose::Entity::find()
        .filter(spend_purpose::Column::OrganisationId.eq(organisation))
        .order_by_asc(spend_purpose::Column::NameEn)
        .all(conn)
        .await
}

/// Purposes of an organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[SpendPurposeId],
) -> Result<Vec<spend_purpose::Model>, DbErr> {
    spend_purpose::Entity::find()
        .filter(spend_purpose::Column::OrganisationId.eq(organisation))
        .filter(among(conn.get_database_backend(), spend_purpose::Column::Id, ids.iter().copied()))
        .all(conn)
        .await
}

/// Adds purposes.
pub async fn add(conn: &impl ConnectionTrait, rows: Vec<spend_purpose::Model>) -> Result<(), DbErr> {
    spend_purpose::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
        .exec(conn)
        .await
        .map(|_| ())
}
