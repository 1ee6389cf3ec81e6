//! Warnings by id: found by whoever may see the person they are about.

use async_graphql::Context;
use busfare_entity::{person_warning, words::PersonWarningId};

use super::{
    context::{Answer, Asked},
    error::Problem,
    loaders,
};
use crate::store;

/// A warning about somebody whom the viewer may see.
pub async fn find(ctx: &Context<'_>, id: PersonWarningId) -> Answer<person_warning::Model> {
    let warning = store::warning::find(ctx.reader()?, id).await?.ok_or_else(Problem::not_found)?;
    loaders::maybe(ctx.loaders()?, warning.person_id).await?.ok_or_else(Problem::not_found)?;
    Ok(warning)
}
