//! What was written down: short records of the demo's own forms, where what was known and is still true was not asked again.

use std::{collections::HashMap, sync::Arc};

use busfare_entity::{
    answer, person, practitioner, record, record_activity, record_person,
    words::{
        AnswerCause, AnswerId, FormVersionId, HubId, Language, PersonId, PractitionerId, QuestionKind, RecordId, TeamId,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Dice, family_workers};
use crate::{
    demo::{DemoError, council::Council},
    rules::{answer::AnswerValue, form::Posed},
    store::{self, db::DatabaseTransaction, form::Content, mint},
};

const WORDS: [&str; 8] = [
    "We talked about the bus and the new school.",
    "She has the form now and will post it.",
    "He found the drop-in by himself and will come again.",
    "A lift is sorted until the car is mended.",
    "The cooker works. Nothing else was needed.",
    "They want to try the Thursday group first.",
    "We rang the landlord together.",
    "A quiet chat; she knows where we are.",
];
/// How many of a hundred are completed, and how many of a hundred known answers are still true.
const COMPLETED: i64 = 98;
const STILL_TRUE: i64 = 70;

/// A record that was completed: which, in which team, by whom, when.
pub type Written = (RecordId, TeamId, PractitionerId, DateTime<Utc>);

/// Everybody who writes.
pub struct Records<'a> {
    workers: Vec<&'a practitioner::Model>,
    people: HashMap<TeamId, Vec<PersonId>>,
    forms: Vec<(FormVersionId, Arc<Content>)>,
    hubs: HashMap<PractitionerId, HubId>,
    known: HashMap<(PersonId, String), (AnswerId, Value)>,
    now: DateTime<Utc>,
    /// What was completed.
    pub written: Vec<Written>,
}

/// The rows of some records.
#[derive(Default)]
struct Rows {
    records: Vec<record::Model>,
    about: Vec<record_person::Model>,
    answers: Vec<answer::Model>,
    activities: Vec<record_activity::Model>,
}

impl<'a> Records<'a> {
    /// Looks up what there is to fill in.
    pub async fn begin(
        txn: &DatabaseTransaction,
        council: &'a Council,
        helped: &[person::Model],
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        let mut forms = Vec::new();
        for form in store::form::all(txn, council.organisation.id, 100).await? {
            forms.push((form.version.id, store::form::content(txn, form.version.id).await?));
        }
        // The shortest is filled in most often.
        forms.sort_by_key(|(_, content)| content.definition.questions().count());
        let mut people: HashMap<_, Vec<_>> = HashMap::new();
        for person in helped {
            people.entry(person.team_id).or_default().push(person.id);
        }
        let hubs = council.places.iter().map(|place| (place.practitioner_id, place.hub_id)).collect();
        let (workers, known, written) = (family_workers(council), HashMap::new(), Vec::new());
        Ok(Self { workers, people, forms, hubs, known, now, written })
    }

    /// So many are written at the end of a day.
    pub async fn live(
        &mut self,
        txn: &DatabaseTransaction,
        evening: DateTime<Utc>,
        count: usize,
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let mut rows = Rows::default();
        for _ in 0..count {
            self.write(&mut rows, evening, dice)?;
        }
        store::rows::add_in_parts::<record::Entity>(txn, rows.records).await?;
        store::rows::add_in_parts::<record_person::Entity>(txn, rows.about).await?;
        store::rows::add_in_parts::<answer::Entity>(txn, rows.answers).await?;
        store::rows::add_in_parts::<record_activity::Entity>(txn, rows.activities).await?;
        Ok(())
    }

    fn write(&mut self, rows: &mut Rows, evening: DateTime<Utc>, dice: &mut Dice) -> Result<(), DemoError> {
        let her = *dice.pick(&self.workers);
        let place = [0, 0, 0, 1, 1, 2][usize::try_from(dice.below(6)).unwrap_or_default()].min(self.forms.len() - 1);
        let (form_version_id, content) = self.forms[place].clone();
        let theirs = self.people.get(&her.team_id).filter(|theirs| !theirs.is_empty() && dice.chance(85));
        let person = theirs.map(|theirs| *dice.pick(theirs));
        let id: RecordId = mint::id();
        let started_at = evening - TimeDelta::minutes(dice.between(20, 460));
        let seconds = dice.between(12, 50) * i64::try_from(place + 1).unwrap_or(1) + dice.below(40);
        let completed_at = started_at + TimeDelta::seconds(seconds + dice.below(600));
        let completed = dice.chance(COMPLETED) || completed_at < self.now - TimeDelta::days(20);

        let before = rows.answers.len();
        for posed in content.definition.questions().filter(|posed| posed.repeat.is_none()) {
            self.answer(rows, (id, person), (&content, posed), (her.id, started_at), dice)?;
        }
        let answers = &rows.answers[before..];
        let spared = answers.iter().filter(|row| row.cause == AnswerCause::Confirmed).count();
        let count = |number: usize| completed.then(|| i32::try_from(number).unwrap_or(i32::MAX));
        let (answered, spared) = (count(answers.len()), count(spared));
        if completed {
            self.written.push((id, her.team_id, her.id, completed_at));
        }
        rows.about.extend(person.map(|person_id| record_person::Model {
            record_id: id,
            person_id,
            linked_at: started_at,
        }));
        rows.activities.push(record_activity::Model {
            id: mint::id(),
            record_id: id,
            practitioner_id: her.id,
            seconds: i32::try_from(seconds).unwrap_or(i32::MAX),
            noted_at: completed_at,
        });
        rows.records.push(record::Model {
            id,
            organisation_id: her.organisation_id,
            form_version_id,
            practitioner_id: her.id,
            team_id: her.team_id,
            spend_id: None,
            hub_id: self.hubs.get(&her.id).copied(),
            language: if dice.chance(15) { Language::Cy } else { Language::En },
            started_at,
            completed_at: completed.then_some(completed_at),
            open_until: None,
            restricted_at: None,
            restricted_by: None,
            held_at: None,
            saved_on: None,
            warned_on: None,
            look_on: self.now.date_naive(),
            emptied_on: None,
            // The database adds what everybody spends on it.
            seconds: 0,
            answered,
            spared,
        });
        Ok(())
    }

    fn answer(
        &mut self,
        rows: &mut Rows,
        (record_id, person): (RecordId, Option<PersonId>),
        (content, posed): (&Content, Posed<'_>),
        (answered_by, answered_at): (PractitionerId, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<(), DemoError> {
        let Some(question) = content.question(&posed.asked.code) else { return Ok(()) };
        let place = person.map(|person| (person, posed.asked.code.clone()));
        let known = place.as_ref().and_then(|place| self.known.get(place)).filter(|_| dice.chance(STILL_TRUE)).cloned();
        let (from, value) = match known {
            Some((from, value)) => (Some(from), value),
            None => match said(&posed, dice) {
                Some(value) => (None, serde_json::to_value(value)?),
                None => return Ok(()),
            },
        };
        let id: AnswerId = mint::id();
        if let Some(place) = place {
            self.known.insert(place, (id, value.clone()));
        }
        rows.answers.push(answer::Model {
            id,
            record_id,
            link_id: posed.link_id.to_owned(),
            instance: String::new(),
            revision: 1,
            value,
            problem: None,
            cause: if from.is_some() { AnswerCause::Confirmed } else { AnswerCause::Given },
            reason: None,
            question_id: Some(question.id),
            from_answer_id: from,
            answered_by,
            answered_at,
        });
        Ok(())
    }
}

/// What somebody says; nothing to some questions.
fn said(posed: &Posed<'_>, dice: &mut Dice) -> Option<AnswerValue> {
    match posed.asked.kind {
        QuestionKind::Text => Some(AnswerValue::Text((*dice.pick(&WORDS)).to_owned())),
        QuestionKind::YesNo => Some(AnswerValue::YesNo(dice.chance(50))),
        QuestionKind::Choice if !posed.asked.choices.is_empty() => {
            Some(AnswerValue::Choice(dice.pick(&posed.asked.choices).code.clone()))
        }
        QuestionKind::Number => Some(AnswerValue::Number(dice.between(1, 5))),
        _ => None,
    }
}
