//! previewSpend: what requestSpend would answer now, from the same rules; nothing is held.

use async_graphql::{ComplexObject, Context, ID, InputObject, SimpleObject};
use busfare_entity::words::{Outcome, PaymentMethod, SpendEvidence, SpendPurposeId, SpendTiming, WhyAsked};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        loaders,
        scalars::Decimal,
        types::{
            budget::Budget,
            money::Money,
            people::Practitioner,
            user_error::SpendUserError,
            verdict::Check,
            week::{self, Week},
        },
    },
    rules::{
        authority::{self, Standing, Whose},
        evidence, money, nearest,
        spend::{About, Ask, SpendRefusal},
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
    /// How it will be paid, where you know.
    method: Option<PaymentMethod>,
    /// The person it helps, where that matters.
    person_id: Option<ID>,
}

/// What `requestSpend` would answer now. Nothing is held. An app needs the scope `SPENDS_READ`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
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
    /// Why that colleague.
    why: Option<WhyAsked>,
    /// The budget it would draw on.
    budget: Option<Budget>,
    /// What evidence it would ask for.
    evidence: Option<SpendEvidence>,
    /// Why it would not go ahead.
    user_errors: Vec<SpendUserError>,
}

#[ComplexObject]
impl SpendPreview {
    /// What was authorised for the viewer and for her team in the last seven days, before this.
    async fn week(&self, ctx: &Context<'_>) -> Answer<Week> {
        week::week(ctx).await
    }
}

/// Decides as requestSpend would, and remembers nothing.
pub async fn preview(ctx: &Context<'_>, input: PreviewSpendInput) -> Answer<SpendPreview> {
    // Who is asking, and for how much?
    let (her, _) = ctx.practitioner()?;
    let (reader, now, language) = (ctx.reader()?, ctx.now()?, ctx.language()?);
    let refused = |refusal: &SpendRefusal| SpendPreview {
        user_errors: vec![SpendUserError::new(refusal, language)],
        ..SpendPreview::default()
    };
    let purpose: SpendPurposeId = id(&input.purpose_id)?;
    let about = About {
        hub: input.hub_id.as_ref().map(id).transpose()?,
        method: input.method,
        person: input.person_id.as_ref().map(id).transpose()?,
        already: money::Money::ZERO,
    };
    let ask = match Ask::try_new(purpose, input.unit_price.0, input.count, input.timing, None, about) {
        Ok(ask) => ask,
        Err(refusal) => return Ok(refused(&refusal)),
    };

    // What do we need to know?
    let known = match facts::about(reader, her, &ask, facts::Turn::Look, now).await {
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
        checks: verdict.checks.into_iter().map(|check| Check::new(check, Whose::Yours)).collect(),
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
            let colleagues = store::authority::colleagues(reader, asker, &known.granted, &known.scope, now).await?;
            match nearest::nearest(&ask, asker, &colleagues, known.facts.moment()) {
                Some(nearest) => {
                    preview.nearest = Some(Practitioner(loaders::must(ctx.loaders()?, nearest.asked).await?));
                    preview.why = Some(nearest.why);
                }
                None => return Ok(refused(&SpendRefusal::NobodyCanDecide(ask.total))),
            }
        }
        _ => {
            preview.user_errors = vec![SpendUserError::new(&SpendRefusal::short(&known.facts.pot), language)];
        }
    }
    preview.budget = Some(Budget(known.budget));
    Ok(preview)
}
