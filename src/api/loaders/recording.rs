//! Loaders of what hangs on forms and records.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    answer, answer_aside, disclosure, form_draft, person, person_warning, question, question_version, record,
    record_access, record_opening, record_statement, record_upgrade,
    words::{
        AnswerId, DisclosureId, FormDraftId, FormVersionId, OrganisationId, PersonId, PractitionerId, QuestionId,
        RecordId, RecordOpeningId, SpendId,
    },
};
use chrono::{Days, NaiveDate};

use super::{Batches, by, grouped};
use crate::{
    rules::{
        activity::{self, Times},
        calendar,
        sight::Viewer,
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
    /// What of a record was told to somebody outside, newest first.
    DisclosuresOf(RecordId);
    /// The answers that a disclosure tells.
    FieldsOf(DisclosureId);
    /// Who read a record besides its author, newest first.
    ReadersOf(RecordId);
    /// Somebody, and those who are the same.
    EverybodyOf(PersonId);
    /// Under whom somebody is found who is the same as another.
    KeptFor(PersonId);
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

loads!(RecordId => record::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::record::by_ids(batch.reader(), viewer, keys, batch.now).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(AnswerId => answer::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::answer::by_ids(batch.reader(), viewer, keys, batch.now)
        .await
        .map(|rows| rows.into_iter().map(|(row, _)| (row.id, row)).collect()),
    None => Ok(HashMap::new()),
});
loads!(FormVersionId => Form, |batch, keys| match batch.organisation() {
    Some(ours) => store::form::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.version.id)),
    None => Ok(HashMap::new()),
});
loads!(FormDraftId => form_draft::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::form_draft::by_ids(batch.reader(), viewer.organisation, keys)
        .await
        .map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(QuestionId => question::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::bank::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(WordingOf => question_version::Model, |batch, keys|
    store::bank::wordings(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| WordingOf(row.question_id))));
loads!(FormsAsking => Vec<Form>, |batch, keys|
    store::form::asking(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(question, form)| (FormsAsking(question), form)))));
loads!(ContentOf => Arc<Content>, |batch, keys|
    store::form::contents(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| ContentOf(row.version))));
loads!(RecordsAbout => Vec<record::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::record::of_spends(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>(), batch.now)
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((RecordsAbout(row.spend_id?), row))))),
    None => Ok(HashMap::new()),
});
loads!(AnswersIn => Vec<answer::Model>, |batch, keys|
    store::answer::standing(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AnswersIn(row.record_id), row)))));
loads!(HistoryOf => Vec<answer::Model>, |batch, keys|
    store::answer::history(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (HistoryOf(row.record_id), row)))));
loads!(AsideIn => Vec<answer_aside::Model>, |batch, keys|
    store::answer::aside(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AsideIn(row.record_id), row)))));
loads!(StatementsIn => Vec<record_statement::Model>, |batch, keys|
    store::record::statements(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (StatementsIn(row.record_id), row)))));
loads!(UpgradesOf => Vec<record_upgrade::Model>, |batch, keys|
    store::record::upgrades(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (UpgradesOf(row.record_id), row)))));
loads!(PersonIn => PersonId, |batch, keys|
    store::record::about(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|row| (PersonIn(row.record_id), row.person_id)).collect()));
loads!(SecondsOn => i64, |batch, keys| match batch.viewer() {
    Some(viewer) => store::record::seconds_of(batch.reader(), viewer.id, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|(record, seconds)| (SecondsOn(record), seconds)).collect()),
    None => Ok(HashMap::new()),
});
loads!(InGroup => (), |batch, keys| match batch.organisation() {
    Some(ours) => store::bank::group(batch.reader(), ours)
        .await
        .map(|group| group.into_iter().map(|row| (InGroup(row.id), ())).filter(|(key, ())| keys.contains(key)).collect()),
    None => Ok(HashMap::new()),
});
loads!(UsefulnessOf => Usefulness, |batch, keys| match (batch.organisation(), keys.first()) {
    (Some(ours), Some(UsefulnessOf((_, today)))) => useful(batch, ours, keys, *today).await,
    _ => Ok(HashMap::new()),
});
loads!(TimesOf => Times, |batch, keys| match batch.organisation() {
    Some(ours) => {
        let zone = store::people::zone(batch.reader(), ours).await.map_err(Arc::new)?;
        store::usefulness::took(batch.reader(), zone, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
            .await
            .map(|took| activity::times(&took).into_iter().filter_map(|(form, told)| Some((TimesOf(form), told?))).collect())
    }
    None => Ok(HashMap::new()),
});
loads!(PersonId => person::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::person::seen(batch.reader(), viewer, keys, batch.now)
        .await
        .map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(RecordOpeningId => record_opening::Model, |batch, keys|
    store::restricted::openings_by_ids(batch.reader(), keys).await.map(|rows| by(rows, |row| row.id)));
loads!(OpenToHer => (), |batch, keys| match batch.viewer() {
    Some(viewer) => store::restricted::open_to(batch.reader(), viewer.id, &keys.iter().map(|key| key.0).collect::<Vec<_>>(), batch.now)
        .await
        .map(|open| open.into_iter().map(|record| (OpenToHer(record), ())).collect()),
    None => Ok(HashMap::new()),
});
loads!(Noted => (), |batch, keys| {
    if let Some(viewer) = batch.viewer() {
        let records: Vec<_> = keys.iter().map(|key| key.0).collect();
        let noted = store::restricted::note(&batch.state.db, viewer.id, &records, batch.now.date_naive(), batch.now).await;
        if let Err(error) = noted {
            tracing::warn!(%error, reader = %viewer.id, records = records.len(), "it was not noted who reads records");
        }
    }
    Ok(HashMap::new())
});
loads!(OpeningsOf => Vec<record_opening::Model>, |batch, keys|
    store::restricted::openings_of(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| shown(grouped(rows.into_iter().map(|row| (OpeningsOf(row.record_id), row))))));
loads!(DisclosuresOf => Vec<disclosure::Model>, |batch, keys|
    store::disclosure::of_records(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| shown(grouped(rows.into_iter().map(|row| (DisclosuresOf(row.record_id), row))))));
loads!(FieldsOf => Vec<AnswerId>, |batch, keys|
    store::disclosure::fields(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (FieldsOf(row.disclosure_id), row.answer_id)))));
loads!(ReadersOf => Vec<record_access::Model>, |batch, keys| {
    let today = batch.now.date_naive();
    let since = today.checked_sub_days(READERS_SHOWN).unwrap_or(today);
    store::restricted::readers_of(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>(), since)
        .await
        .map(|rows| shown(grouped(rows.into_iter().map(|row| (ReadersOf(row.record_id), row)))))
});
loads!(EverybodyOf => Vec<PersonId>, |batch, keys|
    store::person_merge::everybody(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|all| all.into_iter().map(|(person, everybody)| (EverybodyOf(person), everybody)).collect()));
loads!(KeptFor => PersonId, |batch, keys|
    store::person_merge::kept_for(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|all| all.into_iter().map(|(merged, kept)| (KeptFor(merged), kept)).collect()));
loads!(RecordsOfPerson => Vec<record::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => records_of(batch, viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>()).await,
    None => Ok(HashMap::new()),
});
loads!(WarningsAbout => Vec<person_warning::Model>, |batch, keys| match batch.organisation() {
    Some(ours) => warnings_about(batch, ours, &keys.iter().map(|key| key.0).collect::<Vec<_>>()).await,
    None => Ok(HashMap::new()),
});

async fn records_of(
    batch: &Batches,
    viewer: &Viewer,
    people: &[PersonId],
) -> Result<HashMap<RecordsOfPerson, Vec<record::Model>>, DbErr> {
    let everybody = store::person_merge::everybody(batch.reader(), people).await?;
    let all: Vec<PersonId> = everybody.values().flatten().copied().collect();
    let most = u64::try_from(all.len().saturating_mul(MOST_SHOWN)).unwrap_or(u64::MAX);
    let rows = store::record::about_people(batch.reader(), viewer, &all, most, batch.now).await?;
    let under = under(&everybody);
    let found = rows.into_iter().flat_map(|(person, row)| {
        under.get(&person).into_iter().flatten().map(move |one| (RecordsOfPerson(*one), row.clone()))
    });
    Ok(shown(grouped(found)))
}

async fn warnings_about(
    batch: &Batches,
    ours: OrganisationId,
    people: &[PersonId],
) -> Result<HashMap<WarningsAbout, Vec<person_warning::Model>>, DbErr> {
    let zone = store::people::zone(batch.reader(), ours).await?;
    let everybody = store::person_merge::everybody(batch.reader(), people).await?;
    let all: Vec<PersonId> = everybody.values().flatten().copied().collect();
    let rows = store::warning::standing(batch.reader(), &all, calendar::day(batch.now, zone)).await?;
    let under = under(&everybody);
    Ok(grouped(rows.into_iter().flat_map(|row| {
        under.get(&row.person_id).into_iter().flatten().map(move |one| (WarningsAbout(*one), row.clone()))
    })))
}

/// Under whom what is about somebody is shown.
fn under(everybody: &HashMap<PersonId, Vec<PersonId>>) -> HashMap<PersonId, Vec<PersonId>> {
    grouped(everybody.iter().flat_map(|(shown, all)| all.iter().map(|one| (*one, *shown))))
}

async fn useful(
    batch: &Batches,
    ours: OrganisationId,
    keys: &[UsefulnessOf],
    today: NaiveDate,
) -> Result<HashMap<UsefulnessOf, Usefulness>, DbErr> {
    let Some(window) = usefulness::window(today) else { return Ok(HashMap::new()) };
    let zone = store::people::zone(batch.reader(), ours).await?;
    let questions: Vec<QuestionId> = keys.iter().map(|key| key.0.0).collect();
    let given = store::usefulness::given(batch.reader(), zone, &questions, window).await?;
    let told = usefulness::usefulness(&given, today).into_iter();
    Ok(told.filter_map(|(question, told)| Some((UsefulnessOf((question, today)), told?))).collect())
}

fn shown<K, V>(mut groups: HashMap<K, Vec<V>>) -> HashMap<K, Vec<V>> {
    groups.values_mut().for_each(|rows| rows.truncate(MOST_SHOWN));
    groups
}
