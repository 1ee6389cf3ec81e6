//! The public GraphQL-over-HTTP audits, run by their own program against a real server.

use std::{path::Path, process::Command};

use crate::{
    council::{Council, on_both},
    server_process::{is_installed, skipped},
};

/// Runs a program in the audits' folder: whether it went well, and all it said.
fn run(program: &str, args: &[&str]) -> (bool, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/graphql-http");
    let output = Command::new(program).args(args).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Whether the audits can run here: Node is there, and so are their packages or somewhere to get them from.
fn is_ready() -> bool {
    static ONCE: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *ONCE.get_or_init(|| {
        if !is_installed("node") {
            return false;
        }
        // A folder that an install left half way has no such file.
        let packages = "tests/conformance/graphql-http/node_modules/.package-lock.json";
        if Path::new(env!("CARGO_MANIFEST_DIR")).join(packages).is_file() {
            return true;
        }
        if !is_installed("npm") {
            return false;
        }
        let (installed, said) = run("npm", &["ci"]);
        if !installed {
            skipped(&format!("npm could not install the audits: {said}"));
        }
        installed
    })
}

on_both! {
    async fn the_public_audits_find_no_error_and_nothing_that_is_not_explained(council: &Council) {
        let url = council.url("/graphql");
        let audited = tokio::task::spawn_blocking(move || is_ready().then(|| run("node", &["audit.mjs", &url])));
        let Some((well, report)) = audited.await.unwrap() else { return };

        let summary = report.lines().last().unwrap();
        println!("{summary}");
        assert!(well && summary.contains(" 0 error"), "{report}");
    }
}
