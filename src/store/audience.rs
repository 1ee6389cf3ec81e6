//! Who may hear of things now, read in one go for many.

use std::collections::HashMap;

use busfare_entity::{
    appointment, ask, hub_session, notice, receipt, receipt_link, record, spend,
    words::{OrganisationId, PractitionerId, ReceiptId, SpendId, Subject, TeamId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Query};
use uuid::Uuid;

use super::{record::seen, rows::among};
use crate::rules::{
    audience::{Reader, of_appointment, of_receipt, of_record, of_spend},
    sight::SpendSeen,
};

/// Something that people hear of.
pub type Thing = (Subject, Uuid);

/// Who hears of each of these things; nobody of what is no more.
pub async fn of(conn: &impl ConnectionTrait, things: &[Thing]) -> Result<HashMap<Thing, Vec<Reader>>, DbErr> {
    let of_subject = |subject| things.iter().filter(move |thing| thing.0 == subject).map(|thing| thing.1).collect();
    let mut audiences = HashMap::new();
    let mut hear = |subject, heard: Vec<(Uuid, Vec<Reader>)>| {
        audiences.extend(heard.into_iter().map(|(id, readers)| ((subject, id), readers)));
    };
    hear(Subject::Spend, of_spends(conn, of_subject(Subject::Spend)).await?);
    hear(Subject::Receipt, of_receipts(conn, of_subject(Subject::Receipt)).await?);
    hear(Subject::Record, of_records(conn, of_subject(Subject::Record)).await?);
    hear(Subject::Appointment, of_appointments(conn, of_subject(Subject::Appointment)).await?);
    hear(Subject::HubSession, of_sessions(conn, of_subject(Subject::HubSession)).await?);
    Ok(audiences)
}

/// The receipts of these spends, each with its organisation.
pub async fn receipts_of(conn: &impl ConnectionTrait, spends: Vec<Uuid>) -> Result<Vec<(OrganisationId, Uuid)>, DbErr> {
    if spends.is_empty() {
        return Ok(vec![]);
    }
    let links = Query::select()
        .column(receipt_link::Column::ReceiptId)
        .from(receipt_link::Entity)
        .and_where(among(conn.get_database_backend(), receipt_link::Column::SpendId, spends))
        .to_owned();
    let receipts: Vec<(OrganisationId, ReceiptId)> = receipt::Entity::find()
        .select_only()
        .columns([receipt::Column::OrganisationId, receipt::Column::Id])
        .filter(receipt::Column::Id.in_subquery(links))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(receipts.into_iter().map(|(organisation, id)| (organisation, id.0)).collect())
}

type Heard = Result<Vec<(Uuid, Vec<Reader>)>, DbErr>;

async fn of_spends(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Heard {
    let seen = spends_seen(conn, ids).await?;
    Ok(seen.into_iter().map(|(id, spend)| (id.0, of_spend(&spend))).collect())
}

async fn of_receipts(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Heard {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let backend = conn.get_database_backend();
    let receipts: Vec<(ReceiptId, PractitionerId)> = receipt::Entity::find()
        .select_only()
        .columns([receipt::Column::Id, receipt::Column::CapturedBy])
        .filter(among(backend, receipt::Column::Id, ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let links: Vec<(ReceiptId, SpendId)> = receipt_link::Entity::find()
        .select_only()
        .columns([receipt_link::Column::ReceiptId, receipt_link::Column::SpendId])
        .filter(among(backend, receipt_link::Column::ReceiptId, ids))
        .into_tuple()
        .all(conn)
        .await?;
    let spends = spends_seen(conn, links.iter().map(|link| link.1.0).collect()).await?;
    let audience = |(id, captured_by): (ReceiptId, PractitionerId)| {
        let of_it = links.iter().filter(|link| link.0 == id).filter_map(|link| spends.get(&link.1).cloned());
        (id.0, of_receipt(captured_by, &of_it.collect::<Vec<_>>()))
    };
    Ok(receipts.into_iter().map(audience).collect())
}

async fn of_records(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Heard {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let backend = conn.get_database_backend();
    let rows = record::Entity::find().filter(among(backend, record::Column::Id, ids)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id.0, of_record(&seen(&row, false)))).collect())
}

async fn of_appointments(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Heard {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let backend = conn.get_database_backend();
    let rows = appointment::Entity::find().filter(among(backend, appointment::Column::Id, ids)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id.0, of_appointment(row.made_by, row.team_id))).collect())
}

async fn of_sessions(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Heard {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let backend = conn.get_database_backend();
    let rows = hub_session::Entity::find().filter(among(backend, hub_session::Column::Id, ids)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id.0, vec![Reader::organisation(row.organisation_id)])).collect())
}

/// What sight of spends depends on.
async fn spends_seen(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<SpendId, SpendSeen>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let backend = conn.get_database_backend();
    let spends: Vec<(SpendId, OrganisationId, PractitionerId, TeamId)> = spend::Entity::find()
        .select_only()
        .columns([
            spend::Column::Id,
            spend::Column::OrganisationId,
            spend::Column::PractitionerId,
            spend::Column::TeamId,
        ])
        .filter(among(backend, spend::Column::Id, ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let asks: Vec<(SpendId, PractitionerId)> = ask::Entity::find()
        .select_only()
        .columns([ask::Column::SpendId, ask::Column::AskedId])
        .filter(among(backend, ask::Column::SpendId, ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let told: Vec<(SpendId, PractitionerId)> = notice::Entity::find()
        .select_only()
        .columns([notice::Column::SpendId, notice::Column::ToldId])
        .filter(among(backend, notice::Column::SpendId, ids))
        .into_tuple()
        .all(conn)
        .await?;
    let of = |whom: &[(SpendId, PractitionerId)], id| {
        whom.iter().filter(|one| one.0 == id).map(|one| one.1).collect::<Vec<_>>()
    };
    let seen = spends.into_iter().map(|(id, organisation, asker, team)| {
        (id, SpendSeen { organisation, asker, team, asked: of(&asks, id), told: of(&told, id) })
    });
    Ok(seen.collect())
}
