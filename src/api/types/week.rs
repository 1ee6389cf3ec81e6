//! A week: what has been authorised lately, to look at before asking.

use async_graphql::{Context, SimpleObject};

use super::money::Money;
use crate::{
    api::{
        context::{Answer, Asked},
        scalars::DateTime,
    },
    rules::insight::FEWEST,
    store,
};

/// What was authorised in the last seven days and still stands: what was spent, or else what is set aside, without what came
/// back. A colleague's own week is hers alone. An app needs the scope `SPENDS_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Week {
    /// Of what the viewer asked for, whoever said yes.
    pub mine: Money,
    /// Of what the viewer's team asked for, she included; none where fewer than five others are in it.
    pub team: Option<Money>,
    /// Just after this moment.
    pub since: DateTime,
}

/// The viewer's week and her team's.
pub async fn week(ctx: &Context<'_>) -> Answer<Week> {
    let week = store::insight::week(ctx.reader()?, &ctx.viewer()?, ctx.now()?).await?;
    let among_others = usize::try_from(week.others).is_ok_and(|others| others >= FEWEST);
    Ok(Week { mine: week.hers.into(), team: among_others.then(|| week.team.into()), since: DateTime(week.since) })
}
