//! Everybody who might be asked to decide for somebody else, with what they hold and how many asks wait for them.

use std::collections::{BTreeSet, HashMap};

use busfare_entity::{
    ask, practitioner,
    words::{AskState, DecidesFor, GranteeKind, OrganisationId, PractitionerId, TeamId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use super::{Granted, UseScope, as_held, is_to, used};
use crate::{
    rules::{
        authority::Standing,
        nearest::Colleague,
        tally::{Tally, Uses},
    },
    store::{
        rota::{self, Presence},
        rows::among,
    },
};

/// Whoever may decide for somebody in some teams.
#[derive(Debug, Default)]
pub struct Colleagues {
    people: Vec<(practitioner::Model, u32)>,
    presence: Presence,
}

impl Colleagues {
    /// Reads who holds a grant to decide for others in these teams, how many asks wait for them already, who of them
    /// is there, and what they have used.
    pub async fn read(
        conn: &impl ConnectionTrait,
        teams: &BTreeSet<TeamId>,
        granted: &[Granted],
        scopes: &[UseScope],
        now: DateTime<Utc>,
    ) -> Result<(Self, Uses), DbErr> {
        let Some(organisation) = scopes.first().map(|scope| scope.organisation) else {
            return Ok((Self::default(), Uses::default()));
        };
        let deciding: Vec<_> = granted.iter().filter(|grant| decides(grant)).cloned().collect();
        let people = people_holding(conn, organisation, teams, &deciding).await?;
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let uses = used::uses(conn, &deciding, &ids, scopes, now).await?;
        let waiting = open_asks(conn, &ids).await?;
        let presence = rota::presence(conn, &ids, now).await?;
        let people = people.into_iter().map(|person| {
            let waiting = waiting.get(&person.id).copied().unwrap_or_default();
            (person, waiting)
        });
        Ok((Self { people: people.collect(), presence }, uses))
    }

    /// Everybody but the asker as they stand now, with those of these grants that are theirs.
    pub fn but<'a>(
        &self,
        asker: PractitionerId,
        granted: impl Iterator<Item = &'a Granted>,
        scope: &UseScope,
        tally: &Tally,
    ) -> Vec<Colleague> {
        let deciding: Vec<_> = granted.filter(|grant| decides(grant)).collect();
        let others = self.people.iter().filter(|(person, _)| person.id != asker);
        others
            .map(|(person, waiting)| {
                let hers = deciding.iter().filter(|grant| is_to(&grant.delegation, person));
                Colleague {
                    standing: Standing { id: person.id, team: person.team_id },
                    role: person.role,
                    open_asks: waiting + tally.waiting_for(person.id),
                    grants: hers.map(|grant| as_held(grant, person.id, &tally.uses, scope)).collect(),
                    duties: self.presence.duties_of(person.id),
                    away: self.presence.is_away(person.id),
                    stands_in_for: self.presence.stands_in_for(person.id),
                }
            })
            .collect()
    }
}

/// Everybody who might be asked to decide for the asker, with what they hold and how many asks wait for them.
pub async fn colleagues(
    conn: &impl ConnectionTrait,
    asker: Standing,
    granted: &[Granted],
    scope: &UseScope,
    now: DateTime<Utc>,
) -> Result<Vec<Colleague>, DbErr> {
    let teams = BTreeSet::from([asker.team]);
    let (colleagues, uses) = Colleagues::read(conn, &teams, granted, std::slice::from_ref(scope), now).await?;
    let tally = Tally::new(uses, HashMap::new(), Vec::new());
    Ok(colleagues.but(asker.id, granted.iter(), scope, &tally))
}

fn decides(granted: &Granted) -> bool {
    granted.delegation.decides_for != DecidesFor::NobodyElse
}

async fn people_holding(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    teams: &BTreeSet<TeamId>,
    deciding: &[Granted],
) -> Result<Vec<practitioner::Model>, DbErr> {
    let backend = conn.get_database_backend();
    let held = deciding.iter().fold(Condition::any(), |held, Granted { delegation, .. }| {
        let grantee = match delegation.grantee_kind {
            GranteeKind::Person => practitioner::Column::Id.eq(delegation.grantee_practitioner_id),
            GranteeKind::Role => practitioner::Column::Role.eq(delegation.grantee_role),
            GranteeKind::Team => practitioner::Column::TeamId.eq(delegation.grantee_team_id),
        };
        match delegation.decides_for {
            DecidesFor::Team => {
                held.add(grantee.and(among(backend, practitioner::Column::TeamId, teams.iter().copied())))
            }
            DecidesFor::NobodyElse | DecidesFor::Organisation => held.add(grantee),
        }
    });
    if held.is_empty() {
        return Ok(Vec::new());
    }
    practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .filter(held)
        .all(conn)
        .await
}

async fn open_asks(conn: &impl ConnectionTrait, of: &[PractitionerId]) -> Result<HashMap<PractitionerId, u32>, DbErr> {
    let rows: Vec<(PractitionerId, i64)> = ask::Entity::find()
        .select_only()
        .column(ask::Column::AskedId)
        .column_as(ask::Column::Id.count(), "waiting")
        .filter(ask::Column::State.eq(AskState::Open))
        .filter(among(conn.get_database_backend(), ask::Column::AskedId, of.iter().copied()))
        .group_by(ask::Column::AskedId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, waiting)| (id, u32::try_from(waiting).unwrap_or(u32::MAX))).collect())
}
