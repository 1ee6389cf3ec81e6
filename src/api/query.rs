//! The way in: what can be read.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use busfare_entity::words::{
    AppScope, FormContextKind, HubId, Outcome, SpendEvidence, SpendId, SpendPurposeId, SpendTiming,
};

use super::{
    context::{Answer, Asked, id},
    error::Problem,
    loaders,
    scalars::Decimal,
    types::{
        budget::Budget,
        connection::{FIRST, RecordConnection, SpendConnection, page},
        form::{Form, FormOffer},
        money::Money,
        node::{self, Node},
        people::{Hub, Practitioner},
        purpose::SpendPurpose,
        user_error::SpendUserError,
        verdict::Check,
        viewer::Viewer,
    },
};
use crate::{
    rules::{
        authority::{self, Standing},
        evidence, money,
        refusal::say,
        spend::{Ask, SpendRefusal},
    },
    store::{
        self,
        facts::{self, Unknown},
    },
};

/// What `previewSpend` takes: the same as `requestSpend`, without a key.
#[derive(Clone, Debug, InputObject)]
pub struct PreviewSpendInput {
    /// What it is for, from `spendPurposes`.
    purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"1.15"`.
    unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    count: i32,
    /// Before the purchase, or already bought.
    #[graphql(default_with = "SpendTiming::Before")]
    timing: SpendTiming,
    /// The hub it is for. Needed where a hub's budget pays.
    hub_id: Option<ID>,
}

/// What `requestSpend` would answer now. Nothing is held.
#[derive(Default, SimpleObject)]
pub struct SpendPreview {
    /// How it would come out.
    outcome: Option<Outcome>,
    /// Unit price times count.
    total: Option<Money>,
    /// Every check, passed or failed, in the order a person would ask them.
    checks: Vec<Check>,
    /// The signed words that would stand behind it, where it is yours to say.
    backing_statement: Option<String>,
    /// The named senior whose words they are.
    backed_by: Option<Practitioner>,
    /// The one colleague who would be asked, where it is not.
    nearest: Option<Practitioner>,
    /// The budget it would draw on.
    budget: Option<Budget>,
    /// What evidence it would ask for.
    evidence: Option<SpendEvidence>,
    /// Why it would not go ahead.
    user_errors: Vec<SpendUserError>,
}

/// What a form is wanted for; give exactly one.
#[derive(Clone, Debug, OneofObject)]
pub enum FormContextInput {
    /// A note about a spend that is there.
    SpendId(ID),
    /// A note about a spend with this purpose.
    SpendPurposeId(ID),
    /// A conversation in this hub.
    HubId(ID),
}

/// Everything that can be read.
pub struct Query;

/// Everything that can be read. What you may not see is not there.
#[Object]
impl Query {
    /// The practitioner who is signed in, and what she may decide.
    async fn viewer(&self, ctx: &Context<'_>) -> Answer<Viewer> {
        ctx.viewer().map(|_| Viewer)
    }

    /// Anything by its id; nothing where there is none that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a spend, receipt, record, practitioner, team, hub, purpose, budget or form.")]
        id: ID,
    ) -> Answer<Option<Node>> {
        node::find(ctx, &id).await
    }

    /// Many things by their ids, in the same order; nothing in the places where there is none that you may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100 ids.")] ids: Vec<ID>,
    ) -> Answer<Vec<Option<Node>>> {
        node::find_all(ctx, &ids).await
    }

    /// Spends you may see, newest first: your own, those you are asked about, and your team's if you answer for it.
    async fn spends(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SpendConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let spends = store::spend::page(ctx.reader()?, &viewer, page).await?;
        Ok(SpendConnection::new(spends, page))
    }

    /// Records you may see, newest first: your own and your team's.
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<RecordConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let records = store::record::page(ctx.reader()?, &viewer, page).await?;
        Ok(RecordConnection::new(records, page))
    }

    /// What money may be spent on. An app needs the scope `DIRECTORY_READ`.
    async fn spend_purposes(&self, ctx: &Context<'_>) -> Answer<Vec<SpendPurpose>> {
        let organisation = ctx.organisation(AppScope::DirectoryRead)?;
        let purposes = store::purpose::all(ctx.reader()?, organisation).await?;
        Ok(purposes.into_iter().map(SpendPurpose).collect())
    }

    /// The hubs of the organisation. An app needs the scope `DIRECTORY_READ`.
    async fn hubs(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let organisation = ctx.organisation(AppScope::DirectoryRead)?;
        let hubs = store::people::hubs_of(ctx.reader()?, organisation).await?;
        Ok(hubs.into_iter().map(Hub).collect())
    }

    /// What `requestSpend` would answer now, from the same rules. Nothing is held.
    async fn preview_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you would ask for.")] input: PreviewSpendInput,
    ) -> Answer<SpendPreview> {
        preview(ctx, input).await
    }

    /// The smallest published form for a context, with the reason why each question is asked.
    /// An app needs the scope `FORMS_READ`, and can ask for a purpose or a hub.
    async fn form_for(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the form is wanted for.")] context: FormContextInput,
    ) -> Answer<Option<FormOffer>> {
        form_for(ctx, context).await
    }
}

async fn preview(ctx: &Context<'_>, input: PreviewSpendInput) -> Answer<SpendPreview> {
    // Who is asking, and for how much?
    let (her, _) = ctx.practitioner()?;
    let (reader, now, language) = (ctx.reader()?, ctx.now()?, ctx.language()?);
    let refused = |refusal: &SpendRefusal| SpendPreview {
        user_errors: vec![SpendUserError::new(refusal, language)],
        ..SpendPreview::default()
    };
    let purpose: SpendPurposeId = id(&input.purpose_id)?;
    let hub: Option<HubId> = input.hub_id.as_ref().map(id).transpose()?;
    let ask = match Ask::try_new(purpose, input.unit_price.0, input.count, input.timing, None) {
        Ok(ask) => ask,
        Err(refusal) => return Ok(refused(&refusal)),
    };

    // What do we need to know?
    let known = match facts::about(reader, her, &ask, hub, facts::Turn::Look, now).await {
        Ok(known) => known,
        Err(Unknown::NotFound) => return Err(Problem::not_found()),
        Err(Unknown::Refused(refusal)) => return Ok(refused(&refusal)),
        Err(Unknown::Failed(error)) => return Err(error.into()),
    };

    // Decide, without remembering.
    let verdict = authority::decide(&ask, &known.facts);
    let asker = Standing { id: her.id, team: her.team_id };
    let mut preview = SpendPreview {
        outcome: Some(verdict.outcome),
        total: Some(ask.total.into()),
        checks: verdict.checks.into_iter().map(Check::from).collect(),
        evidence: Some(evidence::expected(
            known.purpose.receipt_rule,
            money::Money::from_pence(known.purpose.receipt_threshold_pence),
            ask.total,
        )),
        ..SpendPreview::default()
    };
    match (verdict.outcome, verdict.grant) {
        (Outcome::AuthorisedSelf, Some(grant)) => {
            preview.backed_by = Some(Practitioner(loaders::must(ctx.loaders()?, grant.grantor).await?));
            preview.backing_statement = Some(grant.backing_statement);
        }
        (Outcome::Asked, _) => {
            let organisation = her.organisation_id;
            let colleagues = store::authority::colleagues(reader, organisation, asker, &known.granted, now).await?;
            match authority::nearest(&ask, asker, &colleagues, now) {
                Some(nearest) => {
                    preview.nearest = Some(Practitioner(loaders::must(ctx.loaders()?, nearest).await?));
                }
                None => return Ok(refused(&SpendRefusal::NobodyCanDecide(ask.total))),
            }
        }
        _ => {
            let (budget, left) = (known.budget.name.clone(), known.facts.pot.available);
            preview.user_errors = vec![SpendUserError::new(&SpendRefusal::BudgetShort { budget, left }, language)];
        }
    }
    preview.budget = Some(Budget(known.budget));
    Ok(preview)
}

async fn form_for(ctx: &Context<'_>, context: FormContextInput) -> Answer<Option<FormOffer>> {
    let organisation = ctx.organisation(AppScope::FormsRead)?;
    let (reader, language) = (ctx.reader()?, ctx.language()?);
    let kind = match context {
        FormContextInput::SpendId(spend) => {
            let spend: SpendId = id(&spend)?;
            store::spend::find(reader, &ctx.viewer()?, spend).await?.ok_or_else(Problem::not_found)?;
            FormContextKind::SpendPurpose
        }
        FormContextInput::SpendPurposeId(purpose) => {
            store::purpose::find(reader, organisation, id(&purpose)?).await?.ok_or_else(Problem::not_found)?;
            FormContextKind::SpendPurpose
        }
        FormContextInput::HubId(hub) => {
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
