//! Inside the fence: what our own program does when it is started with the hidden command. It limits itself, and then
//! becomes the tool, or does a part of our own work.
//!
//! All of it happens before anything else of the server is there: no runtime, no other thread, no log.

use std::{
    io,
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
};

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use crate::{config::Inside, work::pictures::pdf};

/// The exit status of a program that could not be contained, and therefore was not begun.
pub const NOT_CONTAINED: i32 = 126;

/// What keeps contained programs in on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The kernel keeps them from files that are not theirs.
    pub files: bool,
    /// The kernel keeps them from the network and from other processes.
    pub calls: bool,
}

/// What this machine's kernel can do.
pub fn fence() -> Fence {
    #[cfg(target_os = "linux")]
    return super::fence::of_this_kernel();
    #[cfg(not(target_os = "linux"))]
    Fence { files: false, calls: false }
}

/// Limits this process, and then does what it was started for. It must be the only thread there is.
pub fn run(inside: &Inside) -> ExitCode {
    if limit(inside).is_err() {
        return ExitCode::from(u8::try_from(NOT_CONTAINED).unwrap_or(1));
    }
    let Some((program, args)) = inside.program.split_first() else { return ExitCode::FAILURE };
    if program.to_string_lossy().starts_with('/') {
        // It comes back only where the tool could not be begun.
        let _failed = Command::new(program).args(args).exec();
    } else if program == pdf::WORD {
        return ExitCode::from(pdf::clean_in_child(io::stdin().lock(), io::stdout().lock()));
    }
    ExitCode::from(u8::try_from(NOT_CONTAINED).unwrap_or(1))
}

fn limit(inside: &Inside) -> io::Result<()> {
    // The people who wait come before what is made for later.
    let _ = nice(10);
    // A program gets one second more to end than it is told of, and leaves no picture of its memory behind.
    let rlimit = |soft, hard| Rlimit { current: Some(soft), maximum: Some(hard) };
    setrlimit(Resource::Core, rlimit(0, 0))?;
    setrlimit(Resource::Cpu, rlimit(inside.cpu_seconds, inside.cpu_seconds + 1))?;
    setrlimit(Resource::Fsize, rlimit(inside.file_bytes, inside.file_bytes))?;
    setrlimit(Resource::Nofile, rlimit(inside.open_files, inside.open_files))?;
    setrlimit(Resource::As, rlimit(inside.memory_bytes, inside.memory_bytes))?;
    #[cfg(target_os = "linux")]
    super::fence::put_up(&std::env::current_dir()?)?;
    Ok(())
}
