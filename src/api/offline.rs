//! A spend that a phone decided without signal comes home: honoured out of its allowance, or a colleague is asked.

use busfare_entity::{
    allowance, offline_spend, practitioner, spend, spend_purpose,
    words::{AllowanceId, OfflineOutcome, Outcome, PractitionerId, SessionId, SpendDecision, SpendId, SpendTiming},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{context::Answer, error::Problem, paying, verb::Stop};
use crate::{
    rules::{
        allowance::{self as allowances, Brought, Held, OfflineRefusal},
        authority::{Snapshot, Standing, Verdict},
        course::{self, Course, Hold},
        money::Money,
        nearest,
        spend::{Ask, SpendRefusal},
    },
    store::{
        self,
        budget::Cause,
        db::DatabaseTransaction,
        facts::{self, Unknown},
        offline::{Kept, Known},
        verdict::Decided,
    },
};

const NOT_FOUND: SpendRefusal = SpendRefusal::Offline(OfflineRefusal::NotFound);

/// One spend as a phone brings it home, parsed.
#[derive(Clone, Debug)]
pub struct Homecoming {
    /// Its id, minted by the phone.
    pub id: SpendId,
    /// The allowance it was decided under.
    pub allowance: AllowanceId,
    /// What was decided.
    pub ask: Ask,
    /// What was really spent, where the phone knows.
    pub spent: Option<Money>,
    /// When it was decided, by the phone's own time.
    pub claimed: DateTime<Utc>,
}

/// What one spend is answered with. It is kept with the batch's idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The id as it was sent.
    pub id: String,
    /// What became of it.
    pub outcome: OfflineOutcome,
    /// The spend, where it is kept.
    pub spend: Option<SpendId>,
    /// Why it is not.
    pub refusal: Option<SpendRefusal>,
}

impl Answered {
    /// Kept.
    pub fn kept(spend: SpendId, outcome: OfflineOutcome) -> Self {
        Self { id: spend.to_string(), outcome, spend: Some(spend), refusal: None }
    }

    /// Not kept.
    pub fn refused(id: String, refusal: SpendRefusal) -> Self {
        Self { id, outcome: OfflineOutcome::Refused, spend: None, refusal: Some(refusal) }
    }
}

/// Where a batch comes home to: one transaction, in which her say and every budget it touches are held.
pub struct Home<'a> {
    /// The transaction.
    pub txn: &'a DatabaseTransaction,
    /// Whose spends they are.
    pub her: &'a practitioner::Model,
    /// The phone that brings them.
    pub session: SessionId,
    /// What is known of everything they name; it follows what is done.
    pub known: Known,
    /// When.
    pub now: DateTime<Utc>,
}

impl Home<'_> {
    /// Takes one spend in. A spend that came home before is answered as it was then.
    pub async fn take(&mut self, home: Homecoming) -> Result<Answered, Stop<SpendRefusal>> {
        if let Some(kept) = self.known.kept.get(&home.id) {
            return Ok(again(self.her.id, kept, &home)?);
        }
        let (row, held) =
            self.known.held(home.allowance)?.ok_or(SpendRefusal::Offline(OfflineRefusal::AllowanceNotFound))?;
        let purpose = self.known.purposes.get(&home.ask.purpose).ok_or(NOT_FOUND)?.clone();
        if home.ask.about.hub.is_some_and(|hub| !self.known.hubs.contains(&hub)) {
            return Err(NOT_FOUND.into());
        }

        // Decide as the phone did, from what was fixed when the allowance was drawn.
        let brought = Brought { ask: home.ask.clone(), claimed: home.claimed, same_fund: purpose.fund == row.fund };
        let facts = allowances::facts(&held, &brought, self.now);
        let verdict = allowances::decide(&home.ask, &facts);
        let spend = if verdict.outcome == Outcome::AuthorisedSelf {
            let snapshot = Snapshot::Offline { ask: home.ask.clone(), facts };
            self.honour(&home, &purpose, row, (&verdict, &snapshot)).await?
        } else {
            self.ask(&home, &purpose, &held, &brought).await?
        };

        let honoured = spend.decision == SpendDecision::AuthorisedSelf;
        let outcome = if honoured { OfflineOutcome::Honoured } else { OfflineOutcome::Asked };
        let said = said(&home, outcome, self.session, self.now);
        store::offline::say(self.txn, said.clone()).await?;
        self.known.kept.insert(home.id, Kept { spend, said: Some(said) });
        Ok(Answered::kept(home.id, outcome))
    }

    /// Within the allowance: the money passes on to the spend, which is authorised by the say that was drawn.
    async fn honour(
        &mut self,
        home: &Homecoming,
        purpose: &spend_purpose::Model,
        row: allowance::Model,
        (verdict, snapshot): (&Verdict, &Snapshot),
    ) -> Result<spend::Model, Stop<SpendRefusal>> {
        let total = home.ask.total;
        let hold = Hold { held: Money::ZERO, over: Money::ZERO };
        let authorised = course::authorise(SpendDecision::AuthorisedSelf, home.ask.timing, total, hold);
        // In a closed budget it stays set aside, like everything else that closing found there.
        let spent = home.spent.filter(|_| !self.known.closed.contains(&row.budget_id));
        let settled = spent.map(|spent| course::spend(SpendDecision::AuthorisedSelf, total, spent)).transpose()?;
        let new = store::spend::asked(home.id, self.her, &home.ask, (purpose, row.budget_id), self.now);
        let new = spend::Model { allowance_id: Some(row.id), ..new };
        let mut spend = store::spend::on_course(&new, &authorised, self.now);
        if let Some(settled) = &settled {
            spend = store::spend::on_course(&spend, settled, self.now);
        }
        self.add(home, &spend).await?;

        if !store::allowance::honour(self.txn, row.id, total).await? {
            return Err(Problem::internal("an allowance was moved while it was held").into());
        }
        let (out, into) = allowances::honoured_steps(total);
        let spend_of = Cause { allowance: Some(row.id), ..Cause::from(spend.id) };
        store::budget::pass(self.txn, row.budget_id, (row.id.into(), out), (spend_of, into), self.now).await?;
        if let Some(settled) = &settled
            && !store::spend::apply_all(self.txn, &spend, settled, self.now).await?
        {
            return Err(Problem::internal("what an allowance had set aside was not there").into());
        }
        paying::follows_where_it_can(self.txn, &spend, self.her.id, self.now).await?;
        self.keep_verdict(&spend, verdict, snapshot).await?;
        let honoured_pence = row.honoured_pence + total.pence();
        self.known.allowances.insert(row.id, allowance::Model { honoured_pence, ..row });
        Ok(spend)
    }

    /// Past the allowance: it is kept as already bought, and the nearest colleague is asked, whatever the budget has.
    async fn ask(
        &self,
        home: &Homecoming,
        purpose: &spend_purpose::Model,
        held: &Held,
        brought: &Brought,
    ) -> Result<spend::Model, Stop<SpendRefusal>> {
        let bought = allowances::already_bought(&home.ask, home.spent);
        let known = match facts::about(self.txn, self.her, &bought, facts::Turn::Take, self.now).await {
            Ok(known) => known,
            Err(Unknown::NotFound) => return Err(NOT_FOUND.into()),
            Err(Unknown::Refused(refusal)) => return Err(refusal.into()),
            Err(Unknown::Failed(error)) => return Err(error.into()),
        };
        let asker = Standing { id: self.her.id, team: self.her.team_id };
        let colleagues = store::authority::colleagues(self.txn, asker, &known.granted, &known.scope, self.now).await?;
        let nearest = nearest::nearest(&bought, asker, &colleagues, known.facts.moment())
            .ok_or(SpendRefusal::NobodyCanDecide(bought.total))?;

        let funded = known.budget.closed_at.is_none() && bought.total <= known.facts.pot.available;
        let course: Course = course::ask(bought.total, funded);
        let new = store::spend::asked(home.id, self.her, &bought, (purpose, known.budget.id), self.now);
        let spend = store::spend::on_course(&new, &course, self.now);
        self.add(home, &spend).await?;
        if !store::spend::apply_all(self.txn, &spend, &course, self.now).await? {
            return Err(Problem::internal("a budget was moved while it was held").into());
        }
        store::ask::open(self.txn, spend.id, nearest, self.now).await?;
        // What was decided is what the allowance did not cover, also where less of it was spent in the end.
        let decided = Ask { timing: SpendTiming::After, ..home.ask.clone() };
        let snapshot = Snapshot::Offline { ask: decided, facts: allowances::facts(held, brought, self.now) };
        self.keep_verdict(&spend, &snapshot.decide(), &snapshot).await?;
        Ok(spend)
    }

    /// Adds the row with the person it helps. Somebody else may have taken the id just now.
    async fn add(&self, home: &Homecoming, spend: &spend::Model) -> Result<(), Stop<SpendRefusal>> {
        let helped = home.ask.about.person;
        // A refusal leaves the others of the batch in their transaction, so nothing is written before it.
        if let Some(person) = helped
            && !store::person::known(self.txn, self.her, person, self.now).await?
        {
            return Err(NOT_FOUND.into());
        }
        if !store::spend::add(self.txn, spend.clone()).await? {
            return Err(SpendRefusal::IdAlreadyUsed.into());
        }
        if let Some(person) = helped {
            store::person::link(self.txn, spend.id, person, self.now).await?;
        }
        Ok(())
    }

    async fn keep_verdict(&self, spend: &spend::Model, verdict: &Verdict, snapshot: &Snapshot) -> Answer<()> {
        let decided = Decided::as_said(self.her.id, verdict.outcome, spend);
        Ok(store::verdict::keep(self.txn, spend, verdict, snapshot, decided, self.now).await?)
    }
}

/// The same id again: the answer that it had. An id that says something else now is somebody else's, or a mistake.
fn again(her: PractitionerId, kept: &Kept, home: &Homecoming) -> Result<Answered, SpendRefusal> {
    let Kept { spend, said } = kept;
    if spend.practitioner_id != her {
        return Err(SpendRefusal::IdAlreadyUsed);
    }
    let (same, outcome) = match said {
        Some(said) => (said.said_sha256 == hash(home), said.outcome),
        // The request got through before the signal went, and its answer did not.
        None => {
            let own = spend.decision == SpendDecision::AuthorisedSelf;
            (online_twin(spend, &home.ask), if own { OfflineOutcome::Honoured } else { OfflineOutcome::Asked })
        }
    };
    if same { Ok(Answered::kept(spend.id, outcome)) } else { Err(SpendRefusal::IdAlreadyUsed) }
}

fn online_twin(spend: &spend::Model, ask: &Ask) -> bool {
    spend.purpose_id == ask.purpose
        && spend.hub_id == ask.about.hub
        && spend.method == ask.about.method
        && spend.unit_price_pence == ask.unit_price.pence()
        && spend.count == ask.count
        && spend.reason == ask.reason
}

/// What makes it this spend and no other: not when, under which allowance or how much of it was needed.
fn hash(home: &Homecoming) -> Vec<u8> {
    let Ask { purpose, unit_price, count, reason, about, .. } = &home.ask;
    let said = serde_json::json!([purpose, unit_price, count, reason, about]);
    Sha256::digest(said.to_string().as_bytes()).to_vec()
}

fn said(home: &Homecoming, outcome: OfflineOutcome, session: SessionId, now: DateTime<Utc>) -> offline_spend::Model {
    offline_spend::Model {
        spend_id: home.id,
        allowance_id: home.allowance,
        session_id: session,
        outcome,
        claimed_at: home.claimed,
        said_sha256: hash(home),
        synced_at: now,
    }
}
