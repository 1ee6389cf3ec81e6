//! publishForm: a draft becomes a version of its form, which never changes again, if it keeps in proportion.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    form_template, form_version,
    words::{FormDraftId, FormVersionId},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{form::Form, user_error::FormUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        form::{Definition, content_sha256, measure},
        publishing::{FormRefusal, publishable},
    },
    store::{self, form},
};

/// What `publishForm` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PublishFormInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The draft.
    draft_id: ID,
    /// The revision that somebody has looked at.
    base_revision: i32,
}

payload! {
    /// What `publishForm` answers.
    PublishFormPayload {
        /// The version.
        form: Form(form::Form),
        refused: FormUserError(FormRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PublishForm;

#[Object]
impl PublishForm {
    /// Publishes a draft, of the practice group. It is refused where it has no tier, asks more than its tier allows without
    /// leave, or asks something without a short reason. Records that are open stay on the version they were begun with.
    async fn publish_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: PublishFormInput,
    ) -> Answer<PublishFormPayload> {
        PublishFormPayload::answer(ctx, publish(ctx, input).await)
    }
}

/// The version that a draft became.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Published(FormVersionId);

async fn publish(ctx: &Context<'_>, input: PublishFormInput) -> Verb<form::Form, FormRefusal> {
    // Who publishes what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let draft_id: FormDraftId = id(&input.draft_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "publishForm", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(Published(version)) => {
            let form = form::by_ids(ctx.reader()?, viewer.organisation, &[version]).await?.pop();
            return Ok(Done::before(form.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(FormRefusal::IdempotencyKeyReused.into()),
    };
    let draft = store::form_draft::hold(&txn, viewer.organisation, draft_id).await?.ok_or_else(Problem::not_found)?;
    if !store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await? {
        return Err(FormRefusal::ForThePracticeGroup.into());
    }
    if draft.published_as.is_some() {
        return Err(FormRefusal::AlreadyPublished.into());
    }
    if draft.revision != input.base_revision {
        return Err(FormRefusal::DraftChanged.into());
    }

    // Does it keep in proportion?
    let today = now.date_naive();
    let document = store::form_draft::document(&draft)?;
    let tier = document.tier.ok_or(FormRefusal::TierNeeded)?;
    let codes: Vec<&str> = document.codes().collect();
    let bank = store::bank::to_ask(&txn, viewer.organisation, &codes, today).await?;
    let definition: Definition = document
        .compose(&bank)
        .map_err(|missing| missing.into_iter().next().map_or(FormRefusal::DraftChanged, FormRefusal::NotInTheBank))?;
    let waiver = store::form_draft::waiver(&txn, draft_id).await?.as_ref().map(store::form_draft::leave);
    let (measures, waived_until) = publishable(measure(tier, &definition), waiver, today)
        .map_err(|against| against.into_iter().next().map_or(FormRefusal::DraftChanged, FormRefusal::Unpublishable))?;

    // Remember.
    let before = form::newest(&txn, viewer.organisation, &document.code).await?;
    let template = form_template::Model {
        id: before.as_ref().map_or_else(store::mint::id, |form| form.template.id),
        organisation_id: viewer.organisation,
        code: document.code.clone(),
        tier,
        title: serde_json::to_value(&document.title).map_err(Problem::internal)?,
    };
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let version = form_version::Model {
        id: store::mint::id(),
        form_template_id: template.id,
        version: before.map_or(1, |form| form.version.version + 1),
        content_sha256: content_sha256(tier, &definition).to_vec(),
        max_shown: whole(measures.max_shown),
        open_shown: whole(measures.open_shown),
        required_count: whole(measures.required_count),
        reading_words: whole(measures.reading_words),
        estimated_seconds: whole(measures.estimated_seconds),
        published_at: now,
        max_is_exact: measures.exact,
        published_by: Some(viewer.id),
        waived_until,
    };
    let publication = form::Publication {
        template: template.clone(),
        offers: document.offers.clone(),
        version: version.clone(),
        definition,
    };
    form::publish(&txn, publication).await?;
    store::form_draft::publish(&txn, draft_id, version.id).await?;
    idempotent::keep(&txn, &key, &Published(version.id)).await?;
    txn.commit().await?;

    Ok(Done::now(form::Form { version, template }))
}
