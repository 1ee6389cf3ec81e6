//! Hub cash: counters that move by one conditional update each, and the entries they are the sum of.

use busfare_entity::{
    cash_advance, cash_recipient, imprest, imprest_entry, practitioner_hub, spend,
    words::{AdvanceState, CashAdvanceId, HubId, ImprestId, PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{
    imprest::{Step, answers_for_hubs},
    money::Money,
    payment::is_from_the_tin,
    sight::Viewer,
};

/// Which hubs' cash a viewer may see: that of the hubs she works in; an enabler and a senior, every hub's.
pub fn in_sight(viewer: &Viewer) -> Condition {
    let ours = Condition::all().add(imprest::Column::OrganisationId.eq(viewer.organisation));
    if answers_for_hubs(viewer.role) {
        return ours;
    }
    let hers = Query::select()
        .column(practitioner_hub::Column::HubId)
        .from(practitioner_hub::Entity)
        .and_where(practitioner_hub::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    ours.add(imprest::Column::HubId.in_subquery(hers))
}

/// Every hub's cash in sight, in the order of its opening.
pub async fn all(conn: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<imprest::Model>, DbErr> {
    let query = imprest::Entity::find().filter(in_sight(viewer));
    query.order_by_asc(imprest::Column::OpenedAt).order_by_asc(imprest::Column::Id).all(conn).await
}

/// Hub cash in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[ImprestId],
) -> Result<Vec<imprest::Model>, DbErr> {
    let query = imprest::Entity::find().filter(imprest::Column::Id.is_in(ids.iter().copied()));
    query.filter(in_sight(viewer)).all(conn).await
}

/// A hub's cash in sight; what may not be seen is not found.
pub async fn find(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ImprestId,
) -> Result<Option<imprest::Model>, DbErr> {
    imprest::Entity::find_by_id(id).filter(in_sight(viewer)).one(conn).await
}

/// A hub's cash in sight, which nobody else moves or counts until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ImprestId,
) -> Result<Option<imprest::Model>, DbErr> {
    imprest::Entity::find_by_id(id).filter(in_sight(viewer)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Who did it, for which spend, and what the books call it.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Who.
    pub by: PractitionerId,
    /// For which spend, if it was for one.
    pub spend: Option<SpendId>,
    /// The books' own reference.
    pub reference: Option<String>,
}

/// Sets up a hub's cash with the fixed sum as the first entry; false where the hub has one.
pub async fn open(
    conn: &impl ConnectionTrait,
    row: imprest::Model,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let (id, step) = (row.id, Step::open(Money::from_pence(row.fixed_pence)));
    let added = imprest::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(imprest::Column::HubId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if !inserted(&added) {
        return Ok(false);
    }
    append(conn, id, step, Cause { by, spend: None, reference: None }, now).await?;
    Ok(true)
}

/// Moves the counters by one step, if the cash is there, and appends the entry. False where it is not: then nothing
/// has changed. The condition is in the UPDATE itself, and the table's CHECKs stand behind it.
pub async fn apply(
    conn: &impl ConnectionTrait,
    id: ImprestId,
    step: Step,
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let column = |column: imprest::Column| Expr::col(column);
    let moved = imprest::Entity::update_many()
        .col_expr(imprest::Column::CashPence, column(imprest::Column::CashPence).add(step.cash))
        .col_expr(imprest::Column::AdvancedPence, column(imprest::Column::AdvancedPence).add(step.advanced))
        .col_expr(imprest::Column::UnreimbursedPence, column(imprest::Column::UnreimbursedPence).add(step.unreimbursed))
        .filter(imprest::Column::Id.eq(id))
        .filter(column(imprest::Column::CashPence).gte(-step.cash))
        .filter(column(imprest::Column::AdvancedPence).gte(-step.advanced))
        .filter(column(imprest::Column::UnreimbursedPence).gte(-step.unreimbursed))
        .exec(conn)
        .await?;
    if moved.rows_affected == 0 {
        return Ok(false);
    }
    append(conn, id, step, cause, now).await?;
    Ok(true)
}

async fn append(
    conn: &impl ConnectionTrait,
    imprest: ImprestId,
    step: Step,
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let entry = imprest_entry::Model {
        id: super::mint::id(),
        imprest_id: imprest,
        movement: step.movement,
        fixed_delta_pence: step.fixed,
        cash_delta_pence: step.cash,
        advanced_delta_pence: step.advanced,
        unreimbursed_delta_pence: step.unreimbursed,
        spend_id: cause.spend,
        reference: cause.reference,
        by_id: cause.by,
        at: now,
    };
    imprest_entry::Entity::insert(entry.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// One page of the movements in a hub's cash, newest first.
pub async fn entries(
    conn: &impl ConnectionTrait,
    of: ImprestId,
    page: Page,
) -> Result<Slice<imprest_entry::Model>, DbErr> {
    let query = imprest_entry::Entity::find().filter(imprest_entry::Column::ImprestId.eq(of));
    page::read(conn, query, (imprest_entry::Column::At, imprest_entry::Column::Id), page).await
}

/// What paying for a spend out of a tin came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// It is paid another way.
    AnotherWay,
    /// The tin paid.
    Yes,
    /// It is not said whose tin, or that hub has none.
    NoTin,
    /// The tin has only this, by the book.
    Short(Money),
}

/// Pays for a spend that has just been spent, where it is paid in hub cash: what was taken along for it is accounted
/// for, or the cash leaves the tin of the named hub, or of the spend's own.
pub async fn pay(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
    hub: Option<HubId>,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Paid, DbErr> {
    let (true, Some(spent)) = (is_from_the_tin(spend.method), spend.spent_pence.map(Money::from_pence)) else {
        return Ok(Paid::AnotherWay);
    };
    let taken = advance_out_for(conn, spend.id).await?;
    let tin = match (&taken, hub.or(spend.hub_id)) {
        (Some(taken), _) => imprest::Entity::find_by_id(taken.imprest_id).one(conn).await?,
        (None, Some(hub)) => {
            let ours = imprest::Entity::find().filter(imprest::Column::OrganisationId.eq(spend.organisation_id));
            ours.filter(imprest::Column::HubId.eq(hub)).one(conn).await?
        }
        (None, None) => None,
    };
    let Some(tin) = tin else { return Ok(Paid::NoTin) };

    let cause = Cause { by, spend: Some(spend.id), reference: None };
    let step = match &taken {
        Some(taken) => Step::settle(Money::from_pence(taken.amount_pence), spent),
        None => Step::pay(spent),
    };
    if !apply(conn, tin.id, step, cause, now).await? {
        let left = imprest::Entity::find_by_id(tin.id).one(conn).await?.map_or(0, |tin| tin.cash_pence);
        return Ok(Paid::Short(Money::from_pence(left)));
    }
    if let Some(taken) = taken {
        end_advance(conn, taken.id, AdvanceState::Settled, now).await?;
    }
    Ok(Paid::Yes)
}

/// Remembers cash that somebody takes along; false where there is cash out for the spend already.
pub async fn add_advance(conn: &impl ConnectionTrait, row: cash_advance::Model) -> Result<bool, DbErr> {
    if advance_out_for(conn, row.spend_id).await?.is_some() {
        return Ok(false);
    }
    row.into_active_model().insert(conn).await.map(|_| true)
}

/// Ends an advance that is out; false where it was over.
pub async fn end_advance(
    conn: &impl ConnectionTrait,
    id: CashAdvanceId,
    state: AdvanceState,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = cash_advance::Entity::update_many()
        .col_expr(cash_advance::Column::State, Expr::value(state))
        .col_expr(cash_advance::Column::EndedAt, Expr::value(Some(now)))
        .filter(cash_advance::Column::Id.eq(id))
        .filter(cash_advance::Column::State.eq(AdvanceState::Out))
        .exec(conn)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// The cash that is out for a spend.
async fn advance_out_for(conn: &impl ConnectionTrait, spend: SpendId) -> Result<Option<cash_advance::Model>, DbErr> {
    let query = cash_advance::Entity::find().filter(cash_advance::Column::SpendId.eq(spend));
    query.filter(cash_advance::Column::State.eq(AdvanceState::Out)).one(conn).await
}

/// An advance by its id, whosever it is: who may see its tin may see it.
pub async fn advance(conn: &impl ConnectionTrait, id: CashAdvanceId) -> Result<Option<cash_advance::Model>, DbErr> {
    cash_advance::Entity::find_by_id(id).one(conn).await
}

/// What is out of tins, oldest first.
pub async fn advances_out_of(conn: &impl ConnectionTrait, of: &[ImprestId]) -> Result<Vec<cash_advance::Model>, DbErr> {
    cash_advance::Entity::find()
        .filter(cash_advance::Column::ImprestId.is_in(of.iter().copied()))
        .filter(cash_advance::Column::State.eq(AdvanceState::Out))
        .order_by_asc(cash_advance::Column::TakenAt)
        .order_by_asc(cash_advance::Column::Id)
        .all(conn)
        .await
}

/// Cash taken along for spends, the latest of each last.
pub async fn advances_for(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<cash_advance::Model>, DbErr> {
    let query = cash_advance::Entity::find().filter(cash_advance::Column::SpendId.is_in(spends.iter().copied()));
    query.order_by_asc(cash_advance::Column::TakenAt).order_by_asc(cash_advance::Column::Id).all(conn).await
}

/// Notes who received cash, in a few words.
pub async fn note_recipient(conn: &impl ConnectionTrait, row: cash_recipient::Model) -> Result<(), DbErr> {
    cash_recipient::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Who received the cash of spends.
pub async fn recipients(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<cash_recipient::Model>, DbErr> {
    let query = cash_recipient::Entity::find().filter(cash_recipient::Column::SpendId.is_in(spends.iter().copied()));
    query.all(conn).await
}
