//! The server: opened on a data folder, listening on an address, stopping in good order.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpServer,
    dev::Server,
    middleware::from_fn,
    web::{self, Data},
};
use async_graphql::Request;

use super::{
    access::Access,
    calendars, clock, developers, elsewhere, exports, feedback,
    front_door::Limits,
    graphql::{self, Documents, Door, Files, Gate, InvalidSchema, Live, Settings, Unfit, Validity},
    health,
    journal::journal,
    metrics::Figures,
    oauth, open_referral,
    packing::pack,
    pages, receipts, session,
    traces::Traces,
    tus,
};
use crate::{
    api::{self, council_sign_in::CouncilSignIn, second_step::SecondStep, state::State},
    config::{
        Believed, Bucket, CouncilSettings, Outgoing, PasskeySite, Passwords, SecondStepSettings, Secret, Trusted,
    },
    rules::{receipt::MOST_ON_ONE, scope::Needs},
    store::{
        Db,
        blob::{BlobError, Blobs},
        db::DbErr,
        installation,
        keys::{self, KeyError},
    },
    work::{
        Works,
        fetching::fetch,
        post::{NoPost, Post},
        reading,
    },
};

/// How long a server that was told to stop still takes requests and says that it is not ready for more, so that whoever
/// sends them finds another one.
pub const LEAVING: Duration = Duration::from_secs(1);
/// How long requests may finish after that, in seconds. Whatever is still open then is closed: no acknowledged change is
/// in it.
const GRACE_SECONDS: u64 = 2;
/// How long a phone may take to send its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// Workers of one server at most, each with a core of its own: so many read from one PostgreSQL without crowding it.
const MOST_WORKERS: usize = 32;
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("The data folder {path} cannot be used: {source}.")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] DbErr),
    /// The pictures cannot be used.
    #[error("The place for pictures cannot be used: {0}.")]
    Pictures(#[from] BlobError),
    /// The data folder belongs to another database, whose pictures would be taken for nobody's.
    #[error("The data folder {0} belongs to another database. Give each database a --data folder of its own.")]
    AnotherDatabase(PathBuf),
    /// There is no signing key.
    #[error("There is no signing key: {0}.")]
    Key(#[from] KeyError),
    /// Messages cannot leave the house as it was wanted.
    #[error("Messages cannot be sent: {0}.")]
    Post(#[from] NoPost),
    /// The trusted documents cannot be used.
    #[error(transparent)]
    Documents(#[from] Unfit),
    /// People could not sign in as it was wanted.
    #[error("{0}")]
    SignIn(String),
    /// Nobody could be asked for a passkey as it was wanted.
    #[error("{0}")]
    SecondStep(String),
    /// Nobody can be asked for the council's keys.
    #[error("The council's sign-in cannot be asked: {0}.")]
    Fetch(#[from] reqwest::Error),
    /// The schema breaks the rules of the specification, which no release of ours does.
    #[error(transparent)]
    Schema(#[from] InvalidSchema),
    /// The address is taken or not ours.
    #[error("Cannot listen on {listen}: {source}. Is something else running there?")]
    Listen {
        /// Which address.
        listen: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// Opens everything a server needs: the folder, the database with every migration applied, the pictures, the key.
/// Pictures are in the folder too, unless a bucket is given.
pub async fn open(data: &Path, database_url: Option<&str>, bucket: Option<&Bucket>) -> Result<State, StartError> {
    for folder in [data.to_owned(), data.join("pictures"), staging(data)] {
        make_private(&folder).map_err(|source| unusable(&folder, source))?;
    }
    let db = match database_url {
        Some(url) => Db::open_postgres(url).await?,
        None => Db::open_sqlite(data).await?,
    };
    db.migrate().await?;
    let installation = installation::id(&db).await?;
    let owned = installation::owns(data, installation).map_err(|source| unusable(data, source))?;
    if !owned {
        return Err(StartError::AnotherDatabase(data.to_owned()));
    }
    let vault = keys::open_vault(data)?;
    let blobs = match bucket {
        Some(bucket) => Blobs::open_bucket(bucket, installation, vault)?,
        None => Blobs::open_folder(&data.join("pictures"), vault)?,
    };
    Ok(State::new(db, blobs, keys::open(data)?))
}

fn unusable(folder: &Path, source: io::Error) -> StartError {
    StartError::Folder { path: folder.to_owned(), source }
}

/// Pictures and databases are nobody else's on this machine to read. A folder that is there already keeps its rights.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The lists that hang on one spend, receipt, record or team lead back to each other, so each costs as if it were full.
fn limits() -> Limits {
    let list_rows = u32::try_from(MOST_ON_ONE).unwrap_or(u32::MAX);
    let lists = &[
        "receipts",
        "raisedBy",
        "records",
        "reversals",
        "spends",
        "allowances",
        "results",
        "pages",
        "sheets",
        "captured",
        "introductions",
        "promises",
        "people",
    ];
    Limits { lists, list_rows, cost: 50_000, ..Limits::default() }
}

/// Where uploads wait.
pub fn staging(data: &Path) -> PathBuf {
    data.join("staging")
}

/// What follows up on this server works with this.
pub fn works(state: &State, data: &Path) -> Works {
    Works::new(state.db.clone(), state.blobs.clone(), staging(data), Arc::new(clock::now))
}

/// Opens the post, and tells requests which ways there are of reaching people. What follows up needs the same post.
pub fn open_post(state: State, data: &Path, outgoing: &Outgoing) -> Result<(State, Post), StartError> {
    let post = Post::open(data, outgoing, false)?;
    Ok((State { reach: Arc::new(post.reach()), ..state }, post))
}

/// Lets people in with the council's own account, where there is one, and with a password of ours where they may.
pub fn open_sign_in(state: State, settings: &CouncilSettings) -> Result<State, StartError> {
    let council = settings.council().map_err(StartError::SignIn)?;
    let council = council.map(|Believed { provider, mapping, secret }| {
        let secret = secret.map(|Secret(secret)| secret);
        Ok::<_, StartError>(CouncilSignIn::new(provider, mapping, secret, fetch()?))
    });
    let passwords = settings.passwords == Passwords::On;
    Ok(State { council: council.transpose()?.map(Arc::new), passwords, ..state })
}

/// Asks for a second step before somebody decides on others' money, where there are passkeys.
pub fn open_second_step(state: State, settings: &SecondStepSettings) -> Result<State, StartError> {
    let settings = settings.second_step().map_err(StartError::SecondStep)?;
    let second_step =
        settings.map(|PasskeySite { site, apps, asked_of }| SecondStep::at(site, apps, asked_of)).transpose();
    let second_step = second_step.map_err(StartError::SecondStep)?;
    Ok(State { second_step: second_step.map(Arc::new), ..state })
}

/// What the front door knows beforehand.
#[derive(Debug, Default)]
pub struct Welcome {
    /// The documents that the operator trusts.
    pub trusted: Trusted,
    /// Of which other origins pages may ask, and open a socket.
    pub origins: Vec<String>,
    /// Counts what comes in, where somebody wants figures.
    pub figures: Option<Figures>,
    /// Traces what comes in, where somebody collects that.
    pub traces: Option<Traces>,
}

/// Listens, and answers with the address it really has and the server to be awaited.
pub fn listen(state: State, works: Works, listen: SocketAddr) -> Result<(SocketAddr, Server), StartError> {
    listen_to(state, works, listen, Welcome::default())
}

/// The same, where the front door knows something beforehand.
pub fn listen_to(
    state: State,
    works: Works,
    listen: SocketAddr,
    welcome: Welcome,
) -> Result<(SocketAddr, Server), StartError> {
    let failed = |source| StartError::Listen { listen, source };
    let socket = TcpListener::bind(listen).map_err(failed)?;
    let address = socket.local_addr().map_err(failed)?;

    let state = State { reads: reading::available(&works), ..state };
    let access = Access::of(api::sdl());
    let prepare = async move |http: &HttpRequest, request: Request| session::prepare(&access, http, request).await;
    let who = state.clone();
    let gate: Gate = Arc::new(move |http| {
        let who = who.clone();
        Box::pin(async move { session::practitioner(&who, &http, Needs::Nothing).await.map(drop) })
    });
    let settings = Settings { limits: limits(), ..Settings::default() };
    let portal = Data::new(developers::Pages::new(&settings));
    let origins = welcome.origins;
    let door = Door::new(api::schema(), prepare, settings)
        .with_validity(Validity::by(api::sdl())?)
        .with_documents(Documents::new(welcome.trusted, &settings.limits)?)
        .with_files(Files::new(works.staging.clone(), Arc::clone(&gate)))
        .with_events(Live::new(gate, state.closing.subscribe()).with_origins(origins.clone()))
        .with_figures(welcome.figures.clone());
    let door = Data::new(door);
    let (looked, figures) = (Data::new(health::Looked::default()), welcome.figures.map(Data::new));
    let traces = welcome.traces.map(Data::new);
    let (works, archives) = (Data::new(works), Data::new(exports::Turns::default()));
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_WORKERS);

    let server = HttpServer::new(move || {
        let app = App::new();
        let app = figures.iter().fold(app, |app, figures| app.app_data(figures.clone()));
        let app = traces.iter().fold(app, |app, traces| app.app_data(traces.clone()));
        app.app_data(Data::new(state.near(workers)))
            .app_data(works.clone())
            .app_data(archives.clone())
            .app_data(portal.clone())
            .app_data(looked.clone())
            .wrap(from_fn(pack))
            .wrap(elsewhere::others(&origins))
            .wrap(from_fn(journal))
            .configure(|config| graphql::mount(config, "/graphql", door.clone()))
            .configure(receipts::routes)
            .configure(tus::routes)
            .configure(exports::routes)
            .configure(open_referral::routes)
            .configure(feedback::routes)
            .configure(calendars::routes)
            .configure(oauth::routes)
            .configure(developers::routes)
            .configure(pages::routes)
            .configure(health::routes)
            .default_service(web::to(pages::nothing_here))
    })
    .workers(workers)
    .client_request_timeout(HEADERS)
    .keep_alive(IDLE)
    // Whoever starts a server listens to signals, and stops it by its handle.
    .disable_signals()
    .shutdown_timeout(GRACE_SECONDS)
    .listen(socket)
    .map_err(failed)?
    .run();
    Ok((address, server))
}
