//! publishForm: a draft becomes a version of its form, which never changes again, if it keeps in proportion.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    form_template, form_version,
    words::{FormDraftId, FormTier, FormVersionId},
};
use chrono::{DateTime, NaiveDate, Utc};
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
        form::{self as form_rules, Definition, Draft, Measures, NotInTheBank, Unpublishable, measure},
        publishing::{FormRefusal, Waiver, publishable},
        sight::Viewer,
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
    /// leave, or asks something without a short reason. Records that are open stay on the version they were begun with. It is
    /// not an app's to use.
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
    let document = store::form_draft::document(&draft)?;
    let waiver = store::form_draft::waiver(&txn, draft_id).await?.as_ref().map(store::form_draft::leave);
    let codes: Vec<&str> = document.codes().collect();
    let bank = store::bank::to_ask(&txn, viewer.organisation, &codes, now.date_naive()).await?;
    let proportionate = Proportionate::try_new(&document, &bank, waiver, now.date_naive())?;

    // Remember.
    let before = form::newest(&txn, viewer.organisation, &document.code).await?;
    let publication = proportionate.publication(&document, before, &viewer, now)?;
    let (template, version) = (publication.template.clone(), publication.version.clone());
    form::publish(&txn, publication).await?;
    store::form_draft::publish(&txn, draft_id, version.id).await?;
    idempotent::keep(&txn, &key, &Published(version.id)).await?;
    txn.commit().await?;

    Ok(Done::now(form::Form { version, template }))
}

/// A form that keeps in proportion.
struct Proportionate {
    tier: FormTier,
    definition: Definition,
    measures: Measures,
    waived_until: Option<NaiveDate>,
}

impl Proportionate {
    fn try_new(
        draft: &Draft,
        bank: &HashMap<String, form_rules::Asked>,
        waiver: Option<Waiver>,
        today: NaiveDate,
    ) -> Result<Self, FormRefusal> {
        let tier = draft.tier.ok_or(FormRefusal::TierNeeded)?;
        let missing = |missing: Vec<NotInTheBank>| missing.into_iter().next().map(FormRefusal::NotInTheBank);
        let definition = draft.compose(bank).map_err(|all| missing(all).unwrap_or(FormRefusal::DraftChanged))?;
        let against = |against: Vec<Unpublishable>| against.into_iter().next().map(FormRefusal::Unpublishable);
        let (measures, waived_until) = publishable(measure(tier, &definition), waiver, today)
            .map_err(|all| against(all).unwrap_or(FormRefusal::DraftChanged))?;
        Ok(Self { tier, definition, measures, waived_until })
    }

    fn publication(
        self,
        draft: &Draft,
        before: Option<form::Form>,
        viewer: &Viewer,
        now: DateTime<Utc>,
    ) -> Answer<form::Publication> {
        let template = form_template::Model {
            id: before.as_ref().map_or_else(store::mint::id, |form| form.template.id),
            organisation_id: viewer.organisation,
            code: draft.code.clone(),
            tier: self.tier,
            title: serde_json::to_value(&draft.title).map_err(Problem::internal)?,
        };
        let number = before.map_or(1, |form| form.version.version + 1);
        let version = form::Publication::version(&template, number, &self.definition, self.measures, now);
        let version = form_version::Model { published_by: Some(viewer.id), waived_until: self.waived_until, ..version };
        Ok(form::Publication { template, offers: draft.offers.clone(), version, definition: self.definition })
    }
}
