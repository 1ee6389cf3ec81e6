//! The directory at the command line: a feed is imported whole or not at all, from a file, a pipe or page by page.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{imports, passed_on, service, standard};
use crate::{
    bad_input::everything,
    council::{Council, on_both},
    server_process::{busfare, ran},
};

/// The command for this council.
fn import(council: &Council, args: &[&str]) -> Command {
    let mut command = busfare(&["directory", "import"]);
    command.args(args).arg("--data").arg(council.data.path());
    if let Some(url) = council.database_url() {
        command.env("DATABASE_URL", url);
    }
    command
}

/// A feed in a file of the council's folder.
fn file(council: &Council, feed: &str) -> String {
    let path = council.data.path().join("feed.json");
    std::fs::write(&path, feed).unwrap();
    path.display().to_string()
}

on_both! {
    async fn a_feed_is_imported_from_a_file_and_the_same_again_changes_nothing(council: &Council) {
        let one = standard("examples/service_full.json").unwrap_or_else(|| service("one", "One", json!({})));
        let id = one["id"].as_str().unwrap().to_owned();
        let file = file(council, &one.to_string());

        let (code, said, complained) = ran(&mut import(council, &[&file, "--all-of", "Examples"]));
        assert_eq!((code, complained.as_str()), (0, ""));
        assert_eq!(said, "1 services: 1 new, 0 changed, 0 as they were, 0 our own and left out; 0 are gone.\n");
        assert_eq!(passed_on(council, &id).await, Some(one));
        let before = everything(council).await;
        let (code, said, _) = ran(&mut import(council, &[&file, "--all-of", "Examples"]));
        assert_eq!((code, said.as_str()), (0, "1 services: 0 new, 0 changed, 1 as they were, 0 our own and left out; 0 are gone.\n"));
        assert_eq!(everything(council).await, before);

        // What is piped in is a feed, too.
        let mut piped = import(council, &["-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        piped.stdin.take().unwrap().write_all(json!([service("p", "Piped", json!({}))]).to_string().as_bytes()).unwrap();
        let output = piped.wait_with_output().unwrap();
        assert!(output.status.success() && String::from_utf8(output.stdout).unwrap().starts_with("1 services: 1 new,"));
    }

    async fn a_feed_with_a_fault_names_record_and_field_and_changes_nothing(council: &Council) {
        let before = everything(council).await;
        let feed = json!([
            service("fine", "Fine", json!({})),
            { "id": "b", "name": 7, "status": "open" },
            { "name": "No id", "status": "active" },
            service("c", "Deep", json!({ "service_at_locations": [{ "id": "p", "location": { "id": "l", "location_type": "moon" } }] })),
            service("d\u{1b}[2J", "Hidden", json!({})),
        ]);
        let (code, said, complained) = ran(&mut import(council, &[&file(council, &feed.to_string())]));
        assert_eq!((code, said.as_str()), (2, ""));
        assert_eq!(
            complained,
            "The feed is not imported, and nothing was changed:\n\
             \x20 - b: name must be a text, and is a number\n\
             \x20 - b: status must be one of: active, inactive, defunct, temporarily closed\n\
             \x20 - record 3: id is missing\n\
             \x20 - c: service_at_locations[0].location.location_type must be one of: physical, postal, virtual\n\
             \x20 - record 5: id must have from 1 to 200 plain characters\n"
        );
        for (feed, told) in [("", "line 1, column 0"), ("[{]", "line 1, column 3"), ("7", "must be a service"), ("{\"contents\": 7}", "contents must be a list")] {
            let (code, said, complained) = ran(&mut import(council, &[&file(council, feed)]));
            assert_eq!((code, said.as_str()), (2, ""));
            assert!(complained.contains("is no feed that can be read.") && complained.contains(told), "{complained}");
        }
        assert_eq!(everything(council).await, before);
    }

    async fn a_feed_is_read_page_by_page_from_an_address(council: &Council) {
        let feed: Value = (0..5).map(|number| service(&format!("n-{number}"), "Neighbour", json!({}))).collect();
        imports(council, &feed, None).await;
        let address = council.url("/open-referral/services?per_page=4");
        // What we publish ourselves comes back as it is: three hubs of ours, and eleven services as they were.
        let (code, said, complained) = ran(&mut import(council, &[&address]));
        assert_eq!((code, complained.as_str()), (0, ""));
        assert_eq!(said, "14 services: 0 new, 0 changed, 11 as they were, 3 our own and left out; 0 are gone.\n");

        let before = everything(council).await;
        let nobody = "http://127.0.0.1:1/services".to_owned();
        for (from, told) in [
            (nobody, "does not answer."), (council.url("/open-referral/services/nobody"), "answers with status 404."),
            (council.url("/readyz"), "is missing"), (council.url("/schema.graphql"), "is no feed that can be read."),
            ("http://council.example/services".into(), "Feeds are read from https://"), ("ftp://127.0.0.1/x".into(), "Feeds are read from https://"),
            ("https://me:hush-hush@council.example/".into(), "Feeds are read from https://"), ("/nowhere/at/all".into(), "cannot be read"),
        ] {
            let (code, said, complained) = ran(&mut import(council, &[&from]));
            assert_eq!((code, said.as_str()), (2, ""), "{from}");
            assert!(complained.contains(told) && !complained.contains("hush-hush"), "{from}: {complained}");
        }
        assert_eq!(everything(council).await, before);
    }
}

#[test]
fn the_command_says_how_it_is_used() {
    let (code, help, _) = ran(&mut busfare(&["directory", "import", "--help"]));
    assert_eq!(code, 0);
    for word in ["Open Referral UK 3", "--all-of", "--data", "Exit codes: 0 all is well, 2"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for (args, told) in [
        (&["directory"][..], "Say what to do: import."),
        (&["directory", "improt"], "choose import."),
        (&["directory", "import"], "needs a value"),
        (&["directory", "import", "x", "--all-of", ""], "--all-of"),
        (
            &["directory", "import", "x", "--all-of", "\u{202e}"],
            "--all-of needs a name of at most 100 plain characters.",
        ),
    ] {
        let (code, said, complained) = ran(&mut busfare(args));
        assert_eq!((code, said.as_str()), (2, ""), "{args:?}");
        assert!(complained.contains(told), "{args:?}: {complained}");
    }
    let (code, _, complained) = ran(&mut busfare(&["directory", "import", "x", "--data", "/nowhere/at/all"]));
    assert_eq!(code, 2);
    assert!(complained.starts_with("There is no Busfare in /nowhere/at/all."), "{complained}");
}
