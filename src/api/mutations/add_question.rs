//! addQuestion: a question joins the bank, with somebody who answers for it and a reason why it is asked.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    question, question_version,
    words::{ArticleNine, LawfulBasis, PractitionerId, QuestionId, QuestionKind, Readers},
};
use serde::Serialize;

use crate::{
    api::{
        asking::{BoundsInput, ChoiceInput},
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{question::Question, user_error::QuestionUserError, wording::WordingInput},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        form,
        question::{self as rules, PURPOSE_CHARS, QuestionRefusal},
        text,
    },
    store,
};

/// What `addQuestion` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AddQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The question's id, if the phone mints it: `qstn_` and a UUIDv7 in lower-case base32hex.
    question_id: Option<ID>,
    /// Short and stable: lower-case letters, figures, hyphens and dots, at most 80.
    code: String,
    /// What kind of answer it takes. Another kind is another question.
    kind: QuestionKind,
    /// What is asked.
    prompt: WordingInput,
    /// What helps to answer it.
    hint: Option<WordingInput>,
    /// Why it is asked, in at most 25 words in each language.
    why_we_ask: WordingInput,
    /// For choices: the list.
    choices: Option<Vec<ChoiceInput>>,
    /// What an answer fits in.
    bounds: Option<BoundsInput>,
    /// What the answers are used for, at most 200 characters.
    purpose: String,
    /// The lawful basis under UK GDPR Article 6(1).
    lawful_basis: LawfulBasis,
    /// For health, beliefs and the like: the condition of UK GDPR Article 9(2).
    article_nine: Option<ArticleNine>,
    /// Who may read the answers.
    readers: Readers,
    /// For how many days answers are kept, 1 to 36525.
    retention_days: i32,
    /// The day by which somebody looks at it again: within two years. Afterwards it is not asked until somebody has.
    review_on: Date,
    /// The last day on which it is asked at all, if there is one.
    sunset_on: Option<Date>,
    /// Who answers for it; whoever adds it, where nobody is named.
    steward_id: Option<ID>,
}

payload! {
    /// What `addQuestion` answers.
    AddQuestionPayload {
        /// The question.
        question: Question(question::Model),
        refused: QuestionUserError(QuestionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AddQuestion;

#[Object]
impl AddQuestion {
    /// Adds a question to the bank. Every practitioner may. Nobody is asked it before a form with it is published. It is not
    /// an app's to use.
    async fn add_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked, why, and who answers for it.")] input: AddQuestionInput,
    ) -> Answer<AddQuestionPayload> {
        AddQuestionPayload::answer(ctx, add(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddQuestionInput) -> Verb<question::Model, QuestionRefusal> {
    // Who adds what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let question_id: QuestionId = minted(input.question_id.as_ref())?;
    let steward_id: PractitionerId = input.steward_id.as_ref().map(id).transpose()?.unwrap_or(viewer.id);
    let asked = rules::fit(asked(&input)?)?;
    let question = question::Model {
        id: question_id,
        organisation_id: viewer.organisation,
        code: asked.code.clone(),
        steward_id,
        purpose: purpose(&input.purpose)?,
        lawful_basis: input.lawful_basis,
        readers: input.readers,
        retention_days: rules::retention(input.retention_days)?,
        review_on: rules::review_day(input.review_on.0, now.date_naive())?,
        held_by_group: false,
        article_nine: input.article_nine,
        sunset_on: input.sunset_on.map(|day| day.0),
        retired_at: None,
        retired_by: None,
        retired_because: None,
        added_at: now,
    };

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "addQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(question) => return Ok(Done::before(question)),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    store::people::working(&txn, viewer.organisation, steward_id).await?.ok_or(QuestionRefusal::NotAPractitioner)?;

    // Remember.
    let wording = question_version::Model {
        id: store::mint::id(),
        question_id,
        version: 1,
        asked: serde_json::to_value(&asked).map_err(Problem::internal)?,
        added_by: Some(viewer.id),
        added_at: Some(now),
    };
    if !store::bank::add(&txn, (question.clone(), wording)).await? {
        let taken = store::bank::newest(&txn, viewer.organisation, &[&question.code]).await?;
        let refusal = if taken.is_empty() { QuestionRefusal::IdAlreadyUsed } else { QuestionRefusal::CodeTaken };
        return Err(refusal.into());
    }
    idempotent::keep(&txn, &key, &question).await?;
    txn.commit().await?;

    Ok(Done::now(question))
}

fn asked(input: &AddQuestionInput) -> Result<form::Asked, Stop<QuestionRefusal>> {
    let choices = input.choices.iter().flatten().map(ChoiceInput::choice).collect::<Answer<Vec<_>>>()?;
    Ok(form::Asked {
        code: input.code.clone(),
        prompt: input.prompt.wording()?,
        hint: input.hint.as_ref().map(WordingInput::wording).transpose()?.unwrap_or_default(),
        why_we_ask: input.why_we_ask.wording()?,
        kind: input.kind,
        choices,
        bounds: input.bounds.as_ref().map(BoundsInput::bounds).unwrap_or_default(),
        required: false,
    })
}

fn purpose(words: &str) -> Result<String, QuestionRefusal> {
    let purpose = text::plain(words, PURPOSE_CHARS).map_err(QuestionRefusal::Text)?;
    purpose.ok_or(QuestionRefusal::WordsNeeded)
}
