//! A spend, as its asker, the colleague who is asked and the team's seniors see it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    ask, no_receipt_note, spend,
    words::{
        AskState, Language, NoReceiptReason, PaymentMethod, SpendBooks, SpendDecision, SpendEvidence, SpendMoney,
        SpendTiming,
    },
};

use super::{
    allowance::DecidedOffline,
    ask::{Ask, SpendChange, SpendMessage},
    budget::Budget,
    export::Reversal,
    money::{Money, pence},
    payment::SpendPayment,
    people::{Hub, Practitioner},
    permission::{Permission, SpendPermissions},
    person::Person,
    purpose::SpendPurpose,
    receipt::Receipt,
    record::Record,
    refund::Refund,
    verdict::Verdict,
};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        late,
        loaders::{
            self, AsksAbout, ChainOf, ChangesTo, HelpedBy, MessagesAbout, NoteOn, RaisedBy, ReceiptsOf, RecordsAbout,
            RefundsOf, ReversalsOf, SaidAbout, Unreachable, VerdictsOn,
        },
        scalars::DateTime,
    },
    rules::{
        self, calendar,
        late::Late,
        refusal::Refusal,
        sight::{SpendAction, may, reads_thread},
        spend::SpendRefusal,
        token::action::Action,
    },
    store,
};

/// Why a spend has no receipt. An app needs the scope `SPENDS_READ`.
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

/// One request for money, from asking to the books, on four small axes: `decision`, `money`, `evidence`, `books`. An app
/// needs the scope `SPENDS_READ`.
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

    /// The person it helps, where that was said and the viewer may see them.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        match loaders::maybe(ctx.loaders()?, HelpedBy(self.0.id)).await? {
            Some(person) => Ok(loaders::maybe(ctx.loaders()?, person).await?.map(Person)),
            None => Ok(None),
        }
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

    /// How it is paid, and what hangs on that: the cash, the card's line, the order, the voucher, what is owed.
    async fn payment(&self) -> SpendPayment {
        SpendPayment(self.0.clone())
    }

    /// What came back of it.
    async fn refunded(&self) -> Money {
        pence(self.0.refunded_pence)
    }

    /// What came back of it, piece by piece, oldest first.
    async fn refunds(&self, ctx: &Context<'_>) -> Answer<Vec<Refund>> {
        let refunds = loaders::maybe(ctx.loaders()?, RefundsOf(self.0.id)).await?;
        Ok(refunds.unwrap_or_default().into_iter().map(Refund).collect())
    }

    /// When what is held for it goes back by itself; none where nothing is, or where it is promised to somebody.
    async fn hold_expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When its asker was reminded that the hold goes back soon.
    async fn reminded_at(&self) -> Option<DateTime> {
        self.0.nudged_at.map(DateTime)
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

    /// What a phone without signal said about it, where it was decided there.
    async fn offline(&self, ctx: &Context<'_>) -> Answer<Option<DecidedOffline>> {
        Ok(loaders::maybe(ctx.loaders()?, SaidAbout(self.0.id)).await?.map(DecidedOffline))
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
        Ok(self.every_ask(ctx).await?.pop().map(Ask))
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

    /// Everybody it waited for, oldest first. It never waits for two at once.
    async fn asks(&self, ctx: &Context<'_>) -> Answer<Vec<Ask>> {
        Ok(self.every_ask(ctx).await?.into_iter().map(Ask).collect())
    }

    /// What the asker and those who are or were asked have written to each other, oldest first, for them alone.
    async fn thread(&self, ctx: &Context<'_>) -> Answer<Vec<SpendMessage>> {
        let asked = self.every_ask(ctx).await?.into_iter().map(|ask| ask.asked_id).collect();
        let seen = rules::sight::SpendSeen {
            organisation: self.0.organisation_id,
            asker: self.0.practitioner_id,
            team: self.0.team_id,
            asked,
            told: Vec::new(),
        };
        if !reads_thread(&ctx.viewer()?, &seen) {
            return Ok(Vec::new());
        }
        let messages = loaders::maybe(ctx.loaders()?, MessagesAbout(self.0.id)).await?;
        Ok(messages.unwrap_or_default().into_iter().map(SpendMessage).collect())
    }

    /// What was changed about it after it was asked for, oldest first.
    async fn changes(&self, ctx: &Context<'_>) -> Answer<Vec<SpendChange>> {
        let changes = loaders::maybe(ctx.loaders()?, ChangesTo(self.0.id)).await?;
        Ok(changes.unwrap_or_default().into_iter().map(SpendChange).collect())
    }

    /// The spend of which this asks for the difference, where it does and you may see it.
    async fn raises(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        match self.0.raises_id {
            Some(first) => Ok(loaders::maybe(ctx.loaders()?, first).await?.map(Spend)),
            None => Ok(None),
        }
    }

    /// The spends that ask for a difference to this one, oldest first.
    async fn raised_by(&self, ctx: &Context<'_>) -> Answer<Vec<Spend>> {
        let raises = loaders::maybe(ctx.loaders()?, RaisedBy(self.0.id)).await?;
        Ok(raises.unwrap_or_default().into_iter().map(Spend).collect())
    }

    /// What is authorised in all: of this spend, of what it raises and of everything that raises it.
    async fn authorised_in_all(&self, ctx: &Context<'_>) -> Answer<Money> {
        let chain = loaders::maybe(ctx.loaders()?, ChainOf(store::raise::first_of(&self.0))).await?;
        Ok(store::raise::in_all(&chain.unwrap_or_default()).into())
    }

    /// Whether it waits for somebody who cannot be reached, because nobody else may decide it now. It is not lost and
    /// goes on waiting; what cannot wait may be an emergency.
    async fn break_glass_offered(&self, ctx: &Context<'_>) -> Answer<bool> {
        match self.open_ask(ctx).await? {
            Some(open) => {
                let key = Unreachable(open.asked_id, ctx.now()?);
                Ok(loaders::maybe(ctx.loaders()?, key).await?.is_some())
            }
            None => Ok(false),
        }
    }

    /// A token with which the colleague who is asked may answer from a notification: once, within 15 minutes, on the
    /// device that reads it here. Nothing for anybody else.
    async fn action_token(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        let (her, session) = ctx.practitioner()?;
        match self.open_ask(ctx).await? {
            Some(open) if open.asked_id == her.id => {
                let (number, practitioner) = (store::mint::id(), her.id);
                let action = Action { number, practitioner, session, ask: open.id };
                let token = ctx.state()?.key.issue_action(action, ctx.now()?).map_err(Problem::internal)?;
                Ok(Some(token))
            }
            _ => Ok(None),
        }
    }

    /// What the viewer may do with it now.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Answer<SpendPermissions> {
        let (viewer, language) = (ctx.viewer()?, ctx.language()?);
        let open = self.open_ask(ctx).await?.map(|ask| ask.asked_id);
        let standing = store::spend::standing(&self.0, open);
        let late = self.late(ctx).await?;
        let may = |action| match (may(action, &viewer, &standing), &late) {
            (Ok(()), _) => Permission { allowed: true, reason: None },
            (Err(SpendRefusal::AlreadyDecided), Some(late)) => {
                Permission { allowed: false, reason: Some(late.words(language)) }
            }
            (Err(refusal), _) => Permission { allowed: false, reason: Some(refusal.words(language)) },
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
            take: may(SpendAction::Take),
            ask_question: may(SpendAction::AskQuestion),
            answer_question: may(SpendAction::AnswerQuestion),
            change: may(SpendAction::Change),
            repeat: may(SpendAction::Repeat),
            reverse,
            record_refund: may(SpendAction::RecordRefund),
        })
    }
}

impl Spend {
    async fn every_ask(&self, ctx: &Context<'_>) -> Answer<Vec<ask::Model>> {
        Ok(loaders::maybe(ctx.loaders()?, AsksAbout(self.0.id)).await?.unwrap_or_default())
    }

    async fn open_ask(&self, ctx: &Context<'_>) -> Answer<Option<ask::Model>> {
        Ok(self.every_ask(ctx).await?.into_iter().find(|ask| ask.state == AskState::Open))
    }

    /// Who decided it, when and how, as a late tap is told.
    async fn late(&self, ctx: &Context<'_>) -> Answer<Option<Late>> {
        let loaders = ctx.loaders()?;
        let verdicts = loaders::maybe(loaders, VerdictsOn(self.0.id)).await?.unwrap_or_default();
        let last = verdicts.last().map(|verdict| (verdict.decided_by, verdict.decided_at));
        let Some((who, at)) = late::first(&self.0, last) else { return Ok(None) };
        let zone = loaders::maybe(loaders, self.0.organisation_id).await?.unwrap_or(calendar::HOME);
        let (at, now) = (calendar::local(at, zone), calendar::local(ctx.now()?, zone));
        let name = loaders::must(loaders, who).await?.name;
        Ok(Some(Late { name, at, now, decision: self.0.decision }))
    }
}
