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

async fn insert(db: &DatabaseConnection, table: &str, row: Vec<(&str, Bound)>) {
    let columns: Vec<_> = row.iter().map(|(name, _)| *name).collect();
    let places: Vec<_> = (1..=row.len()).map(|place| format!("${place}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
    let values: Vec<Bound> = row.into_iter().map(|(_, value)| value).collect();
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
}

/// Writes one form with two questions and one record with three revisions, as it was done then.
async fn as_it_was(db: &DatabaseConnection) -> Older {
    Migrator::up(db, Some(BEFORE)).await.unwrap();
    let [organisation, team, her, template, version, record] = [(); 6].map(|()| mint::id::<Uuid>());
    let now = || Bound::from(busfare::http::clock::now());
    let id = |id: Uuid| Bound::from(id);
    let text = |text: &str| Bound::from(text.to_owned());
    let words = |name: &'static str, words: &str| (name, Bound::from(words.to_owned()));
    let day = Bound::from(busfare::http::clock::now().date_naive());
    insert(
        db,
        "organisation",
        vec![
            ("id", id(organisation)),
            words("name", "A council"),
            words("time_zone", "Europe/London"),
            ("created_at", now()),
        ],
    )
    .await;
    insert(
        db,
        "team",
        vec![
            ("id", id(team)),
            ("organisation_id", id(organisation)),
            words("name", "East"),
            words("kind", "FAMILY_FACING"),
            ("created_at", now()),
        ],
    )
    .await;
    insert(
        db,
        "practitioner",
        vec![
            ("id", id(her)),
            ("organisation_id", id(organisation)),
            ("team_id", id(team)),
            words("name", "Mari"),
            words("email", "m@x.example"),
            words("password_hash", "-"),
            words("role", "PRACTITIONER"),
            ("active", true.into()),
            ("created_at", now()),
        ],
    )
    .await;
    insert(
        db,
        "form_template",
        vec![
            ("id", id(template)),
            ("organisation_id", id(organisation)),
            words("code", "note"),
            words("tier", "DROP_IN"),
            words("title_en", "A note"),
            words("title_cy", "Nodyn"),
        ],
    )
    .await;
    insert(db, "form_context", vec![("form_template_id", id(template)), words("kind", "HUB_CONVERSATION")]).await;
    insert(
        db,
        "form_version",
        vec![
            ("id", id(version)),
            ("form_template_id", id(template)),
            ("version", 1.into()),
            ("content_sha256", vec![7_u8; 32].into()),
            ("max_shown", 2.into()),
            ("open_shown", 2.into()),
            ("required_count", 1.into()),
            ("reading_words", 20.into()),
            ("estimated_seconds", 30.into()),
            ("published_at", now()),
        ],
    )
    .await;
    let choices = json!([{ "code": "bus", "en": "By \"bus\"", "cy": "Ar y bws" }, { "code": "car", "en": "By car", "cy": "Mewn car" }]);
    for (position, (link_id, kind, choices, most)) in
        [("how", "CHOICE", choices, None), ("why", "TEXT", json!([]), Some(280))].into_iter().enumerate()
    {
        let (question, wording) = (mint::id::<Uuid>(), mint::id::<Uuid>());
        insert(
            db,
            "question",
            vec![
                ("id", id(question)),
                ("organisation_id", id(organisation)),
                ("code", text(&format!("note.{link_id}"))),
                ("steward_id", id(her)),
                words("purpose", "Knowing."),
                words("lawful_basis", "PUBLIC_TASK"),
                words("readers", "TEAM"),
                ("retention_days", 365.into()),
                ("review_on", day.clone()),
            ],
        )
        .await;
        insert(
            db,
            "question_version",
            vec![
                ("id", id(wording)),
                ("question_id", id(question)),
                ("version", 1.into()),
                words("kind", kind),
                words("prompt_en", "How?"),
                words("prompt_cy", "Sut?"),
                words("why_we_ask_en", "To know."),
                words("why_we_ask_cy", "I wybod."),
                ("choices", choices.into()),
                ("max_chars", Bound::from(most)),
            ],
        )
        .await;
        insert(
            db,
            "form_item",
            vec![
                ("id", id(mint::id::<Uuid>())),
                ("form_version_id", id(version)),
                ("position", i32::try_from(position).unwrap().into()),
                words("link_id", link_id),
                ("question_version_id", id(wording)),
                ("required", (position == 0).into()),
            ],
        )
        .await;
    }
    insert(
        db,
        "record",
        vec![
            ("id", id(record)),
            ("organisation_id", id(organisation)),
            ("form_version_id", id(version)),
            ("practitioner_id", id(her)),
            ("team_id", id(team)),
            words("language", "EN"),
            ("started_at", now()),
        ],
    )
    .await;
    for (link_id, revision, value) in [
        ("how", 1, json!({ "kind": "choice", "value": "bus" })),
        ("why", 1, json!({ "kind": "text", "value": "one" })),
        ("why", 2, json!({ "kind": "text", "value": "two" })),
    ] {
        insert(
            db,
            "answer",
            vec![
                ("id", id(mint::id::<Uuid>())),
                ("record_id", id(record)),
                words("link_id", link_id),
                ("revision", revision.into()),
                ("value", value.into()),
                ("answered_by", id(her)),
                ("answered_at", now()),
            ],
        )
        .await;
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
