//! Reflections among colleagues, as those who take part in them see them.

use async_graphql::{Context, ID, Object};
use busfare_entity::{reflection, reflection_note};
use futures_util::future::try_join_all;

use super::people::Practitioner;
use crate::api::{
    context::{Answer, Asked},
    loaders::{self, ThoseIn, ThoughtsIn},
    scalars::DateTime,
};

/// A few words in a reflection.
pub struct ReflectionNote(pub reflection_note::Model);

/// A few words in a reflection. They stay as they were said. It is not an app's to use.
#[Object]
impl ReflectionNote {
    /// The words.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// Whether they are what was decided together.
    async fn decided(&self) -> bool {
        self.0.decided
    }

    /// Whose words they are.
    async fn author(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.author_id).await.map(Practitioner)
    }

    /// When they were noted.
    async fn noted_at(&self) -> DateTime {
        DateTime(self.0.noted_at)
    }
}

/// A question among colleagues.
pub struct Reflection(pub reflection::Model);

/// A question among colleagues: "What do you think?" Only those who take part can read it. It gives no marks, and nothing
/// waits for it. It is not an app's to use.
#[Object]
impl Reflection {
    /// Its id, `rflc_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What is on the mind of whoever asks.
    async fn question(&self) -> &str {
        &self.0.question
    }

    /// Who asks.
    async fn asked_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.asked_by).await.map(Practitioner)
    }

    /// When.
    async fn asked_at(&self) -> DateTime {
        DateTime(self.0.asked_at)
    }

    /// Who takes part, whoever asks included; at most eight.
    async fn participants(&self, ctx: &Context<'_>) -> Answer<Vec<Practitioner>> {
        let loaders = ctx.loaders()?;
        let rows = loaders::maybe(loaders, ThoseIn(self.0.id)).await?.unwrap_or_default();
        let people = rows.into_iter().map(|row| loaders::must(loaders, row.practitioner_id));
        Ok(try_join_all(people).await?.into_iter().map(Practitioner).collect())
    }

    /// What was said, oldest first, at most 100 notes.
    async fn notes(&self, ctx: &Context<'_>) -> Answer<Vec<ReflectionNote>> {
        let rows = loaders::maybe(ctx.loaders()?, ThoughtsIn(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(ReflectionNote).collect())
    }
}
