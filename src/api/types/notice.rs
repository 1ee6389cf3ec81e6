//! Notices: what the viewer is told of.

use async_graphql::{Context, ID, Object};
use busfare_entity::{notice, words::NoticeKind};

use super::spend::Spend;
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::DateTime,
};

/// Something the viewer is told of.
pub struct Notice(pub notice::Model);

/// Something the viewer is told of, and nobody else. It asks nothing of her.
#[Object]
impl Notice {
    /// Its id, `ntce_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What she is told of.
    async fn kind(&self) -> NoticeKind {
        self.0.kind
    }

    /// The spend it is about. She sees it because she was told of it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Spend> {
        loaders::must(ctx.loaders()?, self.0.spend_id).await.map(Spend)
    }

    /// When she was told.
    async fn told_at(&self) -> DateTime {
        DateTime(self.0.told_at)
    }

    /// When she marked it as seen.
    async fn seen_at(&self) -> Option<DateTime> {
        self.0.seen_at.map(DateTime)
    }
}
