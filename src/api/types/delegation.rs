//! Delegations: what a practitioner may decide, readable before she tries.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::words::{CheckCode, DecidesFor, PaymentMethod, Weekday};

use super::{
    money::Money,
    people::{Hub, Practitioner},
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
    },
    rules::{self, authority::Grant, calendar},
};

/// One limit of a delegation, with what is used and left of it now. An app needs the scope `TEAM_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct DelegationLimit {
    /// Which limit.
    pub code: CheckCode,
    /// What it allows.
    pub limit: Money,
    /// What is used of it; nothing for the limit on one item.
    pub used: Money,
    /// What is left of it.
    pub left: Money,
}

/// The local hours in which a delegation counts. An app needs the scope `TEAM_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct DelegationHours {
    /// The days, Monday first.
    pub days: Vec<Weekday>,
    /// From this local time, such as `18:00`.
    pub from: String,
    /// Until just before this local time; earlier than `from` where it runs past midnight, `24:00` at the end of a day.
    pub to: String,
}

impl From<calendar::Hours> for DelegationHours {
    fn from(hours: calendar::Hours) -> Self {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { days: hours.weekdays(), from: clock(hours.from_minute), to: clock(hours.to_minute) }
    }
}

/// One grant from a named senior: what she may decide by herself.
pub struct Delegation(pub Grant);

/// One grant from a named senior: what she may decide by herself. An app needs the scope `TEAM_READ`.
#[Object]
impl Delegation {
    /// Its id, `dlgn_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.delegation.to_string().into()
    }

    /// Which version of the scheme of delegation it is in.
    async fn scheme_version(&self) -> i32 {
        self.0.scheme_version
    }

    /// The named senior who granted it.
    async fn grantor(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.grantor).await.map(Practitioner)
    }

    /// The senior's signed words that stand behind every decision under it. We have your back.
    async fn backing_statement(&self) -> &str {
        &self.0.backing_statement
    }

    /// For whose spends it may decide, besides one's own.
    async fn decides_for(&self) -> DecidesFor {
        self.0.decides_for
    }

    /// Its key in the scheme of delegation. What is used is counted by it, across versions.
    async fn line(&self) -> &str {
        &self.0.line
    }

    /// Most that may be spent at once in an emergency; none where it gives no say in emergencies.
    async fn break_glass(&self) -> Option<Money> {
        self.0.break_glass.map(Into::into)
    }

    /// The hubs it is for; none named means every hub.
    async fn hubs(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let mut hubs = Vec::with_capacity(self.0.hubs.len());
        for hub in &self.0.hubs {
            hubs.push(Hub(loaders::must(ctx.loaders()?, *hub).await?));
        }
        Ok(hubs)
    }

    /// The ways of paying it is for; none named means every way.
    async fn methods(&self) -> &[PaymentMethod] {
        &self.0.methods
    }

    /// The way of paying to offer first where nobody says how: never the worker's own money, which has to be said.
    async fn usual_method(&self) -> Option<PaymentMethod> {
        rules::payment::by_default(&self.0.methods)
    }

    /// The local hours in which it counts; none means always.
    async fn hours(&self) -> Option<DelegationHours> {
        self.0.hours.map(Into::into)
    }

    /// Every limit, with what is used and left. A limit for a budget or a person helped shows what it allows; what is
    /// used of it depends on the budget and the person, and `previewSpend` says it.
    async fn limits(&self) -> Vec<DelegationLimit> {
        self.limit_rows()
    }

    /// What was authorised under it in its longest rolling window.
    async fn used(&self) -> Money {
        self.0.windows.last().map(|window| window.used).unwrap_or_default().into()
    }

    /// The most she may authorise in one request now; none where nothing limits it.
    async fn left(&self) -> Option<Money> {
        let windows = self.0.windows.iter().map(|window| window.limit.less(window.used));
        windows.chain(self.0.item_limit).min().map(Into::into)
    }

    /// In force from here.
    async fn valid_from(&self) -> DateTime {
        DateTime(self.0.valid_from)
    }

    /// In force until here; none where no end is set.
    async fn valid_to(&self) -> Option<DateTime> {
        self.0.valid_to.map(DateTime)
    }
}

impl Delegation {
    fn limit_rows(&self) -> Vec<DelegationLimit> {
        let nothing = rules::money::Money::ZERO;
        let item = self.0.item_limit.map(|limit| (CheckCode::ItemLimit, limit, nothing));
        let windows = self
            .0
            .windows
            .iter()
            .map(|window| (rules::authority::window_code(window.hours), window.limit, window.used));
        let period = |code, period: Option<rules::authority::PeriodLimit>| {
            period.map(|period| (code, period.limit, period.used))
        };
        item.into_iter()
            .chain(windows)
            .chain(period(CheckCode::BudgetPeriod, self.0.budget_limit))
            .chain(period(CheckCode::PersonHelped, self.0.person_limit))
            .map(|(code, limit, used)| DelegationLimit {
                code,
                limit: limit.into(),
                used: used.into(),
                left: limit.less(used).into(),
            })
            .collect()
    }
}
