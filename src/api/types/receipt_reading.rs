//! What a machine makes of a receipt: suggestions with their reasons, and never a fact.

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::{
    receipt_reading,
    words::{JobState, ReadingReason, ReadingState},
};

use super::money::{Money, pence};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        scalars::{Date, DateTime},
    },
    rules::receipt_reading::{Candidate, Guess, Reading},
    store,
};

/// Declares what a machine suggests about one thing on a receipt, and the values it offers.
macro_rules! suggestions {
    ($($name:ident of $candidate:ident with $value:ty, $what:literal;)+) => {$(
        #[doc = concat!("What a machine suggests as ", $what, ". A person confirms it, or says something else. An app needs the scope `RECEIPTS_READ`.")]
        #[derive(SimpleObject)]
        pub struct $name {
            /// The value to fill in beforehand, where the machine is as good as certain. It is still only a suggestion.
            suggested: Option<$value>,
            /// The values to choose from, the likeliest first, at most four.
            candidates: Vec<$candidate>,
        }

        #[doc = concat!("A value that may be ", $what, ". An app needs the scope `RECEIPTS_READ`.")]
        #[derive(SimpleObject)]
        pub struct $candidate {
            /// The value.
            value: $value,
            /// How likely it seems, 1 to 99. It is good for comparing and says nothing by itself.
            strength: i32,
            /// Why.
            reasons: Vec<ReadingReason>,
        }

        impl $name {
            fn of<T: Clone>(guess: &Guess<T>, shown: impl Fn(T) -> $value) -> Self {
                let candidate = |one: &Candidate<T>| $candidate {
                    value: shown(one.value.clone()),
                    strength: one.score,
                    reasons: one.reasons.clone(),
                };
                let candidates = guess.candidates.iter().map(candidate).collect();
                Self { suggested: guess.suggested.clone().map(&shown), candidates }
            }
        }
    )+};
}

suggestions! {
    SuggestedText of TextCandidate with String, "some words of a receipt";
    SuggestedDay of DayCandidate with Date, "the day of a receipt";
    SuggestedAmount of AmountCandidate with Money, "an amount of a receipt";
}

/// What a machine makes of a receipt.
pub struct ReceiptReading {
    /// The newest reading, if there is one.
    pub row: Option<receipt_reading::Model>,
    /// Whether another waits, or is stuck.
    pub asked_for: Option<JobState>,
}

impl ReceiptReading {
    /// What it suggests; nothing where nothing was read.
    fn guesses(&self, ctx: &Context<'_>) -> Answer<Reading> {
        let Some(row) = &self.row else { return Ok(Reading::default()) };
        let opened = store::receipt_reading::guesses(ctx.state()?.blobs.vault(), row);
        Ok(opened.map_err(Problem::internal)?.unwrap_or_default())
    }
}

/// What a machine makes of a receipt. Everything here is a suggestion: it sets no amount, attaches nothing and decides
/// nothing. `confirmReceipt` is the only way in which it becomes a fact, and a person does that. An app needs the scope
/// `RECEIPTS_READ`.
#[Object]
impl ReceiptReading {
    /// How far it has come. Nothing waits for it.
    async fn state(&self, ctx: &Context<'_>) -> Answer<ReadingState> {
        let here = ctx.state()?.reads;
        Ok(match (&self.row, self.asked_for) {
            (_, Some(JobState::Waiting)) if here => ReadingState::Pending,
            (Some(row), _) => row.state,
            (None, Some(JobState::Stuck)) => ReadingState::Unreadable,
            (None, _) => ReadingState::Unavailable,
        })
    }

    /// What read it, such as `tesseract`. It runs on this server and has no network.
    async fn engine(&self) -> Option<&str> {
        self.row.as_ref()?.engine.as_deref()
    }

    /// The version of what read it.
    async fn engine_version(&self) -> Option<&str> {
        self.row.as_ref()?.engine_version.as_deref()
    }

    /// Which version of the rules made suggestions of the words.
    async fn extractor_version(&self) -> Option<i32> {
        self.row.as_ref().map(|row| row.extractor_version)
    }

    /// When it was read.
    async fn read_at(&self) -> Option<DateTime> {
        self.row.as_ref().map(|row| DateTime(row.read_at))
    }

    /// All of its words, as far as they were read, a line of the paper on a line.
    async fn text(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        let Some(row) = &self.row else { return Ok(None) };
        store::receipt_reading::text(ctx.state()?.blobs.vault(), row).map_err(Problem::internal)
    }

    /// Who seems to have sold it.
    async fn merchant(&self, ctx: &Context<'_>) -> Answer<SuggestedText> {
        Ok(SuggestedText::of(&self.guesses(ctx)?.merchant, |name| name))
    }

    /// The day it seems to say.
    async fn bought_on(&self, ctx: &Context<'_>) -> Answer<SuggestedDay> {
        Ok(SuggestedDay::of(&self.guesses(ctx)?.day, Date))
    }

    /// The time it seems to say, `HH:MM`.
    async fn bought_at(&self, ctx: &Context<'_>) -> Answer<SuggestedText> {
        Ok(SuggestedText::of(&self.guesses(ctx)?.minute, |minute| format!("{:02}:{:02}", minute / 60, minute % 60)))
    }

    /// The total with VAT that it seems to say.
    async fn total(&self, ctx: &Context<'_>) -> Answer<SuggestedAmount> {
        Ok(SuggestedAmount::of(&self.guesses(ctx)?.total, pence))
    }

    /// The VAT registration number, whose check digits are right.
    async fn vat_number(&self, ctx: &Context<'_>) -> Answer<SuggestedText> {
        Ok(SuggestedText::of(&self.guesses(ctx)?.vat_number, |number| number))
    }

    /// The VAT in the total that it seems to say.
    async fn vat(&self, ctx: &Context<'_>) -> Answer<SuggestedAmount> {
        Ok(SuggestedAmount::of(&self.guesses(ctx)?.vat, pence))
    }

    /// The rate of VAT that it seems to say, such as `20%`.
    async fn vat_rate(&self, ctx: &Context<'_>) -> Answer<SuggestedText> {
        Ok(SuggestedText::of(&self.guesses(ctx)?.vat_rate, |rate| match rate % 100 {
            0 => format!("{}%", rate / 100),
            part => format!("{}.{part:02}%", rate / 100),
        }))
    }
}
