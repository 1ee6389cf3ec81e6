//! A database that an older Busfare wrote in: what is in it is all there, in the shape that forms and answers have now.

use busfare::store::{self, Db, mint};
use busfare_entity::words::{FormVersionId, QuestionKind, RecordId};
use busfare_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, Value as Bound};
use serde_json::json;
use uuid::Uuid;

use crate::postgres;

/// How many changes there were before forms became documents.
const BEFORE: u32 = 29;

/// What was in the older database.
struct Older {
    form: FormVersionId,
    record: RecordId,
}

/// Puts a row into a table, which is named with its columns.
async fn insert(db: &DatabaseConnection, into: &str, values: Vec<Bound>) {
    let places: Vec<_> = (1..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!("INSERT INTO {into} VALUES ({})", places.join(", "));
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
}

fn text(text: &str) -> Bound {
    text.to_owned().into()
}

fn now() -> Bound {
    busfare::http::clock::now().into()
}

/// A council, her team and herself.
async fn somebody(db: &DatabaseConnection) -> [Uuid; 3] {
    let [council, team, her] = [(); 3].map(|()| mint::id::<Uuid>());
    let row = vec![council.into(), text("A council"), text("Europe/London"), now()];
    insert(db, "organisation (id, name, time_zone, created_at)", row).await;
    let row = vec![team.into(), council.into(), text("East"), text("FAMILY_FACING"), now()];
    insert(db, "team (id, organisation_id, name, kind, created_at)", row).await;
    let columns = "(id, organisation_id, team_id, name, email, password_hash, role, active, created_at)";
    let who = [text("Mari"), text("m@x.example"), text("-"), text("PRACTITIONER"), true.into(), now()];
    let row = [council, team].map(Bound::from).into_iter().chain(who);
    insert(db, &format!("practitioner {columns}"), [her.into()].into_iter().chain(row).collect()).await;
    [council, team, her]
}

/// A question with its wording, in its place in a version.
async fn question(
    db: &DatabaseConnection,
    [council, her, version]: [Uuid; 3],
    (position, link_id, kind): (i32, &str, &str),
    choices: serde_json::Value,
    most: Option<i32>,
) {
    let (question, wording) = (mint::id::<Uuid>(), mint::id::<Uuid>());
    let day = Bound::from(busfare::http::clock::now().date_naive());
    let why = [text("Knowing."), text("PUBLIC_TASK"), text("TEAM"), 365.into(), day];
    let row = [question.into(), council.into(), text(&format!("note.{link_id}")), her.into()].into_iter().chain(why);
    let columns = "(id, organisation_id, code, steward_id, purpose, lawful_basis, readers, retention_days, review_on)";
    insert(db, &format!("question {columns}"), row.collect()).await;
    let words = ["How?", "Sut?", "To know.", "I wybod."].map(text);
    let head = [wording.into(), question.into(), 1.into(), text(kind)].into_iter();
    let row = head.chain(words).chain([choices.into(), Bound::from(most)]);
    let columns =
        "(id, question_id, version, kind, prompt_en, prompt_cy, why_we_ask_en, why_we_ask_cy, choices, max_chars)";
    insert(db, &format!("question_version {columns}"), row.collect()).await;
    let place = mint::id::<Uuid>();
    let row =
        vec![place.into(), version.into(), position.into(), text(link_id), wording.into(), (position == 1).into()];
    insert(db, "form_item (id, form_version_id, position, link_id, question_version_id, required)", row).await;
}

/// Writes one form with two questions and one record with three revisions, as it was done then.
async fn as_it_was(db: &DatabaseConnection) -> Older {
    Migrator::up(db, Some(BEFORE)).await.unwrap();
    let [council, team, her] = somebody(db).await;
    let [template, version, record] = [(); 3].map(|()| mint::id::<Uuid>());
    let row = vec![template.into(), council.into(), text("note"), text("DROP_IN"), text("A note"), text("Nodyn")];
    insert(db, "form_template (id, organisation_id, code, tier, title_en, title_cy)", row).await;
    insert(db, "form_context (form_template_id, kind)", vec![template.into(), text("HUB_CONVERSATION")]).await;
    let numbers = [2, 2, 1, 20, 30].map(Bound::from).into_iter().chain([now()]);
    let row = [version.into(), template.into(), 1.into(), vec![7_u8; 32].into()].into_iter().chain(numbers);
    let columns = "(id, form_template_id, version, content_sha256, max_shown, open_shown, required_count, \
         reading_words, estimated_seconds, published_at)";
    insert(db, &format!("form_version {columns}"), row.collect()).await;
    let choices = json!([{ "code": "bus", "en": "By \"bus\"", "cy": "Ar y bws" }, { "code": "car", "en": "By car", "cy": "Mewn car" }]);
    question(db, [council, her, version], (1, "how", "CHOICE"), choices, None).await;
    question(db, [council, her, version], (2, "why", "TEXT"), json!([]), Some(280)).await;
    let ids = [record, council, version, her, team].map(Bound::from).into_iter();
    let columns = "(id, organisation_id, form_version_id, practitioner_id, team_id, language, started_at)";
    insert(db, &format!("record {columns}"), ids.chain([text("EN"), now()]).collect()).await;
    for (link_id, revision, kind, said) in
        [("how", 1, "choice", "bus"), ("why", 1, "text", "one"), ("why", 2, "text", "two")]
    {
        let value = json!({ "kind": kind, "value": said });
        let head = [mint::id::<Uuid>().into(), record.into(), text(link_id), revision.into(), value.into()];
        let row = head.into_iter().chain([her.into(), now()]).collect();
        insert(db, "answer (id, record_id, link_id, revision, value, answered_by, answered_at)", row).await;
    }
    Older { form: version.into(), record: record.into() }
}

async fn is_all_there(db: &Db, older: &Older) {
    let content = store::form::content(db.reader(), older.form).await.unwrap();
    let form = &content.definition;
    assert_eq!((form.code.as_str(), form.title.said_in("cy"), form.items.len()), ("note", "Nodyn", 2));
    let (how, why) = (form.items[0].asked().unwrap(), form.items[1].asked().unwrap());
    assert_eq!(
        (how.kind, how.required, how.choices[0].label.en.as_str(), how.choices[1].label.said_in("cy")),
        (QuestionKind::Choice, true, "By \"bus\"", "Mewn car")
    );
    assert_eq!(
        (why.kind, why.required, why.bounds.max_chars, why.choices.len()),
        (QuestionKind::Text, false, Some(280), 0)
    );
    assert_eq!((why.why_we_ask.said_in("cy"), why.code.as_str()), ("I wybod.", "note.why"));
    assert!(content.question("note.how").is_some_and(|question| !question.held_by_group));
    form.check().unwrap();

    let standing = store::answer::standing(db.reader(), &[older.record]).await.unwrap();
    let found: Vec<_> =
        standing.iter().map(|row| (row.link_id.as_str(), row.revision, row.value["value"].as_str().unwrap())).collect();
    assert_eq!(found, [("how", 1, "bus"), ("why", 2, "two")]);
    assert!(standing.iter().all(|row| row.question_id.is_some() && row.instance.is_empty()));
    assert_eq!(store::answer::history(db.reader(), &[older.record]).await.unwrap().len(), 3);
    let today = busfare::http::clock::now().date_naive();
    let organisations = store::people::organisations(db.reader()).await.unwrap();
    let wanted = busfare::rules::form::Wanted {
        kind: busfare_entity::words::FormContextKind::HubConversation,
        purpose: None,
        hub: None,
        pence: None,
    };
    let offered = store::form::offered(db.reader(), organisations[0].id, &wanted, today).await.unwrap();
    assert_eq!(offered.len(), 1);
    assert_eq!(store::form::title(&offered[0].template).said_in("en"), "A note");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_wrote_is_all_there_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("busfare.sqlite").display());
    let connection = Database::connect(url).await.unwrap();
    let older = as_it_was(&connection).await;
    connection.close().await.unwrap();

    let db = Db::open_sqlite(folder.path()).await.unwrap();
    assert!(!db.is_up_to_date().await.unwrap());
    db.migrate().await.unwrap();
    is_all_there(&db, &older).await;
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_wrote_is_all_there_on_postgres() {
    let Some(database) = postgres::fresh_database("nothing_yet", async |_| {}).await else { return };
    let connection = Database::connect(database.url()).await.unwrap();
    let older = as_it_was(&connection).await;
    connection.close().await.unwrap();

    let db = Db::open_postgres(database.url()).await.unwrap();
    db.migrate().await.unwrap();
    is_all_there(&db, &older).await;
    db.close().await.unwrap();
}
