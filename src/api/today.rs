//! Today, where whoever asks works.

use async_graphql::Context;
use chrono::NaiveDate;

use super::{
    context::{Answer, Asked},
    loaders,
};
use crate::rules::calendar;

/// The local day of the moment of the request.
pub async fn today(ctx: &Context<'_>) -> Answer<NaiveDate> {
    let zone = loaders::must(ctx.loaders()?, ctx.viewer()?.organisation).await?;
    Ok(calendar::day(ctx.now()?, zone))
}
