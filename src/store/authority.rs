//! The scheme of delegation as facts for a decision: who holds which grant, and what is used of it.

use std::collections::BTreeSet;

use busfare_entity::{
    delegation, delegation_window, practitioner, say, scheme,
    words::{GranteeKind, HubId, OrganisationId, PaymentMethod, PractitionerId, SpendPurposeId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict, Order, Query},
};

mod colleagues;
mod granted;
mod used;

pub(super) use self::used::uses;
pub use self::{
    colleagues::{Colleagues, colleagues},
    used::UseScope,
};
use super::rows::among;
use crate::rules::{
    authority::{Grant, PeriodLimit, Window},
    calendar::Hours,
    money::Money,
    tally::Uses,
};

/// One grant as the scheme has it, before anybody used it.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The row.
    pub delegation: delegation::Model,
    /// Which version of the scheme it is in.
    pub scheme_version: i32,
    /// Its rolling limits.
    pub windows: Vec<GrantedWindow>,
    /// The hubs it is for; none named means every hub.
    pub hubs: Vec<HubId>,
    /// The ways of paying it is for; none named means every way.
    pub methods: Vec<PaymentMethod>,
    /// What it is for; none named means everything.
    pub purposes: Vec<SpendPurposeId>,
}

impl Granted {
    /// Whether it covers a purpose.
    pub fn covers(&self, purpose: SpendPurposeId) -> bool {
        self.purposes.is_empty() || self.purposes.contains(&purpose)
    }
}

/// One rolling limit of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantedWindow {
    /// 24, 168 or 672.
    pub hours: i32,
    /// The most.
    pub limit: Money,
}

/// Every grant of the scheme in force, or only those that cover a purpose.
pub async fn granted(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    purpose: Option<SpendPurposeId>,
    now: DateTime<Utc>,
) -> Result<Vec<Granted>, DbErr> {
    let mut granted = granted::in_force(conn, organisation, now).await?;
    granted.retain(|grant| purpose.is_none_or(|purpose| grant.covers(purpose)));
    Ok(granted)
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
    take_turns(conn, &BTreeSet::from([practitioner])).await
}

/// Takes turns with the say of several, by their ids, so that nobody waits for each other.
pub async fn take_turns(conn: &impl ConnectionTrait, practitioners: &BTreeSet<PractitionerId>) -> Result<(), DbErr> {
    let backend = conn.get_database_backend();
    let people = Query::select()
        .column(practitioner::Column::Id)
        .expr(Expr::cust("1"))
        .from(practitioner::Entity)
        .and_where(among(backend, practitioner::Column::Id, practitioners.iter().copied()))
        .order_by(practitioner::Column::Id, Order::Asc)
        .to_owned();
    let next = Expr::col((say::Entity, say::Column::Decisions)).add(1);
    let turns = Query::insert()
        .into_table(say::Entity)
        .columns([say::Column::PractitionerId, say::Column::Decisions])
        .select_from(people)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(OnConflict::column(say::Column::PractitionerId).value(say::Column::Decisions, next).to_owned())
        .to_owned();
    conn.execute(&turns).await.map(|_| ())
}

/// Her grants as she has them now.
pub async fn held_by(
    conn: &impl ConnectionTrait,
    her: PractitionerId,
    hers: &[Granted],
    scope: &UseScope,
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbErr> {
    let uses = used::uses(conn, hers, &[her], std::slice::from_ref(scope), now).await?;
    Ok(hers.iter().map(|granted| as_held(granted, her, &uses, scope)).collect())
}

/// A grant as a practitioner has it now, with what she has used of it.
pub(super) fn as_held(granted: &Granted, by: PractitionerId, uses: &Uses, scope: &UseScope) -> Grant {
    let Granted { delegation, scheme_version, windows, hubs, methods, .. } = granted;
    let used = uses.of(&delegation.line, by);
    let window = |window: &GrantedWindow| Window {
        hours: window.hours,
        limit: window.limit,
        used: used.map(|used| used.within(window.hours)).unwrap_or_default(),
    };
    let period = |limit: Option<i64>, used: Option<Money>| {
        limit.map(|limit| PeriodLimit { limit: Money::from_pence(limit), used: used.unwrap_or_default() })
    };
    let of_budget = used.map(|used| used.of_budget(scope.budget));
    let for_person = used.map(|used| used.for_person(scope.person, scope.period_start));
    Grant {
        delegation: delegation.id,
        line: delegation.line.clone(),
        scheme_version: *scheme_version,
        grantor: delegation.grantor_id,
        backing_statement: delegation.backing_statement.clone(),
        item_limit: delegation.item_limit_pence.map(Money::from_pence),
        windows: windows.iter().map(window).collect(),
        budget_limit: period(delegation.budget_limit_pence, of_budget),
        person_limit: period(delegation.person_limit_pence, for_person),
        break_glass: delegation.break_glass_pence.map(Money::from_pence),
        hubs: hubs.clone(),
        methods: methods.clone(),
        hours: hours(delegation),
        decides_for: delegation.decides_for,
        valid_from: delegation.valid_from,
        valid_to: delegation.valid_to,
    }
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
