//! A council to tell stories about: the demo's people, on a server of their own, on either database.

use std::{net::SocketAddr, sync::Arc};

use actix_web::dev::ServerHandle;
use busfare::{
    api::{second_step::SecondStep, state::State},
    demo,
    http::{clock, server},
    rules::{
        second_step::AskedOf,
        token::{Bearer, SigningKey},
    },
    store::{self, Db},
    work::{Works, contained::Contained, reading::Readers},
};
use busfare_entity::{practitioner, session, spend_purpose, words::SpendPurposeId};
use reqwest::{Client, Response};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use crate::postgres;

/// Tells one story twice: on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($(#[$about:meta])* async fn $name:ident($here:ident: &$Place:ident) $story:block)+) => {$(
        $(#[$about])*
        mod $name {
            use super::*;

            async fn story($here: &$Place) $story

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                let here = $Place::on_sqlite().await;
                story(&here).await;
                here.close().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                let Some(here) = $Place::on_postgres().await else { return };
                story(&here).await;
                here.close().await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// The seeded folder that every SQLite council is a copy of, with the key that signed its scheme.
static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();

/// What follows up on a server whose programs are fenced off by the real Busfare, which this is not.
pub fn works(state: &State, data: &std::path::Path) -> Works {
    let contained = Contained::fenced_by(env!("CARGO_BIN_EXE_busfare").into(), data.join("contained"));
    Works { contained, ..server::works(state, data) }
}

fn guarded(state: State, asked_of: AskedOf) -> State {
    let site = Url::parse("http://localhost").unwrap();
    State { second_step: Some(Arc::new(SecondStep::at(&site, &[], asked_of).unwrap())), ..state }
}

/// A running server with the demo's council on it.
pub struct Council {
    /// Where it listens.
    pub address: SocketAddr,
    /// What the server shares, for looking behind the scenes.
    pub state: State,
    /// Its data folder.
    pub data: TempDir,
    http: Client,
    handle: ServerHandle,
    database: Option<postgres::Database>,
}

impl Council {
    /// On SQLite in a folder of its own.
    pub async fn on_sqlite() -> Self {
        let data = copy_of_template().await;
        Self::open(data, None, Readers::Off).await
    }

    /// On PostgreSQL in a database of its own; none where PostgreSQL is not installed.
    pub async fn on_postgres() -> Option<Self> {
        Self::on_postgres_with(Readers::Off).await
    }

    /// On SQLite, with or without a machine that reads receipts.
    pub async fn on_sqlite_with(readers: Readers) -> Self {
        Self::open(copy_of_template().await, None, readers).await
    }

    /// On PostgreSQL, with or without a machine that reads receipts.
    pub async fn on_postgres_with(readers: Readers) -> Option<Self> {
        let data = copy_of_template().await;
        let key = store::keys::open(data.path()).unwrap();
        let database =
            postgres::fresh_database("seeded", async |url| seed(Db::open_postgres(&url).await.unwrap(), &key).await)
                .await?;
        Some(Self::open(data, Some(database), readers).await)
    }

    /// On SQLite, after whatever somebody does with an empty database; it is done once and then copied from there.
    pub async fn lived_on_sqlite<F: Future<Output = ()>>(
        once: &OnceCell<TempDir>,
        live: impl FnOnce(Db, SigningKey) -> F,
    ) -> Self {
        let lived = once
            .get_or_init(|| async {
                let folder = TempDir::new().unwrap();
                let key = store::keys::open(folder.path()).unwrap();
                live(Db::open_sqlite(folder.path()).await.unwrap(), key).await;
                folder
            })
            .await;
        Self::open(copy_of(lived.path()), None, Readers::Off).await
    }

    /// On PostgreSQL, after the same, which is done once and then copied.
    pub async fn lived_on_postgres<F: Future<Output = ()>>(
        name: &'static str,
        live: impl Fn(Db, SigningKey) -> F,
    ) -> Option<Self> {
        let data = copy_of_template().await;
        let live = &live;
        let folder = data.path();
        let database = postgres::fresh_database(name, async |url| {
            live(Db::open_postgres(&url).await.unwrap(), store::keys::open(folder).unwrap()).await;
        });
        let database = database.await?;
        Some(Self::open(data, Some(database), Readers::Off).await)
    }

    /// On SQLite, where passkeys are for people who use the app at `http://localhost`, and are asked of some.
    pub async fn guarded_on_sqlite(asked_of: AskedOf) -> Self {
        Self::open_as(copy_of_template().await, None, Readers::Off, |state| guarded(state, asked_of)).await
    }

    /// The same on PostgreSQL.
    pub async fn guarded_on_postgres(asked_of: AskedOf) -> Option<Self> {
        let data = copy_of_template().await;
        let key = store::keys::open(data.path()).unwrap();
        let database =
            postgres::fresh_database("seeded", async |url| seed(Db::open_postgres(&url).await.unwrap(), &key).await)
                .await?;
        Some(Self::open_as(data, Some(database), Readers::Off, |state| guarded(state, asked_of)).await)
    }

    async fn open(data: TempDir, database: Option<postgres::Database>, readers: Readers) -> Self {
        Self::open_as(data, database, readers, |state| state).await
    }

    async fn open_as(
        data: TempDir,
        database: Option<postgres::Database>,
        readers: Readers,
        change: impl FnOnce(State) -> State,
    ) -> Self {
        // What the server logs as an error belongs beside the failed test.
        let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).try_init();
        let url = database.as_ref().map(postgres::Database::url);
        let state = change(server::open(data.path(), url, None).await.unwrap());
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, server) =
            server::listen(state.clone(), Works { readers, ..works(&state, data.path()) }, anywhere).unwrap();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { address, state, data, http: Client::new(), handle, database }
    }

    /// Stops the server, then drops its database.
    pub async fn close(self) {
        self.handle.stop(false).await;
        self.state.db.close().await.unwrap();
        drop(self.database);
    }

    /// What a second server on the same database would have.
    pub async fn second_db(&self) -> Db {
        match &self.database {
            Some(database) => Db::open_postgres(database.url()).await.unwrap(),
            None => Db::open_sqlite(self.data.path()).await.unwrap(),
        }
    }

    /// Another council that is the very same.
    pub async fn twin(&self) -> Self {
        match &self.database {
            Some(_) => Self::on_postgres().await.unwrap(),
            None => Self::on_sqlite().await,
        }
    }

    /// The address of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The URL of its database; none on SQLite.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(postgres::Database::url)
    }

    /// Its PostgreSQL database; none on SQLite.
    pub fn postgres(&self) -> Option<&postgres::Database> {
        self.database.as_ref()
    }

    /// A client that keeps its connections.
    pub fn http(&self) -> &Client {
        &self.http
    }

    /// Somebody of the demo's council by the part of her e-mail before the `@`, on a device of her own.
    pub async fn person(&self, name: &str) -> Person<'_> {
        let email = format!("{name}@caerfelin.example");
        let row = store::people::by_email(self.state.db.reader(), &email).await.unwrap().unwrap();
        let session = session::Model {
            id: store::mint::id(),
            practitioner_id: row.id,
            device_name: "a test".into(),
            created_at: clock::now(),
            revoked_at: None,
            app_id: None,
            scopes: None,
        };
        let bearer = Bearer { practitioner: row.id, session: session.id };
        let txn = self.state.db.begin().await.unwrap();
        store::session::begin(&txn, session).await.unwrap();
        txn.commit().await.unwrap();
        let (token, _) = self.state.key.issue(bearer, clock::now()).unwrap();
        Person { council: self, token: Some(token), row: Some(row) }
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person<'_> {
        Person { council: self, token: None, row: None }
    }

    /// The id of a purpose by its code.
    pub async fn purpose(&self, code: &str) -> SpendPurposeId {
        let row = spend_purpose::Entity::find().filter(spend_purpose::Column::Code.eq(code));
        row.one(self.state.db.reader()).await.unwrap().unwrap().id
    }
}

async fn copy_of_template() -> TempDir {
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = TempDir::new().unwrap();
            let key = store::keys::open(folder.path()).unwrap();
            seed(Db::open_sqlite(folder.path()).await.unwrap(), &key).await;
            folder
        })
        .await;
    copy_of(template.path())
}

fn copy_of(folder: &std::path::Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

async fn seed(db: Db, key: &SigningKey) {
    db.migrate().await.unwrap();
    assert!(demo::seed(&db, key, clock::now()).await.unwrap());
    db.close().await.unwrap();
}

/// Somebody with a device.
pub struct Person<'a> {
    council: &'a Council,
    /// Her access token.
    pub token: Option<String>,
    row: Option<practitioner::Model>,
}

impl Person<'_> {
    /// Her row.
    pub fn row(&self) -> &practitioner::Model {
        self.row.as_ref().unwrap()
    }

    /// Sends a document with variables and gives the whole answer.
    pub async fn sends(&self, document: &str, variables: Value) -> Value {
        let response = self.posts(json!({ "query": document, "variables": variables })).await;
        response.json().await.unwrap()
    }

    /// Sends a body to the API and gives the response.
    pub async fn posts(&self, body: Value) -> Response {
        let mut request = self.council.http.post(self.council.url("/graphql")).json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Sends a document that must succeed and gives its data.
    pub async fn good(&self, document: &str, variables: Value) -> Value {
        let answer = self.sends(document, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// The code of the one top-level error that a document must get.
    pub async fn problem(&self, document: &str, variables: Value) -> String {
        let answer = self.sends(document, variables).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no error: {answer:#}")).to_owned()
    }

    /// Puts a picture on a receipt.
    pub async fn puts(&self, receipt: &str, picture: Vec<u8>) -> Response {
        let address = self.council.url(&format!("/receipts/{receipt}/content"));
        let mut request = self.council.http.put(address).header("content-type", "image/jpeg").body(picture);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Gets a path with her token.
    pub async fn gets(&self, path: &str) -> Response {
        let mut request = self.council.http.get(self.council.url(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Asks for money, with the parts of the input that matter to the story.
    pub async fn requests_spend(&self, input: Value) -> Value {
        let mut whole = json!({ "idempotencyKey": key(), "unitPrice": "1.15" });
        for (name, value) in input.as_object().unwrap() {
            whole[name] = value.clone();
        }
        if whole.get("purposeId").is_none() {
            whole["purposeId"] = self.council.purpose("bus-fare").await.to_string().into();
        }
        self.good(REQUEST_SPEND, json!({ "input": whole })).await["requestSpend"].clone()
    }
}

/// The mutation most stories begin with.
pub const REQUEST_SPEND: &str = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) {
    spend { id decision money evidence total { amount currency } authorised { amount } spent { amount }
        ask { state asked { name role } }
        verdict { outcome schemeVersion backingStatement backedBy { name } checks { code ok limit { amount } left { amount } words } } }
    userErrors { code message field retry } replayed } }";

/// A new idempotency key.
pub fn key() -> String {
    store::mint::id::<Uuid>().to_string()
}
