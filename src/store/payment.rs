//! How spends are paid: said afterwards where it was not said before, paid back, ordered, or covered by a voucher.

use busfare_entity::{
    delegation_method, practitioner, reimbursement, spend, supplier_order, verdict, voucher,
    words::{OrderState, PaymentMethod, PractitionerId, SpendId, SpendMoney, SupplierOrderId, VoucherId, VoucherState},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict, Query},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{
    payment::Paying,
    sight::{Viewer, answers_for_team},
};

/// What a step of a way of paying depends on.
pub fn paying(spend: &spend::Model) -> Paying {
    Paying { asker: spend.practitioner_id, method: spend.method, money: spend.money }
}

/// Whether the delegation under which a spend was authorised lets it be paid like this. One that names no ways
/// of paying lets it be paid in any.
pub async fn covers(conn: &impl ConnectionTrait, spend: SpendId, method: PaymentMethod) -> Result<bool, DbErr> {
    let latest = verdict::Entity::find()
        .filter(verdict::Column::SpendId.eq(spend))
        .filter(verdict::Column::DelegationId.is_not_null())
        .order_by_desc(verdict::Column::DecidedAt)
        .order_by_desc(verdict::Column::Id)
        .one(conn)
        .await?;
    let Some(delegation) = latest.and_then(|verdict| verdict.delegation_id) else { return Ok(true) };
    let named = delegation_method::Entity::find().filter(delegation_method::Column::DelegationId.eq(delegation));
    let named = named.all(conn).await?;
    Ok(named.is_empty() || named.iter().any(|one| one.method == method))
}

/// Says how a spend is paid.
pub async fn set_method(conn: &impl ConnectionTrait, id: SpendId, method: PaymentMethod) -> Result<(), DbErr> {
    spend::Entity::update_many()
        .col_expr(spend::Column::Method, Expr::value(Some(method)))
        .filter(spend::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// A spend that waits to be paid back, with the moment since when.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The spend's id.
    pub id: SpendId,
    /// Since when.
    pub spent_at: DateTime<Utc>,
    /// The spend.
    pub spend: spend::Model,
}

/// One page of what waits to be paid back, the oldest first: her own, and her team's where she answers for it.
pub async fn owed(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<Owed>, DbErr> {
    let hers = Condition::any().add(spend::Column::PractitionerId.eq(viewer.id));
    let hers = if answers_for_team(viewer) { hers.add(spend::Column::TeamId.eq(viewer.team)) } else { hers };
    let paid = Query::select().column(reimbursement::Column::SpendId).from(reimbursement::Entity).to_owned();
    let query = spend::Entity::find()
        .filter(spend::Column::OrganisationId.eq(viewer.organisation))
        .filter(hers)
        .filter(spend::Column::Method.eq(PaymentMethod::Reimbursement))
        .filter(spend::Column::Money.is_in([SpendMoney::Spent, SpendMoney::PartRefunded]))
        .filter(spend::Column::SpentAt.is_not_null())
        .filter(spend::Column::Id.not_in_subquery(paid));
    let slice = page::read_oldest(conn, query, (spend::Column::SpentAt, spend::Column::Id), page).await?;
    let rows = slice.rows.into_iter();
    let rows = rows.filter_map(|spend| Some(Owed { id: spend.id, spent_at: spend.spent_at?, spend })).collect();
    Ok(Slice { rows, more: slice.more })
}

/// Remembers that somebody has her money back; false where that is remembered already.
pub async fn add_reimbursement(conn: &impl ConnectionTrait, row: reimbursement::Model) -> Result<bool, DbErr> {
    let added = reimbursement::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(reimbursement::Column::SpendId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// What was paid back of spends.
pub async fn reimbursements(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
) -> Result<Vec<reimbursement::Model>, DbErr> {
    let query = reimbursement::Entity::find().filter(reimbursement::Column::SpendId.is_in(spends.iter().copied()));
    query.all(conn).await
}

/// Whether a reference stands on another order of the organisation.
pub async fn is_ordered_as(conn: &impl ConnectionTrait, viewer: &Viewer, reference: &str) -> Result<bool, DbErr> {
    let ours = supplier_order::Entity::find().filter(supplier_order::Column::OrganisationId.eq(viewer.organisation));
    Ok(ours.filter(supplier_order::Column::Reference.eq(reference)).one(conn).await?.is_some())
}

/// Places an order; false where the spend has one, or somebody took the reference meanwhile.
pub async fn add_order(conn: &impl ConnectionTrait, row: supplier_order::Model) -> Result<bool, DbErr> {
    let added = supplier_order::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// An order by its id: who may see its spend may see it.
pub async fn order(conn: &impl ConnectionTrait, id: SupplierOrderId) -> Result<Option<supplier_order::Model>, DbErr> {
    supplier_order::Entity::find_by_id(id).one(conn).await
}

/// The orders for spends.
pub async fn orders_for(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<supplier_order::Model>, DbErr> {
    let query = supplier_order::Entity::find().filter(supplier_order::Column::SpendId.is_in(spends.iter().copied()));
    query.all(conn).await
}

/// Records the invoice of an order; false where there is one.
pub async fn set_invoiced(
    conn: &impl ConnectionTrait,
    id: SupplierOrderId,
    invoice: String,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let set = supplier_order::Entity::update_many()
        .col_expr(supplier_order::Column::State, Expr::value(OrderState::Invoiced))
        .col_expr(supplier_order::Column::InvoiceReference, Expr::value(Some(invoice)))
        .col_expr(supplier_order::Column::InvoicedBy, Expr::value(Some(by)))
        .col_expr(supplier_order::Column::InvoicedAt, Expr::value(Some(now)))
        .filter(supplier_order::Column::Id.eq(id))
        .filter(supplier_order::Column::State.eq(OrderState::Ordered))
        .exec(conn)
        .await?;
    Ok(set.rows_affected == 1)
}

/// Whether a reference stands on another voucher of the organisation.
pub async fn is_issued_as(conn: &impl ConnectionTrait, viewer: &Viewer, reference: &str) -> Result<bool, DbErr> {
    let ours = voucher::Entity::find().filter(voucher::Column::OrganisationId.eq(viewer.organisation));
    Ok(ours.filter(voucher::Column::Reference.eq(reference)).one(conn).await?.is_some())
}

/// Issues a voucher; false where the spend has one, or somebody took the reference meanwhile.
pub async fn add_voucher(conn: &impl ConnectionTrait, row: voucher::Model) -> Result<bool, DbErr> {
    let added = voucher::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// A voucher by its id: who may see its spend may see it.
pub async fn voucher(conn: &impl ConnectionTrait, id: VoucherId) -> Result<Option<voucher::Model>, DbErr> {
    voucher::Entity::find_by_id(id).one(conn).await
}

/// The vouchers for spends.
pub async fn vouchers_for(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<voucher::Model>, DbErr> {
    voucher::Entity::find().filter(voucher::Column::SpendId.is_in(spends.iter().copied())).all(conn).await
}

/// Ends the voucher of a spend, if it has one that is out; false where it has none.
pub async fn end_voucher(
    conn: &impl ConnectionTrait,
    spend: SpendId,
    state: VoucherState,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = voucher::Entity::update_many()
        .col_expr(voucher::Column::State, Expr::value(state))
        .col_expr(voucher::Column::EndedAt, Expr::value(Some(now)))
        .filter(voucher::Column::SpendId.eq(spend))
        .filter(voucher::Column::State.eq(VoucherState::Issued))
        .exec(conn)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Whether a practitioner is the asker of a spend, or answers for the asker's team.
pub fn answers_for(her: &practitioner::Model, spend: &spend::Model) -> bool {
    let viewer = super::people::as_viewer(her);
    spend.practitioner_id == her.id || (answers_for_team(&viewer) && spend.team_id == her.team_id)
}
