//! The books of a month: while it is open as they stand, and once it closed as they stood then.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    month_close, month_close_difference,
    words::{
        BudgetEntryId, DifferenceAbout, DifferenceKind, ImprestCountId, ImprestExplanationId, OrganisationId, SpendId,
        StatementLineId,
    },
};
use chrono::{DateTime as Moment, Utc};
use chrono_tz::Tz;
use tokio::sync::OnceCell;

use super::{
    connection::{DifferenceConnection, FIRST, page},
    money::{Money, pence},
    people::Practitioner,
    permission::Permission,
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders,
        messages::message,
        scalars::{Date, DateTime},
    },
    rules::{
        self,
        books::{
            BooksRefusal,
            balance::{self, Balance, Subject, explains_itself},
            month::Month,
        },
        calendar,
        refusal::Refusal,
        sight::Viewer,
    },
    store::{
        self,
        books::{
            ledger::{Until, Which},
            month,
        },
        page::Slice,
    },
};

/// Somebody who sees to the books, or a top-level error.
pub fn keeper(ctx: &Context<'_>) -> Answer<Viewer> {
    let viewer = ctx.viewer()?;
    if rules::books::sees_to_books(&viewer) {
        return Ok(viewer);
    }
    Err(Problem::forbidden(message!("books-for-enablers")))
}

/// What an id names that a difference may be about.
pub fn subject(id: &ID) -> Option<Subject> {
    let of = |about, id| Some(Subject { about, id });
    if let Ok(id) = id.parse::<SpendId>() {
        return of(DifferenceAbout::Spend, id.0);
    }
    if let Ok(id) = id.parse::<BudgetEntryId>() {
        return of(DifferenceAbout::Entry, id.0);
    }
    if let Ok(id) = id.parse::<StatementLineId>() {
        return of(DifferenceAbout::StatementLine, id.0);
    }
    if let Ok(id) = id.parse::<ImprestCountId>() {
        return of(DifferenceAbout::CashCount, id.0);
    }
    let put_right = id.parse::<ImprestExplanationId>().ok()?;
    of(DifferenceAbout::CashPutRight, put_right.0)
}

/// What waits for an explanation. An app needs the scope `BOOKS_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Suspense {
    /// How many differences.
    pub count: i32,
    /// Their sum.
    pub total: Money,
}

/// One difference between the ledger and the statements.
pub struct Difference(pub month_close_difference::Model);

/// One difference between the ledger and the statements of a month. An app needs the scope `BOOKS_READ`.
#[Object]
impl Difference {
    /// What it is about: the id of a spend, a ledger entry, a statement line, a count
    /// of hub cash, or what put such a count right. `explainDifferences` takes it.
    async fn about(&self) -> ID {
        let id = self.0.about_id;
        match self.0.about {
            DifferenceAbout::Spend => SpendId(id).to_string().into(),
            DifferenceAbout::Entry => BudgetEntryId(id).to_string().into(),
            DifferenceAbout::StatementLine => StatementLineId(id).to_string().into(),
            DifferenceAbout::CashCount => ImprestCountId(id).to_string().into(),
            DifferenceAbout::CashPutRight => ImprestExplanationId(id).to_string().into(),
        }
    }

    /// What kind of thing it is about.
    async fn about_kind(&self) -> DifferenceAbout {
        self.0.about
    }

    /// Why there is a difference.
    async fn kind(&self) -> DifferenceKind {
        self.0.kind
    }

    /// Ledger less statements: positive where the ledger has more.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// When it arose.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Whether it is explained, by what it is or by somebody's words.
    async fn explained(&self) -> bool {
        explains_itself(self.0.kind) || self.0.words.is_some()
    }

    /// Somebody's words about exactly this amount.
    async fn words(&self) -> Option<&str> {
        self.0.words.as_deref()
    }

    /// Whose words they are.
    async fn explained_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.explained_by {
            Some(id) => loaders::must(ctx.loaders()?, id).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// The spend it is about, where you may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        match self.0.about {
            DifferenceAbout::Spend => Ok(loaders::maybe(ctx.loaders()?, SpendId(self.0.about_id)).await?.map(Spend)),
            _ => Ok(None),
        }
    }
}

/// One month that closed.
pub struct MonthClose(pub month_close::Model);

/// One month that closed to the penny. Nothing that comes later changes it. An app needs the scope `BOOKS_READ`.
#[Object]
impl MonthClose {
    /// Its id, `clos_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its number within the organisation, from 1 and without gaps.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// The first day of the month.
    async fn month(&self) -> Date {
        Date(self.0.month)
    }

    /// What left the budgets, less what came back. It is `statements` and `difference` together.
    async fn ledger(&self) -> Money {
        pence(self.0.ledger_pence)
    }

    /// What the statements say.
    async fn statements(&self) -> Money {
        pence(self.0.statement_pence)
    }

    /// The sum of the differences.
    async fn difference(&self) -> Money {
        pence(self.0.difference_pence)
    }

    /// When it was closed.
    async fn closed_at(&self) -> DateTime {
        DateTime(self.0.closed_at)
    }

    /// Who closed it.
    async fn closed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.closed_by).await.map(Practitioner)
    }

    /// Every difference with its explanation, the latest first.
    async fn differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<DifferenceConnection> {
        let page = page(first, after.as_deref())?;
        let rows = month::differences(ctx.reader()?, self.0.id, page).await?;
        Ok(DifferenceConnection::new(rows, page))
    }
}

/// Which month, and what it holds once somebody looks.
pub struct Ledgers {
    month: Month,
    state: OnceCell<State>,
}

/// What a month holds.
enum State {
    Open(Balance, Result<(), BooksRefusal>),
    Closed(month_close::Model),
}

impl Ledgers {
    /// The books of a month, which are read when they are asked for.
    pub fn of(month: Month) -> Self {
        Self { month, state: OnceCell::new() }
    }
}

/// The books of one month.
pub struct Books(pub Ledgers);

/// The books of one month: ledger = statements + differences, to the penny. An app needs the scope `BOOKS_READ`.
#[Object]
impl Books {
    /// The first day of the month.
    async fn month(&self) -> Date {
        Date(self.0.month.first_day())
    }

    /// What left the budgets, less what came back, since the last month that closed.
    async fn ledger(&self, ctx: &Context<'_>) -> Answer<Money> {
        Ok(match self.state(ctx).await? {
            State::Open(balance, _) => balance.ledger.into(),
            State::Closed(close) => pence(close.ledger_pence),
        })
    }

    /// What the statements say.
    async fn statements(&self, ctx: &Context<'_>) -> Answer<Money> {
        Ok(match self.state(ctx).await? {
            State::Open(balance, _) => balance.statements.into(),
            State::Closed(close) => pence(close.statement_pence),
        })
    }

    /// The sum of the differences.
    async fn difference(&self, ctx: &Context<'_>) -> Answer<Money> {
        Ok(match self.state(ctx).await? {
            State::Open(balance, _) => balance.difference().into(),
            State::Closed(close) => pence(close.difference_pence),
        })
    }

    /// What waits for an explanation. A month closes once it is nothing.
    async fn suspense(&self, ctx: &Context<'_>) -> Answer<Suspense> {
        Ok(match self.state(ctx).await? {
            State::Open(balance, _) => Suspense {
                count: i32::try_from(balance.suspense().count()).unwrap_or(i32::MAX),
                total: balance::total(balance.suspense().map(|difference| difference.amount)).into(),
            },
            State::Closed(_) => Suspense { count: 0, total: pence(0) },
        })
    }

    /// Every difference, the latest first.
    async fn differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
        #[graphql(default = false, desc = "Only those that wait for an explanation.")] only_unexplained: bool,
    ) -> Answer<DifferenceConnection> {
        let page = page(first, after.as_deref())?;
        let rows = match self.state(ctx).await? {
            State::Open(balance, _) if only_unexplained => month::listed(balance.suspense(), page),
            State::Open(balance, _) => month::listed(balance.differences.iter(), page),
            State::Closed(_) if only_unexplained => Slice { rows: vec![], more: false },
            State::Closed(close) => month::differences(ctx.reader()?, close.id, page).await?,
        };
        Ok(DifferenceConnection::new(rows, page))
    }

    /// Whether `closeMonth` would close it now, from the same rules.
    async fn may_close(&self, ctx: &Context<'_>) -> Answer<Permission> {
        let language = ctx.language()?;
        let reason = match self.state(ctx).await? {
            State::Open(_, Ok(())) => None,
            State::Open(_, Err(refusal)) => Some(refusal.words(language)),
            State::Closed(_) => Some(BooksRefusal::MonthClosed(self.0.month).words(language)),
        };
        Ok(Permission { allowed: reason.is_none(), reason })
    }

    /// The month as it closed; nothing while it is open.
    async fn close(&self, ctx: &Context<'_>) -> Answer<Option<MonthClose>> {
        Ok(match self.state(ctx).await? {
            State::Open(..) => None,
            State::Closed(close) => Some(MonthClose(close.clone())),
        })
    }
}

impl Books {
    async fn state(&self, ctx: &Context<'_>) -> Answer<&State> {
        self.0.state.get_or_try_init(|| read(ctx, self.0.month)).await
    }
}

async fn read(ctx: &Context<'_>, month: Month) -> Answer<State> {
    let (organisation, reader, now) = (keeper(ctx)?.organisation, ctx.reader()?, ctx.now()?);
    if let Some(close) = store::books::month::closed(reader, organisation, month).await? {
        return Ok(State::Closed(close));
    }
    let calendar = calendar_of(ctx, organisation).await?;
    let last = month::last(reader, organisation).await?;
    let which = Which::Open(organisation, calendar.end(month));
    let (balance, _) = month::state(reader, organisation, which).await?;
    let may = calendar.may_close(month, last.as_ref(), now).and_then(|()| balance.may_close());
    Ok(State::Open(balance, may))
}

/// What the calendar of an organisation says.
pub struct Calendar {
    /// Its time zone.
    pub zone: Tz,
    /// The month in which it came here.
    pub first: Month,
}

impl Calendar {
    /// When a month is over.
    pub fn end(&self, month: Month) -> Until {
        let day = month.next().first_day();
        Until { moment: calendar::begins(day, self.zone), day }
    }

    /// Whether a month is the next to close, as far as the calendar goes.
    pub fn may_close(
        &self,
        month: Month,
        last: Option<&month_close::Model>,
        now: Moment<Utc>,
    ) -> Result<(), BooksRefusal> {
        let last = last.map(|last| Month::of(last.month));
        rules::books::is_next(month, last, self.first, calendar::day(now, self.zone))
    }
}

/// The calendar of an organisation as its row says.
pub fn calendar_from(organisation: &busfare_entity::organisation::Model) -> Calendar {
    let zone = calendar::zone(&organisation.time_zone);
    Calendar { zone, first: Month::of(calendar::day(organisation.created_at, zone)) }
}

async fn calendar_of(ctx: &Context<'_>, id: OrganisationId) -> Answer<Calendar> {
    let row = store::people::organisation(ctx.reader()?, id).await?;
    row.as_ref().map(calendar_from).ok_or_else(Problem::not_found)
}

/// The month that a day is in, if it has begun; later ones have no books.
pub async fn begun(ctx: &Context<'_>, day: Date) -> Answer<Month> {
    let calendar = calendar_of(ctx, keeper(ctx)?.organisation).await?;
    let month = Month::of(day.0);
    if month > Month::of(calendar::day(ctx.now()?, calendar.zone)) {
        return Err(Problem::bad_user_input(message!("month-not-begun")));
    }
    Ok(month)
}
