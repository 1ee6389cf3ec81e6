//! draftForm: a form is written, piece by piece. Nobody sees it before it is published.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{
    form_draft,
    words::{FormContextKind, FormDraftId, FormTier},
};
use serde::Serialize;

use crate::{
    api::{
        asking::ConditionInput,
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::{Decimal, Uuid},
        types::{form_draft::FormDraft, user_error::FormUserError, wording::WordingInput},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        form::{Draft, DraftItem, DraftPart, MOST_ITEMS, Malformed, Offer, Part, Unpublishable},
        money::Money,
        publishing::FormRefusal,
        question::{self, WORDS_CHARS},
        sight::Viewer,
        wording::Wording,
    },
    store::{self, db::DatabaseTransaction},
};

/// When a form is offered. What is left out is open.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct FormOfferInput {
    /// For what.
    kind: FormContextKind,
    /// For spends with this purpose alone.
    spend_purpose_id: Option<ID>,
    /// In this hub alone.
    hub_id: Option<ID>,
    /// For spends of this much and more.
    least: Option<Decimal>,
    /// For spends of this much and less.
    most: Option<Decimal>,
}

/// A question of the bank.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AskInput {
    /// Its code in the bank.
    code: String,
    /// Whether advice mentions it when it is open. It never stops a save.
    #[graphql(default)]
    required: bool,
}

/// Questions that are asked once for each of something.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RepeatInput {
    /// What it is of, such as each child.
    title: WordingInput,
    /// Most times.
    most: Option<i32>,
}

/// What was answered elsewhere, shown again with who said it and when.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EchoInput {
    /// What stands above it.
    title: WordingInput,
    /// The code of the question whose answer it is.
    of: String,
}

/// What stands in a form; give exactly one.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum FormPartInput {
    /// A question of the bank.
    Question(AskInput),
    /// A heading with what belongs together under it.
    Section(WordingInput),
    /// Questions that are asked once for each of something.
    Repeat(RepeatInput),
    /// Something to read.
    Note(WordingInput),
    /// What was answered elsewhere.
    Echo(EchoInput),
}

/// One thing that stands in a form.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct FormItemInput {
    /// Unique in the form, and the same across its versions: lower-case letters, figures and hyphens. Answers hang on it.
    link_id: String,
    /// The section or repeated part that it stands in, by its link id.
    inside: Option<String>,
    /// When it is shown, if not always.
    shown_when: Option<ConditionInput>,
    /// What it is.
    part: FormPartInput,
}

/// What `draftForm` takes: the draft, whole.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DraftFormInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The draft's id, which the phone may mint: `fdrf_` and a UUIDv7 in lower-case base32hex.
    draft_id: Option<ID>,
    /// The revision this changes; none for a new draft.
    base_revision: Option<i32>,
    /// The form's code: lower-case letters, figures, hyphens and dots. A form that is there gets another version.
    code: String,
    /// Its title.
    title: WordingInput,
    /// The stakes, which set its question budget. A draft may leave them open.
    tier: Option<FormTier>,
    /// When it is offered, at most 50.
    offers: Vec<FormOfferInput>,
    /// What stands in it, in order; what is inside a section comes after the section.
    items: Vec<FormItemInput>,
}

payload! {
    /// What `draftForm` answers.
    DraftFormPayload {
        /// The draft, with what it would ask of people.
        draft: FormDraft(form_draft::Model),
        refused: FormUserError(FormRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DraftForm;

#[Object]
impl DraftForm {
    /// Saves a draft of a form, of the practice group. The draft says what it would ask of people and what keeps it from
    /// being published, and makes no record of anybody. It is not an app's to use.
    async fn draft_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft, whole.")] input: DraftFormInput,
    ) -> Answer<DraftFormPayload> {
        DraftFormPayload::answer(ctx, draft(ctx, input).await)
    }
}

async fn draft(ctx: &Context<'_>, input: DraftFormInput) -> Verb<form_draft::Model, FormRefusal> {
    // Who writes what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let draft_id: FormDraftId = minted(input.draft_id.as_ref())?;
    let document = document(&input)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "draftForm", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(draft) => return Ok(Done::before(draft)),
        Turn::Reused => return Err(FormRefusal::IdempotencyKeyReused.into()),
    };
    if !store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await? {
        return Err(FormRefusal::ForThePracticeGroup.into());
    }
    offers_fit(&txn, &viewer, &document.offers).await?;

    // Remember.
    let code = document.code.clone();
    let document = serde_json::to_value(&document).map_err(Problem::internal)?;
    let (changed_by, changed_at) = (viewer.id, now);
    let draft = match store::form_draft::hold(&txn, viewer.organisation, draft_id).await? {
        Some(was) if was.published_as.is_some() => return Err(FormRefusal::AlreadyPublished.into()),
        Some(was) if input.base_revision != Some(was.revision) => return Err(FormRefusal::DraftChanged.into()),
        Some(was) if was.code != code => return Err(FormRefusal::IdAlreadyUsed.into()),
        Some(was) => {
            let draft = form_draft::Model { document, revision: was.revision + 1, changed_by, changed_at, ..was };
            store::form_draft::write(&txn, &draft).await?;
            draft
        }
        None => {
            let draft = form_draft::Model {
                id: draft_id,
                organisation_id: viewer.organisation,
                code,
                document,
                revision: 1,
                drafted_by: viewer.id,
                drafted_at: now,
                changed_by,
                changed_at,
                published_as: None,
            };
            if !store::form_draft::add(&txn, draft.clone()).await? {
                let taken = store::form_draft::is_taken(&txn, draft_id).await?;
                return Err(if taken { FormRefusal::IdAlreadyUsed } else { FormRefusal::DraftOpen }.into());
            }
            draft
        }
    };
    idempotent::keep(&txn, &key, &draft).await?;
    txn.commit().await?;

    Ok(Done::now(draft))
}

fn document(input: &DraftFormInput) -> Result<Draft, Stop<FormRefusal>> {
    if input.items.len() > MOST_ITEMS {
        return Err(FormRefusal::Unpublishable(Unpublishable::Malformed(Malformed::TooMany)).into());
    }
    if input.offers.len() > MOST_OFFERS {
        return Err(FormRefusal::OfferNotValid.into());
    }
    let item = |item: &FormItemInput| -> Result<DraftItem, Stop<FormRefusal>> {
        Ok(DraftItem {
            link_id: item.link_id.clone(),
            inside: item.inside.clone(),
            shown_when: item.shown_when.as_ref().map(ConditionInput::predicate).transpose()?,
            part: part(&item.part)?,
        })
    };
    Ok(Draft {
        code: question::code(&input.code).map_err(|_| Problem::bad_user_input(message!("form-code-not-valid")))?,
        title: worded(&input.title)?,
        tier: input.tier,
        offers: input.offers.iter().map(offer).collect::<Result<_, _>>()?,
        items: input.items.iter().map(item).collect::<Result<_, _>>()?,
    })
}

/// Most contexts that one form is offered in.
const MOST_OFFERS: usize = 50;

fn worded(said: &WordingInput) -> Result<Wording, Stop<FormRefusal>> {
    question::worded(said.wording()?, WORDS_CHARS).map_err(|problem| FormRefusal::Text(problem).into())
}

fn part(part: &FormPartInput) -> Result<DraftPart, Stop<FormRefusal>> {
    let other = |part| Ok(DraftPart::Other { part });
    match part {
        FormPartInput::Question(AskInput { code, required }) => {
            Ok(DraftPart::Question { code: code.clone(), required: *required })
        }
        FormPartInput::Section(title) => other(Part::Section { title: worded(title)? }),
        FormPartInput::Repeat(RepeatInput { title, most }) => {
            let most = most.and_then(|most| u32::try_from(most).ok()).filter(|most| *most > 0);
            other(Part::Repeat { title: worded(title)?, most })
        }
        FormPartInput::Note(text) => other(Part::Note { text: worded(text)? }),
        FormPartInput::Echo(EchoInput { title, of }) => other(Part::Echo { title: worded(title)?, of: of.clone() }),
    }
}

fn offer(offer: &FormOfferInput) -> Result<Offer, Stop<FormRefusal>> {
    let pence = |amount: &Decimal| {
        Money::try_counted(amount.0).map(Money::pence).map_err(|_| Stop::from(FormRefusal::OfferNotValid))
    };
    let offer = Offer {
        kind: offer.kind,
        purpose: offer.spend_purpose_id.as_ref().map(id).transpose()?,
        hub: offer.hub_id.as_ref().map(id).transpose()?,
        least_pence: offer.least.as_ref().map(pence).transpose()?,
        most_pence: offer.most.as_ref().map(pence).transpose()?,
    };
    if offer.makes_sense() { Ok(offer) } else { Err(FormRefusal::OfferNotValid.into()) }
}

/// Every purpose and every hub is the organisation's own.
async fn offers_fit(txn: &DatabaseTransaction, viewer: &Viewer, offers: &[Offer]) -> Answer<()> {
    for offer in offers {
        if let Some(purpose) = offer.purpose {
            store::purpose::find(txn, viewer.organisation, purpose).await?.ok_or_else(Problem::not_found)?;
        }
        if let Some(hub) = offer.hub {
            store::people::hub_in(txn, viewer.organisation, hub).await?.ok_or_else(Problem::not_found)?;
        }
    }
    Ok(())
}
