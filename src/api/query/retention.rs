//! What can be read about how long things are kept.

use async_graphql::{Context, Object};

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        types::{
            connection::{FIRST, page},
            retention::RetentionDryRun,
        },
    },
    rules::retention::may_purge,
    store,
};

/// What can be read about how long things are kept.
#[derive(Default)]
pub struct RetentionQuery;

#[Object]
impl RetentionQuery {
    /// What `purgeDue` would take away now, and what a legal hold keeps, for the practice group: which answers and records,
    /// why, and since when. No word of any answer is in it. It is not an app's to use.
    async fn retention_dry_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
    ) -> Answer<RetentionDryRun> {
        let (viewer, reader, first) = (ctx.viewer()?, ctx.reader()?, page(first, None)?.first);
        may_purge(store::bank::is_in_group(reader, viewer.organisation, viewer.id).await?)
            .map_err(|_| Problem::forbidden(message!("retention-for-practice-group")))?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let due = store::retention::due(reader, viewer.organisation, ctx.now()?, first).await?;
        Ok(RetentionDryRun::new(due))
    }
}
