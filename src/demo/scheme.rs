//! The council's scheme of delegation: one of three that are shipped as files, for the same people and the same money.

use busfare_entity::practitioner;
use chrono::{DateTime, Utc};

use super::{DemoError, council::HEAD_OF_SERVICE};
use crate::{
    config::Example,
    rules::{scheme, token::SigningKey},
    store::{self, Db, db::DatabaseTransaction, scheme::Publication},
};

/// Puts one of the schemes in force in a council that is here already. What was decided stays as it was decided.
pub async fn put_in_force(db: &Db, key: &SigningKey, example: Example, now: DateTime<Utc>) -> Result<(), DemoError> {
    let txn = db.begin().await?;
    let head = store::people::by_email(&txn, HEAD_OF_SERVICE).await?.ok_or(DemoError::NotTheDemo)?;
    publish(&txn, key, example, &head, now).await?;
    Ok(txn.commit().await?)
}

/// Publishes an example as anybody would publish a file.
pub async fn publish(
    txn: &DatabaseTransaction,
    key: &SigningKey,
    example: Example,
    head: &practitioner::Model,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let (scheme, problems) = scheme::read(example.file().as_bytes());
    let scheme = scheme.ok_or_else(|| DemoError::Scheme(problems.iter().map(ToString::to_string).collect()))?;
    let publication = Publication {
        organisation: head.organisation_id,
        scheme: &scheme,
        source: example.file(),
        signed_by: head.id,
        key,
    };
    store::scheme::publish(txn, publication, now).await?;
    Ok(())
}
