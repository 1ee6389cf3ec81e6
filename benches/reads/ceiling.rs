//! What answers written by hand are served by: a worker for each core, which looks at the same token and has its statements from
//! one of two hands. They are written out as they are, or made into answers by the library.

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::header::AUTHORIZATION,
    web::{self, Data, Path},
};
use busfare::{
    api::bearers::Bearers,
    http::clock,
    rules::token::{Bearer, SigningKey},
};
use busfare_entity::words::SpendId;

use crate::answer::{Data as Answered, List, Node, Page, Spend};
use crate::library::{self, Library};

/// Answers by statements written by hand, on one worker.
pub trait Hand: 'static {
    /// Whoever asks, with her organisation.
    type Who;
    /// Whoever has this to show, if she is signed in.
    async fn who(&self, bearer: Bearer) -> Option<Self::Who>;
    /// Her newest spends.
    async fn list(&self, who: Self::Who) -> Page;
    /// A spend, if it is in her sight.
    async fn node(&self, who: Self::Who, id: SpendId) -> Option<Spend>;
}

/// What one worker has.
pub struct Worker<H> {
    /// Who fetches.
    pub hand: H,
    key: Arc<SigningKey>,
    bearers: Bearers,
}

impl<H: Hand> Worker<H> {
    /// Whoever asks.
    pub async fn who(&self, http: &HttpRequest) -> Option<H::Who> {
        let token = http.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let bearer = self.bearers.verify(&self.key, token, clock::now()).ok()?;
        self.hand.who(bearer).await
    }
}

async fn list<H: Hand>(http: HttpRequest, worker: Data<Worker<H>>) -> HttpResponse {
    let Some(who) = worker.who(&http).await else { return HttpResponse::Unauthorized().finish() };
    HttpResponse::Ok().json(Answered { data: List { spends: worker.hand.list(who).await } })
}

async fn node<H: Hand>(http: HttpRequest, worker: Data<Worker<H>>, id: Path<String>) -> HttpResponse {
    let Some(who) = worker.who(&http).await else { return HttpResponse::Unauthorized().finish() };
    HttpResponse::Ok().json(Answered { data: Node { node: worker.hand.node(who, id.parse().unwrap()).await } })
}

/// Serves it, and says where.
pub fn serve<H: Hand>(key: SigningKey, hand: impl Fn() -> H + Clone + Send + 'static) -> (String, ServerHandle) {
    let key = Arc::new(key);
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let server = HttpServer::new(move || {
        let worker = Worker { hand: hand(), key: Arc::clone(&key), bearers: Bearers::default() };
        App::new()
            .app_data(Data::new(worker))
            .app_data(Data::new(Library::default()))
            .route("/graphql", web::post().to(library::answer::<H>))
            .route("/list", web::get().to(list::<H>))
            .route("/node/{id}", web::get().to(node::<H>))
    })
    .disable_signals()
    .listen(socket)
    .unwrap()
    .run();
    let handle = server.handle();
    std::thread::spawn(|| actix_web::rt::System::new().block_on(server).unwrap());
    (address, handle)
}
