//! Settings: what to do and with what, from the command line and the environment. The only file that reads either.

use std::{
    error::Error,
    ffi::OsString,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand,
    builder::{OsStringValueParser, TypedValueParser},
    error::{ContextKind, ContextValue, ErrorKind},
};
use tracing_subscriber::EnvFilter;

mod contained;
mod council;
mod directory;
mod doctor;
mod documents;
mod forms;
mod outgoing;
mod reading;
mod retention;
mod s3;
mod scheme;
mod second_step;
mod traces;

pub use self::contained::Inside;
pub use self::council::{Believed, CouncilSettings, Passwords};
pub use self::directory::DirectoryCommand;
pub use self::doctor::DoctorCommand;
pub use self::documents::{DocumentSettings, ForPractitioners, Trusted};
pub use self::forms::{Format, FormsCommand, ImportAs};
pub use self::outgoing::{MailServer, MailTls, Outgoing, OutgoingSettings};
pub use self::reading::Reading;
pub use self::retention::RetentionCommand;
pub use self::s3::{Bucket, S3Settings, Secret};
pub use self::scheme::{Example, Place, SchemeCommand};
pub use self::second_step::{PasskeySite, SecondStepSettings, Whom};
pub use self::traces::TraceSettings;

const EXAMPLES: &str = "\
Examples:
  busfare demo
      Start with an invented council, and print what to paste next.
  busfare demo --reset
      Forget what was tried with it, and begin anew.
  busfare demo --year --data /tmp/a-year
      Start with a year of a larger one, to look back over it.
  busfare serve --listen 0.0.0.0:8080 --data /var/lib/busfare
      Serve one organisation from one folder.
  DATABASE_URL=postgres://busfare@db/busfare busfare serve
      Serve from PostgreSQL, with the password left to the environment.
  busfare scheme check scheme.toml
      Say in plain words who may decide what, and what is wrong with the file.
  busfare forms check forms.json
      Say what forms ask of people, and which of them ask too much.
  busfare forms export survey.xlsx --as fhir
      Write a form the way that other systems read it.
  busfare doctor --data /var/lib/busfare
      Say how an installation is and what to do next, and change nothing.
  busfare directory import services.json
      Keep services of the community as others publish them.
  busfare schema > schema.graphql
      Write down the contract for the people who build the app.";

/// The person who knows the family decides, at the bus stop, in one request.
#[derive(Debug, Parser)]
#[command(name = "busfare", version, after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the API. HEIC and PDF are shown where heif-convert and pdftoppm are installed.
    #[command(after_help = EXAMPLES)]
    Serve(Settings),
    /// Serve the API with an invented council, and print requests to paste.
    #[command(after_help = EXAMPLES)]
    Demo(DemoSettings),
    /// Bring the database up to date, and stop.
    #[command(after_help = EXAMPLES)]
    Migrate(Settings),
    /// Check, compare, publish and show schemes of delegation: who may decide what.
    #[command(subcommand, after_help = scheme::HELP, arg_required_else_help = true)]
    Scheme(SchemeCommand),
    /// Say what forms ask of people, and what becomes of answers as they change; write forms in other formats.
    #[command(subcommand, after_help = forms::HELP, arg_required_else_help = true)]
    Forms(FormsCommand),
    /// Say what was kept for as long as it may be, and take it away.
    #[command(after_help = retention::HELP)]
    Retention(RetentionCommand),
    /// Keep services of the community as others publish them, in the terms of Open Referral UK.
    #[command(subcommand, after_help = directory::HELP, arg_required_else_help = true)]
    Directory(DirectoryCommand),
    /// Look an installation over, and say how it is and what to do next. Nothing is changed.
    #[command(after_help = doctor::HELP)]
    Doctor(DoctorCommand),
    /// Print the GraphQL schema, and stop.
    #[command(after_help = EXAMPLES)]
    Schema,
    /// Take a stranger's file apart. The server starts itself with this, and nobody else does.
    #[command(hide = true)]
    Contained(Inside),
}

/// With what to do it.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where phones and apps reach the server: an IP address and a port. Port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS:PORT", env = "BUSFARE_LISTEN", hide_env_values = true)]
    #[arg(default_value = "127.0.0.1:8080", value_parser = listen)]
    pub listen: SocketAddr,
    /// Where figures are told, for Prometheus and the like: an address of their own that phones never reach. Without it, none are.
    #[arg(long, value_name = "ADDRESS:PORT", env = "BUSFARE_METRICS_LISTEN", hide_env_values = true)]
    #[arg(value_parser = metrics_listen)]
    pub metrics_listen: Option<SocketAddr>,
    /// Who collects traces.
    #[command(flatten)]
    pub traces: TraceSettings,
    /// The folder for pictures, the signing key and, without PostgreSQL, the database. It is made where there is none.
    #[arg(long, value_name = "FOLDER", env = "BUSFARE_DATA", hide_env_values = true)]
    #[arg(default_value = "./busfare-data", value_parser = OsStringValueParser::new().try_map(data))]
    pub data: PathBuf,
    /// A PostgreSQL database to use instead of the folder's own. The environment keeps its password out of sight.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: Option<DatabaseUrl>,
    /// What to log, as JSON lines on stderr: error, warn, info, debug, trace, or a filter such as info,busfare=debug.
    #[arg(long, value_name = "FILTER", env = "BUSFARE_LOG", hide_env_values = true)]
    #[arg(default_value = "info", value_parser = log)]
    pub log: String,
    /// Whether a program of this machine (tesseract) reads receipts, to suggest what they say: where it is installed, or never.
    #[arg(long, value_name = "WHEN", env = "BUSFARE_READING", hide_env_values = true, default_value = "auto")]
    pub reading: Reading,
    /// Which documents need not be sent in full.
    #[command(flatten)]
    pub documents: DocumentSettings,
    /// Pages of another origin that may ask this server and listen to it, such as https://app.council.example; it may be repeated.
    #[arg(long = "origin", value_name = "URL", env = "BUSFARE_ORIGINS", hide_env_values = true)]
    #[arg(value_delimiter = ',', value_parser = documents::origin)]
    pub origins: Vec<String>,
    /// How people sign in.
    #[command(flatten)]
    pub council: CouncilSettings,
    /// What is asked for before somebody decides on others' money.
    #[command(flatten)]
    pub second_step: SecondStepSettings,
    /// Where pictures are kept, if not in the data folder.
    #[command(flatten)]
    pub s3: S3Settings,
    /// How messages leave, if they do.
    #[command(flatten)]
    pub outgoing: OutgoingSettings,
}

/// With what to show the invented council.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct DemoSettings {
    /// As for `serve`.
    #[command(flatten)]
    pub settings: Settings,
    /// The scheme of delegation to put in force. A new council has modest; one that is here keeps its own.
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Option<Example>,
    /// Invent a year of a larger council as well: 20 teams, 160 practitioners, 40,000 spends, 30,000 records and 12,000
    /// appointments. It needs an empty --data folder or database, and about a minute. A year that is here stays.
    #[arg(long)]
    pub year: bool,
    /// Forget the demo that is in the --data folder and begin anew. A folder with anything but the demo in it is left alone.
    #[arg(long)]
    pub reset: bool,
}

/// Where a PostgreSQL database is. It may hold a password, so it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL as it was given, for connecting and for nothing else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(..)")
    }
}

/// Why there is nothing to do, and with which exit code to say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// 0 where help or the version was asked for, 2 where something is amiss.
    pub code: u8,
    /// For stdout where the code is 0, for stderr otherwise.
    pub words: String,
}

/// Reads the command line, program name first, and what the environment adds to it.
pub fn read<I>(args: I) -> Result<Command, Stop>
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    parse(Cli::command(), args)
}

fn parse<I>(mut cli: clap::Command, args: I) -> Result<Command, Stop>
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    let parsed = cli.try_get_matches_from_mut(args).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map(|cli| cli.command).map_err(|error| stop(&error))
}

/// One plain sentence in place of the library's paragraphs.
fn stop(error: &clap::Error) -> Stop {
    let wrong = |words: String| Stop { code: 2, words };
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => {
            name.split_whitespace().next().unwrap_or_default().escape_debug().to_string()
        }
        Some(ContextValue::Strings(names)) => {
            names.iter().filter_map(|name| name.split_whitespace().next()).collect::<Vec<_>>().join(" and ")
        }
        _ => "An option".to_owned(),
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Stop { code: 0, words: error.to_string().trim_end().to_owned() }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            wrong(format!("{}\n\nSay what to do: {}.", error.to_string().trim_end(), commands(error)))
        }
        ErrorKind::InvalidSubcommand => wrong(format!(
            "There is no command \"{}\"; choose {}.",
            named(ContextKind::InvalidSubcommand),
            commands(error)
        )),
        ErrorKind::InvalidValue if !choices(error).is_empty() => {
            wrong(format!("{} is one of: {}.", named(ContextKind::InvalidArg), choices(error)))
        }
        ErrorKind::UnknownArgument => wrong(format!(
            "\"{}\" is not something this command takes; add --help to see what is.",
            named(ContextKind::InvalidArg)
        )),
        ErrorKind::ValueValidation => wrong(match error.source() {
            Some(sentence) => sentence.to_string(),
            None => format!("{} has a value that cannot be used.", named(ContextKind::InvalidArg)),
        }),
        ErrorKind::ArgumentConflict => wrong(format!("{} is given more than once.", named(ContextKind::InvalidArg))),
        ErrorKind::InvalidUtf8 => wrong("A setting is not readable text.".to_owned()),
        _ => wrong(format!("{} needs a value; add --help to see which.", named(ContextKind::InvalidArg))),
    }
}

/// What an option may be, where there is a list.
fn choices(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(choices)) => choices.join(", "),
        _ => String::new(),
    }
}

/// What there is to choose from, where somebody chose nothing or something else.
fn commands(error: &clap::Error) -> &'static str {
    let words = error.to_string();
    if words.contains("Usage: busfare scheme") {
        scheme::COMMANDS
    } else if words.contains("Usage: busfare forms") {
        forms::COMMANDS
    } else if words.contains("Usage: busfare directory") {
        directory::COMMANDS
    } else {
        "serve, demo, migrate, scheme, forms, retention, directory, doctor or schema"
    }
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!(
            "--listen (BUSFARE_LISTEN) needs an IP address and a port up to 65535, such as 127.0.0.1:8080, not \"{}\".",
            text.escape_debug()
        )
    })
}

fn metrics_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!(
            "--metrics-listen (BUSFARE_METRICS_LISTEN) needs an IP address and a port up to 65535, \
             such as 127.0.0.1:9090, not \"{}\".",
            text.escape_debug()
        )
    })
}

fn data(text: OsString) -> Result<PathBuf, String> {
    let folder = PathBuf::from(text);
    if folder.as_os_str().is_empty() {
        return Err("--data (BUSFARE_DATA) needs a folder, such as ./busfare-data, and it is empty.".to_owned());
    }
    // A folder that is not there yet is made later; that works only where nothing but folders leads to it.
    match folder.ancestors().find(|path| path.exists()) {
        Some(there) if !there.is_dir() => {
            Err(format!("--data (BUSFARE_DATA) needs a folder, and \"{}\" is a file.", shown(there)))
        }
        _ => Ok(folder),
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}

/// What was given is not repeated, because it may hold a password.
fn database_url(text: &str) -> Result<DatabaseUrl, String> {
    if text.is_empty() {
        return Err(
            "--database-url (DATABASE_URL) is empty; leave it out to keep everything in the data folder.".into()
        );
    }
    let place = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    match place {
        Some(place) if !place.is_empty() => Ok(DatabaseUrl(text.to_owned())),
        _ => Err("--database-url (DATABASE_URL) must begin with postgres:// or postgresql:// and name a host; \
                  only PostgreSQL is supported."
            .into()),
    }
}

fn log(text: &str) -> Result<String, String> {
    let sentence = "--log (BUSFARE_LOG) needs a level such as info, or a filter such as info,busfare=debug.";
    match EnvFilter::try_new(text) {
        Ok(_) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err(sentence.to_owned()),
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
