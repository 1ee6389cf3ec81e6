//! Reading answers: which of them a viewer may read, by the declared readers of each question, and that she did.

use std::collections::HashMap;

use async_graphql::Context;
use busfare_entity::{
    answer, question, record,
    words::{QuestionId, Readers, RecordId},
};

use super::{
    context::{Answer, Asked},
    error::Problem,
    loaders::{self, ContentOf, Noted, OpenToHer},
};
use crate::{
    rules::{sharing, sight::reads_answer},
    store,
};

/// The answers of a record that the viewer may read. What stands under a heading of one's own is the team's to read.
pub async fn readable(
    ctx: &Context<'_>,
    record: &record::Model,
    rows: Vec<answer::Model>,
) -> Answer<Vec<answer::Model>> {
    let viewer = ctx.viewer()?;
    let open = record.restricted_at.is_some() && loaders::maybe(ctx.loaders()?, OpenToHer(record.id)).await?.is_some();
    let seen = store::record::seen(record, open);
    let questions = questions(ctx, rows.iter().filter_map(|row| row.question_id)).await?;
    let reads = |row: &answer::Model| {
        let declared = match row.question_id {
            Some(question) => questions.get(&question).map(|question| question.readers),
            None => Some(Readers::Team),
        };
        declared.is_some_and(|readers| reads_answer(&viewer, &seen, readers))
    };
    Ok(rows.into_iter().filter(|row| reads(row)).collect())
}

/// Answers of a record as somebody reads them who does not know the form: a line each, in the form's order.
pub async fn lines(ctx: &Context<'_>, record: &record::Model, rows: &[answer::Model]) -> Answer<Vec<String>> {
    let content = loaders::must(ctx.loaders()?, ContentOf(record.form_version_id)).await?;
    let language = ctx.language()?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let posed = content.definition.questions().find(|posed| posed.link_id == row.link_id);
        let (place, asked) = (posed.as_ref().map_or(usize::MAX, |posed| posed.place), posed.map(|posed| posed.asked));
        let value = store::answer::value(row)?;
        lines.push((place, &row.instance, sharing::line(&row.link_id, asked, &value, language)));
    }
    lines.sort();
    Ok(lines.into_iter().map(|(_, _, line)| line).collect())
}

/// Notes that the viewer reads what somebody else wrote, before she is shown it. Where that cannot be noted she is shown it
/// all the same: a disk that is full keeps nobody from what she needs to know.
pub async fn noted(ctx: &Context<'_>, record: &record::Model) -> Answer<()> {
    if ctx.viewer()?.id != record.practitioner_id {
        loaders::maybe(ctx.loaders()?, Noted(record.id)).await?;
    }
    Ok(())
}

/// A record that a verb answered with before, if the viewer may still see it.
pub async fn again(ctx: &Context<'_>, id: RecordId) -> Answer<record::Model> {
    loaders::maybe(ctx.loaders()?, id).await?.ok_or_else(Problem::not_found)
}

/// Questions of the bank by id.
pub async fn questions(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = QuestionId>,
) -> Answer<HashMap<QuestionId, question::Model>> {
    loaders::many(ctx.loaders()?, ids).await
}
