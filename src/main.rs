//! Where it starts: reads the settings, starts the log, and does what was asked.

use std::{error::Error, fmt::Display, io::Write, process::ExitCode, sync::Arc};

use actix_web::dev::ServerHandle;
use busfare::{
    api::{self, state::State},
    config::{self, Command, DemoSettings, Settings},
    demo,
    desk::{self, doctor::Instruments},
    http::{
        clock,
        metrics::{self, Figures},
        server::{self, Welcome},
        traces::Traces,
    },
    work::{Works, contained, reading::Readers, rounds},
};
use futures_util::future::OptionFuture;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let command = match config::read(std::env::args_os()) {
        Ok(command) => command,
        Err(stop) => return say(stop.code, &stop.words),
    };
    // Before there is any other thread: what is fenced off here is this one and what it becomes.
    if let Command::Contained(inside) = &command {
        return contained::inside::run(inside);
    }
    if let Command::Serve(settings) | Command::Demo(DemoSettings { settings, .. }) | Command::Migrate(settings) =
        &command
    {
        log_to_stderr(settings);
    }
    match actix_web::rt::System::new().block_on(run(command)) {
        Ok(code) => code,
        Err(error) => say(1, error),
    }
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve(settings) => {
            let state = open(&settings).await?;
            serve(state, &settings, Greet::Briefly).await
        }
        Command::Demo(DemoSettings { settings, scheme, year, reset }) => {
            if reset {
                demo::reset(&settings).await?;
            }
            let state = open(&settings).await?;
            let (example, now) = (scheme.unwrap_or_default(), clock::now());
            let new = if year {
                let whole = (example, demo::year::Amount::YEAR);
                let tell = |month| eprintln!("Living through {month}");
                let new = demo::seed_year(&state.db, &state.key, whole, now, tell).await?;
                if !new && !demo::year::is_here(&state.db).await? {
                    return Err(demo::DemoError::NoRoomForAYear.into());
                }
                new
            } else {
                demo::seed_with(&state.db, &state.key, example, now).await?
            };
            if let (false, Some(scheme)) = (new, scheme) {
                demo::put_in_force(&state.db, &state.key, scheme, clock::now()).await?;
            }
            serve(state, &settings, Greet::WithTheDemo).await
        }
        Command::Migrate(settings) => {
            open(&settings).await?.db.close().await?;
            Ok(say(0, "The database is up to date."))
        }
        Command::Forms(command) => {
            let told = desk::forms::run(command, clock::now()).await;
            Ok(if told.code == 2 { say(2, told.words) } else { tell(told.code, told.words) })
        }
        Command::Retention(command) => {
            let told = desk::retention::run(command, clock::now()).await;
            Ok(say(told.code, told.words))
        }
        Command::Directory(command) => {
            let told = desk::directory::run(command, clock::now()).await;
            Ok(say(told.code, told.words))
        }
        Command::Doctor(command) => {
            let instruments = Instruments { clock: clock::now, has_program: contained::is_installed };
            let told = desk::doctor::run(command, instruments).await;
            Ok(tell(told.code, told.words))
        }
        Command::Scheme(command) => {
            let told = desk::scheme::run(command, clock::now()).await?;
            // Problems in a file are what was asked for; that it could not be looked at is amiss.
            Ok(if told.code == 1 { tell(1, told.words) } else { say(told.code, told.words) })
        }
        Command::Contained(inside) => Ok(contained::inside::run(&inside)),
        Command::Schema => Ok(say(0, api::sdl().trim_end())),
    }
}

/// What to print once the server listens.
enum Greet {
    Briefly,
    WithTheDemo,
}

async fn open(settings: &Settings) -> Result<State, Box<dyn Error>> {
    let (bucket, url) = (settings.s3.bucket()?, settings.database_url.as_ref().map(config::DatabaseUrl::as_str));
    Ok(server::open(&settings.data, url, bucket.as_ref()).await?)
}

async fn serve(state: State, settings: &Settings, greet: Greet) -> Result<ExitCode, Box<dyn Error>> {
    say_what_is_missing();
    let state = server::open_sign_in(state, &settings.council)?;
    let state = server::open_second_step(state, &settings.second_step)?;
    let (state, post) = server::open_post(state, &settings.data, &settings.outgoing.outgoing()?)?;
    let readers = match settings.reading {
        config::Reading::Auto => Readers::WhereInstalled,
        config::Reading::Off => Readers::Off,
    };
    let works = Works { post, readers, ..server::works(&state, &settings.data) };
    // The greeting follows the port, because port 0 is only known once it is open.
    let figures = settings.metrics_listen.map(|listen| (Figures::of(api::sdl()), listen));
    let welcome = Welcome {
        trusted: settings.documents.trusted()?,
        origins: settings.origins.clone(),
        figures: figures.as_ref().map(|(figures, _)| figures.clone()),
        traces: settings.traces.otlp_endpoint.as_ref().map(Traces::to).transpose()?,
    };
    let traces = welcome.traces.clone();
    let (address, server) = server::listen_to(state.clone(), works.clone(), settings.listen, welcome)?;
    let figures = figures.map(|(figures, listen)| metrics::serve(figures, state.db.clone(), listen)).transpose()?;
    match greet {
        Greet::Briefly => say(0, format!("Busfare listens on http://{address}")),
        Greet::WithTheDemo => {
            let words = demo::greeting(&state.db, &state.key, address, &settings.data, clock::now()).await?;
            say(0, words.trim_end())
        }
    };
    let figures = figures.map(|(address, server)| {
        say(0, format!("Figures are on http://{address}/metrics"));
        let handle = server.handle();
        drop(tokio::spawn(server));
        handle
    });

    drop(tokio::spawn(stop_when_told(Arc::clone(&state.closing), server.handle())));
    let sign_ins = Arc::clone(&state.sign_ins);
    let rounds = rounds::start(works, move || sign_ins.forget_quiet());
    server.await?;
    if let Some(figures) = figures {
        figures.stop(false).await;
    }
    drop(rounds);
    if let Some(Err(error)) = OptionFuture::from(traces.map(Traces::close)).await {
        tracing::warn!(%error, "the last traces are lost");
    }
    state.db.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// How the server is told to stop.
enum Told {
    /// Whoever sends it requests needs a moment to find another one.
    InGoodOrder,
    /// Somebody sits before it and waits.
    AtOnce,
}

/// Whoever listens to events is told at once that there are no more, and does not hold up the end. Whoever asks whether
/// requests may be sent is told that they may not, while those that still come are answered.
async fn stop_when_told(closing: Arc<watch::Sender<bool>>, server: ServerHandle) {
    let Ok(told) = told_to_stop().await else { return };
    closing.send_replace(true);
    match told {
        Told::InGoodOrder => {
            tokio::time::sleep(server::LEAVING).await;
            server.stop(true).await;
        }
        Told::AtOnce => server.stop(false).await,
    }
}

/// Waits until the server is told to stop.
async fn told_to_stop() -> std::io::Result<Told> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = terminated.recv() => Ok(Told::InGoodOrder),
            interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| Told::AtOnce),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map(|()| Told::AtOnce)
}

/// Once, for whoever runs the server: what this machine cannot do.
fn say_what_is_missing() {
    let fence = contained::inside::fence();
    if !fence.files {
        tracing::warn!("this kernel has no landlock: programs that read pictures are not kept from other files");
    }
    if !fence.calls {
        tracing::warn!("this kernel has no seccomp: programs that read pictures are not kept from the network");
    }
}

/// Log lines are JSON, one to a line, so that a machine can read them and stdout stays for people.
fn log_to_stderr(settings: &Settings) {
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(EnvFilter::new(&settings.log)).init();
}

/// To stdout what was asked for, to stderr what is amiss. Nobody may be reading, and that is fine.
fn say(code: u8, words: impl Display) -> ExitCode {
    if code == 0 {
        return tell(code, words);
    }
    let _ = writeln!(std::io::stderr(), "{words}");
    ExitCode::from(code)
}

/// To stdout, whatever the code.
fn tell(code: u8, words: impl Display) -> ExitCode {
    let _ = writeln!(std::io::stdout(), "{words}");
    ExitCode::from(code)
}
