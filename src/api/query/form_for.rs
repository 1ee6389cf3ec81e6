//! formFor: the smallest published form for a context.

use async_graphql::{Context, ID, OneofObject};
use busfare_entity::words::{AppScope, FormContextKind, SpendId};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        types::form::{Form, FormOffer},
    },
    rules::refusal::say,
    store,
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

/// Finds the smallest form, for a practitioner or an app that may read forms.
pub async fn form_for(ctx: &Context<'_>, context: FormContextInput) -> Answer<Option<FormOffer>> {
    let organisation = ctx.organisation(AppScope::FormsRead)?;
    let (reader, language) = (ctx.reader()?, ctx.language()?);
    let kind = match context {
        FormContextInput::Spend(spend) => {
            let spend: SpendId = id(&spend)?;
            store::spend::find(reader, &ctx.viewer()?, spend).await?.ok_or_else(Problem::not_found)?;
            FormContextKind::SpendPurpose
        }
        FormContextInput::SpendPurpose(purpose) => {
            store::purpose::find(reader, organisation, id(&purpose)?).await?.ok_or_else(Problem::not_found)?;
            FormContextKind::SpendPurpose
        }
        FormContextInput::Hub(hub) => {
            store::people::hub_in(reader, organisation, id(&hub)?).await?.ok_or_else(Problem::not_found)?;
            FormContextKind::HubConversation
        }
    };
    let form = store::form::smallest_for(reader, organisation, kind).await?;
    Ok(form.map(|form| {
        let shown = form.version.max_shown;
        let because = say(
            language,
            format!("The shortest form for this: {shown} questions. Write more only if it matters."),
            format!("Y ffurflen fyrraf ar gyfer hyn: {shown} cwestiwn. Ysgrifennwch fwy dim ond os yw'n bwysig."),
        );
        FormOffer { form: Form(form), because }
    }))
}
