//! A year of a larger council's life: twenty teams, and what they spent, wrote down and agreed to meet for. All of it is
//! invented by the rules that a real year keeps to: whatever was not somebody's own to decide was asked of a colleague, and
//! whatever would have been refused did not happen. The same year each time, but for its dates and ids.

mod council;
mod dice;
mod meetings;
mod records;
mod spends;
mod voices;

use busfare_entity::{hub_session, person, practitioner, words::Nation};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use self::{dice::Dice, records::Records, spends::Spends};
use super::{DemoError, council::Council, money};
use crate::{
    rules::{
        bank_holiday::{bank_holiday, is_weekend},
        calendar::{self, HOME},
        emergency::financial_year,
    },
    store::{
        self, Db,
        db::{DatabaseTransaction, DbErr},
        mint,
    },
};

/// How far back it goes.
pub const YEAR: TimeDelta = TimeDelta::days(366);

/// How much happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Spends.
    pub spends: usize,
    /// Records.
    pub records: usize,
    /// Appointments.
    pub appointments: usize,
    /// People who were helped.
    pub people: usize,
}

impl Amount {
    /// A whole year.
    pub const YEAR: Self = Self { spends: 40_000, records: 30_000, appointments: 12_000, people: 4_000 };
}

/// The moments of a day at which people ask, in minutes from midnight.
const MOMENTS: [i64; 3] = [9 * 60 + 40, 12 * 60 + 25, 15 * 60 + 50];

/// Invents a council of twenty teams.
pub fn council(password_hash: &str, since: DateTime<Utc>) -> Council {
    council::grow(Council::invent(password_hash, since), since)
}

/// Lives through the year until now. `tell` hears of each month.
pub async fn live(
    txn: &DatabaseTransaction,
    (council, sessions): (&Council, &[hub_session::Model]),
    amount: Amount,
    now: DateTime<Utc>,
    tell: impl Fn(String),
) -> Result<(), DemoError> {
    let since = now - YEAR;
    let mut dice = Dice::new(2026);

    // The budgets of the year before, and people to help.
    let (first, today) = (calendar::day(since, HOME), calendar::day(now, HOME));
    let [earlier, later] = [first, today].map(financial_year);
    if earlier != later {
        for budget in money::budgets(council, first) {
            store::budget::open(txn, budget, since).await?;
        }
    }
    let people = people(council, amount.people, &mut dice, since);
    store::rows::add_in_parts::<person::Entity>(txn, people.clone()).await?;

    // Day after day.
    let days: Vec<_> = working_days(first, today).collect();
    let mut spends = Spends::begin(txn, council, &people).await?;
    let mut records = Records::begin(txn, council, &people, now).await?;
    let part = |all: usize, place: usize, of: usize| all * (place + 1) / of - all * place / of;
    for (place, day) in days.iter().enumerate() {
        if place == 0 || days[place - 1].month() != day.month() {
            tell(day.format("%B %Y").to_string());
        }
        for (turn, minutes) in MOMENTS.into_iter().enumerate() {
            let moment = calendar::begins(*day, HOME) + TimeDelta::minutes(minutes);
            let count = part(amount.spends, place * MOMENTS.len() + turn, days.len() * MOMENTS.len());
            spends.live(txn, moment.min(now), count, now, &mut dice).await?;
        }
        let evening = (calendar::begins(*day, HOME) + TimeDelta::hours(17)).min(now);
        records.live(txn, evening, part(amount.records, place, days.len()), &mut dice).await?;
    }

    meetings::live(txn, (council, sessions, &people), (&days, amount.appointments), now, &mut dice).await?;
    voices::live(txn, council, &records, (&days, amount), now, &mut dice).await
}

/// Whether a year is here.
pub async fn is_here(db: &Db) -> Result<bool, DbErr> {
    let Some(organisation) = store::people::organisations(db.reader()).await?.into_iter().next() else {
        return Ok(false);
    };
    Ok(store::team::all(db.reader(), organisation.id).await?.len() > council::TEAMS)
}

fn working_days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let closed = |day: NaiveDate| is_weekend(day) || bank_holiday(day, Nation::EnglandAndWales).is_some();
    let works = move |day: &NaiveDate| !closed(*day);
    // On its last day nobody has done anything yet.
    first.iter_days().skip(1).take_while(move |day| *day < last).filter(works)
}

/// Those who work with families.
fn family_workers(council: &Council) -> Vec<&practitioner::Model> {
    let teams: Vec<_> = council.family_teams().map(|team| team.id).collect();
    council.people.iter().filter(|person| teams.contains(&person.team_id)).collect()
}

fn people(council: &Council, count: usize, dice: &mut Dice, since: DateTime<Utc>) -> Vec<person::Model> {
    let workers = family_workers(council);
    let named = |number: usize, dice: &mut Dice| {
        let by = workers[number % workers.len()];
        person::Model {
            id: mint::id(),
            organisation_id: council.organisation.id,
            team_id: by.team_id,
            reference: Some(format!("CF-{:05}", number + 1)),
            display_name: dice.chance(40).then(|| dice.pick(&council::FIRST_NAMES).to_string()),
            created_by: by.id,
            created_at: since,
        }
    };
    (0..count).map(|number| named(number, dice)).collect()
}
