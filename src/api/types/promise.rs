//! Promises: what we said we would do, and how we follow up.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    promise,
    words::{Due, PromiseState},
};

use super::{people::Practitioner, record::Record};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::Date,
        today::today,
    },
    rules::{self, follow_up::FollowedUp},
};

/// What we said we would do, and by when.
pub struct Promise(pub promise::Model);

/// What we said we would do after a record, and by when. Whoever sees the record sees it; once it is settled it stays so. An
/// app needs the scope `RECORDS_READ`.
#[Object]
impl Promise {
    /// Its id, `flup_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// By which day.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// When that is, seen from today; none once it is settled.
    async fn due(&self, ctx: &Context<'_>) -> Answer<Option<Due>> {
        if self.0.state != PromiseState::Open {
            return Ok(None);
        }
        Ok(Some(rules::follow_up::due(self.0.due_on, today(ctx).await?)))
    }

    /// Where it stands.
    async fn state(&self) -> PromiseState {
        self.0.state
    }

    /// After which record it was made; none where the viewer may not see that.
    async fn record(&self, ctx: &Context<'_>) -> Answer<Option<Record>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.record_id).await?.map(Record))
    }

    /// Who made it.
    async fn made_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.made_by).await.map(Practitioner)
    }

    /// On which day it was made.
    async fn made_on(&self) -> Date {
        Date(self.0.made_on)
    }

    /// Who said that it was kept, or is not needed any more.
    async fn settled_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.settled_by {
            Some(who) => loaders::must(ctx.loaders()?, who).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// On which day it was settled.
    async fn settled_on(&self) -> Option<Date> {
        self.0.settled_on.map(Date)
    }
}

/// What a team still has to do, and how it follows up. An app needs the scope `RECORDS_READ`.
#[derive(SimpleObject)]
pub struct FollowUps {
    /// What is still to be done, what is due first first, at most 500.
    pub promises: Vec<Promise>,
    /// How the team followed up in the last twelve months; none where that would tell of fewer than five people.
    pub figures: Option<FollowUpFigures>,
}

/// How a team follows up, over the months of the last twelve in which five people at least promised something. What is not
/// needed any more does not count. An app needs the scope `RECORDS_READ`.
#[derive(Clone, Copy, SimpleObject)]
pub struct FollowUpFigures {
    /// How many promises.
    promises: i64,
    /// How many of them are still open.
    open: i64,
    /// How many days after it was made one is kept, in the middle; what is open counts with its days so far.
    median_days: i64,
    /// Whether something that is open is in that, so that it will be no less and may be more.
    at_least: bool,
    /// How many in a thousand were kept by their day, of those whose day has come or that were kept before.
    in_time_per_mille: i64,
    /// Of how many that is.
    in_time_of: i64,
}

impl From<FollowedUp> for FollowUpFigures {
    fn from(told: FollowedUp) -> Self {
        Self {
            promises: told.promises,
            open: told.open,
            median_days: told.median_days.days,
            at_least: told.median_days.at_least,
            in_time_per_mille: told.in_time_per_mille,
            in_time_of: told.come,
        }
    }
}
