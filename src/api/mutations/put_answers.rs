//! putAnswers: save answer by answer, also the ones that are not quite right. The first save begins the record.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    record, record_activity,
    words::{AnswerAsideId, FormVersionId, HubId, Language, PersonId, RecordId, SpendId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        recording::{self, AnswerInput, Writing},
        scalars::Uuid,
        types::{
            answer::AnswerConflict,
            record::{Record, RecordAdvice},
            user_error::RecordUserError,
        },
        verb::{Done, Stop, Verb},
    },
    rules::{
        activity,
        receipt::MOST_ON_ONE,
        record::{Advised, RecordRefusal},
        sight::Viewer,
    },
    store::{self, db::DatabaseTransaction},
};

/// Begins a record. Needed the first time, ignored afterwards.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct BeginRecordInput {
    /// The version of the form, from `formFor`.
    form_id: ID,
    /// The spend it is about.
    spend_id: Option<ID>,
    /// The hub it is written in.
    hub_id: Option<ID>,
    /// The person it is about: `pers_` and a UUIDv7 in lower-case base32hex, which the phone may mint. A drop-in needs none.
    person_id: Option<ID>,
    /// The language it is written in; that of `Accept-Language` where none is given.
    language: Option<Language>,
}

/// What `putAnswers` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutAnswersInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record's id, which the phone mints: `recd_` and a UUIDv7 in lower-case base32hex.
    record_id: ID,
    /// Which form a new record is for.
    begin: Option<BeginRecordInput>,
    /// The answers to save, at most 60.
    answers: Vec<AnswerInput>,
    /// Completes the record as well. Nothing that is missing can stop it.
    complete: Option<bool>,
    /// Seconds since the form was opened at which somebody touched it, at most 500: what it cost her, without the time in
    /// which nothing happened. She sees hers and nobody else does.
    touched_at: Option<Vec<i32>>,
}

/// What `putAnswers` answers.
#[derive(SimpleObject)]
pub struct PutAnswersPayload {
    /// The record with its answers as they stand.
    record: Option<Record>,
    /// Answers of this request that another device had answered meanwhile. Both are kept; look, and answer again.
    conflicts: Vec<AnswerConflict>,
    /// What would make the record better, where it was completed.
    advice: Vec<RecordAdvice>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<RecordUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// What came of it: ids, and no words.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Put {
    record: record::Model,
    #[serde(default)]
    aside: Vec<AnswerAsideId>,
    #[serde(default)]
    advice: Vec<Advised>,
}

/// The verb.
#[derive(Default)]
pub struct PutAnswers;

#[Object]
impl PutAnswers {
    /// Saves answers, one or many, in any order. An answer with a problem is kept with its problem; nothing is required. An
    /// app needs the scope `RECORDS_WRITE`.
    async fn put_answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was answered.")] input: PutAnswersInput,
    ) -> Answer<PutAnswersPayload> {
        let language = ctx.language()?;
        match put(ctx, input).await {
            Ok(Done { value: Put { record, aside, advice }, replayed }) => {
                let beside = match aside.is_empty() {
                    true => vec![],
                    false => store::answer::aside(ctx.reader()?, &[record.id]).await?,
                };
                let conflicts = beside.into_iter().filter(|row| aside.contains(&row.id)).map(AnswerConflict).collect();
                let advice = advice.into_iter().map(|advised| RecordAdvice::new(advised, language)).collect();
                Ok(PutAnswersPayload { record: Some(Record(record)), conflicts, advice, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![RecordUserError::new(&refusal, language)];
                Ok(PutAnswersPayload { record: None, conflicts: vec![], advice: vec![], user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn put(ctx: &Context<'_>, input: PutAnswersInput) -> Verb<Put, RecordRefusal> {
    // Who answered what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let begin = input.begin.as_ref().map(|begin| Beginning::try_new(begin, ctx)).transpose()?;
    let given = recording::parse(&input.answers)?;
    let touched: Vec<i64> = input.touched_at.iter().flatten().map(|at| i64::from(*at)).collect();
    let seconds = i32::try_from(activity::active_seconds(&touched)).unwrap_or(i32::MAX);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putAnswers", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(put) => return Ok(Done::before(put)),
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };

    // Which record is it?
    let record = match store::record::hold(&txn, &viewer, record_id, now).await? {
        Some(record) if record.practitioner_id != viewer.id => return Err(RecordRefusal::NotYourRecord.into()),
        Some(record) => record,
        None => {
            let begin = begin.ok_or(RecordRefusal::FormNeeded)?;
            begin_record(ctx, &txn, &viewer, record_id, begin, now).await?
        }
    };

    // Remember, each with its problem.
    let mut writing = Writing::open(&txn, record).await?;
    let aside = writing.save(&txn, &viewer, given, now).await?;
    let advice = match input.complete {
        Some(true) => writing.complete(&txn, now).await?,
        _ => vec![],
    };
    if seconds > 0 {
        let (id, practitioner_id) = (store::mint::id(), viewer.id);
        let row = record_activity::Model { id, record_id, practitioner_id, seconds, noted_at: now };
        store::record::spend_time(&txn, row).await?;
    }
    let put = Put { record: writing.record, aside, advice };
    idempotent::keep(&txn, &key, &put).await?;
    txn.commit().await?;

    Ok(Done::now(put))
}

/// How a record begins, parsed.
struct Beginning {
    form: FormVersionId,
    spend: Option<SpendId>,
    hub: Option<HubId>,
    person: Option<PersonId>,
    language: Language,
}

impl Beginning {
    fn try_new(input: &BeginRecordInput, ctx: &Context<'_>) -> Answer<Self> {
        Ok(Self {
            form: id(&input.form_id)?,
            spend: input.spend_id.as_ref().map(id).transpose()?,
            hub: input.hub_id.as_ref().map(id).transpose()?,
            person: input.person_id.as_ref().map(id).transpose()?,
            language: input.language.unwrap_or(ctx.language()?),
        })
    }
}

async fn begin_record(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    id: RecordId,
    begin: Beginning,
    now: DateTime<Utc>,
) -> Result<record::Model, Stop<RecordRefusal>> {
    let forms = store::form::by_ids(txn, viewer.organisation, &[begin.form]).await?;
    if forms.is_empty() {
        return Err(Problem::not_found().into());
    }
    if let Some(spend) = begin.spend {
        store::spend::find(txn, viewer, spend).await?.ok_or_else(Problem::not_found)?;
        if store::record::count_about(txn, spend).await? >= MOST_ON_ONE {
            return Err(RecordRefusal::TooManyRecords.into());
        }
    }
    if let Some(hub) = begin.hub {
        store::people::hub_in(txn, viewer.organisation, hub).await?.ok_or_else(Problem::not_found)?;
    }
    let row = record::Model {
        id,
        organisation_id: viewer.organisation,
        form_version_id: begin.form,
        practitioner_id: viewer.id,
        team_id: viewer.team,
        spend_id: begin.spend,
        hub_id: begin.hub,
        language: begin.language,
        started_at: now,
        completed_at: None,
        open_until: None,
        restricted_at: None,
        restricted_by: None,
        held_at: None,
        saved_on: None,
        warned_on: None,
        look_on: now.date_naive(),
        emptied_on: None,
        seconds: 0,
        answered: None,
        spared: None,
    };
    let begun = if store::record::add(txn, row.clone()).await? {
        row
    } else {
        // Another device of hers began it at the same moment, or the id is somebody else's.
        let begun = store::record::hold(txn, viewer, id, now).await?.filter(|begun| begun.practitioner_id == viewer.id);
        begun.ok_or(RecordRefusal::IdAlreadyUsed)?
    };
    if let Some(person) = begin.person {
        let known = store::person::known(txn, ctx.practitioner()?.0, person, now).await?;
        if !known || !store::record::link(txn, id, person, now).await? {
            return Err(RecordRefusal::AnotherPerson.into());
        }
    }
    Ok(begun)
}
