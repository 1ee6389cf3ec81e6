//! Staff say, and are answered; and they ask each other what they think.

use futures_util::future::join_all;

use super::*;
use crate::council::on_both;

const SAID: &str = "query($waiting: Boolean!, $after: String) { said(waiting: $waiting, first: 2, after: $after) { nodes { words done answer dueOn late saidBy { name } answeredBy { name } } pageInfo { endCursor hasNextPage } } }";
const THOUGHTS: &str = "{ reflections { nodes { id question notes { words decided author { name } } } } }";

async fn words(person: &Person<'_>, waiting: bool) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = person.good(SAID, json!({ "waiting": waiting, "after": after })).await["said"].clone();
        all.extend(page["nodes"].as_array().unwrap().iter().map(|said| said["words"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

on_both! {
    async fn what_staff_say_is_answered_by_a_day_and_everybody_sees_both(council: &Council) {
        let (mari, elin, angharad) = (council.person("mari.prydderch").await, council.person("elin.caradog").await, council.person("angharad.celyn").await);
        let said = once(&mari, SAY, json!({ "words": "The room in the library is cold" })).await["said"].clone();
        assert_eq!((&said["dueOn"], &said["late"], &said["done"]), (&json!(day(14)), &json!(false), &Value::Null));
        for more in ["The form asks too much", "Thank you for the phones"] {
            done(&elin, SAY, json!({ "words": more })).await;
        }
        assert_eq!(words(&elin, true).await, ["The room in the library is cold", "The form asks too much", "Thank you for the phones"]);

        assert_eq!(no(&angharad, ANSWER_SAID, json!({ "saidId": said["id"], "done": "DID", "answer": "Done" })).await, "ANSWER_NEEDED");
        let answered = once(&angharad, ANSWER_SAID, json!({ "saidId": said["id"], "done": "DID", "answer": "There is a heater there now" })).await;
        assert_eq!((&answered["said"]["done"], &answered["said"]["answeredBy"]["name"]), (&json!("DID"), &json!("Angharad Celyn")));
        assert_eq!(no(&elin, ANSWER_SAID, json!({ "saidId": said["id"], "done": "WILL_NOT", "answer": "There is no money for it" })).await, "ANSWERED_ALREADY");
        assert_eq!(words(&mari, true).await, ["The form asks too much", "Thank you for the phones"]);
        assert_eq!(words(&mari, false).await, ["Thank you for the phones", "The form asks too much", "The room in the library is cold"]);
        let figures = elin.good("{ saidFigures { said answered did medianDays atLeast inTimePerMille inTimeOf oldestWaitingDays } }", json!({})).await;
        assert_eq!(figures["saidFigures"], json!({ "said": 3, "answered": 1, "did": 1, "medianDays": 0, "atLeast": true, "inTimePerMille": 1000, "inTimeOf": 1, "oldestWaitingDays": 0 }));
    }

    async fn of_many_answers_at_once_one_stands(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let said = done(&mari, SAY, json!({ "words": "The room is cold" })).await["said"]["id"].clone();
        let answers = join_all((0..8).map(|number| does(&mari, ANSWER_SAID, json!({ "saidId": said, "done": "DID", "answer": format!("Heater number {number} is there") })))).await;
        assert_eq!(answers.iter().filter(|answer| answer["said"].is_object()).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "ANSWERED_ALREADY").count(), 7);
    }

    async fn what_colleagues_think_is_for_those_who_take_part_alone(council: &Council) {
        let (mari, tomos, nia, angharad) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await, council.person("angharad.celyn").await);
        let asked = json!([tomos.row().id.to_string()]);
        let begun = once(&mari, REFLECT, json!({ "question": "Would you go back on Friday?", "asked": asked })).await["reflection"].clone();
        assert_eq!(begun["participants"].as_array().unwrap().len(), 2);
        let notices = "{ viewer { notices { nodes { kind reflection { id question } } } } }";
        let told = tomos.good(notices, json!({})).await["viewer"]["notices"]["nodes"].clone();
        assert_eq!(told, json!([{ "kind": "REFLECTION_ASKED", "reflection": { "id": begun["id"], "question": "Would you go back on Friday?" } }]));

        once(&tomos, THINK, json!({ "reflectionId": begun["id"], "words": "I would ring first" })).await;
        done(&mari, THINK, json!({ "reflectionId": begun["id"], "words": "We ring on Thursday", "decided": true })).await;
        let seen = tomos.good(THOUGHTS, json!({})).await["reflections"]["nodes"].clone();
        assert_eq!(seen[0]["notes"], json!([
            { "words": "I would ring first", "decided": false, "author": { "name": "Tomos Ellwood" } },
            { "words": "We ring on Thursday", "decided": true, "author": { "name": "Mari Prydderch" } },
        ]));
        // Nobody else reads it or writes in it: no senior, and no head of service.
        for other in [&nia, &angharad] {
            assert_eq!(other.good(THOUGHTS, json!({})).await["reflections"]["nodes"], json!([]));
            not_found(other, THINK, json!({ "reflectionId": begun["id"], "words": "And I?" })).await;
        }
        assert_eq!(nia.good(notices, json!({})).await["viewer"]["notices"]["nodes"], json!([]));
    }
}
