//! Counts of tins, the differences they found and what came of them, and tins that change hands.

use std::collections::HashMap;

use busfare_entity::{
    imprest, imprest_count, imprest_explanation, imprest_handover, practitioner, practitioner_hub,
    words::{HandoverState, HubId, ImprestCountId, ImprestHandoverId, ImprestId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use super::page::{self, Page, Slice};
use crate::rules::{
    imprest::{Difference, answers_for_hubs, expected},
    money::Money,
};

/// A difference that a count found, with what was said about it, the latest last.
#[derive(Clone, Debug)]
pub struct Found {
    /// The count.
    pub count: imprest_count::Model,
    /// What was said about it.
    pub explanations: Vec<imprest_explanation::Model>,
}

impl Found {
    /// As rules see it.
    pub fn as_difference(&self) -> Difference {
        let pence = self.count.counted_pence - self.count.expected_pence;
        Difference { pence, outcome: self.explanations.last().map(|one| one.outcome) }
    }
}

/// Every difference of tins that still counts, oldest first.
pub async fn carried(conn: &impl ConnectionTrait, of: &[ImprestId]) -> Result<Vec<Found>, DbErr> {
    let counts = imprest_count::Entity::find()
        .filter(imprest_count::Column::ImprestId.is_in(of.iter().copied()))
        .filter(Expr::col(imprest_count::Column::CountedPence).ne(Expr::col(imprest_count::Column::ExpectedPence)))
        .filter(Expr::cust(NOT_PUT_RIGHT))
        .order_by_asc(imprest_count::Column::CountedAt)
        .order_by_asc(imprest_count::Column::Id)
        .all(conn)
        .await?;
    with_explanations(conn, counts).await
}

/// Nobody has put it right; the index on explanations answers this.
const NOT_PUT_RIGHT: &str = "NOT EXISTS (SELECT 1 FROM imprest_explanation AS put_right \
     WHERE put_right.count_id = imprest_count.id AND put_right.outcome = 'PUT_RIGHT')";

/// What was said about counts, with each of them.
pub async fn with_explanations(
    conn: &impl ConnectionTrait,
    counts: Vec<imprest_count::Model>,
) -> Result<Vec<Found>, DbErr> {
    let ids: Vec<ImprestCountId> = counts.iter().map(|count| count.id).collect();
    let mut said: HashMap<ImprestCountId, Vec<imprest_explanation::Model>> = HashMap::new();
    let rows = imprest_explanation::Entity::find()
        .filter(imprest_explanation::Column::CountId.is_in(ids))
        .order_by_asc(imprest_explanation::Column::ExplainedAt)
        .order_by_asc(imprest_explanation::Column::Id)
        .all(conn)
        .await?;
    for row in rows {
        said.entry(row.count_id).or_default().push(row);
    }
    Ok(counts
        .into_iter()
        .map(|count| Found { explanations: said.remove(&count.id).unwrap_or_default(), count })
        .collect())
}

/// Who counted how much, and what she says about it.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Who.
    pub by: PractitionerId,
    /// How much.
    pub amount: Money,
    /// About a difference.
    pub words: Option<String>,
}

/// Keeps a count of a tin that is held, beside what the book made her expect. It changes no counter.
pub async fn keep(
    conn: &impl ConnectionTrait,
    held: &imprest::Model,
    counted: Counted,
    now: DateTime<Utc>,
) -> Result<imprest_count::Model, DbErr> {
    let known: Vec<Difference> = carried(conn, &[held.id]).await?.iter().map(Found::as_difference).collect();
    let row = imprest_count::Model {
        id: super::mint::id(),
        imprest_id: held.id,
        counted_by: counted.by,
        counted_pence: counted.amount.pence(),
        expected_pence: expected(Money::from_pence(held.cash_pence), &known),
        words: counted.words,
        counted_at: now,
    };
    imprest_count::Entity::insert(row.clone().into_active_model()).exec_without_returning(conn).await?;
    Ok(row)
}

/// One page of the counts of a tin, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    of: ImprestId,
    page: Page,
) -> Result<Slice<imprest_count::Model>, DbErr> {
    let query = imprest_count::Entity::find().filter(imprest_count::Column::ImprestId.eq(of));
    page::read(conn, query, (imprest_count::Column::CountedAt, imprest_count::Column::Id), page).await
}

/// Counts by id, in any order: who may see the tin may see them.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[ImprestCountId]) -> Result<Vec<imprest_count::Model>, DbErr> {
    imprest_count::Entity::find().filter(imprest_count::Column::Id.is_in(ids.iter().copied())).all(conn).await
}

/// Appends what came of a difference.
pub async fn explain(conn: &impl ConnectionTrait, row: imprest_explanation::Model) -> Result<(), DbErr> {
    imprest_explanation::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Whether a practitioner may take a hub's tin: she works here still, in this hub or for every hub.
pub async fn may_receive(
    conn: &impl ConnectionTrait,
    receiver: &practitioner::Model,
    hub: HubId,
) -> Result<bool, DbErr> {
    let answers = answers_for_hubs(receiver.role);
    let works_there = practitioner_hub::Entity::find_by_id((receiver.id, hub)).one(conn).await?.is_some();
    Ok(receiver.active && (answers || works_there))
}

/// The handover of a tin that waits for its receiver.
pub async fn open_handover(
    conn: &impl ConnectionTrait,
    of: ImprestId,
) -> Result<Option<imprest_handover::Model>, DbErr> {
    let query = imprest_handover::Entity::find().filter(imprest_handover::Column::ImprestId.eq(of));
    query.filter(imprest_handover::Column::State.eq(HandoverState::Open)).one(conn).await
}

/// The handovers of tins that wait for their receivers.
pub async fn open_handovers(
    conn: &impl ConnectionTrait,
    of: &[ImprestId],
) -> Result<Vec<imprest_handover::Model>, DbErr> {
    let query = imprest_handover::Entity::find().filter(imprest_handover::Column::ImprestId.is_in(of.iter().copied()));
    query.filter(imprest_handover::Column::State.eq(HandoverState::Open)).all(conn).await
}

/// A handover by its id: who may see its tin may see it.
pub async fn handover(
    conn: &impl ConnectionTrait,
    id: ImprestHandoverId,
) -> Result<Option<imprest_handover::Model>, DbErr> {
    imprest_handover::Entity::find_by_id(id).one(conn).await
}

/// Begins a handover. The database refuses a second open one for the same tin.
pub async fn begin_handover(conn: &impl ConnectionTrait, row: imprest_handover::Model) -> Result<(), DbErr> {
    row.into_active_model().insert(conn).await.map(|_| ())
}

/// Ends an open handover; false where it was over.
pub async fn end_handover(
    conn: &impl ConnectionTrait,
    id: ImprestHandoverId,
    state: HandoverState,
    received: Option<ImprestCountId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = imprest_handover::Entity::update_many()
        .col_expr(imprest_handover::Column::State, Expr::value(state))
        .col_expr(imprest_handover::Column::ReceivedCountId, Expr::value(received))
        .col_expr(imprest_handover::Column::EndedAt, Expr::value(Some(now)))
        .filter(imprest_handover::Column::Id.eq(id))
        .filter(imprest_handover::Column::State.eq(HandoverState::Open))
        .exec(conn)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Says who has the tin from now on.
pub async fn set_keeper(conn: &impl ConnectionTrait, id: ImprestId, keeper: PractitionerId) -> Result<(), DbErr> {
    imprest::Entity::update_many()
        .col_expr(imprest::Column::KeeperId, Expr::value(Some(keeper)))
        .filter(imprest::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}
