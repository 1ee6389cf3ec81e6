//! Receipts that may be the same one.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    possible_duplicate,
    words::{DuplicateAnswer, DuplicateEvidence},
};

use super::receipt::Receipt;
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::DateTime,
};

/// Two receipts that may be the same one.
pub struct PossibleDuplicate(pub possible_duplicate::Model);

/// Two receipts that may be the same one. It is told to those who captured them, and to nobody else; nothing waits for an
/// answer. An app needs the scope `RECEIPTS_READ`.
#[Object]
impl PossibleDuplicate {
    /// Its id, `rdup_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Why they may be the same. The amount alone is never a reason.
    async fn evidence(&self) -> DuplicateEvidence {
        self.0.evidence
    }

    /// The one that was captured first; none where it is a colleague's whose receipts you do not see.
    async fn earlier(&self, ctx: &Context<'_>) -> Answer<Option<Receipt>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.earlier_id).await?.map(Receipt))
    }

    /// The one that was captured later; none where it is a colleague's whose receipts you do not see.
    async fn later(&self, ctx: &Context<'_>) -> Answer<Option<Receipt>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.later_id).await?.map(Receipt))
    }

    /// When it was found.
    async fn found_at(&self) -> DateTime {
        DateTime(self.0.found_at)
    }

    /// What was said of it, if anything.
    async fn answer(&self) -> Option<DuplicateAnswer> {
        self.0.answer
    }

    /// When that was said.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }
}
