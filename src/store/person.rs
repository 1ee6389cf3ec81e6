//! People who were helped: known by an id alone until somebody gives a reference, and linked to spends in a table apart.

use std::collections::{BTreeSet, HashMap};

use busfare_entity::{
    appointment, appointment_person, person, person_key, practitioner, practitioner_hub, record, record_person, spend,
    spend_person,
    words::{Likeness, PersonId, SpendId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query, SelectStatement},
};

use super::{
    db::inserted,
    person_merge, record as records,
    rows::{self, among},
    spend as spends,
};
use crate::rules::{
    person::{Identity, likeness, meant_by},
    sight::Viewer,
};

/// Most people who are found at once.
pub const MOST_FOUND: usize = 25;
/// Most people who are looked at to find them.
const MOST_LOOKED_AT: u64 = 500;

/// How long before and after their time whoever works in a hub sees who comes there.
const EXPECTED: TimeDelta = TimeDelta::days(7);

/// Whom a viewer may see: the people of her team, those she named herself, those whom a record that she sees is about, those
/// whom her own spends help, and those who are seen in a hub in which she works about that time. Nobody else's name is anybody's business; so nobody is told either that somebody whom
/// another team knows has the same name, because that would tell where people go for help.
pub fn in_sight(viewer: &Viewer, now: DateTime<Utc>) -> Condition {
    let seen = Query::select()
        .column(record::Column::Id)
        .from(record::Entity)
        .cond_where(records::in_sight(viewer, now))
        .to_owned();
    let recorded = Query::select()
        .column(record_person::Column::PersonId)
        .from(record_person::Entity)
        .cond_where(record_person::Column::RecordId.in_subquery(seen))
        .to_owned();
    let hers = Query::select()
        .column(spend::Column::Id)
        .from(spend::Entity)
        .cond_where(spend::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    let helped = Query::select()
        .column(spend_person::Column::PersonId)
        .from(spend_person::Entity)
        .cond_where(spend_person::Column::SpendId.in_subquery(hers))
        .to_owned();
    Condition::all().add(person::Column::OrganisationId.eq(viewer.organisation)).add(
        Condition::any()
            .add(person::Column::TeamId.eq(viewer.team))
            .add(person::Column::CreatedBy.eq(viewer.id))
            .add(person::Column::Id.in_subquery(recorded))
            .add(person::Column::Id.in_subquery(expected_by(viewer, now)))
            .add(person::Column::Id.in_subquery(helped)),
    )
}

/// Those who are, were or will be seen in a hub in which she works, a week before and after, and for whom she made an
/// appointment herself.
fn expected_by(viewer: &Viewer, now: DateTime<Utc>) -> SelectStatement {
    let hers = Query::select()
        .column(practitioner_hub::Column::HubId)
        .from(practitioner_hub::Entity)
        .and_where(practitioner_hub::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    let soon = Condition::all()
        .add(appointment::Column::HubId.in_subquery(hers))
        .add(appointment::Column::StartsAt.gte(now - EXPECTED))
        .add(appointment::Column::StartsAt.lt(now + EXPECTED));
    let of_these = Query::select()
        .column(appointment::Column::Id)
        .from(appointment::Entity)
        .and_where(appointment::Column::OrganisationId.eq(viewer.organisation))
        .cond_where(Condition::any().add(soon).add(appointment::Column::MadeBy.eq(viewer.id)))
        .to_owned();
    Query::select()
        .column(appointment_person::Column::PersonId)
        .from(appointment_person::Entity)
        .cond_where(appointment_person::Column::AppointmentId.in_subquery(of_these))
        .to_owned()
}

/// People in sight by id, in any order.
pub async fn seen(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[PersonId],
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let named = person::Column::Id.is_in(ids.iter().copied());
    person::Entity::find().filter(named).filter(in_sight(viewer, now)).all(conn).await
}

/// Somebody in sight; whoever may not be seen is not found. Nobody else changes what is known of them until the transaction
/// ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id).filter(in_sight(viewer, now)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Notes somebody; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: person::Model) -> Result<bool, DbErr> {
    let added = person::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(person::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// What is known of somebody.
pub fn identity(row: &person::Model) -> Identity {
    Identity { display_name: row.display_name.clone(), reference: row.reference.clone() }
}

/// Writes what somebody is called, and under what they are found again. Whoever does holds the person.
pub async fn name(conn: &impl ConnectionTrait, row: &person::Model) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::DisplayName, Expr::value(row.display_name.clone()))
        .col_expr(person::Column::Reference, Expr::value(row.reference.clone()))
        .filter(person::Column::Id.eq(row.id))
        .exec(conn)
        .await?;
    person_key::Entity::delete_many().filter(person_key::Column::PersonId.eq(row.id)).exec(conn).await?;
    let keys = identity(row).found_by().into_iter();
    let keys = keys.map(|name_key| person_key::Model { person_id: row.id, name_key }).collect();
    rows::add_all::<person_key::Entity>(conn, keys).await
}

/// People in sight who may be the one that is meant, the surest first, at most [`MOST_FOUND`].
pub async fn alike(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    meant: &Identity,
    except: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<Vec<(person::Model, Likeness)>, DbErr> {
    let has = person_key::Column::NameKey.is_in(meant.found_by());
    let mut found: Vec<_> = having(conn, viewer, has.into(), now)
        .await?
        .into_iter()
        .filter(|row| Some(row.id) != except)
        .filter_map(|row| likeness(meant, &identity(&row)).map(|likeness| (row, likeness)))
        .collect();
    found.sort_by_key(|(_, likeness)| *likeness);
    let merged = person_merge::kept_for(conn, &found.iter().map(|(row, _)| row.id).collect::<Vec<_>>()).await?;
    found.retain(|(row, _)| !merged.contains_key(&row.id));
    found.truncate(MOST_FOUND);
    Ok(found)
}

/// People in sight in whose name every word is the beginning of a part, or who have it all as their reference; then those
/// whose names are alike. At most [`MOST_FOUND`].
pub async fn search(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    words: &str,
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let (parts, reference) = meant_by(words);
    let begins = parts
        .iter()
        .fold(Condition::any(), |any, part| any.add(person_key::Column::NameKey.starts_with(part.as_str())));
    let rows = having(conn, viewer, begins.add(person_key::Column::NameKey.eq(reference.as_str())), now).await?;
    let is_meant = |row: &person::Model| {
        let keys: BTreeSet<String> = identity(row).found_by();
        let begun = |part: &String| keys.range(part.clone()..).next().is_some_and(|key| key.starts_with(part.as_str()));
        keys.contains(&reference) || (!parts.is_empty() && parts.iter().all(begun))
    };
    let mut found: Vec<person::Model> = rows.into_iter().filter(is_meant).collect();
    found.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    let meant = Identity { display_name: Some(words.to_owned()), reference: Some(words.to_owned()) };
    for (row, _) in alike(conn, viewer, &meant, None, now).await? {
        if !found.iter().any(|known| known.id == row.id) {
            found.push(row);
        }
    }
    found.truncate(MOST_FOUND);
    as_one(conn, viewer, found, now).await
}

/// Whoever is the same as another is found as that one, if the viewer may see them.
async fn as_one(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    found: Vec<person::Model>,
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let merged = person_merge::kept_for(conn, &found.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    if merged.is_empty() {
        return Ok(found);
    }
    let kept: Vec<PersonId> = merged.values().copied().collect();
    let kept: HashMap<PersonId, person::Model> =
        seen(conn, viewer, &kept, now).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut once = BTreeSet::new();
    let as_kept = |row: person::Model| merged.get(&row.id).and_then(|id| kept.get(id).cloned()).unwrap_or(row);
    Ok(found.into_iter().map(as_kept).filter(|row| once.insert(row.id)).collect())
}

async fn having(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    key: Condition,
    now: DateTime<Utc>,
) -> Result<Vec<person::Model>, DbErr> {
    let having =
        Query::select().column(person_key::Column::PersonId).from(person_key::Entity).cond_where(key).to_owned();
    person::Entity::find()
        .filter(in_sight(viewer, now))
        .filter(person::Column::Id.in_subquery(having))
        .order_by_desc(person::Column::Id)
        .limit(MOST_LOOKED_AT)
        .all(conn)
        .await
}

/// People by their ids, whoever's they are. Only to tell an organisation's own from somebody else's.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<person::Model>, DbErr> {
    let named = among(conn.get_database_backend(), person::Column::Id, ids.iter().copied());
    person::Entity::find().filter(named).all(conn).await
}

/// Somebody whom a phone has named for the first time.
pub fn named_by(her: &practitioner::Model, id: PersonId, now: DateTime<Utc>) -> person::Model {
    person::Model {
        id,
        organisation_id: her.organisation_id,
        team_id: her.team_id,
        reference: None,
        display_name: None,
        created_by: her.id,
        created_at: now,
    }
}

/// Makes sure that a person is known to the organisation. An id that a phone has minted is a person from its first
/// use on. False where the id belongs to somebody else's person.
pub async fn known(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    person::Entity::insert(named_by(her, id, now).into_active_model())
        .on_conflict(OnConflict::column(person::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    let hers = person::Entity::find_by_id(id).filter(person::Column::OrganisationId.eq(her.organisation_id));
    Ok(hers.one(conn).await?.is_some())
}

/// Links a spend to the person it helps, where one is named. False where the id belongs to somebody else's person:
/// the caller drops the transaction.
pub async fn helps(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    spend: SpendId,
    person: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let Some(person) = person else { return Ok(true) };
    if !known(conn, her, person, now).await? {
        return Ok(false);
    }
    link(conn, spend, person, now).await?;
    Ok(true)
}

/// Links a spend to the person it helps.
pub async fn link(conn: &impl ConnectionTrait, spend: SpendId, to: PersonId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = spend_person::Model { spend_id: spend, person_id: to, linked_at: now };
    spend_person::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The person a spend helps, where one is linked.
pub async fn helped_by(conn: &impl ConnectionTrait, spend: SpendId) -> Result<Option<PersonId>, DbErr> {
    Ok(spend_person::Entity::find_by_id(spend).one(conn).await?.map(|link| link.person_id))
}

/// The people that spends help.
pub async fn helped_by_each(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
) -> Result<Vec<spend_person::Model>, DbErr> {
    spend_person::Entity::find().filter(spend_person::Column::SpendId.is_in(spends.iter().copied())).all(conn).await
}

/// The names of the others in sight, the last named first, no more than so many.
pub async fn names_of_others(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    except: PersonId,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbErr> {
    person::Entity::find()
        .select_only()
        .column(person::Column::DisplayName)
        .filter(in_sight(viewer, now))
        .filter(person::Column::Id.ne(except))
        .filter(person::Column::DisplayName.is_not_null())
        .order_by_desc(person::Column::Id)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}

/// The spends in sight that help some people, the last first, no more than so many.
pub async fn spends_helping(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
    most: u64,
) -> Result<Vec<spend::Model>, DbErr> {
    let helping = Query::select()
        .column(spend_person::Column::SpendId)
        .from(spend_person::Entity)
        .and_where(spend_person::Column::PersonId.is_in(people.iter().copied()))
        .to_owned();
    spend::Entity::find()
        .filter(spends::in_sight(viewer))
        .filter(spend::Column::Id.in_subquery(helping))
        .order_by_desc(spend::Column::RequestedAt)
        .order_by_desc(spend::Column::Id)
        .limit(most)
        .all(conn)
        .await
}
