//! Packs GraphiQL into the server where npm is at hand while it is built, so that no browser asks anybody else for it. Without npm,
//! without its registry, or with `BUSFARE_GRAPHIQL=no`, the server is built all the same and has the plain explorer alone.
#![expect(
    clippy::disallowed_methods,
    reason = "whoever builds it says so in the environment, before there are any settings"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const HERE: &str = "src/http/pages/graphiql";
/// What npm reads and what Node runs.
const SOURCES: [&str; 4] = ["package.json", "package-lock.json", "page.js", "pack.js"];

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={HERE}/{source}");
    }
    println!("cargo::rerun-if-env-changed=BUSFARE_GRAPHIQL");
    println!("cargo::rustc-check-cfg=cfg(graphiql)");

    let Some(out) = env::var_os("OUT_DIR").map(PathBuf::from) else { return };
    if env::var_os("BUSFARE_GRAPHIQL").is_some_and(|said| said == "no") || !is_there("npm") {
        return;
    }
    match pack(&out.join("graphiql")) {
        Ok(()) => println!("cargo::rustc-cfg=graphiql"),
        Err(why) => println!("cargo::warning=GraphiQL is left out, the plain explorer is there: {why}"),
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Fetches what is locked, packs it into `folder`, and leaves nothing else behind.
fn pack(folder: &Path) -> Result<(), String> {
    let workshop = folder.with_extension("workshop");
    for old in [folder, &workshop] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| error.to_string())?;
        }
    }
    fs::create_dir_all(&workshop).map_err(|error| error.to_string())?;
    for source in SOURCES {
        fs::copy(Path::new(HERE).join(source), workshop.join(source)).map_err(|error| error.to_string())?;
    }
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"];
    run(Command::new("npm").args(npm).current_dir(&workshop))?;
    run(Command::new("node").arg("pack.js").arg(folder).current_dir(&workshop))?;
    fs::remove_dir_all(&workshop).map_err(|error| error.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it did not say why").to_owned())
}
