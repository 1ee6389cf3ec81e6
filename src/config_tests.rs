//! Stories about starting: what somebody types, and the one sentence she reads where it cannot be.

use super::*;

/// Reads arguments as on a machine whose environment says nothing.
fn typed(line: &[&str]) -> Result<Command, Stop> {
    let quiet = Cli::command().mut_subcommands(|command| {
        command.mut_args(|arg| arg.env(clap::builder::Resettable::<clap::builder::OsStr>::Reset))
    });
    parse(quiet, std::iter::once("busfare").chain(line.iter().copied()))
}

fn refused(line: &[&str]) -> String {
    let Stop { code, words } = typed(line).unwrap_err();
    assert_eq!(code, 2, "{words}");
    assert!(!words.contains('\n') && words.ends_with('.'), "one sentence: {words}");
    words
}

#[test]
fn without_settings_it_serves_this_machine_from_a_folder_here() {
    let settings = Settings {
        listen: "127.0.0.1:8080".parse().unwrap(),
        metrics_listen: None,
        traces: TraceSettings { otlp_endpoint: None },
        data: "./busfare-data".into(),
        database_url: None,
        log: "info".into(),
        reading: Reading::Auto,
        documents: DocumentSettings::default(),
        council: CouncilSettings::default(),
        second_step: SecondStepSettings::default(),
        origins: Vec::new(),
        s3: super::S3Settings { region: "eu-west-2".into(), ..super::S3Settings::default() },
        outgoing: super::OutgoingSettings::default(),
    };

    assert_eq!(typed(&["serve"]), Ok(Command::Serve(settings.clone())));
    assert_eq!(
        typed(&["demo"]),
        Ok(Command::Demo(DemoSettings { settings: settings.clone(), scheme: None, year: false, reset: false }))
    );
    assert_eq!(typed(&["migrate"]), Ok(Command::Migrate(settings)));
    assert_eq!(typed(&["schema"]), Ok(Command::Schema));
}

#[test]
fn an_empty_setting_is_not_a_setting() {
    assert_eq!(
        refused(&["serve", "--listen", ""]),
        "--listen (BUSFARE_LISTEN) needs an IP address and a port up to 65535, such as 127.0.0.1:8080, not \"\"."
    );
    assert_eq!(
        refused(&["serve", "--data", ""]),
        "--data (BUSFARE_DATA) needs a folder, such as ./busfare-data, and it is empty."
    );
    assert_eq!(
        refused(&["serve", "--database-url", ""]),
        "--database-url (DATABASE_URL) is empty; leave it out to keep everything in the data folder."
    );
    assert_eq!(
        refused(&["serve", "--log", ""]),
        "--log (BUSFARE_LOG) needs a level such as info, or a filter such as info,busfare=debug."
    );
}

#[test]
fn figures_are_told_on_an_address_of_their_own_where_one_is_given() {
    let Ok(Command::Serve(settings)) = typed(&["serve", "--metrics-listen", "127.0.0.1:9090"]) else { panic!() };
    assert_eq!(settings.metrics_listen, Some("127.0.0.1:9090".parse().unwrap()));
    assert_eq!(
        refused(&["serve", "--metrics-listen", "9090"]),
        "--metrics-listen (BUSFARE_METRICS_LISTEN) needs an IP address and a port up to 65535, \
         such as 127.0.0.1:9090, not \"9090\"."
    );
}

#[test]
fn there_is_no_port_99999() {
    assert_eq!(
        refused(&["serve", "--listen", "127.0.0.1:99999"]),
        "--listen (BUSFARE_LISTEN) needs an IP address and a port up to 65535, such as 127.0.0.1:8080, \
         not \"127.0.0.1:99999\"."
    );
}

#[test]
fn a_file_is_not_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "a file").unwrap();

    let sentence = format!("--data (BUSFARE_DATA) needs a folder, and \"{}\" is a file.", file.display());
    assert_eq!(refused(&["serve", "--data", file.to_str().unwrap()]), sentence);
    assert_eq!(refused(&["serve", "--data", file.join("below").to_str().unwrap()]), sentence);
    assert!(typed(&["serve", "--data", folder.path().join("not/there/yet").to_str().unwrap()]).is_ok());
}

#[test]
fn only_postgresql_is_a_database_and_its_password_is_never_repeated() {
    let sentence = "--database-url (DATABASE_URL) must begin with postgres:// or postgresql:// and name a host; \
                    only PostgreSQL is supported.";
    for url in ["mysql://mari:hush@db/busfare", "sqlite:busfare.sqlite", "postgres:/db", "postgres://", "hush"] {
        assert_eq!(refused(&["migrate", "--database-url", url]), sentence, "{url}");
    }

    for url in ["postgres://mari:hush@db/busfare", "postgresql://db/busfare"] {
        let Ok(Command::Migrate(settings)) = typed(&["migrate", "--database-url", url]) else { panic!("{url}") };
        assert_eq!(settings.database_url.as_ref().map(DatabaseUrl::as_str), Some(url));
        assert!(!format!("{settings:?}").contains("hush"));
    }
}

#[test]
fn what_is_not_understood_is_one_sentence() {
    assert_eq!(
        refused(&["sreve"]),
        "There is no command \"sreve\"; choose serve, demo, migrate, scheme, forms, retention, directory, doctor or schema."
    );
    assert_eq!(
        refused(&["serve", "--port", "80"]),
        "\"--port\" is not something this command takes; add --help to see what is."
    );
    assert_eq!(refused(&["serve", "--listen"]), "--listen needs a value; add --help to see which.");
    assert_eq!(refused(&["serve", "--log", "info", "--log", "debug"]), "--log is given more than once.");
    assert_eq!(
        refused(&["serve", "--log", "busfare=loud=er"]),
        "--log (BUSFARE_LOG) needs a level such as info, or a filter such as info,busfare=debug."
    );
}

#[test]
fn without_a_command_it_shows_what_there_is() {
    let Stop { code, words } = typed(&[]).unwrap_err();

    assert_eq!(code, 2);
    assert!(words.contains("Usage: busfare"));
    assert!(
        words.ends_with(
            "\n\nSay what to do: serve, demo, migrate, scheme, forms, retention, directory, doctor or schema."
        )
    );
}

#[test]
fn asking_for_help_or_the_version_is_not_a_mistake() {
    for line in [vec!["--help"], vec!["serve", "--help"], vec!["schema", "-h"]] {
        let Stop { code, words } = typed(&line).unwrap_err();
        assert_eq!(code, 0);
        assert!(words.contains("Examples:\n  busfare demo\n"), "{words}");
    }
    let version = Stop { code: 0, words: format!("busfare {}", env!("CARGO_PKG_VERSION")) };
    assert_eq!(typed(&["--version"]), Err(version));
}

#[test]
fn every_setting_is_documented_with_its_variable() {
    let Stop { words, .. } = read(["busfare", "serve", "--help"]).unwrap_err();

    for setting in ["--listen", "--data", "--database-url", "--log"] {
        assert!(words.contains(setting), "{setting}");
    }
    for variable in ["[env: BUSFARE_LISTEN]", "[env: BUSFARE_DATA]", "[env: DATABASE_URL]", "[env: BUSFARE_LOG]"] {
        assert!(words.contains(variable), "{variable}: {words}");
    }
}
