//! What can be read of the directory of the community.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::words::AppScope;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        types::resource::{FoundResource, Resource},
    },
    rules::{
        directory::{Point, Wanted},
        text,
    },
    store,
};

/// Most characters that somebody may look for.
const SEARCH_CHARS: usize = 100;
/// Most characters of a need's id or name.
const NEED_CHARS: usize = 200;
/// Most services in one answer.
const MOST_FOUND: i32 = 50;
/// Services in one answer where nobody says how many.
const FIRST_FOUND: i32 = 20;

/// From where, and how far.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct NearInput {
    /// Degrees north (WGS 84), -90 to 90.
    latitude: f64,
    /// Degrees east (WGS 84), -180 to 180.
    longitude: f64,
    /// How many kilometres away at most, as the crow flies: 0.1 to 100.
    #[graphql(default = 10.0)]
    within_km: f64,
}

impl NearInput {
    fn parse(self) -> Answer<(Point, u32)> {
        let point = Point::try_new(self.latitude, self.longitude)
            .ok_or_else(|| Problem::bad_user_input(message!("near-not-a-point")))?;
        if !(0.1..=100.0).contains(&self.within_km) {
            return Err(Problem::bad_user_input(message!("within-out-of-range")));
        }
        Ok((point, (self.within_km * 1_000.0).round() as u32))
    }
}

/// What can be read of the directory.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// Services of the community: those that are called so first, then the nearest, then by name. Those that have ended are
    /// not among them. An app needs the scope `DIRECTORY_READ`.
    async fn resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The beginnings of words in any order, at most 100 characters. Accents and capitals do not matter."
        )]
        search: Option<String>,
        #[graphql(desc = "What it is for: the id or the name of a term of a taxonomy, at most 200 characters.")]
        need: Option<String>,
        #[graphql(desc = "Near here.")] near: Option<NearInput>,
        #[graphql(default_with = "Some(FIRST_FOUND)", desc = "How many, 1 to 50.")] first: Option<i32>,
    ) -> Answer<Vec<FoundResource>> {
        let organisation = ctx.organisation(AppScope::DirectoryRead)?;
        let first = first.unwrap_or(FIRST_FOUND);
        if !(1..=MOST_FOUND).contains(&first) {
            return Err(Problem::bad_user_input(message!("first-out-of-range", most = MOST_FOUND)));
        }
        let words = search.map(|search| words(&search, "search", SEARCH_CHARS));
        let need = need.map(|need| words_or_none(&need)).transpose()?.flatten();
        let near = near.map(NearInput::parse).transpose()?;
        let wanted = Wanted { words: words.transpose()?.unwrap_or_default(), need, near };
        let most = u64::try_from(first).unwrap_or_default();
        let found = store::directory::find(ctx.reader()?, organisation, &wanted, most).await?;
        let found =
            found.into_iter().map(|found| FoundResource { resource: Resource(found.kept), metres: found.metres });
        Ok(found.collect())
    }
}

fn words_or_none(need: &str) -> Answer<Option<String>> {
    let need = words(need, "need", NEED_CHARS)?;
    Ok(Some(need).filter(|need| !need.is_empty()))
}

fn words(typed: &str, name: &str, most: usize) -> Answer<String> {
    let plain = text::plain(typed, most);
    let plain = plain.map_err(|_| Problem::bad_user_input(message!("text-not-plain", name = name, most = most)))?;
    Ok(plain.unwrap_or_default())
}
