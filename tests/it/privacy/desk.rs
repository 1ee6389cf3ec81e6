//! Retention at the command line: what is due is shown, and taken away by whoever says so.

use std::process::Command;

use super::kept::{becomes, begun, form, noon, stands};
use crate::{
    council::{Council, on_both},
    server_process::{busfare, ran},
    verbs::{COMPLETE, HOLD, does},
};
use busfare_entity::record;
use chrono::TimeDelta;
use serde_json::json;

/// What is due in this council.
fn retention(council: &Council, more: &[&str]) -> (i32, String, String) {
    let mut command: Command = busfare(&["retention"]);
    command.args(more).arg("--data").arg(council.data.path());
    if let Some(url) = council.database_url() {
        command.env("DATABASE_URL", url);
    }
    ran(&mut command)
}

on_both! {
    async fn what_is_due_is_shown_and_taken_away_at_the_command_line(council: &Council) {
        let (mari, nia, form) = (council.person("mari.prydderch").await, council.person("nia.talfan").await, form(council).await);
        let (id, held) = (begun(&mari, &form, &["short", "long"]).await, begun(&mari, &form, &["short"]).await);
        for id in [&id, &held] {
            does(&mari, COMPLETE, json!({ "recordId": id })).await;
            becomes(council, id, record::Column::CompletedAt, noon(0) - TimeDelta::days(50)).await;
        }
        does(&nia, HOLD, json!({ "recordId": held, "held": true, "reason": "An inquiry asks for it." })).await;
        let (from, due) = ((noon(0) - TimeDelta::days(50)).date_naive(), (noon(0) - TimeDelta::days(9)).date_naive());
        let line = |said: &str, id: &str| format!("{said}  {due}  {id}  answer short: kept 40 days from {from}\n");

        let (code, said, complained) = retention(council, &[]);
        assert_eq!((code, complained.as_str()), (0, ""));
        let rest = format!("held  {due}  {held}  record: nothing is left in it\n1 due, 2 held. Nothing was changed; take away what is due with --purge.\n");
        assert_eq!(said, format!("{}{}{rest}", line("goes", &id), line("held", &held)));
        assert_eq!(stands(&mari, &id).await.unwrap(), ["short", "long"]);

        let (code, said, complained) = retention(council, &["--purge"]);
        assert_eq!((code, complained.as_str()), (0, ""));
        assert!(said.ends_with("1 answers and 0 records are gone.\n"), "{said}");
        assert_eq!((stands(&mari, &id).await.unwrap(), stands(&mari, &held).await.unwrap()), (vec!["long".to_owned()], vec!["short".to_owned()]));

        for wrong in [&["--most", "0"], &["--most", "x"]] {
            let (code, said, complained) = retention(council, wrong);
            assert_eq!((code, said.as_str()), (2, ""));
            assert!(complained.contains("--most"), "{complained}");
        }
        let (code, _, complained) = ran(&mut busfare(&["retention", "--data", "/nowhere/at/all"]));
        assert_eq!(code, 2);
        assert!(complained.starts_with("There is no Busfare in /nowhere/at/all."), "{complained}");
    }
}
