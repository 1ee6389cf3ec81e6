//! Forms from elsewhere become drafts on a council's question bank, whole: every question, condition and word of them.

use std::{path::PathBuf, process::Command};

use busfare::{
    rules::form::{Definition, pathway},
    store,
};
use busfare_entity::form_draft;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use crate::{
    council::on_both,
    server_process::{Premises, busfare, ran},
};

const NIA: &str = "nia.talfan@caerfelin.example";
/// A small form as councils keep them.
const SMALL: &str = r#"[{ "id": "housing", "name": "Housing", "themes": [{ "id": "home", "name": "Home", "steps": [
    { "id": "now", "name": "Now", "fields": [
        { "id": "settled", "question": "Is it settled?", "type": "radios", "required": true, "choices": [{ "value": "Yes", "label": "Yes" }, { "value": "No", "label": "No" }] },
        { "id": "why", "question": "Why not?", "type": "textarea", "conditions": [{ "id": "settled", "value": "No" }] }] }] }] }]"#;

fn import(here: &Premises, file: &str, more: &[&str]) -> Command {
    let mut command = busfare(&["forms", "import", file, "--purpose", "Trying it out.", "--steward"]);
    command.args(more).arg("--data").arg(here.data.path());
    if let Some(url) = here.database_url() {
        command.env("DATABASE_URL", url);
    }
    command
}

fn the_council_forms() -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/council-forms/forms.json");
    if !file.is_file() {
        eprintln!("SKIPPED: there are no council forms beside the project");
        return None;
    }
    Some(file)
}

/// The form without what the bank says in its own way: codes and prompts.
fn bones(form: &Definition) -> Vec<String> {
    let bone = |item: &busfare::rules::form::Item| {
        let asked = item.asked().map(|asked| (asked.kind, asked.required, asked.choices.len()));
        format!("{} {:?} {:?} {asked:?}", item.link_id, item.inside, item.shown_when)
    };
    form.items.iter().map(bone).collect()
}

on_both! {
    async fn a_small_form_becomes_a_draft_that_lacks_only_its_reasons(here: &Premises) {
        let token = here.demo_once();
        let file = here.data.path().join("housing.json");
        std::fs::write(&file, SMALL).unwrap();
        let file = file.to_str().unwrap();

        let (code, said, complained) = ran(&mut import(here, file, &[NIA, "--tier", "conversation"]));

        assert_eq!((code, complained.as_str()), (0, ""), "{said}");
        assert!(said.contains("1 drafts with 1 conditions; 2 questions are new in the bank."), "{said}");
        // Twice is once, and says what to do.
        let (code, said, complained) = ran(&mut import(here, file, &[NIA]));
        assert_eq!((code, said.as_str()), (2, ""));
        assert!(complained.starts_with("A draft of `housing` is open already."), "{complained}");
        for (who, told) in [("nobody@caerfelin.example", "Nobody who works here has the e-mail nobody@caerfelin.example."), ("\u{1b}[2J", "Nobody who works here has the e-mail \\u{1b}[2J.")] {
            let (code, _, complained) = ran(&mut import(here, file, &[who]));
            assert_eq!((code, complained.trim()), (2, told));
        }
        let server = here.serve();
        let drafts = server.good(&token, "{ formDrafts { nodes { code preview { maxShown openShown against items { linkId } } } } }", &json!({})).await;
        let draft = &drafts["formDrafts"]["nodes"][0];
        assert_eq!((&draft["code"], &draft["preview"]["maxShown"], &draft["preview"]["openShown"]), (&json!("housing"), &json!(2), &json!(1)));
        assert_eq!(draft["preview"]["against"].as_array().unwrap().len(), 2, "{draft:#}");
        server.kill();
    }

    async fn ten_real_forms_become_drafts_and_no_condition_is_lost(here: &Premises) {
        let Some(file) = the_council_forms() else { return };
        here.demo_once();
        let (code, said, complained) = ran(&mut import(here, file.to_str().unwrap(), &[NIA, "--notes"]));
        assert_eq!((code, complained.as_str()), (0, ""), "{said}");
        assert!(said.contains("10 drafts with 463 conditions;"), "{said}");
        assert_eq!(said.matches("its tier allows 30, so it is").count(), 8, "{said}");

        let read = pathway::read(&std::fs::read(&file).unwrap()).unwrap();
        let db = here.database().await;
        let rows = form_draft::Entity::find().order_by_asc(form_draft::Column::Id).all(db.reader()).await.unwrap();
        assert_eq!(rows.len(), read.len());
        for (row, form) in rows.iter().zip(&read) {
            let draft = store::form_draft::document(row).unwrap();
            let codes: Vec<&str> = draft.codes().collect();
            let today = busfare::http::clock::now().date_naive();
            let bank = store::bank::to_ask(db.reader(), row.organisation_id, &codes, today).await.unwrap();
            assert_eq!(bones(&draft.compose(&bank).unwrap()), bones(&form.form), "{}", row.code);
        }
        db.close().await.unwrap();
    }
}

#[test]
fn a_place_without_a_council_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("housing.json");
    std::fs::write(&file, SMALL).unwrap();
    let mut command = busfare(&["forms", "import", file.to_str().unwrap(), "--purpose", "x", "--steward", NIA]);
    let (code, _, complained) = ran(command.arg("--data").arg(folder.path()));
    assert_eq!(code, 2);
    assert!(complained.starts_with("There is no Busfare in "), "{complained}");
}
