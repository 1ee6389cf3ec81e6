//! The facts of one emergency: what its asker may spend at once, the budget that always has it, and who is told.

use busfare_entity::{
    budget, hub, practitioner, spend_purpose,
    words::{BudgetId, BudgetMode, Fund, OrganisationId, PractitionerId, Role},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use sha2::{Digest, Sha256};

use super::{
    authority::{self, UseScope},
    budget as budgets,
    facts::Unknown,
    people, purpose,
};
use crate::rules::{
    authority::{Facts, Standing},
    calendar,
    emergency::{self, Emergency, Senior},
    money::Money,
    spend::Ask,
};

/// What is known before a decision about an emergency. Her say and the budget are held.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it is for.
    pub purpose: spend_purpose::Model,
    /// The hub, if one was named.
    pub hub: Option<hub::Model>,
    /// The budget for emergencies.
    pub budget: budget::Model,
    /// What the decision looks at.
    pub emergency: Emergency,
    /// The one senior who is told, or asked for more.
    pub senior: Option<practitioner::Model>,
}

/// Gathers what a decision about her emergency looks at.
pub async fn about(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Known, Unknown> {
    let purpose = purpose::find(conn, her.organisation_id, ask.purpose).await?.ok_or(Unknown::NotFound)?;
    let hub = match ask.about.hub {
        Some(id) => Some(people::hub_in(conn, her.organisation_id, id).await?.ok_or(Unknown::NotFound)?),
        None => None,
    };
    let zone = people::zone(conn, her.organisation_id).await?;
    let mut hers = authority::granted(conn, her.organisation_id, None, now).await?;
    hers.retain(|granted| authority::is_to(&granted.delegation, her));

    authority::take_turn(conn, her.id).await?;
    let budget = contingency(conn, her.organisation_id, ask.total, calendar::day(now, zone)).await?;
    let scope = UseScope::windows_of(her.organisation_id);
    let facts = Facts {
        grants: authority::held_by(conn, her.id, &hers, &scope, now).await?,
        pot: budgets::pot(&budget),
        now,
        local: Some(calendar::local(now, zone)),
    };
    let emergency = Emergency { amount: ask.total, facts };
    let backed_by = emergency.most_generous().map(|(grant, _)| grant.grantor);
    let senior = senior(conn, her, backed_by).await?;
    Ok(Known { purpose, hub, budget, emergency, senior })
}

/// The budget that pays an emergency, held: the first that may stretch to it. Where none may, one that always does
/// is set up with nothing in it, so that whatever is spent is an over-run that everybody can see.
async fn contingency(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    amount: Money,
    on: NaiveDate,
) -> Result<budget::Model, DbErr> {
    let open: Vec<BudgetId> = budget::Entity::find()
        .select_only()
        .column(budget::Column::Id)
        .filter(budget::Column::OrganisationId.eq(organisation))
        .filter(budget::Column::Fund.eq(Fund::Contingency))
        .filter(budget::Column::PeriodStart.lte(on))
        .filter(budget::Column::PeriodEnd.gte(on))
        .filter(budget::Column::ClosedAt.is_null())
        .order_by_asc(budget::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    for id in open {
        let held = budgets::hold(conn, id).await?;
        if pays(&held, amount) {
            return Ok(held);
        }
    }
    for attempt in 0..=u8::MAX {
        let held = set_up(conn, never_in_the_way(organisation, on, attempt)).await?;
        if pays(&held, amount) {
            return Ok(held);
        }
    }
    Err(DbErr::RecordNotFound("an open budget for emergencies".to_owned()))
}

fn pays(budget: &budget::Model, amount: Money) -> bool {
    let pot = budgets::pot(budget);
    budget.closed_at.is_none() && pot.shortfall(amount) <= pot.tolerance
}

/// Two emergencies at once set up one budget, because its id follows from whose and when it is.
async fn set_up(conn: &impl ConnectionTrait, row: budget::Model) -> Result<budget::Model, DbErr> {
    let id = row.id;
    budget::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(budget::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    budgets::hold(conn, id).await
}

/// The budget that is there when none else is. Where one has been closed, the next attempt is another.
fn never_in_the_way(organisation: OrganisationId, on: NaiveDate, attempt: u8) -> budget::Model {
    let (period_start, period_end) = emergency::financial_year(on);
    budget::Model {
        id: made_up_id(organisation, period_start, attempt),
        organisation_id: organisation,
        name: "Emergencies".into(),
        fund: Fund::Contingency,
        team_id: None,
        hub_id: None,
        cost_centre: "CONTINGENCY".into(),
        subjective_code: "CONTINGENCY".into(),
        period_start,
        period_end,
        mode: BudgetMode::Warn,
        tolerance_pence: emergency::WIDE.pence(),
        overrun_pence: 0,
        allocated_pence: 0,
        reserved_pence: 0,
        committed_pence: 0,
        settled_pence: 0,
        closed_at: None,
    }
}

/// An id that sorts after every id made from a time, so that a budget somebody has set up is used and held first.
fn made_up_id(organisation: OrganisationId, period_start: NaiveDate, attempt: u8) -> BudgetId {
    let hash = Sha256::digest(format!("contingency {organisation} {period_start} {attempt}").as_bytes());
    let mut bytes = [0xff; 16];
    bytes[6..].copy_from_slice(&hash[..10]);
    BudgetId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The one senior who is told of it.
async fn senior(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    backed_by: Option<PractitionerId>,
) -> Result<Option<practitioner::Model>, DbErr> {
    let mut people = practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(her.organisation_id))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Role.eq(Role::Senior))
        .all(conn)
        .await?;
    let seniors: Vec<_> = people.iter().map(|person| Senior { id: person.id, team: person.team_id }).collect();
    let told = emergency::told(Standing { id: her.id, team: her.team_id }, backed_by, &seniors);
    let place = told.and_then(|told| people.iter().position(|person| person.id == told));
    Ok(place.map(|place| people.swap_remove(place)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_budget_that_nobody_set_up_has_one_id_a_year_and_sorts_last() {
        let (ours, theirs) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let id = |whose, on| never_in_the_way(whose, day(on), 0).id;

        assert_eq!(id(ours, "2026-04-01"), id(ours, "2027-03-31"));
        assert_ne!(id(ours, "2026-04-01"), id(ours, "2027-04-01"));
        assert_ne!(id(ours, "2026-04-01"), id(theirs, "2026-04-01"));
        assert!(id(ours, "2026-04-01") > super::super::mint::id());
    }
}
