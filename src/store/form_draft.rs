//! Drafts of forms, and leave to ask more than a form's tier allows.

use busfare_entity::{
    form_draft, form_waiver,
    words::{FormDraftId, FormVersionId, OrganisationId},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{form::Draft, publishing::Waiver};

/// What a draft says.
pub fn document(row: &form_draft::Model) -> Result<Draft, DbErr> {
    serde_json::from_value(row.document.clone()).map_err(|error| DbErr::Json(error.to_string()))
}

/// Drafts of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[FormDraftId],
) -> Result<Vec<form_draft::Model>, DbErr> {
    form_draft::Entity::find()
        .filter(form_draft::Column::Id.is_in(ids.iter().copied()))
        .filter(form_draft::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await
}

/// A draft of the organisation. Nobody else changes it until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: FormDraftId,
) -> Result<Option<form_draft::Model>, DbErr> {
    form_draft::Entity::find_by_id(id)
        .filter(form_draft::Column::OrganisationId.eq(organisation))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// One page of the drafts that are not published yet, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    page: Page,
) -> Result<Slice<form_draft::Model>, DbErr> {
    let query = form_draft::Entity::find()
        .filter(form_draft::Column::OrganisationId.eq(organisation))
        .filter(form_draft::Column::PublishedAs.is_null());
    page::read(conn, query, (form_draft::Column::DraftedAt, form_draft::Column::Id), page).await
}

/// Begins a draft; false where the id is taken or another draft of the form is open.
pub async fn add(conn: &impl ConnectionTrait, row: form_draft::Model) -> Result<bool, DbErr> {
    let added = form_draft::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Whether an id is a draft's, whoever's it is.
pub async fn is_taken(conn: &impl ConnectionTrait, id: FormDraftId) -> Result<bool, DbErr> {
    Ok(form_draft::Entity::find_by_id(id).one(conn).await?.is_some())
}

/// Writes a draft as it is now.
pub async fn write(conn: &impl ConnectionTrait, row: &form_draft::Model) -> Result<(), DbErr> {
    form_draft::Entity::update(row.clone().into_active_model().reset_all()).exec(conn).await.map(|_| ())
}

/// The draft has become a form.
pub async fn publish(conn: &impl ConnectionTrait, id: FormDraftId, form: FormVersionId) -> Result<(), DbErr> {
    form_draft::Entity::update_many()
        .col_expr(form_draft::Column::PublishedAs, Expr::value(Some(form)))
        .filter(form_draft::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Grants leave.
pub async fn waive(conn: &impl ConnectionTrait, row: form_waiver::Model) -> Result<(), DbErr> {
    form_waiver::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Leave as rules see it.
pub fn leave(row: &form_waiver::Model) -> Waiver {
    Waiver { most_shown: usize::try_from(row.most_shown).unwrap_or(0), expires_on: row.expires_on }
}

/// The latest leave that a draft has.
pub async fn waiver(conn: &impl ConnectionTrait, draft: FormDraftId) -> Result<Option<form_waiver::Model>, DbErr> {
    form_waiver::Entity::find()
        .filter(form_waiver::Column::FormDraftId.eq(draft))
        .order_by_desc(form_waiver::Column::GrantedAt)
        .order_by_desc(form_waiver::Column::Id)
        .one(conn)
        .await
}
