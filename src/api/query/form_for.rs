//! formFor: the smallest form for a context, with what is known already and need not be asked.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, OneofObject};
use busfare_entity::{
    answer,
    words::{AppScope, FormContextKind, FormTier, PersonId, SpendId},
};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        loaders::{self, EverybodyOf, WarningsAbout},
        messages::message,
        reading,
        scalars::Decimal,
        types::{
            answer::{KnownAnswer, RecordAnswer},
            form::{Form, FormOffer, asked},
            person::PersonWarning,
        },
    },
    rules::{
        form::{Fact, Wanted, spare},
        money::Money,
        refusal::say,
        sight::reads_answer,
    },
    store::{self, form::Content},
};

/// What a form is wanted for; give exactly one.
#[derive(Clone, Debug, OneofObject)]
pub enum FormContextInput {
    /// A note about a spend that is there.
    #[graphql(name = "spendId")]
    Spend(ID),
    /// A note about a spend with this purpose.
    #[graphql(name = "spendPurposeId")]
    SpendPurpose(ID),
    /// A conversation in this hub.
    #[graphql(name = "hubId")]
    Hub(ID),
}

/// What else there is to say about what a form is wanted for.
#[derive(Clone, Debug, Default, InputObject)]
pub struct FormAboutInput {
    /// The person it will be about. What is known of her already is not asked again.
    person_id: Option<ID>,
    /// How much money it is about, where there is no spend yet.
    amount: Option<Decimal>,
    /// The stakes, where only a form of these will do.
    tier: Option<FormTier>,
}

/// Finds the smallest form, for a practitioner or an app that may read forms.
pub async fn form_for(
    ctx: &Context<'_>,
    context: FormContextInput,
    about: FormAboutInput,
) -> Answer<Option<FormOffer>> {
    let organisation = ctx.organisation(AppScope::FormsRead)?;
    let (reader, language, today) = (ctx.reader()?, ctx.language()?, ctx.now()?.date_naive());
    let wanted = wanted(ctx, context, about.amount).await?;
    let (facts, warnings) = match &about.person_id {
        Some(person) => {
            let person: PersonId = id(person)?;
            (facts(ctx, person).await?, warnings(ctx, person).await?)
        }
        None => (vec![], vec![]),
    };

    let mut offered = store::form::offered(reader, organisation, &wanted, today).await?;
    offered.retain(|form| about.tier.is_none_or(|tier| form.template.tier == tier));
    let ids: Vec<_> = offered.iter().map(|form| form.version.id).collect();
    let contents = store::form::contents(reader, &ids).await?;
    let content = |form: &store::form::Form| contents.iter().find(|content| content.version == form.version.id);
    let smallest = offered.into_iter().filter_map(|form| {
        let content = content(&form)?.clone();
        let known = spare(&content.definition, &facts).len();
        let left = usize::try_from(form.version.max_shown).unwrap_or(usize::MAX).saturating_sub(known);
        Some((left, form, content))
    });
    let Some((_, form, content)) = smallest.min_by_key(|(left, form, _)| (*left, form.version.reading_words)) else {
        return Ok(None);
    };
    let offer = offer(form, &content, &facts, today, language)?;
    Ok(Some(FormOffer { warnings, ..offer }))
}

/// What stands about somebody whom the viewer may see.
async fn warnings(ctx: &Context<'_>, person: PersonId) -> Answer<Vec<PersonWarning>> {
    if loaders::maybe(ctx.loaders()?, person).await?.is_none() {
        return Ok(vec![]);
    }
    let rows = loaders::maybe(ctx.loaders()?, WarningsAbout(person)).await?.unwrap_or_default();
    Ok(rows.into_iter().map(PersonWarning).collect())
}

async fn wanted(ctx: &Context<'_>, context: FormContextInput, amount: Option<Decimal>) -> Answer<Wanted> {
    let (organisation, reader) = (ctx.organisation(AppScope::FormsRead)?, ctx.reader()?);
    let pence = amount
        .map(|amount| Money::try_asked(amount.0).map_err(|_| Problem::bad_user_input(message!("amount-not-money"))))
        .transpose()?
        .map(Money::pence);
    let wanted = Wanted { kind: FormContextKind::SpendPurpose, purpose: None, hub: None, pence };
    Ok(match context {
        FormContextInput::Spend(spend) => {
            let spend: SpendId = id(&spend)?;
            let spend = store::spend::find(reader, &ctx.viewer()?, spend).await?.ok_or_else(Problem::not_found)?;
            let pence = Some(spend.total_pence);
            Wanted { purpose: Some(spend.purpose_id), hub: spend.hub_id, pence, ..wanted }
        }
        FormContextInput::SpendPurpose(purpose) => {
            let purpose =
                store::purpose::find(reader, organisation, id(&purpose)?).await?.ok_or_else(Problem::not_found)?;
            Wanted { purpose: Some(purpose.id), ..wanted }
        }
        FormContextInput::Hub(hub) => {
            let hub = store::people::hub_in(reader, organisation, id(&hub)?).await?.ok_or_else(Problem::not_found)?;
            Wanted { kind: FormContextKind::HubConversation, hub: Some(hub.id), ..wanted }
        }
    })
}

/// What has been answered about somebody that the viewer may read, oldest first.
async fn facts(ctx: &Context<'_>, person: PersonId) -> Answer<Vec<Fact<answer::Model>>> {
    let viewer = ctx.viewer()?;
    let everybody = loaders::maybe(ctx.loaders()?, EverybodyOf(person)).await?.unwrap_or_else(|| vec![person]);
    let rows = store::answer::about(ctx.reader()?, &viewer, &everybody, ctx.now()?).await?;
    let questions = reading::questions(ctx, rows.iter().filter_map(|(row, _)| row.question_id)).await?;
    let mut facts = Vec::with_capacity(rows.len());
    for (row, record) in rows {
        let Some(question) = row.question_id.and_then(|id| questions.get(&id)) else { continue };
        let value = store::answer::value(&row)?;
        // What she opened because it could not wait is for her to read, and not to be carried over into other records.
        let readable = reads_answer(&viewer, &store::record::seen(&record, false), question.readers);
        if let Some(kind) = value.kind().filter(|_| readable && row.problem.is_none()) {
            let (code, repeated) = (question.code.clone(), !row.instance.is_empty());
            facts.push(Fact { code, repeated, kind, chosen: value.chosen(), source: row });
        }
    }
    Ok(facts)
}

fn offer(
    form: store::form::Form,
    content: &Arc<Content>,
    facts: &[Fact<answer::Model>],
    today: chrono::NaiveDate,
    language: busfare_entity::words::Language,
) -> Answer<FormOffer> {
    let spared = spare(&content.definition, facts);
    let is_known = |place: usize| spared.iter().any(|(known, _)| *known == place);
    let to_ask = asked(content, today, |place| !is_known(place));
    let known = spared
        .iter()
        .map(|(place, fact)| {
            let link_id = content.definition.items.get(*place).map(|item| item.link_id.clone()).unwrap_or_default();
            Ok(KnownAnswer { link_id, answer: RecordAnswer::try_new(fact.source.clone(), false)? })
        })
        .collect::<Answer<Vec<_>>>()?;
    let (shown, spared) = (form.version.max_shown, known.len());
    let because = match spared {
        0 => say(
            language,
            format!("The shortest form for this: {shown} questions. Write more only if it matters."),
            format!("Y ffurflen fyrraf ar gyfer hyn: {shown} cwestiwn. Ysgrifennwch fwy dim ond os yw'n bwysig."),
        ),
        _ => say(
            language,
            format!("The shortest form for this: {shown} questions, and {spared} of them need no asking."),
            format!("Y ffurflen fyrraf ar gyfer hyn: {shown} cwestiwn, ac nid oes angen gofyn {spared} ohonynt."),
        ),
    };
    Ok(FormOffer {
        form: Form(form),
        because,
        to_ask,
        known,
        spared: i32::try_from(spared).unwrap_or(i32::MAX),
        warnings: vec![],
    })
}
