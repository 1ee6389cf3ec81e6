//! What can be read about the people who are helped.

use async_graphql::{Context, Object};

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        types::person::{Person, SimilarPerson},
    },
    rules::{
        person::{Identity, NAME_CHARS},
        text,
    },
    store,
};

/// What can be read about people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// People the viewer may see by the beginnings of their names or by their reference, then those whose names are alike; at
    /// most 25. Accents, capitals and order do not matter. An app needs the scope `PEOPLE_READ`.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Some of a name, or a reference; 1 to 80 characters.")] search: String,
    ) -> Answer<Vec<Person>> {
        let words = text::plain(&search, NAME_CHARS).ok().flatten();
        let words = words.ok_or_else(|| Problem::bad_user_input(message!("search-not-plain")))?;
        let people = store::person::search(ctx.reader()?, &ctx.viewer()?, &words, ctx.now()?).await?;
        Ok(people.into_iter().map(Person).collect())
    }

    /// People the viewer may see who may be the one she means, the surest first, at most 25: to look before `putPerson`.
    /// Nothing waits for that. An app needs the scope `PEOPLE_READ`.
    async fn similar_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they are called.")] display_name: Option<String>,
        #[graphql(desc = "The council's own reference.")] reference: Option<String>,
    ) -> Answer<Vec<SimilarPerson>> {
        let meant = Identity::try_new(display_name.as_deref(), reference.as_deref())
            .map_err(|_| Problem::bad_user_input(message!("identity-not-plain")))?;
        let alike = store::person::alike(ctx.reader()?, &ctx.viewer()?, &meant, None, ctx.now()?).await?;
        Ok(alike.into_iter().map(SimilarPerson::new).collect())
    }
}
