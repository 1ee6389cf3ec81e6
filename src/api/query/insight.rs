//! insight: what the work shows, over whole months.

use async_graphql::Context;
use chrono::NaiveDate;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        types::insight::Insight,
    },
    rules::{calendar, insight},
    store,
};

/// Looks back over the months that a period touches.
pub async fn insight(ctx: &Context<'_>, from: NaiveDate, to: NaiveDate) -> Answer<Insight> {
    let viewer = ctx.viewer()?;
    let reader = ctx.reader()?;
    let first_days = months(from, to)?;

    let zone = store::people::zone(reader, viewer.organisation).await?;
    Ok(Insight::new(first_days, zone, calendar::day(ctx.now()?, zone)))
}

/// The first days of the months that a period touches, and of the month after.
pub fn months(from: NaiveDate, to: NaiveDate) -> Answer<Vec<NaiveDate>> {
    insight::months(from, to).ok_or_else(|| Problem::bad_user_input(message!("period-of-months")))
}
