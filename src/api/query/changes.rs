//! What is new since a phone last asked, whatever it missed.

use async_graphql::{Context, Object};

use crate::{
    api::{
        context::{Answer, Asked},
        since::{Resume, resume},
        types::{
            change::ChangeConnection,
            connection::{FIRST, page},
        },
    },
    rules::audience::readers_of,
    store,
};

/// Batches that somebody who asks seals herself, so that she hears of what she has just done; a server that has come back to
/// very much leaves the rest to its rounds.
const SEALED_HERE: usize = 4;

/// What is new.
#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What is new to you since a cursor, the oldest first: your spends, receipts, records and appointments, those you are
    /// asked about, your team's as far as you may see them, and when hubs are open. Each thing comes once, as it is now,
    /// however often it changed. Begin without a cursor, and go on from `endCursor` until there is no more, now and after
    /// weeks away. An app needs the scope `SYNC_READ`.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `endCursor` you were given last; nothing to begin.")] since: Option<String>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
    ) -> Answer<ChangeConnection> {
        let viewer = ctx.viewer()?;
        let first = page(first, None)?.first;
        let (db, reader) = (&ctx.state()?.db, ctx.reader()?);
        if let Err(error) = store::event::seal(db, SEALED_HERE, ctx.now()?).await {
            tracing::warn!(%error, "what is new was not sealed; a round tries again");
        }
        let head = store::event::head(reader, viewer.organisation).await?.position;
        let Resume::From(place) = resume(&viewer, since.as_deref(), head)? else {
            return Ok(ChangeConnection::anew());
        };
        let rows = store::feed::since(reader, &readers_of(&viewer), place, first + 1).await?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        ChangeConnection::new(ctx, &viewer, place, &rows, first).await
    }
}
