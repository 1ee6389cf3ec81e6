//! Schemes of delegation: a file becomes a signed version, and a version becomes words again. Versions are never
//! edited, so what was decided under one stays as it was.

use busfare_entity::{
    delegation, delegation_hub, delegation_method, delegation_purpose, delegation_window, organisation, scheme,
    words::{DelegationId, HubId, OrganisationId, PaymentMethod, PractitionerId, SpendPurposeId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};
use sha2::{Digest, Sha256};

mod roll;
mod rows;

pub use self::{
    roll::{everybody, roll},
    rows::{as_written, draw_up},
};
use super::db::DatabaseTransaction;
use crate::rules::{
    scheme::{GrantWords, Scheme, SchemeWords, WindowWords, content},
    token::SigningKey,
};

/// Most versions that are listed.
const MOST_VERSIONS: u64 = 100;

/// A version with its grants, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The version.
    pub row: scheme::Model,
    /// Its grants.
    pub granted: Vec<GrantRows>,
}

/// A grant with everything it names.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantRows {
    /// The grant.
    pub delegation: delegation::Model,
    /// Its rolling limits.
    pub windows: Vec<delegation_window::Model>,
    /// The purposes it is for; none named means all.
    pub purposes: Vec<SpendPurposeId>,
    /// The hubs it is for; none named means all.
    pub hubs: Vec<HubId>,
    /// The ways of paying it is for; none named means all.
    pub methods: Vec<PaymentMethod>,
}

/// What is to be published, by whom.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// Whose scheme.
    pub organisation: OrganisationId,
    /// What the file says, every name of it known.
    pub scheme: &'a Scheme,
    /// The file.
    pub source: &'a str,
    /// Who signs.
    pub signed_by: PractitionerId,
    /// With which key.
    pub key: &'a SigningKey,
}

/// What came of publishing.
#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    /// A new version.
    New(scheme::Model),
    /// The newest version says the same, word for word; nothing was changed.
    Already(scheme::Model),
}

/// Why a file was not published.
#[derive(Debug, thiserror::Error)]
pub enum NotPublished {
    /// A name in it is nobody's here, or nothing's.
    #[error("there is nobody and nothing called \"{0}\" here")]
    Unknown(String),
    /// Its words could not be written down.
    #[error("the words to sign could not be written down: {0}")]
    Unwritten(#[from] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] DbErr),
}

/// Publishes a file as the next version, signed. Publishing what is the newest version already changes nothing.
pub async fn publish(
    txn: &DatabaseTransaction,
    publication: Publication<'_>,
    now: DateTime<Utc>,
) -> Result<Published, NotPublished> {
    let organisation = held(txn, publication.organisation).await?;
    let newest = newest(txn, organisation.id).await?;
    let lasts = |row: &scheme::Model| row.valid_to.is_none_or(|end| now < end);
    if let Some(same) = newest.clone().filter(|row| row.source.as_deref() == Some(publication.source) && lasts(row)) {
        return Ok(Published::Already(same));
    }

    let roll = roll(txn, organisation.id).await?;
    let number = newest.map_or(1, |row| row.version + 1);
    let version = sign(rows::draw_up(&publication, &organisation, &roll, number, now)?, publication.key)?;
    let row = version.row.clone();
    insert(txn, version).await?;
    Ok(Published::New(row))
}

/// Two who publish at once take turns, so that versions follow each other.
async fn held(txn: &DatabaseTransaction, id: OrganisationId) -> Result<organisation::Model, DbErr> {
    let row = organisation::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(txn).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("an organisation".to_owned()))
}

async fn newest(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Option<scheme::Model>, DbErr> {
    versions_of(organisation).one(conn).await
}

fn versions_of(organisation: OrganisationId) -> sea_orm::Select<scheme::Entity> {
    scheme::Entity::find()
        .filter(scheme::Column::OrganisationId.eq(organisation))
        .order_by_desc(scheme::Column::Version)
}

/// The versions of an organisation's scheme, newest first.
pub async fn versions(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<scheme::Model>, DbErr> {
    versions_of(organisation).limit(MOST_VERSIONS).all(conn).await
}

/// Signs the hash of a version's words.
pub fn sign(version: Version, key: &SigningKey) -> Result<Version, serde_json::Error> {
    let content_sha256 = Sha256::digest(content(words_of(&version))?).to_vec();
    let signature = key.sign(&content_sha256);
    let row = scheme::Model { content_sha256, signature, key_id: key.kid().into(), ..version.row };
    Ok(Version { row, ..version })
}

fn words_of(Version { row, granted }: &Version) -> SchemeWords<'_> {
    SchemeWords {
        scheme: row.id,
        organisation: row.organisation_id,
        version: row.version,
        title: &row.title,
        signed_by: row.signed_by,
        signed_at: row.signed_at,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        source_sha256: row.source.as_ref().map(|source| data_encoding::HEXLOWER.encode(&Sha256::digest(source))),
        grants: granted.iter().map(grant_words).collect(),
    }
}

fn grant_words(rows: &GrantRows) -> GrantWords<'_> {
    let row = &rows.delegation;
    let window =
        |window: &delegation_window::Model| WindowWords { hours: window.hours, limit_pence: window.limit_pence };
    GrantWords {
        delegation: row.id,
        line: &row.line,
        granted_by: row.grantor_id,
        to: row.grantee_kind,
        practitioner: row.grantee_practitioner_id,
        role: row.grantee_role,
        team: row.grantee_team_id,
        purposes: rows.purposes.clone(),
        hubs: rows.hubs.clone(),
        methods: rows.methods.clone(),
        item_limit_pence: row.item_limit_pence,
        windows: rows.windows.iter().map(window).collect(),
        budget_limit_pence: row.budget_limit_pence,
        person_limit_pence: row.person_limit_pence,
        break_glass_pence: row.break_glass_pence,
        days: row.days,
        from_minute: row.from_minute,
        to_minute: row.to_minute,
        decides_for: row.decides_for,
        backing_statement: &row.backing_statement,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    }
}

async fn insert(txn: &DatabaseTransaction, version: Version) -> Result<(), DbErr> {
    scheme::Entity::insert(version.row.into_active_model()).exec_without_returning(txn).await?;
    for rows in version.granted {
        let id = rows.delegation.id;
        delegation::Entity::insert(rows.delegation.into_active_model()).exec_without_returning(txn).await?;
        for window in rows.windows {
            delegation_window::Entity::insert(window.into_active_model()).exec_without_returning(txn).await?;
        }
        for purpose_id in rows.purposes {
            let row = delegation_purpose::Model { delegation_id: id, purpose_id };
            delegation_purpose::Entity::insert(row.into_active_model()).exec_without_returning(txn).await?;
        }
        for hub_id in rows.hubs {
            let row = delegation_hub::Model { delegation_id: id, hub_id };
            delegation_hub::Entity::insert(row.into_active_model()).exec_without_returning(txn).await?;
        }
        for method in rows.methods {
            let row = delegation_method::Model { delegation_id: id, method };
            delegation_method::Entity::insert(row.into_active_model()).exec_without_returning(txn).await?;
        }
    }
    Ok(())
}

/// A version with everything in it, grants in the order they were written in. A constant number of statements.
pub async fn whole(conn: &impl ConnectionTrait, row: scheme::Model) -> Result<Version, DbErr> {
    let grants = delegation::Entity::find()
        .filter(delegation::Column::SchemeId.eq(row.id))
        .order_by_asc(delegation::Column::Id)
        .all(conn)
        .await?;
    let ids: Vec<DelegationId> = grants.iter().map(|grant| grant.id).collect();
    let windows = delegation_window::Entity::find()
        .filter(delegation_window::Column::DelegationId.is_in(ids.iter().copied()))
        .order_by_asc(delegation_window::Column::Hours)
        .all(conn)
        .await?;
    let purposes = delegation_purpose::Entity::find()
        .filter(delegation_purpose::Column::DelegationId.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    let hubs = delegation_hub::Entity::find()
        .filter(delegation_hub::Column::DelegationId.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    let methods = delegation_method::Entity::find()
        .filter(delegation_method::Column::DelegationId.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    let of = |delegation: delegation::Model| GrantRows {
        windows: windows.iter().filter(|row| row.delegation_id == delegation.id).cloned().collect(),
        purposes: sorted(purposes.iter().filter(|row| row.delegation_id == delegation.id).map(|row| row.purpose_id)),
        hubs: sorted(hubs.iter().filter(|row| row.delegation_id == delegation.id).map(|row| row.hub_id)),
        methods: sorted(methods.iter().filter(|row| row.delegation_id == delegation.id).map(|row| row.method)),
        delegation,
    };
    Ok(Version { row, granted: grants.into_iter().map(of).collect() })
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.collect();
    items.sort_unstable();
    items
}
