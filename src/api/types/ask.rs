//! Asks, what is written about them, and what was changed meanwhile.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    ask, spend_change, spend_message,
    words::{AskState, MessageKind, WhyAsked},
};

use super::{
    money::{Money, pence},
    people::Practitioner,
};
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::DateTime,
};

/// The one colleague a spend waits for, or waited for.
pub struct Ask(pub ask::Model);

/// The one colleague a spend waits for, or waited for. An app needs the scope `SPENDS_READ`.
#[Object]
impl Ask {
    /// Its id, `ask_` and 26 characters; `takeAsk` takes it.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Why this colleague.
    async fn why(&self) -> WhyAsked {
        self.0.why
    }

    /// Who is asked.
    async fn asked(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.asked_id).await.map(Practitioner)
    }

    /// Whether it still waits.
    async fn state(&self) -> AskState {
        self.0.state
    }

    /// When the colleague was asked.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When it stopped waiting, if it has.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }
}

/// One message between the asker and whoever is asked.
pub struct SpendMessage(pub spend_message::Model);

/// One message between the asker and whoever is asked. Nothing said is ever changed. An app needs the scope `SPENDS_READ`.
#[Object]
impl SpendMessage {
    /// Its id, `smsg_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.author_id).await.map(Practitioner)
    }

    /// A question, or the answer to one.
    async fn kind(&self) -> MessageKind {
        self.0.kind
    }

    /// What it says.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// When it was sent.
    async fn sent_at(&self) -> DateTime {
        DateTime(self.0.sent_at)
    }
}

/// One change to what a spend asks for.
pub struct SpendChange(pub spend_change::Model);

/// One change to what a spend asks for: what it said before, and what it came to. An app needs the scope `SPENDS_READ`.
#[Object]
impl SpendChange {
    /// Its id, `schg_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who changed it.
    async fn changed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.changed_by).await.map(Practitioner)
    }

    /// The total before.
    async fn total_before(&self) -> Money {
        pence(self.0.total_before_pence)
    }

    /// The total since.
    async fn total_after(&self) -> Money {
        pence(self.0.total_after_pence)
    }

    /// What was authorised before, if anything was.
    async fn authorised_before(&self) -> Option<Money> {
        self.0.authorised_before_pence.map(pence)
    }

    /// What is authorised since, if anything is.
    async fn authorised_after(&self) -> Option<Money> {
        self.0.authorised_after_pence.map(pence)
    }

    /// The asker's words before.
    async fn reason_before(&self) -> Option<&str> {
        self.0.reason_before.as_deref()
    }

    /// When.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }
}
