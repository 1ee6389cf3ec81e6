//! Who reads what somebody else wrote: records opened because it could not wait, and who read which on what day.

use async_graphql::{Context, ID, Object};
use busfare_entity::{record, record_access, record_opening};

use super::people::{Practitioner, Team};
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::{Date, DateTime},
};

/// A restricted record opened because it could not wait.
pub struct RecordOpening(pub record_opening::Model);

/// A restricted record opened for an hour because it could not wait. Those who answer for the record were told at once. An
/// app needs the scope `RECORDS_READ`.
#[Object]
impl RecordOpening {
    /// Its id, `rops_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who opened it.
    async fn opened_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.opened_by).await.map(Practitioner)
    }

    /// Why it could not wait, in her words.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// Until when she can read it. At this moment it is closed again.
    async fn open_until(&self) -> DateTime {
        DateTime(self.0.open_until)
    }
}

/// Somebody who read a record that somebody else wrote.
pub struct RecordReader(pub record_access::Model);

/// Somebody who read a record that somebody else wrote: who and on which day, and nothing of what she read. An app needs the
/// scope `RECORDS_READ`.
#[Object]
impl RecordReader {
    /// Who read it.
    async fn reader(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// On which day.
    async fn read_on(&self) -> Date {
        Date(self.0.read_on)
    }

    /// When first on that day.
    async fn first_at(&self) -> DateTime {
        DateTime(self.0.first_at)
    }
}

/// A record that few read, and the viewer is not among them.
pub struct RestrictedRecord(pub record::Model);

/// A record that few read, and the viewer is not among them. If it cannot wait, `openRestricted` opens it to her. An app
/// needs the scope `PEOPLE_READ`.
#[Object]
impl RestrictedRecord {
    /// Its id, `recd_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The team whose it is. Its seniors can read it.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Team> {
        loaders::must(ctx.loaders()?, self.0.team_id).await.map(Team)
    }
}
