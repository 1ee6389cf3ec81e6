//! Who somebody of the council is here, by what the council's own sign-in knows her by.

use busfare_entity::{
    council_identity, council_token, practitioner, team,
    words::{PractitionerId, Role, TeamId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::db::inserted;

/// Uses a token up; false where it was used before.
pub async fn use_token(conn: &impl ConnectionTrait, row: council_token::Model) -> Result<bool, DbErr> {
    let used = council_token::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(council_token::Column::TokenSha256).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&used))
}

/// Whoever is known by a subject, held until the transaction ends; also one who has left.
pub async fn known(
    conn: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<practitioner::Model>, DbErr> {
    let whom = Query::select()
        .column(council_identity::Column::PractitionerId)
        .from(council_identity::Entity)
        .and_where(council_identity::Column::Issuer.eq(issuer))
        .and_where(council_identity::Column::Subject.eq(subject))
        .to_owned();
    practitioner::Entity::find()
        .filter(practitioner::Column::Id.in_subquery(whom))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// Whoever has an e-mail and is not known to the council's sign-in yet, held until the transaction ends.
pub async fn unlinked(
    conn: &impl ConnectionTrait,
    issuer: &str,
    email: &str,
) -> Result<Option<practitioner::Model>, DbErr> {
    let linked = Query::select()
        .column(council_identity::Column::PractitionerId)
        .from(council_identity::Entity)
        .and_where(council_identity::Column::Issuer.eq(issuer))
        .to_owned();
    practitioner::Entity::find()
        .filter(practitioner::Column::Email.eq(email))
        .filter(practitioner::Column::Id.not_in_subquery(linked))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// Notes what somebody is known by from now on; false where another request did at this moment.
pub async fn link(conn: &impl ConnectionTrait, row: council_identity::Model) -> Result<bool, DbErr> {
    let linked = council_identity::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&linked))
}

/// A team anywhere on this server, held until the transaction ends.
pub async fn hold_team(conn: &impl ConnectionTrait, id: TeamId) -> Result<Option<team::Model>, DbErr> {
    team::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Adds somebody who comes for the first time; false where her e-mail is somebody's.
pub async fn add(conn: &impl ConnectionTrait, row: practitioner::Model) -> Result<bool, DbErr> {
    let added = practitioner::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Gives somebody another role.
pub async fn set_role(conn: &impl ConnectionTrait, id: PractitionerId, role: Role) -> Result<(), DbErr> {
    practitioner::Entity::update_many()
        .col_expr(practitioner::Column::Role, Expr::value(role))
        .filter(practitioner::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Forgets tokens that have ended.
pub async fn forget_ended_tokens(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let ended = council_token::Column::Ends.lt(before);
    Ok(council_token::Entity::delete_many().filter(ended).exec(conn).await?.rows_affected)
}
