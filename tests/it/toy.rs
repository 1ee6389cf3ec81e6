//! A toy schema behind the real front door, on a real port.

use std::{net::TcpListener, num::NonZeroU32, time::Duration};

use actix_web::{App, HttpRequest, HttpServer, dev::ServerHandle, web::Data};
use async_graphql::{Context, EmptySubscription, Object, Request, Schema, SimpleObject};
use busfare::{
    api::error::Problem,
    http::{
        front_door::Limits,
        graphql::{BudgetSettings, Documents, Door, Prepared, Settings, mount},
        metrics::{Asker, Figures},
    },
};

pub struct Query;

#[derive(SimpleObject)]
pub struct Item {
    id: i32,
}

#[derive(SimpleObject)]
pub struct Items {
    nodes: Vec<Item>,
}

/// Who the hook found.
pub struct Caller(String);

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "hello"
    }

    async fn whoami(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(ctx.data::<Caller>()?.0.clone())
    }

    #[graphql(deprecation = "Ask for hello. Deprecated since 2026-01-05, goes after 2027-01-31.")]
    async fn greeting(&self) -> &str {
        "hello"
    }

    async fn double(&self, n: i32) -> i32 {
        n.saturating_mul(2)
    }

    async fn items(&self, #[graphql(default = 25)] first: i32) -> Items {
        Items { nodes: (0..first.clamp(1, 100)).map(|id| Item { id }).collect() }
    }

    async fn boom(&self, #[graphql(default = 1234)] vault: i32) -> i32 {
        assert!(vault == 0, "the vault code is {vault}");
        0
    }

    async fn leak(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err("relation \"spend\" does not exist".into()))
    }

    async fn missing(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err(Problem::not_found().into()))
    }

    async fn must(&self) -> async_graphql::Result<i32> {
        Err(Problem::internal("disk full"))?
    }

    async fn nap(&self, milliseconds: u64) -> bool {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        true
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn bump(&self) -> i32 {
        1
    }
}

async fn prepare(http: &HttpRequest, request: Request) -> Result<Prepared, Problem> {
    let who = http.headers().get("x-who").and_then(|who| who.to_str().ok()).unwrap_or("nobody").to_owned();
    if who == "expired" {
        return Err(Problem::unauthenticated());
    }
    if who == "clumsy" {
        panic!("prepare panicked");
    }
    let asker = match &*who {
        "pat" => Asker::Practitioner,
        app if app.starts_with("app_") => Asker::App(app.to_owned()),
        _ => Asker::Nobody,
    };
    Ok(Prepared { request: request.data(Caller(who.clone())), caller: who, asker })
}

/// Settings small enough for a test to reach their ends.
pub fn small() -> Settings {
    Settings {
        read_deadline: Duration::from_millis(200),
        execution_deadline: Duration::from_millis(300),
        budget: BudgetSettings {
            max: NonZeroU32::new(10_000).expect("not zero"),
            restore_per_second: NonZeroU32::new(100).expect("not zero"),
            callers: 100,
        },
        limits: Limits::default(),
        ..Settings::default()
    }
}

/// Nothing counted yet.
pub fn figures() -> Figures {
    Figures::of(&Schema::build(Query, Mutation, EmptySubscription).finish().sdl())
}

/// Starts the server on `address`, with the documents that it knows, and gives its handle and the GraphQL URL.
pub fn serve(address: &str, settings: Settings, documents: Documents) -> (ServerHandle, String) {
    serve_counting(address, settings, documents, None)
}

/// The same, with figures of what comes in.
pub fn serve_counting(
    address: &str,
    settings: Settings,
    documents: Documents,
    figures: Option<Figures>,
) -> (ServerHandle, String) {
    let schema = Schema::build(Query, Mutation, EmptySubscription).finish();
    let door = Data::new(Door::new(schema, prepare, settings).with_documents(documents).with_figures(figures));
    let listener = TcpListener::bind(address).expect("the toy server starts");
    let url = format!("http://{}/graphql", listener.local_addr().expect("the toy server starts"));
    let server = HttpServer::new(move || App::new().configure(|config| mount(config, "/graphql", door.clone())))
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("the toy server starts")
        .run();
    let handle = server.handle();
    std::mem::drop(tokio::spawn(server));
    (handle, url)
}
