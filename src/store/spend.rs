//! Spends: read within a scope, moved on one step at a time.

use busfare_entity::{
    ask, notice, practitioner, spend, spend_purpose,
    words::{BudgetId, PractitionerId, SpendBooks, SpendDecision, SpendEvidence, SpendId, SpendMoney},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, Iterable, QueryFilter,
    UpdateMany,
    sea_query::{Expr, OnConflict, SelectStatement},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
    rows::among,
};
use crate::rules::{
    course::{Course, held_until},
    evidence,
    money::Money,
    sight::{SPEND_SIGHT, SpendSight, SpendStanding, Viewer, answers_for_team},
    spend::Ask,
};

/// Which spends a viewer may see: each reason of [`SPEND_SIGHT`] as SQL, asked of each spend.
pub fn in_sight(viewer: &Viewer) -> Condition {
    let this = (spend::Entity, spend::Column::Id);
    let reasons = reasons(viewer).fold(Condition::any(), |any, reason| match reason {
        Reason::Says(itself) => any.add(itself),
        Reason::IsNamed(mut by, name) => any.add(Expr::exists(by.and_where(name.equals(this)).take())),
    });
    Condition::all().add(of_her_organisation(viewer)).add(reasons)
}

/// The same reasons one by one, each as a list that begins with what it is about.
fn lists_in_sight(viewer: &Viewer) -> impl Iterator<Item = Condition> {
    reasons(viewer).map(|reason| match reason {
        Reason::Says(itself) => Condition::all().add(itself),
        Reason::IsNamed(by, _) => Condition::all().add(spend::Column::Id.in_subquery(*by)),
    })
}

fn of_her_organisation(viewer: &Viewer) -> Expr {
    spend::Column::OrganisationId.eq(viewer.organisation)
}

/// Why a spend is in sight.
enum Reason {
    /// It says so itself.
    Says(Expr),
    /// It is among those that are named by other rows, in this column.
    IsNamed(Box<SelectStatement>, Expr),
}

/// The reasons that there can be for this viewer.
fn reasons(viewer: &Viewer) -> impl Iterator<Item = Reason> {
    let viewer = *viewer;
    SPEND_SIGHT.iter().filter_map(move |sight| match sight {
        SpendSight::Own => Some(Reason::Says(spend::Column::PractitionerId.eq(viewer.id))),
        SpendSight::AskedOfYou => Some(Reason::IsNamed(
            Box::new(super::ask::put_to(viewer.id)),
            Expr::col((ask::Entity, ask::Column::SpendId)),
        )),
        SpendSight::ToldOfIt => Some(Reason::IsNamed(
            Box::new(super::notice::told_to(viewer.id)),
            Expr::col((notice::Entity, notice::Column::SpendId)),
        )),
        SpendSight::TeamYouAnswerFor if answers_for_team(&viewer) => {
            Some(Reason::Says(spend::Column::TeamId.eq(viewer.team)))
        }
        SpendSight::TeamYouAnswerFor => None,
    })
}

/// Spends in sight by id, in any order.
pub async fn by_ids(conn: &impl ConnectionTrait, viewer: &Viewer, ids: &[SpendId]) -> Result<Vec<spend::Model>, DbErr> {
    spend::Entity::find().filter(spend::Column::Id.is_in(ids.iter().copied())).filter(in_sight(viewer)).all(conn).await
}

/// A spend in sight; what may not be seen is not found.
pub async fn find(conn: &impl ConnectionTrait, viewer: &Viewer, id: SpendId) -> Result<Option<spend::Model>, DbErr> {
    spend::Entity::find_by_id(id).filter(in_sight(viewer)).one(conn).await
}

/// A spend in sight as it stands while nobody else moves its budget: every step of a spend moves its budget first,
/// so whoever holds the budget sees the last step and makes the next.
pub async fn hold(conn: &impl ConnectionTrait, viewer: &Viewer, id: SpendId) -> Result<Option<spend::Model>, DbErr> {
    let Some(seen) = find(conn, viewer, id).await? else { return Ok(None) };
    super::budget::hold(conn, seen.budget_id).await?;
    let spend = find(conn, viewer, id).await?;
    // Its budget may have been closed just now, and the spend carried into the next.
    if let Some(carried) = spend.as_ref().filter(|spend| spend.budget_id != seen.budget_id) {
        super::budget::hold(conn, carried.budget_id).await?;
        return find(conn, viewer, id).await;
    }
    Ok(spend)
}

/// One page of the spends in sight, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<spend::Model>, DbErr> {
    let ours = spend::Entity::find().filter(of_her_organisation(viewer));
    page::read_any(conn, ours, lists_in_sight(viewer), (spend::Column::RequestedAt, spend::Column::Id), page).await
}

/// One page of the spends that wait for a practitioner's decision.
pub async fn waiting_for(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    page: Page,
) -> Result<Slice<spend::Model>, DbErr> {
    let query = spend::Entity::find()
        .filter(in_sight(viewer))
        .filter(spend::Column::Id.in_subquery(super::ask::open_for(viewer.id)));
    page::read(conn, query, (spend::Column::RequestedAt, spend::Column::Id), page).await
}

/// Whether a spend says what somebody asks now, so that her phone has only lost its reply.
pub fn says(spend: &spend::Model, her: &practitioner::Model, ask: &Ask) -> bool {
    spend.practitioner_id == her.id
        && spend.purpose_id == ask.purpose
        && spend.hub_id == ask.about.hub
        && spend.method == ask.about.method
        && spend.unit_price_pence == ask.unit_price.pence()
        && spend.count == ask.count
        && spend.timing == ask.timing
        && spend.reason == ask.reason
}

/// A spend as it is asked for, before anybody decides.
pub fn asked(
    id: SpendId,
    her: &practitioner::Model,
    ask: &Ask,
    (purpose, budget): (&spend_purpose::Model, BudgetId),
    now: DateTime<Utc>,
) -> spend::Model {
    let threshold = Money::from_pence(purpose.receipt_threshold_pence);
    spend::Model {
        id,
        organisation_id: her.organisation_id,
        practitioner_id: her.id,
        team_id: her.team_id,
        hub_id: ask.about.hub,
        purpose_id: ask.purpose,
        budget_id: budget,
        timing: ask.timing,
        method: ask.about.method,
        raises_id: None,
        allowance_id: None,
        unit_price_pence: ask.unit_price.pence(),
        count: ask.count,
        total_pence: ask.total.pence(),
        reason: ask.reason.clone(),
        decision: SpendDecision::Asked,
        money: SpendMoney::None,
        evidence: evidence::expected(purpose.receipt_rule, threshold, ask.total),
        books: SpendBooks::Open,
        held_pence: 0,
        authorised_pence: None,
        spent_pence: None,
        refunded_pence: 0,
        requested_at: now,
        decided_at: None,
        spent_at: None,
        expires_at: None,
        nudged_at: None,
    }
}

/// Adds a spend; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: spend::Model) -> Result<bool, DbErr> {
    let added = spend::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(spend::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// The spend an id is taken by, whoever's it is. Only to tell its owner's repeat from somebody else's id.
pub async fn taken(conn: &impl ConnectionTrait, id: SpendId) -> Result<Option<spend::Model>, DbErr> {
    spend::Entity::find_by_id(id).one(conn).await
}

/// The spends that ids are taken by, whoever's they are.
pub async fn taken_by(conn: &impl ConnectionTrait, ids: &[SpendId]) -> Result<Vec<spend::Model>, DbErr> {
    let taken = among(conn.get_database_backend(), spend::Column::Id, ids.iter().copied());
    spend::Entity::find().filter(taken).all(conn).await
}

/// What moving a spend on came to.
#[derive(Debug)]
pub enum Moved {
    /// It stands there now.
    To(Box<spend::Model>),
    /// The budget does not have the money; nothing has changed.
    BudgetShort,
    /// Somebody else moved it first; nothing has changed.
    Overtaken,
}

/// Moves a spend on, budget first, if it still stands where it was read: each hold resolves at most once.
/// Where it cannot, the caller drops the transaction.
pub async fn advance(
    conn: &impl ConnectionTrait,
    from: &spend::Model,
    course: &Course,
    now: DateTime<Utc>,
) -> Result<Moved, DbErr> {
    if !apply_all(conn, from, course, now).await? {
        return Ok(Moved::BudgetShort);
    }
    let to = on_course(from, course, now);
    let moved = if_it_stands(from, &to).filter(spend::Column::BudgetId.eq(from.budget_id)).exec(conn).await?;
    Ok(if moved.rows_affected == 1 { Moved::To(Box::new(to)) } else { Moved::Overtaken })
}

/// Writes where a course leaves a spend, if it still stands where it was read.
pub(super) fn if_it_stands(from: &spend::Model, to: &spend::Model) -> UpdateMany<spend::Entity> {
    spend::Entity::update_many()
        .col_expr(spend::Column::Decision, Expr::value(to.decision))
        .col_expr(spend::Column::Money, Expr::value(to.money))
        .col_expr(spend::Column::HeldPence, Expr::value(to.held_pence))
        .col_expr(spend::Column::AuthorisedPence, Expr::value(to.authorised_pence))
        .col_expr(spend::Column::SpentPence, Expr::value(to.spent_pence))
        .col_expr(spend::Column::DecidedAt, Expr::value(to.decided_at))
        .col_expr(spend::Column::SpentAt, Expr::value(to.spent_at))
        .col_expr(spend::Column::ExpiresAt, Expr::value(to.expires_at))
        .col_expr(spend::Column::NudgedAt, Expr::value(to.nudged_at))
        .filter(spend::Column::Id.eq(from.id))
        .filter(spend::Column::Decision.eq(from.decision))
        .filter(spend::Column::Money.eq(from.money))
}

/// Moves what a course moves on the budget; false where the money is not there.
pub async fn apply_all(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
    course: &Course,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    for step in &course.steps {
        if !super::budget::apply(conn, spend.budget_id, spend.id, *step, now).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The spend as a course leaves it.
pub fn on_course(from: &spend::Model, course: &Course, now: DateTime<Utc>) -> spend::Model {
    let spent_pence = course.spent.map(Money::pence);
    let stays = course.decision == from.decision && course.money == from.money;
    spend::Model {
        decision: course.decision,
        money: course.money,
        held_pence: course.held.pence(),
        authorised_pence: course.authorised.map(Money::pence),
        spent_pence,
        decided_at: if course.decision == from.decision { from.decided_at } else { Some(now) },
        spent_at: if spent_pence == from.spent_pence { from.spent_at } else { Some(now) },
        // Each step that holds money holds it for as long as the first one did.
        expires_at: if stays { from.expires_at } else { held_until(course.money, from.method, now) },
        nudged_at: from.nudged_at.filter(|_| stays),
        ..from.clone()
    }
}

/// Notes that there is no receipt, wherever [`evidence::with_note`] lets a note stand. It never touches the money.
pub async fn set_noted(conn: &impl ConnectionTrait, id: SpendId) -> Result<(), DbErr> {
    let yields_to_a_note = SpendEvidence::iter().filter(|now| evidence::with_note(*now) == SpendEvidence::Noted);
    spend::Entity::update_many()
        .col_expr(spend::Column::Evidence, Expr::value(SpendEvidence::Noted))
        .filter(spend::Column::Id.eq(id))
        .filter(spend::Column::Evidence.is_in(yields_to_a_note))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Sets what stands behind a spend as evidence. It never touches the money.
pub async fn set_evidence(conn: &impl ConnectionTrait, id: SpendId, evidence: SpendEvidence) -> Result<(), DbErr> {
    spend::Entity::update_many()
        .col_expr(spend::Column::Evidence, Expr::value(evidence))
        .filter(spend::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// What the right to act on a spend depends on.
pub fn standing(spend: &spend::Model, open_ask: Option<PractitionerId>) -> SpendStanding {
    SpendStanding {
        asker: spend.practitioner_id,
        open_ask,
        decision: spend.decision,
        money: spend.money,
        raises: spend.raises_id.is_some(),
    }
}
