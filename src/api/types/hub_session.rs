//! When hubs are open: sessions by rule, the days that differ, and times that can be booked.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::words::{BankHoliday, Language, Nation, SessionChangeKind, SessionKind, WhyClosed};
use chrono::NaiveDate;

use super::people::Hub;
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders,
        messages::Message,
        scalars::{Date, DateTime, LocalTime},
    },
    rules::{
        bank_holiday::{self, Closures},
        hub_session::{self, Change, Opening, Why, expand, said},
        refusal::Refusal,
    },
    store::{self, hub_session::Kept},
};

/// When a hub is open, once or again and again.
pub struct HubSession(pub Kept);

/// When a hub is open, once or again and again, in local times that stay the same when the clocks change. An app needs the
/// scope `DIRECTORY_READ`.
#[Object]
impl HubSession {
    /// Its id, `open_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.row.id.to_string().into()
    }

    /// The hub.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Hub> {
        loaders::must(ctx.loaders()?, self.0.row.hub_id).await.map(Hub)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// Whether people walk in or are given a time.
    async fn kind(&self) -> SessionKind {
        self.0.session.coming.kind()
    }

    /// When it is, in words, such as "Every second Tuesday, 09:30 to 11:30".
    async fn when(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        Ok(said(&self.0.session, language.unwrap_or(ctx.language()?)))
    }

    /// The same as a recurrence rule (RFC 5545, section 3.3.10), without `RRULE:` before it. It counts from `firstOn`.
    async fn rule(&self) -> &str {
        &self.0.row.rule
    }

    /// The first day.
    async fn first_on(&self) -> Date {
        Date(self.0.row.first_on)
    }

    /// When it opens.
    async fn opens(&self) -> LocalTime {
        LocalTime(self.0.session.hours.opens)
    }

    /// When it closes.
    async fn closes(&self) -> LocalTime {
        LocalTime(self.0.session.hours.closes)
    }

    /// How long a time is that can be booked; none where people walk in.
    async fn slot_minutes(&self) -> Option<i32> {
        self.0.row.slot_minutes
    }

    /// How many are seen at once; none where people walk in.
    async fn places(&self) -> Option<i32> {
        self.0.row.places
    }

    /// Whether it is closed when the council is, such as on bank holidays.
    async fn closes_with_council(&self) -> bool {
        self.0.row.closes_with_council
    }

    /// The days that differ, by day, at most 400.
    async fn changes(&self) -> Vec<HubSessionChange> {
        self.0.session.changes.iter().copied().map(HubSessionChange::of).collect()
    }

    /// When it is really open in some days, and when it is not although its rule has the day.
    async fn openings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first local day.")] from: Date,
        #[graphql(desc = "The last local day, at most 400 days later.")] to: Date,
    ) -> Answer<HubOpenings> {
        let (viewer, reader, language) = (ctx.viewer()?, ctx.reader()?, ctx.language()?);
        let zone = store::people::zone(reader, viewer.organisation).await?;
        let closures = store::hub_session::closures(reader, viewer.organisation).await?;
        let expanded = expand(&self.0.session, &closures, (from.0, to.0), zone)
            .map_err(|refusal| Problem::bad_user_input(Message::in_both(|language| refusal.words(language))))?;
        Ok(HubOpenings {
            open: expanded.openings.iter().map(HubOpening::of).collect(),
            closed: expanded.closed.iter().map(|closed| HubClosing::of(closed, language)).collect(),
        })
    }
}

/// When a session is open in some days, and when it is not. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct HubOpenings {
    /// When it is open, the earliest first.
    open: Vec<HubOpening>,
    /// When it is closed although its rule has the day.
    closed: Vec<HubClosing>,
}

/// Once that a session is open. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct HubOpening {
    /// The day by which it is known; it stays the same when it is moved.
    on: Date,
    /// When it opens.
    starts_at: DateTime,
    /// When it closes.
    ends_at: DateTime,
    /// How it differs from the rule, if it does.
    differs: Option<SessionChangeKind>,
}

impl HubOpening {
    fn of(opening: &Opening) -> Self {
        let differs = match opening.because {
            hub_session::Because::Rule => None,
            hub_session::Because::Moved => Some(SessionChangeKind::Moved),
            hub_session::Because::Extra => Some(SessionChangeKind::Extra),
        };
        let (starts_at, ends_at) = (DateTime(opening.starts), DateTime(opening.ends));
        Self { on: Date(opening.on), starts_at, ends_at, differs }
    }
}

/// Once that a session is closed although its rule has the day. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct HubClosing {
    /// The day.
    on: Date,
    /// Why.
    because: WhyClosed,
    /// Which bank holiday, if it is for one.
    holiday: Option<BankHoliday>,
    /// The bank holiday in words.
    words: Option<String>,
}

impl HubClosing {
    fn of(closed: &hub_session::Closed, language: Language) -> Self {
        let holiday = match closed.why {
            Why::BankHoliday(which) => Some(which),
            Why::Council | Why::Hub => None,
        };
        let words = holiday.map(|which| bank_holiday::name(which, language).to_owned());
        Self { on: Date(closed.on), because: closed.why.word(), holiday, words }
    }
}

/// One day of a session that differs from its rule. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct HubSessionChange {
    /// The day by which it is known.
    on: Date,
    /// How it differs.
    kind: SessionChangeKind,
    /// The day on which it opens; none where it is closed.
    day: Option<Date>,
    /// When it opens then.
    opens: Option<LocalTime>,
    /// When it closes then.
    closes: Option<LocalTime>,
}

impl HubSessionChange {
    fn of(change: Change) -> Self {
        let opens: Option<(NaiveDate, hub_session::Hours)> = change.opens();
        Self {
            on: Date(change.on()),
            kind: change.kind(),
            day: opens.map(|(day, _)| Date(day)),
            opens: opens.map(|(_, hours)| LocalTime(hours.opens)),
            closes: opens.map(|(_, hours)| LocalTime(hours.closes)),
        }
    }
}

/// On which days the council is closed as a rule.
pub struct CouncilDays(pub Closures);

/// On which days the council is closed as a rule: the bank holidays of its nation, and what it says itself. An app needs the
/// scope `DIRECTORY_READ`.
#[Object]
impl CouncilDays {
    /// Whose bank holidays it keeps.
    async fn nation(&self) -> Nation {
        self.0.nation
    }

    /// Days on which it is closed besides.
    async fn closed(&self) -> Vec<Date> {
        self.0.added.iter().copied().map(Date).collect()
    }

    /// Bank holidays on which it is open.
    async fn open(&self) -> Vec<Date> {
        self.0.removed.iter().copied().map(Date).collect()
    }
}
