//! What can be read about when hubs are open, and who is seen there.

use async_graphql::{Context, ID, Object};
use busfare_entity::words::HubId;
use chrono::TimeDelta;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        messages::message,
        scalars::{Date, DateTime},
        seating::{self, AHEAD},
        types::{
            appointment::{Appointment, FreeSlot},
            calendar::CalendarFeed,
            hub_session::{CouncilDays, HubSession},
        },
    },
    rules::{
        appointment::{MOST_OFFERS, Wish, soonest},
        calendar,
    },
    store,
};

/// Most hubs in one question.
const MOST_HUBS: usize = 20;
/// Most appointments in one answer.
const MOST_APPOINTMENTS: u64 = 500;
/// Most days in one question about appointments.
const MOST_DAYS: i64 = 31;

/// What can be read about hubs.
#[derive(Default)]
pub struct HubQuery;

#[Object]
impl HubQuery {
    /// When hubs are open: their sessions by name. An app needs the scope `DIRECTORY_READ`.
    async fn hub_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Of these hubs, at most 20; of every hub where none is named.")] hub_ids: Vec<ID>,
    ) -> Answer<Vec<HubSession>> {
        let viewer = ctx.viewer()?;
        let hubs = hubs(&hub_ids)?;
        let kept = store::hub_session::of_hubs(ctx.reader()?, viewer.organisation, &hubs).await?;
        Ok(kept.into_iter().map(HubSession).collect())
    }

    /// On which days the council is closed as a rule. An app needs the scope `DIRECTORY_READ`.
    async fn council_days(&self, ctx: &Context<'_>) -> Answer<CouncilDays> {
        Ok(CouncilDays(store::hub_session::closures(ctx.reader()?, ctx.viewer()?.organisation).await?))
    }

    /// The soonest times that can be had within 90 days, across hubs. An app needs the scope `DIRECTORY_READ`.
    async fn free_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "In these hubs, the most welcome first, at most 20; in any where none is named.")]
        hub_ids: Vec<ID>,
        #[graphql(desc = "Not before this moment; from now on where nothing is said.")] not_before: Option<DateTime>,
        #[graphql(default = 5, desc = "How many, 1 to 20.")] first: i32,
    ) -> Answer<Vec<FreeSlot>> {
        let (viewer, now) = (ctx.viewer()?, ctx.now()?);
        let most = usize::try_from(first).ok().filter(|most| (1..=MOST_OFFERS).contains(most));
        let most = most.ok_or_else(|| Problem::bad_user_input(message!("first-out-of-range", most = MOST_OFFERS)))?;
        let hubs = hubs(&hub_ids)?;
        let not_before = not_before.map(|moment| moment.0);
        let from = not_before.unwrap_or(now).clamp(now, now + TimeDelta::days(365));
        let seats = seating::seats(ctx.reader()?, viewer.organisation, &hubs, from).await?;
        let (kept, rooms): (Vec<_>, Vec<_>) = seats.into_iter().map(|seat| (seat.kept, seat.room)).unzip();
        let wish = Wish { hubs, need: None, not_before };
        let offered = soonest(&rooms, &wish, now, most).into_iter().filter_map(|free| {
            let session = kept.iter().find(|kept| kept.row.id == free.session)?.clone();
            let (starts_at, ends_at) = (DateTime(free.slot.starts), DateTime(free.slot.ends));
            Some(FreeSlot { session: HubSession(session), starts_at, ends_at, left: free.left.into() })
        });
        Ok(offered.filter(|slot| slot.starts_at.0 < from + AHEAD).collect())
    }

    /// The appointments of a hub in some days, the earliest first, at most 500. An app needs the scope `APPOINTMENTS_READ`.
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The hub.")] hub_id: ID,
        #[graphql(desc = "The first local day.")] from: Date,
        #[graphql(desc = "The last local day, at most 31 days later.")] to: Date,
    ) -> Answer<Vec<Appointment>> {
        let (viewer, reader) = (ctx.viewer()?, ctx.reader()?);
        let hub: HubId = id(&hub_id)?;
        if !(0..=MOST_DAYS).contains(&(to.0 - from.0).num_days()) {
            return Err(Problem::bad_user_input(message!("days-of-a-hub")));
        }
        let zone = store::people::zone(reader, viewer.organisation).await?;
        let between = calendar::between((from.0, to.0), zone);
        let rows = store::appointment::in_hub(reader, (viewer.organisation, hub), between, MOST_APPOINTMENTS).await?;
        Ok(rows.into_iter().map(Appointment).collect())
    }

    /// The calendars that the viewer opened, the last first, at most 100. Their addresses are not told again. It is not an
    /// app's to use.
    async fn calendars(&self, ctx: &Context<'_>) -> Answer<Vec<CalendarFeed>> {
        let rows = store::calendar_feed::opened_by(ctx.reader()?, ctx.viewer()?.id).await?;
        Ok(rows.into_iter().map(|row| CalendarFeed((row, None))).collect())
    }

    /// Those who wait for a time, whoever asked first first, at most 1,000. An app needs the scope `APPOINTMENTS_READ`.
    async fn waiting_list(&self, ctx: &Context<'_>) -> Answer<Vec<Appointment>> {
        let rows = store::appointment::list(ctx.reader()?, ctx.viewer()?.organisation).await?;
        Ok(rows.into_iter().map(Appointment).collect())
    }
}

fn hubs(ids: &[ID]) -> Answer<Vec<HubId>> {
    if ids.len() > MOST_HUBS {
        return Err(Problem::bad_user_input(message!("too-many-hubs")));
    }
    ids.iter().map(id).collect()
}
