//! Verdicts and checks: why it is a yes, and why not.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use busfare_entity::{
    verdict,
    words::{CheckCode, DeclineReason, Language, Outcome},
};

use super::{
    money::{Money, pence},
    people::Practitioner,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
    },
    rules::{self, authority::Whose, replay},
    store,
};

/// One named check of a decision, passed or failed. An app needs the scope `SPENDS_READ`.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Check {
    /// Which check.
    pub code: CheckCode,
    /// Whether it passed.
    pub ok: bool,
    /// What it allows, where it is about an amount.
    pub limit: Option<Money>,
    /// What it was asked to allow. For a rolling window: what was used before, plus this.
    pub value: Option<Money>,
    /// Whether it failed and lets the spend go ahead all the same, as where a budget may run over.
    pub warning: bool,
    /// What is left afterwards; where the check failed, what was left before.
    pub left: Option<Money>,
    #[graphql(skip)]
    check: rules::authority::Check,
    #[graphql(skip)]
    whose: Whose,
}

#[ComplexObject]
impl Check {
    /// The check in plain words.
    async fn words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        Ok(self.check.words(self.whose, language.unwrap_or(ctx.language()?)))
    }
}

impl Check {
    /// A check as the viewer may see it: how much somebody else has authorised this week is not hers to know.
    pub fn new(check: rules::authority::Check, whose: Whose) -> Self {
        let check = match whose {
            Whose::Yours => check,
            Whose::SomebodyElses => check.without_use(),
        };
        Self {
            code: check.code,
            ok: check.ok,
            warning: check.warning,
            limit: check.limit.map(Into::into),
            value: check.value.map(Into::into),
            left: check.left.map(Into::into),
            check,
            whose,
        }
    }
}

/// A verdict decided again from what was kept with it. An app needs the scope `SPENDS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct Replay {
    /// Whether deciding again says what was decided: every check comes out the same, and the rules allow what was done.
    pub agrees: bool,
    /// What the rules say. A colleague who said no, or yes to less, may have been allowed to authorise all of it.
    pub outcome: Outcome,
    /// Every check, run again.
    pub checks: Vec<Check>,
}

/// One decision with everything it saw.
pub struct Verdict(pub verdict::Model);

/// One decision with everything it saw: kept for ever, and its checks come out the same when they are run again. An app needs
/// the scope `SPENDS_READ`.
#[Object]
impl Verdict {
    /// Its id, `vrdt_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// How it came out.
    async fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// What was decided about.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// What was authorised, where it was.
    async fn authorised(&self) -> Option<Money> {
        self.0.authorised_pence.map(pence)
    }

    /// Every check, passed or failed, in the order a person would ask them.
    async fn checks(&self, ctx: &Context<'_>) -> Answer<Vec<Check>> {
        let whose = if ctx.viewer()?.id == self.0.decided_by { Whose::Yours } else { Whose::SomebodyElses };
        Ok(store::verdict::checks(&self.0)?.into_iter().map(|check| Check::new(check, whose)).collect())
    }

    /// Decided again now, by the rules of today, from the facts that were kept with it and nothing else.
    async fn replay(&self, ctx: &Context<'_>) -> Answer<Replay> {
        let whose = if ctx.viewer()?.id == self.0.decided_by { Whose::Yours } else { Whose::SomebodyElses };
        let again = store::verdict::snapshot(&self.0)?.decide();
        Ok(Replay {
            agrees: replay::agrees(self.0.outcome, &store::verdict::checks(&self.0)?, &again),
            outcome: again.outcome,
            checks: again.checks.into_iter().map(|check| Check::new(check, whose)).collect(),
        })
    }

    /// Whose authority it was; for an ask, who asked.
    async fn decided_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.decided_by).await.map(Practitioner)
    }

    /// When.
    async fn decided_at(&self) -> DateTime {
        DateTime(self.0.decided_at)
    }

    /// Which version of the scheme of delegation it was decided under.
    async fn scheme_version(&self) -> Option<i32> {
        self.0.scheme_version
    }

    /// The signed words that stand behind it, as the decider saw them. We have your back.
    async fn backing_statement(&self) -> Option<&str> {
        self.0.backing_statement.as_deref()
    }

    /// The named senior whose words they are.
    async fn backed_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.backed_by {
            Some(senior) => loaders::must(ctx.loaders()?, senior).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// Why not, where it was a no.
    async fn decline_reason(&self) -> Option<DeclineReason> {
        self.0.decline_reason
    }

    /// The decider's own words.
    async fn words(&self) -> Option<&str> {
        self.0.words.as_deref()
    }
}
