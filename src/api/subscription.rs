//! What is told while it happens.

mod events;
mod receipt_progress;

use async_graphql::{Context, ID, Subscription};
use busfare_entity::words::EventKind;
use futures_util::Stream;

use self::receipt_progress::ReceiptProgress;
use super::{context::Answer, error::Problem, types::change::Event};

/// What is told while it happens.
pub struct Subscription;

/// What is told while it happens, as server-sent events: ask with `Accept: text/event-stream`, one operation to a
/// connection. It ends when you may no longer see what it is about, are signed out or your token has ended; ask again
/// then. At most ten at once.
#[Subscription]
impl Subscription {
    /// How far a receipt's pictures have come, now and whenever that changes. It ends when all that came is stored. An app
    /// needs the scope `RECEIPTS_READ`.
    async fn receipt_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The receipt.")] id: ID,
    ) -> Result<impl Stream<Item = Answer<ReceiptProgress>>, Problem> {
        receipt_progress::receipt_progress(ctx, &id).await
    }

    /// What happens to what you may see: somebody asks you, a spend is decided, a receipt was read, a hub opens at another
    /// time. It ends when you see other things than when you began, as in another team. An app needs the scope `SYNC_READ`.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Listen on from this cursor of an event, or of `changes`; from now on where there is none.")]
        since: Option<String>,
        #[graphql(desc = "Only these; every kind where none is named.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<impl Stream<Item = Answer<Event>>, Problem> {
        events::events(ctx, since.as_deref(), kinds.unwrap_or_default()).await
    }
}
