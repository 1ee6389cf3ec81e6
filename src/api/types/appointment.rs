//! Appointments: a time in a hub, a place on the list of those who wait for one, or somebody who walked in.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    appointment,
    words::{AppointmentStatus, NotMetBecause},
};

use super::{
    hub_session::HubSession,
    people::{Hub, Practitioner},
    person::Person,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, PersonOf, WishesOf},
        scalars::DateTime,
    },
    rules::appointment::fhir_code,
};

/// A time in a hub, a place on the list, or somebody who walked in.
pub struct Appointment(pub appointment::Model);

/// A time in a hub, a place on the list of those who wait for one, or somebody who walked in. Everybody in the organisation
/// sees that a time is taken; for whom, only those who see the person. An app needs the scope `APPOINTMENTS_READ`.
#[Object]
impl Appointment {
    /// Its id, `appt_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Where it stands.
    async fn status(&self) -> AppointmentStatus {
        self.0.status
    }

    /// The same as FHIR R5 writes it, such as `checked-in`.
    async fn fhir_status(&self) -> &str {
        fhir_code(self.0.status)
    }

    /// Why it did not happen, if it did not. Nobody is to blame.
    async fn because(&self) -> Option<NotMetBecause> {
        self.0.because
    }

    /// Where; none while it waits for a time.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.0.hub_id {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// In which session; none where somebody walked in, and while it waits.
    async fn session(&self, ctx: &Context<'_>) -> Answer<Option<HubSession>> {
        match self.0.session_id {
            Some(session) => Ok(loaders::maybe(ctx.loaders()?, session).await?.map(HubSession)),
            None => Ok(None),
        }
    }

    /// When it begins; none while it waits.
    async fn starts_at(&self) -> Option<DateTime> {
        self.0.starts_at.map(DateTime)
    }

    /// When it ends.
    async fn ends_at(&self) -> Option<DateTime> {
        self.0.ends_at.map(DateTime)
    }

    /// When the person first asked.
    async fn asked_at(&self) -> DateTime {
        DateTime(self.0.asked_at)
    }

    /// When they talked; none while they have not.
    async fn met_at(&self) -> Option<DateTime> {
        self.0.met_at.map(DateTime)
    }

    /// Who it is for, if the viewer may see them. A drop-in needs nobody.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        let Some(person) = loaders::maybe(ctx.loaders()?, PersonOf(self.0.id)).await? else { return Ok(None) };
        Ok(loaders::maybe(ctx.loaders()?, person).await?.map(Person))
    }

    /// Who made it.
    async fn made_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.made_by).await.map(Practitioner)
    }

    /// While it waits: in which hubs, the most welcome first; empty for any.
    async fn wished_for(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let wishes = loaders::maybe(ctx.loaders()?, WishesOf(self.0.id)).await?.unwrap_or_default();
        let mut hubs = Vec::with_capacity(wishes.len());
        for wish in wishes {
            hubs.push(Hub(loaders::must(ctx.loaders()?, wish.hub_id).await?));
        }
        Ok(hubs)
    }
}

/// A time that can be had. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct FreeSlot {
    /// In which session.
    pub session: HubSession,
    /// When it begins.
    pub starts_at: DateTime,
    /// When it ends.
    pub ends_at: DateTime,
    /// How many places are left.
    pub left: i32,
}
