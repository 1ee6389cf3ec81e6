//! Virements: money moved from one budget to another, appended and never changed.

use busfare_entity::{virement, words::VirementId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict,
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::sight::{Viewer, answers_for_team};

/// Which virements a viewer may see: an enabler and a senior see all of the organisation's, nobody else any.
fn in_sight(viewer: &Viewer) -> Condition {
    let ours = Condition::all().add(virement::Column::OrganisationId.eq(viewer.organisation));
    if answers_for_team(viewer) { ours } else { ours.add(virement::Column::Id.is_null()) }
}

/// One page of the virements in sight, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<virement::Model>, DbErr> {
    let query = virement::Entity::find().filter(in_sight(viewer));
    page::read(conn, query, (virement::Column::MovedAt, virement::Column::Id), page).await
}

/// Virements in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[VirementId],
) -> Result<Vec<virement::Model>, DbErr> {
    virement::Entity::find()
        .filter(virement::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer))
        .all(conn)
        .await
}

/// The virement an id is taken by, whoever's it is. Only to tell its owner's repeat from somebody else's id.
pub async fn taken(conn: &impl ConnectionTrait, id: VirementId) -> Result<Option<virement::Model>, DbErr> {
    virement::Entity::find_by_id(id).one(conn).await
}

/// Adds a virement; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: virement::Model) -> Result<bool, DbErr> {
    let added = virement::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(virement::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}
