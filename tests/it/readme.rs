//! The README does what it says: its main job is run as it stands there.

use std::{path::Path, process::Command};

use busfare::work::pictures::sample;

use crate::council::{Council, on_both};

/// The shell commands below the README's `<!-- main job -->`.
fn main_job() -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, below) = readme.split_once("<!-- main job -->\n```sh\n").expect("the main job is in the README");
    below.split_once("\n```").unwrap().0.to_owned()
}

on_both! {
    async fn the_main_job_of_the_readme_works_as_it_stands(council: &Council) {
        if Command::new("curl").arg("--version").output().is_err() {
            eprintln!("the README's main job was not run: curl is not installed");
            return;
        }
        let ticket = council.data.path().join("ticket.jpg");
        std::fs::write(&ticket, sample::bus_ticket("1.15")).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-euc", &main_job()]).env("BUSFARE", council.url("")).env("TICKET", &ticket);

        let ran = tokio::task::spawn_blocking(move || shell.output().unwrap()).await.unwrap();

        let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}");
        for part in ["\"left\":{\"amount\":\"30.00\"}", "AUTHORISED_SELF", "I stand behind you", "\"state\":\"STORED\"", "thumbnailUrl", "receipt attached"] {
            assert!(said.contains(part), "{part} is missing from: {said}");
        }
    }
}
