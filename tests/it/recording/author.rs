//! Writing questions and forms: who may, in what proportion, and what never changes once it is published.

use busfare::http::clock;
use chrono::Days;
use serde_json::{Value, json};

use super::{
    FOR_PURPOSE, READ, answer, begun, new_id,
    written::{a_draft, adds, asks, publishes, question},
};
use crate::{
    council::{Council, Person, on_both},
    verbs::{
        ADD_QUESTION, COMPLETE, DRAFT, GROUP, HAND_OVER, PUBLISH, PUT, RETIRE, REVIEW, REVISE, WAIVE, does, refused,
    },
};

/// The words of one question in a published form and in a draft.
const BOTH: &str = "query($form: ID!, $draft: ID!) {
    form: node(id: $form) { ... on Form { contentSha256 items { prompt } } }
    draft: node(id: $draft) { ... on FormDraft { preview { items { prompt } } } } }";

fn day(after: u64) -> String {
    (clock::now().date_naive() + Days::new(after)).to_string()
}

/// Publishes what a draft says, and gives the whole answer.
async fn tries_to_publish(person: &Person<'_>, draft: &Value) -> Value {
    does(person, PUBLISH, json!({ "draftId": draft["id"], "baseRevision": draft["revision"] })).await
}

on_both! {
    async fn a_question_put_better_is_put_better_in_every_draft_and_in_nothing_published(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let id = adds(&nia, "story.one", "TEXT", json!({})).await;
        let form = publishes(&nia, json!({ "code": "first", "tier": "DROP_IN", "items": [asks("one", "story.one")] })).await;
        let mut drafts = vec![];
        for code in ["second", "third"] {
            let draft = a_draft(json!({ "code": code, "tier": "DROP_IN", "items": [asks("one", "story.one")] }));
            drafts.push(does(&nia, DRAFT, draft).await["draft"]["id"].clone());
        }
        let read = async |draft: &Value| nia.good(BOTH, json!({ "form": form, "draft": draft })).await;
        let before = read(&drafts[0]).await["form"].clone();

        let revised = does(&nia, REVISE, json!({ "questionId": id, "prompt": { "en": "What did you see?" } })).await["question"].clone();

        // The Welsh says what the English said before, and says so.
        assert_eq!((&revised["version"], &revised["welsh"], &revised["standing"]), (&json!(2), &json!("Beth am story.one?"), &json!("STALE")));
        for draft in &drafts {
            let now = read(draft).await;
            assert_eq!((&now["form"], &now["draft"]["preview"]["items"][0]["prompt"]), (&before, &json!("What did you see?")));
        }
        let welsh = json!({ "questionId": id, "prompt": { "cy": "Beth welsoch chi?" } });
        assert_eq!(does(&nia, REVISE, welsh).await["question"]["standing"], "READY");
        // The same words again are no new version.
        let same = does(&nia, REVISE, json!({ "questionId": id, "prompt": { "en": "What did you see?" } })).await;
        assert_eq!(same["question"]["version"], 3);
    }

    async fn a_form_over_its_budget_is_refused_until_the_practice_group_lets_it_be_for_a_while(council: &Council) {
        let (nia, elin) = (council.person("nia.talfan").await, council.person("elin.caradog").await);
        let mut items = vec![];
        for name in ["a", "b", "c", "d"] {
            adds(&elin, &format!("four.{name}"), "YES_NO", json!({})).await;
            items.push(asks(name, &format!("four.{name}")));
        }
        let draft = a_draft(json!({ "code": "four", "items": items, "offers": [{ "kind": "HUB_CONVERSATION" }] }));
        assert_eq!(refused(&elin, DRAFT, draft.clone()).await, "FOR_THE_PRACTICE_GROUP");
        let open = does(&nia, DRAFT, draft.clone()).await["draft"].clone();
        assert_eq!(tries_to_publish(&nia, &open).await["userErrors"][0]["code"], "TIER_NEEDED");
        let mut tiered = draft;
        for (name, value) in [("draftId", open["id"].clone()), ("baseRevision", json!(1)), ("tier", json!("DROP_IN"))] {
            tiered[name] = value;
        }
        let draft = does(&nia, DRAFT, tiered.clone()).await["draft"].clone();
        let preview = &draft["preview"];
        assert_eq!((&preview["maxShown"], &preview["maxIsExact"], &preview["openShown"]), (&json!(4), &json!(true), &json!(4)));
        assert_eq!(preview["against"], json!(["This shows up to 4 questions and may show 3. Leave some out, or ask for leave."]));
        assert_eq!(refused(&nia, DRAFT, tiered).await, "DRAFT_CHANGED");
        assert_eq!(tries_to_publish(&nia, &draft).await["userErrors"][0]["code"], "OVER_BUDGET");

        let leave = |days: u64| json!({ "draftId": draft["id"], "mostShown": 4, "reason": "A pilot of two months.", "expiresOn": day(days) });
        assert_eq!(refused(&nia, WAIVE, leave(91)).await, "WAIVER_NOT_VALID");
        assert_eq!(refused(&nia, WAIVE, leave(0)).await, "WAIVER_NOT_VALID");
        assert_eq!(refused(&elin, WAIVE, leave(60)).await, "FOR_THE_PRACTICE_GROUP");
        assert_eq!(does(&nia, WAIVE, leave(60)).await["draft"]["preview"]["against"], json!([]));
        let published = tries_to_publish(&nia, &draft).await;
        assert_eq!((&published["form"]["maxShown"], &published["form"]["waivedUntil"]), (&json!(4), &json!(day(60))));
        assert_eq!(tries_to_publish(&nia, &draft).await["userErrors"][0]["code"], "ALREADY_PUBLISHED");
    }

    async fn what_is_published_never_changes_and_a_change_is_another_version(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for code in ["v.one", "v.two", "v.three"] {
            adds(&nia, code, "TEXT", json!({})).await;
        }
        let first = publishes(&nia, json!({ "code": "v", "tier": "DROP_IN", "items": [asks("one", "v.one"), asks("two", "v.two")] })).await;
        let hash = async |id: &str| nia.good("query($id: ID!) { node(id: $id) { ... on Form { contentSha256 version } } }", json!({ "id": id })).await["node"].clone();
        let before = hash(&first).await;
        let id = new_id();
        let put = json!({ "recordId": id, "begin": { "formId": first }, "answers": [answer("one", json!({ "text": "x" }), None), answer("two", json!({ "text": "y" }), None)] });
        does(&nia, PUT, put).await;

        let next = a_draft(json!({ "code": "v", "tier": "DROP_IN", "items": [asks("uno", "v.one"), asks("three", "v.three")] }));
        let draft = does(&nia, DRAFT, next).await["draft"].clone();

        let expected = json!({ "added": ["uno", "three"], "removed": ["one", "two"], "changed": [], "columnsNew": ["v.three"], "columnsEnding": ["v.two"],
            "openDrafts": 1, "kept": 0, "moved": 1, "retyped": 0, "orphaned": 1 });
        assert_eq!(draft["preview"]["change"], expected);
        let second = tries_to_publish(&nia, &draft).await["form"].clone();
        assert_eq!((&second["version"], hash(&first).await), (&json!(2), before.clone()));
        assert_ne!(second["contentSha256"], before["contentSha256"]);
        // The same again is the same content, byte by byte.
        let again = a_draft(json!({ "code": "v", "tier": "DROP_IN", "items": [asks("uno", "v.one"), asks("three", "v.three")] }));
        let third = does(&nia, DRAFT, again).await["draft"].clone();
        assert_eq!(tries_to_publish(&nia, &third).await["form"]["contentSha256"], second["contentSha256"]);
    }

    async fn conditions_that_go_round_or_lead_nowhere_are_told(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for code in ["l.one", "l.two", "l.three"] {
            adds(&nia, code, "YES_NO", json!({})).await;
        }
        let when = |link_id: &str, code: &str, other: &str| json!({ "linkId": link_id, "part": { "question": { "code": code } },
            "shownWhen": { "compare": { "question": other, "operator": "EQUAL", "value": { "yesNo": true } } } });
        let round = a_draft(json!({ "code": "round", "tier": "DROP_IN", "items": [when("one", "l.one", "two"), when("two", "l.two", "one")] }));
        let draft = does(&nia, DRAFT, round).await["draft"].clone();
        assert_eq!(draft["preview"]["against"].as_array().unwrap().len(), 1);
        assert_eq!(tries_to_publish(&nia, &draft).await["userErrors"][0]["code"], "NOT_A_FORM");

        let nowhere = a_draft(json!({ "code": "nowhere", "tier": "DROP_IN", "items": [asks("one", "l.one"), when("two", "l.two", "gone"), when("three", "l.three", "one")] }));
        let draft = does(&nia, DRAFT, nowhere).await["draft"].clone();
        assert!(draft["preview"]["advice"].to_string().contains("two"), "{draft:#}");
        assert_eq!((&draft["preview"]["maxShown"], &draft["preview"]["openShown"]), (&json!(2), &json!(1)));
        let form = tries_to_publish(&nia, &draft).await["form"].clone();
        assert_eq!(form["items"][2]["shownWhen"], json!({ "===": [{ "var": "one" }, true] }));
    }

    async fn the_preview_makes_no_record_of_anybody(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let before = nia.good("{ records { nodes { id } } }", json!({})).await;
        adds(&nia, "p.one", "TEXT", json!({})).await;
        let draft = does(&nia, DRAFT, a_draft(json!({ "code": "p", "tier": "DROP_IN", "items": [asks("one", "p.one")] }))).await;
        assert_eq!(draft["draft"]["preview"]["items"], json!([{ "linkId": "one", "prompt": "What about p.one?" }]));
        assert_eq!(nia.good("{ records { nodes { id } } }", json!({})).await, before);
        // Whoever fills forms in sees no draft among them.
        let forms = nia.good("{ forms { code } formDrafts { nodes { code } } }", json!({})).await;
        assert!(!forms["forms"].to_string().contains("\"p\"") && forms["formDrafts"]["nodes"].to_string().contains("\"p\""));
    }

    async fn a_question_is_retired_by_the_practice_group_in_one_step_and_no_answer_is_lost(council: &Council) {
        let (nia, mari, tomos) = (council.person("nia.talfan").await, council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = begun(&mari, &[answer("what-about", json!({ "choice": "money" }), None), answer("what-matters", json!({ "text": "A warm room" }), None)]).await;
        let bank = nia.good("{ questions(first: 100) { nodes { id code } } }", json!({})).await["questions"]["nodes"].clone();
        let question = bank.as_array().unwrap().iter().find(|row| row["code"] == "hub-conversation.what-matters").unwrap()["id"].clone();
        let retire = json!({ "questionId": question, "because": "Nobody used the answers." });

        assert_eq!(refused(&tomos, RETIRE, retire.clone()).await, "FOR_THE_PRACTICE_GROUP");
        let may = tomos.good("query($id: ID!) { node(id: $id) { ... on Question { viewerCan { change { allowed reason } retire { allowed reason } } } } }", json!({ "id": question })).await;
        assert_eq!((&may["node"]["viewerCan"]["change"]["allowed"], &may["node"]["viewerCan"]["retire"]["allowed"]), (&json!(false), &json!(false)));
        assert_eq!(refused(&nia, RETIRE, json!({ "questionId": question, "because": " x" })).await, "WHY_NEEDED");
        let retired = does(&nia, RETIRE, retire.clone()).await["question"].clone();
        assert_eq!((&retired["isAsked"], &retired["retiredBecause"]), (&json!(false), &json!("Nobody used the answers.")));
        assert_eq!(refused(&nia, RETIRE, retire).await, "RETIRED");

        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
        let offer = mari.good("query($id: ID!) { formFor(context: { hubId: $id }) { form { items { linkId } } toAsk { linkId } } }", json!({ "id": hub })).await["formFor"].clone();
        assert_eq!((&offer["form"]["items"], &offer["toAsk"]), (&json!([{ "linkId": "what-about" }, { "linkId": "hear-from-us" }]), &offer["form"]["items"]));
        let read = mari.good(READ, json!({ "id": id })).await["node"]["answers"].clone();
        assert_eq!((read.as_array().unwrap().len(), &read[1]["text"]), (2, &json!("A warm room")));
        // A record that is open still takes it.
        does(&mari, PUT, json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": "A warm room, and tea" }), None)] })).await;
        assert_eq!(does(&mari, COMPLETE, json!({ "recordId": id })).await["advice"], json!([]));
    }

    async fn somebody_always_answers_for_a_question(council: &Council) {
        let (nia, elin, tomos) = (council.person("nia.talfan").await, council.person("elin.caradog").await, council.person("tomos.ellwood").await);
        let id = adds(&elin, "s.one", "TEXT", json!({})).await;
        let hand = |to: Value| json!({ "questionIds": [id], "stewardId": to });
        assert_eq!(refused(&tomos, REVISE, json!({ "questionId": id, "prompt": { "en": "Mine?" } })).await, "NOT_YOUR_QUESTION");
        assert_eq!(does(&tomos, HAND_OVER, hand(Value::Null)).await["userErrors"][0]["code"], "NOT_YOUR_QUESTION");

        let handed = does(&elin, HAND_OVER, hand(json!(tomos.row().id.to_string()))).await["questions"].clone();
        assert_eq!(handed, json!([{ "code": "s.one", "steward": { "name": "Tomos Ellwood" } }]));
        assert_eq!(refused(&elin, REVIEW, json!({ "questionId": id, "reviewOn": day(10) })).await, "NOT_YOUR_QUESTION");
        assert_eq!(does(&tomos, REVIEW, json!({ "questionId": id, "reviewOn": day(10) })).await["question"]["reviewOn"], day(10));
        let group = does(&nia, HAND_OVER, hand(Value::Null)).await["questions"].clone();
        assert_eq!(group, json!([{ "code": "s.one", "steward": null }]));
        assert_eq!(does(&nia, REVIEW, json!({ "questionId": id, "reviewOn": day(20) })).await["question"]["isAsked"], true);
        for wrong in [day(0).replace("20", "19"), day(800)] {
            assert_eq!(refused(&nia, REVIEW, json!({ "questionId": id, "reviewOn": wrong })).await, "REVIEW_NOT_VALID");
        }
    }

    async fn the_practice_group_chooses_its_own_and_is_never_nobody(council: &Council) {
        let (nia, elin) = (council.person("nia.talfan").await, council.person("elin.caradog").await);
        let hers = json!(elin.row().id.to_string());
        assert_eq!(does(&elin, GROUP, json!({ "add": [hers] })).await["userErrors"][0]["code"], "FOR_THE_PRACTICE_GROUP");
        let group = does(&nia, GROUP, json!({ "add": [hers] })).await["practiceGroup"].clone();
        assert_eq!(group, json!([{ "name": "Elin Caradog" }, { "name": "Gethin Bowmer" }, { "name": "Mari Prydderch" }, { "name": "Nia Talfan" }]));
        let everybody: Vec<_> = ["elin.caradog", "gethin.bowmer", "mari.prydderch", "nia.talfan"].to_vec();
        let mut ids = vec![];
        for name in everybody {
            ids.push(council.person(name).await.row().id.to_string());
        }
        assert_eq!(does(&elin, GROUP, json!({ "remove": ids })).await["userErrors"][0]["code"], "NOBODY_LEFT");
        assert_eq!(does(&elin, GROUP, json!({ "remove": [ids[3]] })).await["practiceGroup"].as_array().unwrap().len(), 3);
    }

    async fn what_cannot_be_asked_is_told_and_nothing_is_kept(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let long = "word ".repeat(26);
        adds(&nia, "taken", "TEXT", json!({})).await;
        let count = async || nia.good("{ questions(first: 100) { nodes { id } } }", json!({})).await["questions"]["nodes"].as_array().unwrap().len();
        let before = count().await;
        for (changes, code) in [
            (json!({ "code": "Taken!" }), "CODE_NOT_VALID"),
            (json!({ "code": "taken" }), "CODE_TAKEN"),
            (json!({ "prompt": { "cy": "Dim ond Cymraeg" } }), "WORDS_NEEDED"),
            (json!({ "whyWeAsk": { "en": long } }), "REASON_TOO_LONG"),
            (json!({ "whyWeAsk": { "en": "Because.", "cy": long } }), "REASON_TOO_LONG"),
            (json!({ "kind": "CHOICE" }), "CHOICES_NOT_VALID"),
            (json!({ "choices": [{ "code": "a", "label": { "en": "A" } }] }), "CHOICES_NOT_VALID"),
            (json!({ "bounds": { "maxChars": -1 } }), "BOUNDS_NOT_VALID"),
            (json!({ "bounds": { "least": "1.5" } }), "BOUNDS_NOT_VALID"),
            (json!({ "retentionDays": 0 }), "RETENTION_NOT_VALID"),
            (json!({ "reviewOn": "2019-01-01" }), "REVIEW_NOT_VALID"),
            (json!({ "prompt": { "en": "x\u{202e}y" } }), "TEXT_NOT_PLAIN"),
            (json!({ "prompt": { "en": "x".repeat(501) } }), "TEXT_TOO_LONG"),
            (json!({ "purpose": "" }), "WORDS_NEEDED"),
            (json!({ "stewardId": new_id().replace("recd", "prac") }), "NOT_A_PRACTITIONER"),
        ] {
            assert_eq!(refused(&nia, ADD_QUESTION, question("new.one", "TEXT", changes.clone())).await, code, "{changes}");
        }
        assert_eq!(count().await, before);
        let unknown = a_draft(json!({ "code": "u", "tier": "DROP_IN", "items": [asks("one", "not.there")] }));
        let draft = does(&nia, DRAFT, unknown).await["draft"].clone();
        assert_eq!(draft["preview"]["against"], json!(["The bank has no such question for \"one\" now. Choose another."]));
        assert_eq!(tries_to_publish(&nia, &draft).await["userErrors"][0]["code"], "NOT_IN_THE_BANK");
        assert_eq!(refused(&nia, DRAFT, a_draft(json!({ "code": "u", "items": [] }))).await, "DRAFT_OPEN");
        let offers = json!([{ "kind": "HUB_CONVERSATION", "least": "5.00" }]);
        assert_eq!(refused(&nia, DRAFT, a_draft(json!({ "code": "w", "offers": offers, "items": [] }))).await, "OFFER_NOT_VALID");
    }

    async fn a_form_is_offered_for_what_it_says_and_no_more(council: &Council) {
        let nia = council.person("nia.talfan").await;
        adds(&nia, "large.why", "TEXT", json!({})).await;
        let parking = council.purpose("parking").await.to_string();
        let offers = json!([{ "kind": "SPEND_PURPOSE", "spendPurposeId": parking, "least": "50.00" }]);
        publishes(&nia, json!({ "code": "large", "tier": "DROP_IN", "offers": offers, "items": [asks("why", "large.why")] })).await;
        let offered = async |about: Value, purpose: &str| {
            let query = "query($id: ID!, $about: FormAboutInput) { formFor(context: { spendPurposeId: $id }, about: $about) { form { code } } }";
            nia.good(query, json!({ "id": purpose, "about": about })).await["formFor"]["form"]["code"].clone()
        };

        assert_eq!(offered(json!({ "amount": "50.00" }), &parking).await, "large");
        assert_eq!(offered(json!({ "amount": "49.99" }), &parking).await, "spend-note");
        assert_eq!(offered(Value::Null, &parking).await, "spend-note");
        let fare = council.purpose("bus-fare").await.to_string();
        assert_eq!(offered(json!({ "amount": "500.00" }), &fare).await, "spend-note");
        assert_eq!(offered(json!({ "tier": "SAFEGUARDING" }), &fare).await, Value::Null);
        assert_eq!(nia.good(FOR_PURPOSE, json!({ "id": fare })).await["formFor"]["form"]["code"], "spend-note");
    }
}
