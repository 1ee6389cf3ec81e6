//! closeMonth: the ledger is the statements and the listed differences, to the penny, and stays so.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use busfare_entity::month_close;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{
            books::{Books, Ledgers, MonthClose, calendar_from},
            user_error::BooksUserError,
        },
        verb::{Done, Stop, Verb},
    },
    rules::books::{self, BooksRefusal, month::Month},
    store::{
        self,
        books::{ledger, month},
    },
};

/// What `closeMonth` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CloseMonthInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Any day of the month.
    month: Date,
}

/// What `closeMonth` answers.
#[derive(SimpleObject)]
pub struct CloseMonthPayload {
    /// The month as it closed.
    close: Option<MonthClose>,
    /// The books of the month as they stand now, with what waits for an explanation where that is why it did not close.
    books: Option<Books>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<BooksUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct CloseMonth;

#[Object]
impl CloseMonth {
    /// Closes a month of the organisation's calendar that is over, in order, for an enabler or a senior. Nothing closes while
    /// a difference waits for an explanation. Once closed, a month never changes: what comes later is in a later one. It is
    /// not an app's to use.
    async fn close_month(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which month.")] input: CloseMonthInput,
    ) -> Answer<CloseMonthPayload> {
        let books = |may: bool| may.then(|| Books(Ledgers::of(Month::of(input.month.0))));
        match close(ctx, input.clone()).await {
            Ok(done) => Ok(CloseMonthPayload {
                close: Some(MonthClose(done.value)),
                books: books(true),
                user_errors: vec![],
                replayed: done.replayed,
            }),
            Err(Stop::Refused(refusal)) => Ok(CloseMonthPayload {
                close: None,
                books: books(matches!(refusal, BooksRefusal::Unexplained { .. })),
                user_errors: vec![BooksUserError::new(&refusal, ctx.language()?)],
                replayed: false,
            }),
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn close(ctx: &Context<'_>, input: CloseMonthInput) -> Verb<month_close::Model, BooksRefusal> {
    // Who closes which month?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    books::may_keep_books(&viewer)?;
    let month = Month::of(input.month.0);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "closeMonth", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(close) => return Ok(Done::before(close)),
        Turn::Reused => return Err(BooksRefusal::IdempotencyKeyReused.into()),
    };

    // Is it its turn?
    let organisation = store::books::take_turn(&txn, viewer.organisation).await?;
    let (calendar, last) = (calendar_from(&organisation), month::last(&txn, organisation.id).await?);
    calendar.may_close(month, last.as_ref(), now)?;

    // Claim what belongs to it, so that what is decided on is what is kept; then decide.
    let (id, until) = (store::mint::id(), calendar.end(month));
    ledger::claim(&txn, organisation.id, id, until).await?;
    let (balance, sizes) = month::state(&txn, organisation.id, ledger::Which::Held(id)).await?;
    balance.may_close()?;

    // Remember.
    let count = |lines: usize| i64::try_from(lines).unwrap_or(i64::MAX);
    let close = month_close::Model {
        id,
        organisation_id: organisation.id,
        number: last.map_or(1, |last| last.number + 1),
        month: month.first_day(),
        until: until.moment,
        ledger_pence: balance.ledger.pence(),
        statement_pence: balance.statements.pence(),
        difference_pence: balance.difference().pence(),
        ledger_lines: count(sizes.ledger),
        statement_lines: count(sizes.statements),
        differences: count(balance.differences.len()),
        closed_by: viewer.id,
        closed_at: now,
    };
    month::keep(&txn, close.clone(), &balance.differences).await?;
    idempotent::keep(&txn, &key, &close).await?;
    txn.commit().await?;

    Ok(Done::now(close))
}
