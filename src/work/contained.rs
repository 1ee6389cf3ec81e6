//! Contained: programs that take strangers' files apart, each in a process of its own that can do nothing else.
//!
//! A decoder is a large program that reads what anybody may have sent, so we assume that it can be taken over. It gets
//! its input, a folder that was empty, so much memory, processor and time, and nothing more: no network, no other
//! process, no file of ours. What it writes is taken only within its bounds, and its folder is gone when it is.
//!
//! The fence is put up from the inside: our own program is started anew with a hidden command, limits itself, and only
//! then becomes the tool ([`inside`]).

mod folder;
pub mod inside;

#[cfg(target_os = "linux")]
mod fence;

use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::Semaphore,
};

use self::folder::Folder;

/// Tools at once, and as many parts of our own program, which people wait for; the others wait for their turn.
const AT_ONCE: usize = 2;
/// How often a running program's folder is weighed.
const WEIGHED_EVERY: Duration = Duration::from_millis(200);
/// Where tools are looked for. Settings of whoever started the server are not asked.
const TOOLS_IN: [&str; 4] = ["/usr/local/bin", "/usr/bin", "/bin", "/run/current-system/sw/bin"];

/// What a contained program may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory it may map, in bytes.
    pub memory_bytes: u64,
    /// Processor time, in seconds, of all its threads together.
    pub cpu_seconds: u64,
    /// Time on the wall, after which it is killed.
    pub wall: Duration,
    /// What it may write, in bytes: to its output, and to its folder.
    pub output_bytes: u64,
    /// Files open at once.
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 512 << 20,
            cpu_seconds: 20,
            wall: Duration::from_secs(30),
            output_bytes: 64 << 20,
            open_files: 64,
        }
    }
}

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// A tool of this machine, by its name, such as `pdftoppm`.
    Tool(&'static str),
    /// A part of our own program, by the word that [`inside`] knows it by.
    Own(&'static str),
}

/// What to do, and with what.
#[derive(Clone, Debug)]
pub struct Task {
    /// What runs.
    pub program: Program,
    /// Its arguments. Files are named as in `files`: it runs in its own folder.
    pub args: Vec<String>,
    /// What it reads from its input.
    pub stdin: Bytes,
    /// What lies in its folder when it begins: plain names and contents.
    pub files: Vec<(&'static str, Bytes)>,
    /// What it may use up.
    pub limits: Limits,
}

impl Task {
    /// A tool with these arguments, nothing to read, and the usual limits.
    pub fn tool<A: Into<String>>(name: &'static str, args: impl IntoIterator<Item = A>) -> Self {
        let args = args.into_iter().map(Into::into).collect();
        Self { program: Program::Tool(name), args, stdin: Bytes::new(), files: Vec::new(), limits: Limits::default() }
    }
}

/// What a contained program made.
#[derive(Clone, PartialEq, Eq)]
pub struct Done {
    /// What it wrote to its output.
    pub stdout: Vec<u8>,
    /// The files it made in its folder, by name, in order of their names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Sizes and not contents: a receipt does not belong in a log.
impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files: Vec<_> = self.files.iter().map(|(name, bytes)| (name, bytes.len())).collect();
        f.debug_struct("Done").field("stdout_bytes", &self.stdout.len()).field("files", &files).finish()
    }
}

/// Why a contained program made nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The tool is not on this machine.
    #[error("the tool is not installed")]
    Absent,
    /// It took longer than it may, on the wall or of the processor.
    #[error("the tool took too long")]
    TimedOut,
    /// It wrote more than it may.
    #[error("the tool wrote too much")]
    TooMuch,
    /// It ended badly: with this status, or killed. Running out of memory looks like this too.
    #[error("the tool ended with {status:?}")]
    Failed {
        /// Its exit status; none where a signal ended it.
        status: Option<i32>,
    },
    /// It could not be begun, or what it made could not be read.
    #[error("the tool could not be run: {0}")]
    NotRun(#[from] io::Error),
}

/// Whether a tool is on this machine.
pub fn is_installed(tool: &str) -> bool {
    find(tool).is_some()
}

/// A place to run programs in. Cloning it is cheap, and the clones share the turns.
#[derive(Clone, Debug)]
pub struct Contained {
    tools: Arc<Semaphore>,
    ours: Arc<Semaphore>,
    own: PathBuf,
    folder: PathBuf,
}

impl Contained {
    /// A place whose programs get their folders below this one, fenced off by our own program.
    pub fn new(folder: PathBuf) -> Self {
        // The running program, also where its file was replaced by a newer one meanwhile.
        let linux = cfg!(target_os = "linux").then(|| PathBuf::from("/proc/self/exe"));
        Self::fenced_by(linux.or_else(|| std::env::current_exe().ok()).unwrap_or_default(), folder)
    }

    /// The same with Busfare's program named: for who is not Busfare itself, such as a test.
    pub fn fenced_by(own: PathBuf, folder: PathBuf) -> Self {
        let turns = || Arc::new(Semaphore::new(AT_ONCE));
        Self { tools: turns(), ours: turns(), own, folder }
    }

    /// Whether this machine has a tool.
    pub fn has(&self, tool: &str) -> bool {
        is_installed(tool)
    }

    /// Removes the folders of programs that a crash of the server left behind.
    pub fn tidy(&self, before: std::time::SystemTime) -> io::Result<usize> {
        folder::tidy(&self.folder, before)
    }

    /// Runs a task when it is its turn. Dropping the answer kills the program.
    ///
    /// # Errors
    ///
    /// A [`Failure`], typed by what the caller can do about it.
    pub async fn run(&self, task: Task) -> Result<Done, Failure> {
        let (program, turns) = match task.program {
            Program::Tool(name) => (find(name).ok_or(Failure::Absent)?.into_os_string(), &self.tools),
            Program::Own(word) => (word.into(), &self.ours),
        };
        let closed = |_| Failure::NotRun(io::Error::other("no more turns"));
        let _turn = turns.acquire().await.map_err(closed)?;

        // Its folder, with what it is to read.
        let (at, files) = (self.folder.clone(), task.files);
        let folder = on_disk(move || {
            let folder = Folder::make(&at)?;
            files.iter().try_for_each(|(name, bytes)| folder.write(name, bytes)).map(|()| folder)
        });
        let folder = Arc::new(folder.await?);

        // Within its bounds.
        let mut command = self.command(folder.path(), task.limits);
        command.arg("--").arg(program).args(task.args);
        let mut running = Running(command.spawn()?);
        let worked = work(&mut running.0, task.stdin, task.limits, &folder);
        let worked = tokio::time::timeout(task.limits.wall, worked).await.unwrap_or(Err(Failure::TimedOut));
        // Nothing of it runs any more when its folder is read.
        running.kill();
        running.0.wait().await?;
        let (status, stdout) = worked?;
        judged(status)?;

        let most = task.limits.output_bytes;
        let files = on_disk(move || folder.made(most)).await?.ok_or(Failure::TooMuch)?;
        Ok(Done { stdout, files })
    }

    fn command(&self, folder: &Path, limits: Limits) -> Command {
        let mut command = Command::new(&self.own);
        command.arg("contained");
        for (name, value) in [
            ("--memory-bytes", limits.memory_bytes),
            ("--cpu-seconds", limits.cpu_seconds),
            ("--file-bytes", limits.output_bytes),
            ("--open-files", limits.open_files),
        ] {
            command.arg(name).arg(value.to_string());
        }
        // What the server knows from its surroundings, passwords among it, is not handed on.
        command.env_clear().env("PATH", TOOLS_IN.join(":")).env("LANG", "C.UTF-8");
        // Threads that wait for each other, and memory set aside for each of them, are no gain to a small task.
        command.env("OMP_THREAD_LIMIT", "1").env("MALLOC_ARENA_MAX", "2");
        command.env("HOME", folder).env("TMPDIR", folder).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.process_group(0).kill_on_drop(true);
        command
    }
}

fn find(tool: &str) -> Option<PathBuf> {
    if tool.is_empty() || tool.contains('/') {
        return None;
    }
    TOOLS_IN.iter().map(|folder| Path::new(folder).join(tool)).find(|path| path.is_file())
}

/// A program at work. It and whatever it began die with this.
struct Running(Child);

impl Running {
    fn kill(&self) {
        // There is a number only while nobody has asked how it ended, so it is nobody else's.
        let group = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Feeds it, listens to it and weighs its folder until it ends.
async fn work(
    child: &mut Child,
    stdin: Bytes,
    limits: Limits,
    folder: &Arc<Folder>,
) -> Result<(ExitStatus, Vec<u8>), Failure> {
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let feed = async move {
        if let Some(mut input) = input {
            // One that does not read to the end has seen enough.
            let _ = input.write_all(&stdin).await;
        }
    };
    let listen = async move {
        let mut stdout = Vec::new();
        if let Some(output) = output {
            output.take(limits.output_bytes.saturating_add(1)).read_to_end(&mut stdout).await?;
        }
        if stdout.len() as u64 > limits.output_bytes { Err(Failure::TooMuch) } else { Ok(stdout) }
    };
    let talk = async {
        let ((), stdout) = tokio::join!(feed, listen);
        let stdout = stdout?;
        Ok::<_, Failure>((child.wait().await?, stdout))
    };
    tokio::select! {
        ended = talk => ended,
        heavy = outgrown(folder, limits.output_bytes) => Err(heavy),
    }
}

/// Comes back only when the folder holds more than it may.
async fn outgrown(folder: &Arc<Folder>, most: u64) -> Failure {
    let mut ticks = tokio::time::interval(WEIGHED_EVERY);
    loop {
        ticks.tick().await;
        let folder = Arc::clone(folder);
        if let Ok(bytes) = on_disk(move || folder.weigh()).await
            && bytes > most
        {
            return Failure::TooMuch;
        }
    }
}

fn judged(status: ExitStatus) -> Result<(), Failure> {
    let (processor, file_size) = (Signal::XCPU.as_raw(), Signal::XFSZ.as_raw());
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (Some(inside::NOT_CONTAINED), _) => Err(Failure::NotRun(io::Error::other("it could not be contained"))),
        (_, Some(signal)) if signal == processor => Err(Failure::TimedOut),
        (_, Some(signal)) if signal == file_size => Err(Failure::TooMuch),
        (status, _) => Err(Failure::Failed { status }),
    }
}

async fn on_disk<T: Send + 'static>(what: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(what).await.map_err(io::Error::other)?
}
