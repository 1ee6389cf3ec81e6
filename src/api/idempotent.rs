//! Idempotent verbs: the key is claimed first, in the verb's own transaction, and its answer kept last.

use async_graphql::Context;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    context::{Answer, Asked},
    error::Problem,
    scalars::Uuid,
};
use crate::store::{
    db::DatabaseTransaction,
    idempotency::{self, Claim, Key},
};

/// What beginning a verb came to.
pub enum Turn<T> {
    /// Go on, in this transaction; keep the answer with [`keep`] before committing it.
    New(DatabaseTransaction, Key),
    /// This was answered before.
    Again(T),
    /// The key belongs to another input.
    Reused,
}

/// Begins a verb's transaction and claims its key. Where nothing is kept, because the transaction is
/// dropped or refused, the key is free again.
pub async fn begin<T: DeserializeOwned>(
    ctx: &Context<'_>,
    mutation: &'static str,
    key: Uuid,
    input: &(impl Serialize + Sync),
) -> Answer<Turn<T>> {
    let key = self::key(ctx, mutation, key, input)?;
    let txn = ctx.begin().await?;
    match idempotency::claim(&txn, &key, ctx.now()?).await? {
        Claim::New => Ok(Turn::New(txn, key)),
        Claim::Answered(answer) => serde_json::from_value(answer).map(Turn::Again).map_err(Problem::internal),
        Claim::Reused => Ok(Turn::Reused),
    }
}

/// One use of a key, for a verb that claims several at once.
pub fn key(ctx: &Context<'_>, mutation: &'static str, key: Uuid, input: &impl Serialize) -> Answer<Key> {
    let app = ctx.asking()?.through.as_ref().map(|through| through.app);
    Ok(Key { actor: ctx.viewer()?.id, key: key.0, mutation, input_sha256: hash(input)?, app })
}

/// The hash of what was said. What was left out is left out of the hash too, so that a field added to an input
/// later does not make an old request look like another one.
fn hash(input: &impl Serialize) -> Answer<Vec<u8>> {
    let said = without_nulls(serde_json::to_value(input).map_err(Problem::internal)?);
    Ok(Sha256::digest(said.to_string().as_bytes()).to_vec())
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Keeps what is answered to the key, in the verb's transaction.
pub async fn keep(txn: &DatabaseTransaction, key: &Key, answer: &(impl Serialize + Sync)) -> Answer<()> {
    let answer = serde_json::to_value(answer).map_err(Problem::internal)?;
    Ok(idempotency::keep(txn, key, answer).await?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_is_left_out_does_not_change_the_hash() {
        let then = json!({ "purposeId": "purp_1", "answers": [{ "linkId": "a" }] });
        let now = json!({ "purposeId": "purp_1", "hubId": null, "answers": [{ "linkId": "a", "baseRevision": null }] });

        assert_eq!(hash(&then).unwrap(), hash(&now).unwrap());
        assert_ne!(hash(&then).unwrap(), hash(&json!({ "purposeId": "purp_2" })).unwrap());
    }
}
