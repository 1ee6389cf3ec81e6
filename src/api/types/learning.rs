//! Learning conversations, as those who take part in them see them.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use busfare_entity::{
    learning, learning_note,
    words::{Language, LearningPrompt, LearningState, WhyLearning},
};
use futures_util::future::try_join_all;

use super::{people::Practitioner, spend::Spend};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, NotesIn, ParticipantsIn},
        scalars::DateTime,
    },
    rules,
};

/// Something a learning conversation asks. It is not an app's to use.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub struct LearningQuestion {
    /// Which of the two.
    pub prompt: LearningPrompt,
}

#[ComplexObject]
impl LearningQuestion {
    /// The question in plain words.
    async fn words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        Ok(rules::learning::asked(self.prompt, language.unwrap_or(ctx.language()?)))
    }
}

/// A few words in a learning conversation.
pub struct LearningNote(pub learning_note::Model);

/// A few words in a learning conversation. They stay as they were said. It is not an app's to use.
#[Object]
impl LearningNote {
    /// What the words are about.
    async fn prompt(&self) -> LearningPrompt {
        self.0.prompt
    }

    /// The words.
    async fn words(&self) -> &str {
        &self.0.words
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

/// A conversation to learn from, about one spend.
pub struct LearningConversation(pub learning::Model);

/// A conversation to learn from, about one spend: what helped, and what would help next time. It gives no marks and names
/// nobody's faults, nothing waits for it, and only those who take part in it can read it. It is not an app's to use.
#[Object]
impl LearningConversation {
    /// Its id, `lrng_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The spend it is about, while the viewer may see that.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.spend_id).await?.map(Spend))
    }

    /// Why it was opened.
    async fn opened_because(&self) -> WhyLearning {
        self.0.opened_because
    }

    /// Where it stands.
    async fn state(&self) -> LearningState {
        self.0.state
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// What it asks.
    async fn questions(&self) -> Vec<LearningQuestion> {
        rules::learning::PROMPTS.map(|prompt| LearningQuestion { prompt }).into()
    }

    /// Who takes part: whoever asked for the money, and the senior who was told.
    async fn participants(&self, ctx: &Context<'_>) -> Answer<Vec<Practitioner>> {
        let loaders = ctx.loaders()?;
        let rows = loaders::maybe(loaders, ParticipantsIn(self.0.id)).await?.unwrap_or_default();
        let people = rows.into_iter().map(|row| loaders::must(loaders, row.practitioner_id));
        Ok(try_join_all(people).await?.into_iter().map(Practitioner).collect())
    }

    /// What was said, oldest first; at most 100 notes.
    async fn notes(&self, ctx: &Context<'_>) -> Answer<Vec<LearningNote>> {
        let notes = loaders::maybe(ctx.loaders()?, NotesIn(self.0.id)).await?;
        Ok(notes.unwrap_or_default().into_iter().map(LearningNote).collect())
    }
}
