//! importStatement: bring in a card statement, all of it or nothing; what came before is not brought in twice.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    card, statement_import,
    words::{CardId, StatementProblemCode, StatementSign},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{
            card::{StatementImport, StatementProblem},
            user_error::PaymentUserError,
        },
        verb::{Done, Stop},
    },
    rules::{
        imprest::answers,
        payment::PaymentRefusal,
        statement::{self, Column, Line},
    },
    store,
};

/// What `importStatement` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ImportStatementInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The statement as the bank gives it: comma-separated values whose first line names the columns. It needs a date,
    /// a merchant or description, and an amount or what was paid out and in; a card's number and a reference help.
    csv: String,
    /// The card it is about, where it has no column for the card.
    card_id: Option<ID>,
    /// How the bank writes money that left, where there is one column for amounts.
    #[graphql(default_with = "StatementSign::OutIsPositive")]
    sign: StatementSign,
}

/// What `importStatement` answers.
#[derive(SimpleObject)]
pub struct ImportStatementPayload {
    /// The import: how many lines it has, and how many are new.
    statement: Option<StatementImport>,
    /// What is wrong with the statement, line by line, at most 50; nothing was imported then.
    problems: Vec<StatementProblem>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<PaymentUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct ImportStatement;

#[Object]
impl ImportStatement {
    /// Imports a card statement. The same file, or one that overlaps, brings in only the lines that are new; a file with a
    /// line that cannot be read brings in nothing. Enablers and seniors do this. It is not an app's to use.
    async fn import_statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement.")] input: ImportStatementInput,
    ) -> Answer<ImportStatementPayload> {
        let (refusal, problems) = match import(ctx, input).await {
            Ok(done) => {
                let (statement, user_errors) = (Some(StatementImport(done.value)), vec![]);
                return Ok(ImportStatementPayload {
                    statement,
                    problems: vec![],
                    user_errors,
                    replayed: done.replayed,
                });
            }
            Err(Unclear::Lines(problems)) => (PaymentRefusal::StatementUnclear(problems.len()), problems),
            Err(Unclear::Stop(Stop::Refused(refusal))) => (refusal, vec![]),
            Err(Unclear::Stop(Stop::Problem(problem))) => return Err(problem),
        };
        let user_errors = vec![PaymentUserError::new(&refusal, ctx.language()?)];
        let problems = problems.into_iter().map(StatementProblem::from).collect();
        Ok(ImportStatementPayload { statement: None, problems, user_errors, replayed: false })
    }
}

/// Why nothing was imported.
enum Unclear {
    /// Lines that cannot be read, or are about no card of ours.
    Lines(Vec<statement::Problem>),
    /// Anything else.
    Stop(Stop<PaymentRefusal>),
}

impl<Why: Into<Stop<PaymentRefusal>>> From<Why> for Unclear {
    fn from(why: Why) -> Self {
        Self::Stop(why.into())
    }
}

async fn import(ctx: &Context<'_>, input: ImportStatementInput) -> Result<Done<statement_import::Model>, Unclear> {
    // Who brings in what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let about: Option<CardId> = input.card_id.as_ref().map(id).transpose()?;
    answers(&viewer)?;
    let lines = statement::read(&input.csv, input.sign).map_err(Unclear::Lines)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "importStatement", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(import) => return Ok(Done::before(import)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Which card is each line on? Imports take turns, so that two at once do not count one line as new twice.
    let cards = store::card::hold_all(&txn, &viewer).await?;
    if about.is_some_and(|about| !cards.iter().any(|card| card.id == about)) {
        return Err(Problem::not_found().into());
    }
    let lines = on_cards(lines, &cards, about).map_err(Unclear::Lines)?;

    // Remember.
    let import_id = store::mint::id();
    let lines_read = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    let lines_new = store::card::add_lines(&txn, (import_id, now), lines).await?;
    let import = statement_import::Model {
        id: import_id,
        organisation_id: viewer.organisation,
        imported_by: viewer.id,
        sha256: Sha256::digest(input.csv.as_bytes()).to_vec(),
        lines_read,
        lines_new,
        imported_at: now,
    };
    store::card::add_import(&txn, import.clone()).await?;
    idempotent::keep(&txn, &key, &import).await?;
    txn.commit().await?;

    Ok(Done::now(import))
}

/// Puts each line on its card; every line without one is a problem of its own.
fn on_cards(
    lines: Vec<Line>,
    cards: &[card::Model],
    about: Option<CardId>,
) -> Result<Vec<(&card::Model, Line)>, Vec<statement::Problem>> {
    let by_last_four = store::card::by_last_four(cards);
    let named = about.and_then(|about| cards.iter().find(|card| card.id == about));
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for line in lines {
        let card = match &line.card {
            Some(last_four) => by_last_four.get(last_four.as_str()).copied(),
            None => named,
        };
        match card.filter(|card| about.is_none_or(|about| about == card.id)) {
            Some(card) => found.push((card, line)),
            None => unknown.push(statement::Problem {
                line: line.number,
                code: StatementProblemCode::CardUnknown,
                column: Some(Column::Card),
            }),
        }
    }
    unknown.truncate(statement::MOST_PROBLEMS);
    if unknown.is_empty() { Ok(found) } else { Err(unknown) }
}
