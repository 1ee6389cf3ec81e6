//! Yeses: how long they take, how many could not wait, how much of her say everybody uses, and how soon evidence comes.

use async_graphql::SimpleObject;

use super::groups::{InsightGroup, MoneyShare, Share, count, int, percent, share, share_of_money};
use crate::{
    api::{scalars::Decimal, types::money::Money},
    rules::{
        self,
        insight::{Figures, ToEvidence},
    },
};

/// How long a group waits for a yes. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToYes {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TimeToYesFigures>,
}

/// How long a group waits for a yes, from `requestedAt` to the moment of the first verdict that is a yes. What was declined,
/// or still waits, is not in it. Times are whole seconds; a percentile is the smallest time that at least so many in a
/// hundred do not exceed (nearest rank), so it is always a time that somebody waited. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToYesFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// How many yeses they got.
    pub yeses: i32,
    /// The 50th percentile, in seconds.
    pub median_seconds: i32,
    /// The 90th percentile, in seconds.
    pub p90_seconds: i32,
    /// Yeses by the asker's own say, emergencies included, of all yeses.
    pub decided_by_asker: Share,
}

/// How much of a group's spending could not wait. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct BreakGlassShare {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<BreakGlassFigures>,
}

/// How much of a group's spending could not wait. Below two percent the scheme of delegation fits the work. An app needs the
/// scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct BreakGlassFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// Spends authorised in emergencies, of all spends that got a yes.
    pub spends: Share,
    /// Money authorised in emergencies, of all money that was authorised, as the first yes had it.
    pub money: MoneyShare,
}

/// How much of its say a group uses. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TakeUp {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TakeUpFigures>,
}

/// How much of its say a group uses, in the days of the period that have begun. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TakeUpFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// Authorised by the askers' own say, emergencies left out.
    pub used: Money,
    /// Of a team or the organisation: what the people who work there now may authorise by themselves in so many days, each
    /// by her most generous delegation at its tightest rolling limit; none where no rolling limit bounds somebody.
    /// Of a budget: its allocation for so many days of its period.
    pub may_use: Option<Money>,
    /// What is used of it, in percent to one decimal place.
    pub percent: Option<Decimal>,
}

/// How long a team takes from spending to the first evidence. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToReceipt {
    /// Whose figures these are: always a team's.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TimeToReceiptFigures>,
}

/// How long a team takes from the moment a spend is recorded as spent to the first receipt attached to it or note why there
/// is none, whichever came first; nothing where it was there before. What has neither yet is not in it, and neither is a
/// receipt that was taken off again. Counted are months, by the day the money left, in which five people at least brought
/// evidence. There is only the middle: no fastest, no slowest, and nobody's own. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToReceiptFigures {
    /// How many people brought evidence; five at least.
    pub people: i32,
    /// For how many spends.
    pub spends: i32,
    /// The 50th percentile, in seconds (nearest rank).
    pub median_seconds: i32,
}

impl From<&Figures> for TimeToYesFigures {
    fn from(told: &Figures) -> Self {
        Self {
            people: count(told.people),
            yeses: int(told.yeses),
            median_seconds: int(told.median_seconds),
            p90_seconds: int(told.p90_seconds),
            decided_by_asker: share(told.by_asker, told.yeses),
        }
    }
}

impl From<&Figures> for BreakGlassFigures {
    fn from(told: &Figures) -> Self {
        Self {
            people: count(told.people),
            spends: share(told.emergencies, told.yeses),
            money: share_of_money(told.in_emergencies, told.amount),
        }
    }
}

impl TakeUpFigures {
    /// With what may be used.
    pub(super) fn of(told: &Figures, may_use: Option<rules::money::Money>) -> Self {
        Self {
            people: count(told.people),
            used: told.own_say.into(),
            may_use: may_use.map(Into::into),
            percent: may_use.map(|may_use| percent(told.own_say.pence(), may_use.pence())),
        }
    }
}

impl From<ToEvidence> for TimeToReceiptFigures {
    fn from(told: ToEvidence) -> Self {
        Self { people: count(told.people), spends: int(told.spends), median_seconds: int(told.median_seconds) }
    }
}
