//! Asks that move: when whoever is asked is away, the ask goes to who stands in for her or to the next nearest, and
//! every change is a row. Where nobody may decide, it stays where it is and is never lost.

use busfare_entity::{
    absence, ask, practitioner, spend,
    words::{AskId, AskState, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};

use super::{ask as asks, budget, rota, wanted};
use crate::rules::nearest::Nearest;

/// Open asks of everybody who is away or has left, by their ids, after one of them.
pub async fn stranded(
    conn: &impl ConnectionTrait,
    after: Option<AskId>,
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<ask::Model>, DbErr> {
    let away = Query::select()
        .column(absence::Column::PractitionerId)
        .from(absence::Entity)
        .and_where(absence::Column::Starts.lte(now))
        .cond_where(Condition::any().add(absence::Column::Ends.is_null()).add(absence::Column::Ends.gt(now)))
        .to_owned();
    let left = Query::select()
        .column(practitioner::Column::Id)
        .from(practitioner::Entity)
        .and_where(practitioner::Column::Active.eq(false))
        .to_owned();
    let gone = Condition::any().add(ask::Column::AskedId.in_subquery(away)).add(ask::Column::AskedId.in_subquery(left));
    let mut query = ask::Entity::find().filter(ask::Column::State.eq(AskState::Open)).filter(gone);
    if let Some(after) = after {
        query = query.filter(ask::Column::Id.gt(after));
    }
    query.order_by_asc(ask::Column::Id).limit(most).all(conn).await
}

/// Open asks that wait for one person, with their spends: by budget, so that budgets are held in their order.
pub async fn waiting_for(
    conn: &impl ConnectionTrait,
    who: PractitionerId,
    most: u64,
) -> Result<Vec<(ask::Model, spend::Model)>, DbErr> {
    let mut open = ask::Entity::find()
        .find_also_linked(About)
        .filter(ask::Column::AskedId.eq(who))
        .filter(ask::Column::State.eq(AskState::Open))
        .order_by_asc(ask::Column::Id)
        .limit(most)
        .all(conn)
        .await?
        .into_iter()
        .filter_map(|(ask, spend)| spend.map(|spend| (ask, spend)))
        .collect::<Vec<_>>();
    open.sort_by_key(|(ask, spend)| (spend.budget_id, ask.id));
    Ok(open)
}

/// From an ask to the spend it is about.
struct About;

impl sea_orm::Linked for About {
    type FromEntity = ask::Entity;
    type ToEntity = spend::Entity;

    fn link(&self) -> Vec<sea_orm::LinkDef> {
        vec![ask::Entity::belongs_to(spend::Entity).from(ask::Column::SpendId).to(spend::Column::Id).into()]
    }
}

/// Moves an open ask on, if whoever is asked cannot be reached and somebody else may decide. Its budget is held first,
/// as for every step of a spend, so that it moves or is decided and never both.
pub async fn move_on(conn: &impl ConnectionTrait, seen: &ask::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let Some(spend) = spend::Entity::find_by_id(seen.spend_id).one(conn).await? else { return Ok(false) };
    let budget = budget::hold(conn, spend.budget_id).await?;
    let open = ask::Entity::find_by_id(seen.id).filter(ask::Column::State.eq(AskState::Open));
    let (Some(open), Some(spend)) = (open.one(conn).await?, spend::Entity::find_by_id(spend.id).one(conn).await?)
    else {
        return Ok(false);
    };
    if !rota::unreachable(conn, &[open.asked_id], now).await?.contains(&open.asked_id) {
        return Ok(false);
    }

    let asked = wanted::as_asked(conn, &spend).await?;
    let wanted = wanted::by_whom(conn, &spend, asked, &budget, now).await?;
    let Some(next) = wanted.next_after(open.asked_id) else { return Ok(false) };
    hand_over(conn, &open, next, now).await?;
    Ok(true)
}

/// Closes an open ask and opens the next one for somebody else.
pub async fn hand_over(
    conn: &impl ConnectionTrait,
    open: &ask::Model,
    to: Nearest,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    asks::end(conn, open.spend_id, AskState::Moved, now).await?;
    asks::open(conn, open.spend_id, to, now).await
}
