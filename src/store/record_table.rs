//! Records for a table: those of one form, in all its versions, that were begun between two moments, with the answers that
//! whoever asks may read.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use busfare_entity::{
    answer, record,
    words::{FormTemplateId, FormVersionId, QuestionId, Readers, RecordId, Role},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{answer as answers, bank, form, record as records};
use crate::rules::{
    record::{IS_ORPHAN, IS_OWN},
    record_table::{Answered, Filled, OWN, Said},
    sight::{Viewer, answers_for_team, reads_answer},
};

/// Records whose answers are read with one statement.
const BATCH: usize = 500;

/// Which form, and the moments between which its records were begun.
pub type Wanted = (FormTemplateId, (DateTime<Utc>, DateTime<Utc>));

/// All versions of a form with what stands in them, the oldest first.
pub async fn versions(conn: &impl ConnectionTrait, form: FormTemplateId) -> Result<Vec<Arc<form::Content>>, DbErr> {
    let ids: Vec<FormVersionId> = form::versions(conn, form).await?.into_iter().map(|version| version.id).collect();
    let mut contents: HashMap<_, _> =
        form::contents(conn, &ids).await?.into_iter().map(|content| (content.version, content)).collect();
    Ok(ids.iter().filter_map(|id| contents.remove(id)).collect())
}

/// How many records a table would have.
pub async fn count(conn: &impl ConnectionTrait, viewer: &Viewer, wanted: Wanted) -> Result<u64, DbErr> {
    record::Entity::find().filter(in_table(viewer, wanted)).count(conn).await
}

/// The records, in the order in which they were begun, no more than so many; and which of them somebody else wrote.
pub async fn filled(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: Wanted,
    versions: &[Arc<form::Content>],
    most: u64,
) -> Result<(Vec<Filled>, Vec<RecordId>), DbErr> {
    let rows = record::Entity::find()
        .filter(in_table(viewer, wanted))
        .order_by_asc(record::Column::StartedAt)
        .order_by_asc(record::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    let mut readers: HashMap<QuestionId, Readers> = HashMap::new();
    let mut filled = Vec::with_capacity(rows.len());
    for batch in rows.chunks(BATCH) {
        let ids: Vec<_> = batch.iter().map(|row| row.id).collect();
        let mut given: HashMap<_, Vec<answer::Model>> = HashMap::new();
        for row in answers::standing(conn, &ids).await? {
            given.entry(row.record_id).or_default().push(row);
        }
        let asked = given.values().flatten().filter_map(|row| row.question_id).filter(|id| !readers.contains_key(id));
        let unknown: Vec<QuestionId> = asked.collect::<HashSet<_>>().into_iter().collect();
        let questions = bank::by_ids(conn, viewer.organisation, &unknown).await?;
        readers.extend(questions.into_iter().map(|question| (question.id, question.readers)));
        for row in batch {
            let given = given.remove(&row.id).unwrap_or_default();
            filled.extend(fill(viewer, row, given, (versions, &readers))?);
        }
    }
    let others = rows.iter().filter(|row| row.practitioner_id != viewer.id).map(|row| row.id).collect();
    Ok((filled, others))
}

/// Her own records and her team's; and for whoever answers for a team, of the others what their questions leave to the
/// organisation. Of those that few read, a table has her own and what she leads: what somebody opened because it could not
/// wait is there to be read, and not to be taken away.
fn in_table(viewer: &Viewer, (form, (begins, ends)): Wanted) -> Condition {
    let versions = form::ids_of(form);
    let mut for_many = Condition::all().add(record::Column::RestrictedAt.is_null());
    if !answers_for_team(viewer) {
        for_many = for_many.add(record::Column::TeamId.eq(viewer.team));
    }
    let mut in_reach = Condition::any().add(record::Column::PractitionerId.eq(viewer.id)).add(for_many);
    if viewer.role == Role::Senior {
        in_reach = in_reach.add(record::Column::TeamId.eq(viewer.team));
    }
    Condition::all()
        .add(record::Column::OrganisationId.eq(viewer.organisation))
        .add(record::Column::FormVersionId.in_subquery(versions))
        .add(record::Column::StartedAt.gte(begins))
        .add(record::Column::StartedAt.lt(ends))
        .add(in_reach)
}

/// One record with the answers that the viewer may read, in the order of its form.
fn fill(
    viewer: &Viewer,
    record: &record::Model,
    given: Vec<answer::Model>,
    (versions, readers): (&[Arc<form::Content>], &HashMap<QuestionId, Readers>),
) -> Result<Option<Filled>, DbErr> {
    let Some(version) = versions.iter().position(|content| content.version == record.form_version_id) else {
        return Ok(None);
    };
    let places: HashMap<_, _> =
        versions[version].definition.questions().map(|posed| (posed.link_id, posed.place)).collect();
    let mut placed = Vec::with_capacity(given.len());
    for row in given {
        let declared = match row.question_id {
            Some(question) => readers.get(&question).copied(),
            None => Some(Readers::Team),
        };
        let reads = |readers| reads_answer(viewer, &records::seen(record, false), readers);
        if !declared.is_some_and(reads) {
            continue;
        }
        let Some(said) = Said::of(answers::value(&row)?) else { continue };
        let place = places.get(row.link_id.as_str()).copied();
        let link_id = match row.link_id.starts_with(IS_OWN) {
            true => OWN.to_owned(),
            false => row.link_id.trim_start_matches(IS_ORPHAN).to_owned(),
        };
        let instance = Some(row.instance).filter(|instance| !instance.is_empty());
        let order = (place.unwrap_or(usize::MAX), row.link_id);
        placed.push((order, Answered { link_id, instance, asked: place.is_some(), said, problem: row.problem }));
    }
    placed.sort_by(|(one, a), (other, b)| (one, &a.instance).cmp(&(other, &b.instance)));
    let answers = placed.into_iter().map(|(_, answer)| answer).collect();
    Ok(Some(Filled { record: record.id.to_string(), version, answers }))
}
