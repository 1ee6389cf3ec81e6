//! Notices: what somebody is told of, written in the transaction of what it tells about.

use busfare_entity::{
    notice,
    words::{NoticeId, NoticeKind, OrganisationId, PractitionerId, QuestionId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict, Query, SelectStatement},
};

use super::{
    db::inserted,
    mint,
    page::{self, Page, Slice},
};
use crate::rules::sight::Viewer;

/// A notice to somebody that is about nothing yet.
pub fn to(organisation: OrganisationId, told: PractitionerId, kind: NoticeKind, now: DateTime<Utc>) -> notice::Model {
    notice::Model {
        id: mint::id(),
        organisation_id: organisation,
        told_id: told,
        kind,
        spend_id: None,
        question_id: None,
        record_id: None,
        opening_id: None,
        appointment_id: None,
        policy_id: None,
        reflection_id: None,
        due_on: None,
        days_before: None,
        told_at: now,
        seen_at: None,
    }
}

/// Tells somebody. The database refuses a second notice of the same emergency.
pub async fn tell(conn: &impl ConnectionTrait, row: notice::Model) -> Result<(), DbErr> {
    notice::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Tells somebody, unless she was told of the very same already, perhaps by another server at this moment. False where she
/// was.
pub async fn tell_once(conn: &impl ConnectionTrait, row: notice::Model) -> Result<bool, DbErr> {
    let told = notice::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&told))
}

/// What people were told of questions.
pub async fn about_questions(
    conn: &impl ConnectionTrait,
    questions: &[QuestionId],
) -> Result<Vec<notice::Model>, DbErr> {
    let about = notice::Column::QuestionId.is_in(questions.iter().copied());
    notice::Entity::find().filter(about).all(conn).await
}

/// The spends that a practitioner was told of, as a subquery; nothing for each notice that is of something else.
pub fn told_to(practitioner: PractitionerId) -> SelectStatement {
    Query::select()
        .column(notice::Column::SpendId)
        .from(notice::Entity)
        .and_where(notice::Column::ToldId.eq(practitioner))
        .to_owned()
}

fn hers(viewer: &Viewer) -> Condition {
    Condition::all()
        .add(notice::Column::OrganisationId.eq(viewer.organisation))
        .add(notice::Column::ToldId.eq(viewer.id))
}

/// One page of what a viewer was told, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<notice::Model>, DbErr> {
    let query = notice::Entity::find().filter(hers(viewer));
    page::read(conn, query, (notice::Column::ToldAt, notice::Column::Id), page).await
}

/// Marks a notice of hers as seen, once: the first time stays. None where it is not hers.
pub async fn see(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: NoticeId,
    now: DateTime<Utc>,
) -> Result<Option<notice::Model>, DbErr> {
    notice::Entity::update_many()
        .col_expr(notice::Column::SeenAt, Expr::value(Some(now)))
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::SeenAt.is_null())
        .filter(hers(viewer))
        .exec(conn)
        .await?;
    notice::Entity::find_by_id(id).filter(hers(viewer)).one(conn).await
}
