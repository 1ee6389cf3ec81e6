//! To whom a service was pointed out: in a conversation, which goes with all that is in it, or to a person.

use busfare_entity::{
    introduction,
    words::{IntroductionId, PersonId, RecordId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::rules::sight::Viewer;

/// Most introductions of one record or person that are listed.
pub const MOST_INTRODUCTIONS: usize = 100;
/// Most that are read together.
const MOST_AT_ONCE: u64 = 10_000;

/// Remembers that a service was pointed out.
pub async fn introduced(conn: &impl ConnectionTrait, row: introduction::Model) -> Result<(), DbErr> {
    introduction::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// What a viewer pointed out herself.
pub async fn introduction(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: IntroductionId,
) -> Result<Option<introduction::Model>, DbErr> {
    introduction::Entity::find_by_id(id)
        .filter(introduction::Column::IntroducedBy.eq(viewer.id))
        .filter(introduction::Column::OrganisationId.eq(viewer.organisation))
        .one(conn)
        .await
}

/// What was pointed out in records, newest first. Whoever asks sees the records.
pub async fn introductions_in(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<Vec<introduction::Model>, DbErr> {
    newest(conn, introduction::Column::RecordId.is_in(records.iter().copied()).into()).await
}

/// What was pointed out to people outside any record, newest first: by the viewer or by her team. Another team's is not hers to
/// read, because it would tell what somebody went there for.
pub async fn introductions_to(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
) -> Result<Vec<introduction::Model>, DbErr> {
    let hers = Condition::any()
        .add(introduction::Column::IntroducedBy.eq(viewer.id))
        .add(introduction::Column::TeamId.eq(viewer.team));
    let to = Condition::all()
        .add(introduction::Column::OrganisationId.eq(viewer.organisation))
        .add(introduction::Column::PersonId.is_in(people.iter().copied()))
        .add(hers);
    newest(conn, to).await
}

/// What was pointed out to somebody outside any record, under whatever ids, newest first, as far as a viewer may read it; and how
/// much there is that she may not.
pub async fn all_introductions_to(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
) -> Result<(Vec<introduction::Model>, usize), DbErr> {
    let hers = introductions_to(conn, viewer, people).await?;
    let to = introduction::Column::PersonId.is_in(people.iter().copied());
    let all = introduction::Entity::find().filter(to).count(conn).await?;
    let others = usize::try_from(all).unwrap_or(usize::MAX).saturating_sub(hers.len());
    Ok((hers, others))
}

async fn newest(conn: &impl ConnectionTrait, which: Condition) -> Result<Vec<introduction::Model>, DbErr> {
    introduction::Entity::find()
        .filter(which)
        .order_by_desc(introduction::Column::IntroducedAt)
        .order_by_desc(introduction::Column::Id)
        .limit(MOST_AT_ONCE)
        .all(conn)
        .await
}
