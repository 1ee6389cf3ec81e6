//! insight: what the work shows, over whole months.

use async_graphql::Context;
use chrono::NaiveDate;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        types::insight::Insight,
    },
    rules::{calendar, insight},
    store,
};

/// Counts what may be told of the months that a period touches.
pub async fn insight(ctx: &Context<'_>, from: NaiveDate, to: NaiveDate) -> Answer<Insight> {
    let viewer = ctx.viewer()?;
    let reader = ctx.reader()?;
    let first_days = insight::months(from, to).ok_or_else(|| {
        Problem::bad_user_input("Give a period that does not end before it begins, and of 24 months at most.")
    })?;

    let zone = store::people::zone(reader, viewer.organisation).await?;
    let begins: Vec<_> = first_days.iter().map(|day| calendar::begins(*day, zone)).collect();
    let yeses = store::insight::yeses(reader, viewer.organisation, &begins).await?;

    let evidenced = store::insight::evidenced(reader, viewer.organisation, &begins).await?;
    let to_evidence = insight::to_evidence(&evidenced);

    Ok(Insight { first_days, to_evidence, figures: insight::figures(&yeses), today: calendar::day(ctx.now()?, zone) })
}
