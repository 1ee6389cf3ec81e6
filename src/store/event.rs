//! Events: sealed in one order, whatever order they became true in. One server seals at a time, so a place in the order is
//! never seen before the places in front of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use busfare_entity::{
    event, event_head, feed, unsealed_event,
    words::{EventKind, OrganisationId, Subject},
};
use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder,
    QuerySelect, TransactionTrait, sea_query::OnConflict,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Db,
    audience::{self, Thing},
    db::SEALED,
    rows::{add_in_parts, among},
};
use crate::rules::audience::Reader;

/// Events sealed in one transaction.
const AT_ONCE: u64 = 500;
/// Rows of a feed written in one statement.
const PART: usize = 500;

/// Seals what waits, up to so many batches, and gives how many events there were. Where nothing waits it is one statement.
pub async fn seal(db: &Db, batches: usize, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let mut sealed = 0;
    for _ in 0..batches {
        if unsealed_event::Entity::find().limit(1).one(db.reader()).await?.is_none() {
            break;
        }
        let txn = db.begin().await?;
        sealed += one_batch(&txn, now.trunc_subsecs(6)).await?;
        txn.commit().await?;
        db.wake();
    }
    Ok(sealed)
}

async fn one_batch(txn: &(impl ConnectionTrait + TransactionTrait), now: DateTime<Utc>) -> Result<usize, DbErr> {
    // The lock goes with the transaction; whoever waits for it finds what is left.
    let on_postgres = txn.get_database_backend() == DbBackend::Postgres;
    if on_postgres {
        txn.execute_unprepared("SELECT pg_advisory_xact_lock(7226012)").await?;
    }
    let waiting =
        unsealed_event::Entity::find().order_by_asc(unsealed_event::Column::Id).limit(AT_ONCE).all(txn).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut events = once_each(&waiting);
    let mut audiences = audience::of(txn, &things(&events)).await?;
    let mut heard = heard_of(txn, &things(&events)).await?;

    // Whoever sees a spend from now on sees its receipts too, although nothing is new about them.
    let receipts = audience::receipts_of(txn, newly_seen(&audiences, &heard)).await?;
    let further = with_their_receipts(&events, receipts);
    audiences.extend(audience::of(txn, &things(&further)).await?);
    heard.extend(heard_of(txn, &things(&further)).await?);
    events.extend(further);

    let count = events.len();
    let positions = append(txn, events, now).await?;
    tell(txn, &audiences, &heard, &positions).await?;
    let ids = waiting.iter().map(|event| event.id);
    let done = among(txn.get_database_backend(), unsealed_event::Column::Id, ids);
    unsealed_event::Entity::delete_many().filter(done).exec(txn).await?;
    if on_postgres {
        txn.execute_unprepared(&format!("NOTIFY {SEALED}")).await?;
    }
    Ok(count)
}

/// What happened to what, in which organisation.
type Happened = (OrganisationId, EventKind, Uuid);

/// Of the same that happened to the same thing, only the last.
fn once_each(waiting: &[unsealed_event::Model]) -> Vec<Happened> {
    let mut seen = HashSet::new();
    let all = waiting.iter().rev().map(|event| (event.organisation_id, event.kind, event.node_id));
    let mut events: Vec<Happened> = all.filter(|event| seen.insert(*event)).collect();
    events.reverse();
    events
}

fn things(events: &[Happened]) -> Vec<Thing> {
    let distinct: HashSet<Thing> = events.iter().map(|(_, kind, node)| (kind.subject(), *node)).collect();
    distinct.into_iter().collect()
}

/// Spends that somebody hears of for the first time.
fn newly_seen(audiences: &HashMap<Thing, Vec<Reader>>, heard: &Heard) -> Vec<Uuid> {
    let of_spends = audiences.iter().filter(|((subject, _), _)| *subject == Subject::Spend);
    let new = of_spends.filter(|(thing, readers)| {
        let had = heard.get(thing);
        readers.iter().any(|reader| had.is_none_or(|had| had.get(reader) != Some(&false)))
    });
    new.map(|((_, node), _)| *node).collect()
}

fn with_their_receipts(events: &[Happened], receipts: Vec<(OrganisationId, Uuid)>) -> Vec<Happened> {
    let there: HashSet<Thing> = things(events).into_iter().collect();
    let new = receipts.into_iter().filter(|(_, receipt)| !there.contains(&(Subject::Receipt, *receipt)));
    new.map(|(organisation, receipt)| (organisation, EventKind::ReceiptChanged, receipt)).collect()
}

/// Gives events their places and hashes; and says the last place of each thing.
async fn append(
    conn: &impl ConnectionTrait,
    events: Vec<Happened>,
    now: DateTime<Utc>,
) -> Result<HashMap<Thing, i64>, DbErr> {
    let (mut heads, mut positions, mut rows) = (BTreeMap::new(), HashMap::new(), Vec::with_capacity(events.len()));
    for (organisation, kind, node) in events {
        let head = match heads.remove(&organisation) {
            Some(head) => head,
            None => head(conn, organisation).await?,
        };
        let mut row = event::Model {
            organisation_id: organisation,
            position: head.position + 1,
            kind,
            node_id: node,
            sealed_at: now,
            hash: vec![],
        };
        row.hash = hash(&head.hash, &row);
        positions.insert((kind.subject(), node), row.position);
        heads.insert(
            organisation,
            event_head::Model { organisation_id: organisation, position: row.position, hash: row.hash.clone() },
        );
        rows.push(row);
    }
    add_in_parts::<event::Entity>(conn, rows).await?;
    let newer = OnConflict::column(event_head::Column::OrganisationId)
        .update_columns([event_head::Column::Position, event_head::Column::Hash])
        .to_owned();
    let heads = heads.into_values().map(IntoActiveModel::into_active_model);
    event_head::Entity::insert_many(heads).on_conflict(newer).exec_without_returning(conn).await?;
    Ok(positions)
}

/// How far the events of an organisation are sealed; position 0 where there is none.
pub async fn head(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<event_head::Model, DbErr> {
    let head = event_head::Entity::find_by_id(organisation).one(conn).await?;
    Ok(head.unwrap_or(event_head::Model { organisation_id: organisation, position: 0, hash: vec![0; 32] }))
}

/// SHA-256 of the hash before it, the organisation, the position, the kind, what it is about, and when it was sealed in
/// microseconds; numbers have eight bytes, the greatest first.
fn hash(before: &[u8], row: &event::Model) -> Vec<u8> {
    let kind = serde_json::to_vec(&row.kind).unwrap_or_default();
    let digest = Sha256::new()
        .chain_update(before)
        .chain_update(row.organisation_id.0.as_bytes())
        .chain_update(row.position.to_be_bytes())
        .chain_update(kind)
        .chain_update(row.node_id.as_bytes())
        .chain_update(row.sealed_at.timestamp_micros().to_be_bytes());
    digest.finalize().to_vec()
}

/// The first place at which the events of an organisation are not what was sealed; none where all is well.
pub async fn first_amiss(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Option<i64>, DbErr> {
    let (mut last, mut before) = (0, vec![0; 32]);
    loop {
        let rows = event::Entity::find()
            .filter(event::Column::OrganisationId.eq(organisation))
            .filter(event::Column::Position.gt(last))
            .order_by(event::Column::Position, Order::Asc)
            .limit(AT_ONCE)
            .all(conn)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.position != last + 1 || row.hash != hash(&before, &row) {
                return Ok(Some(last + 1));
            }
            (last, before) = (row.position, row.hash);
        }
    }
    let head = head(conn, organisation).await?;
    Ok((head.position != last || head.hash != before).then_some(last + 1))
}

/// Who has heard of each thing, and whether it is gone for them.
type Heard = HashMap<Thing, HashMap<Reader, bool>>;

async fn heard_of(conn: &impl ConnectionTrait, things: &[Thing]) -> Result<Heard, DbErr> {
    let mut heard = Heard::new();
    if things.is_empty() {
        return Ok(heard);
    }
    let them = among(conn.get_database_backend(), feed::Column::NodeId, things.iter().map(|thing| thing.1));
    for row in feed::Entity::find().filter(them).all(conn).await? {
        let reader = Reader { id: row.reader_id, share: row.share };
        heard.entry((row.subject, row.node_id)).or_default().insert(reader, row.gone);
    }
    Ok(heard)
}

/// Tells whoever hears of a thing that there is something new, and whoever does not any more that it is gone, once.
async fn tell(
    conn: &impl ConnectionTrait,
    audiences: &HashMap<Thing, Vec<Reader>>,
    heard: &Heard,
    positions: &HashMap<Thing, i64>,
) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    for (thing, &position) in positions {
        let (subject, node_id) = *thing;
        let row = |reader: Reader, gone| feed::Model {
            reader_id: reader.id,
            share: reader.share,
            node_id,
            subject,
            position,
            gone,
        };
        let audience = audiences.get(thing).map_or(&[][..], Vec::as_slice);
        rows.extend(audience.iter().map(|reader| row(*reader, false)));
        let had = heard.get(thing).into_iter().flatten();
        let lost = had.filter(|(reader, gone)| !**gone && !audience.contains(reader));
        rows.extend(lost.map(|(reader, _)| row(*reader, true)));
    }
    let of_whom = [feed::Column::ReaderId, feed::Column::Share, feed::Column::NodeId, feed::Column::Subject];
    let newer = OnConflict::columns(of_whom).update_columns([feed::Column::Position, feed::Column::Gone]).to_owned();
    while !rows.is_empty() {
        let part = rows.split_off(rows.len().saturating_sub(PART)).into_iter().map(IntoActiveModel::into_active_model);
        feed::Entity::insert_many(part).on_conflict(newer.clone()).exec_without_returning(conn).await?;
    }
    Ok(())
}
