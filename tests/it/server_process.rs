//! The real binary as an operator runs it: started on a free port, listened to, told to stop, killed.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use busfare::store::Db;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::postgres;

/// Longest a start may take on a busy machine.
const START: Duration = Duration::from_secs(60);

/// What outlives a server: its data folder and, where there is one, its PostgreSQL database.
pub struct Premises {
    /// The data folder.
    pub data: TempDir,
    database: Option<postgres::Database>,
}

impl Premises {
    /// Everything in one folder.
    pub async fn on_sqlite() -> Self {
        Self { data: TempDir::new().unwrap(), database: None }
    }

    /// Pictures in a folder, rows in PostgreSQL; none where PostgreSQL is not installed.
    pub async fn on_postgres() -> Option<Self> {
        let database = postgres::server()?.create_database("binary");
        Some(Self { data: TempDir::new().unwrap(), database: Some(database) })
    }

    /// Nothing to close: what is left is deleted when this is dropped.
    pub async fn close(self) {}

    /// The URL of the database; none on SQLite.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(postgres::Database::url)
    }

    /// A command of the binary for these premises.
    pub fn command(&self, what: &str) -> Command {
        let mut command = busfare(&[what, "--listen", "127.0.0.1:0"]);
        command.arg("--data").arg(self.data.path());
        if let Some(url) = self.database_url() {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Starts `busfare serve`.
    pub fn serve(&self) -> ServerProcess {
        ServerProcess::start(self.command("serve"), "Busfare listens on ")
    }

    /// Starts `busfare demo`, and waits until it has said everything.
    pub fn demo(&self) -> ServerProcess {
        ServerProcess::start(self.command("demo"), "signIn")
    }

    /// Starts the demo once for its data, and gives its practitioner's access token.
    pub fn demo_once(&self) -> String {
        self.demo().printed("PRACTITIONER")
    }

    /// Opens the database by hand, beside or after a server.
    pub async fn database(&self) -> Db {
        match self.database_url() {
            Some(url) => Db::open_postgres(url).await.unwrap(),
            None => Db::open_sqlite(self.data.path()).await.unwrap(),
        }
    }

    /// Files that wait in the staging folder.
    pub fn staged(&self) -> usize {
        std::fs::read_dir(self.data.path().join("staging")).unwrap().count()
    }
}

/// The binary with some arguments and an environment of its own.
pub fn busfare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_busfare"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

/// Runs a command of the binary to its end: its exit code, what it said, and what it complained of.
#[track_caller]
pub fn ran(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let code = status.code().expect("it ends by itself");
    (code, String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A running server. Dropping it kills it.
pub struct ServerProcess {
    /// Where it listens, such as `http://127.0.0.1:4242`.
    pub address: String,
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    listening: Vec<JoinHandle<()>>,
    http: Client,
}

impl ServerProcess {
    /// Starts a command, and waits until it has printed its address and a line with the last words of its greeting.
    pub fn start(mut command: Command, last_words: &'static str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<String>>::default());
        let (greeted, greeting) = mpsc::channel();
        let listening = vec![
            listen(child.stdout.take().unwrap(), Arc::clone(&stdout), move |line| {
                if line.contains(last_words) {
                    let _ = greeted.send(());
                }
            }),
            listen(child.stderr.take().unwrap(), Arc::clone(&stderr), |_| {}),
        ];
        let mut started = Self { address: String::new(), child, stdout, stderr, listening, http: Client::new() };
        if greeting.recv_timeout(START).is_err() {
            panic!("it did not start: {}{}", started.stdout(), started.stderr());
        }
        let said = started.stdout();
        let address = said.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        started.address = address.trim_end_matches(',').to_owned();
        started
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Host and port, for a connection by hand.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// What it has said to people.
    pub fn stdout(&self) -> String {
        self.stdout.lock().unwrap().clone()
    }

    /// What it has logged.
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// The value of a variable that the demo printed.
    #[track_caller]
    pub fn printed(&self, variable: &str) -> String {
        let (said, export) = (self.stdout(), format!("export {variable}='"));
        let line = said.lines().find_map(|line| line.strip_prefix(&export)).expect("the demo prints it");
        line.trim_end_matches('\'').to_owned()
    }

    /// A GraphQL request that is ready to be sent.
    pub fn asking(&self, token: Option<&str>, document: &str, variables: &Value) -> RequestBuilder {
        let body = json!({ "query": document, "variables": variables });
        let request = self.http.post(self.url("/graphql")).json(&body);
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Asks, and gives the whole answer.
    pub async fn asks(&self, token: Option<&str>, document: &str, variables: &Value) -> Value {
        self.asking(token, document, variables).send().await.unwrap().json().await.unwrap()
    }

    /// Asks what must succeed, and gives its data.
    pub async fn good(&self, token: &str, document: &str, variables: &Value) -> Value {
        let answer = self.asks(Some(token), document, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// The purpose that a bus fare is for.
    pub async fn fare(&self, token: &str) -> Value {
        let purposes = self.good(token, "{ spendPurposes { id code } }", &json!({})).await;
        let fare = purposes["spendPurposes"].as_array().unwrap().iter().find(|one| one["code"] == "bus-fare").cloned();
        fare.unwrap()["id"].clone()
    }

    /// Sends a picture to a receipt.
    pub async fn puts(&self, token: &str, receipt: &str, picture: &[u8]) -> reqwest::Response {
        let url = self.url(&format!("/receipts/{receipt}/content"));
        self.http.put(url).bearer_auth(token).body(picture.to_vec()).send().await.unwrap()
    }

    /// Resident memory now, or its peak: a line of `/proc/PID/status`, in KiB.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let found = status.lines().find_map(|it| it.strip_prefix(line)).unwrap();
        found.trim_matches([':', '\t', ' ']).trim_end_matches(" kB").trim().parse().unwrap()
    }

    /// From here on, the peak of its memory is counted anew.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5").unwrap();
    }

    /// `kill -9`: it gets no chance to do anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended if it did within a time: its status, how long it took, and all it said and logged.
    pub async fn told_to_stop(mut self, within: Duration) -> Option<(ExitStatus, Duration, String)> {
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.id())]).status().unwrap();
        assert!(told.success());
        let began = Instant::now();
        while began.elapsed() < within {
            if let Some(status) = self.child.try_wait().unwrap() {
                let took = began.elapsed();
                self.listening.drain(..).for_each(|ear| ear.join().unwrap());
                return Some((status, took, self.stdout() + &self.stderr()));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        None
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Collects what comes, and looks at each line.
fn listen(
    from: impl Read + Send + 'static,
    into: Arc<Mutex<String>>,
    mut look: impl FnMut(&str) + Send + 'static,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            into.lock().unwrap().push_str(&format!("{line}\n"));
            look(&line);
        }
    })
}

/// Whether a program is on this machine; where it is not, says so past the test runner's capture.
///
/// # Panics
/// In continuous integration, where a skip would hide a gap.
pub fn is_installed(program: &str) -> bool {
    if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok() {
        return true;
    }
    skipped(&format!("{program} is not installed"));
    false
}

/// Says what is skipped and why, past the test runner's capture: nobody may take a skip for a pass.
pub fn skipped(why: &str) {
    assert!(postgres::setting("CI").as_deref() != Some("true"), "{why}");
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("A story is skipped: {why}.\n").as_bytes());
}

/// A folder that is not a folder.
pub fn a_file(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    file
}
