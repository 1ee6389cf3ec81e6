//! A sitting: asks for money decided one after the other, and the page of the ledger that comes of them.

use busfare_entity::{
    idempotency, person, practitioner, spend, spend_person,
    words::{Outcome, SpendDecision, SpendId, SpendTiming},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::{
    error::Problem,
    verb::{Done, Stop, Verb},
};
use crate::{
    rules::{
        authority::{self, Facts, Snapshot, Standing, Verdict},
        course::{self, Course, Hold},
        money::Money,
        nearest::{self, Nearest},
        spend::{Ask, SpendRefusal},
    },
    store::{
        self,
        authority::Colleagues,
        budget::Grip,
        db::{DatabaseTransaction, DbErr},
        facts::{Found, Gathered, Taken, Unknown},
        idempotency::{Claim, Key},
        together::Page,
        verdict::Decided,
    },
};

/// An ask, parsed, as it waits to be decided.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks.
    pub her: practitioner::Model,
    /// What for.
    pub ask: Ask,
    /// The id of the spend.
    pub spend_id: SpendId,
    /// Whether the phone made the id, so that it may be taken already.
    pub minted_by_phone: bool,
    /// The key her answer is kept under.
    pub key: Key,
    /// When she asked.
    pub now: DateTime<Utc>,
}

impl Asked {
    /// Whether it is spent in some way as soon as it is authorised.
    pub fn is_paid_on_the_spot(&self) -> bool {
        self.ask.timing == SpendTiming::After && self.ask.about.method.is_some()
    }
}

/// What she hears.
pub type Answered = Verb<spend::Model, SpendRefusal>;

/// What was answered, and which ids were taken, before the sitting.
pub struct Before {
    earlier: Vec<idempotency::Model>,
    taken: Vec<spend::Model>,
}

impl Before {
    /// Reads it. The askers' turns are taken, so nothing of theirs is on its way any more.
    pub async fn read(txn: &DatabaseTransaction, asks: &[Asked]) -> Result<Self, DbErr> {
        let keys: Vec<_> = asks.iter().map(|asked| &asked.key).collect();
        let ids: Vec<_> = asks.iter().filter(|asked| asked.minted_by_phone).map(|asked| asked.spend_id).collect();
        let taken = if ids.is_empty() { vec![] } else { store::spend::taken_by(txn, &ids).await? };
        Ok(Self { earlier: store::idempotency::earlier(txn, &keys).await?, taken })
    }

    /// Whether there is nothing left to decide about an ask.
    pub fn has(&self, asked: &Asked) -> bool {
        self.earlier.iter().any(|row| asked.key.claim(row).is_some())
            || self.taken.iter().any(|spend| spend.id == asked.spend_id)
    }

    /// What an ask was answered before, be it long ago or in this sitting.
    pub fn answer(&self, asked: &Asked, page: &mut Page, now: DateTime<Utc>) -> Result<Option<Answered>, DbErr> {
        let claim = self.earlier.iter().chain(&page.answers).find_map(|row| asked.key.claim(row));
        match claim {
            Some(Claim::Answered(answer)) => {
                return Ok(Some(Ok(Done::before(serde_json::from_value(answer).map_err(unreadable)?))));
            }
            Some(_) => return Ok(Some(Err(SpendRefusal::IdempotencyKeyReused.into()))),
            None => {}
        }
        let Some(taken) = self.taken.iter().chain(&page.spends).find(|spend| spend.id == asked.spend_id).cloned()
        else {
            return Ok(None);
        };
        // The id is taken. Where the spend says what this ask says, the phone has only lost its reply.
        if !store::spend::says(&taken, &asked.her, &asked.ask) {
            return Ok(Some(Err(SpendRefusal::IdAlreadyUsed.into())));
        }
        page.answers.push(asked.key.answered(json(&taken)?, now));
        Ok(Some(Ok(Done::before(taken))))
    }
}

/// What is known while asks are decided, and what is to be remembered of them.
pub struct Sitting<'a> {
    /// What is to be remembered.
    pub page: Page,
    /// Why a single ask could not go ahead, should its budget turn out to be short or closed after all.
    pub short: Option<SpendRefusal>,
    new: Vec<(&'a practitioner::Model, &'a Ask)>,
    known: Option<Gathered>,
    people: Vec<person::Model>,
    colleagues: Option<Colleagues>,
    now: DateTime<Utc>,
}

impl<'a> Sitting<'a> {
    /// Gathers what is known about those asks that are new, and holds their budgets.
    pub async fn open(
        txn: &DatabaseTransaction,
        asks: impl Iterator<Item = &'a Asked>,
        now: DateTime<Utc>,
    ) -> Result<Self, DbErr> {
        let new: Vec<_> = asks.map(|asked| (&asked.her, &asked.ask)).collect();
        let named: Vec<_> = new.iter().filter_map(|(_, ask)| ask.about.person).collect();
        let people = if named.is_empty() { vec![] } else { store::person::by_ids(txn, &named).await? };
        let known = if new.is_empty() { None } else { Some(Gathered::read(txn, &new, Grip::Firm, now).await?) };
        Ok(Self { page: Page::default(), short: None, new, known, people, colleagues: None, now })
    }

    /// Decides one ask after those before it, and enters it on the page where it goes ahead.
    pub async fn decide(&mut self, txn: &DatabaseTransaction, asked: &Asked) -> Result<Answered, DbErr> {
        let (facts, verdict) = match self.weigh(asked) {
            Ok(weighed) => weighed,
            Err(stop) => return Ok(Err(stop)),
        };
        if verdict.outcome == Outcome::Asked && self.colleagues.is_none() {
            self.meet(txn).await?;
        }
        match self.settle(asked, &facts, verdict.outcome) {
            Ok((course, colleague)) => Ok(Ok(Done::now(self.enter(asked, (facts, verdict), &course, colleague)?))),
            Err(refusal) => Ok(Err(refusal.into())),
        }
    }

    /// What the rules say about it.
    fn weigh(&self, asked: &Asked) -> Result<(Facts, Verdict), Stop<SpendRefusal>> {
        let (known, found) = self.find(asked)?;
        let strangers = |person: &person::Model| person.organisation_id != asked.her.organisation_id;
        if self.people.iter().any(|person| Some(person.id) == asked.ask.about.person && strangers(person)) {
            return Err(Problem::not_found().into());
        }
        let facts = known.facts(&asked.her, &asked.ask, &found);
        let verdict = authority::decide(&asked.ask, &facts);
        Ok((facts, verdict))
    }

    fn find(&self, asked: &Asked) -> Result<(&Gathered, Found<'_>), Unknown> {
        let known = self.known.as_ref().ok_or(Unknown::NotFound)?;
        Ok((known, known.find(&asked.her, &asked.ask)?))
    }

    async fn meet(&mut self, txn: &DatabaseTransaction) -> Result<(), DbErr> {
        if let Some(known) = &mut self.known {
            self.colleagues = Some(known.meet(txn, &self.new).await?);
        }
        Ok(())
    }

    /// What becomes of it: the course of the money, and the one colleague who is asked, if one is.
    fn settle(
        &self,
        asked: &Asked,
        facts: &Facts,
        outcome: Outcome,
    ) -> Result<(Course, Option<Nearest>), SpendRefusal> {
        let Asked { her, ask, .. } = asked;
        match outcome {
            Outcome::AuthorisedSelf => {
                let hold = Hold { held: Money::ZERO, over: facts.pot.shortfall(ask.total) };
                Ok((course::authorise(SpendDecision::AuthorisedSelf, ask.timing, ask.total, hold), None))
            }
            Outcome::Asked => {
                let asker = Standing { id: her.id, team: her.team_id };
                let colleagues = self.known.as_ref().zip(self.colleagues.as_ref());
                let colleagues = colleagues.and_then(|(known, people)| known.who_may_decide(people, her, ask));
                let nearest = nearest::nearest(ask, asker, &colleagues.unwrap_or_default(), facts.moment())
                    .ok_or(SpendRefusal::NobodyCanDecide(ask.total))?;
                Ok((course::ask(ask.total, ask.total <= facts.pot.available), Some(nearest)))
            }
            _ => Err(SpendRefusal::short(&facts.pot)),
        }
    }

    /// Enters it on the page, and in the tally that the next ask is weighed with.
    fn enter(
        &mut self,
        asked: &Asked,
        (facts, verdict): (Facts, Verdict),
        course: &Course,
        colleague: Option<Nearest>,
    ) -> Result<spend::Model, DbErr> {
        let (Asked { her, ask, .. }, now) = (asked, self.now);
        let known = self.known.as_mut().ok_or_else(|| DbErr::Custom("nothing is known".to_owned()))?;
        let Ok(found) = known.find(her, ask) else { return Err(DbErr::Custom("it was found before".to_owned())) };
        let new = store::spend::asked(asked.spend_id, her, ask, (found.purpose, found.budget.id), now);
        let spend = store::spend::on_course(&new, course, now);

        self.short = Some(SpendRefusal::short(&facts.pot));
        for step in &course.steps {
            self.page.moves(spend.budget_id, spend.id, step, now);
        }
        if let Some(person) = ask.about.person {
            if !self.people.iter().any(|known| known.id == person) {
                let new = store::person::named_by(her, person, now);
                self.people.push(new.clone());
                self.page.people.push(new);
            }
            self.page.helped.push(spend_person::Model { spend_id: spend.id, person_id: person, linked_at: now });
        }
        if let Some(colleague) = colleague {
            self.page.asks.push(store::ask::new(spend.id, colleague, now));
        }
        let grant = verdict.grant.as_ref().filter(|_| verdict.outcome == Outcome::AuthorisedSelf);
        let grant = grant.map(|grant| grant.delegation);
        let colleague = colleague.map(|colleague| colleague.asked);
        known.enters(her, ask, Taken { budget: spend.budget_id, steps: &course.steps, grant, colleague });

        let decided = Decided::as_said(her.id, verdict.outcome, &spend);
        let snapshot = Snapshot::Own { ask: ask.clone(), facts };
        self.page.verdicts.push(store::verdict::row(&spend, &verdict, &snapshot, decided, now)?);
        self.page.answers.push(asked.key.answered(json(&spend)?, now));
        self.page.spends.push(spend.clone());
        Ok(spend)
    }
}

fn json(answer: &impl Serialize) -> Result<Value, DbErr> {
    serde_json::to_value(answer).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
