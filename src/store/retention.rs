//! Retention: what of records is kept and since when, what a hold keeps, and that something was taken away. What is due is for
//! the rules to say; [`purge`] takes it away.

mod looking;
mod purging;

use std::collections::HashSet;

use busfare_entity::{
    purge_run, record, record_hold,
    words::{OrganisationId, PractitionerId, RecordHoldId, RecordId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType},
};

pub use self::{
    looking::{Looked, Place, hold, look, since},
    purging::{Gone, purge},
};
use super::{mint, people};
use crate::rules::{
    calendar,
    retention::{Leaving, What, dry_run},
};

/// Records that are looked at with one statement each.
pub const BATCH: u64 = 100;
/// Batches that are looked through for one list.
const MOST_BATCHES: usize = 20;
/// Most things that a hold keeps which are listed.
const MOST_HELD: u64 = 100;

/// Where looking for what is due goes on.
pub type After = (NaiveDate, RecordId);

/// The next records of an organisation that are to be looked at on a day, in order, without what is held.
pub async fn to_look_at(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    today: NaiveDate,
    after: Option<After>,
) -> Result<Vec<After>, DbErr> {
    let mut query = record::Entity::find()
        .select_only()
        .columns([record::Column::LookOn, record::Column::Id])
        .filter(record::Column::OrganisationId.eq(organisation))
        .filter(record::Column::LookOn.lte(today))
        .filter(record::Column::HeldAt.is_null())
        .filter(record::Column::EmptiedOn.is_null());
    if let Some((day, id)) = after {
        let later = Condition::all().add(record::Column::LookOn.eq(day)).add(record::Column::Id.gt(id));
        query = query.filter(Condition::any().add(record::Column::LookOn.gt(day)).add(later));
    }
    query
        .order_by_asc(record::Column::LookOn)
        .order_by_asc(record::Column::Id)
        .limit(BATCH)
        .into_tuple()
        .all(conn)
        .await
}

/// Something that is due, and where it stands.
#[derive(Clone, Debug)]
pub struct Item {
    /// What, and why.
    pub leaving: Leaving<RecordId, usize>,
    /// Which answer; none for a record.
    pub place: Option<Place>,
}

/// What is due, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// What goes.
    pub goes: Vec<Item>,
    /// What would go if no hold kept it, at most 100.
    pub held_back: Vec<Item>,
    /// Whether there is more, or may be, than was asked for.
    pub more: bool,
}

/// What is due in an organisation today, at most so much of it.
pub async fn due(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    now: DateTime<Utc>,
    most: usize,
) -> Result<Due, DbErr> {
    let zone = people::zone(conn, organisation).await?;
    let today = calendar::day(now, zone);
    let (mut due, mut after, mut looked_through) = (Due::default(), None, false);
    for _ in 0..MOST_BATCHES {
        let batch = to_look_at(conn, organisation, today, after).await?;
        after = batch.last().copied();
        let ids: Vec<_> = batch.into_iter().map(|(_, id)| id).collect();
        looked_through = ids.is_empty();
        if looked_through {
            break;
        }
        due.goes.extend(items(&look(conn, zone, &ids).await?, today));
    }
    due.goes.sort_by_key(|item| (item.leaving.due_on, item.leaving.what == What::Record));
    due.more = due.goes.len() > most || !looked_through;
    due.goes.truncate(most);
    let held = record::Entity::find()
        .select_only()
        .column(record::Column::Id)
        .filter(record::Column::OrganisationId.eq(organisation))
        .filter(record::Column::HeldAt.is_not_null())
        .filter(record::Column::EmptiedOn.is_null())
        .order_by_asc(record::Column::Id)
        .limit(MOST_HELD);
    let held: Vec<RecordId> = held.into_tuple().all(conn).await?;
    due.held_back = items(&look(conn, zone, &held).await?, today).collect();
    due.held_back.sort_by_key(|item| (item.leaving.due_on, item.leaving.what == What::Record));
    due.held_back.truncate(usize::try_from(MOST_HELD).unwrap_or(usize::MAX));
    Ok(due)
}

/// What is due of what was looked at, held or not, without what only keeps a record until its longest question has run out.
fn items(looked: &Looked, today: NaiveDate) -> impl Iterator<Item = Item> {
    let run = dry_run(&looked.kept, today);
    run.goes.into_iter().chain(run.held_back).filter_map(|leaving| match leaving.what {
        What::Record => Some(Item { leaving, place: None }),
        What::Answer(place) => match &looked.places[place] {
            Place::Rest => None,
            answer => Some(Item { leaving, place: Some(answer.clone()) }),
        },
    })
}

/// A record of the organisation, also where whoever asks may not read it. Nobody writes in it until the transaction ends.
pub async fn hold_row(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: RecordId,
) -> Result<Option<record::Model>, DbErr> {
    let ours = record::Entity::find_by_id(id).filter(record::Column::OrganisationId.eq(organisation));
    ours.lock(LockType::NoKeyUpdate).one(conn).await
}

/// Keeps a record for a court, or not any more, and who said so and why.
pub async fn set_hold(conn: &impl ConnectionTrait, row: record_hold::Model) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::HeldAt, Expr::value(row.held.then_some(row.said_at)))
        .col_expr(record::Column::LookOn, Expr::value(row.said_at.date_naive()))
        .filter(record::Column::Id.eq(row.record_id))
        .exec(conn)
        .await?;
    record_hold::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// What somebody said about keeping a record of the organisation; none where the record is gone.
pub async fn said(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: RecordHoldId,
) -> Result<Option<record_hold::Model>, DbErr> {
    let of = record_hold::Entity::belongs_to(record::Entity).from(record_hold::Column::RecordId).to(record::Column::Id);
    record_hold::Entity::find_by_id(id)
        .join(JoinType::InnerJoin, of.into())
        .filter(record::Column::OrganisationId.eq(organisation))
        .one(conn)
        .await
}

/// Notes that the owner of a draft is warned today, unless somebody did so meanwhile: then it is false.
pub async fn warn(
    conn: &impl ConnectionTrait,
    record: RecordId,
    before: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let unchanged = match before {
        Some(day) => record::Column::WarnedOn.eq(day),
        None => record::Column::WarnedOn.is_null(),
    };
    let warned = record::Entity::update_many()
        .col_expr(record::Column::WarnedOn, Expr::value(Some(today)))
        .filter(record::Column::Id.eq(record))
        .filter(unchanged)
        .exec(conn)
        .await?;
    Ok(warned.rows_affected == 1)
}

/// Says on which day records are looked at again.
pub async fn looked(conn: &impl ConnectionTrait, mut again: Vec<(NaiveDate, RecordId)>) -> Result<(), DbErr> {
    again.sort_unstable();
    for same in again.chunk_by(|(one, _), (other, _)| one == other) {
        record::Entity::update_many()
            .col_expr(record::Column::LookOn, Expr::value(same[0].0))
            .filter(record::Column::Id.is_in(same.iter().map(|(_, id)| *id)))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Notes what a purge came to.
pub async fn note(
    conn: &impl ConnectionTrait,
    (organisation, asked_by): (OrganisationId, Option<PractitionerId>),
    gone: &Gone,
    more: bool,
    now: DateTime<Utc>,
) -> Result<purge_run::Model, DbErr> {
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let row = purge_run::Model {
        id: mint::id(),
        organisation_id: organisation,
        asked_by,
        ran_at: now,
        answers: whole(gone.answers),
        records: whole(gone.records),
        captures: whole(gone.captures),
        more,
    };
    purge_run::Entity::insert(row.clone().into_active_model()).exec_without_returning(conn).await?;
    Ok(row)
}

/// Whether anything was taken away since a moment.
pub async fn ran_since(conn: &impl ConnectionTrait, moment: DateTime<Utc>) -> Result<bool, DbErr> {
    Ok(purge_run::Entity::find().filter(purge_run::Column::RanAt.gte(moment)).limit(1).one(conn).await?.is_some())
}

/// Takes away what is due, at most so much of it, oldest first: what [`due`] lists. Says what went, and where the bytes of
/// pictures are that are taken back once the transaction is done.
pub async fn purge_due(
    conn: &impl ConnectionTrait,
    (organisation, asked_by): (OrganisationId, Option<PractitionerId>),
    now: DateTime<Utc>,
    most: usize,
) -> Result<(purge_run::Model, Vec<String>), DbErr> {
    let zone = people::zone(conn, organisation).await?;
    let today = calendar::day(now, zone);
    let Due { goes, more, .. } = due(conn, organisation, now, most).await?;
    let listed: HashSet<(RecordId, Option<Place>)> =
        goes.into_iter().map(|item| (item.leaving.record, item.place)).collect();
    let mut ids: Vec<RecordId> = listed.iter().map(|(record, _)| *record).collect();
    ids.sort_unstable();
    ids.dedup();
    // Somebody may have written in one of them meanwhile, so they are held and looked at again.
    hold(conn, &ids).await?;
    let looked = look(conn, zone, &ids).await?;
    let mut goes = dry_run(&looked.kept, today).goes;
    goes.retain(|it| {
        let place = match it.what {
            What::Answer(place) => Some(looked.places[place].clone()),
            What::Record => None,
        };
        listed.contains(&(it.record, place))
    });
    let gone = purge(conn, &looked, &goes, today).await?;
    let run = note(conn, (organisation, asked_by), &gone, more, now).await?;
    Ok((run, gone.blobs))
}
