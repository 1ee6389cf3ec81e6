//! Notices: what the viewer is told of.

use async_graphql::{Context, ID, Object};
use busfare_entity::{notice, words::NoticeKind};

use super::{
    appointment::Appointment, opening::RecordOpening, policy::Policy, question::Question, record::Record,
    reflection::Reflection, spend::Spend,
};
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::{Date, DateTime},
};

/// Something the viewer is told of.
pub struct Notice(pub notice::Model);

/// Something the viewer is told of, and nobody else. It asks nothing of her. An app needs the scope `NOTICES_READ`.
#[Object]
impl Notice {
    /// Its id, `ntce_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What she is told of.
    async fn kind(&self) -> NoticeKind {
        self.0.kind
    }

    /// The spend it is about, if it is about one. She sees it because she was told of it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        match self.0.spend_id {
            Some(spend) => Ok(loaders::maybe(ctx.loaders()?, spend).await?.map(Spend)),
            None => Ok(None),
        }
    }

    /// The question it is about, if it is about one.
    async fn question(&self, ctx: &Context<'_>) -> Answer<Option<Question>> {
        match self.0.question_id {
            Some(question) => Ok(loaders::maybe(ctx.loaders()?, question).await?.map(Question)),
            None => Ok(None),
        }
    }

    /// The record it is about, if it is about one that she may see.
    async fn record(&self, ctx: &Context<'_>) -> Answer<Option<Record>> {
        match self.0.record_id {
            Some(record) => Ok(loaders::maybe(ctx.loaders()?, record).await?.map(Record)),
            None => Ok(None),
        }
    }

    /// Who opened a restricted record and why, if it is about that. She is told also where she may not see the record.
    async fn opening(&self, ctx: &Context<'_>) -> Answer<Option<RecordOpening>> {
        match self.0.opening_id {
            Some(opening) => Ok(loaders::maybe(ctx.loaders()?, opening).await?.map(RecordOpening)),
            None => Ok(None),
        }
    }

    /// The appointment it is about, if it is about one.
    async fn appointment(&self, ctx: &Context<'_>) -> Answer<Option<Appointment>> {
        match self.0.appointment_id {
            Some(appointment) => Ok(loaders::maybe(ctx.loaders()?, appointment).await?.map(Appointment)),
            None => Ok(None),
        }
    }

    /// The policy it is about, if it is about one.
    async fn policy(&self, ctx: &Context<'_>) -> Answer<Option<Policy>> {
        match self.0.policy_id {
            Some(policy) => Ok(loaders::maybe(ctx.loaders()?, policy).await?.map(Policy)),
            None => Ok(None),
        }
    }

    /// The reflection she is asked to take part in, if it is about one.
    async fn reflection(&self, ctx: &Context<'_>) -> Answer<Option<Reflection>> {
        match self.0.reflection_id {
            Some(reflection) => Ok(loaders::maybe(ctx.loaders()?, reflection).await?.map(Reflection)),
            None => Ok(None),
        }
    }

    /// The last day before something happens by itself, if something does.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// When she was told.
    async fn told_at(&self) -> DateTime {
        DateTime(self.0.told_at)
    }

    /// When she marked it as seen.
    async fn seen_at(&self) -> Option<DateTime> {
        self.0.seen_at.map(DateTime)
    }
}
