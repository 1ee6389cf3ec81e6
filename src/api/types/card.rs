//! Cards, the lines of their statements, and which spend a line belongs to.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    card, card_match, statement_import, statement_line,
    words::{CardHolder, MatchSignal, StatementProblemCode},
};

use super::{
    money::{Money, pence},
    people::{Hub, Practitioner},
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, ChoiceFor, MatchOfLine},
        scalars::{Date, DateTime},
    },
    rules::statement,
};

/// Most spends that are offered for one line.
const MOST_OFFERED: usize = 20;

/// A prepaid or procurement card.
pub struct Card(pub card::Model);

/// A prepaid or procurement card, known by its last four digits and nothing more. An app needs the scope `BOOKS_READ`.
#[Object]
impl Card {
    /// Its id, `card_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What colleagues call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its last four digits.
    async fn last_four(&self) -> &str {
        &self.0.last_four
    }

    /// Whose it is.
    async fn holder(&self) -> CardHolder {
        self.0.holder
    }

    /// The hub whose it is, where it is a hub's.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.0.hub_id {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// The practitioner whose it is, where it is one's own.
    async fn practitioner(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.practitioner_id {
            Some(holder) => loaders::must(ctx.loaders()?, holder).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }
}

/// One import of a card statement.
pub struct StatementImport(pub statement_import::Model);

/// One import of a card statement. Importing again brings only what is new. An app needs the scope `BOOKS_READ`.
#[Object]
impl StatementImport {
    /// Its id, `stmt_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// How many lines it has.
    async fn lines_read(&self) -> i32 {
        self.0.lines_read
    }

    /// How many of them no earlier import had.
    async fn lines_new(&self) -> i32 {
        self.0.lines_new
    }

    /// When.
    async fn imported_at(&self) -> DateTime {
        DateTime(self.0.imported_at)
    }
}

/// What is wrong with one line of a statement. An app needs the scope `BOOKS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct StatementProblem {
    /// Which line of the text, from 1.
    pub line: i32,
    /// What is wrong with it.
    pub code: StatementProblemCode,
    /// What the column holds: `date`, `amount`, `merchant`, `reference` or `card`; nothing where it is the whole line.
    pub column: Option<String>,
}

impl From<statement::Problem> for StatementProblem {
    fn from(problem: statement::Problem) -> Self {
        let column = problem.column.map(|column| match column {
            statement::Column::Date => "date",
            statement::Column::Amount => "amount",
            statement::Column::Merchant => "merchant",
            statement::Column::Reference => "reference",
            statement::Column::Card => "card",
        });
        let line = i32::try_from(problem.line).unwrap_or(i32::MAX);
        Self { line, code: problem.code, column: column.map(str::to_owned) }
    }
}

/// One line of a card statement.
pub struct StatementLine(pub statement_line::Model);

/// One line of a card statement. It moves no money: it is what the bank says, beside what people say. An app needs the scope
/// `BOOKS_READ`.
#[Object]
impl StatementLine {
    /// Its id, `line_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The card it is on.
    async fn card(&self, ctx: &Context<'_>) -> Answer<Card> {
        loaders::must(ctx.loaders()?, self.0.card_id).await.map(Card)
    }

    /// The day on which the bank booked it.
    async fn booked_on(&self) -> Date {
        Date(self.0.booked_on)
    }

    /// Money that left; negative for a refund.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Who was paid, as the bank writes it.
    async fn merchant(&self) -> &str {
        &self.0.merchant
    }

    /// The bank's own reference.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Where it stands in the text that brought it first.
    async fn line_number(&self) -> i32 {
        self.0.line_number
    }

    /// The spend it belongs to, once somebody has confirmed that.
    #[graphql(name = "match")]
    async fn matched(&self, ctx: &Context<'_>) -> Answer<Option<CardMatch>> {
        Ok(loaders::maybe(ctx.loaders()?, MatchOfLine(self.0.id)).await?.map(CardMatch))
    }

    /// The spend it probably belongs to: the same amount and at least one other signal, and nothing else fits as well.
    /// Only a suggestion: `confirmMatch` is a person's to say.
    async fn suggestion(&self, ctx: &Context<'_>) -> Answer<Option<MatchSuggestion>> {
        let choice = loaders::maybe(ctx.loaders()?, ChoiceFor(self.0.id)).await?.unwrap_or_default();
        Ok(choice.suggestion.map(|(spend, signals)| MatchSuggestion { spend: Spend(spend), signals }))
    }

    /// Spends you may see of exactly this amount that no line belongs to, the nearest day first, at most 20:
    /// to choose from where nothing is suggested.
    async fn same_amount(&self, ctx: &Context<'_>) -> Answer<Vec<Spend>> {
        let choice = loaders::maybe(ctx.loaders()?, ChoiceFor(self.0.id)).await?.unwrap_or_default();
        Ok(choice.same_amount.into_iter().take(MOST_OFFERED).map(Spend).collect())
    }
}

/// A spend that a line probably belongs to. An app needs the scope `BOOKS_READ`.
#[derive(SimpleObject)]
pub struct MatchSuggestion {
    /// The spend.
    pub spend: Spend,
    /// Why, besides the same amount.
    pub signals: Vec<MatchSignal>,
}

/// A line and a spend that somebody said belong together.
pub struct CardMatch(pub card_match::Model);

/// A line of a statement and a spend that somebody said belong together. It can always be undone: `undoMatch`. An app needs
/// the scope `BOOKS_READ`.
#[Object]
impl CardMatch {
    /// Its id, `mtch_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The line, where the viewer may see it.
    async fn line(&self, ctx: &Context<'_>) -> Answer<Option<StatementLine>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.line_id).await?.map(StatementLine))
    }

    /// The spend, where the viewer may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.spend_id).await?.map(Spend))
    }

    /// Who said so.
    async fn confirmed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.confirmed_by).await.map(Practitioner)
    }

    /// When.
    async fn confirmed_at(&self) -> DateTime {
        DateTime(self.0.confirmed_at)
    }

    /// When it was undone, if it was.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }
}
