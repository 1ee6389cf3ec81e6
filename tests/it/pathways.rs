//! Real council forms: what they ask of people, what need not be asked again, and what becomes of drafts as they change.
//! The forms are not ours and not in this repository; where they are not beside it, that is said.

use std::{io::Read, path::PathBuf};

use busfare::rules::{
    form::{Drafts, Part, Unpublishable, measure, pathway, question_budget, walk},
    logic::{Given, Predicate, json_logic},
};
use busfare_entity::words::{FormTier, QuestionKind};
use datalogic_rs::{Engine, ParsedData};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::server_process::{busfare, ran};

/// Where the forms are, if they are.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/council-forms");
    if !folder.is_dir() {
        eprintln!("SKIPPED: there are no council forms beside the project");
        return None;
    }
    Some(folder)
}

fn forms() -> Option<Vec<pathway::Imported>> {
    let file = std::fs::read(folder()?.join("forms.json")).unwrap();
    Some(pathway::read(&file).unwrap())
}

fn conditions(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::All { of } | Predicate::Any { of } => of.iter().map(conditions).sum(),
        _ => 1,
    }
}

#[test]
fn ten_real_forms_are_read_with_every_condition() {
    let Some(forms) = forms() else { return };
    let shown_when = |form: &pathway::Imported| {
        form.form.items.iter().filter_map(|item| item.shown_when.as_ref()).map(conditions).sum::<usize>()
    };
    let told: usize = forms.iter().map(|form| form.conditions).sum();
    let kept: usize = forms.iter().map(shown_when).sum();
    let fields = |form: &pathway::Imported| {
        form.form.items.iter().filter(|item| !matches!(item.part, Part::Section { .. } | Part::Note { .. })).count()
    };
    assert_eq!((forms.len(), told, kept), (10, 463, 463));
    println!("{} fields and {told} conditions in {} forms", forms.iter().map(fields).sum::<usize>(), forms.len());

    let (mut over, mut exact) = (0, 0);
    for form in &forms {
        let verdict = measure(FormTier::LongerTerm, &form.form);
        let measures = verdict.measures.unwrap_or_else(|| panic!("{}: {:?}", form.form.code, verdict.against));
        let budget = question_budget(FormTier::LongerTerm);
        let said = verdict.against.iter().find(|against| matches!(against, Unpublishable::OverBudget { .. }));
        assert_eq!(said.is_some(), measures.max_shown > budget);
        over += usize::from(said.is_some());
        exact += usize::from(measures.exact);
        let said = said.map_or_else(|| "within its budget".to_owned(), ToString::to_string);
        println!(
            "{:44} {:4} on opening, {:4} required, {:5} words, {:4} minutes; {said}",
            form.form.code,
            measures.open_shown,
            measures.required_count,
            measures.reading_words,
            measures.estimated_seconds / 60
        );
    }
    println!("{over} of 10 are over the longer-term budget; {exact} counts are exact");
    assert_eq!(over, 8);
}

#[test]
fn along_a_path_of_four_forms_what_is_known_is_not_asked_again() {
    let Some(forms) = forms() else { return };
    let path =
        ["initial-contact-assessment", "care-act-assessment", "occupational-therapy-assessment", "carers-assessment"];
    let (mut facts, mut all, mut asked) = (Vec::new(), 0, 0);
    for code in path {
        let form = &forms.iter().find(|form| form.form.code == code).unwrap().form;
        let walked = walk(form, facts, |posed| (code, posed.link_id.to_owned()));
        for (_, source) in &walked.spared {
            assert!(path.contains(&source.0) && source.0 != code && !source.1.is_empty(), "{source:?}");
        }
        all += walked.all;
        asked += walked.asked;
        facts = walked.facts;
    }
    println!("{asked} of {all} questions are asked along {}", path.join(", "));
    assert_eq!(all, 661);
    assert!(asked <= 299, "{asked}");
}

#[test]
fn no_answer_is_lost_through_sixty_changes() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join("history")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let (mut drafts, mut sums, mut changes) = (Drafts::default(), [0; 5], 0);
    for (number, file) in files.iter().enumerate() {
        let mut json = Vec::new();
        GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_end(&mut json).unwrap();
        let forms = pathway::read(&json).unwrap_or_else(|refused| panic!("{}: {refused:?}", file.display()));
        let before = drafts.answers();
        for step in drafts.change(forms.into_iter().map(|form| form.form).collect()) {
            assert_eq!(step.lost, 0, "{}: {step:?}", file.display());
            assert_eq!(step.kept + step.moved + step.retyped + step.orphaned, step.before);
            for (sum, count) in sums.iter_mut().zip([step.kept, step.moved, step.retyped, step.orphaned, step.lost]) {
                *sum += count;
            }
        }
        assert!(drafts.answers() >= before, "answers went away");
        changes += usize::from(number > 0);
    }
    let [kept, moved, retyped, orphaned, lost] = sums;
    println!("{changes} changes: {kept} kept, {moved} moved, {retyped} retyped, {orphaned} orphaned, {lost} lost");
    assert!(changes >= 60 && moved + retyped + orphaned > 0);
}

/// Small numbers from one seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// An answer, or none, that conditions may ask about.
fn answer(dice: &mut Dice, kind: QuestionKind, codes: &[String]) -> Value {
    match kind {
        _ if dice.below(4) == 0 => Value::Null,
        QuestionKind::Choice => json!(codes[dice.below(codes.len())]),
        QuestionKind::Choices => json!(codes.iter().filter(|_| dice.below(3) == 0).collect::<Vec<_>>()),
        _ => json!(["", "Yes", "No", "three"][dice.below(4)]),
    }
}

fn given<'a>(kind: QuestionKind, value: &'a Value, list: &'a [String]) -> Option<Given<'a>> {
    match kind {
        QuestionKind::Choices => (!value.is_null()).then_some(Given::Choices(list)),
        QuestionKind::Choice => value.as_str().map(Given::Choice),
        _ => value.as_str().map(Given::Text),
    }
}

#[test]
fn every_condition_says_what_json_logic_says() {
    let Some(forms) = forms() else { return };
    let (engine, mut dice, mut compared, mut rules) = (Engine::new(), Dice(2026), 0_u64, 0);
    for form in &forms {
        let form = &form.form;
        let logic = form.logic().unwrap();
        let compiled: Vec<_> = form
            .items
            .iter()
            .map(|item| {
                item.shown_when.as_ref().map(|condition| engine.compile(&json_logic(condition).to_string()).unwrap())
            })
            .collect();
        rules += compiled.iter().flatten().count();
        let codes: Vec<Vec<String>> = form
            .items
            .iter()
            .map(|item| {
                item.asked()
                    .map(|asked| asked.choices.iter().map(|choice| choice.code.clone()).collect())
                    .unwrap_or_default()
            })
            .collect();
        for _ in 0..1_000 {
            let answers: Vec<Value> = form
                .items
                .iter()
                .zip(&codes)
                .map(|(item, codes)| item.asked().map_or(Value::Null, |asked| answer(&mut dice, asked.kind, codes)))
                .collect();
            let lists: Vec<Vec<String>> = answers
                .iter()
                .map(|answer| {
                    answer
                        .as_array()
                        .map(|list| list.iter().map(|one| one.as_str().unwrap().to_owned()).collect())
                        .unwrap_or_default()
                })
                .collect();
            let shown = logic.shown(|place| {
                form.items[place].asked().and_then(|asked| given(asked.kind, &answers[place], &lists[place]))
            });

            // What a phone does: it gives the conditions the answers that are shown.
            let visible: serde_json::Map<String, Value> = form
                .items
                .iter()
                .zip(&answers)
                .zip(&shown)
                .filter(|((_, answer), shown)| **shown && !answer.is_null())
                .map(|((item, answer), _)| (item.link_id.clone(), answer.clone()))
                .collect();
            let data = ParsedData::from_json(&Value::Object(visible).to_string()).unwrap();
            let mut session = engine.session();
            for (place, rule) in compiled.iter().enumerate() {
                let Some(rule) = rule else { continue };
                let own = session.eval_str(rule, &data).unwrap() == "true";
                let around = form.items[place]
                    .inside
                    .as_deref()
                    .is_none_or(|inside| shown[form.items.iter().position(|item| item.link_id == inside).unwrap()]);
                assert_eq!(shown[place], around && own, "{} {}", form.code, form.items[place].link_id);
                compared += 1;
            }
        }
    }
    println!("{rules} conditions agree with JSONLogic {compared} times");
    assert_eq!(rules, 463);
}

/// A file with one form, in two versions.
fn versions() -> tempfile::TempDir {
    let form = |fields: Value| json!([{ "id": "talk", "name": "A talk", "themes": [{ "name": "You", "steps": [{ "id": "home", "fields": fields }] }] }]);
    let (about, where_) = (
        json!({ "id": "about", "question": "What was it about?", "type": "text" }),
        json!({ "id": "where", "type": "text" }),
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("2.json"), form(json!([about, where_])).to_string()).unwrap();
    std::fs::write(folder.path().join("10.json"), form(json!([about])).to_string()).unwrap();
    folder
}

#[test]
fn whoever_looks_after_forms_is_told_what_they_ask_and_what_a_change_does() {
    let folder = versions();
    let file = folder.path().join("2.json").display().to_string();
    let says = |args: &[&str]| ran(&mut busfare(&[&["forms"], args].concat()));

    let (code, said, complained) = says(&["check", &file, "--tier", "drop-in"]);
    assert_eq!((code, complained.as_str()), (0, ""), "{said}");
    assert!(said.contains("talk: up to 2 questions, 2 on opening, 0 required"), "{said}");
    assert!(said.contains("cannot be published: 2 questions have no short reason for asking"), "{said}");

    let (code, said, _) = says(&["path", &file, "talk", "talk", "--sources"]);
    assert_eq!(code, 0);
    assert!(
        said.contains("home/about is known from A talk, home/about") && said.ends_with("2 of 4 questions are asked.\n"),
        "{said}"
    );

    let (code, said, _) = says(&["replay", &folder.path().display().to_string()]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("10.json") && said.ends_with("2 versions, 2 answers, 0 lost.\n"), "{said}");
}

#[test]
fn what_cannot_be_read_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(place("none.json"), "[").unwrap();
    std::fs::write(place("cut.json.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let talk = versions();
    let talk = talk.path().join("2.json").display().to_string();
    for (args, part) in [
        (vec!["check".to_owned(), place("none.json")], "line 1, column 1: this is not JSON"),
        (vec!["check".to_owned(), place("cut.json.gz")], "cut.json.gz cannot be read"),
        (vec!["check".to_owned(), place("not-there.json")], "not-there.json cannot be read"),
        (
            vec!["check".to_owned(), talk.clone(), "--tier".to_owned(), "epic".to_owned()],
            "drop-in, conversation, short-plan, longer-term, safeguarding",
        ),
        (vec!["path".to_owned(), talk, "walk".to_owned()], "There is no form `walk` in the file. There are: talk."),
        (vec!["replay".to_owned(), place("nowhere")], "nowhere cannot be read"),
        (vec!["chekc".to_owned()], "choose check, export, import, path or replay"),
    ] {
        let args: Vec<&str> = ["forms"].into_iter().chain(args.iter().map(String::as_str)).collect();
        let (code, said, complained) = ran(&mut busfare(&args));
        assert_eq!((code, said.as_str()), (2, ""), "{args:?} {complained}");
        assert!(complained.contains(part), "{args:?}: {complained}");
    }
}
