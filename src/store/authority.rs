//! The scheme of delegation as facts for a decision: who holds which grant, and what is used of it.

use std::collections::HashMap;

use busfare_entity::{
    ask, delegation, delegation_purpose, delegation_use, delegation_window, practitioner, scheme, spend, verdict,
    words::{
        AskState, DecidesFor, DelegationId, GranteeKind, OrganisationId, Outcome, PractitionerId, SpendDecision,
        SpendPurposeId,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Func, OnConflict, Query, SimpleExpr},
};

use crate::rules::{
    authority::{Colleague, Grant, Standing, Window},
    money::Money,
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
    let ids = delegations.iter().map(|row| row.id);
    let mut windows: HashMap<DelegationId, Vec<delegation_window::Model>> = HashMap::new();
    for window in delegation_window::Entity::find()
        .filter(delegation_window::Column::DelegationId.is_in(ids))
        .order_by_asc(delegation_window::Column::Hours)
        .all(conn)
        .await?
    {
        windows.entry(window.delegation_id).or_default().push(window);
    }
    Ok(delegations
        .into_iter()
        .map(|delegation| Granted {
            windows: windows.remove(&delegation.id).unwrap_or_default(),
            scheme_version: scheme.version,
            delegation,
        })
        .collect())
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

/// Takes a turn under these grants: from here until the transaction ends, nobody else decides with this
/// practitioner's say. The rows are taken in the order of their ids, so two transactions never wait in a ring.
pub async fn take_turn(
    conn: &impl ConnectionTrait,
    practitioner: PractitionerId,
    granted: &[Granted],
) -> Result<(), DbErr> {
    let mut ids: Vec<_> = granted.iter().map(|grant| grant.delegation.id).collect();
    ids.sort_unstable();
    let rows = ids.into_iter().map(|delegation_id| {
        delegation_use::Model { delegation_id, practitioner_id: practitioner, uses: 1 }.into_active_model()
    });
    if rows.len() == 0 {
        return Ok(());
    }
    let next = Expr::col((delegation_use::Entity, delegation_use::Column::Uses)).add(1);
    delegation_use::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([delegation_use::Column::DelegationId, delegation_use::Column::PractitionerId])
                .value(delegation_use::Column::Uses, next)
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// What each practitioner has used of each delegation in each rolling window.
#[derive(Debug, Default)]
struct Uses(HashMap<(DelegationId, PractitionerId), [Money; 3]>);

/// The rolling windows, in hours.
const WINDOWS: [i32; 3] = [24, 168, 672];

#[derive(Debug, FromQueryResult)]
struct UseRow {
    delegation_id: DelegationId,
    decided_by: PractitionerId,
    day: i64,
    week: i64,
    month: i64,
}

/// Sums what was authorised under delegations by practitioners. Money that was taken back or not needed
/// does not count.
async fn uses(
    conn: &impl ConnectionTrait,
    granted: &[Granted],
    practitioners: &[PractitionerId],
    now: DateTime<Utc>,
) -> Result<Uses, DbErr> {
    let limited: Vec<_> =
        granted.iter().filter(|grant| !grant.windows.is_empty()).map(|grant| grant.delegation.id).collect();
    if limited.is_empty() {
        return Ok(Uses::default());
    }
    let since = |hours: i32| now - TimeDelta::hours(i64::from(hours));
    let about_spend =
        verdict::Entity::belongs_to(spend::Entity).from(verdict::Column::SpendId).to(spend::Column::Id).into();
    let rows = verdict::Entity::find()
        .select_only()
        .column(verdict::Column::DelegationId)
        .column(verdict::Column::DecidedBy)
        .column_as(used_since(since(24)), "day")
        .column_as(used_since(since(168)), "week")
        .column_as(used_since(since(672)), "month")
        .join(JoinType::InnerJoin, about_spend)
        .filter(verdict::Column::DelegationId.is_in(limited))
        .filter(verdict::Column::DecidedBy.is_in(practitioners.iter().copied()))
        .filter(verdict::Column::DecidedAt.gt(since(672)))
        .filter(verdict::Column::Outcome.is_in([Outcome::AuthorisedSelf, Outcome::Authorised, Outcome::AuthorisedLess]))
        .filter(spend::Column::Decision.ne(SpendDecision::Withdrawn))
        .group_by(verdict::Column::DelegationId)
        .group_by(verdict::Column::DecidedBy)
        .into_model::<UseRow>()
        .all(conn)
        .await?;
    Ok(Uses(
        rows.into_iter()
            .map(|row| ((row.delegation_id, row.decided_by), [row.day, row.week, row.month].map(Money::from_pence)))
            .collect(),
    ))
}

fn used_since(moment: DateTime<Utc>) -> SimpleExpr {
    let amount = Func::coalesce([
        Expr::col((spend::Entity, spend::Column::SpentPence)),
        Expr::col((spend::Entity, spend::Column::AuthorisedPence)),
    ]);
    let counted = Expr::case(verdict::Column::DecidedAt.gt(moment), amount).finally(0);
    let counted: SimpleExpr = counted.into();
    counted.sum().cast_as(Alias::new("bigint"))
}

/// Her grants as she has them now.
pub async fn held_by(
    conn: &impl ConnectionTrait,
    her: PractitionerId,
    hers: &[Granted],
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbErr> {
    Ok(as_held(hers, her, &uses(conn, hers, &[her], now).await?))
}

/// Grants as a practitioner has them now, with what she has used of them.
fn as_held(granted: &[Granted], by: PractitionerId, uses: &Uses) -> Vec<Grant> {
    granted
        .iter()
        .map(|Granted { delegation, scheme_version, windows }| {
            let used = uses.0.get(&(delegation.id, by)).copied().unwrap_or_default();
            Grant {
                delegation: delegation.id,
                scheme_version: *scheme_version,
                grantor: delegation.grantor_id,
                backing_statement: delegation.backing_statement.clone(),
                item_limit: delegation.item_limit_pence.map(Money::from_pence),
                windows: windows
                    .iter()
                    .map(|window| Window {
                        hours: window.hours,
                        limit: Money::from_pence(window.limit_pence),
                        used: WINDOWS
                            .iter()
                            .position(|hours| *hours == window.hours)
                            .map_or(Money::ZERO, |place| used[place]),
                    })
                    .collect(),
                decides_for: delegation.decides_for,
                valid_from: delegation.valid_from,
                valid_to: delegation.valid_to,
            }
        })
        .collect()
}

/// Everybody who might be asked to decide for the asker, with what they hold and how many asks wait for them.
pub async fn colleagues(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    asker: Standing,
    granted: &[Granted],
    now: DateTime<Utc>,
) -> Result<Vec<Colleague>, DbErr> {
    let deciding: Vec<Granted> =
        granted.iter().filter(|grant| grant.delegation.decides_for != DecidesFor::NobodyElse).cloned().collect();
    let people = people_holding(conn, organisation, asker, &deciding).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let uses = uses(conn, &deciding, &ids, now).await?;
    let waiting = open_asks(conn, &ids).await?;

    Ok(people
        .into_iter()
        .map(|person| {
            let hers: Vec<_> = deciding.iter().filter(|grant| is_to(&grant.delegation, &person)).cloned().collect();
            Colleague {
                standing: Standing { id: person.id, team: person.team_id },
                role: person.role,
                open_asks: waiting.get(&person.id).copied().unwrap_or_default(),
                grants: as_held(&hers, person.id, &uses),
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
