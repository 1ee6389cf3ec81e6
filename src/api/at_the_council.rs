//! Who somebody is here by an ID token of the council's: whom it was known for before, who has that e-mail, or somebody new at the
//! place that the council names.

use busfare_entity::{
    council_identity, council_token, practitioner, team,
    words::{Role, TeamId},
};
use chrono::{DateTime, Utc};

use super::{
    council_sign_in::{CouncilSignIn, Unknown},
    verb::Stop,
};
use crate::{
    rules::{
        council_sign_in::{Identity, mapping::Placed},
        session::SessionRefusal,
        team::may_join,
        text,
    },
    store::{self, db::DatabaseTransaction},
};

/// Most characters of a name that the council gives.
const NAME_CHARS: usize = 80;
/// What stands where a password would, and is no hash of any.
const NO_PASSWORD: &str = "none";

/// Why nobody is known, as whoever tried is told.
pub fn unknown(unknown: Unknown) -> SessionRefusal {
    match unknown {
        Unknown::NotValid => SessionRefusal::CouncilTokenFailed,
        Unknown::NoAnswer => SessionRefusal::CouncilAway,
    }
}

/// Whoever a token is about. It works once: what somebody saw on its way is used up by whoever it was for.
pub async fn who(
    txn: &DatabaseTransaction,
    council: &CouncilSignIn,
    (token, identity): (&str, &Identity),
    now: DateTime<Utc>,
) -> Result<practitioner::Model, Stop<SessionRefusal>> {
    let used = council_token::Model { token_sha256: store::mint::sha256(token), ends: identity.ends };
    if !store::council::use_token(txn, used).await? {
        return Err(SessionRefusal::CouncilTokenFailed.into());
    }
    let placed = council.mapping.place(&identity.belongs_to);
    match somebody_known(txn, council, identity, now).await? {
        Some(her) => replaced(txn, her, placed).await,
        None => newcomer(txn, council, identity, (placed, now)).await,
    }
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
