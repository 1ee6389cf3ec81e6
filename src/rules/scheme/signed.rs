//! The words that are signed when a scheme is published: byte for byte the same whenever they are written down
//! again from what is kept.

use busfare_entity::words::{
    DecidesFor, DelegationId, GranteeKind, HubId, OrganisationId, PaymentMethod, PractitionerId, Role, SchemeId,
    SpendPurposeId, TeamId,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// A version of a scheme.
#[derive(Serialize)]
pub struct SchemeWords<'a> {
    /// Which.
    pub scheme: SchemeId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Counts from 1.
    pub version: i32,
    /// What it is called.
    pub title: &'a str,
    /// By whom it is signed.
    pub signed_by: PractitionerId,
    /// When.
    #[serde(serialize_with = "to_the_second")]
    pub signed_at: DateTime<Utc>,
    /// In force from here.
    #[serde(serialize_with = "to_the_second")]
    pub valid_from: DateTime<Utc>,
    /// In force until here.
    #[serde(serialize_with = "maybe_to_the_second")]
    pub valid_to: Option<DateTime<Utc>>,
    /// The hash of the file it was written in, in hexadecimal.
    pub source_sha256: Option<String>,
    /// Its grants.
    pub grants: Vec<GrantWords<'a>>,
}

/// A grant.
#[derive(Serialize)]
pub struct GrantWords<'a> {
    /// Which.
    pub delegation: DelegationId,
    /// Its key.
    pub line: &'a str,
    /// By whom.
    pub granted_by: PractitionerId,
    /// To whom.
    pub to: GranteeKind,
    /// To this person.
    pub practitioner: Option<PractitionerId>,
    /// To everybody with this role.
    pub role: Option<Role>,
    /// To everybody in this team.
    pub team: Option<TeamId>,
    /// For which purposes.
    pub purposes: Vec<SpendPurposeId>,
    /// At which hubs.
    pub hubs: Vec<HubId>,
    /// Paid in which ways.
    pub methods: Vec<PaymentMethod>,
    /// For one item.
    pub item_limit_pence: Option<i64>,
    /// In rolling windows.
    pub windows: Vec<WindowWords>,
    /// From one budget in its period.
    pub budget_limit_pence: Option<i64>,
    /// For one person helped.
    pub person_limit_pence: Option<i64>,
    /// In an emergency.
    pub break_glass_pence: Option<i64>,
    /// On which days of the week.
    pub days: Option<i32>,
    /// From which minute.
    pub from_minute: Option<i32>,
    /// Until which minute.
    pub to_minute: Option<i32>,
    /// For whose spends.
    pub decides_for: DecidesFor,
    /// The grantor's words.
    pub backing_statement: &'a str,
    /// In force from here.
    #[serde(serialize_with = "to_the_second")]
    pub valid_from: DateTime<Utc>,
    /// In force until here.
    #[serde(serialize_with = "maybe_to_the_second")]
    pub valid_to: Option<DateTime<Utc>>,
}

/// A rolling limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WindowWords {
    /// How long it is.
    pub hours: i32,
    /// What it allows.
    pub limit_pence: i64,
}

/// The bytes to sign: fields in this order, grants by their ids, everything in a grant's lists in order, times to
/// the second.
pub fn content(mut scheme: SchemeWords<'_>) -> Result<Vec<u8>, serde_json::Error> {
    scheme.grants.sort_by_key(|grant| grant.delegation);
    for grant in &mut scheme.grants {
        grant.purposes.sort_unstable();
        grant.hubs.sort_unstable();
        grant.methods.sort_unstable();
        grant.windows.sort_unstable();
    }
    serde_json::to_vec(&scheme)
}

/// Databases keep fractions of a second differently; a signature must not depend on it.
fn to_the_second<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn maybe_to_the_second<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => to_the_second(time, serializer),
        None => serializer.serialize_none(),
    }
}
