//! What was spent. Every verdict is what the rules say of the facts as they were then.

use busfare_entity::{
    learning, no_receipt_note, person, practitioner, spend, spend_person, spend_purpose,
    words::{
        AskState, DeclineReason, Fund, LearningState, NoReceiptReason, Outcome, SpendDecision, SpendEvidence,
        SpendMoney, SpendTiming, WhyLearning,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{Dice, family_workers};
use crate::{
    demo::{DemoError, council::Council},
    rules::{
        authority::{self, Facts, Matter, Snapshot, Standing},
        course::{self, Course, Hold},
        emergency,
        money::Money,
        nearest::{self, Colleague},
        spend::{About, Ask, SpendRefusal},
    },
    store::{
        self,
        authority::Colleagues,
        budget::Grip,
        db::{DatabaseTransaction, DbErr},
        facts::{Gathered, Taken, Unknown},
        mint,
        together::Page,
        verdict::Decided,
    },
};

/// How often one of a hundred asks is for more than is usual, and of a thousand could not wait.
const LARGE: i64 = 7;
const EMERGENCIES: i64 = 15;

/// A purpose by its code, with how often it is asked for among all, and the least and most in pence, in full tens.
const WISHES: [(&str, i64, i64, i64); 8] = [
    ("bus-fare", 40, 11, 46),
    ("travel-card", 10, 150, 300),
    ("phone-top-up", 10, 50, 100),
    ("food-shop", 16, 80, 260),
    ("school-clothes", 8, 90, 300),
    ("pharmacy", 6, 20, 95),
    ("parking", 6, 12, 60),
    ("household-item", 4, 200, 300),
];

/// Everybody who spends.
pub struct Spends<'a> {
    workers: Vec<&'a practitioner::Model>,
    people: &'a [person::Model],
    purposes: Vec<(spend_purpose::Model, (i64, i64))>,
    senior: &'a practitioner::Model,
    threshold: i64,
}

/// What is written down at one moment.
#[derive(Default)]
struct Sheet {
    page: Page,
    notes: Vec<no_receipt_note::Model>,
}

impl<'a> Spends<'a> {
    /// Looks up what there is to spend on.
    pub async fn begin(
        txn: &DatabaseTransaction,
        council: &'a Council,
        people: &'a [person::Model],
    ) -> Result<Self, DemoError> {
        let all = store::purpose::all(txn, council.organisation.id).await?;
        let known = |code: &str| all.iter().find(|purpose| purpose.code == code && purpose.fund == Fund::Section17);
        let purposes = WISHES.iter().filter_map(|(code, often, least, most)| {
            Some(std::iter::repeat_n((known(code)?.clone(), (*least, *most)), usize::try_from(*often).ok()?))
        });
        let workers = family_workers(council);
        Ok(Self {
            workers,
            people,
            purposes: purposes.flatten().collect(),
            senior: &council.head_of_service,
            threshold: 0,
        })
    }

    /// So many ask at one moment, and later in the day spend.
    pub async fn live(
        &mut self,
        txn: &DatabaseTransaction,
        moment: DateTime<Utc>,
        count: usize,
        now: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let (mut asks, mut urgent) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let her = *dice.pick(&self.workers);
            self.threshold += EMERGENCIES;
            if self.threshold >= 1_000 {
                self.threshold -= 1_000;
                urgent.push((her, self.wishes(her, 150, dice)?));
            } else {
                let most = if dice.chance(LARGE) { 6 } else { 1 };
                asks.push((her, self.wishes(her, most, dice)?));
            }
        }
        for (her, ask) in urgent {
            self.cannot_wait(txn, her, &ask, moment, dice).await?;
        }
        self.decide(txn, asks, (moment, now), dice).await
    }

    /// Something that is needed, so many times as dear as is usual at most.
    fn wishes(&self, her: &practitioner::Model, times: i64, dice: &mut Dice) -> Result<Ask, DemoError> {
        let (purpose, (least, most)) = dice.pick(&self.purposes);
        let pence = match times {
            150 => dice.between(150, 600) * 10,
            times => dice.between(*least, *most) * 10 * times,
        };
        let theirs: Vec<_> = self.people.iter().filter(|person| person.team_id == her.team_id).collect();
        let person = (!theirs.is_empty() && dice.chance(70)).then(|| dice.pick(&theirs).id);
        let about = About { person, ..About::default() };
        Ask::try_new(purpose.id, Decimal::new(pence, 2), 1, SpendTiming::Before, None, about).map_err(refused)
    }

    async fn decide(
        &self,
        txn: &DatabaseTransaction,
        asks: Vec<(&practitioner::Model, Ask)>,
        (moment, now): (DateTime<Utc>, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        if asks.is_empty() {
            return Ok(());
        }
        let pairs: Vec<_> = asks.iter().map(|(her, ask)| (*her, ask)).collect();
        let mut known = Gathered::read(txn, &pairs, Grip::Loose, moment).await?;
        let colleagues = known.meet(txn, &pairs).await?;
        let mut sheet = Sheet::default();
        for (her, ask) in &asks {
            self.ask(&mut known, &colleagues, (her, ask), &mut sheet, (moment, now), dice)?;
        }
        if !sheet.page.keep(txn).await? {
            return Err(DbErr::Custom("a budget of the demo does not stretch over its year".to_owned()).into());
        }
        store::rows::add_in_parts::<no_receipt_note::Entity>(txn, sheet.notes).await?;
        Ok(())
    }

    fn ask(
        &self,
        known: &mut Gathered,
        colleagues: &Colleagues,
        (her, ask): (&practitioner::Model, &Ask),
        sheet: &mut Sheet,
        (moment, now): (DateTime<Utc>, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let found = known.find(her, ask).map_err(unknown)?;
        let facts = known.facts(her, ask, &found);
        let verdict = authority::decide(ask, &facts);
        let new = store::spend::asked(mint::id(), her, ask, (found.purpose, found.budget.id), moment);
        let (course, asked) = match verdict.outcome {
            Outcome::AuthorisedSelf => {
                let hold = Hold { held: Money::ZERO, over: facts.pot.shortfall(ask.total) };
                (course::authorise(SpendDecision::AuthorisedSelf, ask.timing, ask.total, hold), None)
            }
            Outcome::Asked => {
                let those = known.who_may_decide(colleagues, her, ask).unwrap_or_default();
                let asker = Standing { id: her.id, team: her.team_id };
                let Some(nearest) = nearest::nearest(ask, asker, &those, facts.moment()) else { return Ok(()) };
                let asked = those.into_iter().find(|one| one.standing.id == nearest.asked).map(|one| (nearest, one));
                (course::ask(ask.total, ask.total <= facts.pot.available), asked)
            }
            // What would be refused is not asked for.
            _ => return Ok(()),
        };
        let grant = verdict.grant.as_ref().filter(|_| asked.is_none()).map(|grant| grant.delegation);
        let budget = new.budget_id;
        let mut spend = sheet.goes(new, &course, moment);
        let decided = Decided::as_said(her.id, verdict.outcome, &spend);
        let pot = facts.pot.clone();
        let local = facts.local;
        let snapshot = Snapshot::Own { ask: ask.clone(), facts };
        sheet.page.verdicts.push(store::verdict::row(&spend, &verdict, &snapshot, decided, moment)?);
        known.enters(her, ask, Taken { budget, steps: &course.steps, grant, colleague: None });

        let mut at = moment;
        if let Some((nearest, colleague)) = asked {
            at = moment + TimeDelta::minutes(dice.between(4, 400));
            let facts = Facts { grants: colleague.grants.clone(), pot, now: moment, local };
            let mut row = store::ask::new(spend.id, nearest, moment);
            if at < now {
                (row.state, row.closed_at) = (AskState::Answered, Some(at));
                spend = sheet.answered(spend, ask, &colleague, facts, at, dice)?;
            }
            sheet.page.asks.push(row);
        }
        spend = sheet.spent(spend, at, now, dice)?;
        sheet.finish(spend, ask, at);
        Ok(())
    }

    /// What could not wait, with room to learn from it.
    async fn cannot_wait(
        &self,
        txn: &DatabaseTransaction,
        her: &practitioner::Model,
        ask: &Ask,
        moment: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let known = store::emergency::about(txn, her, ask, moment).await.map_err(unknown)?;
        let verdict = emergency::decide(&known.emergency);
        if verdict.outcome != Outcome::Emergency {
            return Ok(());
        }
        let hold = Hold { held: Money::ZERO, over: known.emergency.facts.pot.shortfall(ask.total) };
        let course = course::authorise(SpendDecision::Emergency, ask.timing, ask.total, hold);
        let new = store::spend::asked(mint::id(), her, ask, (&known.purpose, known.budget.id), moment);
        let first = store::spend::on_course(&new, &course, moment);
        let leaves = course::spend(first.decision, ask.total, ask.total).map_err(refused)?;
        let spend = store::spend::on_course(&first, &leaves, moment + TimeDelta::minutes(dice.between(2, 90)));
        store::spend::add(txn, spend.clone()).await?;
        for course in [&course, &leaves] {
            store::spend::apply_all(txn, &spend, course, moment).await?;
        }
        if let Some(person) = ask.about.person {
            store::person::link(txn, spend.id, person, moment).await?;
        }
        let decided = Decided::as_said(her.id, verdict.outcome, &first);
        let snapshot = Snapshot::Emergency(known.emergency);
        store::verdict::keep(txn, &spend, &verdict, &snapshot, decided, moment).await?;
        let conversation = learning::Model {
            id: mint::id(),
            organisation_id: her.organisation_id,
            spend_id: spend.id,
            opened_because: WhyLearning::Emergency,
            state: if dice.chance(80) { LearningState::TalkedThrough } else { LearningState::Open },
            opened_at: moment,
        };
        store::learning::open(txn, conversation, &[her.id, self.senior.id]).await?;
        Ok(())
    }
}

impl Sheet {
    /// The spend goes along a course.
    fn goes(&mut self, spend: spend::Model, course: &Course, at: DateTime<Utc>) -> spend::Model {
        for step in &course.steps {
            self.page.moves(spend.budget_id, spend.id, step, at);
        }
        store::spend::on_course(&spend, course, at)
    }

    /// A colleague answers.
    fn answered(
        &mut self,
        spend: spend::Model,
        ask: &Ask,
        colleague: &Colleague,
        facts: Facts,
        at: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<spend::Model, DemoError> {
        let held = Money::from_pence(spend.held_pence);
        let less = Money::from_pence(ask.total.pence() * 4 / 5);
        let amount = if dice.chance(8) { less } else { ask.total };
        let snapshot = Snapshot::Colleague {
            decider: colleague.standing,
            asker: Standing { id: spend.practitioner_id, team: spend.team_id },
            matter: Matter { amount, needed: amount.less(held), about: About::default() },
            facts,
        };
        let verdict = snapshot.decide();
        let no = verdict.outcome != Outcome::Authorised || dice.chance(6);
        let (course, outcome) = match (no, amount < ask.total) {
            (true, _) => (course::end(SpendDecision::Declined, spend.money, held), Outcome::Declined),
            (false, part) => {
                let said = if part { SpendDecision::AuthorisedLess } else { SpendDecision::Authorised };
                let hold = Hold { held, over: Money::ZERO };
                let outcome = if part { Outcome::AuthorisedLess } else { Outcome::Authorised };
                (course::authorise(said, ask.timing, amount, hold), outcome)
            }
        };
        let spend = self.goes(spend, &course, at);
        let decided = Decided {
            decline_reason: no.then_some(DeclineReason::CheaperWay),
            ..Decided::as_said(colleague.standing.id, outcome, &spend)
        };
        self.page.verdicts.push(store::verdict::row(&spend, &verdict, &snapshot, decided, at)?);
        Ok(spend)
    }

    /// Most of what was authorised is spent soon after; the rest goes back by itself after a week.
    fn spent(
        &mut self,
        spend: spend::Model,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<spend::Model, DemoError> {
        let Some(authorised) = spend.authorised_pence.filter(|_| spend.money == SpendMoney::Committed) else {
            return Ok(spend);
        };
        let authorised = Money::from_pence(authorised);
        let goes_back = at + course::HOLD_LASTS;
        if dice.chance(3) && goes_back < now {
            let course = course::expire(spend.decision, spend.money, authorised, Some(authorised));
            return Ok(self.goes(spend, &course, goes_back));
        }
        let leaves = at + TimeDelta::minutes(dice.between(3, 900));
        if leaves >= now {
            return Ok(spend);
        }
        let pence =
            if dice.chance(25) { authorised.pence() - dice.below(authorised.pence() / 4) } else { authorised.pence() };
        let course = course::spend(spend.decision, authorised, Money::from_pence(pence)).map_err(refused)?;
        let mut spend = self.goes(spend, &course, leaves);
        if spend.evidence == SpendEvidence::Expected && dice.chance(85) {
            spend.evidence = SpendEvidence::Noted;
            self.notes.push(no_receipt_note::Model {
                id: mint::id(),
                spend_id: spend.id,
                reason: NoReceiptReason::NotGiven,
                words: None,
                noted_by: spend.practitioner_id,
                noted_at: (leaves + TimeDelta::minutes(dice.between(1, 3_000))).min(now),
            });
        }
        Ok(spend)
    }

    fn finish(&mut self, spend: spend::Model, ask: &Ask, at: DateTime<Utc>) {
        if let Some(person_id) = ask.about.person {
            self.page.helped.push(spend_person::Model { spend_id: spend.id, person_id, linked_at: at });
        }
        self.page.spends.push(spend);
    }
}

fn refused(refusal: SpendRefusal) -> DemoError {
    DemoError::Written(format!("{refusal:?}"))
}

fn unknown(why: Unknown) -> DemoError {
    match why {
        Unknown::Failed(error) => error.into(),
        other => DemoError::Written(format!("{other:?}")),
    }
}
