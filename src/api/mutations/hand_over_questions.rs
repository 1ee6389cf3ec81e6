//! handOverQuestions: somebody else answers for them from now on, so that nobody who leaves leaves a question alone.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    question,
    words::{PractitionerId, QuestionId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{question::Question, user_error::QuestionUserError},
        verb::{Done, Stop, Verb},
    },
    rules::question::{MOST_AT_ONCE, QuestionRefusal},
    store,
};

/// What `handOverQuestions` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct HandOverQuestionsInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The questions, 1 to 100.
    question_ids: Vec<ID>,
    /// Who answers for them from now on; the practice group, where nobody is named.
    steward_id: Option<ID>,
}

/// What `handOverQuestions` answers.
#[derive(SimpleObject)]
pub struct HandOverQuestionsPayload {
    /// The questions, each with who answers for it now.
    questions: Vec<Question>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<QuestionUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct HandOverQuestions;

#[Object]
impl HandOverQuestions {
    /// Hands questions over to a colleague or to the practice group, as their steward or of the practice group: all of them
    /// or none. It is not an app's to use.
    async fn hand_over_questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which questions, and to whom.")] input: HandOverQuestionsInput,
    ) -> Answer<HandOverQuestionsPayload> {
        match hand_over(ctx, input).await {
            Ok(Done { value, replayed }) => {
                let questions = value.into_iter().map(Question).collect();
                Ok(HandOverQuestionsPayload { questions, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![QuestionUserError::new(&refusal, ctx.language()?)];
                Ok(HandOverQuestionsPayload { questions: vec![], user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn hand_over(ctx: &Context<'_>, input: HandOverQuestionsInput) -> Verb<Vec<question::Model>, QuestionRefusal> {
    // Which questions, and to whom?
    let viewer = ctx.viewer()?;
    let to: Option<PractitionerId> = input.steward_id.as_ref().map(id).transpose()?;
    if !(1..=MOST_AT_ONCE).contains(&input.question_ids.len()) {
        return Err(QuestionRefusal::TooMany.into());
    }
    let mut ids = input.question_ids.iter().map(id).collect::<Answer<Vec<QuestionId>>>()?;
    ids.sort_unstable();
    ids.dedup();

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "handOverQuestions", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(questions) => return Ok(Done::before(questions)),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    if let Some(steward) = to {
        store::people::working(&txn, viewer.organisation, steward).await?.ok_or(QuestionRefusal::NotAPractitioner)?;
    }
    let in_group = store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?;

    // Remember.
    let mut questions = Vec::with_capacity(ids.len());
    for id in ids {
        let question = store::bank::hold(&txn, viewer.organisation, id).await?.ok_or_else(Problem::not_found)?;
        store::bank::stewardship(&question, in_group).may_change(viewer.id)?;
        let steward_id = to.unwrap_or(question.steward_id);
        let question = question::Model { steward_id, held_by_group: to.is_none(), ..question };
        store::bank::write(&txn, &question).await?;
        questions.push(question);
    }
    idempotent::keep(&txn, &key, &questions).await?;
    txn.commit().await?;

    Ok(Done::now(questions))
}
