//! Exports: the lines each one took, its bytes in pieces, and the columns it was written with.

use busfare_entity::{
    budget, budget_entry, export_batch, export_chunk, export_line, export_mapping, spend, spend_purpose,
    words::{BudgetEntryId, BudgetMovement, ExportBatchId, OrganisationId, SpendBooks, SpendId},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, Query},
};

use super::{
    append_selected,
    ledger::{its_budget, moved, spend_behind},
    not_built,
};
use crate::{
    rules::{
        books::{MOST_LINES, journal::JournalLine},
        calendar,
        money::Money,
    },
    store::page::{self, Page, Slice},
};

/// How large a piece of the bytes is.
const PIECE_BYTES: usize = 256 * 1024;

/// The number of the next export.
pub async fn next_number(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<i64, DbErr> {
    let last = export_batch::Entity::find()
        .filter(export_batch::Column::OrganisationId.eq(organisation))
        .order_by_desc(export_batch::Column::Number)
        .one(conn)
        .await?;
    Ok(last.map_or(1, |last| last.number + 1))
}

/// The columns that finance takes now; none where only those that come with Busfare are there.
pub async fn mapping(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Option<export_mapping::Model>, DbErr> {
    export_mapping::Entity::find()
        .filter(export_mapping::Column::OrganisationId.eq(organisation))
        .order_by_desc(export_mapping::Column::Version)
        .one(conn)
        .await
}

/// Publishes columns.
pub async fn publish_mapping(conn: &impl ConnectionTrait, row: export_mapping::Model) -> Result<(), DbErr> {
    export_mapping::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Claims for an export the oldest settled entries from before a moment that no export has. Their primary key keeps
/// each out of a second one. How many there were, [`MOST_LINES`] at most.
pub async fn claim(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    batch: ExportBatchId,
    until: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let taken = Query::select()
        .expr(Expr::value(1))
        .from(export_line::Entity)
        .and_where(
            Expr::col((export_line::Entity, export_line::Column::EntryId))
                .eq(Expr::col((budget_entry::Entity, budget_entry::Column::Id))),
        )
        .to_owned();
    let mut entries = budget_entry::Entity::find()
        .select_only()
        .join(JoinType::InnerJoin, its_budget())
        .filter(budget::Column::OrganisationId.eq(organisation))
        .filter(moved().ne(0))
        .filter(budget_entry::Column::At.lt(until))
        .filter(Expr::not_exists(taken))
        .order_by_asc(budget_entry::Column::At)
        .order_by_asc(budget_entry::Column::Id)
        .limit(MOST_LINES)
        .into_query();
    entries
        .column((budget_entry::Entity, budget_entry::Column::Id))
        .expr(Expr::value(batch))
        .expr(Expr::cust(r#"ROW_NUMBER() OVER (ORDER BY "budget_entry"."at", "budget_entry"."id")"#))
        .column((budget_entry::Entity, budget_entry::Column::SpendId))
        .expr(moved());
    let mut insert = Query::insert();
    insert
        .into_table(export_line::Entity)
        .columns([
            export_line::Column::EntryId,
            export_line::Column::BatchId,
            export_line::Column::Position,
            export_line::Column::SpendId,
            export_line::Column::AmountPence,
        ])
        .select_from(entries)
        .map_err(not_built)?;
    append_selected(conn, &insert).await
}

#[derive(Debug, FromQueryResult)]
struct Row {
    entry_id: BudgetEntryId,
    spend_id: Option<SpendId>,
    amount_pence: i64,
    at: DateTime<Utc>,
    movement: BudgetMovement,
    cost_centre: String,
    subjective_code: String,
    budget: String,
    purpose: Option<String>,
    purpose_name: Option<String>,
}

/// The lines that an export claimed, in their order, as finance needs them.
pub async fn lines(conn: &impl ConnectionTrait, batch: ExportBatchId, zone: Tz) -> Result<Vec<JournalLine>, DbErr> {
    let entry = export_line::Entity::belongs_to(budget_entry::Entity)
        .from(export_line::Column::EntryId)
        .to(budget_entry::Column::Id)
        .into();
    let purpose = spend::Entity::belongs_to(spend_purpose::Entity)
        .from(spend::Column::PurposeId)
        .to(spend_purpose::Column::Id)
        .into();
    let rows = export_line::Entity::find()
        .select_only()
        .columns([export_line::Column::EntryId, export_line::Column::SpendId, export_line::Column::AmountPence])
        .columns([budget_entry::Column::At, budget_entry::Column::Movement])
        .columns([budget::Column::CostCentre, budget::Column::SubjectiveCode])
        .column_as(budget::Column::Name, "budget")
        .column_as(spend_purpose::Column::Code, "purpose")
        .column_as(spend_purpose::Column::NameEn, "purpose_name")
        .join(JoinType::InnerJoin, entry)
        .join(JoinType::InnerJoin, its_budget())
        .join(JoinType::LeftJoin, spend_behind())
        .join(JoinType::LeftJoin, purpose)
        .filter(export_line::Column::BatchId.eq(batch))
        .order_by_asc(export_line::Column::Position)
        .into_model::<Row>()
        .all(conn)
        .await?;
    let line = |row: Row| JournalLine {
        entry: row.entry_id,
        spend: row.spend_id,
        day: calendar::day(row.at, zone),
        cost_centre: row.cost_centre,
        subjective_code: row.subjective_code,
        budget: row.budget,
        purpose: row.purpose.unwrap_or_default(),
        purpose_name: row.purpose_name.unwrap_or_default(),
        movement: row.movement,
        amount: Money::from_pence(row.amount_pence),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Keeps an export with its bytes, and says of its spends that finance has them.
pub async fn keep(conn: &impl ConnectionTrait, row: export_batch::Model, bytes: &[u8]) -> Result<(), DbErr> {
    let batch = row.id;
    export_batch::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    for (position, piece) in (0_i64..).zip(bytes.chunks(PIECE_BYTES)) {
        let row = export_chunk::Model { batch_id: batch, position, content: piece.to_vec() };
        export_chunk::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    let spends = Query::select()
        .column(export_line::Column::SpendId)
        .from(export_line::Entity)
        .and_where(export_line::Column::BatchId.eq(batch))
        .and_where(export_line::Column::SpendId.is_not_null())
        .to_owned();
    spend::Entity::update_many()
        .col_expr(spend::Column::Books, Expr::value(SpendBooks::Exported))
        .filter(spend::Column::Books.is_in([SpendBooks::Open, SpendBooks::Matched]))
        .filter(spend::Column::Id.in_subquery(spends))
        .exec(conn)
        .await
        .map(|_| ())
}

/// An export of the organisation; somebody else's is not found.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: ExportBatchId,
) -> Result<Option<export_batch::Model>, DbErr> {
    export_batch::Entity::find_by_id(id).filter(export_batch::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// One piece of an export's bytes, from 0; none after the last.
pub async fn piece(conn: &impl ConnectionTrait, batch: ExportBatchId, position: i64) -> Result<Option<Vec<u8>>, DbErr> {
    let piece = export_chunk::Entity::find_by_id((batch, position)).one(conn).await?;
    Ok(piece.map(|piece| piece.content))
}

/// One page of the organisation's exports, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    page: Page,
) -> Result<Slice<export_batch::Model>, DbErr> {
    let query = export_batch::Entity::find().filter(export_batch::Column::OrganisationId.eq(organisation));
    page::read(conn, query, (export_batch::Column::ExportedAt, export_batch::Column::Id), page).await
}
