//! The README does what it says: its main job is run as it stands there.

use std::{path::Path, process::Command};

use busfare::work::pictures::sample;

use crate::council::{Council, on_both};

/// The shell commands below one of the README's marks.
fn commands(mark: &str) -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, below) = readme.split_once(&format!("<!-- {mark} -->\n```sh\n")).expect("the commands are in the README");
    below.split_once("\n```").unwrap().0.to_owned()
}

/// Runs commands of the README against a council, and gives what they said; none where there is no curl.
async fn says(council: &Council, commands: String) -> Option<String> {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("the README's commands were not run: curl is not installed");
        return None;
    }
    let ticket = council.data.path().join("ticket.jpg");
    std::fs::write(&ticket, sample::bus_ticket("1.15")).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-euc", &commands]).env("BUSFARE", council.url("")).env("TICKET", &ticket);
    let ran = tokio::task::spawn_blocking(move || shell.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    Some(said.into_owned())
}

on_both! {
    async fn the_main_job_of_the_readme_works_as_it_stands(council: &Council) {
        let Some(said) = says(council, commands("main job")).await else { return };
        for part in ["\"left\":{\"amount\":\"30.00\"}", "AUTHORISED_SELF", "I stand behind you", "\"state\":\"STORED\"", "thumbnailUrl", "receipt attached"] {
            assert!(said.contains(part), "{part} is missing from: {said}");
        }
    }

    async fn the_way_without_signal_works_as_it_stands(council: &Council) {
        let both = format!("{}\n{}", commands("main job"), commands("without signal"));
        let Some(said) = says(council, both).await else { return };
        assert_eq!(said.matches("HONOURED").count(), 3, "{said}");
        for part in ["syncBy", "£2.30: yours to say, and said, spent", "\"honoured\":{\"amount\":\"3.45\"},\"returned\":{\"amount\":\"16.55\"}"] {
            assert!(said.contains(part), "{part} is missing from: {said}");
        }
    }
}
