//! The council's scheme of delegation: who may decide what, in whose signed words.

use busfare_entity::{
    delegation, delegation_window, scheme,
    words::{DecidesFor, DelegationId, GranteeKind, OrganisationId, PractitionerId, Role, SchemeId, TeamId},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{council::Council, money::pounds};
use crate::{
    rules::{money::Money, token::SigningKey},
    store::mint,
};

const WEEK: i32 = 7 * 24;
const FOUR_WEEKS: i32 = 28 * 24;

const BACKS_PRACTITIONERS: &str = "\
If you decide this in good faith and within these limits, I stand behind you. You know the family and you are there; \
I am not. Up to £30 for one thing, and £100 in any seven days, your judgement is enough. If it turns out not to have \
helped, we learn from it together and nobody is blamed. If anyone asks why you did not wait, tell them to ask me. \
Angharad Celyn, Head of Family Support";

const BACKS_ENABLERS: &str = "\
If you decide this in good faith and within these limits, I stand behind you. Colleagues come to you because you know \
the shops, the suppliers and the books. Say yes to your team, up to £100 for one thing and £500 in any seven days, \
without looking over your shoulder. When an auditor asks about it, I will answer. \
Angharad Celyn, Head of Family Support";

const BACKS_SENIORS: &str = "\
If you decide this in good faith and within these limits, I stand behind you. A bed or a cooker should not wait for \
my diary: up to £500 for one thing, £2,000 in seven days and £5,000 in 28 days, it is yours to say for your team. \
Tell your people yes quickly, or no with a reason they can use. I will back either. \
Angharad Celyn, Head of Family Support";

const BACKS_HEAD_OF_SERVICE: &str = "\
If you decide this in good faith and within these limits, I stand behind you. Some weeks a family needs more than a \
team can give, and you should not need a panel to see it: up to £5,000 for one thing and £20,000 in 28 days, for any \
team. If the council is asked about it in public, I will be the one who explains it. \
Ruth Adebisi-Vaughan, Director of Social Services";

/// A scheme with its grants and the rolling limits of each.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The version.
    pub row: scheme::Model,
    /// Its grants.
    pub granted: Vec<(delegation::Model, Vec<delegation_window::Model>)>,
}

/// Draws the scheme up. It is not signed yet.
pub fn draw_up(council: &Council, now: DateTime<Utc>) -> Scheme {
    let (head, director) = (council.head_of_service.id, council.director.id);
    let row = unsigned(council, now);
    let grant = |line: &str, grantor_id, item: Money, windows: &[(i32, Money)], decides_for, words: &str| {
        let delegation = delegation::Model {
            id: mint::id(),
            organisation_id: row.organisation_id,
            scheme_id: row.id,
            line: line.into(),
            grantor_id,
            grantee_kind: GranteeKind::Role,
            grantee_practitioner_id: None,
            grantee_role: None,
            grantee_team_id: None,
            item_limit_pence: Some(item.pence()),
            budget_limit_pence: None,
            person_limit_pence: None,
            break_glass_pence: None,
            days: None,
            from_minute: None,
            to_minute: None,
            decides_for,
            backing_statement: words.into(),
            valid_from: row.valid_from,
            valid_to: None,
            revoked_at: None,
        };
        let limits = windows.iter().map(|(hours, limit)| limit_of(delegation.id, *hours, *limit)).collect::<Vec<_>>();
        (delegation, limits)
    };
    let to_role = |line, role, item, windows: &[_], decides_for, words| {
        let (delegation, limits) = grant(line, head, item, windows, decides_for, words);
        (delegation::Model { grantee_role: Some(role), ..delegation }, limits)
    };

    let in_emergency = |(delegation, limits): (delegation::Model, _), ceiling: Money| {
        (delegation::Model { break_glass_pence: Some(ceiling.pence()), ..delegation }, limits)
    };

    let practitioners = to_role(
        "practitioners",
        Role::Practitioner,
        pounds(30),
        &[(WEEK, pounds(100))],
        DecidesFor::NobodyElse,
        BACKS_PRACTITIONERS,
    );
    let enablers =
        to_role("enablers", Role::Enabler, pounds(100), &[(WEEK, pounds(500))], DecidesFor::Team, BACKS_ENABLERS);
    let longer = [(WEEK, pounds(2_000)), (FOUR_WEEKS, pounds(5_000))];
    let seniors = to_role("seniors", Role::Senior, pounds(500), &longer, DecidesFor::Team, BACKS_SENIORS);
    let (to_head, her_limits) = grant(
        "head-of-service",
        director,
        pounds(5_000),
        &[(FOUR_WEEKS, pounds(20_000))],
        DecidesFor::Organisation,
        BACKS_HEAD_OF_SERVICE,
    );
    let to_head =
        delegation::Model { grantee_kind: GranteeKind::Person, grantee_practitioner_id: Some(head), ..to_head };

    let practitioners = in_emergency(practitioners, pounds(100));
    let enablers = in_emergency(enablers, pounds(200));
    let seniors = in_emergency(seniors, pounds(500));
    Scheme { row, granted: vec![practitioners, enablers, seniors, (to_head, her_limits)] }
}

fn unsigned(council: &Council, now: DateTime<Utc>) -> scheme::Model {
    scheme::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        version: 1,
        title: "Scheme of delegation for family support".into(),
        content_sha256: Vec::new(),
        signed_by: council.head_of_service.id,
        signed_at: now,
        signature: Vec::new(),
        key_id: String::new(),
        valid_from: now,
        valid_to: None,
        source: None,
    }
}

fn limit_of(delegation_id: DelegationId, hours: i32, limit: Money) -> delegation_window::Model {
    delegation_window::Model { id: mint::id(), delegation_id, hours, limit_pence: limit.pence() }
}

impl Scheme {
    /// Signs the hash of the content with the server's key.
    pub fn sign(self, key: &SigningKey) -> Result<Self, serde_json::Error> {
        let content_sha256 = Sha256::digest(self.content()?).to_vec();
        let signature = key.sign(&content_sha256);
        let row = scheme::Model { content_sha256, signature, key_id: key.kid().into(), ..self.row };
        Ok(Self { row, ..self })
    }

    /// The words that are signed, byte for byte the same whenever they are written down again from the rows:
    /// fields in this order, grants by their ids, windows by their length, times to the second.
    pub fn content(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut grants: Vec<_> =
            self.granted.iter().map(|(delegation, limits)| GrantWords::of(delegation, limits)).collect();
        grants.sort_by_key(|grant| grant.delegation);
        serde_json::to_vec(&SchemeWords {
            scheme: self.row.id,
            organisation: self.row.organisation_id,
            version: self.row.version,
            title: &self.row.title,
            signed_by: self.row.signed_by,
            signed_at: to_the_second(self.row.signed_at),
            valid_from: to_the_second(self.row.valid_from),
            valid_to: self.row.valid_to.map(to_the_second),
            grants,
        })
    }
}

#[derive(Serialize)]
struct SchemeWords<'a> {
    scheme: SchemeId,
    organisation: OrganisationId,
    version: i32,
    title: &'a str,
    signed_by: PractitionerId,
    signed_at: String,
    valid_from: String,
    valid_to: Option<String>,
    grants: Vec<GrantWords<'a>>,
}

#[derive(Serialize)]
struct GrantWords<'a> {
    delegation: DelegationId,
    granted_by: PractitionerId,
    to: GranteeKind,
    practitioner: Option<PractitionerId>,
    role: Option<Role>,
    team: Option<TeamId>,
    item_limit_pence: Option<i64>,
    windows: Vec<WindowWords>,
    break_glass_pence: Option<i64>,
    decides_for: DecidesFor,
    backing_statement: &'a str,
    valid_from: String,
    valid_to: Option<String>,
}

#[derive(Serialize)]
struct WindowWords {
    hours: i32,
    limit_pence: i64,
}

impl<'a> GrantWords<'a> {
    fn of(row: &'a delegation::Model, limits: &[delegation_window::Model]) -> Self {
        let mut windows: Vec<_> =
            limits.iter().map(|limit| WindowWords { hours: limit.hours, limit_pence: limit.limit_pence }).collect();
        windows.sort_by_key(|window| window.hours);
        Self {
            delegation: row.id,
            granted_by: row.grantor_id,
            to: row.grantee_kind,
            practitioner: row.grantee_practitioner_id,
            role: row.grantee_role,
            team: row.grantee_team_id,
            item_limit_pence: row.item_limit_pence,
            windows,
            break_glass_pence: row.break_glass_pence,
            decides_for: row.decides_for,
            backing_statement: &row.backing_statement,
            valid_from: to_the_second(row.valid_from),
            valid_to: row.valid_to.map(to_the_second),
        }
    }
}

/// Databases keep fractions of a second differently; a signature must not depend on it.
fn to_the_second(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
