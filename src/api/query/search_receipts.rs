//! Searching receipts: the words are blinded here, and only then looked for.

use async_graphql::Context;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        types::connection::ReceiptConnection,
    },
    rules::receipt_word::{MOST_SOUGHT_CHARS, words},
    store::{self, page::Page},
};

/// Most words that somebody may search for at once.
const MOST_SOUGHT: usize = 5;

/// The receipts in the viewer's sight with all of these words.
pub async fn search(ctx: &Context<'_>, search: &str, page: Page) -> Answer<ReceiptConnection> {
    let viewer = ctx.viewer()?;
    let too_long = search.chars().count() > MOST_SOUGHT_CHARS;
    let sought = if too_long { Default::default() } else { words(search) };
    if sought.is_empty() || sought.len() > MOST_SOUGHT {
        return Err(Problem::bad_user_input(message!("receipts-not-sought")));
    }
    let tokens = store::receipt_word::blinded(ctx.state()?.blobs.vault(), viewer.organisation, &sought);
    let tokens = tokens.map_err(Problem::internal)?;
    let receipts = store::receipt_word::search(ctx.reader()?, &viewer, tokens, page, ctx.now()?).await?;
    Ok(ReceiptConnection::new(receipts, page))
}
