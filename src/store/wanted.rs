//! What a spend that is there already wants, and who might decide it: the same facts as when it was asked for, as they
//! are now.

use busfare_entity::{budget, spend, words::PractitionerId};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    authority::{self, Granted, UseScope},
    people, person, raise,
};
use crate::rules::{
    authority::{Moment, Standing},
    calendar,
    money::Money,
    nearest::{Colleague, Nearest, may_decide, nearest, next},
    spend::{About, Ask},
};

/// What a spend wants, and of whom.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is asked.
    pub ask: Ask,
    /// Who asks.
    pub asker: Standing,
    /// When it is looked at.
    pub at: Moment,
    /// Everybody who might be asked.
    colleagues: Vec<Colleague>,
}

impl Wanted {
    /// The one to ask.
    pub fn nearest(&self) -> Option<Nearest> {
        nearest(&self.ask, self.asker, &self.colleagues, self.at)
    }

    /// The one to ask instead of somebody who is away.
    pub fn next_after(&self, from: PractitionerId) -> Option<Nearest> {
        next(&self.ask, self.asker, from, &self.colleagues, self.at)
    }

    /// Whether somebody may decide it now.
    pub fn may_be_decided_by(&self, who: PractitionerId) -> bool {
        self.colleagues.iter().any(|one| one.standing.id == who && may_decide(&self.ask, self.asker, one, self.at))
    }
}

/// What a spend asks for as it stands, on top of what is authorised already of the spend that it raises.
pub async fn as_asked(conn: &impl ConnectionTrait, spend: &spend::Model) -> Result<Ask, DbErr> {
    let about = About {
        hub: spend.hub_id,
        method: spend.method,
        person: person::helped_by(conn, spend.id).await?,
        already: raise::already(conn, spend).await?,
    };
    Ok(Ask {
        purpose: spend.purpose_id,
        unit_price: Money::from_pence(spend.unit_price_pence),
        count: spend.count,
        total: Money::from_pence(spend.total_pence),
        timing: spend.timing,
        reason: spend.reason.clone(),
        about,
    })
}

/// Everybody who might decide what is asked of a budget for an asker now.
pub async fn by_whom(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
    ask: Ask,
    budget: &budget::Model,
    now: DateTime<Utc>,
) -> Result<Wanted, DbErr> {
    let asker = Standing { id: spend.practitioner_id, team: spend.team_id };
    let granted: Vec<Granted> = authority::granted(conn, spend.organisation_id, Some(ask.purpose), now).await?;
    let scope = UseScope {
        organisation: spend.organisation_id,
        budget: Some(budget.id),
        person: ask.about.person,
        period_start: Some(budget.period_start),
    };
    let zone = people::zone(conn, spend.organisation_id).await?;
    let colleagues = authority::colleagues(conn, asker, &granted, &scope, now).await?;
    Ok(Wanted { ask, asker, at: Moment { now, local: Some(calendar::local(now, zone)) }, colleagues })
}
