//! Practitioners, their teams and the hubs they work in.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    hub, practitioner, team,
    words::{Role, TeamKind},
};

use crate::api::{
    context::{Answer, Asked},
    loaders,
};

/// A person who works with families.
pub struct Practitioner(pub practitioner::Model);

/// A person who works with families.
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

/// A team of practitioners.
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
}

/// A place where people meet practitioners.
pub struct Hub(pub hub::Model);

/// A place where people meet practitioners: a library, a cafe, a room in the town hall.
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
}
