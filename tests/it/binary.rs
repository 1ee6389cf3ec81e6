//! The binary at the command line: the demo's printed commands, settings that are wrong, and what each is told.

use std::process::Command;

use busfare::api;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    council::on_both,
    server_process::{Premises, ServerProcess, a_file, busfare, is_installed, ran},
};

/// What the demo printed to be pasted, in order, without the comments between.
fn pasted(demo: &ServerProcess) -> Vec<String> {
    let said = demo.stdout();
    let commands = said.split("\n# ").skip(1).filter_map(|part| part.split_once('\n'));
    commands.map(|(_title, command)| command.trim_end().to_owned()).collect()
}

/// Pastes lines into a shell, and reads what the last of them printed as JSON.
#[track_caller]
fn paste(lines: &[&str]) -> Value {
    let heard = Command::new("sh").args(["-c", &lines.join("\n")]).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&heard.stdout), String::from_utf8_lossy(&heard.stderr));
    assert!(heard.status.success(), "{said}{complained}");
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{complained}"))
}

on_both! {
    async fn what_the_demo_prints_works_as_it_is_pasted(here: &Premises) {
        if !is_installed("curl") { return }
        let demo = here.demo();
        let commands = pasted(&demo);
        let [exports, ask, picture, note, sign_in] = commands.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
            panic!("{commands:#?}")
        };

        let asked = paste(&[exports, ask]);
        assert_eq!(asked["data"]["requestSpend"]["spend"]["decision"], "AUTHORISED_SELF", "{asked:#}");
        assert_eq!(asked["data"]["captureReceipt"]["receipt"]["state"], "AWAITING_PICTURE", "{asked:#}");
        let sent = paste(&[exports, picture]);
        assert_eq!(sent["state"], "STORED", "{sent:#}");
        let noted = paste(&[exports, note]);
        assert!(noted["data"]["completeRecord"]["record"]["completedAt"].is_string(), "{noted:#}");
        let signed_in = paste(&[exports, sign_in]);
        assert!(signed_in["data"]["signIn"]["session"]["accessToken"].is_string(), "{signed_in:#}");

        // Pasting all of it again is a retry: the same answers, and nothing twice.
        assert_eq!(paste(&[exports, ask])["data"]["requestSpend"]["spend"]["id"], asked["data"]["requestSpend"]["spend"]["id"]);
        assert_eq!(paste(&[exports, picture]), sent);
        assert_eq!(paste(&[exports, note])["data"]["completeRecord"], noted["data"]["completeRecord"]);
    }

    async fn starting_the_demo_again_keeps_what_was_done(here: &Premises) {
        let demo = here.demo();
        let token = demo.printed("PRACTITIONER");
        let purposes = demo.good(&token, "{ spendPurposes { id code } hubs { id } }", &json!({})).await;
        let fare = purposes["spendPurposes"].as_array().unwrap().iter().find(|one| one["code"] == "bus-fare").unwrap();
        let ask = "mutation($id: ID!, $key: UUID!) { requestSpend(input: { idempotencyKey: $key, purposeId: $id, unitPrice: \"1.15\" }) { spend { id } } }";
        let asked = demo.good(&token, ask, &json!({ "id": fare["id"], "key": crate::council::key() })).await;
        demo.kill();

        let again = here.demo();
        let (token, app) = (again.printed("PRACTITIONER"), again.printed("APP"));
        let seen = again.good(&token, "{ spends { nodes { id } } }", &json!({})).await;
        assert_eq!(seen["spends"]["nodes"], json!([asked["requestSpend"]["spend"]]));
        assert_eq!(again.good(&app, "{ spendPurposes { id code } hubs { id } }", &json!({})).await, purposes);
        let hers = again.asks(Some(&app), "{ viewer { practitioner { name } } }", &json!({})).await;
        assert_eq!(hers["errors"][0]["extensions"]["code"], "FORBIDDEN", "{hers:#}");
    }

    async fn a_demo_begins_anew_and_nothing_but_a_demo_is_forgotten(here: &Premises) {
        let reset = || {
            let mut command = here.command("demo");
            command.arg("--reset").env("BUSFARE_LOG", "off");
            command
        };
        let refused = |why: &str| {
            let (code, said, complained) = ran(&mut reset());
            assert_eq!((code, said.as_str()), (1, ""), "{complained}");
            assert!(complained.contains(why), "{complained}");
        };
        if here.database_url().is_some() {
            return refused("empty a database or a bucket by hand");
        }

        // Where nothing is, there is nothing to forget. While somebody has it open, nothing is touched.
        let demo = ServerProcess::start(reset(), "signIn");
        let first = demo.good(&demo.printed("PRACTITIONER"), "{ viewer { practitioner { id } } }", &json!({})).await;
        refused("still has this folder open");
        demo.kill();

        // Begun anew it is another council; what was not the demo's is where it was.
        let notes = here.data.path().join("notes.txt");
        std::fs::write(&notes, "mine").unwrap();
        let anew = ServerProcess::start(reset(), "signIn");
        let second = anew.good(&anew.printed("PRACTITIONER"), "{ viewer { practitioner { id } } }", &json!({})).await;
        assert_ne!(first, second);
        anew.kill();
        assert_eq!(std::fs::read_to_string(&notes).unwrap(), "mine");

        // Somebody else's folder is left alone.
        let db = here.database().await;
        let moved_on = "UPDATE practitioner SET email = 'mari@council.example' WHERE email LIKE 'mari.%'";
        let txn = db.begin().await.unwrap();
        txn.execute_unprepared(moved_on).await.unwrap();
        txn.commit().await.unwrap();
        db.close().await.unwrap();
        refused("another organisation is kept here already");
        assert!(here.data.path().join("busfare.sqlite").is_file() && here.data.path().join("storage-key").is_file());
    }

    async fn the_address_is_printed_the_port_is_real_and_a_second_server_there_is_told_so(here: &Premises) {
        here.demo_once();
        let server = here.serve();
        assert!(!server.address.ends_with(":0"), "{}", server.address);
        let mut second = busfare(&["serve", "--listen", server.host(), "--data"]);
        let (code, said, complained) = ran(second.arg(TempDir::new().unwrap().path()).env("BUSFARE_LOG", "error"));
        assert_eq!((code, said.as_str()), (1, ""), "{complained}");
        assert!(complained.contains(&format!("Cannot listen on {}", server.host())), "{complained}");
        assert_eq!(complained.trim_end().lines().count(), 1, "{complained}");
        drop(server);
    }

    async fn migrating_twice_is_fine_and_so_is_serving_afterwards(here: &Premises) {
        for _ in 0..2 {
            let (code, said, complained) = ran(&mut here.command("migrate"));
            assert_eq!((code, said.as_str()), (0, "The database is up to date.\n"), "{complained}");
        }
        let server = here.serve();
        assert_eq!(reqwest::get(server.url("/readyz")).await.unwrap().status(), 200);
    }
}

#[test]
fn a_wrong_setting_is_one_plain_sentence_and_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let file = a_file(folder.path());
    let (file, inside) = (file.to_str().unwrap(), file.join("inside"));
    let mut wrong: Vec<(&str, Command)> = vec![];
    let mut with = |word, args: &[&str], environment: &[(&str, &str)]| {
        let mut command = busfare(args);
        command.current_dir(folder.path()).envs(environment.iter().copied());
        wrong.push((word, command));
    };
    with("BUSFARE_LISTEN", &["serve"], &[("BUSFARE_LISTEN", "")]);
    with("BUSFARE_LISTEN", &["serve"], &[("BUSFARE_LISTEN", "127.0.0.1:99999")]);
    with("--listen", &["demo", "--listen", "localhost"], &[]);
    with("--listen", &["serve", "--listen", "8080"], &[]);
    with("only PostgreSQL", &["serve"], &[("DATABASE_URL", "mysql://me:hush-hush@db/busfare")]);
    with("only PostgreSQL", &["migrate", "--database-url", "postgres://"], &[]);
    with("DATABASE_URL", &["serve"], &[("DATABASE_URL", "")]);
    with("is a file", &["serve", "--data", file], &[]);
    with("is a file", &["demo"], &[("BUSFARE_DATA", inside.to_str().unwrap())]);
    with("BUSFARE_DATA", &["serve"], &[("BUSFARE_DATA", "")]);
    with("BUSFARE_LOG", &["serve"], &[("BUSFARE_LOG", "shout=very=loud")]);
    with("--prot", &["serve", "--prot", "8080"], &[]);
    with("sevre", &["sevre"], &[]);
    with("--listen", &["serve", "--listen"], &[]);
    with("--listen", &["serve", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"], &[]);

    for (word, mut command) in wrong {
        let (code, said, complained) = ran(&mut command);
        assert_eq!((code, said.as_str()), (2, ""), "{command:?} {complained}");
        assert!(complained.contains(word), "{command:?} {complained}");
        assert_eq!(complained.trim_end().lines().count(), 1, "{command:?} {complained}");
        assert!(complained.ends_with(".\n"), "{command:?} {complained}");
        assert!(!complained.contains("hush-hush") && !complained.contains("error:"), "{command:?} {complained}");
    }
    let nothing_made: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(nothing_made, ["a-file"]);
}

#[test]
fn help_names_every_setting_and_its_variable() {
    for command in ["serve", "demo", "migrate"] {
        let (code, help, complained) =
            ran(busfare(&[command, "--help"]).env("DATABASE_URL", "postgres://me:hush-hush@db"));
        assert_eq!((code, complained.as_str()), (0, ""));
        for setting in [
            "--listen",
            "BUSFARE_LISTEN",
            "--data",
            "BUSFARE_DATA",
            "--database-url",
            "DATABASE_URL",
            "--log",
            "BUSFARE_LOG",
        ] {
            assert!(help.contains(setting), "{command}: {setting} {help}");
        }
        assert!(!help.contains("hush-hush"), "{help}");
    }
    let (code, help, _) = ran(&mut busfare(&["--help"]));
    assert_eq!(code, 0);
    for command in ["serve", "demo", "migrate", "schema"] {
        assert!(help.contains(command), "{help}");
    }
    let (code, version, _) = ran(&mut busfare(&["--version"]));
    assert_eq!((code, version), (0, format!("busfare {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_schema_is_printed_as_it_is_written_down() {
    let (code, said, complained) = ran(&mut busfare(&["schema"]));
    assert_eq!((code, complained.as_str()), (0, ""));
    assert_eq!(said.trim_end(), include_str!("../../schema.graphql").trim_end());
    assert_eq!(said.trim_end(), api::sdl().trim_end());
}

/// The commands that need a database, with one that is not there.
#[track_caller]
fn cannot_use(url: &str) {
    for what in ["serve", "demo", "migrate"] {
        let folder = TempDir::new().unwrap();
        let mut command = busfare(&[what, "--listen", "127.0.0.1:0", "--data"]);
        let (code, said, complained) =
            ran(command.arg(folder.path()).env("DATABASE_URL", url).env("BUSFARE_LOG", "trace"));
        assert_eq!((code, said.as_str()), (1, ""), "{url} {complained}");
        assert!(!complained.contains("hush-hush"), "{complained}");
        let spoken: Vec<_> = complained.lines().filter(|line| !line.starts_with('{')).collect();
        assert_eq!(spoken.len(), 1, "{url} {complained}");
        assert!(spoken[0].starts_with("The database cannot be used") && spoken[0].ends_with('.'), "{url} {complained}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_let_us_in_is_one_sentence_without_the_password() {
    cannot_use("postgres://busfare:hush-hush@127.0.0.1:1/busfare");
    cannot_use("postgres://busfare:hush-hush@nowhere.invalid/busfare");
    cannot_use("postgres://busfare:hush-hush@127.0.0.1:port/busfare");
    cannot_use("postgres://busfare:hush-hush@127.0.0.1/busfare?sslmode=hush-hush");
    let Some(there) = Premises::on_postgres().await else { return };
    let url = there.database_url().unwrap();
    cannot_use(&url.replace("busfare@", "nobody:hush-hush@"));
    cannot_use(&url.replace("busfare@", "busfare:hush-hush@").replace("/binary", "/elsewhere"));
}
