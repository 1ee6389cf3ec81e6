//! changePracticeGroup: who looks after the questions that nobody else does, and says what may be asked.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::words::{PractitionerId, Role};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{people::Practitioner, user_error::QuestionUserError},
        verb::{Done, Stop, Verb},
    },
    rules::question::{MOST_AT_ONCE, QuestionRefusal},
    store,
};

/// What `changePracticeGroup` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ChangePracticeGroupInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Practitioners who join, at most 100.
    #[graphql(default)]
    add: Vec<ID>,
    /// Practitioners who leave, at most 100.
    #[graphql(default)]
    remove: Vec<ID>,
}

/// What `changePracticeGroup` answers.
#[derive(SimpleObject)]
pub struct ChangePracticeGroupPayload {
    /// Who is of the group now, by name.
    practice_group: Vec<Practitioner>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<QuestionUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct ChangePracticeGroup;

#[Object]
impl ChangePracticeGroup {
    /// Says who is of the practice group. Its members may; where there are none yet, a senior may. It is not an app's to use.
    async fn change_practice_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who joins and who leaves.")] input: ChangePracticeGroupInput,
    ) -> Answer<ChangePracticeGroupPayload> {
        match change(ctx, input).await {
            Ok(Done { replayed, .. }) => {
                let group = store::bank::group(ctx.reader()?, ctx.viewer()?.organisation).await?;
                let practice_group = group.into_iter().map(Practitioner).collect();
                Ok(ChangePracticeGroupPayload { practice_group, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![QuestionUserError::new(&refusal, ctx.language()?)];
                Ok(ChangePracticeGroupPayload { practice_group: vec![], user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn change(ctx: &Context<'_>, input: ChangePracticeGroupInput) -> Verb<(), QuestionRefusal> {
    // Who joins, and who leaves?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    if input.add.len() > MOST_AT_ONCE || input.remove.len() > MOST_AT_ONCE {
        return Err(QuestionRefusal::TooMany.into());
    }
    let mut add = input.add.iter().map(id).collect::<Answer<Vec<PractitionerId>>>()?;
    add.sort_unstable();
    add.dedup();
    let remove = input.remove.iter().map(id).collect::<Answer<Vec<PractitionerId>>>()?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "changePracticeGroup", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => return Ok(Done::before(())),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    let group = store::bank::group(&txn, viewer.organisation).await?;
    let first = group.is_empty() && viewer.role == Role::Senior;
    if !first && !group.iter().any(|member| member.id == viewer.id) {
        return Err(QuestionRefusal::ForThePracticeGroup.into());
    }
    for joins in &add {
        store::people::working(&txn, viewer.organisation, *joins).await?.ok_or(QuestionRefusal::NotAPractitioner)?;
    }

    // Remember.
    store::bank::change_group(&txn, viewer.organisation, &add, &remove, now).await?;
    if store::bank::group(&txn, viewer.organisation).await?.is_empty() {
        return Err(QuestionRefusal::NobodyLeft.into());
    }
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(()))
}
