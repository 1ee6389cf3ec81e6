//! The rota: who is on duty, who is away, and who stands in for whom.

use std::collections::{HashMap, HashSet};

use busfare_entity::{
    absence, duty, practitioner,
    words::{AbsenceId, DutyId, OrganisationId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};

use crate::rules::{nearest::OnDuty, rota, sight::Viewer};

/// Who of some practitioners is there now, and as what.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    away: HashSet<PractitionerId>,
    stands_in: HashMap<PractitionerId, Vec<PractitionerId>>,
    duties: HashMap<PractitionerId, Vec<OnDuty>>,
}

impl Presence {
    /// Whether somebody is away.
    pub fn is_away(&self, who: PractitionerId) -> bool {
        self.away.contains(&who)
    }

    /// For whom somebody stands in.
    pub fn stands_in_for(&self, who: PractitionerId) -> Vec<PractitionerId> {
        self.stands_in.get(&who).cloned().unwrap_or_default()
    }

    /// What somebody is on duty for.
    pub fn duties_of(&self, who: PractitionerId) -> Vec<OnDuty> {
        self.duties.get(&who).cloned().unwrap_or_default()
    }
}

/// Who of these is there now, and who stands in for those who are not.
pub async fn presence(
    conn: &impl ConnectionTrait,
    of: &[PractitionerId],
    now: DateTime<Utc>,
) -> Result<Presence, DbErr> {
    let mut presence = Presence::default();
    for row in absences_in_force(conn, of, now).await? {
        presence.away.insert(row.practitioner_id);
        if let Some(deputy) = row.deputy_id {
            presence.stands_in.entry(deputy).or_default().push(row.practitioner_id);
        }
    }
    let duties = duty::Entity::find()
        .filter(duty::Column::PractitionerId.is_in(of.iter().copied()))
        .filter(duty::Column::Starts.lte(now))
        .filter(duty::Column::Ends.gt(now));
    for row in duties.all(conn).await? {
        if let Ok(on_duty) = rota::duty(row.kind, row.hub_id) {
            presence.duties.entry(row.practitioner_id).or_default().push(on_duty);
        }
    }
    Ok(presence)
}

async fn absences_in_force(
    conn: &impl ConnectionTrait,
    of: &[PractitionerId],
    now: DateTime<Utc>,
) -> Result<Vec<absence::Model>, DbErr> {
    absence::Entity::find()
        .filter(absence::Column::PractitionerId.is_in(of.iter().copied()))
        .filter(absence::Column::Starts.lte(now))
        .filter(not_over(now))
        .all(conn)
        .await
}

fn not_over(now: DateTime<Utc>) -> Condition {
    Condition::any().add(absence::Column::Ends.is_null()).add(absence::Column::Ends.gt(now))
}

/// Who of these cannot be reached now, because they are away or have left.
pub async fn unreachable(
    conn: &impl ConnectionTrait,
    of: &[PractitionerId],
    now: DateTime<Utc>,
) -> Result<HashSet<PractitionerId>, DbErr> {
    let mut gone: HashSet<_> =
        absences_in_force(conn, of, now).await?.into_iter().map(|row| row.practitioner_id).collect();
    let left: Vec<PractitionerId> = practitioner::Entity::find()
        .select_only()
        .column(practitioner::Column::Id)
        .filter(practitioner::Column::Id.is_in(of.iter().copied()))
        .filter(practitioner::Column::Active.eq(false))
        .into_tuple()
        .all(conn)
        .await?;
    gone.extend(left);
    Ok(gone)
}

/// Notes that somebody is away; false where she has as many absences to come as one person can have.
pub async fn note_absence(conn: &impl ConnectionTrait, row: absence::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let hers = absence::Entity::find()
        .filter(absence::Column::PractitionerId.eq(row.practitioner_id))
        .filter(not_over(now))
        .count(conn)
        .await?;
    if hers >= rota::MOST_OF_ONE {
        return Ok(false);
    }
    absence::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(true)
}

/// Puts somebody on duty; false where she has as many duties to come as one person can have.
pub async fn put_on_duty(conn: &impl ConnectionTrait, row: duty::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let hers = duty::Entity::find()
        .filter(duty::Column::PractitionerId.eq(row.practitioner_id))
        .filter(duty::Column::Ends.gt(now))
        .count(conn)
        .await?;
    if hers >= rota::MOST_OF_ONE {
        return Ok(false);
    }
    duty::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(true)
}

/// Which absences a viewer may see: her own, her team's, and those in which she stands in.
fn absences_in_sight(viewer: &Viewer) -> Condition {
    let reasons = Condition::any()
        .add(absence::Column::TeamId.eq(viewer.team))
        .add(absence::Column::PractitionerId.eq(viewer.id))
        .add(absence::Column::DeputyId.eq(viewer.id));
    Condition::all().add(absence::Column::OrganisationId.eq(viewer.organisation)).add(reasons)
}

/// An absence in sight, held until the transaction ends.
pub async fn hold_absence(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: AbsenceId,
) -> Result<Option<absence::Model>, DbErr> {
    let found = absence::Entity::find_by_id(id).filter(absences_in_sight(viewer));
    found.lock(LockType::NoKeyUpdate).one(conn).await
}

/// A duty of the organisation, held until the transaction ends.
pub async fn hold_duty(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: DutyId,
) -> Result<Option<duty::Model>, DbErr> {
    let found = duty::Entity::find_by_id(id).filter(duty::Column::OrganisationId.eq(organisation));
    found.lock(LockType::NoKeyUpdate).one(conn).await
}

/// Ends an absence.
pub async fn end_absence(conn: &impl ConnectionTrait, id: AbsenceId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let ends = absence::Entity::update_many().col_expr(absence::Column::Ends, Expr::value(Some(now)));
    ends.filter(absence::Column::Id.eq(id)).exec(conn).await.map(|_| ())
}

/// Ends a duty.
pub async fn end_duty(conn: &impl ConnectionTrait, id: DutyId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let ends = duty::Entity::update_many().col_expr(duty::Column::Ends, Expr::value(now));
    ends.filter(duty::Column::Id.eq(id)).exec(conn).await.map(|_| ())
}

/// Absences in sight that are not over, soonest first.
pub async fn absences(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<absence::Model>, DbErr> {
    absence::Entity::find()
        .filter(absences_in_sight(viewer))
        .filter(not_over(now))
        .order_by_asc(absence::Column::Starts)
        .order_by_asc(absence::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// Duties of the organisation that are not over, soonest first.
pub async fn duties(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<duty::Model>, DbErr> {
    duty::Entity::find()
        .filter(duty::Column::OrganisationId.eq(organisation))
        .filter(duty::Column::Ends.gt(now))
        .order_by_asc(duty::Column::Starts)
        .order_by_asc(duty::Column::Id)
        .limit(most)
        .all(conn)
        .await
}
