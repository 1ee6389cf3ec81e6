//! Spend purposes.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    spend_purpose,
    words::{Fund, Language, ReceiptRule},
};

use super::money::{Money, pence};
use crate::{
    api::context::{Answer, Asked},
    rules::refusal::say,
};

/// What money may be spent on.
pub struct SpendPurpose(pub spend_purpose::Model);

/// What money may be spent on, and the evidence that asks for. An app needs the scope `DIRECTORY_READ`.
#[Object]
impl SpendPurpose {
    /// Its id, `purp_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// A short stable code, such as `bus-fare`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        Ok(say(language.unwrap_or(ctx.language()?), &self.0.name_en, &self.0.name_cy))
    }

    /// Which kind of budget pays. A purpose paid by a hub needs `hubId` when money is requested.
    async fn fund(&self) -> Fund {
        self.0.fund
    }

    /// What evidence it asks for.
    async fn receipt_rule(&self) -> ReceiptRule {
        self.0.receipt_rule
    }

    /// Up to and including this total no evidence is expected.
    async fn receipt_threshold(&self) -> Money {
        pence(self.0.receipt_threshold_pence)
    }
}
