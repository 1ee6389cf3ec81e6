//! The doctor at the command line: how an installation is, on both databases, healthy and broken; and nothing is changed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use busfare::store;
use busfare_entity::{
    job,
    words::{JobKind, JobState},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    council::on_both,
    server_process::{Premises, busfare, ran},
};

/// What the doctor says of one installation: the exit code, and the state, the words and the next step of each check.
struct Said {
    code: i32,
    checks: BTreeMap<String, (String, String)>,
}

impl Said {
    /// Asks about these premises, as JSON.
    #[track_caller]
    fn about(here: &Premises, more: &[&str]) -> Self {
        let (code, said, complained) = ran(here.command("doctor").arg("--json").args(more));
        assert_eq!(complained, "", "{said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        let checks = said["checks"].as_array().unwrap().iter().map(|check| {
            let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(text("state") == "well", check.get("next").is_none(), "what to do next: {check}");
            (text("name"), (text("state"), format!("{} {}", text("words"), text("next"))))
        });
        let checks: BTreeMap<_, _> = checks.collect();
        let amiss = checks.values().filter(|(state, _)| state == "amiss").count();
        assert_eq!((said["ok"] == true, code), (amiss == 0, i32::from(amiss > 0)), "{said:#}");
        Self { code, checks }
    }

    /// The names of what is amiss.
    fn amiss(&self) -> Vec<&str> {
        self.checks.iter().filter(|(_, (state, _))| state == "amiss").map(|(name, _)| name.as_str()).collect()
    }
}

/// Every file below a folder, with its bytes.
fn everything_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_in(&path));
            found.insert(path, Vec::new());
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

/// An installation that was made, and whose owner sees to it that nobody else looks in.
fn made(here: &Premises) {
    let (code, _, complained) = ran(&mut here.command("migrate"));
    assert_eq!(code, 0, "{complained}");
    fs::set_permissions(here.data.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

on_both! {
    async fn a_healthy_installation_is_well_and_stays_as_it_is(here: &Premises) {
        made(here);
        let before = everything_in(here.data.path());
        let said = Said::about(here, &[]);
        assert_eq!((said.code, said.amiss()), (0, vec![]), "{:#?}", said.checks);
        for name in ["data folder", "signing key", "storage key", "database", "clock", "migrations", "installation", "jobs", "pictures"] {
            assert_eq!(said.checks[name].0, "well", "{name}: {:#?}", said.checks);
        }
        for name in ["mail", "backups"] {
            assert_eq!(said.checks[name].0, "hint", "{name}: {:#?}", said.checks);
        }
        assert!(["PostgreSQL", "SQLite"].iter().any(|name| said.checks["database"].1.starts_with(name)));
        let (code, lines, _) = ran(&mut here.command("doctor"));
        assert_eq!((code, lines.lines().count()), (0, said.checks.len() + 1), "{lines}");
        assert!(lines.contains("well   database: ") && lines.ends_with("Nothing is amiss.\n"), "{lines}");
        assert_eq!(everything_in(here.data.path()), before);
    }

    async fn beside_a_server_that_runs_all_is_well_too(here: &Premises) {
        made(here);
        let server = here.serve();
        assert_eq!(Said::about(here, &[]).amiss(), Vec::<&str>::new());
        assert_eq!(reqwest::get(server.url("/readyz")).await.unwrap().status(), 200);
    }

    async fn what_is_broken_is_named_with_what_to_do_next(here: &Premises) {
        made(here);
        let file = |name: &str| here.data.path().join(name);

        fs::set_permissions(file("storage-key"), fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(file("signing-key.pk8"), "no key").unwrap();
        fs::write(file("installation"), "inst_another").unwrap();
        fs::remove_dir(file("pictures")).unwrap();
        fs::write(file("pictures"), "no folder").unwrap();
        let said = Said::about(here, &["--smtp-host", "mail.council.example"]);
        assert_eq!(said.amiss(), ["installation", "mail", "pictures", "signing key", "storage key"], "{:#?}", said.checks);
        assert!(said.checks["storage key"].1.contains("chmod 600"), "{:#?}", said.checks);
        assert!(said.checks["mail"].1.contains("--mail-from"), "{:#?}", said.checks);

        fs::remove_file(file("signing-key.pk8")).unwrap();
        let said = Said::about(here, &[]);
        assert!(said.checks["signing key"].1.starts_with("It is not there."), "{:#?}", said.checks);
        assert!(!file("signing-key.pk8").exists(), "nothing is made");
    }

    async fn an_older_database_and_stuck_jobs_are_told_and_left_alone(here: &Premises) {
        here.demo_once();
        let db = here.database().await;
        let organisation = store::people::organisations(db.reader()).await.unwrap().pop().unwrap().id;
        let now = busfare::http::clock::now();
        let stuck = job::Model {
            id: store::mint::id(), organisation_id: organisation, kind: JobKind::ReadReceipt, subject_id: store::mint::id(),
            state: JobState::Stuck, tries: 9, due_at: now, lease: None, problem: None, queued_at: now, tried_at: None,
        };
        let txn = db.begin().await.unwrap();
        job::Entity::insert(stuck.into_active_model()).exec_without_returning(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let said = Said::about(here, &[]);
        assert_eq!(said.amiss(), ["jobs"], "{:#?}", said.checks);
        assert!(said.checks["jobs"].1.starts_with("1 are stuck."), "{:#?}", said.checks);

        let txn = db.begin().await.unwrap();
        txn.execute_unprepared("DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)").await.unwrap();
        txn.commit().await.unwrap();
        for _ in 0..2 {
            let said = Said::about(here, &[]);
            assert_eq!(said.amiss(), ["migrations"], "{:#?}", said.checks);
            assert!(said.checks["migrations"].1.contains("`busfare migrate`"), "{:#?}", said.checks);
        }
        assert!(!db.is_up_to_date().await.unwrap());
        db.close().await.unwrap();
    }
}

#[test]
fn where_there_is_nothing_the_doctor_says_so_and_makes_nothing() {
    let folder = TempDir::new().unwrap();
    let nowhere = folder.path().join("nowhere");
    let (code, said, complained) = ran(busfare(&["doctor", "--data"]).arg(&nowhere));
    assert_eq!((code, complained.as_str()), (1, ""), "{said}");
    assert!(
        said.contains("amiss  data folder: It is not there") && said.contains("amiss  database: There is none"),
        "{said}"
    );
    assert!(said.ends_with("Something is amiss.\n") && !nowhere.exists(), "{said}");
}

#[test]
fn a_database_that_cannot_be_reached_is_told_without_its_password() {
    let folder = TempDir::new().unwrap();
    let mut command = busfare(&["doctor", "--data"]);
    command.arg(folder.path()).env("DATABASE_URL", "postgres://busfare:hush-hush@127.0.0.1:1/busfare");
    let (code, said, complained) = ran(&mut command);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("amiss  database: It cannot be used"), "{said}");
    assert!(!said.contains("hush-hush") && !complained.contains("hush-hush"), "{said}{complained}");
}
