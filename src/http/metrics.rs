//! Figures: what a server does, counted while it does it, and told in the OpenMetrics text format on a port of their own.
//!
//! Labels are words of ours and names of the schema, so that there are never more series than those allow: of people there
//! is nothing, and of apps their id, where they read what is to go.

mod port;
mod use_of_fields;
mod waits;

use std::{fmt, sync::Arc, time::Duration};

use actix_web::{HttpMessage, HttpRequest};
use async_graphql::{
    Response,
    parser::types::{ExecutableDocument, OperationType},
};
use futures_util::{StreamExt, stream::BoxStream};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

pub use self::port::serve;
use self::use_of_fields::UseOfFields;
use crate::api::error::Code;

/// Seconds after which an answer falls into the next bucket.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Who asks, as far as figures tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A practitioner; which, nobody counts.
    Practitioner,
    /// A third-party app, by its id.
    App(String),
    /// Nobody who said who they are.
    Nobody,
}

impl Asker {
    /// The kinds, in the order of their places.
    const KINDS: [&str; 3] = ["practitioner", "app", "nobody"];

    fn place(&self) -> usize {
        match self {
            Self::Practitioner => 0,
            Self::App(_) => 1,
            Self::Nobody => 2,
        }
    }

    fn kind(&self) -> &'static str {
        Self::KINDS[self.place()]
    }
}

/// What is noted on a GraphQL request, in its extensions.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// The kind of operation.
    pub(super) kind: &'static str,
    /// The code of its error.
    pub(super) code: &'static str,
}

impl Told {
    /// Whatever is not GraphQL.
    pub(super) const PLAIN: Self = Self { kind: "plain", code: "none" };
    /// GraphQL that could not be read.
    const UNREAD: Self = Self { kind: "unread", code: "none" };

    /// Of a request that was answered.
    pub(super) fn of(http: &HttpRequest) -> Self {
        http.extensions().get().copied().unwrap_or(Self::PLAIN)
    }
}

/// Notes on a request which kind of operation it is.
pub(super) fn note_operation(http: &HttpRequest, operation: OperationType) {
    let kind = match operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    http.extensions_mut().insert(Told { kind, ..Told::UNREAD });
}

/// Notes on a GraphQL request with which code it is answered.
pub(super) fn note_code(http: &HttpRequest, code: Option<Code>) {
    let mut notes = http.extensions_mut();
    let told = notes.get::<Told>().copied().unwrap_or(Told::UNREAD);
    notes.insert(Told { code: code.map_or("none", Code::as_str), ..told });
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    kind: &'static str,
    status: u16,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    route: String,
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Payer {
    caller: &'static str,
    outcome: &'static str,
}

/// Counts of what a server does. Cloning it is cheap, and all clones count together.
#[derive(Clone)]
pub struct Figures(Arc<Counts>);

struct Counts {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Way, Histogram, fn() -> Histogram>,
    cost: Family<Payer, Counter>,
    subscriptions: Gauge,
    fields: Arc<UseOfFields>,
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures(..)")
    }
}

/// The fields that a document uses, for as long as it is not known whether it runs.
#[derive(Debug)]
pub(super) struct Used(Vec<usize>);

/// An open subscription; it is counted until this is dropped.
struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Figures {
    /// Nothing counted yet, for a schema in the schema definition language.
    pub fn of(sdl: &str) -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (cost, subscriptions) = (Family::default(), Gauge::default());
        let fields = Arc::new(UseOfFields::of(sdl));

        let mut registry = Registry::with_prefix("busfare");
        registry.register(
            "requests",
            "Requests answered, by route, kind of operation, status and code of the first error",
            requests.clone(),
        );
        let help = "How long answers took to begin";
        registry.register_with_unit("request", help, Unit::Seconds, seconds.clone());
        registry.register("cost", "Cost of operations that callers could afford, or could not yet", cost.clone());
        registry.register("subscriptions", "Subscriptions that are open", subscriptions.clone());
        registry.register_collector(Box::new(Arc::clone(&fields)));
        Self(Arc::new(Counts { registry, requests, seconds, cost, subscriptions, fields }))
    }

    /// A request was answered. A route is the pattern of an address, never an address.
    pub(super) fn answered(&self, http: &HttpRequest, route: &str, status: u16, took: Duration) {
        let Told { kind, code } = Told::of(http);
        self.0.requests.get_or_create(&Answered { route: route.to_owned(), kind, status, code }).inc();
        self.0.seconds.get_or_create(&Way { route: route.to_owned(), kind }).observe(took.as_secs_f64());
    }

    /// The fields that an operation uses; `name` says which where there are several.
    pub(super) fn used_by(&self, document: &ExecutableDocument, name: Option<&str>) -> Used {
        Used(self.0.fields.used_by(document, name))
    }

    /// An operation runs that somebody can afford.
    pub(super) fn runs(&self, asker: &Asker, used: &Used, cost: u32) {
        self.0.fields.count(asker, &used.0);
        self.pays(asker, "spent", cost);
    }

    /// An operation does not run yet, because it costs more than its asker has left.
    pub(super) fn cannot_afford(&self, asker: &Asker, cost: u32) {
        self.pays(asker, "refused", cost);
    }

    fn pays(&self, asker: &Asker, outcome: &'static str, cost: u32) {
        self.0.cost.get_or_create(&Payer { caller: asker.kind(), outcome }).inc_by(u64::from(cost));
    }

    /// The same events, counted as one open subscription until nobody listens any more.
    pub(super) fn while_open(&self, events: BoxStream<'static, Response>) -> BoxStream<'static, Response> {
        self.0.subscriptions.inc();
        let open = Open(self.0.subscriptions.clone());
        let told = move |event| {
            let _open = &open;
            event
        };
        events.map(told).boxed()
    }
}
