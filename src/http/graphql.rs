//! GraphQL over HTTP: the conductor. Each request is read, admitted, prepared, paid for and run here, in that order.

mod accept;
mod body;
mod budget;
mod envelope;
mod faults;
mod multipart;
mod refusal;
mod respond;
mod sse;

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{self, Payload, ServiceConfig},
};
use async_graphql::{Executor, Request, Response, parser::types::OperationType};
use futures_util::{FutureExt, stream::BoxStream};
use governor::clock::DefaultClock;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

pub(super) use self::faults::log_cause;
use self::{accept::MediaType, budget::Budget, envelope::Envelope, faults::settle, refusal::Refusal};
pub use self::{
    budget::{Bucket, BudgetSettings, Cost},
    multipart::{Files, Gate},
    sse::Live,
};
use super::{
    front_door::{Limits, admit},
    metrics::{Asker, Figures, note_code, note_operation},
};
use crate::{
    api::{error::Problem, upload::Uploads},
    store::mint,
};

const METHODS: &str = "GET, POST";

/// How long, how large and how much. The defaults are what production uses.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What one document may ask for.
    pub limits: Limits,
    /// Bytes a request body may have.
    pub body_bytes: usize,
    /// How long a body may take to arrive.
    pub read_deadline: Duration,
    /// How long `prepare` and the operation may take together.
    pub execution_deadline: Duration,
    /// What each caller may spend.
    pub budget: BudgetSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            body_bytes: 256 * 1024,
            read_deadline: Duration::from_secs(10),
            execution_deadline: Duration::from_secs(5),
            budget: BudgetSettings::default(),
        }
    }
}

/// The id under which a request is logged and which every error carries. It is in the request's extensions before
/// `prepare` is called; middleware may put its own there first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// A request that is ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// The request as it was given to `prepare`, with the data the resolvers need.
    pub request: Request,
    /// Whose budget pays: a person's id when they are known, else the network address.
    pub caller: String,
    /// Who that is, as far as figures tell.
    pub asker: Asker,
}

/// The schema behind its front door. `prepare` says who is asking, adds request data, and may refuse.
pub struct Door<E, P> {
    schema: E,
    prepare: P,
    settings: Settings,
    budget: Budget<DefaultClock>,
    files: Option<Files>,
    live: Option<Live>,
    figures: Option<Figures>,
}

/// Offers the schema at `path`; every method is answered there, so that the wrong ones hear which are right.
pub fn mount<E, P>(config: &mut ServiceConfig, path: &str, door: web::Data<Door<E, P>>)
where
    E: Executor,
    P: AsyncFn(&HttpRequest, Request) -> Result<Prepared, Problem> + 'static,
{
    let answer = move |http: HttpRequest, payload: Payload| {
        let door = door.clone();
        async move { door.answer(http, payload).await }
    };
    config.service(web::resource(path).route(web::route().to(answer)));
}

impl<E, P> Door<E, P>
where
    E: Executor,
    P: AsyncFn(&HttpRequest, Request) -> Result<Prepared, Problem> + 'static,
{
    /// A door before `schema`, where `prepare` is asked about each admitted request.
    pub fn new(schema: E, prepare: P, settings: Settings) -> Self {
        let budget = Budget::new(settings.budget, DefaultClock::default());
        Self { schema, prepare, settings, budget, files: None, live: None, figures: None }
    }

    /// The same door, which also takes files by the GraphQL multipart request specification.
    #[must_use]
    pub fn with_files(self, files: Files) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The same door, which also tells subscriptions as server-sent events.
    #[must_use]
    pub fn with_events(self, live: Live) -> Self {
        Self { live: Some(live), ..self }
    }

    /// The same door, which also counts what comes in.
    #[must_use]
    pub fn with_figures(self, figures: Option<Figures>) -> Self {
        Self { figures, ..self }
    }

    /// Answers one request, whatever it is.
    pub async fn answer(&self, http: HttpRequest, mut payload: Payload) -> HttpResponse {
        let request_id = request_id(&http);
        let live = self.live.as_ref().filter(|_| sse::is_asked_for(http.headers()));
        let media = accept::negotiate(http.headers()).or(live.map(|_| MediaType::GraphqlResponse));

        // A panic anywhere inside is answered like any other fault of ours.
        let outcome = AssertUnwindSafe(self.serve(&http, &mut payload, media, live)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|panic| Err(Refusal::panicked(words_of(panic.as_ref()))));

        let media = media.unwrap_or(MediaType::Json);
        match outcome {
            Ok(Served::Once(response, cost)) => {
                let settled = settle(response, &request_id);
                note_code(&http, settled.code());
                respond::executed(media, &settled, cost)
            }
            Ok(Served::Told(events, live, place)) => sse::answer(events, (live, place), http, request_id),
            Err(refusal) => {
                note_code(&http, Some(refusal.code()));
                respond::refused(media, refusal, &request_id, payload)
            }
        }
    }

    async fn serve(
        &self,
        http: &HttpRequest,
        payload: &mut Payload,
        media: Option<MediaType>,
        live: Option<&Live>,
    ) -> Result<Served, Refusal> {
        // What is being asked?
        let (envelope, uploads) = self.read(http, payload, media).await?;

        // May it come in?
        let limits = &self.settings.limits;
        let name = envelope.operation_name.as_deref();
        let admitted = admit(&envelope.query, name, &envelope.variables, limits).map_err(Refusal::document)?;
        note_operation(http, admitted.operation_type);
        may_run(http.method(), admitted.operation_type, live.is_some())?;
        let used = self.figures.as_ref().map(|figures| (figures, figures.used_by(&admitted.document, name)));

        // Who is asking?
        let mut request = envelope.into_request().data(uploads);
        request.set_parsed_query(admitted.document);
        let deadline = Instant::now() + self.settings.execution_deadline;
        let preparing = timeout_at(deadline, (self.prepare)(http, request)).await;
        let prepared = preparing.map_err(|_late| Refusal::too_slow())?.map_err(Refusal::problem)?;

        // Can they afford it?
        let (requested, limit) = (admitted.cost, limits.cost);
        let bucket = self.budget.spend(prepared.caller.clone(), requested).map_err(|overspent| {
            if let Some(figures) = &self.figures {
                figures.cannot_afford(&prepared.asker, requested);
            }
            Refusal::overspent(overspent, requested, limit)
        })?;
        if let Some((figures, used)) = &used {
            figures.runs(&prepared.asker, used, requested);
        }

        // Run it, once or for as long as there is something to tell.
        if let Some(live) = live {
            let place = live.place(&prepared.caller).ok_or_else(Refusal::too_many_streams)?;
            let mut events = self.schema.execute_stream(prepared.request, None);
            if let Some(figures) = &self.figures {
                events = figures.while_open(events);
            }
            return Ok(Served::Told(events, live.clone(), place));
        }
        let running = timeout_at(deadline, self.schema.execute(prepared.request)).await;
        let response = running.map_err(|_late| Refusal::too_slow())?;
        Ok(Served::Once(response, Cost { requested, limit, bucket }))
    }

    async fn read(
        &self,
        http: &HttpRequest,
        payload: &mut Payload,
        media: Option<MediaType>,
    ) -> Result<(Envelope, Uploads), Refusal> {
        let settings = &self.settings;
        let is_post = match *http.method() {
            Method::POST => true,
            Method::GET => false,
            _ => return Err(Refusal::method(METHODS, "Send GraphQL requests by POST, or queries by GET.").and_close()),
        };
        if media.is_none() {
            let message = "Accept application/graphql-response+json or application/json; nothing else is spoken here.";
            return Err(Refusal::protocol(StatusCode::NOT_ACCEPTABLE, message).and_close());
        }
        let files = self.files.as_ref().filter(|_| is_post && multipart::is_asked_for(http.headers()));
        if let Some(files) = files {
            return multipart::read(http, payload, files, settings).await;
        }
        let envelope = if is_post {
            let text = body::read(http, payload, settings.body_bytes, settings.read_deadline).await?;
            Envelope::from_json(&text, &settings.limits)
        } else {
            body::none_expected(http)?;
            Envelope::from_query_string(http, &settings.limits)
        };
        Ok((envelope?, Uploads::default()))
    }
}

/// How a request is served.
enum Served {
    Once(Response, Cost),
    Told(BoxStream<'static, Response>, Live, sse::Place),
}

/// A GET may be sent by a link or an image on any page, so it must never change anything. What is told as events is a
/// subscription, and a subscription is told as events.
fn may_run(method: &Method, operation_type: OperationType, as_events: bool) -> Result<(), Refusal> {
    match operation_type {
        OperationType::Subscription if as_events => Ok(()),
        _ if as_events => Err(Refusal::not_offered("Only a subscription is told as events. Accept JSON for the rest.")),
        OperationType::Query => Ok(()),
        OperationType::Mutation if *method == Method::GET => Err(Refusal::method("POST", "Send mutations by POST.")),
        OperationType::Mutation => Ok(()),
        OperationType::Subscription => {
            Err(Refusal::not_offered("Subscriptions are told as events. Ask with Accept: text/event-stream."))
        }
    }
}

fn request_id(http: &HttpRequest) -> String {
    let mut extensions = http.extensions_mut();
    if extensions.get::<RequestId>().is_none() {
        extensions.insert(RequestId(mint::id::<Uuid>().to_string()));
    }
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", words.unwrap_or("without words"))
}
