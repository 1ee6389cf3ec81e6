//! A private PostgreSQL for this test process, from the machine's own binaries; it dies when the process does.
//!
//! `BUSFARE_TEST_FSYNC=1` makes it as careful as a production server, for the tests that pull plugs; for a bench it
//! always is.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Mutex;

const NOT_INSTALLED: &str = "no PostgreSQL server was found through pg_config or in /usr/lib/postgresql. \
     Install one with `apt-get install postgresql` (or `postgresql-15`).";

const TRIES: u32 = 3;

/// The server that this process's tests share, started by the first that asks; `None` where none is installed.
///
/// # Panics
/// When the server cannot start and, in continuous integration, when it is not installed: there a skip would hide a gap.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Option<Server>, String>> = OnceLock::new();

    match SERVER.get_or_init(start_if_installed) {
        Ok(server) => server.as_ref(),
        Err(why) => panic!("{why}"),
    }
}

/// An empty copy of the named template, which `fill` makes once for all tests; `None` where PostgreSQL is not installed.
pub async fn fresh_database(template: &str, fill: impl AsyncFnOnce(String)) -> Option<Database> {
    let server = server()?;
    server.template(template, fill).await;

    Some(server.create_from_template(template))
}

fn start_if_installed() -> Result<Option<Server>, String> {
    let Some(tools) = find_tools() else {
        if setting("CI").as_deref() == Some("true") {
            return Err(NOT_INSTALLED.to_owned());
        }
        // Written past the test runner's capture, which would swallow it: nobody may take a skip for a pass.
        let _ = writeln!(std::io::stderr(), "PostgreSQL tests are skipped: {NOT_INSTALLED}");
        return Ok(None);
    };

    // A free port can be taken between our asking and the server's binding, so a second try is honest.
    let mut failure = String::new();
    for _ in 0..TRIES {
        match Server::start(&tools) {
            Ok(server) => return Ok(Some(server)),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}

/// The folder with the server's own programs: the one in use on this machine, else Debian's newest.
fn find_tools() -> Option<PathBuf> {
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured = configured.map(|out| PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()));

    let mut packaged: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    packaged.sort_by_key(|entry| entry.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let packaged = packaged.into_iter().rev().map(|entry| entry.path().join("bin"));

    // The client's development package brings a pg_config that names a folder without a server in it.
    let complete = |bin: &PathBuf| ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|tool| bin.join(tool).is_file());
    configured.into_iter().chain(packaged).find(complete)
}

#[expect(clippy::disallowed_methods, reason = "the tests' own two settings are no part of the server's")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// One running PostgreSQL, and the leash that ends it.
pub struct Server {
    tools: PathBuf,
    folder: PathBuf,
    port: u16,
    templates: Mutex<HashSet<String>>,
    databases: AtomicU32,
    /// Its standard input is the leash: it closes when this process is gone, and the watchdog stops the server.
    _watchdog: Child,
}

impl Server {
    fn start(tools: &Path) -> Result<Self, String> {
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|it| it.local_addr()).map_err(|e| e.to_string())?.port();
        let careful = !module_path!().starts_with("it::") || setting("BUSFARE_TEST_FSYNC").as_deref() == Some("1");
        let fsync = if careful { "on" } else { "off" };

        // In a process group of its own, so that Ctrl-C ends the tests first and the watchdog can tidy up after them.
        let mut watchdog = Command::new("sh")
            .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
            .arg(tools)
            .args([&port.to_string(), fsync])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("PostgreSQL's watchdog did not start: {e}"))?;

        let mut said = String::new();
        let heard = watchdog.stdout.take().expect("stdout is piped").read_to_string(&mut said);
        heard.map_err(|e| format!("PostgreSQL's watchdog fell silent: {e}"))?;
        let Some(folder) = said.trim_end().strip_prefix("ready ") else {
            let _ = watchdog.wait();
            return Err(said);
        };

        Ok(Self {
            tools: tools.to_owned(),
            folder: folder.into(),
            port,
            templates: Mutex::default(),
            databases: AtomicU32::new(0),
            _watchdog: watchdog,
        })
    }

    /// A new, empty database, gone again when the value is dropped.
    pub fn create_database(&'static self, name_hint: &str) -> Database {
        self.create(name_hint, "template1")
    }

    /// A new database like the template, gone again when the value is dropped.
    pub fn create_from_template(&'static self, template: &str) -> Database {
        self.create(template, template)
    }

    /// Makes the template unless a test before us did; `fill` must have closed its connections when it returns.
    pub async fn template(&self, name: &str, fill: impl AsyncFnOnce(String)) {
        let mut templates = self.templates.lock().await;
        if templates.contains(name) {
            return;
        }

        // An earlier try may have panicked half way.
        self.run(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#)).unwrap();
        self.run(&format!(r#"CREATE DATABASE "{name}""#)).unwrap();
        fill(self.url(name)).await;
        templates.insert(name.to_owned());
    }

    fn create(&'static self, name_hint: &str, template: &str) -> Database {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let hint: String = name_hint.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '_').take(40).collect();
        let name = format!("{hint}_{number}").to_ascii_lowercase();

        self.run(&format!(r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#)).unwrap();
        Database { server: self, url: self.url(&name), name }
    }

    /// The server speaks no TLS, and saying so spares each connection a question.
    fn url(&self, database: &str) -> String {
        format!("postgres://busfare@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    fn run(&self, statement: &str) -> Result<(), String> {
        let mut psql = Command::new(self.tools.join("psql"));
        psql.env_clear().args(["--no-psqlrc", "--quiet", "--dbname", &self.url("postgres"), "--command", statement]);

        let output = psql.output().map_err(|e| format!("psql did not start: {e}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{statement}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// A test's own database. Keep it until the test is over: dropping it disconnects everybody and deletes it.
#[must_use = "the database is deleted when this is dropped"]
pub struct Database {
    server: &'static Server,
    name: String,
    url: String,
}

impl Database {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Throws everybody out and lets nobody in, as if the server were down, until the door is opened again.
    pub fn shut(&self) {
        self.server.run(&format!(r#"ALTER DATABASE "{}" ALLOW_CONNECTIONS false"#, self.name)).unwrap();
        let out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
        self.server.run(&format!("{out} = '{}'", self.name)).unwrap();
    }

    /// Lets people in again.
    pub fn open(&self) {
        self.server.run(&format!(r#"ALTER DATABASE "{}" ALLOW_CONNECTIONS true"#, self.name)).unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A failure only costs room in a folder that is about to go, and a panic here would hide the test's own.
        let _ = self.server.run(&format!(r#"DROP DATABASE "{}" WITH (FORCE)"#, self.name));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpStream;

    use sea_orm::{ConnectionTrait, DatabaseConnection};

    use super::*;

    const HOLD: &str = "BUSFARE_TEST_HOLD_SERVER";

    async fn connect(url: &str) -> DatabaseConnection {
        sea_orm::Database::connect(url).await.unwrap()
    }

    #[tokio::test]
    async fn each_test_gets_a_database_of_its_own_made_from_one_template() {
        let fill = async |url: String| {
            let db = connect(&url).await;
            db.execute_unprepared("CREATE TABLE fare (pence bigint); INSERT INTO fare VALUES (115)").await.unwrap();
            db.close().await.unwrap();
        };
        let Some(mine) = fresh_database("bus_fares", fill).await else {
            return;
        };
        let never = async |_| panic!("the template is made once");
        let yours = fresh_database("bus_fares", never).await.expect("the server is still there");

        let (me, you) = (connect(mine.url()).await, connect(yours.url()).await);
        let mine_changed = me.execute_unprepared("UPDATE fare SET pence = 230 WHERE pence = 115").await.unwrap();
        let yours_changed = you.execute_unprepared("UPDATE fare SET pence = 0 WHERE pence = 115").await.unwrap();

        assert_eq!((mine_changed.rows_affected(), yours_changed.rows_affected()), (1, 1));
    }

    #[tokio::test]
    async fn a_database_is_gone_when_its_test_is_over() {
        let Some(server) = server() else { return };
        let short_lived = server.create_database("Short-lived!");
        let (url, open) = (short_lived.url().to_owned(), connect(short_lived.url()).await);

        drop(short_lived);

        assert!(open.ping().await.is_err(), "the open connection is cut");
        assert!(sea_orm::Database::connect(&url).await.is_err(), "nobody can connect again");
    }

    /// Runs itself a second time to be the process that is killed.
    #[test]
    fn a_killed_test_process_leaves_neither_server_nor_folder_behind() {
        let Some(tools) = find_tools() else { return };
        if setting(HOLD).is_some() {
            let server = Server::start(&tools).unwrap();
            println!("held {} {}", server.port, server.folder.display());
            loop {
                std::thread::park();
            }
        }

        let mut held = Command::new(std::env::current_exe().unwrap())
            .args(["--nocapture", "a_killed_test_process_leaves_neither_server_nor_folder_behind"])
            .env(HOLD, "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdout, mut stderr) = (held.stdout.take().unwrap(), held.stderr.take().unwrap());
        let said = BufReader::new(stdout).lines().map(Result::unwrap).find(|line| line.contains("held ")).unwrap();
        let (port, folder) = said.split_once("held ").unwrap().1.split_once(' ').unwrap();
        let (port, folder) = (port.parse::<u16>().unwrap(), Path::new(folder));
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok() && folder.is_dir(), "the server runs while it is held");

        held.kill().unwrap();
        held.wait().unwrap();

        // The watchdog shares the killed process's standard error, which therefore ends when the watchdog has finished.
        stderr.read_to_end(&mut Vec::new()).unwrap();
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the server still answers");
        assert!(!folder.exists(), "{} was left behind", folder.display());
    }
}
