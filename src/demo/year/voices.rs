//! What was promised, what people said afterwards, and what staff said.

use busfare_entity::{
    feedback_answer, promise, said,
    words::{DidWeKeepOurWord, DifferenceMade, DoneAboutIt, PromiseState},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use super::{Amount, Dice, Records, family_workers, records::Written};
use crate::{
    demo::{DemoError, council::Council},
    rules::calendar::{self, HOME},
    store::{self, db::DatabaseTransaction, mint},
};

const PROMISED: [&str; 4] = ["Ring on Monday", "Ask about the bus pass", "Bring the form", "Look in at the drop-in"];
const SAID: [(&str, &str); 4] = [
    (
        "The upstairs room at the library is too cold to talk in.",
        "There is a heater now, and the rota has the room at noon.",
    ),
    ("Parking at the surgery takes half an hour.", "The practice lends us two places on Tuesdays."),
    ("The tablet in the café has no signal.", "The café has a new router, and records wait for signal anyway."),
    ("We want one page for the food bank, not three.", "The directory has it on one page."),
];

/// Of the whole year.
pub async fn live(
    txn: &DatabaseTransaction,
    council: &Council,
    records: &Records<'_>,
    (days, amount): (&[NaiveDate], Amount),
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Result<(), DemoError> {
    let eighth = records.written.iter().step_by(8);
    let promises = eighth.clone().map(|written| promised(council, written, now, dice)).collect();
    store::rows::add_in_parts::<promise::Entity>(txn, promises).await?;
    let heard = records.written.iter().step_by(12).map(|written| heard(council, written, amount, dice)).collect();
    store::rows::add_in_parts::<feedback_answer::Entity>(txn, heard).await?;
    let weekly = days.iter().step_by(3).map(|day| says(council, *day, now, dice)).collect();
    store::rows::add_in_parts::<said::Entity>(txn, weekly).await?;
    Ok(())
}

fn promised(
    council: &Council,
    (record_id, team_id, made_by, made_at): &Written,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> promise::Model {
    let (made_on, today) = (calendar::day(*made_at, HOME), calendar::day(now, HOME));
    let due_on = made_on + Days::new(dice.between(1, 14).unsigned_abs());
    let settled_on = due_on + TimeDelta::days(dice.between(-3, 2));
    let settled_on = Some(settled_on.max(made_on)).filter(|day| *day <= today && dice.chance(94));
    promise::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        team_id: *team_id,
        record_id: *record_id,
        made_by: *made_by,
        what: (*dice.pick(&PROMISED)).to_owned(),
        made_on,
        made_at: *made_at,
        due_on,
        state: match settled_on {
            Some(_) if dice.chance(95) => PromiseState::Kept,
            Some(_) => PromiseState::NotNeeded,
            None => PromiseState::Open,
        },
        settled_by: settled_on.map(|_| *made_by),
        settled_on,
    }
}

fn heard(council: &Council, (_, team_id, _, at): &Written, amount: Amount, dice: &mut Dice) -> feedback_answer::Model {
    let day = calendar::day(*at, HOME);
    let person = dice.below(i64::try_from(amount.people).unwrap_or(1)).to_be_bytes();
    let mut person_sha256 = vec![0; 32];
    person_sha256[24..].copy_from_slice(&person);
    feedback_answer::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        team_id: *team_id,
        hub_id: None,
        person_sha256,
        month: day.with_day(1).unwrap_or(day),
        kept_word: Some(match dice.below(10) {
            0..7 => DidWeKeepOurWord::Yes,
            7..9 => DidWeKeepOurWord::Partly,
            _ => DidWeKeepOurWord::No,
        }),
        difference: Some(match dice.below(10) {
            0..4 => DifferenceMade::Better,
            4..7 => DifferenceMade::LittleBetter,
            7..9 => DifferenceMade::Same,
            _ => DifferenceMade::Worse,
        }),
        words: None,
    }
}

fn says(council: &Council, said_on: NaiveDate, now: DateTime<Utc>, dice: &mut Dice) -> said::Model {
    let (words, answer) = *dice.pick(&SAID);
    let workers = family_workers(council);
    let said_at = calendar::begins(said_on, HOME) + TimeDelta::hours(11);
    let answered_at = said_at + TimeDelta::days(dice.between(2, 17));
    let answered = answered_at < now;
    said::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        said_by: dice.pick(&workers).id,
        words: words.to_owned(),
        said_on,
        said_at,
        done: answered.then_some(if dice.chance(80) { DoneAboutIt::Did } else { DoneAboutIt::WillNot }),
        answer: answered.then(|| answer.to_owned()),
        answered_by: answered.then_some(council.head_of_service.id),
        answered_on: answered.then(|| calendar::day(answered_at, HOME)),
        answered_at: answered.then_some(answered_at),
    }
}
