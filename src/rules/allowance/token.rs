//! The token of an allowance: its terms, signed, so that a phone can verify them and decide where there is no signal.
//! It is a JWT of a type and an audience of its own, and opens nothing.

use busfare_entity::words::{
    AllowanceId, BudgetId, DelegationId, Fund, HubId, PaymentMethod, PractitionerId, SessionId, SpendPurposeId,
};
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Terms;
use crate::rules::{
    calendar::Hours,
    money::Money,
    token::{ISSUER, NotValid, SigningKey},
};

/// The audience of every allowance's token. An access token has another.
pub const AUDIENCE: &str = "busfare-allowance";
/// The type in its header.
pub const KIND: &str = "busfare-allowance+jwt";
/// Longer than any token of ours.
pub const MOST_BYTES: usize = 16_384;

/// An allowance as its token tells it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The allowance.
    pub id: AllowanceId,
    /// Whose it is.
    pub owner: PractitionerId,
    /// Which device decides with it.
    pub session: SessionId,
    /// The fund that pays.
    pub fund: Fund,
    /// The budget it is set aside from.
    pub budget: BudgetId,
    /// How much was set aside.
    pub amount: Money,
    /// What bounds each spend.
    pub terms: &'a Terms,
    /// When it was drawn, expires, and its money goes back.
    pub times: (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
}

/// What a token says. Times are seconds since 1970, amounts are pence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    iss: String,
    aud: String,
    jti: AllowanceId,
    sub: PractitionerId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    sync_by: i64,
    amount_pence: i64,
    currency: String,
    item_limit_pence: Option<i64>,
    fund: Fund,
    budget: BudgetId,
    purposes: Vec<SpendPurposeId>,
    hubs: Vec<HubId>,
    methods: Vec<PaymentMethod>,
    hours: Option<Hours>,
    time_zone: String,
    names_nobody: bool,
    delegation: DelegationId,
    scheme_version: i32,
    backing_sha256: String,
}

/// Signs an allowance's terms. The same allowance has the same token every time.
pub fn seal(key: &SigningKey, told: &Told<'_>) -> Result<String, NotValid> {
    let (drawn, expires, closes) = told.times;
    let grant = &told.terms.grant;
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        jti: told.id,
        sub: told.owner,
        sid: told.session,
        iat: drawn.timestamp(),
        nbf: drawn.timestamp(),
        exp: expires.timestamp(),
        sync_by: closes.timestamp(),
        amount_pence: told.amount.pence(),
        currency: "GBP".into(),
        item_limit_pence: grant.item_limit.map(Money::pence),
        fund: told.fund,
        budget: told.budget,
        purposes: told.terms.purposes.clone(),
        hubs: grant.hubs.clone(),
        methods: grant.methods.clone(),
        hours: grant.hours,
        time_zone: told.terms.time_zone.clone(),
        names_nobody: told.terms.names_nobody,
        delegation: grant.delegation,
        scheme_version: grant.scheme_version,
        backing_sha256: BASE64URL_NOPAD.encode(&Sha256::digest(grant.backing_statement.as_bytes())),
    };
    key.seal(KIND, &claims)
}

/// Which allowance of hers a token is about, if it is one of ours. What is left of it only the server knows,
/// and whether its time is over depends on when each spend was decided.
pub fn unseal(key: &SigningKey, owner: PractitionerId, token: &str) -> Result<AllowanceId, NotValid> {
    if token.len() > MOST_BYTES {
        return Err(NotValid);
    }
    let claims: Claims = key.unseal(KIND, AUDIENCE, token)?;
    if claims.sub == owner { Ok(claims.jti) } else { Err(NotValid) }
}
