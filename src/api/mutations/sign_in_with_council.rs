//! signInWithCouncil: a device begins a session with an account of the council's own.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use busfare_entity::{
    council_identity, council_token, practitioner, team,
    words::{Role, TeamId},
};
use chrono::{DateTime, Utc};

use crate::{
    api::{
        context::{Answer, Asked},
        council_sign_in::{CouncilSignIn, Unknown},
        tokens,
        types::{people::Practitioner, session::SessionTokens, user_error::SessionUserError},
        verb::Stop,
    },
    rules::{
        council_sign_in::{Identity, mapping::Placed},
        session::{DEVICE_CHARS, SessionRefusal},
        team::may_join,
        text,
    },
    store::{self, db::DatabaseTransaction},
};

/// Most characters of a name that the council gives.
const NAME_CHARS: usize = 80;
/// What stands where a password would, and is no hash of any.
const NO_PASSWORD: &str = "none";

/// What `signInWithCouncil` takes. It has no idempotency key, because its answer is a secret and is never stored.
#[derive(Clone, InputObject)]
pub struct SignInWithCouncilInput {
    /// An ID token of the provider that `signInOptions` names, issued for its `clientId`. It works once.
    #[graphql(secret)]
    id_token: String,
    /// What she calls this device, such as `"Ffion's phone"`, at most 60 characters.
    device_name: Option<String>,
}

/// What `signInWithCouncil` answers.
#[derive(SimpleObject)]
pub struct SignInWithCouncilPayload {
    /// What the device holds from now on.
    session: Option<SessionTokens>,
    /// Who signed in.
    practitioner: Option<Practitioner>,
    /// Why there is no session; empty where there is one.
    user_errors: Vec<SessionUserError>,
}

/// The verb.
#[derive(Default)]
pub struct SignInWithCouncil;

#[Object]
impl SignInWithCouncil {
    /// Signs a device in with an account of the council's own. Whoever comes for the first time is known by her e-mail, or gets
    /// the place that her roles and groups at the council name; from then on she is known by what never changes. It is not an
    /// app's to use.
    async fn sign_in_with_council(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInWithCouncilInput,
    ) -> Answer<SignInWithCouncilPayload> {
        match sign_in(ctx, input).await {
            Ok((session, practitioner)) => Ok(SignInWithCouncilPayload {
                session: Some(session),
                practitioner: Some(Practitioner(practitioner)),
                user_errors: vec![],
            }),
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![SessionUserError::new(&refusal, ctx.language()?)];
                Ok(SignInWithCouncilPayload { session: None, practitioner: None, user_errors })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn sign_in(
    ctx: &Context<'_>,
    input: SignInWithCouncilInput,
) -> Result<(SessionTokens, practitioner::Model), Stop<SessionRefusal>> {
    // Whom does the council say it is?
    let (state, now) = (ctx.state()?, ctx.now()?);
    let council = state.council.as_ref().ok_or(SessionRefusal::CouncilOff)?;
    let device = text::plain(input.device_name.as_deref().unwrap_or_default(), DEVICE_CHARS)
        .map_err(SessionRefusal::DeviceName)?;
    let identity = council.identify(&input.id_token, now).await.map_err(|unknown| match unknown {
        Unknown::NotValid => SessionRefusal::CouncilTokenFailed,
        Unknown::NoAnswer => SessionRefusal::CouncilAway,
    })?;

    // Who is she here? A token that somebody saw on its way is used up by whoever it was for.
    let txn = ctx.begin().await?;
    let used = council_token::Model { token_sha256: store::mint::sha256(&input.id_token), ends: identity.ends };
    if !store::council::use_token(&txn, used).await? {
        return Err(SessionRefusal::CouncilTokenFailed.into());
    }
    let placed = council.mapping.place(&identity.belongs_to);
    let her = match somebody_known(&txn, council, &identity, now).await? {
        Some(her) => replaced(&txn, her, placed).await?,
        None => newcomer(&txn, council, &identity, (placed, now)).await?,
    };

    // Begin the session.
    let device = device.unwrap_or_else(|| "a device".to_owned());
    let (tokens, _) = tokens::begin(state, &txn, (her.id, device), None, now).await?;
    txn.commit().await?;
    ctx.loaders()?.loader().signed_in(store::people::as_viewer(&her));

    Ok((tokens, her))
}

/// Whoever the council means, if she was here before or somebody made a place for her e-mail.
async fn somebody_known(
    txn: &DatabaseTransaction,
    council: &CouncilSignIn,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<Option<practitioner::Model>, Stop<SessionRefusal>> {
    let issuer = &council.provider.issuer;
    let known = store::council::known(txn, issuer, &identity.subject).await?;
    let her = match (known, &identity.email) {
        (Some(her), _) => Some(her),
        (None, Some(email)) => {
            let her = store::council::unlinked(txn, issuer, email).await?;
            if let Some(her) = &her {
                link(txn, council, identity, (her, now)).await?;
            }
            her
        }
        (None, None) => None,
    };
    match her {
        Some(her) if !her.active => Err(SessionRefusal::NoPlace.into()),
        other => Ok(other),
    }
}

/// Somebody who is known, where the council puts her now. A full team keeps nobody from her work: she stays where she is.
async fn replaced(
    txn: &DatabaseTransaction,
    mut her: practitioner::Model,
    placed: Placed,
) -> Result<practitioner::Model, Stop<SessionRefusal>> {
    if let Some(role) = placed.role.filter(|role| *role != her.role) {
        store::council::set_role(txn, her.id, role).await?;
        her.role = role;
    }
    if let Some(id) = placed.team.filter(|id| *id != her.team_id) {
        match store::council::hold_team(txn, id).await?.filter(|team| team.organisation_id == her.organisation_id) {
            Some(team) if has_room(&team) => {
                store::team::move_to(txn, her.id, id).await?;
                her.team_id = id;
            }
            _ => tracing::warn!(practitioner = %her.id, team = %id, "the council names a team that she cannot join"),
        }
    }
    Ok(her)
}

/// Somebody who comes for the first time, where her roles and groups say that she works.
async fn newcomer(
    txn: &DatabaseTransaction,
    council: &CouncilSignIn,
    identity: &Identity,
    (placed, now): (Placed, DateTime<Utc>),
) -> Result<practitioner::Model, Stop<SessionRefusal>> {
    let no_place = || Stop::Refused(SessionRefusal::NoPlace);
    let (role, team_id): (Role, TeamId) = placed.role.zip(placed.team).ok_or_else(no_place)?;
    let email = identity.email.clone().ok_or_else(no_place)?;
    let team = store::council::hold_team(txn, team_id).await?.ok_or_else(no_place)?;
    if !has_room(&team) {
        return Err(SessionRefusal::TeamFull.into());
    }
    let name = identity.name.as_deref().and_then(|name| text::plain(name, NAME_CHARS).ok().flatten());
    let her = practitioner::Model {
        id: store::mint::id(),
        organisation_id: team.organisation_id,
        team_id,
        name: name.unwrap_or_else(|| email.clone()),
        email,
        password_hash: NO_PASSWORD.into(),
        role,
        active: true,
        created_at: now,
    };
    if !store::council::add(txn, her.clone()).await? {
        return Err(no_place());
    }
    link(txn, council, identity, (&her, now)).await?;
    Ok(her)
}

fn has_room(team: &team::Model) -> bool {
    may_join(team.kind, u32::try_from(team.members).unwrap_or_default(), false).is_ok()
}

async fn link(
    txn: &DatabaseTransaction,
    council: &CouncilSignIn,
    identity: &Identity,
    (her, now): (&practitioner::Model, DateTime<Utc>),
) -> Result<(), Stop<SessionRefusal>> {
    let row = council_identity::Model {
        issuer: council.provider.issuer.clone(),
        subject: identity.subject.clone(),
        practitioner_id: her.id,
        linked_at: now,
    };
    if store::council::link(txn, row).await? { Ok(()) } else { Err(SessionRefusal::CouncilTokenFailed.into()) }
}
