//! Subject access: somebody's story, and what to look at before it is handed over.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::words::ThirdPartySign;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        scalars::Json,
    },
    rules::story::{Mention, Story},
};

/// What is held about somebody, for them to read.
pub struct SubjectAccess(pub (Story, Vec<Mention>));

/// A line that may tell of somebody else. It is not an app's to use.
#[derive(SimpleObject)]
pub struct ThirdPartyMention {
    /// The id of the record, spend or warning that the line is told from.
    source: ID,
    /// The line, as it stands in the story.
    line: String,
    /// What makes it likely.
    sign: ThirdPartySign,
}

/// What is held about somebody, for them to read under UK GDPR Article 15: in the order in which it happened, as a page and
/// as data. It has what the viewer may read, and of each kind the last 1,000; look at `thirdParties` before you hand it over.
/// It is not an app's to use.
#[Object]
impl SubjectAccess {
    /// A page of its own, with nothing to load, to show or to print.
    async fn html(&self, ctx: &Context<'_>) -> Answer<String> {
        Ok(self.0.0.html(ctx.language()?))
    }

    /// The same as data: `about`, `toldOn`, `withheld` and `parts`, each with `source`, `on`, `title`, `by` and `lines`.
    async fn json(&self) -> Answer<Json> {
        serde_json::to_value(&self.0.0).map(Json).map_err(|error| Problem::internal(error.to_string()))
    }

    /// Lines that may tell of somebody else, in the story's order. Nothing is taken out: you know better.
    async fn third_parties(&self) -> Vec<ThirdPartyMention> {
        let (story, mentions) = &self.0;
        let mentioned = |mention: &Mention| {
            let part = story.parts.get(mention.part)?;
            let line = part.lines.get(mention.line)?.clone();
            Some(ThirdPartyMention { source: part.source.clone().into(), line, sign: mention.sign })
        };
        mentions.iter().filter_map(mentioned).collect()
    }

    /// How many answers, restricted records and warnings are not in it: the viewer may not read them, or the person was not
    /// told. Ask who may, before you say that this is everything.
    async fn withheld(&self) -> i32 {
        i32::try_from(self.0.0.withheld).unwrap_or(i32::MAX)
    }
}
