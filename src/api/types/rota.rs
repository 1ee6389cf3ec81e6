//! The rota: who is on duty, who is away, and who stands in for whom.

use async_graphql::{Context, ID, Object};
use busfare_entity::{absence, duty, words::DutyKind};

use super::people::{Hub, Practitioner};
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::DateTime,
};

/// A stretch in which somebody is away.
pub struct Absence(pub absence::Model);

/// A stretch in which somebody is away. Why is nobody's business. An app needs the scope `TEAM_READ`.
#[Object]
impl Absence {
    /// Its id, `absn_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who is away.
    async fn practitioner(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// Who stands in for her, under delegations of her own.
    async fn deputy(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.deputy_id {
            Some(deputy) => loaders::must(ctx.loaders()?, deputy).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// From when.
    async fn starts(&self) -> DateTime {
        DateTime(self.0.starts)
    }

    /// Until when, where that is known.
    async fn ends(&self) -> Option<DateTime> {
        self.0.ends.map(DateTime)
    }

    /// Who noted it.
    async fn noted_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.noted_by).await.map(Practitioner)
    }
}

/// A stretch in which somebody is on duty.
pub struct Duty(pub duty::Model);

/// A stretch in which somebody is on duty, and is asked before others. An app needs the scope `TEAM_READ`.
#[Object]
impl Duty {
    /// Its id, `duty_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who is on duty.
    async fn practitioner(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// What for.
    async fn kind(&self) -> DutyKind {
        self.0.kind
    }

    /// The hub, for duty at a hub.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.0.hub_id {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// From when.
    async fn starts(&self) -> DateTime {
        DateTime(self.0.starts)
    }

    /// Until when.
    async fn ends(&self) -> DateTime {
        DateTime(self.0.ends)
    }
}
