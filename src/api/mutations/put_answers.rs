//! putAnswers: save answer by answer, also the ones that are not quite right. The first save begins the record.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{
    answer, record,
    words::{AbsenceReason, FormVersionId, HubId, Language, RecordId, SpendId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{record::Record, user_error::RecordUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        answer::{AnswerValue, problem},
        receipt::MOST_ON_ONE,
        record::{ANSWER_CHARS, MOST_ANSWERS, RecordRefusal},
        sight::Viewer,
        text,
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
    /// The language it is written in; that of `Accept-Language` where none is given.
    language: Option<Language>,
}

/// What was answered; give exactly one.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum AnswerValueInput {
    /// A few words.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(String),
    /// A date as it was typed, `YYYY-MM-DD` when it is one.
    Date(String),
    /// A whole number.
    Number(i32),
    /// Why there is no answer. Accepted for every question.
    Absent(AbsenceReason),
}

/// One answer.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnswerInput {
    /// Which question, by its `linkId` in the form.
    link_id: String,
    /// What was answered.
    value: AnswerValueInput,
    /// The revision this changes. Where none is given the answer is new, or is saved over whatever is there.
    base_revision: Option<i32>,
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
}

payload! {
    /// What `putAnswers` answers.
    PutAnswersPayload {
        /// The record with its answers as they stand.
        record: Record(record::Model),
        refused: RecordUserError(RecordRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PutAnswers;

#[Object]
impl PutAnswers {
    /// Saves answers, one or many, in any order. An answer with a problem is kept with its problem; nothing is required.
    async fn put_answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was answered.")] input: PutAnswersInput,
    ) -> Answer<PutAnswersPayload> {
        PutAnswersPayload::answer(ctx, put(ctx, input).await)
    }
}

async fn put(ctx: &Context<'_>, input: PutAnswersInput) -> Verb<record::Model, RecordRefusal> {
    // Who answered what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let begin = input.begin.as_ref().map(|begin| Beginning::try_new(begin, ctx)).transpose()?;
    let answers = parse(&input.answers)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putAnswers", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(record) => return Ok(Done::before(record)),
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };

    // Which record is it?
    let record = match store::record::hold(&txn, &viewer, record_id).await? {
        Some(record) if record.practitioner_id != viewer.id => return Err(RecordRefusal::NotYourRecord.into()),
        Some(record) => record,
        None => begin_record(&txn, &viewer, record_id, begin.ok_or(RecordRefusal::FormNeeded)?, now).await?,
    };

    // Remember, each with its problem.
    let items = store::form::items(&txn, &[record.form_version_id]).await?;
    let current = store::record::answers(&txn, &[record.id]).await?;
    for given in answers {
        let item =
            items.iter().find(|item| item.place.link_id == given.link_id).ok_or(RecordRefusal::NoSuchQuestion)?;
        let revision =
            current.iter().find(|answer| answer.link_id == given.link_id).map_or(0, |answer| answer.revision);
        if given.base_revision.is_some_and(|base| base != revision) {
            return Err(RecordRefusal::AnswerChanged.into());
        }
        let row = answer::Model {
            id: store::mint::id(),
            record_id: record.id,
            link_id: given.link_id,
            revision: revision + 1,
            problem: problem(&given.value, &item.takes()),
            value: serde_json::to_value(given.value).map_err(Problem::internal)?,
            answered_by: viewer.id,
            answered_at: now,
        };
        if !store::record::answer(&txn, row).await? {
            return Err(RecordRefusal::AnswerChanged.into());
        }
    }
    idempotent::keep(&txn, &key, &record).await?;
    txn.commit().await?;

    Ok(Done::now(record))
}

/// How a record begins, parsed.
struct Beginning {
    form: FormVersionId,
    spend: Option<SpendId>,
    hub: Option<HubId>,
    language: Language,
}

impl Beginning {
    fn try_new(input: &BeginRecordInput, ctx: &Context<'_>) -> Answer<Self> {
        Ok(Self {
            form: id(&input.form_id)?,
            spend: input.spend_id.as_ref().map(id).transpose()?,
            hub: input.hub_id.as_ref().map(id).transpose()?,
            language: input.language.unwrap_or(ctx.language()?),
        })
    }
}

async fn begin_record(
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
    };
    if store::record::add(txn, row.clone()).await? {
        return Ok(row);
    }
    // Another device of hers began it at the same moment, or the id is somebody else's.
    let begun = store::record::hold(txn, viewer, id).await?.filter(|begun| begun.practitioner_id == viewer.id);
    Ok(begun.ok_or(RecordRefusal::IdAlreadyUsed)?)
}

/// One answer, parsed.
struct Given {
    link_id: String,
    value: AnswerValue,
    base_revision: Option<i32>,
}

fn parse(answers: &[AnswerInput]) -> Result<Vec<Given>, RecordRefusal> {
    if answers.len() > MOST_ANSWERS {
        return Err(RecordRefusal::TooManyAnswers);
    }
    let twice =
        |(place, answer): (usize, &AnswerInput)| answers[..place].iter().any(|other| other.link_id == answer.link_id);
    if answers.iter().enumerate().any(twice) {
        return Err(RecordRefusal::AnsweredTwice);
    }
    answers
        .iter()
        .map(|answer| {
            let (link_id, base_revision) = (answer.link_id.clone(), answer.base_revision);
            Ok(Given { link_id, value: value(&answer.value)?, base_revision })
        })
        .collect()
}

fn value(value: &AnswerValueInput) -> Result<AnswerValue, RecordRefusal> {
    let plain =
        |words: &str| text::plain(words, ANSWER_CHARS).map(Option::unwrap_or_default).map_err(RecordRefusal::Text);
    Ok(match value {
        AnswerValueInput::Text(words) => AnswerValue::Text(plain(words)?),
        AnswerValueInput::YesNo(yes) => AnswerValue::YesNo(*yes),
        AnswerValueInput::Choice(code) => AnswerValue::Choice(plain(code)?),
        AnswerValueInput::Date(date) => AnswerValue::Date(plain(date)?),
        AnswerValueInput::Number(number) => AnswerValue::Number(i64::from(*number)),
        AnswerValueInput::Absent(reason) => AnswerValue::Absent(*reason),
    })
}
