//! The facts of asks: their purposes, their budgets, and what their askers may decide.

use std::collections::BTreeSet;

use busfare_entity::{
    budget, hub, practitioner, spend_purpose,
    words::{BudgetId, DelegationId, Fund, PersonId, PractitionerId},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    authority::{self, Colleagues, Granted, UseScope},
    budget::{self as budgets, Grip, Source},
    people, person, purpose,
};
use crate::rules::{
    authority::Facts,
    budget::Step,
    calendar,
    nearest::Colleague,
    spend::{Ask, SpendRefusal},
    tally::{Tally, Use},
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
    if turn == Turn::Take {
        authority::take_turn(conn, her.id).await?;
    }
    let grip = if turn == Turn::Take { Grip::Firm } else { Grip::Loose };
    let gathered = Gathered::read(conn, &[(her, ask)], grip, now).await?;
    let found = gathered.find(her, ask)?;
    Ok(Known {
        purpose: found.purpose.clone(),
        hub: found.hub.cloned(),
        budget: found.budget.clone(),
        granted: gathered.covering(ask).cloned().collect(),
        facts: gathered.facts(her, ask, &found),
        scope: found.scope,
    })
}

/// What is known about several asks of one organisation at one moment, read in the same few statements as about one.
/// The tally in it goes along as they are decided.
#[derive(Debug)]
pub struct Gathered {
    /// What is left and used as the asks are decided.
    pub tally: Tally,
    now: DateTime<Utc>,
    zone: Tz,
    purposes: Vec<spend_purpose::Model>,
    hubs: Vec<hub::Model>,
    budgets: Vec<budget::Model>,
    granted: Vec<Granted>,
}

/// What a decision takes from those who come after it.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    /// From which budget.
    pub budget: BudgetId,
    /// What moves on it.
    pub steps: &'a [Step],
    /// The asker's delegation, where her own say was used.
    pub grant: Option<DelegationId>,
    /// The colleague who is asked.
    pub colleague: Option<PractitionerId>,
}

/// What one ask is about.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// What it is for.
    pub purpose: &'a spend_purpose::Model,
    /// The hub, if one was named.
    pub hub: Option<&'a hub::Model>,
    /// The budget it draws on, as it was before anybody's ask was decided.
    pub budget: &'a budget::Model,
    /// Which uses of a delegation matter to it.
    pub scope: UseScope,
}

impl Gathered {
    /// Reads it. Whoever decides has taken the askers' turns before and holds the budgets firmly from here on.
    pub async fn read(
        conn: &impl ConnectionTrait,
        asks: &[(&practitioner::Model, &Ask)],
        grip: Grip,
        now: DateTime<Utc>,
    ) -> Result<Self, DbErr> {
        let Some((one, _)) = asks.first() else { return Err(DbErr::Custom("nobody asks".to_owned())) };
        let organisation = one.organisation_id;
        let purposes: BTreeSet<_> = asks.iter().map(|(_, ask)| ask.purpose).collect();
        let hubs: BTreeSet<_> = asks.iter().filter_map(|(_, ask)| ask.about.hub).collect();
        let mut gathered = Self {
            tally: Tally::default(),
            now,
            zone: people::zone(conn, organisation).await?,
            purposes: purpose::by_ids(conn, organisation, &Vec::from_iter(purposes)).await?,
            hubs: if hubs.is_empty() {
                vec![]
            } else {
                people::hubs(conn, organisation, &Vec::from_iter(hubs)).await?
            },
            budgets: Vec::new(),
            granted: authority::granted(conn, organisation, None, now).await?,
        };
        gathered.granted.retain(|grant| asks.iter().any(|(_, ask)| grant.covers(ask.purpose)));

        let sources: Vec<_> = asks.iter().filter_map(|(her, ask)| gathered.source(her, ask).ok()).collect();
        gathered.budgets = budgets::for_sources(conn, &sources, grip).await?;
        let pots = gathered.budgets.iter().map(|budget| (budget.id, budgets::pot(budget))).collect();
        let periods: BTreeSet<_> = gathered.budgets.iter().map(|budget| budget.period_start).collect();
        let scopes = gathered.scopes(asks);
        let people: Vec<_> = asks.iter().map(|(her, _)| her.id).collect::<BTreeSet<_>>().into_iter().collect();
        let uses = authority::uses(conn, &gathered.held_by_any(asks), &people, &scopes, now).await?;
        gathered.tally = Tally::new(uses, pots, Vec::from_iter(periods));
        Ok(gathered)
    }

    /// What one of the asks is about, or why there is nothing to decide.
    pub fn find(&self, her: &practitioner::Model, ask: &Ask) -> Result<Found<'_>, Unknown> {
        let purpose = self.purpose(ask)?;
        let hub = self.hub(ask)?;
        let source = self.source(her, ask)?;
        let budget = budgets::pick(&self.budgets, source).ok_or(Unknown::Refused(SpendRefusal::NoBudget))?;
        Ok(Found { purpose, hub, budget, scope: scope_of(her, budget, ask.about.person) })
    }

    /// The grants that cover an ask, whoever holds them.
    pub fn covering(&self, ask: &Ask) -> impl Iterator<Item = &Granted> {
        self.granted.iter().filter(|grant| grant.covers(ask.purpose))
    }

    /// What the decision about one of the asks looks at, after those before it.
    pub fn facts(&self, her: &practitioner::Model, ask: &Ask, found: &Found<'_>) -> Facts {
        let hers = self.covering(ask).filter(|grant| authority::is_to(&grant.delegation, her));
        Facts {
            grants: hers.map(|grant| authority::as_held(grant, her.id, &self.tally.uses, &found.scope)).collect(),
            pot: self.tally.pot(found.budget.id).cloned().unwrap_or_else(|| budgets::pot(found.budget)),
            now: self.now,
            local: Some(calendar::local(self.now, self.zone)),
        }
    }

    /// Reads who might be asked to decide for any of the askers.
    pub async fn meet(
        &mut self,
        conn: &impl ConnectionTrait,
        asks: &[(&practitioner::Model, &Ask)],
    ) -> Result<Colleagues, DbErr> {
        let teams = asks.iter().map(|(her, _)| her.team_id).collect();
        let (colleagues, uses) = Colleagues::read(conn, &teams, &self.granted, &self.scopes(asks), self.now).await?;
        self.tally.uses.learn(uses);
        Ok(colleagues)
    }

    /// Those of the colleagues who hold a grant for what she asks, as they stand now.
    pub fn who_may_decide(
        &self,
        colleagues: &Colleagues,
        her: &practitioner::Model,
        ask: &Ask,
    ) -> Option<Vec<Colleague>> {
        let found = self.find(her, ask).ok()?;
        Some(colleagues.but(her.id, self.covering(ask), &found.scope, &self.tally))
    }

    /// Enters in the tally what a decision takes: the money of its steps, the asker's say, a colleague's attention.
    pub fn enters(&mut self, her: &practitioner::Model, ask: &Ask, decision: Taken<'_>) {
        for step in decision.steps {
            self.tally.moves(decision.budget, step);
        }
        if let Some(colleague) = decision.colleague {
            self.tally.asks(colleague);
        }
        let used = decision.grant.and_then(|id| self.granted.iter().find(|grant| grant.delegation.id == id));
        if let Some(Granted { delegation, .. }) = used {
            self.tally.uses_say(Use {
                line: &delegation.line,
                by: her.id,
                budget: decision.budget,
                person: ask.about.person,
                amount: ask.total,
            });
        }
    }

    fn purpose(&self, ask: &Ask) -> Result<&spend_purpose::Model, Unknown> {
        self.purposes.iter().find(|purpose| purpose.id == ask.purpose).ok_or(Unknown::NotFound)
    }

    fn hub(&self, ask: &Ask) -> Result<Option<&hub::Model>, Unknown> {
        let Some(id) = ask.about.hub else { return Ok(None) };
        self.hubs.iter().find(|hub| hub.id == id).map(Some).ok_or(Unknown::NotFound)
    }

    fn source(&self, her: &practitioner::Model, ask: &Ask) -> Result<Source, Unknown> {
        let (purpose, hub) = (self.purpose(ask)?, self.hub(ask)?);
        if hub.is_none() && purpose.fund == Fund::Hub {
            return Err(Unknown::Refused(SpendRefusal::HubNeeded));
        }
        Ok(Source {
            organisation: her.organisation_id,
            fund: purpose.fund,
            team: her.team_id,
            hub: hub.map(|hub| hub.id),
            on: calendar::day(self.now, self.zone),
        })
    }

    fn scopes(&self, asks: &[(&practitioner::Model, &Ask)]) -> Vec<UseScope> {
        asks.iter().filter_map(|(her, ask)| self.find(her, ask).ok()).map(|found| found.scope).collect()
    }

    fn held_by_any(&self, asks: &[(&practitioner::Model, &Ask)]) -> Vec<Granted> {
        let held = |grant: &&Granted| asks.iter().any(|(her, _)| authority::is_to(&grant.delegation, her));
        self.granted.iter().filter(held).cloned().collect()
    }
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
