//! Policies on a page: drafts are their owner's, what was told is everybody's.

use busfare_entity::{
    notice, policy, policy_comment, practitioner,
    words::{NoticeKind, PolicyId, PractitionerId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{db::inserted, notice as notices, rows};
use crate::rules::{policy::Policy, sight::Viewer};

/// Most policies in one answer.
const MOST_POLICIES: u64 = 500;
/// Notices written with one statement.
const TOLD_AT_ONCE: usize = 500;

/// Which policies a viewer may read: what was told, and her own drafts.
fn in_sight(viewer: &Viewer) -> Condition {
    Condition::all()
        .add(policy::Column::OrganisationId.eq(viewer.organisation))
        .add(Condition::any().add(policy::Column::ToldOn.is_not_null()).add(policy::Column::OwnerId.eq(viewer.id)))
}

/// The policies in sight that have not ended, or all of them; the last to start first.
pub async fn all(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    not_ended_on: Option<NaiveDate>,
) -> Result<Vec<policy::Model>, DbErr> {
    let mut query = policy::Entity::find().filter(in_sight(viewer));
    if let Some(today) = not_ended_on {
        let going_on = Condition::any().add(policy::Column::EndedOn.is_null()).add(policy::Column::EndedOn.gt(today));
        query = query.filter(going_on);
    }
    query.order_by_desc(policy::Column::StartsOn).order_by_desc(policy::Column::Id).limit(MOST_POLICIES).all(conn).await
}

/// Policies in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[PolicyId],
) -> Result<Vec<policy::Model>, DbErr> {
    policy::Entity::find()
        .filter(policy::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer))
        .all(conn)
        .await
}

/// A policy in sight, held: nobody else changes it or comments on it until the transaction ends.
pub async fn hold(conn: &impl ConnectionTrait, viewer: &Viewer, id: PolicyId) -> Result<Option<policy::Model>, DbErr> {
    policy::Entity::find_by_id(id).filter(in_sight(viewer)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Keeps a draft; false where its id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: policy::Model) -> Result<bool, DbErr> {
    let added = policy::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(policy::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Changes a draft.
pub async fn change(
    conn: &impl ConnectionTrait,
    id: PolicyId,
    to: &Policy,
    replaces: Option<PolicyId>,
) -> Result<(), DbErr> {
    policy::Entity::update_many()
        .col_expr(policy::Column::Title, Expr::value(to.title.clone()))
        .col_expr(policy::Column::Words, Expr::value(to.words.clone()))
        .col_expr(policy::Column::StartsOn, Expr::value(to.starts_on))
        .col_expr(policy::Column::ReviewOn, Expr::value(to.review_on))
        .col_expr(policy::Column::ReplacesId, Expr::value(replaces))
        .filter(policy::Column::Id.eq(id))
        .filter(policy::Column::ToldOn.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// Says that everybody was told. False where they were before.
pub async fn told(conn: &impl ConnectionTrait, id: PolicyId, today: NaiveDate) -> Result<bool, DbErr> {
    let told = policy::Entity::update_many()
        .col_expr(policy::Column::ToldOn, Expr::value(Some(today)))
        .filter(policy::Column::Id.eq(id))
        .filter(policy::Column::ToldOn.is_null())
        .exec(conn)
        .await?;
    Ok(told.rows_affected == 1)
}

/// Ends a policy on a day, unless it ends before.
pub async fn end(conn: &impl ConnectionTrait, id: PolicyId, on: NaiveDate) -> Result<(), DbErr> {
    policy::Entity::update_many()
        .col_expr(policy::Column::EndedOn, Expr::value(Some(on)))
        .filter(policy::Column::Id.eq(id))
        .filter(Condition::any().add(policy::Column::EndedOn.is_null()).add(policy::Column::EndedOn.gt(on)))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Tells everybody who works in the organisation of a policy.
pub async fn tell_everybody(
    conn: &impl ConnectionTrait,
    policy: &policy::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let people: Vec<PractitionerId> = practitioner::Entity::find()
        .select_only()
        .column(practitioner::Column::Id)
        .filter(practitioner::Column::OrganisationId.eq(policy.organisation_id))
        .filter(practitioner::Column::Active.eq(true))
        .into_tuple()
        .all(conn)
        .await?;
    let kind = NoticeKind::PolicyAnnounced;
    for some in people.chunks(TOLD_AT_ONCE) {
        let told = some.iter().map(|to| notice::Model {
            policy_id: Some(policy.id),
            due_on: policy.starts_on.pred_opt(),
            ..notices::to(policy.organisation_id, *to, kind, now)
        });
        rows::add_all::<notice::Entity>(conn, told.collect()).await?;
    }
    Ok(())
}

/// How many comments a policy has.
pub async fn count_comments(conn: &impl ConnectionTrait, id: PolicyId) -> Result<u64, DbErr> {
    policy_comment::Entity::find().filter(policy_comment::Column::PolicyId.eq(id)).count(conn).await
}

/// Keeps a comment.
pub async fn comment(conn: &impl ConnectionTrait, row: policy_comment::Model) -> Result<(), DbErr> {
    policy_comment::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The comments on policies, oldest first.
pub async fn comments(conn: &impl ConnectionTrait, on: &[PolicyId]) -> Result<Vec<policy_comment::Model>, DbErr> {
    policy_comment::Entity::find()
        .filter(policy_comment::Column::PolicyId.is_in(on.iter().copied()))
        .order_by_asc(policy_comment::Column::CommentedAt)
        .order_by_asc(policy_comment::Column::Id)
        .all(conn)
        .await
}

/// Everything that has taken, or takes, the place of policies.
pub async fn replaced_by(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    policies: &[PolicyId],
) -> Result<Vec<policy::Model>, DbErr> {
    policy::Entity::find()
        .filter(policy::Column::ReplacesId.is_in(policies.iter().copied()))
        .filter(policy::Column::ToldOn.is_not_null())
        .filter(policy::Column::OrganisationId.eq(viewer.organisation))
        .order_by_asc(policy::Column::StartsOn)
        .all(conn)
        .await
}
