//! A spend, as its asker, the colleague who is asked and the team's seniors see it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    ask, no_receipt_note, spend,
    words::{
        AskState, Language, NoReceiptReason, PaymentMethod, SpendBooks, SpendDecision, SpendEvidence, SpendMoney,
        SpendTiming, WhyAsked,
    },
};

use super::{
    budget::Budget,
    export::Reversal,
    money::{Money, pence},
    people::{Hub, Person, Practitioner},
    purpose::SpendPurpose,
    receipt::Receipt,
    record::Record,
    verdict::Verdict,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, AsksAbout, HelpedBy, NoteOn, ReceiptsOf, RecordsAbout, ReversalsOf, VerdictsOn},
        scalars::DateTime,
    },
    rules::{self, refusal::Refusal, sight::SpendAction},
    store,
};

/// Whether the viewer may do something, and if not, why.
#[derive(Clone, Debug, SimpleObject)]
pub struct Permission {
    /// Whether it is allowed now.
    pub allowed: bool,
    /// Why not, in plain words.
    pub reason: Option<String>,
}

/// What the viewer may do with a spend now, from the same rules that guard the mutations.
#[derive(Clone, Debug, SimpleObject)]
pub struct SpendPermissions {
    /// Say yes, less or no: `decideSpend`.
    pub decide: Permission,
    /// Take it back: `withdrawSpend`.
    pub withdraw: Permission,
    /// Say what was really spent: `recordSpent`.
    pub record_spent: Permission,
    /// Attach a receipt or note why there is none: `captureReceipt`, `attachReceipt`, `noteNoReceipt`.
    pub give_evidence: Permission,
    /// Take back what it has too much in the books: `reverseSpend`.
    pub reverse: Permission,
}

/// The one colleague a spend waits for, or waited for.
pub struct Ask(pub ask::Model);

/// The one colleague a spend waits for, or waited for.
#[Object]
impl Ask {
    /// Why this colleague.
    async fn why(&self) -> WhyAsked {
        self.0.why
    }

    /// Who is asked.
    async fn asked(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.asked_id).await.map(Practitioner)
    }

    /// Whether it still waits.
    async fn state(&self) -> AskState {
        self.0.state
    }

    /// When the colleague was asked.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }
}

/// Why a spend has no receipt.
#[derive(Clone, Debug, SimpleObject)]
pub struct NoReceiptNote {
    /// The reason.
    pub reason: NoReceiptReason,
    /// A few words of the asker's own.
    pub words: Option<String>,
    /// When it was noted.
    pub noted_at: DateTime,
}

impl From<no_receipt_note::Model> for NoReceiptNote {
    fn from(row: no_receipt_note::Model) -> Self {
        Self { reason: row.reason, words: row.words, noted_at: DateTime(row.noted_at) }
    }
}

/// One request for money.
pub struct Spend(pub spend::Model);

/// One request for money, from asking to the books, on four small axes: `decision`, `money`, `evidence`, `books`.
#[Object]
impl Spend {
    /// Its id, `spnd_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who asked.
    async fn asker(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// What it is for.
    async fn purpose(&self, ctx: &Context<'_>) -> Answer<SpendPurpose> {
        loaders::must(ctx.loaders()?, self.0.purpose_id).await.map(SpendPurpose)
    }

    /// The hub it is for, if one was named.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.0.hub_id {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// The person it helps, where that was said.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        let person = loaders::maybe(ctx.loaders()?, HelpedBy(self.0.id)).await?;
        Ok(person.map(|id| Person { id: id.to_string().into() }))
    }

    /// The budget it draws on.
    async fn budget(&self, ctx: &Context<'_>) -> Answer<Budget> {
        loaders::must(ctx.loaders()?, self.0.budget_id).await.map(Budget)
    }

    /// Before the purchase, or already bought.
    async fn timing(&self) -> SpendTiming {
        self.0.timing
    }

    /// How it is paid, once that is said.
    async fn method(&self) -> Option<PaymentMethod> {
        self.0.method
    }

    /// The price of one.
    async fn unit_price(&self) -> Money {
        pence(self.0.unit_price_pence)
    }

    /// How many.
    async fn count(&self) -> i32 {
        self.0.count
    }

    /// Unit price times count.
    async fn total(&self) -> Money {
        pence(self.0.total_pence)
    }

    /// The asker's own words.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who decided, or who has been asked to.
    async fn decision(&self) -> SpendDecision {
        self.0.decision
    }

    /// Where the money is.
    async fn money(&self) -> SpendMoney {
        self.0.money
    }

    /// What stands behind it as evidence.
    async fn evidence(&self) -> SpendEvidence {
        self.0.evidence
    }

    /// Where it is in the books.
    async fn books(&self) -> SpendBooks {
        self.0.books
    }

    /// The four axes as one sentence for a phone.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        let language = language.unwrap_or(ctx.language()?);
        let spend = &self.0;
        let total = rules::money::Money::from_pence(spend.total_pence);
        let authorised = spend.authorised_pence.map(rules::money::Money::from_pence);
        Ok(rules::spend::sentence(spend.decision, spend.money, spend.evidence, total, authorised, language))
    }

    /// What was authorised, where it was.
    async fn authorised(&self) -> Option<Money> {
        self.0.authorised_pence.map(pence)
    }

    /// What has left, where it has.
    async fn spent(&self) -> Option<Money> {
        self.0.spent_pence.map(pence)
    }

    /// What came back of it.
    async fn refunded(&self) -> Money {
        pence(self.0.refunded_pence)
    }

    /// When it was asked for.
    async fn requested_at(&self) -> DateTime {
        DateTime(self.0.requested_at)
    }

    /// When it was last decided on.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// When the money was recorded as spent.
    async fn spent_at(&self) -> Option<DateTime> {
        self.0.spent_at.map(DateTime)
    }

    /// The latest verdict, with every check and the backing statement.
    async fn verdict(&self, ctx: &Context<'_>) -> Answer<Option<Verdict>> {
        let verdicts = loaders::maybe(ctx.loaders()?, VerdictsOn(self.0.id)).await?;
        Ok(verdicts.unwrap_or_default().pop().map(Verdict))
    }

    /// Every verdict on it, oldest first.
    async fn verdicts(&self, ctx: &Context<'_>) -> Answer<Vec<Verdict>> {
        let verdicts = loaders::maybe(ctx.loaders()?, VerdictsOn(self.0.id)).await?;
        Ok(verdicts.unwrap_or_default().into_iter().map(Verdict).collect())
    }

    /// The colleague it waits for, or the last one it waited for.
    async fn ask(&self, ctx: &Context<'_>) -> Answer<Option<Ask>> {
        Ok(self.asks(ctx).await?.pop().map(Ask))
    }

    /// Its receipts, oldest first.
    async fn receipts(&self, ctx: &Context<'_>) -> Answer<Vec<Receipt>> {
        let receipts = loaders::maybe(ctx.loaders()?, ReceiptsOf(self.0.id)).await?;
        Ok(receipts.unwrap_or_default().into_iter().map(Receipt).collect())
    }

    /// Why it has no receipt, if that was noted.
    async fn no_receipt_note(&self, ctx: &Context<'_>) -> Answer<Option<NoReceiptNote>> {
        Ok(loaders::maybe(ctx.loaders()?, NoteOn(self.0.id)).await?.map(NoReceiptNote::from))
    }

    /// The records written about it that the viewer may see, oldest first.
    async fn records(&self, ctx: &Context<'_>) -> Answer<Vec<Record>> {
        let records = loaders::maybe(ctx.loaders()?, RecordsAbout(self.0.id)).await?;
        Ok(records.unwrap_or_default().into_iter().map(Record).collect())
    }

    /// What was taken back of it in the books, oldest first.
    async fn reversals(&self, ctx: &Context<'_>) -> Answer<Vec<Reversal>> {
        let reversals = loaders::maybe(ctx.loaders()?, ReversalsOf(self.0.id)).await?;
        Ok(reversals.unwrap_or_default().into_iter().map(Reversal).collect())
    }

    /// What the viewer may do with it now.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Answer<SpendPermissions> {
        let (viewer, language) = (ctx.viewer()?, ctx.language()?);
        let open = self.asks(ctx).await?.into_iter().find(|ask| ask.state == AskState::Open).map(|ask| ask.asked_id);
        let standing = store::spend::standing(&self.0, open);
        let may = |action| {
            let (allowed, reason) = rules::sight::may_in_words(action, &viewer, &standing, language);
            Permission { allowed, reason }
        };
        let spent = rules::money::Money::from_pence(self.0.spent_pence.unwrap_or_default());
        let left = spent.less(rules::money::Money::from_pence(self.0.refunded_pence));
        let refusal = rules::books::may_reverse(&viewer, self.0.money, left).err();
        let reverse = Permission { allowed: refusal.is_none(), reason: refusal.map(|refusal| refusal.words(language)) };
        Ok(SpendPermissions {
            decide: may(SpendAction::Decide),
            withdraw: may(SpendAction::Withdraw),
            record_spent: may(SpendAction::RecordSpent),
            give_evidence: may(SpendAction::GiveEvidence),
            reverse,
        })
    }
}

impl Spend {
    async fn asks(&self, ctx: &Context<'_>) -> Answer<Vec<ask::Model>> {
        Ok(loaders::maybe(ctx.loaders()?, AsksAbout(self.0.id)).await?.unwrap_or_default())
    }
}
