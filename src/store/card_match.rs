//! Which spend a line of a statement belongs to: what somebody said, and what may be suggested to her.

use std::collections::{HashMap, HashSet};

use busfare_entity::{
    card, card_match, hub, spend, spend_purpose, statement_line,
    words::{
        CardHolder, CardId, CardMatchId, MatchSignal, OrganisationId, PaymentMethod, PractitionerId, SpendBooks,
        SpendId, SpendMoney, StatementLineId,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

use super::{card as cards, db::inserted, people, purpose};
use crate::rules::{
    calendar,
    matching::{self, Holder, OpenLine, OpenSpend},
    sight::Viewer,
};

/// Lines and spends that are looked at further than this from the lines in question do not matter to them.
const AROUND: TimeDelta = TimeDelta::days(70);
/// Most lines and most spends that one suggestion is told apart from.
const MOST_LOOKED_AT: u64 = 5_000;

/// Remembers that a line and a spend belong together; false where either belongs to another already.
pub async fn add(conn: &impl ConnectionTrait, row: card_match::Model) -> Result<bool, DbErr> {
    let added = card_match::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// A match of a viewer's organisation by its id: who may see its line may see it.
pub async fn find(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: CardMatchId,
) -> Result<Option<card_match::Model>, DbErr> {
    card_match::Entity::find_by_id(id)
        .filter(card_match::Column::OrganisationId.eq(viewer.organisation))
        .one(conn)
        .await
}

/// Undoes a match; false where it was undone. The row stays, with who did it and when.
pub async fn undo(
    conn: &impl ConnectionTrait,
    id: CardMatchId,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let undone = card_match::Entity::update_many()
        .col_expr(card_match::Column::UndoneBy, Expr::value(Some(by)))
        .col_expr(card_match::Column::UndoneAt, Expr::value(Some(now)))
        .filter(card_match::Column::Id.eq(id))
        .filter(card_match::Column::UndoneAt.is_null())
        .exec(conn)
        .await?;
    Ok(undone.rows_affected == 1)
}

/// Moves a spend in the books between open and matched. What is exported or corrected stays what it is.
pub async fn set_books(
    conn: &impl ConnectionTrait,
    spend: SpendId,
    from: SpendBooks,
    to: SpendBooks,
) -> Result<(), DbErr> {
    spend::Entity::update_many()
        .col_expr(spend::Column::Books, Expr::value(to))
        .filter(spend::Column::Id.eq(spend))
        .filter(spend::Column::Books.eq(from))
        .exec(conn)
        .await
        .map(|_| ())
}

/// The standing matches of spends or of lines.
pub async fn standing(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
    lines: &[StatementLineId],
) -> Result<Vec<card_match::Model>, DbErr> {
    let either = Condition::any()
        .add(card_match::Column::SpendId.is_in(spends.iter().copied()))
        .add(card_match::Column::LineId.is_in(lines.iter().copied()));
    card_match::Entity::find().filter(card_match::Column::UndoneAt.is_null()).filter(either).all(conn).await
}

/// What a person may choose from for a line: at most one suggestion, and whatever else is the same amount.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The suggested spend, and why.
    pub suggestion: Option<(spend::Model, Vec<MatchSignal>)>,
    /// Spends of the same amount around its day, the nearest first.
    pub same_amount: Vec<spend::Model>,
}

/// What may be chosen for lines. It looks at every open line and spend of the organisation, so that nothing is
/// suggested that somebody else's spend fits as well; only what is in the viewer's sight is told.
pub async fn choices(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    of: &[StatementLineId],
) -> Result<HashMap<StatementLineId, Choice>, DbErr> {
    let asked = cards::lines_by_ids(conn, viewer, of).await?;
    let (Some(first), Some(last)) =
        (asked.iter().map(|line| line.booked_on).min(), asked.iter().map(|line| line.booked_on).max())
    else {
        return Ok(HashMap::new());
    };
    let pence: HashSet<i64> = asked.iter().map(|line| line.amount_pence).filter(|pence| *pence > 0).collect();
    let lines = statement_line::Entity::find()
        .filter(statement_line::Column::OrganisationId.eq(viewer.organisation))
        .filter(statement_line::Column::AmountPence.is_in(pence.iter().copied()))
        .filter(statement_line::Column::BookedOn.between(first - AROUND, last + AROUND))
        .filter(statement_line::Column::Id.not_in_subquery(cards::matched_lines()))
        .limit(MOST_LOOKED_AT)
        .all(conn)
        .await?;
    let around = (midnight(first - AROUND), midnight(last + AROUND));
    let spends = open_spends(conn, viewer.organisation, &pence, around).await?;
    let seen = super::spend::by_ids(conn, viewer, &spends.iter().map(|spend| spend.id).collect::<Vec<_>>()).await?;
    let suggestions = matching::suggest(
        &as_lines(conn, viewer.organisation, lines).await?,
        &as_spends(conn, viewer.organisation, &spends).await?,
    );

    let mut why: HashMap<StatementLineId, (SpendId, Vec<MatchSignal>)> =
        suggestions.into_iter().map(|one| (one.line, (one.spend, one.signals))).collect();
    Ok(asked
        .into_iter()
        .map(|line| {
            let mut same_amount: Vec<_> =
                seen.iter().filter(|spend| spend.spent_pence == Some(line.amount_pence)).cloned().collect();
            same_amount.sort_by_key(|spend| {
                let days =
                    spend.spent_at.map(|at| at.date_naive().signed_duration_since(line.booked_on).num_days().abs());
                (days, spend.id)
            });
            let suggestion = why.remove(&line.id).and_then(|(spend, signals)| {
                same_amount.iter().find(|seen| seen.id == spend).cloned().map(|spend| (spend, signals))
            });
            (line.id, Choice { suggestion, same_amount })
        })
        .collect())
}

fn midnight(day: chrono::NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// Spends of these amounts that have left, perhaps by card, and that no line belongs to.
async fn open_spends(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    pence: &HashSet<i64>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<spend::Model>, DbErr> {
    let matched = Query::select()
        .column(card_match::Column::SpendId)
        .from(card_match::Entity)
        .and_where(card_match::Column::UndoneAt.is_null())
        .to_owned();
    let by_card =
        Condition::any().add(spend::Column::Method.is_null()).add(spend::Column::Method.eq(PaymentMethod::Card));
    spend::Entity::find()
        .filter(spend::Column::OrganisationId.eq(organisation))
        .filter(spend::Column::SpentPence.is_in(pence.iter().copied()))
        .filter(spend::Column::SpentAt.between(from, to))
        .filter(spend::Column::Money.is_in([SpendMoney::Spent, SpendMoney::PartRefunded, SpendMoney::Refunded]))
        .filter(by_card)
        .filter(spend::Column::Id.not_in_subquery(matched))
        .order_by_asc(spend::Column::Id)
        .limit(MOST_LOOKED_AT)
        .all(conn)
        .await
}

async fn as_lines(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    lines: Vec<statement_line::Model>,
) -> Result<Vec<OpenLine>, DbErr> {
    let cards = card::Entity::find().filter(card::Column::OrganisationId.eq(organisation)).all(conn).await?;
    let holders: HashMap<CardId, Holder> = cards.iter().map(|card| (card.id, holder(card))).collect();
    Ok(lines
        .into_iter()
        .map(|line| OpenLine {
            id: line.id,
            pence: line.amount_pence,
            booked_on: line.booked_on,
            merchant: line.merchant,
            holder: holders.get(&line.card_id).copied().unwrap_or(Holder::Organisation),
        })
        .collect())
}

/// Whose a card is, as rules see it.
fn holder(card: &card::Model) -> Holder {
    match (card.holder, card.hub_id, card.practitioner_id) {
        (CardHolder::Hub, Some(hub), _) => Holder::Hub(hub),
        (CardHolder::Practitioner, _, Some(practitioner)) => Holder::Practitioner(practitioner),
        _ => Holder::Organisation,
    }
}

async fn as_spends(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    spends: &[spend::Model],
) -> Result<Vec<OpenSpend>, DbErr> {
    let zone = people::zone(conn, organisation).await?;
    let purposes: HashMap<_, spend_purpose::Model> =
        purpose::all(conn, organisation).await?.into_iter().map(|row| (row.id, row)).collect();
    let hubs: HashMap<_, hub::Model> =
        people::hubs_of(conn, organisation).await?.into_iter().map(|row| (row.id, row)).collect();
    Ok(spends
        .iter()
        .filter_map(|spend| {
            let purpose = purposes.get(&spend.purpose_id)?;
            let hub = spend.hub_id.and_then(|hub| hubs.get(&hub)).map_or("", |hub| hub.name.as_str());
            let reason = spend.reason.as_deref().unwrap_or_default();
            Some(OpenSpend {
                id: spend.id,
                pence: spend.spent_pence?,
                spent_on: calendar::day(spend.spent_at?, zone),
                asker: spend.practitioner_id,
                method: spend.method,
                hub: spend.hub_id,
                words: format!("{reason} {} {} {hub}", purpose.name_en, purpose.name_cy),
            })
        })
        .collect())
}
