//! The grants of the scheme in force, read in two statements: who is granted what, and what each grant names.

use std::collections::HashMap;

use busfare_entity::{
    delegation, delegation_hub, delegation_method, delegation_purpose, delegation_window,
    words::{DelegationId, HubId, OrganisationId, PaymentMethod, SchemeId, SpendPurposeId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, Iden, QueryFilter, QueryOrder,
    sea_query::{Alias, Expr, IntoIden, Query, SelectStatement, SimpleExpr, UnionType},
};

use super::{Granted, GrantedWindow, scheme_in_force};
use crate::rules::money::Money;

/// What one grant names: each row one limit over time, one hub, one way of paying or one purpose.
#[derive(Debug, FromQueryResult)]
struct Named {
    delegation_id: DelegationId,
    hours: Option<i32>,
    limit_pence: Option<i64>,
    hub_id: Option<HubId>,
    method: Option<PaymentMethod>,
    purpose_id: Option<SpendPurposeId>,
}

/// Every grant of the scheme in force, the most generous first.
pub(super) async fn in_force(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Vec<Granted>, DbErr> {
    let Some(scheme) = scheme_in_force(conn, organisation, now).await? else { return Ok(Vec::new()) };
    let mut delegations = delegation::Entity::find()
        .filter(delegation::Column::SchemeId.eq(scheme.id))
        .filter(delegation::Column::RevokedAt.is_null())
        .order_by_asc(delegation::Column::Id)
        .all(conn)
        .await?;
    // No limit is the most generous one; the databases disagree where to sort it, so it is sorted here.
    delegations.sort_by_key(|row| std::cmp::Reverse(row.item_limit_pence.unwrap_or(i64::MAX)));
    let mut named = named(conn, scheme.id).await?;
    Ok(delegations
        .into_iter()
        .map(|delegation| grant(scheme.version, named.remove(&delegation.id).unwrap_or_default(), delegation))
        .collect())
}

fn grant(scheme_version: i32, named: Vec<Named>, delegation: delegation::Model) -> Granted {
    let limit = |row: &Named| Some(GrantedWindow { hours: row.hours?, limit: Money::from_pence(row.limit_pence?) });
    let mut windows: Vec<_> = named.iter().filter_map(limit).collect();
    windows.sort_by_key(|window| window.hours);
    let mut hubs: Vec<_> = named.iter().filter_map(|row| row.hub_id).collect();
    hubs.sort();
    let mut methods: Vec<_> = named.iter().filter_map(|row| row.method).collect();
    methods.sort_by_key(|method| format!("{method:?}"));
    let purposes = named.iter().filter_map(|row| row.purpose_id).collect();
    Granted { delegation, scheme_version, windows, hubs, methods, purposes }
}

async fn named(conn: &impl ConnectionTrait, scheme: SchemeId) -> Result<HashMap<DelegationId, Vec<Named>>, DbErr> {
    let nothing = |kind: &str| Expr::cust(format!("CAST(NULL AS {kind})"));
    let (hours, pence, id, word) = (nothing("integer"), nothing("bigint"), nothing("uuid"), nothing("text"));
    let limits = of(
        delegation_window::Entity,
        scheme,
        [
            col(delegation_window::Column::Hours),
            col(delegation_window::Column::LimitPence),
            id.clone(),
            word.clone(),
            id.clone(),
        ],
    );
    let hubs = of(
        delegation_hub::Entity,
        scheme,
        [hours.clone(), pence.clone(), col(delegation_hub::Column::HubId), word.clone(), id.clone()],
    );
    let methods = of(
        delegation_method::Entity,
        scheme,
        [hours.clone(), pence.clone(), id.clone(), col(delegation_method::Column::Method), id.clone()],
    );
    let purposes =
        of(delegation_purpose::Entity, scheme, [hours, pence, id, word, col(delegation_purpose::Column::PurposeId)]);
    let all = [hubs, methods, purposes].into_iter().fold(limits, |mut all, more| {
        all.union(UnionType::All, more);
        all
    });
    let rows = conn.query_all(&all).await?;
    rows.iter().map(|row| Named::from_query_result(row, "")).try_fold(
        HashMap::new(),
        |mut grouped: HashMap<_, Vec<_>>, row| {
            let row = row?;
            grouped.entry(row.delegation_id).or_default().push(row);
            Ok(grouped)
        },
    )
}

fn col(column: impl Iden) -> SimpleExpr {
    Expr::col(column.into_iden())
}

/// One kind of what grants name, in the columns of [`Named`].
fn of(table: impl EntityTrait, scheme: SchemeId, named: [SimpleExpr; 5]) -> SelectStatement {
    let in_scheme = Query::select()
        .column(delegation::Column::Id)
        .from(delegation::Entity)
        .and_where(delegation::Column::SchemeId.eq(scheme))
        .to_owned();
    let mut select = Query::select();
    select.column(Alias::new("delegation_id")).from(table.table_ref());
    for (name, value) in ["hours", "limit_pence", "hub_id", "method", "purpose_id"].into_iter().zip(named) {
        select.expr_as(value, Alias::new(name));
    }
    select.and_where(Expr::col(Alias::new("delegation_id")).in_subquery(in_scheme)).to_owned()
}
