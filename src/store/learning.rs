//! Learning conversations: opened beside what they are about, read and written by those who take part.

use busfare_entity::{
    learning, learning_note, learning_participant, practitioner, spend,
    words::{
        LearningId, LearningPrompt, LearningState, OrganisationId, PractitionerId, Role, SpendDecision, SpendId, TeamId,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::{
    db::inserted,
    mint,
    page::{self, Page, Slice},
};
use crate::rules::{emergency::Senior, sight::Viewer};

/// Most spends that are looked at in one round.
const MOST_LOOKED_AT: u64 = 50_000;

/// Opens a conversation among participants.
pub async fn open(
    conn: &impl ConnectionTrait,
    row: learning::Model,
    participants: &[PractitionerId],
) -> Result<(), DbErr> {
    let learning_id = row.id;
    learning::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    let rows = participants
        .iter()
        .map(|practitioner| learning_participant::Model { learning_id, practitioner_id: *practitioner })
        .map(IntoActiveModel::into_active_model);
    learning_participant::Entity::insert_many(rows).exec_without_returning(conn).await.map(|_| ())
}

/// Opens a conversation among participants, unless there is one about the spend. False where there is.
pub async fn open_once(
    conn: &impl ConnectionTrait,
    row: learning::Model,
    participants: &[PractitionerId],
) -> Result<bool, DbErr> {
    let learning_id = row.id;
    let opened = learning::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(learning::Column::SpendId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if !inserted(&opened) {
        return Ok(false);
    }
    let rows = participants
        .iter()
        .map(|practitioner| learning_participant::Model { learning_id, practitioner_id: *practitioner })
        .map(IntoActiveModel::into_active_model);
    learning_participant::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(true)
}

/// Spends of an organisation since a moment that somebody's say stands behind and that no conversation is about: which, whose
/// and in which team.
pub async fn not_talked_of(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    since: DateTime<Utc>,
) -> Result<Vec<(SpendId, PractitionerId, TeamId)>, DbErr> {
    let talked_of = Query::select().column(learning::Column::SpendId).from(learning::Entity).to_owned();
    let said = [SpendDecision::AuthorisedSelf, SpendDecision::Authorised, SpendDecision::AuthorisedLess];
    spend::Entity::find()
        .select_only()
        .columns([spend::Column::Id, spend::Column::PractitionerId, spend::Column::TeamId])
        .filter(spend::Column::OrganisationId.eq(organisation))
        .filter(spend::Column::RequestedAt.gte(since))
        .filter(spend::Column::Decision.is_in(said))
        .filter(spend::Column::Id.not_in_subquery(talked_of))
        .order_by_asc(spend::Column::RequestedAt)
        .limit(MOST_LOOKED_AT)
        .into_tuple()
        .all(conn)
        .await
}

/// The seniors of an organisation.
pub async fn seniors(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<Senior>, DbErr> {
    let rows = practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Role.eq(Role::Senior))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| Senior { id: row.id, team: row.team_id }).collect())
}

/// Which conversations a viewer may read: those she takes part in.
pub fn in_sight(viewer: &Viewer) -> Condition {
    let hers = Query::select()
        .column(learning_participant::Column::LearningId)
        .from(learning_participant::Entity)
        .and_where(learning_participant::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    Condition::all()
        .add(learning::Column::OrganisationId.eq(viewer.organisation))
        .add(learning::Column::Id.in_subquery(hers))
}

/// One page of the conversations a viewer takes part in, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<learning::Model>, DbErr> {
    let query = learning::Entity::find().filter(in_sight(viewer));
    page::read(conn, query, (learning::Column::OpenedAt, learning::Column::Id), page).await
}

/// A conversation of hers, held: whoever writes in it next waits until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: LearningId,
) -> Result<Option<learning::Model>, DbErr> {
    learning::Entity::find_by_id(id).filter(in_sight(viewer)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// How many notes a conversation holds.
pub async fn count_notes(conn: &impl ConnectionTrait, id: LearningId) -> Result<u64, DbErr> {
    learning_note::Entity::find().filter(learning_note::Column::LearningId.eq(id)).count(conn).await
}

/// Appends what somebody said.
pub async fn note(
    conn: &impl ConnectionTrait,
    (learning, author): (LearningId, PractitionerId),
    said: &[(LearningPrompt, String)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (prompt, words) in said {
        let row = learning_note::Model {
            id: mint::id(),
            learning_id: learning,
            author_id: author,
            prompt: *prompt,
            words: words.clone(),
            noted_at: now,
        };
        learning_note::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Says where a conversation stands.
pub async fn set_state(conn: &impl ConnectionTrait, id: LearningId, state: LearningState) -> Result<(), DbErr> {
    learning::Entity::update_many()
        .col_expr(learning::Column::State, Expr::value(state))
        .filter(learning::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// The notes in conversations, oldest first.
pub async fn notes(conn: &impl ConnectionTrait, of: &[LearningId]) -> Result<Vec<learning_note::Model>, DbErr> {
    learning_note::Entity::find()
        .filter(learning_note::Column::LearningId.is_in(of.iter().copied()))
        .order_by_asc(learning_note::Column::NotedAt)
        .order_by_asc(learning_note::Column::Id)
        .all(conn)
        .await
}

/// Who takes part in conversations.
pub async fn participants(
    conn: &impl ConnectionTrait,
    of: &[LearningId],
) -> Result<Vec<learning_participant::Model>, DbErr> {
    learning_participant::Entity::find()
        .filter(learning_participant::Column::LearningId.is_in(of.iter().copied()))
        .order_by_asc(learning_participant::Column::PractitionerId)
        .all(conn)
        .await
}
