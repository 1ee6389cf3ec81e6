//! GraphQL over HTTP: the conductor. Each request is read, admitted, prepared, paid for and run here, in that order.

mod accept;
mod addressee;
mod body;
mod budget;
mod documents;
mod envelope;
mod etag;
mod faults;
mod live;
mod multipart;
mod refusal;
mod respond;
mod socket;
mod sse;
mod validity;

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{self, Payload, ServiceConfig},
};
use async_graphql::{Executor, Request, Response, parser::types::OperationType};
use futures_util::{FutureExt, stream::BoxStream};
use governor::clock::DefaultClock;
use tokio::time::{Instant, timeout_at};

pub(super) use self::faults::log_cause;
use self::{
    accept::MediaType, addressee::Addressee, budget::Budget, documents::is_what_was_named, envelope::Envelope,
    faults::settle, live::Place, refusal::Refusal,
};
pub use self::{
    budget::{Bucket, BudgetSettings, Cost},
    documents::{Documents, Unfit},
    live::Live,
    multipart::{Files, Gate},
    validity::{InvalidSchema, Validity},
};
use super::{
    front_door::{Limits, admit},
    metrics::{Asker, Figures, note_code, note_operation},
};
use crate::api::{error::Problem, messages::message, upload::Uploads};

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

/// What a socket said in place of an `Authorization` header, in the extensions of the request that opened it.
#[derive(Clone)]
pub struct Authorization(pub String);

/// A request that is ready to run.
#[derive(Debug)]
pub struct Prepared {
    /// The request as it was given to `prepare`, with the data the resolvers need.
    pub request: Request,
    /// Whose budget pays: a person's id when they are known, else the network address.
    pub caller: String,
    /// Who that is, as far as it matters here.
    pub asker: Asker,
}

/// The schema behind its front door. `prepare` says who is asking, adds request data, and may refuse.
pub struct Door<E, P> {
    schema: E,
    prepare: P,
    settings: Settings,
    budget: Budget<DefaultClock>,
    documents: Documents,
    validity: Option<Validity>,
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
        async move {
            match door.live.clone().filter(|_| socket::is_asked_for(http.headers())) {
                Some(live) => socket::answer(door, live, http, payload),
                None => door.answer(http, payload).await,
            }
        }
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
        let documents = Documents::default();
        Self { schema, prepare, settings, budget, documents, validity: None, files: None, live: None, figures: None }
    }

    /// The same door, which also lets no document run that breaks a rule of the specification.
    #[must_use]
    pub fn with_validity(self, validity: Validity) -> Self {
        Self { validity: Some(validity), ..self }
    }

    /// The same door, which also knows documents that are not sent in full.
    #[must_use]
    pub fn with_documents(self, documents: Documents) -> Self {
        Self { documents, ..self }
    }

    /// The same door, which also takes files by the GraphQL multipart request specification.
    #[must_use]
    pub fn with_files(self, files: Files) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The same door, which also tells subscriptions, as server-sent events and over WebSockets.
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
        let addressee = Addressee::of(&http);
        let live = self.live.as_ref().filter(|_| sse::is_asked_for(http.headers()));
        let json = accept::negotiate(http.headers());
        let media = json.or(live.map(|_| MediaType::GraphqlResponse));
        let live = live.map(|live| (live, if json.is_some() { Told::AsItIs } else { Told::AsEvents }));

        // A panic anywhere inside is answered like any other fault of ours.
        let outcome = AssertUnwindSafe(self.serve(&http, &mut payload, media, live)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|panic| Err(Refusal::panicked(words_of(panic.as_ref()))));

        let media = media.unwrap_or(MediaType::Json);
        match outcome {
            Ok(Served::Once(response, cost)) => {
                let settled = settle(response, &addressee);
                note_code(&http, settled.code());
                respond::executed(&http, media, &settled, cost)
            }
            Ok(Served::Told(events, live, place)) => sse::answer(events, (live, place), http, addressee),
            Err(refusal) => {
                note_code(&http, Some(refusal.code()));
                respond::refused(media, refusal, &addressee, Some(payload))
            }
        }
    }

    async fn serve(
        &self,
        http: &HttpRequest,
        payload: &mut Payload,
        media: Option<MediaType>,
        live: Option<(&Live, Told)>,
    ) -> Result<Served, Refusal> {
        let (envelope, uploads) = self.read(http, payload, media).await?;
        let told = live.map_or(Told::Once, |(_, told)| told);
        let ready = self.welcome(http, envelope, uploads, told).await?;
        if let Some(invalid) = ready.invalid {
            return Ok(Served::Once(invalid, ready.cost));
        }
        if let Some((live, _)) = live.filter(|_| ready.is_subscription) {
            let place = live.place(&ready.caller).ok_or_else(Refusal::too_many_streams)?;
            return Ok(Served::Told(self.stream(ready.request), live.clone(), place));
        }
        let running = timeout_at(ready.deadline, self.schema.execute(ready.request)).await;
        let response = running.map_err(|_late| Refusal::too_slow())?;
        Ok(Served::Once(response, ready.cost))
    }

    /// Begins a subscription of a socket: what it will be told and the place that it takes, or why it is not valid.
    async fn listen(
        &self,
        http: &HttpRequest,
        envelope: Envelope,
        live: &Live,
    ) -> Result<Result<(BoxStream<'static, Response>, Place), Response>, Refusal> {
        let ready = self.welcome(http, envelope, Uploads::default(), Told::AsEvents).await?;
        if let Some(invalid) = ready.invalid {
            return Ok(Err(invalid));
        }
        let place = live.place(&ready.caller).ok_or_else(Refusal::too_many_streams)?;
        Ok(Ok((self.stream(ready.request), place)))
    }

    /// What a subscription is told, counted for as long as it is open.
    fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        let events = self.schema.execute_stream(request, None);
        match &self.figures {
            Some(figures) => figures.while_open(events),
            None => events,
        }
    }

    /// Lets a request in and has it paid for. What comes out need only be run.
    async fn welcome(
        &self,
        http: &HttpRequest,
        envelope: Envelope,
        uploads: Uploads,
        told: Told,
    ) -> Result<Ready, Refusal> {
        // May it come in?
        let limits = &self.settings.limits;
        let (name, asked) = (envelope.operation_name.clone(), envelope.asked.clone());
        let text = self.documents.find(&asked)?;
        let read = self.documents.read(&text, limits).map_err(Refusal::document)?;
        let document = &read.document;
        let admitted = admit(document, name.as_deref(), &envelope.variables, limits).map_err(Refusal::document)?;
        note_operation(http, admitted.operation_type);
        is_what_was_named(&read.hash, &asked)?;
        may_run(http.method(), admitted.operation_type, told)?;
        let figures = self.figures.as_ref();
        let used = figures.map(|figures| figures.used_by(document, name.as_deref()));

        // Who is asking?
        let mut request = envelope.into_request(&text).data(uploads);
        request.set_parsed_query(document.clone());
        let deadline = Instant::now() + self.settings.execution_deadline;
        let preparing = timeout_at(deadline, (self.prepare)(http, request)).await;
        let Prepared { request, caller, asker } =
            preparing.map_err(|_late| Refusal::too_slow())?.map_err(Refusal::problem)?;
        self.documents.may_run(&read.hash, &asker)?;

        // Can they afford it?
        let (requested, limit) = (admitted.cost, limits.cost);
        let bucket = self.budget.spend(caller.clone(), requested).map_err(|overspent| {
            if let Some(figures) = figures {
                figures.cannot_afford(&asker, requested);
            }
            Refusal::overspent(overspent, requested, limit)
        })?;
        let cost = Cost { requested, limit, bucket };

        // Is it valid?
        let errors = self.validity.as_ref().map(|validity| {
            validity.errors((&read.hash, &text), request.operation_name.as_deref(), &request.variables)
        });
        let errors = errors.unwrap_or_default();
        let invalid = (!errors.is_empty()).then(|| Response::from_errors(errors));
        if invalid.is_none() {
            self.documents.keep(asked, Arc::clone(&read));
            if let (Some(figures), Some(used)) = (figures, &used) {
                figures.runs(&asker, used, requested);
            }
        }
        let is_subscription = admitted.operation_type == OperationType::Subscription;
        Ok(Ready { request, caller, cost, deadline, is_subscription, invalid })
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
            _ => return Err(Refusal::method(METHODS, message!("method-not-offered")).and_close()),
        };
        if media.is_none() {
            return Err(Refusal::protocol(StatusCode::NOT_ACCEPTABLE, message!("not-acceptable")).and_close());
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

/// How often a request may be answered: once, again and again, or as its kind wants it where both are accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Once,
    AsEvents,
    AsItIs,
}

/// A request that was let in and paid for.
struct Ready {
    request: Request,
    caller: String,
    cost: Cost,
    deadline: Instant,
    is_subscription: bool,
    /// What is wrong with it, in which case it does not run.
    invalid: Option<Response>,
}

/// How a request is served.
enum Served {
    Once(Response, Cost),
    Told(BoxStream<'static, Response>, Live, Place),
}

/// A GET may be sent by a link or an image on any page, so it must never change anything. What is told as events is a
/// subscription, and a subscription is told as events.
fn may_run(method: &Method, operation_type: OperationType, told: Told) -> Result<(), Refusal> {
    match operation_type {
        OperationType::Subscription if told != Told::Once => Ok(()),
        _ if told == Told::AsEvents => Err(Refusal::not_offered(message!("events-for-subscriptions"))),
        OperationType::Query => Ok(()),
        OperationType::Mutation if *method == Method::GET => {
            Err(Refusal::method("POST", message!("mutations-by-post")))
        }
        OperationType::Mutation => Ok(()),
        OperationType::Subscription => Err(Refusal::not_offered(message!("subscriptions-as-events"))),
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", words.unwrap_or("without words"))
}
