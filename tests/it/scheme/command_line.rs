//! The scheme of delegation at the command line, as a finance officer uses it: with a text editor, and sometimes wrongly.

use std::{path::PathBuf, process::Command};

use super::*;
use crate::{
    council::on_both,
    server_process::{Premises, busfare, ran},
};

const ANGHARAD: &str = "angharad.celyn@caerfelin.example";

/// A command about schemes, for these premises.
fn scheme(here: &Premises, args: &[&str]) -> Command {
    let mut command = busfare(&["scheme"]);
    command.args(args).arg("--data").arg(here.data.path());
    if let Some(url) = here.database_url() {
        command.env("DATABASE_URL", url);
    }
    command
}

/// What a command says on stdout, and its exit code; it complains of nothing.
#[track_caller]
fn says(mut command: Command) -> (i32, String) {
    let (code, said, complained) = ran(&mut command);
    assert_eq!(complained, "", "{said}");
    (code, said)
}

fn file(here: &Premises, content: &str) -> String {
    let path: PathBuf = here.data.path().join("scheme.toml");
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Nobody above a senior's £250 outside office hours, and only for those who are at the library.
const OFFICE_HOURS: &str = r#"
title = "Office hours"
[people]
head = "angharad.celyn@caerfelin.example"
[[grant]]
line = "practitioners"
grantor = "head"
to = { role = "practitioner" }
limits = { item = 30, in_7_days = 100 }
backing = "Yours."
[[grant]]
line = "seniors"
grantor = "head"
to = { role = "senior" }
decides_for = "team"
limits = { item = 250 }
backing = "Yours too."
[[grant]]
line = "head-of-service"
grantor = "ruth.adebisi-vaughan@caerfelin.example"
to = { person = "head" }
decides_for = "organisation"
hours = { days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", to = "18:00" }
limits = { item = 5000 }
backing = "And yours."
"#;

on_both! {
    async fn a_file_is_checked_compared_published_and_shown(here: &Premises) {
        here.demo_once();
        let path = file(here, OFFICE_HOURS);

        let (code, said) = says(scheme(here, &["check", &path]));
        assert_eq!(code, 0, "{said}");
        for part in [
            "Granted by Angharad Celyn.",
            "Only on Monday to Friday from 08:00 to 18:00.",
            "The most that anybody may decide at once is £5,000.00.",
            "  Nobody may decide above £250.00 before 08:00 and after 18:00 on Monday to Friday, and on Saturday and Sunday.",
        ] {
            assert!(said.contains(part), "{part} is missing from {said}");
        }
        assert_eq!(says(scheme(here, &["check", &path, "--strict"])).0, 1);

        let (code, said) = says(scheme(here, &["diff", &path]));
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("`seniors` changes:\n  - for one item: £500.00 becomes £250.00\n"), "{said}");
        assert!(said.contains("`enablers` is gone: Every enabler may decide up to £100.00"), "{said}");

        let (code, said) = says(scheme(here, &["publish", &path, "--signed-by", "Angharad.Celyn@caerfelin.example"]));
        assert_eq!(code, 0, "{said}");
        assert!(said.starts_with("Version 2 is published.\n  signed by  Angharad Celyn at "), "{said}");
        let (_, again) = says(scheme(here, &["publish", &path, "--signed-by", ANGHARAD]));
        assert!(again.starts_with("Version 2 says the same already, and nothing was changed."), "{again}");

        let (code, shown) = says(scheme(here, &["show"]));
        assert_eq!(code, 0, "{shown}");
        assert!(shown.starts_with("Version 2 is in force.") && shown.contains("Every senior may decide up to £250.00"), "{shown}");
        assert_eq!(says(scheme(here, &["show", "--source"])), (0, format!("{}\n", OFFICE_HOURS.trim_end())));
        assert_eq!(says(scheme(here, &["diff", &path])), (0, "Nothing changes.\n".into()));
    }

    async fn the_demo_shows_the_council_under_each_scheme(here: &Premises) {
        let with = |example: &str| {
            let mut command = here.command("demo");
            command.args(["--scheme", example]);
            crate::server_process::ServerProcess::start(command, "signIn")
        };
        let version = async |demo: &crate::server_process::ServerProcess| {
            let seen = demo.good(&demo.printed("PRACTITIONER"), "{ scheme { version { version title } } viewer { delegations { left { amount } } } }", &json!({})).await;
            (seen["scheme"]["version"]["version"].as_i64().unwrap(), seen["viewer"]["delegations"].clone())
        };
        let nothing = json!([]);
        let (first, hers) = version(&with("like-today")).await;
        assert_eq!((first, hers), (1, nothing));
        let (second, hers) = version(&with("modest")).await;
        assert_eq!((second, hers), (2, json!([{ "left": { "amount": "30.00" } }])));
        // Without a wish, what is in force stays in force; the same wish again changes nothing.
        assert_eq!(version(&here.demo()).await.0, 2);
        assert_eq!(version(&with("modest")).await.0, 2);
    }

    async fn what_cannot_be_published_changes_nothing(here: &Premises) {
        here.demo_once();
        let good = file(here, OFFICE_HOURS);
        for (who, words) in [
            ("mari.prydderch@caerfelin.example", "Mari Prydderch is no senior, and only a senior signs a scheme of delegation.\n"),
            ("nobody@caerfelin.example\u{1b}[31m", "Nobody who works here has the e-mail nobody@caerfelin.example\\u{1b}[31m.\n"),
        ] {
            assert_eq!(says(scheme(here, &["publish", &good, "--signed-by", who])), (1, words.into()));
        }
        let wrong = file(here, &OFFICE_HOURS.replace("\"head\" }", "\"nobody@caerfelin.example\" }\nhubs = [\"Pub\"]"));
        let (code, said) = says(scheme(here, &["publish", &wrong, "--signed-by", ANGHARAD]));
        assert_eq!(code, 1, "{said}");
        assert!(said.starts_with("It cannot be published: there are 2 errors.\n  line 21: error: `head-of-service`: nobody here has the e-mail nobody@caerfelin.example.\n  line 22: error: `head-of-service`: there is no hub \"Pub\". There are: "), "{said}");
        let (code, said) = says(scheme(here, &["check", &wrong]));
        assert!(code == 1 && said.contains("line 22: error"), "{said}");
        assert!(says(scheme(here, &["show"])).1.starts_with("Version 1 is in force."));
    }
}

#[test]
fn a_file_is_checked_without_any_council() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let check = |path: &str| ran(busfare(&["scheme", "check", path]).current_dir(folder.path()));

    let (code, example, _) = ran(&mut busfare(&["scheme", "example"]));
    assert_eq!((code, example.trim_end()), (0, Example::Modest.file().trim_end()));
    let (code, said, complained) = check(&path("example.toml", example.as_bytes()));
    assert_eq!((code, complained.as_str()), (0, ""), "{said}");
    assert!(said.ends_with("say where the council is with --data or --database-url.\n"), "{said}");
    let (code, said, _) = check(&path("slip.toml", example.replace("item = 30,", "item = 300,").as_bytes()));
    assert_eq!(code, 1);
    assert!(said.contains("line 18: error: `practitioners`: £300.00 for one item can never be reached, because only £100.00 is allowed in any 7 days."), "{said}");

    // Hostile files end in one plain sentence, on a terminal that is left alone.
    let deep = format!("title = {}", "[".repeat(200_000));
    for content in [
        b"\x00\x01\x02".to_vec(),
        vec![0xff; 300],
        vec![b'x'; 3_000_000],
        deep.into_bytes(),
        "\u{1b}[2J = 1".into(),
        "title = \"\\u001b[2J\"".into(),
        vec![],
    ] {
        let (code, said, complained) = check(&path("hostile.toml", &content));
        assert_eq!((code, complained.as_str()), (1, ""), "{said}");
        assert!(said.starts_with("It cannot be published: there "), "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn what_cannot_be_done_is_one_sentence_and_exit_code_2() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = crate::server_process::a_file(folder.path());
    let file = file.to_str().unwrap();
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.to_str().unwrap();
    std::fs::write(folder.path().join("good.toml"), Example::Modest.file()).unwrap();
    for (part, args) in [
        ("cannot be read", &["scheme", "check", "nowhere.toml"][..]),
        ("cannot be read", &["scheme", "check", "."]),
        ("cannot be read", &["scheme", "diff", "nowhere.toml", "nowhere.toml"]),
        ("There is no Busfare in", &["scheme", "show", "--data", empty]),
        ("There is no Busfare in", &["scheme", "check", "good.toml", "--data", empty]),
        ("There is no Busfare in", &["scheme", "diff", "good.toml", "--data", "not-made"]),
        ("There is no Busfare in", &["scheme", "publish", "good.toml", "--signed-by", ANGHARAD, "--data", empty]),
        ("is a file", &["scheme", "show", "--data", file]),
        ("--signed-by needs a value", &["scheme", "publish", "good.toml"]),
        ("choose check, diff, publish, show or example", &["scheme", "chekc"]),
        ("like-today, modest, devolved", &["scheme", "example", "generous"]),
        ("like-today, modest, devolved", &["demo", "--scheme", "generous"]),
        ("only PostgreSQL", &["scheme", "show", "--database-url", "mysql://me:hush-hush@db"]),
    ] {
        let (code, said, complained) = ran(busfare(args).current_dir(folder.path()));
        assert_eq!((code, said.as_str()), (2, ""), "{args:?} {complained}");
        assert!(complained.contains(part) && !complained.contains("hush-hush"), "{args:?} {complained}");
        assert_eq!(complained.trim_end().lines().count(), 1, "{args:?} {complained}");
    }
    // Looking makes nothing.
    assert_eq!(std::fs::read_dir(empty).unwrap().count(), 0);
    assert!(!folder.path().join("not-made").exists());
}

#[test]
fn what_help_shows_of_a_file_is_a_file() {
    let (code, help, _) = ran(&mut busfare(&["scheme", "--help"]));
    assert_eq!(code, 0);
    for command in ["check", "diff", "publish", "show", "example", "Exit codes: 0 all is well"] {
        assert!(help.contains(command), "{help}");
    }
    let begin = help.find("  title = ").unwrap();
    let source = &help[begin..help.find("\nExit codes").unwrap()];
    let (_, problems) = busfare::rules::scheme::read(source.as_bytes());
    assert!(!busfare::rules::scheme::stands_in_the_way(&problems), "{problems:#?}\n{source}");
}
