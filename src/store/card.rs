//! Cards and the lines of their statements. A line is kept once, however often a file brings it.

use std::collections::HashMap;

use busfare_entity::{
    card, card_match, practitioner_hub, statement_import, statement_line,
    words::{CardId, StatementImportId, StatementLineId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LockType, OnConflict, Query, SelectStatement},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{imprest::answers_for_hubs, sight::Viewer, statement::Line};

/// How many lines go into one statement of SQL: databases bound its parameters.
const AT_ONCE: usize = 500;

/// Which cards a viewer may see: an enabler and a senior, every one of the organisation; anybody else, her own
/// and those of the hubs she works in.
pub fn in_sight(viewer: &Viewer) -> Condition {
    let ours = Condition::all().add(card::Column::OrganisationId.eq(viewer.organisation));
    if answers_for_hubs(viewer.role) {
        return ours;
    }
    let hubs = Query::select()
        .column(practitioner_hub::Column::HubId)
        .from(practitioner_hub::Entity)
        .and_where(practitioner_hub::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    let hers =
        Condition::any().add(card::Column::PractitionerId.eq(viewer.id)).add(card::Column::HubId.in_subquery(hubs));
    ours.add(hers)
}

/// Which lines a viewer may see: those of the cards in her sight.
pub fn lines_in_sight(viewer: &Viewer) -> Condition {
    let cards = Query::select().column(card::Column::Id).from(card::Entity).cond_where(in_sight(viewer)).to_owned();
    Condition::all()
        .add(statement_line::Column::OrganisationId.eq(viewer.organisation))
        .add(statement_line::Column::CardId.in_subquery(cards))
}

/// Every card in sight, by its name.
pub async fn all(conn: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<card::Model>, DbErr> {
    let query = card::Entity::find().filter(in_sight(viewer));
    query.order_by_asc(card::Column::Name).order_by_asc(card::Column::Id).all(conn).await
}

/// Cards in sight by id, in any order.
pub async fn by_ids(conn: &impl ConnectionTrait, viewer: &Viewer, ids: &[CardId]) -> Result<Vec<card::Model>, DbErr> {
    card::Entity::find().filter(card::Column::Id.is_in(ids.iter().copied())).filter(in_sight(viewer)).all(conn).await
}

/// Adds a card; false where another of the organisation's ends the same.
pub async fn add(conn: &impl ConnectionTrait, row: card::Model) -> Result<bool, DbErr> {
    let added = card::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// A card by its id, whosever it is. Only to tell a repeat from somebody else's id.
pub async fn taken(conn: &impl ConnectionTrait, id: CardId) -> Result<Option<card::Model>, DbErr> {
    card::Entity::find_by_id(id).one(conn).await
}

/// The cards of a viewer's organisation that she sees, which take turns at importing until the transaction ends.
pub async fn hold_all(conn: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<card::Model>, DbErr> {
    let query = card::Entity::find().filter(in_sight(viewer)).order_by_asc(card::Column::Id);
    query.lock(LockType::NoKeyUpdate).all(conn).await
}

/// Keeps the lines that no earlier import had, and gives how many those were.
pub async fn add_lines(
    conn: &impl ConnectionTrait,
    import: (StatementImportId, DateTime<Utc>),
    lines: Vec<(&card::Model, Line)>,
) -> Result<i32, DbErr> {
    let rows: Vec<statement_line::Model> = lines.into_iter().map(|(card, line)| as_row(import, card, line)).collect();
    let mut new = 0;
    for some in rows.chunks(AT_ONCE) {
        let added = statement_line::Entity::insert_many(some.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(
                OnConflict::columns([statement_line::Column::CardId, statement_line::Column::Sha256])
                    .do_nothing()
                    .to_owned(),
            )
            .try_insert()
            .exec_without_returning(conn)
            .await?;
        if let sea_orm::TryInsertResult::Inserted(count) = added {
            new += i32::try_from(count).unwrap_or(i32::MAX);
        }
    }
    Ok(new)
}

fn as_row(
    (import_id, now): (StatementImportId, DateTime<Utc>),
    card: &card::Model,
    line: Line,
) -> statement_line::Model {
    statement_line::Model {
        id: super::mint::id(),
        organisation_id: card.organisation_id,
        card_id: card.id,
        import_id,
        line_number: i32::try_from(line.number).unwrap_or(i32::MAX),
        booked_on: line.booked_on,
        amount_pence: line.pence,
        sha256: line.sha256(),
        merchant: line.merchant,
        reference: line.reference,
        imported_at: now,
    }
}

/// Remembers an import.
pub async fn add_import(conn: &impl ConnectionTrait, row: statement_import::Model) -> Result<(), DbErr> {
    statement_import::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Which lines of statements somebody wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that nobody has matched.
    Open,
    /// Those that belong to a spend.
    Matched,
    /// All of them.
    All,
}

/// The lines that belong to a spend, as a subquery.
pub fn matched_lines() -> SelectStatement {
    Query::select()
        .column(card_match::Column::LineId)
        .from(card_match::Entity)
        .and_where(card_match::Column::UndoneAt.is_null())
        .to_owned()
}

/// One page of the lines in sight, the newest import first.
pub async fn lines(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    which: Which,
    page: Page,
) -> Result<Slice<statement_line::Model>, DbErr> {
    let query = statement_line::Entity::find().filter(lines_in_sight(viewer));
    let query = match which {
        Which::Open => query.filter(statement_line::Column::Id.not_in_subquery(matched_lines())),
        Which::Matched => query.filter(statement_line::Column::Id.in_subquery(matched_lines())),
        Which::All => query,
    };
    page::read(conn, query, (statement_line::Column::ImportedAt, statement_line::Column::Id), page).await
}

/// A line in sight; what may not be seen is not found.
pub async fn line(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: StatementLineId,
) -> Result<Option<statement_line::Model>, DbErr> {
    statement_line::Entity::find_by_id(id).filter(lines_in_sight(viewer)).one(conn).await
}

/// Lines in sight by id, in any order.
pub async fn lines_by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[StatementLineId],
) -> Result<Vec<statement_line::Model>, DbErr> {
    let query = statement_line::Entity::find().filter(statement_line::Column::Id.is_in(ids.iter().copied()));
    query.filter(lines_in_sight(viewer)).all(conn).await
}

/// Cards of the same organisation by their last four digits.
pub fn by_last_four(cards: &[card::Model]) -> HashMap<&str, &card::Model> {
    cards.iter().map(|card| (card.last_four.as_str(), card)).collect()
}
