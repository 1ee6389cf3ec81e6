//! The scheme of delegation as facts for a decision: who holds which grant, and what is used of it.

use std::collections::HashMap;

use busfare_entity::{
    ask, delegation, delegation_hub, delegation_method, delegation_purpose, delegation_window, practitioner, say,
    scheme,
    words::{
        AskState, DecidesFor, DelegationId, GranteeKind, HubId, OrganisationId, PaymentMethod, PractitionerId,
        SpendPurposeId,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

mod used;

pub use self::used::UseScope;
use self::used::Uses;
use crate::rules::{
    authority::{Grant, PeriodLimit, Standing, Window},
    calendar::Hours,
    money::Money,
    nearest::Colleague,
};

/// One grant as the scheme has it, before anybody used it.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The row.
    pub delegation: delegation::Model,
    /// Which version of the scheme it is in.
    pub scheme_version: i32,
    /// Its rolling limits.
    pub windows: Vec<delegation_window::Model>,
    /// The hubs it is for; none named means every hub.
    pub hubs: Vec<HubId>,
    /// The ways of paying it is for; none named means every way.
    pub methods: Vec<PaymentMethod>,
}

/// Every grant of the scheme in force, or only those that cover a purpose.
pub async fn granted(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    purpose: Option<SpendPurposeId>,
    now: DateTime<Utc>,
) -> Result<Vec<Granted>, DbErr> {
    let Some(scheme) = scheme_in_force(conn, organisation, now).await? else { return Ok(Vec::new()) };
    let mut query = delegation::Entity::find()
        .filter(delegation::Column::SchemeId.eq(scheme.id))
        .filter(delegation::Column::RevokedAt.is_null())
        .order_by_asc(delegation::Column::Id);
    if let Some(purpose) = purpose {
        query = query.filter(covers(purpose));
    }
    let mut delegations = query.all(conn).await?;
    // No limit is the most generous one; the databases disagree where to sort it, so it is sorted here.
    delegations.sort_by_key(|row| std::cmp::Reverse(row.item_limit_pence.unwrap_or(i64::MAX)));
    let ids: Vec<_> = delegations.iter().map(|row| row.id).collect();
    let mut windows = by_delegation(windows_of(conn, &ids).await?);
    let mut hubs = by_delegation(hubs_of(conn, &ids).await?);
    let mut methods = by_delegation(methods_of(conn, &ids).await?);
    Ok(delegations
        .into_iter()
        .map(|delegation| Granted {
            windows: windows.remove(&delegation.id).unwrap_or_default(),
            hubs: hubs.remove(&delegation.id).unwrap_or_default(),
            methods: methods.remove(&delegation.id).unwrap_or_default(),
            scheme_version: scheme.version,
            delegation,
        })
        .collect())
}

fn by_delegation<T>(rows: Vec<(DelegationId, T)>) -> HashMap<DelegationId, Vec<T>> {
    rows.into_iter().fold(HashMap::new(), |mut grouped: HashMap<_, Vec<T>>, (delegation, row)| {
        grouped.entry(delegation).or_default().push(row);
        grouped
    })
}

async fn windows_of(
    conn: &impl ConnectionTrait,
    of: &[DelegationId],
) -> Result<Vec<(DelegationId, delegation_window::Model)>, DbErr> {
    let rows = delegation_window::Entity::find()
        .filter(delegation_window::Column::DelegationId.is_in(of.iter().copied()))
        .order_by_asc(delegation_window::Column::Hours)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.delegation_id, row)).collect())
}

async fn hubs_of(conn: &impl ConnectionTrait, of: &[DelegationId]) -> Result<Vec<(DelegationId, HubId)>, DbErr> {
    let rows = delegation_hub::Entity::find()
        .filter(delegation_hub::Column::DelegationId.is_in(of.iter().copied()))
        .order_by_asc(delegation_hub::Column::HubId)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.delegation_id, row.hub_id)).collect())
}

async fn methods_of(
    conn: &impl ConnectionTrait,
    of: &[DelegationId],
) -> Result<Vec<(DelegationId, PaymentMethod)>, DbErr> {
    let rows = delegation_method::Entity::find()
        .filter(delegation_method::Column::DelegationId.is_in(of.iter().copied()))
        .order_by_asc(delegation_method::Column::Method)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.delegation_id, row.method)).collect())
}

/// The scheme in force: the newest version, while it lasts.
pub async fn scheme_in_force(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Option<scheme::Model>, DbErr> {
    scheme::Entity::find()
        .filter(scheme::Column::OrganisationId.eq(organisation))
        .filter(scheme::Column::ValidFrom.lte(now))
        .order_by_desc(scheme::Column::Version)
        .one(conn)
        .await
        .map(|scheme| scheme.filter(|scheme| scheme.valid_to.is_none_or(|end| now < end)))
}

/// A delegation that names no purpose covers every purpose.
fn covers(purpose: SpendPurposeId) -> Condition {
    let named = |also: Option<SpendPurposeId>| {
        let mut query = Query::select()
            .column(delegation_purpose::Column::DelegationId)
            .from(delegation_purpose::Entity)
            .to_owned();
        if let Some(purpose) = also {
            query.and_where(delegation_purpose::Column::PurposeId.eq(purpose));
        }
        query
    };
    Condition::any()
        .add(delegation::Column::Id.not_in_subquery(named(None)))
        .add(delegation::Column::Id.in_subquery(named(Some(purpose))))
}

/// Whether a grant is to this practitioner, by name, role or team.
pub fn is_to(granted: &delegation::Model, practitioner: &practitioner::Model) -> bool {
    match granted.grantee_kind {
        GranteeKind::Person => granted.grantee_practitioner_id == Some(practitioner.id),
        GranteeKind::Role => granted.grantee_role == Some(practitioner.role),
        GranteeKind::Team => granted.grantee_team_id == Some(practitioner.team_id),
    }
}

/// Takes a turn with a practitioner's say: from here until the transaction ends, nobody else decides with it.
pub async fn take_turn(conn: &impl ConnectionTrait, practitioner: PractitionerId) -> Result<(), DbErr> {
    let next = Expr::col((say::Entity, say::Column::Decisions)).add(1);
    say::Entity::insert(say::Model { practitioner_id: practitioner, decisions: 1 }.into_active_model())
        .on_conflict(OnConflict::column(say::Column::PractitionerId).value(say::Column::Decisions, next).to_owned())
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// Her grants as she has them now.
pub async fn held_by(
    conn: &impl ConnectionTrait,
    her: PractitionerId,
    hers: &[Granted],
    scope: &UseScope,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbErr> {
    Ok(as_held(hers, her, &used::uses(conn, hers, &[her], scope, now).await?))
}

/// Grants as a practitioner has them now, with what she has used of them.
fn as_held(granted: &[Granted], by: PractitionerId, uses: &Uses) -> Vec<Grant> {
    granted
        .iter()
        .map(|Granted { delegation, scheme_version, windows, hubs, methods }| {
            let used = uses.of(&delegation.line, by);
            let period =
                |limit: Option<i64>, used| limit.map(|limit| PeriodLimit { limit: Money::from_pence(limit), used });
            Grant {
                delegation: delegation.id,
                line: delegation.line.clone(),
                scheme_version: *scheme_version,
                grantor: delegation.grantor_id,
                backing_statement: delegation.backing_statement.clone(),
                item_limit: delegation.item_limit_pence.map(Money::from_pence),
                windows: windows
                    .iter()
                    .map(|window| Window {
                        hours: window.hours,
                        limit: Money::from_pence(window.limit_pence),
                        used: used.within(window.hours),
                    })
                    .collect(),
                budget_limit: period(delegation.budget_limit_pence, used.of_budget),
                person_limit: period(delegation.person_limit_pence, used.for_person),
                break_glass: delegation.break_glass_pence.map(Money::from_pence),
                hubs: hubs.clone(),
                methods: methods.clone(),
                hours: hours(delegation),
                decides_for: delegation.decides_for,
                valid_from: delegation.valid_from,
                valid_to: delegation.valid_to,
            }
        })
        .collect()
}

/// The local hours of a delegation; a day without hours is a whole day, and hours without days are every day's.
fn hours(delegation: &delegation::Model) -> Option<Hours> {
    if delegation.days.is_none() && delegation.from_minute.is_none() && delegation.to_minute.is_none() {
        return None;
    }
    let minute =
        |minute: Option<i32>, otherwise| minute.and_then(|minute| u16::try_from(minute).ok()).unwrap_or(otherwise);
    let days = delegation.days.and_then(|days| u8::try_from(days).ok()).unwrap_or(Hours::EVERY_DAY);
    Some(Hours { days, from_minute: minute(delegation.from_minute, 0), to_minute: minute(delegation.to_minute, 1_440) })
}

/// Everybody who might be asked to decide for the asker, with what they hold and how many asks wait for them.
pub async fn colleagues(
    conn: &impl ConnectionTrait,
    asker: Standing,
    granted: &[Granted],
    scope: &UseScope,
    now: DateTime<Utc>,
) -> Result<Vec<Colleague>, DbErr> {
    let deciding: Vec<Granted> =
        granted.iter().filter(|grant| grant.delegation.decides_for != DecidesFor::NobodyElse).cloned().collect();
    let people = people_holding(conn, scope.organisation, asker, &deciding).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let uses = used::uses(conn, &deciding, &ids, scope, now).await?;
    let waiting = open_asks(conn, &ids).await?;
    let presence = super::rota::presence(conn, &ids, now).await?;

    Ok(people
        .into_iter()
        .map(|person| {
            let hers: Vec<_> = deciding.iter().filter(|grant| is_to(&grant.delegation, &person)).cloned().collect();
            Colleague {
                standing: Standing { id: person.id, team: person.team_id },
                role: person.role,
                open_asks: waiting.get(&person.id).copied().unwrap_or_default(),
                grants: as_held(&hers, person.id, &uses),
                duties: presence.duties_of(person.id),
                away: presence.is_away(person.id),
                stands_in_for: presence.stands_in_for(person.id),
            }
        })
        .collect())
}

async fn people_holding(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    asker: Standing,
    deciding: &[Granted],
) -> Result<Vec<practitioner::Model>, DbErr> {
    let held = deciding.iter().fold(Condition::any(), |held, Granted { delegation, .. }| {
        let grantee = match delegation.grantee_kind {
            GranteeKind::Person => practitioner::Column::Id.eq(delegation.grantee_practitioner_id),
            GranteeKind::Role => practitioner::Column::Role.eq(delegation.grantee_role),
            GranteeKind::Team => practitioner::Column::TeamId.eq(delegation.grantee_team_id),
        };
        match delegation.decides_for {
            DecidesFor::Team => held.add(grantee.and(practitioner::Column::TeamId.eq(asker.team))),
            DecidesFor::NobodyElse | DecidesFor::Organisation => held.add(grantee),
        }
    });
    if held.is_empty() {
        return Ok(Vec::new());
    }
    practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Id.ne(asker.id))
        .filter(held)
        .all(conn)
        .await
}

async fn open_asks(conn: &impl ConnectionTrait, of: &[PractitionerId]) -> Result<HashMap<PractitionerId, u32>, DbErr> {
    let rows: Vec<(PractitionerId, i64)> = ask::Entity::find()
        .select_only()
        .column(ask::Column::AskedId)
        .column_as(ask::Column::Id.count(), "waiting")
        .filter(ask::Column::State.eq(AskState::Open))
        .filter(ask::Column::AskedId.is_in(of.iter().copied()))
        .group_by(ask::Column::AskedId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, waiting)| (id, u32::try_from(waiting).unwrap_or(u32::MAX))).collect())
}

/// Publishes a version of a scheme with its grants.
pub async fn publish(
    conn: &impl ConnectionTrait,
    scheme: scheme::Model,
    granted: Vec<(delegation::Model, Vec<delegation_window::Model>)>,
) -> Result<(), DbErr> {
    scheme::Entity::insert(scheme.into_active_model()).exec_without_returning(conn).await?;
    for (delegation, windows) in granted {
        delegation::Entity::insert(delegation.into_active_model()).exec_without_returning(conn).await?;
        for window in windows {
            delegation_window::Entity::insert(window.into_active_model()).exec_without_returning(conn).await?;
        }
    }
    Ok(())
}
