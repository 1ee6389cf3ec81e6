//! Offline allowances: drawn once, passed on to spends one conditional update at a time, and given back.

use std::collections::HashSet;

use busfare_entity::{
    allowance, budget, delegation_purpose, practitioner,
    words::{
        AllowanceId, BudgetId, DelegationId, Fund, HubId, OrganisationId, PractitionerId, SessionId, SpendPurposeId,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Alias, Expr, LockType, OnConflict, SimpleExpr},
};

use super::{
    authority::{self, UseScope},
    budget as budgets,
    db::inserted,
    facts::Unknown,
    people, purpose,
    rows::among,
};
use crate::rules::{
    allowance::{Drawing, returned_step},
    authority::Facts,
    calendar,
    money::Money,
    spend::SpendRefusal,
};

/// Most allowances in a list, newest first.
const MOST_IN_A_LIST: u64 = 100;

/// What an allowance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One purpose.
    Purpose(SpendPurposeId),
    /// Whatever a fund pays and her delegation covers.
    Fund(Fund),
}

/// What is known before a draw. Her say and the budget are held until the transaction ends.
#[derive(Clone, Debug)]
pub struct Known {
    /// The budget it would be set aside from.
    pub budget: budget::Model,
    /// What the decision looks at.
    pub drawing: Drawing,
}

/// Gathers what a draw looks at.
pub async fn known(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    reach: Reach,
    hub: Option<HubId>,
    now: DateTime<Utc>,
) -> Result<Known, Unknown> {
    // Which purposes, and which budget pays for them?
    let purposes = match reach {
        Reach::Purpose(id) => vec![purpose::find(conn, her.organisation_id, id).await?.ok_or(Unknown::NotFound)?],
        Reach::Fund(fund) => {
            let mut all = purpose::all(conn, her.organisation_id).await?;
            all.retain(|purpose| purpose.fund == fund);
            all
        }
    };
    let first = purposes.first().ok_or(Unknown::Refused(SpendRefusal::NoBudget))?;
    match hub {
        Some(id) => drop(people::hub_in(conn, her.organisation_id, id).await?.ok_or(Unknown::NotFound)?),
        None if first.fund == Fund::Hub => return Err(Unknown::Refused(SpendRefusal::HubNeeded)),
        None => {}
    }
    let zone = people::zone(conn, her.organisation_id).await?;
    let on = calendar::day(now, zone);
    let source = budgets::Source { organisation: her.organisation_id, fund: first.fund, team: her.team_id, hub, on };
    let budget = budgets::for_source(conn, source).await?.ok_or(Unknown::Refused(SpendRefusal::NoBudget))?;

    // Which grants, and what is used of them? Her turn comes before the budget, as everywhere.
    let one = match reach {
        Reach::Purpose(id) => Some(id),
        Reach::Fund(_) => None,
    };
    let mut hers = authority::granted(conn, her.organisation_id, one, now).await?;
    hers.retain(|grant| authority::is_to(&grant.delegation, her));
    let ids: Vec<_> = hers.iter().map(|grant| grant.delegation.id).collect();
    let covers = covered(conn, &ids, &purposes.iter().map(|purpose| purpose.id).collect(), one).await?;
    hers.retain(|grant| covers.iter().any(|(of, _)| *of == grant.delegation.id));
    authority::take_turn(conn, her.id).await?;
    let budget = budgets::hold(conn, budget.id).await?;
    let scope = UseScope {
        organisation: her.organisation_id,
        budget: Some(budget.id),
        person: None,
        period_start: Some(budget.period_start),
    };
    let grants = authority::held_by(conn, her.id, &hers, &scope, now).await?;

    let facts = Facts { grants, pot: budgets::pot(&budget), now, local: Some(calendar::local(now, zone)) };
    let drawing =
        Drawing { facts, purpose: first.id, covers, last_day: budget.period_end, time_zone: zone.name().to_owned() };
    Ok(Known { budget, drawing })
}

/// The purposes that each grant covers here; a grant that covers none of them is left out.
async fn covered(
    conn: &impl ConnectionTrait,
    grants: &[DelegationId],
    here: &HashSet<SpendPurposeId>,
    one: Option<SpendPurposeId>,
) -> Result<Vec<(DelegationId, Vec<SpendPurposeId>)>, DbErr> {
    let named = delegation_purpose::Entity::find()
        .filter(delegation_purpose::Column::DelegationId.is_in(grants.iter().copied()))
        .order_by_asc(delegation_purpose::Column::PurposeId)
        .all(conn)
        .await?;
    Ok(grants
        .iter()
        .filter_map(|grant| {
            let mut of_grant = named.iter().filter(|row| row.delegation_id == *grant).peekable();
            let names_none = of_grant.peek().is_none();
            let covers: Vec<_> = match one {
                Some(purpose) => vec![purpose],
                None => of_grant.map(|row| row.purpose_id).filter(|purpose| here.contains(purpose)).collect(),
            };
            (names_none || !covers.is_empty()).then_some((*grant, covers))
        })
        .collect())
}

/// Adds an allowance; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: allowance::Model) -> Result<bool, DbErr> {
    let added = allowance::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(allowance::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// The allowance an id is taken by, whoever's it is. Only to tell its owner's repeat from somebody else's id.
pub async fn taken(conn: &impl ConnectionTrait, id: AllowanceId) -> Result<Option<allowance::Model>, DbErr> {
    allowance::Entity::find_by_id(id).one(conn).await
}

/// Allowances of hers by id, in any order; anybody else's are not there.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    owner: PractitionerId,
    ids: &[AllowanceId],
) -> Result<Vec<allowance::Model>, DbErr> {
    of(owner).filter(allowance::Column::Id.is_in(ids.iter().copied())).all(conn).await
}

/// An allowance of hers, held until the transaction ends. Its budget is held before it.
pub async fn hold(
    conn: &impl ConnectionTrait,
    owner: PractitionerId,
    id: AllowanceId,
) -> Result<Option<allowance::Model>, DbErr> {
    let Some(seen) = of(owner).filter(allowance::Column::Id.eq(id)).one(conn).await? else { return Ok(None) };
    budgets::hold(conn, seen.budget_id).await?;
    allowance::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Her allowances that still hold money or have not ended, newest first.
pub async fn current(
    conn: &impl ConnectionTrait,
    owner: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Vec<allowance::Model>, DbErr> {
    let open = allowance::Column::EndedAt.is_null().and(allowance::Column::ExpiresAt.gt(now));
    of(owner)
        .filter(open.or(left().gt(0)))
        .order_by_desc(allowance::Column::DrawnAt)
        .order_by_desc(allowance::Column::Id)
        .limit(MOST_IN_A_LIST)
        .all(conn)
        .await
}

/// Ends what this device holds from a budget and cannot decide with any more, and says whether it holds another
/// one that it can. Her turn is taken, so nobody draws meanwhile.
pub async fn makes_way(
    conn: &impl ConnectionTrait,
    session: SessionId,
    budget: BudgetId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let this = allowance::Column::SessionId
        .eq(session)
        .and(allowance::Column::BudgetId.eq(budget))
        .and(allowance::Column::EndedAt.is_null());
    let over = allowance::Column::ExpiresAt.lte(now).or(left().lte(0));
    allowance::Entity::update_many()
        .col_expr(allowance::Column::EndedAt, Expr::value(Some(now)))
        .filter(this.clone().and(over))
        .exec(conn)
        .await?;
    Ok(allowance::Entity::find().filter(this).one(conn).await?.is_none())
}

/// Passes money on to a spend, if the allowance still has it; false where it has not, and then nothing has changed.
/// The condition is in the UPDATE itself, and the table's CHECK stands behind it.
pub async fn honour(conn: &impl ConnectionTrait, id: AllowanceId, amount: Money) -> Result<bool, DbErr> {
    let more = Expr::col(allowance::Column::HonouredPence).add(amount.pence());
    move_on(conn, id, allowance::Column::HonouredPence, more, amount).await
}

/// Gives money back to the budget. The budget and the allowance are held. False where there is nothing to give,
/// or where the budget is closed: then nothing has changed, and whoever closes a budget sees to what it still holds.
pub async fn release(
    conn: &impl ConnectionTrait,
    row: &allowance::Model,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let step = returned_step(amount);
    if amount == Money::ZERO || !budgets::apply(conn, row.budget_id, row.id, step, now).await? {
        return Ok(false);
    }
    let more = Expr::col(allowance::Column::ReturnedPence).add(amount.pence());
    if !move_on(conn, row.id, allowance::Column::ReturnedPence, more, amount).await? {
        return Err(DbErr::Custom("an allowance was moved while it was held".to_owned()));
    }
    Ok(true)
}

async fn move_on(
    conn: &impl ConnectionTrait,
    id: AllowanceId,
    counter: allowance::Column,
    to: SimpleExpr,
    amount: Money,
) -> Result<bool, DbErr> {
    let moved = allowance::Entity::update_many()
        .col_expr(counter, to)
        .filter(allowance::Column::Id.eq(id))
        .filter(left().gte(amount.pence()))
        .exec(conn)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Ends an allowance now, unless it has ended before.
pub async fn end(conn: &impl ConnectionTrait, id: AllowanceId, now: DateTime<Utc>) -> Result<(), DbErr> {
    allowance::Entity::update_many()
        .col_expr(allowance::Column::EndedAt, Expr::value(Some(now)))
        .filter(allowance::Column::Id.eq(id))
        .filter(allowance::Column::EndedAt.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// Allowances whose money has waited long enough: the owner and the id of each, the longest waiting first.
pub async fn to_close(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<(PractitionerId, AllowanceId)>, DbErr> {
    allowance::Entity::find()
        .select_only()
        .column(allowance::Column::PractitionerId)
        .column(allowance::Column::Id)
        .filter(allowance::Column::ClosesAt.lte(now))
        .filter(left().gt(0))
        .order_by_asc(allowance::Column::ClosesAt)
        .into_tuple()
        .all(conn)
        .await
}

/// What somebody's allowances under one line still hold of one budget.
#[derive(Debug, FromQueryResult)]
pub struct Holding {
    /// The line in the scheme.
    pub line: String,
    /// Whose.
    pub practitioner_id: PractitionerId,
    /// Of which budget.
    pub budget_id: BudgetId,
    /// In pence.
    pub left: i64,
}

/// What allowances still hold, for the limits that drawing them has used up.
pub async fn holding(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    lines: Vec<String>,
    owners: &[PractitionerId],
) -> Result<Vec<Holding>, DbErr> {
    if lines.is_empty() || owners.is_empty() {
        return Ok(Vec::new());
    }
    let backend = conn.get_database_backend();
    allowance::Entity::find()
        .select_only()
        .column(allowance::Column::Line)
        .column(allowance::Column::PractitionerId)
        .column(allowance::Column::BudgetId)
        .column_as(left().sum().cast_as(Alias::new("bigint")), "left")
        .filter(allowance::Column::OrganisationId.eq(organisation))
        .filter(among(backend, allowance::Column::Line, lines))
        .filter(among(backend, allowance::Column::PractitionerId, owners.iter().copied()))
        .filter(left().gt(0))
        .group_by(allowance::Column::Line)
        .group_by(allowance::Column::PractitionerId)
        .group_by(allowance::Column::BudgetId)
        .into_model::<Holding>()
        .all(conn)
        .await
}

/// What an allowance still holds, in pence.
pub fn left_of(row: &allowance::Model) -> Money {
    Money::from_pence(row.reserved_pence - row.honoured_pence - row.returned_pence)
}

/// The same, as the database counts it.
fn left() -> SimpleExpr {
    Expr::col(allowance::Column::ReservedPence)
        .sub(Expr::col(allowance::Column::HonouredPence))
        .sub(Expr::col(allowance::Column::ReturnedPence))
}

fn of(owner: PractitionerId) -> Select<allowance::Entity> {
    allowance::Entity::find().filter(allowance::Column::PractitionerId.eq(owner))
}
