//! upgradeDraft: a record that is open moves to the newest version of its form, and no answer is lost.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    answer, record, record_upgrade,
    words::{AnswerCause, FormVersionId, RecordId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        recording::Writing,
        scalars::Uuid,
        types::{record::Record, user_error::RecordUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        answer::{AnswerValue, problem},
        form::{Fate, Held, upgrade},
        record::RecordRefusal,
        sight::Viewer,
    },
    store::{self, form::Content},
};

/// What `upgradeDraft` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct UpgradeDraftInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record, which is open.
    record_id: ID,
    /// The version it moves to; the newest, where none is named.
    form_id: Option<ID>,
}

payload! {
    /// What `upgradeDraft` answers.
    UpgradeDraftPayload {
        /// The record; `upgrades` says what became of its answers.
        record: Record(record::Model),
        refused: RecordUserError(RecordRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct UpgradeDraft;

#[Object]
impl UpgradeDraft {
    /// Moves an open record to a newer version of its form. Answers stay, or follow their question; what nothing asks for any
    /// more is kept, read and exported. An app needs the scope `RECORDS_WRITE`.
    async fn upgrade_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and to which version.")] input: UpgradeDraftInput,
    ) -> Answer<UpgradeDraftPayload> {
        UpgradeDraftPayload::answer(ctx, move_up(ctx, input).await)
    }
}

async fn move_up(ctx: &Context<'_>, input: UpgradeDraftInput) -> Verb<record::Model, RecordRefusal> {
    // Which record, and to which version?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let wanted: Option<FormVersionId> = input.form_id.as_ref().map(id).transpose()?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "upgradeDraft", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(record) => return Ok(Done::before(record)),
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    if record.practitioner_id != viewer.id {
        return Err(RecordRefusal::NotYourRecord.into());
    }
    if record.completed_at.is_some() {
        return Err(RecordRefusal::AlreadyComplete.into());
    }
    let pinned = [record.form_version_id];
    let from = store::form::by_ids(&txn, viewer.organisation, &pinned).await?.pop().ok_or_else(Problem::not_found)?;
    let to = match wanted {
        Some(version) => store::form::by_ids(&txn, viewer.organisation, &[version]).await?.pop(),
        None => store::form::newest(&txn, viewer.organisation, &from.template.code).await?,
    };
    let to = to.filter(|to| to.template.id == from.template.id && to.version.version >= from.version.version);
    let to = to.ok_or(RecordRefusal::NotAVersion)?.version.id;

    // Remember, where there is anything to do.
    if to != record.form_version_id {
        let writing = Writing::open(&txn, record.clone()).await?;
        let content = store::form::content(&txn, to).await?;
        let (rows, [kept, moved, retyped, orphaned]) = carried(&writing, &content, &viewer, now)?;
        store::answer::append(&txn, rows).await?;
        let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let upgrade = record_upgrade::Model {
            id: store::mint::id(),
            record_id,
            from_version_id: record.form_version_id,
            to_version_id: to,
            kept: whole(kept),
            moved: whole(moved),
            retyped: whole(retyped),
            orphaned: whole(orphaned),
            upgraded_by: viewer.id,
            upgraded_at: now,
        };
        store::record::move_to(&txn, record_id, to, upgrade).await?;
    }
    let record = record::Model { form_version_id: to, ..record };
    idempotent::keep(&txn, &key, &record).await?;
    txn.commit().await?;

    Ok(Done::now(record))
}

/// The revisions that put every answer where it belongs in the newer version, and what became of how many. First every answer
/// that leaves a place says where it went; then each arrives, and says so where it does not fit any more.
fn carried(
    writing: &Writing,
    new: &Content,
    viewer: &Viewer,
    now: DateTime<Utc>,
) -> Answer<(Vec<answer::Model>, [usize; 4])> {
    let there = writing.answered()?;
    let held: Vec<Held> = there.iter().map(|(row, _)| store::answer::held(row)).collect();
    let upgraded = upgrade(&writing.content().definition, &new.definition, &held);

    let mut revisions: HashMap<(String, String), i32> = HashMap::new();
    for row in writing.standing() {
        revisions.insert((row.link_id.clone(), row.instance.clone()), row.revision);
    }
    let mut next = |row: &answer::Model, link_id: &str| {
        let revision = revisions.entry((link_id.to_owned(), row.instance.clone())).or_default();
        *revision += 1;
        *revision
    };
    let mut going = Vec::new();
    for ((row, value), fate) in there.iter().zip(&upgraded.fates) {
        let to = match fate {
            Fate::Kept => continue,
            Fate::Moved { to } | Fate::Retyped { to } => to.clone(),
            Fate::Orphaned => writing.beside(row),
        };
        going.push((row, value, to));
    }
    let mut rows = Vec::new();
    for (row, _, to) in going.iter().filter(|(row, _, to)| row.link_id != *to) {
        rows.push(answer::Model {
            id: store::mint::id(),
            revision: next(row, &row.link_id),
            value: serde_json::to_value(AnswerValue::Moved(to.clone())).map_err(Problem::internal)?,
            problem: None,
            cause: AnswerCause::Moved,
            reason: None,
            from_answer_id: Some(row.id),
            answered_by: viewer.id,
            answered_at: now,
            ..(*row).clone()
        });
    }
    for (row, value, to) in going {
        let asked = new.definition.find(&to).and_then(|item| item.asked());
        rows.push(answer::Model {
            id: store::mint::id(),
            revision: next(row, &to),
            problem: asked.map_or(row.problem, |asked| problem(value, asked)),
            cause: AnswerCause::Moved,
            reason: None,
            from_answer_id: Some(row.id),
            link_id: to,
            ..row.clone()
        });
    }
    Ok((rows, upgraded.counts()))
}
