//! Loaders of what hangs on forms and records.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    answer, answer_aside, form_draft, person, person_warning, question, question_version, record, record_access,
    record_opening, record_statement, record_upgrade,
    words::{
        AnswerId, FormDraftId, FormVersionId, OrganisationId, PersonId, PractitionerId, QuestionId, RecordId,
        RecordOpeningId, SpendId,
    },
};
use chrono::{Days, NaiveDate};

use super::{Batches, by, grouped};
use crate::{
    rules::{
        activity::{self, Times},
        calendar,
        usefulness::{self, Usefulness},
    },
    store::{
        self,
        db::DbErr,
        form::{Content, Form},
    },
};

/// For how many days it is shown who read a record.
const READERS_SHOWN: Days = Days::new(90);
/// Most records about one person, openings or reads of one record that are shown.
const MOST_SHOWN: usize = 100;

keys! {
    /// What stands in a form version.
    ContentOf(FormVersionId);
    /// The newest wording of a question.
    WordingOf(QuestionId);
    /// The newest versions of the forms that ask a question.
    FormsAsking(QuestionId);
    /// The records about a spend.
    RecordsAbout(SpendId);
    /// The answers in a record as they stand.
    AnswersIn(RecordId);
    /// Every revision of the answers in a record, oldest first.
    HistoryOf(RecordId);
    /// What waits beside the answers in a record.
    AsideIn(RecordId);
    /// What people say of themselves in a record, oldest first.
    StatementsIn(RecordId);
    /// The moves of a record to other versions of its form, oldest first.
    UpgradesOf(RecordId);
    /// Whom a record is about.
    PersonIn(RecordId);
    /// Whether a restricted record is open to the viewer, because she said why it could not wait.
    OpenToHer(RecordId);
    /// Notes that the viewer reads a record; nothing is loaded.
    Noted(RecordId);
    /// Who opened a record because it could not wait, newest first.
    OpeningsOf(RecordId);
    /// Who read a record besides its author, newest first.
    ReadersOf(RecordId);
    /// The records about somebody that the viewer may see, newest first.
    RecordsOfPerson(PersonId);
    /// The warnings about somebody that stand today, newest first.
    WarningsAbout(PersonId);
    /// Whether somebody is of the practice group.
    InGroup(PractitionerId);
    /// Of what use a question is, as seen on a day.
    UsefulnessOf((QuestionId, NaiveDate));
    /// How long a form version takes.
    TimesOf(FormVersionId);
    /// How many seconds the viewer spent on a record.
    SecondsOn(RecordId);
}

loads!(RecordId => record::Model, |batch, keys| match &batch.viewer {
    Some(viewer) => store::record::by_ids(&batch.reader, viewer, keys, batch.now).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(AnswerId => answer::Model, |batch, keys| match &batch.viewer {
    Some(viewer) => store::answer::by_ids(&batch.reader, viewer, keys, batch.now)
        .await
        .map(|rows| rows.into_iter().map(|(row, _)| (row.id, row)).collect()),
    None => Ok(HashMap::new()),
});
loads!(FormVersionId => Form, |batch, keys| match batch.organisation {
    Some(ours) => store::form::by_ids(&batch.reader, ours, keys).await.map(|rows| by(rows, |row| row.version.id)),
    None => Ok(HashMap::new()),
});
loads!(FormDraftId => form_draft::Model, |batch, keys| match &batch.viewer {
    Some(viewer) => store::form_draft::by_ids(&batch.reader, viewer.organisation, keys)
        .await
        .map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(QuestionId => question::Model, |batch, keys| match batch.organisation {
    Some(ours) => store::bank::by_ids(&batch.reader, ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(WordingOf => question_version::Model, |batch, keys|
    store::bank::wordings(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| WordingOf(row.question_id))));
loads!(FormsAsking => Vec<Form>, |batch, keys|
    store::form::asking(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(question, form)| (FormsAsking(question), form)))));
loads!(ContentOf => Arc<Content>, |batch, keys|
    store::form::contents(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| ContentOf(row.version))));
loads!(RecordsAbout => Vec<record::Model>, |batch, keys| match &batch.viewer {
    Some(viewer) => store::record::of_spends(&batch.reader, viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>(), batch.now)
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((RecordsAbout(row.spend_id?), row))))),
    None => Ok(HashMap::new()),
});
loads!(AnswersIn => Vec<answer::Model>, |batch, keys|
    store::answer::standing(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AnswersIn(row.record_id), row)))));
loads!(HistoryOf => Vec<answer::Model>, |batch, keys|
    store::answer::history(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (HistoryOf(row.record_id), row)))));
loads!(AsideIn => Vec<answer_aside::Model>, |batch, keys|
    store::answer::aside(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AsideIn(row.record_id), row)))));
loads!(StatementsIn => Vec<record_statement::Model>, |batch, keys|
    store::record::statements(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (StatementsIn(row.record_id), row)))));
loads!(UpgradesOf => Vec<record_upgrade::Model>, |batch, keys|
    store::record::upgrades(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (UpgradesOf(row.record_id), row)))));
loads!(PersonIn => PersonId, |batch, keys|
    store::record::about(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|row| (PersonIn(row.record_id), row.person_id)).collect()));
loads!(SecondsOn => i64, |batch, keys| match &batch.viewer {
    Some(viewer) => store::record::seconds_of(&batch.reader, viewer.id, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|(record, seconds)| (SecondsOn(record), seconds)).collect()),
    None => Ok(HashMap::new()),
});
loads!(InGroup => (), |batch, keys| match batch.organisation {
    Some(ours) => store::bank::group(&batch.reader, ours)
        .await
        .map(|group| group.into_iter().map(|row| (InGroup(row.id), ())).filter(|(key, ())| keys.contains(key)).collect()),
    None => Ok(HashMap::new()),
});
loads!(UsefulnessOf => Usefulness, |batch, keys| match (batch.organisation, keys.first()) {
    (Some(ours), Some(UsefulnessOf((_, today)))) => useful(batch, ours, keys, *today).await,
    _ => Ok(HashMap::new()),
});
loads!(TimesOf => Times, |batch, keys| match batch.organisation {
    Some(ours) => {
        let zone = store::people::zone(&batch.reader, ours).await.map_err(Arc::new)?;
        store::usefulness::took(&batch.reader, zone, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
            .await
            .map(|took| activity::times(&took).into_iter().filter_map(|(form, told)| Some((TimesOf(form), told?))).collect())
    }
    None => Ok(HashMap::new()),
});
loads!(PersonId => person::Model, |batch, keys| match &batch.viewer {
    Some(viewer) => store::person::seen(&batch.reader, viewer, keys, batch.now)
        .await
        .map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(RecordOpeningId => record_opening::Model, |batch, keys|
    store::restricted::openings_by_ids(&batch.reader, keys).await.map(|rows| by(rows, |row| row.id)));
loads!(OpenToHer => (), |batch, keys| match &batch.viewer {
    Some(viewer) => store::restricted::open_to(&batch.reader, viewer.id, &keys.iter().map(|key| key.0).collect::<Vec<_>>(), batch.now)
        .await
        .map(|open| open.into_iter().map(|record| (OpenToHer(record), ())).collect()),
    None => Ok(HashMap::new()),
});
loads!(Noted => (), |batch, keys| {
    if let Some(viewer) = &batch.viewer {
        let records: Vec<_> = keys.iter().map(|key| key.0).collect();
        let noted = store::restricted::note(&batch.db, viewer.id, &records, batch.now.date_naive(), batch.now).await;
        if let Err(error) = noted {
            tracing::warn!(%error, reader = %viewer.id, records = records.len(), "it was not noted who reads records");
        }
    }
    Ok(HashMap::new())
});
loads!(OpeningsOf => Vec<record_opening::Model>, |batch, keys|
    store::restricted::openings_of(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| shown(grouped(rows.into_iter().map(|row| (OpeningsOf(row.record_id), row))))));
loads!(ReadersOf => Vec<record_access::Model>, |batch, keys| {
    let today = batch.now.date_naive();
    let since = today.checked_sub_days(READERS_SHOWN).unwrap_or(today);
    store::restricted::readers_of(&batch.reader, &keys.iter().map(|key| key.0).collect::<Vec<_>>(), since)
        .await
        .map(|rows| shown(grouped(rows.into_iter().map(|row| (ReadersOf(row.record_id), row)))))
});
loads!(RecordsOfPerson => Vec<record::Model>, |batch, keys| match &batch.viewer {
    Some(viewer) => {
        let most = u64::try_from(keys.len().saturating_mul(MOST_SHOWN)).unwrap_or(u64::MAX);
        let people: Vec<_> = keys.iter().map(|key| key.0).collect();
        store::record::about_people(&batch.reader, viewer, &people, most, batch.now)
            .await
            .map(|rows| shown(grouped(rows.into_iter().map(|(person, row)| (RecordsOfPerson(person), row)))))
    }
    None => Ok(HashMap::new()),
});
loads!(WarningsAbout => Vec<person_warning::Model>, |batch, keys| match batch.organisation {
    Some(ours) => {
        let people: Vec<_> = keys.iter().map(|key| key.0).collect();
        match store::people::zone(&batch.reader, ours).await {
            Ok(zone) => store::warning::standing(&batch.reader, &people, calendar::day(batch.now, zone))
                .await
                .map(|rows| grouped(rows.into_iter().map(|row| (WarningsAbout(row.person_id), row)))),
            Err(error) => Err(error),
        }
    }
    None => Ok(HashMap::new()),
});

async fn useful(
    batch: &Batches,
    ours: OrganisationId,
    keys: &[UsefulnessOf],
    today: NaiveDate,
) -> Result<HashMap<UsefulnessOf, Usefulness>, DbErr> {
    let Some(window) = usefulness::window(today) else { return Ok(HashMap::new()) };
    let zone = store::people::zone(&batch.reader, ours).await?;
    let questions: Vec<QuestionId> = keys.iter().map(|key| key.0.0).collect();
    let given = store::usefulness::given(&batch.reader, zone, &questions, window).await?;
    let told = usefulness::usefulness(&given, today).into_iter();
    Ok(told.filter_map(|(question, told)| Some((UsefulnessOf((question, today)), told?))).collect())
}

fn shown<K, V>(mut groups: HashMap<K, Vec<V>>) -> HashMap<K, Vec<V>> {
    groups.values_mut().for_each(|rows| rows.truncate(MOST_SHOWN));
    groups
}
