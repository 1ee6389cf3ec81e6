//! drawAllowance: take a slice of your own say along to where there is no signal.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    allowance,
    words::{AllowanceId, Fund, PractitionerId, SessionId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{allowance::Allowance, user_error::SpendUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        allowance::{self as allowances, Drawn, GRACE, OfflineRefusal, Wanted},
        spend::SpendRefusal,
    },
    store::{
        self,
        allowance::{Known, Reach},
    },
};

/// What `drawAllowance` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DrawAllowanceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The allowance's id, if the phone mints it: `alwn_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// The one purpose it is for. Give this or `fund`.
    purpose_id: Option<ID>,
    /// The fund that pays: it is for whatever that fund pays and your delegation covers. Give this or `purposeId`.
    fund: Option<Fund>,
    /// The one hub it is for. Needed where a hub's budget pays.
    hub_id: Option<ID>,
    /// How much to set aside, in pounds and whole pence, such as `"20.00"`.
    amount: Decimal,
    /// For how many hours the phone may decide with it, from 1 to 72.
    #[graphql(default = 24)]
    hours: i32,
}

payload! {
    /// What `drawAllowance` answers.
    DrawAllowancePayload {
        /// The allowance with its terms, also as a signed token for the phone to keep.
        allowance: Allowance(allowance::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DrawAllowance;

#[Object]
impl DrawAllowance {
    /// Draws an offline allowance for this phone, within your own say now. The money is set aside at once and counts as used.
    /// Until it expires the phone decides by itself whatever the terms cover; what it decided is honoured by
    /// `syncOfflineSpends` until 72 hours after the expiry. What is not needed goes back then, or with `returnAllowance`. It
    /// is not an app's to use.
    async fn draw_allowance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you draw.")] input: DrawAllowanceInput,
    ) -> Answer<DrawAllowancePayload> {
        DrawAllowancePayload::answer(ctx, draw(ctx, input).await)
    }
}

async fn draw(ctx: &Context<'_>, input: DrawAllowanceInput) -> Verb<allowance::Model, SpendRefusal> {
    // Who draws how much, for what?
    let (her, session) = ctx.practitioner()?;
    let now = ctx.now()?;
    let allowance_id: AllowanceId = minted(input.id.as_ref())?;
    let (reach, wanted) = parse(&input)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "drawAllowance", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(allowance) => return Ok(Done::before(allowance)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know? From here on nobody else decides with her say.
    let known = store::allowance::known(&txn, her, reach, wanted.hub, now).await?;
    if let Some(taken) = store::allowance::taken(&txn, allowance_id).await? {
        if !same(&taken, session, reach, wanted) {
            return Err(SpendRefusal::IdAlreadyUsed.into());
        }
        idempotent::keep(&txn, &key, &taken).await?;
        txn.commit().await?;
        return Ok(Done::before(taken));
    }
    if !store::allowance::makes_way(&txn, session, known.budget.id, now).await? {
        return Err(SpendRefusal::from(OfflineRefusal::AllowanceOpen).into());
    }

    // Decide.
    let drawn = allowances::draw(wanted, known.drawing.clone())?;

    // Remember.
    let row = new_allowance(allowance_id, (her.id, session), (reach, wanted), &known, &drawn)?;
    if !store::allowance::add(&txn, row.clone()).await? {
        return Err(SpendRefusal::IdAlreadyUsed.into());
    }
    let step = allowances::drawn_step(wanted.amount);
    if !store::budget::apply(&txn, row.budget_id, row.id, step, now).await? {
        return Err(SpendRefusal::short(&known.drawing.facts.pot).into());
    }
    idempotent::keep(&txn, &key, &row).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}

fn parse(input: &DrawAllowanceInput) -> Result<(Reach, Wanted), Stop<SpendRefusal>> {
    let reach = match (&input.purpose_id, input.fund) {
        (Some(purpose), None) => Reach::Purpose(id(purpose)?),
        (None, Some(fund)) => Reach::Fund(fund),
        _ => return Err(SpendRefusal::from(OfflineRefusal::PurposeOrFundNeeded).into()),
    };
    let hub = input.hub_id.as_ref().map(id).transpose()?;
    Ok((reach, Wanted::try_new(input.amount.0, input.hours, hub)?))
}

/// Whether an allowance is the one that is asked for again.
fn same(taken: &allowance::Model, session: SessionId, reach: Reach, wanted: Wanted) -> bool {
    let same_reach = match reach {
        Reach::Purpose(purpose) => taken.purpose_id == Some(purpose),
        Reach::Fund(fund) => taken.purpose_id.is_none() && taken.fund == fund,
    };
    same_reach
        && taken.session_id == session
        && taken.hub_id == wanted.hub
        && taken.hours == wanted.hours
        && taken.reserved_pence == wanted.amount.pence()
}

fn new_allowance(
    id: AllowanceId,
    (practitioner_id, session_id): (PractitionerId, SessionId),
    (reach, wanted): (Reach, Wanted),
    known: &Known,
    drawn: &Drawn,
) -> Answer<allowance::Model> {
    let purpose_id = match reach {
        Reach::Purpose(purpose) => Some(purpose),
        Reach::Fund(_) => None,
    };
    Ok(allowance::Model {
        id,
        organisation_id: known.budget.organisation_id,
        practitioner_id,
        session_id,
        budget_id: known.budget.id,
        fund: known.budget.fund,
        purpose_id,
        hub_id: wanted.hub,
        delegation_id: drawn.terms.grant.delegation,
        line: drawn.terms.grant.line.clone(),
        terms: serde_json::to_value(&drawn.terms).map_err(Problem::internal)?,
        drawn_from: serde_json::to_value(&drawn.from).map_err(Problem::internal)?,
        hours: wanted.hours,
        reserved_pence: wanted.amount.pence(),
        honoured_pence: 0,
        returned_pence: 0,
        drawn_at: drawn.from.facts.now,
        expires_at: drawn.expires,
        closes_at: drawn.expires + GRACE,
        ended_at: None,
    })
}
