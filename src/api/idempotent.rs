//! Idempotent verbs: the key is claimed first, in the verb's own transaction, and its answer kept last.

use async_graphql::Context;
use serde::{Serialize, de::DeserializeOwned};
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
    let content = serde_json::to_vec(input).map_err(Problem::internal)?;
    let key = Key { actor: ctx.viewer()?.id, key: key.0, mutation, input_sha256: Sha256::digest(&content).to_vec() };
    let txn = ctx.begin().await?;
    match idempotency::claim(&txn, &key, ctx.now()?).await? {
        Claim::New => Ok(Turn::New(txn, key)),
        Claim::Answered(answer) => serde_json::from_value(answer).map(Turn::Again).map_err(Problem::internal),
        Claim::Reused => Ok(Turn::Reused),
    }
}

/// Keeps what is answered to the key, in the verb's transaction.
pub async fn keep(txn: &DatabaseTransaction, key: &Key, answer: &(impl Serialize + Sync)) -> Answer<()> {
    let answer = serde_json::to_value(answer).map_err(Problem::internal)?;
    Ok(idempotency::keep(txn, key, answer).await?)
}
