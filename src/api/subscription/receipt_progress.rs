//! How far a receipt's pictures have come. The database says what is true, so it does not matter which server was asked.

use std::time::Duration;

use async_graphql::{Context, ID, SimpleObject};
use busfare_entity::{
    receipt,
    words::{ReceiptId, ReceiptProblem, ReceiptState},
};
use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use tokio::time::sleep;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        state::State,
        types::receipt::received,
    },
    rules::sight::Viewer,
    store::{self, db::DbErr},
};

/// How long between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How far a receipt's pictures have come. An app needs the scope `RECEIPTS_READ`.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct ReceiptProgress {
    /// The receipt's id.
    pub id: ID,
    /// How far the picture of its first page has come.
    pub state: ReceiptState,
    /// How many bytes of its pictures are here, of all pages.
    pub bytes_received: i32,
    /// How many of its pages are stored.
    pub stored_pages: i32,
    /// Why the last picture that came was not kept, or not yet; nothing where all is well.
    pub problem: Option<ReceiptProblem>,
}

/// Tells how far it has come, now and whenever that changes.
pub async fn receipt_progress(
    ctx: &Context<'_>,
    id: &ID,
) -> Result<impl Stream<Item = Answer<ReceiptProgress>> + use<>, Problem> {
    let (viewer, state, now) = (ctx.viewer()?, ctx.state()?.clone(), ctx.now()?);
    let receipt: ReceiptId = self::id(id)?;
    let first = look(&state, &viewer, receipt, now).await?.ok_or_else(Problem::not_found)?;
    Ok(follow(state, viewer, (receipt, now), first))
}

/// What a look found, and whether more is to come.
type Seen = (ReceiptProgress, bool);

/// Tells what the first look found, and then every change.
fn follow(
    state: State,
    viewer: Viewer,
    (receipt, began): (ReceiptId, DateTime<Utc>),
    first: Seen,
) -> impl Stream<Item = Answer<ReceiptProgress>> {
    let begin = (state, None::<Seen>, Some(first));
    stream::unfold(begin, move |(state, told, first)| async move {
        if let Some(first) = first {
            return Some((Ok(first.0.clone()), (state, Some(first), None)));
        }
        let (last, more) = told?;
        if !more {
            return None;
        }
        loop {
            sleep(LOOK_EVERY).await;
            match look(&state, &viewer, receipt, began).await {
                Ok(Some(seen)) if seen.0 == last && seen.1 => {}
                Ok(Some(seen)) => return Some((Ok(seen.0.clone()), (state, Some(seen), None))),
                Ok(None) => return None,
                Err(error) => return Some((Err(error.into()), (state, None, None))),
            }
        }
    })
}

/// One look; none where she may not see the receipt.
async fn look(state: &State, viewer: &Viewer, id: ReceiptId, now: DateTime<Utc>) -> Result<Option<Seen>, DbErr> {
    let reader = state.db.reader();
    let Some(row) = store::receipt::find(reader, viewer, id, now).await? else { return Ok(None) };
    let further = store::receipt_page::of_receipts(reader, &[id]).await?;
    let under_way = store::upload::under_way(reader, &[id]).await?;
    let more = !under_way.is_empty() || row.state != ReceiptState::Stored;
    let bytes = received(&row, &further, &under_way);
    let stored = further.len() + usize::from(row.content_key.is_some());
    Ok(Some((progress(&row, bytes, stored), more)))
}

fn progress(row: &receipt::Model, bytes: i64, stored: usize) -> ReceiptProgress {
    ReceiptProgress {
        id: row.id.to_string().into(),
        state: row.state,
        bytes_received: i32::try_from(bytes).unwrap_or(i32::MAX),
        stored_pages: i32::try_from(stored).unwrap_or(i32::MAX),
        problem: row.problem,
    }
}
