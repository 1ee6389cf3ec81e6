//! The person's voice: links with which somebody says once how it was, and what was said. A link goes when it is used, so
//! nothing leads from what was said to whom it was sent.

use busfare_entity::{
    feedback_answer, feedback_ask,
    words::{FeedbackId, OrganisationId, PersonId, TeamId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::mint::{self, NoChance};
use crate::rules::{
    feedback::{Answers, Heard},
    insight::month_of,
    token::SigningKey,
};

/// Most answers that are counted at once.
const MOST_COUNTED: u64 = 50_000;

/// What tells the people of one month apart and says of none who it is: without the server's key nobody can make it again.
/// Somebody without a name is like nobody else.
pub fn apart(key: &SigningKey, person: Option<PersonId>, month: NaiveDate) -> Result<Vec<u8>, NoChance> {
    match person {
        Some(person) => Ok(Sha256::digest(key.sign(format!("busfare-feedback {person} {month}").as_bytes())).to_vec()),
        None => mint::chance::<32>().map(|bytes| bytes.to_vec()),
    }
}

/// Keeps a link.
pub async fn ask(conn: &impl ConnectionTrait, row: feedback_ask::Model) -> Result<(), DbErr> {
    feedback_ask::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// A link that was not used yet.
pub async fn asked(
    conn: &impl ConnectionTrait,
    id: FeedbackId,
    token: &str,
) -> Result<Option<feedback_ask::Model>, DbErr> {
    feedback_ask::Entity::find_by_id(id)
        .filter(feedback_ask::Column::TokenSha256.eq(mint::sha256(token)))
        .one(conn)
        .await
}

/// Uses a link up and keeps what was said. False where it was used at the same moment.
pub async fn answer(
    conn: &impl ConnectionTrait,
    ask: feedback_ask::Model,
    (id, said): (Uuid, Answers),
) -> Result<bool, DbErr> {
    let used = feedback_ask::Entity::delete_many().filter(feedback_ask::Column::Id.eq(ask.id)).exec(conn).await?;
    if used.rows_affected != 1 {
        return Ok(false);
    }
    let row = feedback_answer::Model {
        id: id.into(),
        organisation_id: ask.organisation_id,
        team_id: ask.team_id,
        hub_id: ask.hub_id,
        person_sha256: ask.person_sha256,
        month: ask.month,
        kept_word: said.kept_word,
        difference: said.difference,
        words: said.words,
    };
    feedback_answer::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(true)
}

/// Forgets links that nobody used in their time.
pub async fn forget_ended(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = feedback_ask::Entity::delete_many().filter(feedback_ask::Column::EndsAt.lt(before)).exec(conn).await?;
    Ok(gone.rows_affected)
}

/// What was said of the months that begin on these days, the last of which is the day after them: as it counts, with the words.
pub async fn heard(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    first_days: &[NaiveDate],
) -> Result<Vec<(Heard<[u8; 32]>, Option<String>)>, DbErr> {
    let (Some(first), Some(last)) = (first_days.first(), first_days.last()) else { return Ok(vec![]) };
    let rows = feedback_answer::Entity::find()
        .filter(feedback_answer::Column::OrganisationId.eq(organisation))
        .filter(feedback_answer::Column::Month.gte(*first))
        .filter(feedback_answer::Column::Month.lt(*last))
        .limit(MOST_COUNTED)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| as_heard(row, first_days)).collect())
}

fn as_heard(row: feedback_answer::Model, first_days: &[NaiveDate]) -> (Heard<[u8; 32]>, Option<String>) {
    let mut person = [0; 32];
    for (to, from) in person.iter_mut().zip(&row.person_sha256) {
        *to = *from;
    }
    let team: TeamId = row.team_id;
    let month = month_of(first_days, row.month);
    (Heard { team, month, person, kept_word: row.kept_word, difference: row.difference }, row.words)
}
