//! The facts of one ask: its purpose, its budget, and what its asker may decide.

use busfare_entity::{
    budget, hub, practitioner, spend_purpose,
    words::{Fund, PersonId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    authority::{self, Granted, UseScope},
    budget as budgets, people, person, purpose,
};
use crate::rules::{
    authority::Facts,
    calendar,
    spend::{Ask, SpendRefusal},
};

/// What is known before a decision about one's own spend.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it is for.
    pub purpose: spend_purpose::Model,
    /// The hub, if one was named.
    pub hub: Option<hub::Model>,
    /// The budget it draws on.
    pub budget: budget::Model,
    /// Every grant that covers the purpose, whoever holds it.
    pub granted: Vec<Granted>,
    /// Which uses of a delegation matter to it.
    pub scope: UseScope,
    /// What the decision looks at.
    pub facts: Facts,
}

/// Why there is nothing to decide about.
#[derive(Debug)]
pub enum Unknown {
    /// The purpose or the hub is not there, or not hers to see.
    NotFound,
    /// It cannot go ahead as asked.
    Refused(SpendRefusal),
    /// The database failed.
    Failed(DbErr),
}

impl From<DbErr> for Unknown {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

/// Whether others may decide at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Only looking: nothing is held.
    Look,
    /// Deciding: her say, then the budget, are held until the transaction ends, always in this order.
    Take,
}

/// Gathers what a decision about her own spend looks at.
pub async fn about(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    ask: &Ask,
    turn: Turn,
    now: DateTime<Utc>,
) -> Result<Known, Unknown> {
    let purpose = purpose::find(conn, her.organisation_id, ask.purpose).await?.ok_or(Unknown::NotFound)?;
    let hub = match ask.about.hub {
        Some(id) => Some(people::hub_in(conn, her.organisation_id, id).await?.ok_or(Unknown::NotFound)?),
        None if purpose.fund == Fund::Hub => return Err(Unknown::Refused(SpendRefusal::HubNeeded)),
        None => None,
    };
    let zone = people::zone(conn, her.organisation_id).await?;
    let source = budgets::Source {
        organisation: her.organisation_id,
        fund: purpose.fund,
        team: her.team_id,
        hub: hub.as_ref().map(|hub| hub.id),
        on: calendar::day(now, zone),
    };
    let mut budget = budgets::for_source(conn, source).await?.ok_or(Unknown::Refused(SpendRefusal::NoBudget))?;

    let granted = authority::granted(conn, her.organisation_id, Some(ask.purpose), now).await?;
    let hers: Vec<_> = granted.iter().filter(|grant| authority::is_to(&grant.delegation, her)).cloned().collect();
    if turn == Turn::Take {
        authority::take_turn(conn, her.id).await?;
        budget = budgets::hold(conn, budget.id).await?;
    }
    let scope = scope_of(her, &budget, ask.about.person);
    let facts = Facts {
        grants: authority::held_by(conn, her.id, &hers, &scope, now).await?,
        pot: budgets::pot(&budget),
        now,
        local: Some(calendar::local(now, zone)),
    };
    Ok(Known { purpose, hub, budget, granted, scope, facts })
}

/// What a colleague's decision looks at: her grants for the purpose and the budget, both held.
pub async fn about_colleagues(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    spend: &busfare_entity::spend::Model,
    now: DateTime<Utc>,
) -> Result<Facts, DbErr> {
    let mut hers = authority::granted(conn, her.organisation_id, Some(spend.purpose_id), now).await?;
    hers.retain(|grant| authority::is_to(&grant.delegation, her));
    authority::take_turn(conn, her.id).await?;
    let budget = budgets::hold(conn, spend.budget_id).await?;
    let scope = scope_of(her, &budget, person::helped_by(conn, spend.id).await?);
    let zone = people::zone(conn, her.organisation_id).await?;
    Ok(Facts {
        grants: authority::held_by(conn, her.id, &hers, &scope, now).await?,
        pot: budgets::pot(&budget),
        now,
        local: Some(calendar::local(now, zone)),
    })
}

fn scope_of(her: &practitioner::Model, budget: &budget::Model, person: Option<PersonId>) -> UseScope {
    UseScope {
        organisation: her.organisation_id,
        budget: Some(budget.id),
        person,
        period_start: Some(budget.period_start),
    }
}
