//! Stewards: a round that tells whoever answers for a question, in time, that it is soon not asked any more, and that hands
//! the questions of people who left to the practice group. Every notice is told once, however many servers go round at once.

use std::{collections::HashMap, time::Duration};

use busfare_entity::{
    notice, question,
    words::{NoticeKind, OrganisationId, PractitionerId},
};
use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::{
    rules::{calendar, question::NOTICE_DAYS},
    store::{self, Db, bank, db::DbErr},
};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(3_600);

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Questions whose stewards left, and which the practice group answers for now.
    pub taken_over: u64,
    /// Notices that were told.
    pub notices: u64,
}

/// Goes round once, over every organisation.
pub async fn tell(db: &Db, now: DateTime<Utc>) -> Result<Told, DbErr> {
    let taken_over = take_over(db).await?;
    let zones: HashMap<OrganisationId, chrono_tz::Tz> = store::people::organisations(db.reader())
        .await?
        .into_iter()
        .map(|organisation| (organisation.id, calendar::zone(&organisation.time_zone)))
        .collect();
    // A day more, because it is tomorrow already in some places.
    let ahead = Days::new(NOTICE_DAYS.into_iter().max().unwrap_or_default() + 1);
    let due = bank::due(db.reader(), now.date_naive().checked_add_days(ahead).unwrap_or(NaiveDate::MAX)).await?;
    let ids: Vec<_> = due.iter().map(|question| question.id).collect();
    let told = store::notice::about_questions(db.reader(), &ids).await?;
    let mut notices = 0;
    for question in due {
        let zone = zones.get(&question.organisation_id).copied().unwrap_or(calendar::HOME);
        let term = bank::term(&question);
        let Some(days) = term.notice(calendar::day(now, zone)) else { continue };
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let is_told = |who: PractitionerId| {
            told.iter().any(|row| {
                let same = (row.question_id, row.due_on, row.days_before);
                row.told_id == who && same == (Some(question.id), Some(term.last_day()), Some(days))
            })
        };
        let stewards = stewards(db, &question).await?.into_iter().filter(|who| !is_told(*who));
        for who in stewards {
            let to = store::notice::to(question.organisation_id, who, NoticeKind::QuestionReviewDue, now);
            let (question_id, due_on, days_before) = (Some(question.id), Some(term.last_day()), Some(days));
            notices += u64::from(tell_one(db, notice::Model { question_id, due_on, days_before, ..to }).await?);
        }
    }
    Ok(Told { taken_over, notices })
}

async fn take_over(db: &Db) -> Result<u64, DbErr> {
    let txn = db.begin().await?;
    let taken_over = bank::take_over_from_leavers(&txn).await?;
    txn.commit().await.map(|()| taken_over)
}

/// Who answers for a question: its steward, or everybody of the practice group where that holds it.
async fn stewards(db: &Db, question: &question::Model) -> Result<Vec<PractitionerId>, DbErr> {
    if !question.held_by_group {
        return Ok(vec![question.steward_id]);
    }
    let group = bank::group(db.reader(), question.organisation_id).await?;
    Ok(group.into_iter().map(|member| member.id).collect())
}

/// One notice, in a transaction of its own, so that nobody waits for two.
async fn tell_one(db: &Db, notice: notice::Model) -> Result<bool, DbErr> {
    let txn = db.begin().await?;
    let told = store::notice::tell_once(&txn, notice).await?;
    txn.commit().await.map(|()| told)
}
