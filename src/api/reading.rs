//! Reading answers: which of them a viewer may read, by the declared readers of each question.

use std::collections::HashMap;

use async_graphql::Context;
use busfare_entity::{
    answer, question, record,
    words::{QuestionId, Readers},
};

use super::{
    context::{Answer, Asked},
    loaders,
};
use crate::rules::sight::reads_answer;

/// The answers of a record that the viewer may read. What stands under a heading of one's own is the team's to read.
pub async fn readable(
    ctx: &Context<'_>,
    record: &record::Model,
    rows: Vec<answer::Model>,
) -> Answer<Vec<answer::Model>> {
    let viewer = ctx.viewer()?;
    let questions = questions(ctx, rows.iter().filter_map(|row| row.question_id)).await?;
    let reads = |row: &answer::Model| {
        let declared = match row.question_id {
            Some(question) => questions.get(&question).map(|question| question.readers),
            None => Some(Readers::Team),
        };
        declared.is_some_and(|readers| reads_answer(&viewer, record.practitioner_id, record.team_id, readers))
    };
    Ok(rows.into_iter().filter(|row| reads(row)).collect())
}

/// Questions of the bank by id.
pub async fn questions(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = QuestionId>,
) -> Answer<HashMap<QuestionId, question::Model>> {
    loaders::many(ctx.loaders()?, ids).await
}
