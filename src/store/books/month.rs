//! Months: as they stand while they are open, and as they closed.

use std::collections::HashMap;

use busfare_entity::{
    difference_note, month_close, month_close_difference,
    words::{MonthCloseId, MonthDifferenceId, OrganisationId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    ledger::{self, Which},
    statements,
};
use crate::{
    rules::{
        books::{
            balance::{Balance, Difference, Explanation, Subject, balance, uneven},
            month::Month,
        },
        money::Money,
    },
    store::page::{self, Page, Slice},
};

/// How many rows or ids one statement takes.
pub(super) const AT_ONCE: usize = 1_000;

/// The last month that an organisation closed.
pub async fn last(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Option<month_close::Model>, DbErr> {
    month_close::Entity::find()
        .filter(month_close::Column::OrganisationId.eq(organisation))
        .order_by_desc(month_close::Column::Number)
        .one(conn)
        .await
}

/// A month as it closed.
pub async fn closed(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    month: Month,
) -> Result<Option<month_close::Model>, DbErr> {
    month_close::Entity::find()
        .filter(month_close::Column::OrganisationId.eq(organisation))
        .filter(month_close::Column::Month.eq(month.first_day()))
        .one(conn)
        .await
}

/// One page of the months that closed, the last one first.
pub async fn page(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    page: Page,
) -> Result<Slice<month_close::Model>, DbErr> {
    let query = month_close::Entity::find().filter(month_close::Column::OrganisationId.eq(organisation));
    page::read(conn, query, (month_close::Column::ClosedAt, month_close::Column::Id), page).await
}

/// What some lines add up to, with people's words where they explain a difference.
pub async fn state(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    which: Which,
) -> Result<(Balance, Sizes), DbErr> {
    let settled = ledger::settled(conn, which).await?;
    let statements = statements::all(conn, which).await?;
    let but = match which {
        Which::Held(close) => Some(close),
        Which::Open(..) => None,
    };
    let earlier = ledger::earlier(conn, &uneven(&settled, &statements), but).await?;
    let balance = balance(&settled, &statements, &earlier);
    let subjects: Vec<_> = balance.suspense().map(|difference| difference.subject.id).collect();
    let mut notes = notes(conn, organisation, &subjects).await?;
    notes.extend(statements::notes(conn, &statements).await?);
    let sizes = Sizes { ledger: settled.len(), statements: statements.len() };
    Ok((balance.explained(notes), sizes))
}

/// How many lines each side has.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Of the ledger.
    pub ledger: usize,
    /// Of the statements.
    pub statements: usize,
}

/// What was said about differences; about cash it is said where it was counted.
async fn notes(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    subjects: &[Uuid],
) -> Result<HashMap<Subject, Explanation>, DbErr> {
    let mut notes = HashMap::new();
    for some in subjects.chunks(AT_ONCE) {
        let rows = difference_note::Entity::find()
            .filter(difference_note::Column::OrganisationId.eq(organisation))
            .filter(difference_note::Column::AboutId.is_in(some.iter().copied()))
            .order_by_asc(difference_note::Column::ExplainedAt)
            .order_by_asc(difference_note::Column::Id)
            .all(conn)
            .await?;
        // A later note takes the place of an earlier one.
        notes.extend(rows.into_iter().map(|row| {
            let amount = Money::from_pence(row.amount_pence);
            let subject = Subject { about: row.about, id: row.about_id };
            (subject, Explanation { amount, words: row.words, by: row.explained_by })
        }));
    }
    Ok(notes)
}

/// Keeps people's words about differences.
pub async fn explain(conn: &impl ConnectionTrait, rows: Vec<difference_note::Model>) -> Result<(), DbErr> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    difference_note::Entity::insert_many(rows).exec_without_returning(conn).await.map(|_| ())
}

/// Keeps a month as it closed, with every difference.
pub async fn keep(
    conn: &impl ConnectionTrait,
    row: month_close::Model,
    differences: &[Difference],
) -> Result<(), DbErr> {
    let close = row.id;
    month_close::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    for some in differences.chunks(AT_ONCE) {
        let rows = some.iter().map(|difference| as_closed(difference, close).into_active_model());
        month_close_difference::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// A difference as a month lists it. One that is still open goes by the id of what it is about.
pub fn as_closed(difference: &Difference, close: MonthCloseId) -> month_close_difference::Model {
    month_close_difference::Model { id: crate::store::mint::id(), ..as_listed(difference, close) }
}

/// A difference of an open month, as a list shows it.
pub fn as_listed(difference: &Difference, close: MonthCloseId) -> month_close_difference::Model {
    let said = difference.explanation.as_ref();
    month_close_difference::Model {
        id: MonthDifferenceId(difference.subject.id),
        close_id: close,
        about: difference.subject.about,
        about_id: difference.subject.id,
        kind: difference.kind,
        amount_pence: difference.amount.pence(),
        words: said.map(|said| said.words.clone()),
        explained_by: said.map(|said| said.by),
        at: difference.at,
    }
}

/// One page of the differences of a month that closed, the latest first.
pub async fn differences(
    conn: &impl ConnectionTrait,
    close: MonthCloseId,
    page: Page,
) -> Result<Slice<month_close_difference::Model>, DbErr> {
    let query = month_close_difference::Entity::find().filter(month_close_difference::Column::CloseId.eq(close));
    page::read(conn, query, (month_close_difference::Column::At, month_close_difference::Column::Id), page).await
}

/// One page of the differences of an open month, the latest first.
pub fn listed<'a>(
    differences: impl Iterator<Item = &'a Difference>,
    page: Page,
) -> Slice<month_close_difference::Model> {
    let nowhere = MonthCloseId(Uuid::nil());
    let most = usize::try_from(page.first).unwrap_or(usize::MAX);
    // They are ordered by moment and subject, and a list goes by moment and id.
    let mut rows: Vec<_> = differences.map(|difference| as_listed(difference, nowhere)).collect();
    rows.sort_unstable_by_key(|row| std::cmp::Reverse((micros(row.at), row.id)));
    if let Some(after) = page.after {
        rows.retain(|row| (micros(row.at), row.id.0) < (micros(after.at), after.id));
    }
    let more = rows.len() > most;
    rows.truncate(most);
    Slice { rows, more }
}

/// Cursors count microseconds.
fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}
