//! Offline allowances, with their terms as the phone needs them.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    allowance, offline_spend,
    words::{AllowanceState, Fund, OfflineOutcome, PaymentMethod},
};

use super::{
    budget::Budget,
    money::{Money, pence},
    people::{Hub, Practitioner},
    purpose::SpendPurpose,
};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders,
        scalars::DateTime,
    },
    rules::{
        allowance::{Terms, state, token},
        calendar::Hours,
        money,
    },
    store,
};

/// Local hours in which a phone may decide. It is not an app's to use.
#[derive(Clone, Debug, SimpleObject)]
pub struct AllowanceHours {
    /// The days they begin on, from 1 for Monday to 7 for Sunday.
    pub days: Vec<i32>,
    /// The first minute of the day. Where it is not before `toMinute`, the hours run past midnight.
    pub from_minute: i32,
    /// The minute just after the last.
    pub to_minute: i32,
    /// The time zone, by its name in the IANA database.
    pub time_zone: String,
}

impl AllowanceHours {
    fn new(hours: Hours, time_zone: &str) -> Self {
        Self {
            days: (1..=7).filter(|day| hours.days & (1 << (day - 1)) != 0).collect(),
            from_minute: hours.from_minute.into(),
            to_minute: hours.to_minute.into(),
            time_zone: time_zone.to_owned(),
        }
    }
}

/// A slice of your own say, set aside for one phone without signal.
pub struct Allowance(pub allowance::Model);

/// A slice of your own say, set aside for one phone to decide with where there is no signal. Within its terms, and as long as
/// the totals of what it decides come to no more than `amount`, everything it decides is honoured. It is not an app's to use.
#[Object]
impl Allowance {
    /// Its id, `alwn_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The terms, signed: an EdDSA JWT for the key set in `/.well-known/jwks.json`, of type `busfare-allowance+jwt` and
    /// audience `busfare-allowance`. A phone verifies it without signal, and checks that `sid` is its own session.
    async fn token(&self, ctx: &Context<'_>) -> Answer<String> {
        let row = &self.0;
        let terms = self.terms()?;
        let told = token::Told {
            id: row.id,
            owner: row.practitioner_id,
            session: row.session_id,
            fund: row.fund,
            budget: row.budget_id,
            amount: money::Money::from_pence(row.reserved_pence),
            terms: &terms,
            times: (row.drawn_at, row.expires_at, row.closes_at),
        };
        token::seal(&ctx.state()?.key, &told).map_err(Problem::internal)
    }

    /// Whether the phone may still decide with it.
    async fn state(&self, ctx: &Context<'_>) -> Answer<AllowanceState> {
        let row = &self.0;
        let times = (row.expires_at, row.closes_at);
        Ok(state(store::allowance::left_of(row), times, row.ended_at.is_some(), ctx.now()?))
    }

    /// Whether it was drawn on the device that asks.
    async fn on_this_device(&self, ctx: &Context<'_>) -> Answer<bool> {
        let (_, session) = ctx.practitioner()?;
        Ok(self.0.session_id == session)
    }

    /// What was set aside when it was drawn.
    async fn amount(&self) -> Money {
        pence(self.0.reserved_pence)
    }

    /// What has passed on to spends that came home.
    async fn honoured(&self) -> Money {
        pence(self.0.honoured_pence)
    }

    /// What has gone back to the budget.
    async fn returned(&self) -> Money {
        pence(self.0.returned_pence)
    }

    /// What is still set aside. The phone knows better what of it has been decided and not come home.
    async fn left(&self) -> Money {
        store::allowance::left_of(&self.0).into()
    }

    /// The budget it is set aside from.
    async fn budget(&self, ctx: &Context<'_>) -> Answer<Budget> {
        loaders::must(ctx.loaders()?, self.0.budget_id).await.map(Budget)
    }

    /// The fund that pays.
    async fn fund(&self) -> Fund {
        self.0.fund
    }

    /// The purposes it is for; none named means every purpose that the fund pays.
    async fn purposes(&self, ctx: &Context<'_>) -> Answer<Vec<SpendPurpose>> {
        let loaders = ctx.loaders()?;
        let purposes = self.terms()?.purposes.into_iter().map(|purpose| loaders::must(loaders, purpose));
        let rows = futures_util::future::try_join_all(purposes).await?;
        Ok(rows.into_iter().map(SpendPurpose).collect())
    }

    /// The hubs it is for; none named means every hub, and none.
    async fn hubs(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let loaders = ctx.loaders()?;
        let hubs = self.terms()?.grant.hubs.into_iter().map(|hub| loaders::must(loaders, hub));
        Ok(futures_util::future::try_join_all(hubs).await?.into_iter().map(Hub).collect())
    }

    /// The ways of paying it is for; none named means every way.
    async fn methods(&self) -> Answer<Vec<PaymentMethod>> {
        Ok(self.terms()?.grant.methods)
    }

    /// Most that one spend may come to; none where nothing limits it.
    async fn item_limit(&self) -> Answer<Option<Money>> {
        Ok(self.terms()?.grant.item_limit.map(Into::into))
    }

    /// Whether it is only for spends that name nobody as helped, because your delegation limits what one person may
    /// be helped with and a phone cannot know what others gave.
    async fn names_nobody(&self) -> Answer<bool> {
        Ok(self.terms()?.names_nobody)
    }

    /// The local hours in which the phone may decide with it; none means always.
    async fn decides_within(&self) -> Answer<Option<AllowanceHours>> {
        let terms = self.terms()?;
        Ok(terms.grant.hours.map(|hours| AllowanceHours::new(hours, &terms.time_zone)))
    }

    /// The senior's signed words that stand behind everything decided with it. We have your back.
    async fn backing_statement(&self) -> Answer<String> {
        Ok(self.terms()?.grant.backing_statement)
    }

    /// The named senior whose words they are.
    async fn backed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.terms()?.grant.grantor).await.map(Practitioner)
    }

    /// Which version of the scheme of delegation it was drawn under.
    async fn scheme_version(&self) -> Answer<i32> {
        Ok(self.terms()?.grant.scheme_version)
    }

    /// When it was drawn.
    async fn drawn_at(&self) -> DateTime {
        DateTime(self.0.drawn_at)
    }

    /// When the phone may decide with it no more.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Until when what was decided in time is honoured: 72 hours after the expiry. Then what is left goes back.
    async fn sync_by(&self) -> DateTime {
        DateTime(self.0.closes_at)
    }

    /// When it was returned, or seen to be over.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

impl Allowance {
    fn terms(&self) -> Answer<Terms> {
        Ok(store::offline::terms(&self.0)?)
    }
}

/// What a phone without signal said about a spend.
pub struct DecidedOffline(pub offline_spend::Model);

/// What a phone without signal said about a spend, beside when it came home. An app needs the scope `SPENDS_READ`.
#[Object]
impl DecidedOffline {
    /// When it was decided, by the phone's own time.
    async fn decided_at(&self) -> DateTime {
        DateTime(self.0.claimed_at)
    }

    /// When it came home.
    async fn synced_at(&self) -> DateTime {
        DateTime(self.0.synced_at)
    }

    /// What became of it then.
    async fn outcome(&self) -> OfflineOutcome {
        self.0.outcome
    }

    /// The allowance it was decided under; nothing where that is somebody else's.
    async fn allowance(&self, ctx: &Context<'_>) -> Answer<Option<Allowance>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.allowance_id).await?.map(Allowance))
    }
}
