//! Practitioners, their teams and the hubs they work in.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    hub, practitioner, team,
    words::{Role, TeamKind},
};

use super::resource::ResourcePlace;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, PeopleIn, PlaceOf},
    },
    rules, store,
};

/// A person who works with families.
pub struct Practitioner(pub practitioner::Model);

/// A person who works with families. An app needs the scope `TEAM_READ`.
#[Object]
impl Practitioner {
    /// Her id, `prac_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name colleagues know her by.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What she does in the team.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// Her team.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Team> {
        loaders::must(ctx.loaders()?, self.0.team_id).await.map(Team)
    }
}

/// A team of practitioners.
pub struct Team(pub team::Model);

/// A team of practitioners. An app needs the scope `TEAM_READ`.
#[Object]
impl Team {
    /// Its id, `team_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is for.
    async fn kind(&self) -> TeamKind {
        self.0.kind
    }

    /// Who works in it, by name. An app by itself does not see them.
    async fn people(&self, ctx: &Context<'_>) -> Answer<Vec<Practitioner>> {
        ctx.viewer()?;
        let rows = loaders::maybe(ctx.loaders()?, PeopleIn(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Practitioner).collect())
    }

    /// How many more may join it now; none where any number may.
    async fn places_left(&self) -> Option<i32> {
        let most = i32::try_from(rules::team::most(self.0.kind)?).ok()?;
        Some((most - self.0.members).max(0))
    }
}

/// A place where people meet practitioners.
pub struct Hub(pub hub::Model);

/// A place where people meet practitioners: a library, a cafe, a room in the town hall. An app needs the scope
/// `DIRECTORY_READ`.
#[Object]
impl Hub {
    /// Its id, `hub_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is, in one line.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// Where it is on a map and how people get in, once somebody has said so.
    async fn place(&self, ctx: &Context<'_>) -> Answer<Option<ResourcePlace>> {
        let Some(row) = loaders::maybe(ctx.loaders()?, PlaceOf(self.0.id)).await? else { return Ok(None) };
        Ok(Some(ResourcePlace::of_hub(store::directory::venue_of(&row)?)))
    }
}
