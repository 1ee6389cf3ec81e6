//! Any form, for anybody, in any order: nothing has to come before anything else, and what is written is the same whatever
//! came first.

use serde_json::{Value, json};

use super::{answer, new_id};
use crate::{
    chances::Chances,
    council::{Council, Person, on_both},
    postgres::setting,
    verbs::{COMPLETE, PUT, PUT_PERSON, does},
};

/// Every form there is, with what it asks.
const FORMS: &str = "{ forms { id code items { linkId required kind choices { code } } } }";
/// What a record comes to.
const COMES_TO: &str = "query($id: ID!) { node(id: $id) { ... on Record { completedAt shown person { id } form { id }
    answers { linkId text yesNo number absent problem } } } }";

/// What somebody may well say: what is asked for, something else, or why there is no answer.
fn says(item: &Value, chances: &mut Chances) -> Value {
    let codes: Vec<&str> = item["choices"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect();
    match (chances.below(5), item["kind"].as_str().unwrap()) {
        (0, _) => json!({ "absent": (["DECLINED", "NOT_ASKED", "UNKNOWN", "NOT_APPROPRIATE"])[chances.below(4)] }),
        (1, _) => json!({ "text": "She will tell us another day." }),
        (_, "CHOICE") => json!({ "choice": codes[chances.below(codes.len())] }),
        (_, "CHOICES") => json!({ "choices": [codes[chances.below(codes.len())]] }),
        (_, "YES_NO") => json!({ "yesNo": chances.below(2) == 0 }),
        (_, "NUMBER") => json!({ "number": chances.below(40) }),
        _ => json!({ "text": format!("Words {}", chances.below(1_000)) }),
    }
}

/// Writes a record in steps, each with some of the answers, and gives its id. It is complete after one of the steps.
async fn writes(
    who: &Person<'_>,
    begin: &Value,
    given: &[(String, Value)],
    (steps, complete_after): (usize, usize),
) -> String {
    let id = new_id();
    let size = given.len().div_ceil(steps.max(1)).max(1);
    let chunks: Vec<_> = if given.is_empty() { vec![given] } else { given.chunks(size).collect() };
    let last = chunks.len() - 1;
    for (step, chunk) in chunks.into_iter().enumerate() {
        let answers: Vec<_> = chunk.iter().map(|(link_id, value)| answer(link_id, value.clone(), None)).collect();
        let put = does(who, PUT, json!({ "recordId": id, "begin": begin, "answers": answers })).await;
        assert_eq!(put["userErrors"], json!([]), "{begin} {given:?}");
        if step == complete_after.min(last) {
            let complete = does(who, COMPLETE, json!({ "recordId": id })).await;
            assert_eq!(complete["userErrors"], json!([]), "{begin} {given:?}");
            assert!(complete["record"]["completedAt"].is_string());
        }
    }
    id
}

/// What a record comes to, without when and by which id.
async fn comes_to(who: &Person<'_>, id: &str) -> Value {
    let mut node = who.good(COMES_TO, json!({ "id": id })).await["node"].clone();
    assert!(node["completedAt"].is_string(), "{node:#}");
    node.as_object_mut().unwrap().remove("completedAt");
    node
}

on_both! {
    async fn any_form_is_recorded_for_anybody_in_any_order(council: &Council) {
        let mut writers = vec![];
        for name in ["mari.prydderch", "tomos.ellwood", "elin.caradog", "nia.talfan"] {
            writers.push(council.person(name).await);
        }
        let forms = writers[0].good(FORMS, json!({})).await["forms"].as_array().unwrap().clone();
        assert!(forms.len() >= 3, "{forms:#?}");
        let named = does(&writers[0], PUT_PERSON, json!({ "displayName": "Ann" })).await["person"]["id"].clone();
        let rounds: u64 = setting("BUSFARE_INTERLEAVINGS").and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
        for round in 0..rounds {
            let mut chances = Chances::of(round + 1);
            // Whichever form, whoever writes it, and for nobody, somebody known, or somebody nobody has ever named.
            let form = forms[chances.below(forms.len())].clone();
            let stranger = busfare::store::mint::id::<busfare_entity::words::PersonId>().to_string();
            let about = [Value::Null, named.clone(), json!(stranger)][chances.below(3)].clone();
            let writer = chances.below(if about == named { 1 } else { writers.len() });
            let begin = json!({ "formId": form["id"], "personId": about });
            let mut given = vec![];
            for item in form["items"].as_array().unwrap() {
                // Nobody has to answer anything, required or not.
                if chances.below(6) > 0 {
                    given.push((item["linkId"].as_str().unwrap().to_owned(), says(item, &mut chances)));
                }
            }
            let any = chances.shuffled(given.clone());
            let steps = (1 + chances.below(4), chances.below(4));

            let in_any_order = writes(&writers[writer], &begin, &any, steps).await;
            let in_the_forms = writes(&writers[writer], &begin, &given, (1, 0)).await;

            let (any, forms_own) = (comes_to(&writers[writer], &in_any_order).await, comes_to(&writers[writer], &in_the_forms).await);
            assert_eq!(any, forms_own, "round {round}");
            assert_eq!(any["answers"].as_array().unwrap().len(), given.len(), "round {round}");
            assert_eq!(any["person"]["id"], about, "round {round}");
        }
    }
}
