//! explainDifferences: say in words why the ledger and the statements differ.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::difference_note;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Decimal, Uuid},
        types::{
            books::{Books, Ledgers, calendar_from, subject},
            user_error::BooksUserError,
        },
        verb::{Done, Verb, payload},
    },
    rules::{
        books::{self, BooksRefusal, MOST_EXPLAINED, WORDS_CHARS, balance::Subject, month::Month},
        calendar,
        money::Money,
        text,
    },
    store::{
        self,
        books::{ledger::Which, month},
    },
};

/// One difference, as it was seen.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DifferenceInput {
    /// What it is about, from `Difference.about`.
    about: ID,
    /// Its amount as it was seen, in pounds and pence and with its sign. Words are about exactly this amount.
    amount: Decimal,
}

/// What `explainDifferences` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ExplainDifferencesInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Any day of a month that is not closed.
    month: Date,
    /// Which differences the words are about, 1 to 100 of them.
    differences: Vec<DifferenceInput>,
    /// Why the amounts differ, at most 300 characters. Leave people's names out.
    words: String,
}

payload! {
    /// What `explainDifferences` answers.
    ExplainDifferencesPayload {
        /// The books of the month, with the words in their places.
        books: Books(Ledgers),
        refused: BooksUserError(BooksRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ExplainDifferences;

#[Object]
impl ExplainDifferences {
    /// Explains differences of a month that is not closed, for an enabler or a senior. Words are added, never changed; the
    /// latest count. If an amount changes later, its difference waits for new words. It is not an app's to use.
    async fn explain_differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which differences, and why they are there.")] input: ExplainDifferencesInput,
    ) -> Answer<ExplainDifferencesPayload> {
        let month = Month::of(input.month.0);
        let explained = explain(ctx, input, month).await;
        let books = explained.map(|done| Done { value: Ledgers::of(month), replayed: done.replayed });
        ExplainDifferencesPayload::answer(ctx, books)
    }
}

async fn explain(ctx: &Context<'_>, input: ExplainDifferencesInput, month: Month) -> Verb<(), BooksRefusal> {
    // Who explains what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    books::may_keep_books(&viewer)?;
    let words = text::plain(&input.words, WORDS_CHARS).map_err(BooksRefusal::Words)?;
    let words = words.ok_or(BooksRefusal::WordsNeeded)?;
    let meant = parse(&input.differences)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "explainDifferences", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => return Ok(Done::before(())),
        Turn::Reused => return Err(BooksRefusal::IdempotencyKeyReused.into()),
    };

    // What does the month look like?
    let row = store::people::organisation(&txn, viewer.organisation).await?.ok_or_else(Problem::not_found)?;
    let (calendar, last) = (calendar_from(&row), month::last(&txn, row.id).await?);
    if last.is_some_and(|last| month <= Month::of(last.month)) {
        return Err(BooksRefusal::MonthClosed(month).into());
    }
    if month > Month::of(calendar::day(now, calendar.zone)) {
        return Err(BooksRefusal::MonthNotOver(month).into());
    }
    let which = Which::Open(row.id, calendar.end(month));
    let (balance, _) = month::state(&txn, row.id, which).await?;

    // Remember, if every difference is as it was seen.
    let note = |(subject, amount): (Subject, Money)| -> Result<_, BooksRefusal> {
        balance.meant(subject, amount)?;
        Ok(difference_note::Model {
            id: store::mint::id(),
            organisation_id: row.id,
            about: subject.about,
            about_id: subject.id,
            amount_pence: amount.pence(),
            words: words.clone(),
            explained_by: viewer.id,
            explained_at: now,
        })
    };
    let notes = meant.into_iter().map(note).collect::<Result<Vec<_>, _>>()?;
    month::explain(&txn, notes).await?;
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(()))
}

fn parse(differences: &[DifferenceInput]) -> Result<Vec<(Subject, Money)>, BooksRefusal> {
    let distinct: BTreeSet<_> = differences.iter().map(|difference| difference.about.as_str()).collect();
    if !(1..=MOST_EXPLAINED).contains(&differences.len()) || distinct.len() != differences.len() {
        return Err(BooksRefusal::HowMany(MOST_EXPLAINED));
    }
    differences
        .iter()
        .map(|difference| {
            let subject = subject(&difference.about).ok_or(BooksRefusal::NoSuchDifference)?;
            let amount = difference.amount.0;
            let size = Money::try_asked(amount.abs()).map_err(BooksRefusal::Amount)?;
            let sign = if amount.is_sign_negative() { -1 } else { 1 };
            Ok((subject, Money::from_pence(sign * size.pence())))
        })
        .collect()
}
