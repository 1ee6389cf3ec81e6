//! The question bank: questions, their wordings, their stewards, and the practice group.

use std::collections::HashMap;

use busfare_entity::{
    practice_group_member, practitioner, question, question_version,
    words::{OrganisationId, PractitionerId, QuestionId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{
    form::Asked,
    question::{Stewardship, Term},
};

/// A question with its newest wording.
pub type Worded = (question::Model, question_version::Model);

/// What a wording says.
pub fn asked(version: &question_version::Model) -> Result<Asked, DbErr> {
    serde_json::from_value(version.asked.clone()).map_err(|error| DbErr::Json(error.to_string()))
}

/// When a question is asked.
pub fn term(question: &question::Model) -> Term {
    Term { review_on: question.review_on, sunset_on: question.sunset_on, retired: question.retired_at.is_some() }
}

/// Whose a question is, for somebody who is of the practice group or is not.
pub fn stewardship(question: &question::Model, in_group: bool) -> Stewardship {
    Stewardship {
        steward: (!question.held_by_group).then_some(question.steward_id),
        in_group,
        retired: question.retired_at.is_some(),
    }
}

/// Whether somebody is of the practice group.
pub async fn is_in_group(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    who: PractitionerId,
) -> Result<bool, DbErr> {
    Ok(practice_group_member::Entity::find_by_id((organisation, who)).one(conn).await?.is_some())
}

/// Who is of the practice group and works here, by name.
pub async fn group(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<practitioner::Model>, DbErr> {
    let members = practice_group_member::Entity::find()
        .filter(practice_group_member::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await?;
    practitioner::Entity::find()
        .filter(practitioner::Column::Id.is_in(members.into_iter().map(|member| member.practitioner_id)))
        .filter(practitioner::Column::Active.eq(true))
        .order_by_asc(practitioner::Column::Name)
        .all(conn)
        .await
}

/// Adds people to the practice group, those who are in it already too, and takes others out.
pub async fn change_group(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    add: &[PractitionerId],
    remove: &[PractitionerId],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if !add.is_empty() {
        let rows = add.iter().map(|id| practice_group_member::Model {
            organisation_id: organisation,
            practitioner_id: *id,
            since: now,
        });
        practice_group_member::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
            .on_conflict(
                OnConflict::columns([
                    practice_group_member::Column::OrganisationId,
                    practice_group_member::Column::PractitionerId,
                ])
                .do_nothing()
                .to_owned(),
            )
            .try_insert()
            .exec_without_returning(conn)
            .await?;
    }
    practice_group_member::Entity::delete_many()
        .filter(practice_group_member::Column::OrganisationId.eq(organisation))
        .filter(practice_group_member::Column::PractitionerId.is_in(remove.iter().copied()))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Questions of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[QuestionId],
) -> Result<Vec<question::Model>, DbErr> {
    question::Entity::find()
        .filter(question::Column::Id.is_in(ids.iter().copied()))
        .filter(question::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await
}

/// A question of the organisation. Nobody else changes it until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: QuestionId,
) -> Result<Option<question::Model>, DbErr> {
    question::Entity::find_by_id(id)
        .filter(question::Column::OrganisationId.eq(organisation))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// The newest wording of questions, in any order.
pub async fn wordings(
    conn: &impl ConnectionTrait,
    questions: &[QuestionId],
) -> Result<Vec<question_version::Model>, DbErr> {
    question_version::Entity::find()
        .filter(question_version::Column::QuestionId.is_in(questions.iter().copied()))
        .filter(Expr::cust(NEWEST))
        .all(conn)
        .await
}

/// No later wording of the same question.
const NEWEST: &str = "NOT EXISTS (SELECT 1 FROM question_version AS later WHERE \
     later.question_id = question_version.question_id AND later.version > question_version.version)";

/// Questions of the organisation with these codes, each with its newest wording.
pub async fn newest(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    codes: &[&str],
) -> Result<HashMap<String, Worded>, DbErr> {
    let questions = question::Entity::find()
        .filter(question::Column::OrganisationId.eq(organisation))
        .filter(question::Column::Code.is_in(codes.iter().copied()))
        .all(conn)
        .await?;
    let ids: Vec<QuestionId> = questions.iter().map(|question| question.id).collect();
    let mut wordings: HashMap<QuestionId, question_version::Model> =
        wordings(conn, &ids).await?.into_iter().map(|row| (row.question_id, row)).collect();
    Ok(questions
        .into_iter()
        .filter_map(|question| {
            let wording = wordings.remove(&question.id)?;
            Some((question.code.clone(), (question, wording)))
        })
        .collect())
}

/// What questions ask now, as far as they may be asked on a day.
pub fn to_ask_of(newest: &HashMap<String, Worded>, on: NaiveDate) -> Result<HashMap<String, Asked>, DbErr> {
    let current = newest.iter().filter(|(_, (question, _))| term(question).is_asked(on));
    current.map(|(code, (_, wording))| Ok((code.clone(), asked(wording)?))).collect()
}

/// What the questions with these codes ask now, as far as they may be asked on a day.
pub async fn to_ask(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    codes: &[&str],
    on: NaiveDate,
) -> Result<HashMap<String, Asked>, DbErr> {
    to_ask_of(&newest(conn, organisation, codes).await?, on)
}

/// One page of the bank, newest first; without what is retired, unless it is wanted.
pub async fn page(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    steward: Option<PractitionerId>,
    retired: bool,
    page: Page,
) -> Result<Slice<question::Model>, DbErr> {
    let mut query = question::Entity::find().filter(question::Column::OrganisationId.eq(organisation));
    if let Some(steward) = steward {
        query = query.filter(question::Column::StewardId.eq(steward)).filter(question::Column::HeldByGroup.eq(false));
    }
    if !retired {
        query = query.filter(question::Column::RetiredAt.is_null());
    }
    page::read(conn, query, (question::Column::AddedAt, question::Column::Id), page).await
}

/// Adds a question with its first wording; false where the id or the code is taken.
pub async fn add(conn: &impl ConnectionTrait, (question, wording): Worded) -> Result<bool, DbErr> {
    let added = question::Entity::insert(question.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if !inserted(&added) {
        return Ok(false);
    }
    reword(conn, wording).await.map(|()| true)
}

/// Adds a wording.
pub async fn reword(conn: &impl ConnectionTrait, wording: question_version::Model) -> Result<(), DbErr> {
    question_version::Entity::insert(wording.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Writes a question as it is now.
pub async fn write(conn: &impl ConnectionTrait, question: &question::Model) -> Result<(), DbErr> {
    let row = question.clone().into_active_model().reset_all();
    question::Entity::update(row).exec(conn).await.map(|_| ())
}

/// Questions that are not retired, oldest first.
pub async fn open(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    most: u64,
) -> Result<Vec<question::Model>, DbErr> {
    question::Entity::find()
        .filter(question::Column::OrganisationId.eq(organisation))
        .filter(question::Column::RetiredAt.is_null())
        .order_by_asc(question::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// Hands the questions of people who do not work here any more to the practice group, and says how many.
pub async fn take_over_from_leavers(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    question::Entity::update_many()
        .col_expr(question::Column::HeldByGroup, Expr::value(true))
        .filter(question::Column::HeldByGroup.eq(false))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM practitioner WHERE practitioner.id = question.steward_id \
             AND practitioner.active)",
        ))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}

/// Questions whose review or sunset is near: those that their steward is to hear of.
pub async fn due(conn: &impl ConnectionTrait, until: NaiveDate) -> Result<Vec<question::Model>, DbErr> {
    question::Entity::find()
        .filter(question::Column::RetiredAt.is_null())
        .filter(Condition::any().add(question::Column::ReviewOn.lte(until)).add(question::Column::SunsetOn.lte(until)))
        .order_by_asc(question::Column::Id)
        .all(conn)
        .await
}
