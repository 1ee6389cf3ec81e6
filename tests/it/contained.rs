//! Stories of programs that take strangers' files apart, told with a shell that was taken over: what it may do, it does,
//! and all else comes to nothing. Each thing is done once outside as well, so that it is the fence that stands in the way.

use std::{io::Read, net::TcpListener, path::Path, process::Command, time::Duration};

use busfare::work::contained::{Contained, Failure, Limits, Program, Task, inside};
use bytes::Bytes;
use futures_util::future::join_all;
use tempfile::TempDir;

/// A place for programs, in a folder of its own.
fn place() -> (Contained, TempDir) {
    let data = tempfile::tempdir().unwrap();
    (Contained::fenced_by(env!("CARGO_BIN_EXE_busfare").into(), data.path().join("contained")), data)
}

/// A shell that does this, with what it knows by itself and no other program.
fn shell(what: &str) -> Task {
    Task { limits: Limits { wall: Duration::from_secs(20), ..Limits::default() }, ..Task::tool("bash", ["-c", what]) }
}

/// Whether the same is done outside.
fn outside(what: &str) -> bool {
    Command::new("bash").args(["-c", what]).status().unwrap().success()
}

/// The folders of programs that are at work.
fn folders(data: &TempDir) -> usize {
    std::fs::read_dir(data.path().join("contained")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_program_gets_its_input_and_a_folder_and_gives_back_what_it_made() {
    let (contained, data) = place();
    let what = "read line; echo \"$line\"; read there < given.txt; echo \"$there\"; echo *; echo one > b.txt; echo two > a.txt";
    let task = Task {
        stdin: Bytes::from_static(b"from the input\n"),
        files: vec![("given.txt", Bytes::from_static(b"from the file\n"))],
        ..shell(what)
    };

    let done = contained.run(task).await.unwrap();

    assert_eq!(String::from_utf8(done.stdout).unwrap(), "from the input\nfrom the file\ngiven.txt\n");
    let made = [("a.txt".to_owned(), b"two\n".to_vec()), ("b.txt".to_owned(), b"one\n".to_vec())];
    assert_eq!(done.files, made);
    assert_eq!(folders(&data), 0, "its folder is gone");
}

#[tokio::test]
async fn a_program_that_reads_nothing_of_much_is_not_waited_for() {
    let (contained, _data) = place();
    let much = Bytes::from(vec![b'x'; 4 << 20]);

    assert_eq!(contained.run(Task { stdin: much.clone(), ..shell("echo done") }).await.unwrap().stdout, b"done\n");
    let echoed = contained.run(Task { stdin: much.clone(), ..Task::tool("cat", ["-"]) }).await.unwrap();
    assert!(echoed.stdout == much);
}

#[tokio::test]
async fn a_program_cannot_reach_the_network() {
    let (contained, _data) = place();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let what = format!("echo hello > /dev/tcp/127.0.0.1/{}", listener.local_addr().unwrap().port());

    assert!(outside(&what));
    let mut heard = String::new();
    listener.accept().unwrap().0.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "hello\n");

    listener.set_nonblocking(true).unwrap();
    for what in [what.clone(), what.replace("tcp", "udp")] {
        let failed = contained.run(shell(&what)).await.unwrap_err();
        assert!(matches!(failed, Failure::Failed { status: Some(1) }), "{failed:?}");
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
}

#[tokio::test]
async fn a_program_cannot_read_or_write_what_is_ours() {
    let (contained, data) = place();
    assert!(inside::fence().files, "this machine's kernel has no landlock, so nothing is proved here");
    let secret = data.path().join("signing.key");
    std::fs::write(&secret, "a secret\n").unwrap();
    let path = secret.display();
    for what in [
        format!("read line < {path} && echo \"$line\""),
        "read line < ../../signing.key && echo \"$line\"".to_owned(),
        format!("echo changed > {path}"),
        format!("echo new > {}/new", data.path().display()),
        "read line < /etc/passwd && echo \"$line\"".to_owned(),
        "read line < /proc/$$/environ; [ -n \"$line\" ]".to_owned(),
        "f=(/proc/[0-9]*/cmdline); [ -e \"${f[0]}\" ]".to_owned(),
    ] {
        if !what.contains("../..") && !what.contains("echo ") {
            assert!(outside(&what), "{what}");
        }
        let failed = contained.run(shell(&what)).await.unwrap_err();
        assert!(matches!(failed, Failure::Failed { status: Some(1) }), "{what}: {failed:?}");
    }
    let cat = contained.run(Task::tool("cat", [path.to_string()])).await;
    assert!(matches!(cat, Err(Failure::Failed { .. })), "{cat:?}");
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "a secret\n");
    assert!(!data.path().join("new").exists());
}

#[tokio::test]
async fn a_program_begins_no_other_and_stops_no_other() {
    let (contained, _data) = place();
    for what in ["( : )", "/bin/true", "kill -9 1", &format!("kill -9 {}", std::process::id())] {
        let done = contained.run(shell(&format!("{what} && echo did"))).await;
        assert!(done.as_ref().map_or(true, |done| done.stdout.is_empty()), "{what}: {done:?}");
        // Becoming another program is not beginning one: the fence goes with it.
    }
    assert_eq!(contained.run(shell("exec /bin/echo became")).await.unwrap().stdout, b"became\n");
}

#[tokio::test]
async fn a_program_knows_nothing_of_the_surroundings_of_the_server() {
    let (contained, _data) = place();
    let done = contained.run(shell("declare -x")).await.unwrap();
    let names: Vec<_> = String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect();
    assert!(!names.is_empty());
    for name in names {
        let known = "HOME LANG MALLOC_ARENA_MAX OMP_THREAD_LIMIT OLDPWD PATH PWD SHLVL TMPDIR";
        let name = name.trim_start_matches("declare -x ").split('=').next().unwrap();
        assert!(known.split(' ').any(|known| known == name), "{name}");
    }
    assert!(std::env::vars_os().count() > 3, "there was something to know");
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_killed() {
    let (contained, data) = place();
    let wall = Limits { wall: Duration::from_millis(300), ..Limits::default() };
    let late = contained.run(Task { limits: wall, ..Task::tool("sleep", ["600"]) }).await.unwrap_err();
    assert!(matches!(late, Failure::TimedOut), "{late:?}");

    let processor = Limits { cpu_seconds: 1, ..Limits::default() };
    let busy = contained.run(Task { limits: processor, ..shell("while :; do :; done") }).await.unwrap_err();
    assert!(matches!(busy, Failure::TimedOut), "{busy:?}");
    assert_eq!((folders(&data), at_work(&data)), (0, 0));
}

#[tokio::test]
async fn a_program_gets_no_more_memory_than_it_may_have() {
    let (contained, _data) = place();
    let fill = |doublings: u32| {
        shell(&format!("x=0123456789abcdef; for ((i = 0; i < {doublings}; i++)); do x=$x$x; done; echo ${{#x}}"))
    };
    let small = Limits { memory_bytes: 64 << 20, ..Limits::default() };

    let fits = contained.run(Task { limits: small, ..fill(10) }).await.unwrap();
    assert_eq!(fits.stdout, b"16384\n");
    let failed = contained.run(Task { limits: small, ..fill(24) }).await.unwrap_err();
    assert!(matches!(failed, Failure::Failed { .. }), "{failed:?}");
}

#[tokio::test]
async fn a_program_writes_no_more_than_it_may() {
    let (contained, data) = place();
    let limits = Limits { output_bytes: 100_000, ..Limits::default() };
    for what in [
        "while :; do echo 0123456789; done",
        "while :; do echo 0123456789; done > file",
        "for ((i = 0; ; i++)); do echo 0123456789 > $i; done",
    ] {
        let much = contained.run(Task { limits, ..shell(what) }).await.unwrap_err();
        assert!(matches!(much, Failure::TooMuch), "{what}: {much:?}");
    }
    assert_eq!((folders(&data), at_work(&data)), (0, 0));
}

#[tokio::test]
async fn a_tool_that_is_not_here_is_told_from_one_that_fails() {
    let (contained, _data) = place();
    for absent in ["no-such-tool-of-this-machine", "../../etc/passwd-", ""] {
        let failed = contained.run(Task::tool(absent, ["x"])).await.unwrap_err();
        assert!(matches!(failed, Failure::Absent), "{absent}: {failed:?}");
    }
    let failed = contained.run(shell("exit 3")).await.unwrap_err();
    assert!(matches!(failed, Failure::Failed { status: Some(3) }), "{failed:?}");
    let unknown = Task { program: Program::Own("nothing-of-ours"), ..shell("") };
    assert!(contained.run(unknown).await.is_err());
    assert!(!contained.has("no-such-tool-of-this-machine") && contained.has("bash"));
}

#[tokio::test]
async fn a_program_whose_answer_nobody_waits_for_is_killed() {
    let (contained, data) = place();
    let running = tokio::spawn(async move { contained.run(Task::tool("sleep", ["600"])).await });
    wait_until(|| at_work(&data) == 1).await;

    running.abort();

    wait_until(|| at_work(&data) == 0 && folders(&data) == 0).await;
}

#[tokio::test]
async fn two_programs_run_at_once_and_the_others_wait() {
    let (contained, data) = place();
    let limits = Limits { wall: Duration::from_millis(400), ..Limits::default() };
    let tasks = (0..6).map(|_| contained.run(Task { limits, ..Task::tool("sleep", ["600"]) }));
    let mut most = 0;
    let watch = async {
        loop {
            most = most.max(folders(&data));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = watch => {}
        ended = join_all(tasks) => assert!(ended.iter().all(|it| matches!(it, Err(Failure::TimedOut))), "{ended:?}"),
    }
    assert_eq!(most, 2);
}

#[tokio::test]
async fn what_a_crash_left_behind_is_tidied_away_later() {
    let (contained, data) = place();
    let left = data.path().join("contained/left");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("picture.jpg"), "x").unwrap();
    let made = std::fs::metadata(&left).unwrap().modified().unwrap();

    assert_eq!(contained.tidy(made).unwrap(), 0);
    assert_eq!(contained.tidy(made + Duration::from_secs(1)).unwrap(), 1);
    assert_eq!(folders(&data), 0);
    assert_eq!(place().0.tidy(made).unwrap(), 0, "nor is a folder needed");
}

/// Processes that run in a folder of this place.
fn at_work(data: &TempDir) -> usize {
    let below = data.path().canonicalize().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap();
    let here = |entry: &Path| std::fs::read_link(entry.join("cwd")).is_ok_and(|cwd| cwd.starts_with(&below));
    processes.filter(|entry| entry.as_ref().is_ok_and(|entry| here(&entry.path()))).count()
}

/// Waits for the thing itself.
async fn wait_until(it_is_so: impl Fn() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..3_000 {
        if it_is_so() {
            return;
        }
        ticks.tick().await;
    }
    panic!("it never came to be so");
}
