//! How long people wait to be seen, as the insight shows it.

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::words::HubId;

use super::{
    insight::{Share, int, share},
    people::Hub,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
    },
    rules::{appointment::DaysToAppointment as Figures, insight::AtLeast},
};

/// How long people wait to be seen in a hub, or in all hubs where none is given.
pub struct DaysToAppointment {
    /// The hub.
    pub hub: Option<HubId>,
    /// The figures; none where too few people asked.
    pub figures: Option<DaysToAppointmentFigures>,
}

/// How long people wait to be seen in a hub, or in all hubs where none is given. An app needs the scope `INSIGHT_READ`.
#[Object]
impl DaysToAppointment {
    /// The hub.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.hub {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// The figures; none where too few people asked.
    async fn figures(&self) -> Option<DaysToAppointmentFigures> {
        self.figures
    }
}

/// Days from the local day on which somebody first asked to the day on which they first talked with us. Whoever walks in
/// waits no day. Whoever still waits counts with the days so far. What was called off, or missed, is not in it. Counted are
/// months, by the day of asking, in which five people at least asked in that hub; all hubs together are the sum of those. An
/// app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct DaysToAppointmentFigures {
    /// How many waits these are.
    pub waits: i32,
    /// How many have ended.
    pub met: i32,
    /// How many have not.
    pub still_waiting: i32,
    /// How long the one who has waited longest, of those who still wait, has waited; 0 where nobody does.
    pub oldest_waiting_days: i32,
    /// The 50th percentile (nearest rank).
    pub median: DaysSoFar,
    /// The 90th percentile (nearest rank).
    pub p90: DaysSoFar,
    /// Seen within 14 days, of those of whom that is known: whoever has waited longer counts, also while they wait.
    pub within_14_days: Share,
    /// Seen within 7 days, of those of whom that is known.
    pub within_7_days: Share,
    /// Seen within 3 days, of those of whom that is known.
    pub within_3_days: Share,
}

/// A number of days that may yet grow. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct DaysSoFar {
    /// So many.
    pub days: i32,
    /// Whether somebody still waits on whom it depends, so that it will be no less and may be more.
    pub at_least: bool,
}

impl DaysToAppointment {
    /// The figures of a hub.
    pub fn of(hub: Option<HubId>, figures: Option<Figures>) -> Self {
        Self { hub, figures: figures.map(DaysToAppointmentFigures::of) }
    }
}

impl DaysToAppointmentFigures {
    fn of(told: Figures) -> Self {
        let within = |place: usize| share(told.within[place], told.within_known[place]);
        Self {
            waits: int(told.waits),
            met: int(told.met),
            still_waiting: int(told.still_waiting),
            oldest_waiting_days: int(told.oldest_waiting_days),
            median: told.median.into(),
            p90: told.p90.into(),
            within_14_days: within(0),
            within_7_days: within(1),
            within_3_days: within(2),
        }
    }
}

impl From<AtLeast> for DaysSoFar {
    fn from(AtLeast { days, at_least }: AtLeast) -> Self {
        Self { days: int(days), at_least }
    }
}
