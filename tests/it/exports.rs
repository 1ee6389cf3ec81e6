//! Forms in and out of other formats at the command line: workbooks that are checked like any file, and forms written as
//! workbooks, FHIR Questionnaires and JSON Schemas.

use std::{fs, path::Path};

use busfare::{
    desk::forms::workbook,
    rules::form::{
        Definition, pathway,
        xlsform::{self, Sheet, Workbook},
    },
};
use serde_json::Value;

use crate::server_process::{busfare, ran};

/// What `busfare forms` says to this, and its exit code.
fn says(args: &[&str]) -> (i32, String, String) {
    ran(&mut busfare(&[&["forms"], args].concat()))
}

/// What it writes to the terminal, as JSON.
fn writes(args: &[&str]) -> Value {
    let (code, said, complained) = says(args);
    assert_eq!((code, complained.as_str()), (0, ""), "{args:?}");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

/// A workbook with these rows of questions, in a file.
fn workbook_file(folder: &Path, name: &str, survey: &[[&str; 4]]) -> String {
    let header = ["type", "name", "label", "relevant"];
    let rows = [header].iter().chain(survey).map(|row| row.map(str::to_owned).to_vec()).collect();
    let choices = [["list_name", "name", "label"], ["how", "bus", "By bus"], ["how", "foot", "On foot"]];
    let choices = choices.map(|row| row.map(str::to_owned).to_vec()).to_vec();
    let settings = [["form_title", "form_id"], ["A trip", "trip"]].map(|row| row.map(str::to_owned).to_vec()).to_vec();
    let sheet = |name: &str, rows| Sheet { name: name.to_owned(), rows };
    let book = Workbook { sheets: vec![sheet("survey", rows), sheet("choices", choices), sheet("settings", settings)] };
    let path = folder.join(name);
    fs::write(&path, workbook::write(&book).unwrap()).unwrap();
    path.display().to_string()
}

const TRIP: [[&str; 4]; 2] = [
    ["select_one how", "how", "How do you get there?", ""],
    ["integer", "fare", "What is the fare?", "${how} = 'bus'"],
];

#[test]
fn a_workbook_is_checked_like_any_file_and_refused_at_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let trip = workbook_file(folder.path(), "trip.xlsx", &TRIP);
    let (code, said, complained) = says(&["check", &trip, "--tier", "drop-in"]);
    assert_eq!((code, complained.as_str()), (0, ""), "{said}");
    assert!(said.contains("A trip\n  trip: up to 2 questions, 1 on opening, 0 required"), "{said}");
    assert!(said.contains("1 forms, 1 conditions; 0 over the budget of their tier."), "{said}");

    // It is known by what is in it, whatever it is called.
    let unnamed = folder.path().join("trip").display().to_string();
    fs::copy(&trip, &unnamed).unwrap();
    assert_eq!(says(&["check", &unnamed, "--tier", "drop-in"]).1, said);
    assert!(says(&["path", &trip, "trip", "trip"]).1.ends_with("2 of 4 questions are asked.\n"));

    let wrong = [TRIP[0], ["geotrace", "way", "Which way?", ""], ["integer", "fare", "What is it?", "${what} = 'bus'"]];
    let wrong = workbook_file(folder.path(), "wrong.xlsx", &wrong);
    let (code, said, complained) = says(&["check", &wrong]);
    assert_eq!((code, said.as_str()), (2, ""), "{complained}");
    assert!(complained.contains("survey, row 3, column A (type): "), "{complained}");
    assert!(complained.contains("survey, row 4, column D (relevant): "), "{complained}");

    let none = folder.path().join("none.xlsx").display().to_string();
    fs::write(&none, "[]").unwrap();
    let (code, _, complained) = says(&["check", &none]);
    assert_eq!(code, 2);
    assert!(
        complained.contains("none.xlsx: This is no workbook; save the form as .xlsx and try again."),
        "{complained}"
    );
    assert!(says(&["check", "--help"]).1.contains("XLSForm, .xlsx or .xls"));
}

#[test]
fn a_workbook_goes_out_as_what_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let trip = workbook_file(folder.path(), "trip.xlsx", &TRIP);

    let fhir = writes(&["export", &trip, "--as", "fhir"]);
    assert_eq!((&fhir["resourceType"], &fhir["title"]), (&"Questionnaire".into(), &"A trip".into()));
    assert_eq!(fhir["item"][1]["enableWhen"][0]["question"], "how");
    let schema = writes(&["export", &trip, "--as", "json-schema", "--form", "trip"]);
    assert_eq!(schema["properties"]["how"]["enum"], serde_json::json!(["bus", "foot"]));
    assert_eq!(schema.get("required"), None);

    // A file says the same, and a file that was there is replaced.
    let to = folder.path().join("trip.json").display().to_string();
    fs::write(&to, "something else").unwrap();
    let (code, said, _) = says(&["export", &trip, "--as", "fhir", "--to", &to]);
    assert_eq!((code, said.as_str()), (0, format!("{to}: 2 questions, 1 conditions.\n").as_str()));
    assert_eq!(serde_json::from_slice::<Value>(&fs::read(&to).unwrap()).unwrap(), fhir);
}

/// The form that a workbook holds.
fn in_workbook(path: &str) -> Definition {
    let read = xlsform::read(&workbook::read(&fs::read(path).unwrap()).unwrap());
    read.unwrap_or_else(|refused| panic!("{path}: {refused:?}")).definition
}

/// The link ids of what FHIR takes for questions, and how many items have a condition.
fn in_questionnaire(items: &Value, questions: &mut Vec<String>, conditions: &mut usize) {
    for item in items.as_array().into_iter().flatten() {
        if !matches!(item["type"].as_str().unwrap(), "group" | "display") {
            questions.push(item["linkId"].as_str().unwrap().to_owned());
        }
        *conditions += usize::from(item.get("enableWhen").is_some());
        in_questionnaire(&item["item"], questions, conditions);
    }
}

#[test]
fn ten_real_forms_go_out_in_every_format_and_come_back_the_same() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/council-forms/forms.json");
    let Ok(json) = fs::read(&file) else {
        eprintln!("SKIPPED: there are no council forms beside the project");
        return;
    };
    let (file, folder) = (file.display().to_string(), tempfile::tempdir().unwrap());
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (mut all, mut said_in_fhir, mut unsaid) = (0, 0, Vec::new());
    for pathway::Imported { form, .. } in pathway::read(&json).unwrap() {
        let (code, looks_nowhere) = (form.code.as_str(), nowhere(&form));
        let export = |format: &str, to: &str| {
            let (exit, said, complained) = says(&["export", &file, "--as", format, "--form", code, "--to", to]);
            assert_eq!((exit, complained.as_str()), (0, ""), "{code}");
            let named: Vec<String> =
                said.lines().filter_map(|line| line.strip_prefix("  - ")).map(Into::into).collect();
            named
        };
        // As a workbook it is the same form, and so are its conditions; others cannot read those that look at nothing.
        assert_eq!(export("xlsform", &place("form.xlsx")), looks_nowhere, "{code}");
        assert_eq!(in_workbook(&place("form.xlsx")), form, "{code}");

        assert_eq!(export("fhir", &place("form.json")), looks_nowhere, "{code}");
        let fhir: Value = serde_json::from_slice(&fs::read(place("form.json")).unwrap()).unwrap();
        let (mut questions, mut conditions) = (Vec::new(), 0);
        in_questionnaire(&fhir["item"], &mut questions, &mut conditions);
        let asked: Vec<&str> = form.questions().map(|posed| posed.link_id).collect();
        assert_eq!(questions, asked, "{code}");

        assert_eq!(export("json-schema", &place("schema.json")), Vec::<String>::new());
        let schema: Value = serde_json::from_slice(&fs::read(place("schema.json")).unwrap()).unwrap();
        let mut properties = 0;
        for (_, property) in schema["properties"].as_object().unwrap() {
            properties += property["items"]["properties"].as_object().map_or(1, serde_json::Map::len);
        }
        assert_eq!(properties, asked.len(), "{code}");

        all += form.items.iter().filter(|item| item.shown_when.is_some()).count();
        said_in_fhir += conditions;
        unsaid.extend(looks_nowhere);
    }
    println!(
        "{all} conditions: {said_in_fhir} are FHIR's own, and {} look at a question that is not there",
        unsaid.len()
    );
    assert_eq!((all, said_in_fhir, unsaid.len()), (463, 426, 37));
}

/// What depends on a question that the form does not have.
fn nowhere(form: &Definition) -> Vec<String> {
    let lost =
        |condition: &busfare::rules::logic::Predicate| condition.questions().iter().any(|of| form.find(of).is_none());
    let items = form.items.iter().filter(|item| item.shown_when.as_ref().is_some_and(lost));
    items.map(|item| item.link_id.clone()).collect()
}

#[test]
fn what_cannot_be_written_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let trip = workbook_file(folder.path(), "trip.xlsx", &TRIP);
    let talk = |id: &str| {
        let fields = serde_json::json!([{ "id": "about", "question": "What was it about?", "type": "text" }]);
        serde_json::json!({ "id": id, "name": id, "themes": [{ "name": "You", "steps": [{ "id": "home", "fields": fields }] }] })
    };
    fs::write(place("two.json"), serde_json::json!([talk("talk"), talk("walk")]).to_string()).unwrap();
    let (two, folder_itself) = (place("two.json"), folder.path().display().to_string());
    let before = fs::read(&trip).unwrap();
    for (args, part) in [
        (
            vec![&*trip, "--as", "xlsform"],
            "A workbook is a file; say where to write it with --to, such as --to form.xlsx.",
        ),
        (vec![&*trip, "--as", "pdf"], "--as is one of: xlsform, fhir, json-schema."),
        (vec![&*trip], "--as needs a value; add --help to see which."),
        (
            vec![&*trip, "--as", "fhir", "--to", &*trip],
            "is the file that the form is read from; say another with --to.",
        ),
        (vec![&*trip, "--as", "fhir", "--to", &*folder_itself], "cannot be written"),
        (vec![&*trip, "--as", "fhir", "--form", "walk"], "There is no form `walk` in the file. There are: trip."),
        (vec![&*two, "--as", "fhir"], "There are several forms in the file; say which with --form: talk, walk."),
        (vec!["not-there.xlsx", "--as", "fhir"], "not-there.xlsx cannot be read"),
    ] {
        let (code, said, complained) = says(&[&["export"], args.as_slice()].concat());
        assert_eq!((code, said.as_str()), (2, ""), "{args:?} {complained}");
        assert!(complained.contains(part), "{args:?}: {complained}");
    }
    assert_eq!(fs::read(&trip).unwrap(), before);
}
