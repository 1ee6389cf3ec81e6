//! Stories of bad input: every verb and every way in is told what is wrong in plain words, and nothing changes.

use busfare_entity::{self as tables, budget, words::SpendId};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, key},
    verbs::{
        ATTACH, CAPTURE, CHANGE, COMPLETE, DECIDE, NOTE, PUT, QUESTION, RECORD_SPENT, REPEAT, REQUEST, WITHDRAW, does,
    },
};
use busfare::store;

mod amounts;
mod budgets;
mod emergencies;
mod ids;
mod keys;
mod lists;
mod texts;

/// The closed list of codes at the top level, without the one that says the fault is ours.
const CODES: [&str; 5] = ["UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "QUERY_TOO_COMPLEX"];
/// The words that a retry can be advised with.
const RETRIES: [&str; 4] = ["NEVER", "AFTER_CHANGE", "SAME_KEY", "LATER"];
/// What nobody outside should ever read.
const INSIDES: [&str; 20] = [
    "sqlx",
    "panicked",
    "busfare::",
    "DbErr",
    "Uuid(",
    "expected type",
    "::",
    "unwrap",
    "None",
    "Some(",
    "Err(",
    "SELECT",
    "INSERT",
    "constraint",
    "UTF8",
    "serde",
    "i32",
    "i64",
    "struct",
    "thread",
];

/// How many rows every table has, and every counter of every budget.
#[derive(Debug, PartialEq)]
pub struct Everything {
    rows: Vec<(&'static str, u64)>,
    budgets: Vec<budget::Model>,
}

/// Counts the rows of tables.
macro_rules! count {
    ($reader:expr, $($table:ident)+) => { vec![$((stringify!($table), tables::$table::Entity::find().count($reader).await.unwrap())),+] };
}

pub async fn everything(council: &Council) -> Everything {
    let reader = council.state.db.reader();
    let rows = count!(reader, absence action_use allowance answer app ask budget budget_closing budget_entry budget_mode_change delegation delegation_hub
        delegation_method delegation_purpose delegation_window difference_note digest duty export_batch export_chunk export_line export_mapping
        answer_aside answer_use form_content form_draft form_item form_offer form_template form_version form_waiver practice_group_member
        record_activity record_capture record_person record_statement record_upgrade hub hub_place introduction resource resource_key resource_need resource_place idempotency job learning learning_note learning_participant month_close
        answer_aside form_content form_draft form_item form_offer form_template form_version form_waiver practice_group_member disclosure disclosure_field person_key person_warning purge_list purge_run record_access record_hold record_opening
        record_activity record_person record_statement record_upgrade hub idempotency job learning learning_note learning_participant month_close
        month_close_difference month_close_line no_receipt_note notice offline_spend organisation outbox person possible_duplicate practitioner practitioner_hub push_device reminder
        question question_version receipt receipt_confirmation receipt_link receipt_page receipt_print record refresh_token refund reversal say scheme session spend spend_change
        month_close_difference month_close_line no_receipt_note notice offline_spend organisation person possible_duplicate practitioner practitioner_hub
        question question_version receipt receipt_confirmation receipt_link receipt_page receipt_print receipt_reading receipt_word record refresh_token refund reversal say scheme session spend spend_change
        question question_version receipt receipt_confirmation receipt_link receipt_page receipt_print receipt_sheet record refresh_token refund reversal say scheme session spend spend_change
        feedback_answer feedback_ask policy policy_comment promise reflection reflection_note reflection_participant said
        person_merge appointment appointment_person appointment_step appointment_wish calendar_feed council_closure hub_session hub_session_change
        spend_message spend_person spend_purpose team upload upload_part verdict virement virement_limit);
    let budgets = budget::Entity::find().order_by_asc(budget::Column::Id).all(reader).await.unwrap();
    Everything { rows, budgets }
}

/// What a story's people have, for their inputs to be wrong in one place only.
struct Hers<'a> {
    council: &'a Council,
    mari: Person<'a>,
    gethin: Person<'a>,
    purpose: String,
    tea: String,
    hub: String,
    /// Authorised, not spent.
    own: String,
    /// Waits for Gethin.
    asked: String,
    receipt: String,
    form: String,
    record: String,
}

impl<'a> Hers<'a> {
    async fn in_council(council: &'a Council) -> Self {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let id = |spend: Value| spend["spend"]["id"].as_str().unwrap().to_owned();
        let (own, asked) =
            (id(mari.requests_spend(json!({})).await), id(mari.requests_spend(json!({ "unitPrice": "40.00" })).await));
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].as_str().unwrap().to_owned();
        let offer = mari
            .good("query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }", json!({ "id": hub }))
            .await;
        let form = offer["formFor"]["form"]["id"].as_str().unwrap().to_owned();
        let record = store::mint::id::<busfare_entity::words::RecordId>().to_string();
        does(&mari, PUT, json!({ "recordId": record, "begin": { "formId": form }, "answers": [] })).await;
        let (purpose, tea) =
            (council.purpose("bus-fare").await.to_string(), council.purpose("hub-refreshments").await.to_string());
        Self { council, mari, gethin, purpose, tea, hub, own, asked, receipt, form, record }
    }

    /// A good input for every verb; each would change something.
    fn good_inputs(&self) -> Vec<(&'static str, Value)> {
        vec![
            (REQUEST, json!({ "purposeId": self.purpose, "unitPrice": "1.15", "hubId": self.hub })),
            (
                DECIDE,
                json!({ "spendId": self.asked, "answer": { "authorise": { "amount": "20.00" } }, "words": "Yes" }),
            ),
            (WITHDRAW, json!({ "spendId": self.own })),
            (RECORD_SPENT, json!({ "spendId": self.own, "amount": "1.00" })),
            (QUESTION, json!({ "spendId": self.asked, "words": "Why two?" })),
            (CHANGE, json!({ "spendId": self.own, "unitPrice": "1.10", "reason": "Cheaper" })),
            (REPEAT, json!({ "spendId": self.own })),
            (
                CAPTURE,
                json!({ "id": store::mint::id::<busfare_entity::words::ReceiptId>().to_string(), "spendId": self.own }),
            ),
            (ATTACH, json!({ "receiptId": self.receipt, "spendId": self.own })),
            (NOTE, json!({ "spendId": self.own, "reason": "LOST", "words": "It rained" })),
            (
                PUT,
                json!({ "recordId": self.record, "answers": [{ "linkId": "what-matters", "value": { "text": "Rain" } }] }),
            ),
            (COMPLETE, json!({ "recordId": self.record })),
        ]
    }

    /// Who sends a verb: the colleague decides, she does everything else.
    fn sender(&self, verb: &str) -> &Person<'a> {
        if [DECIDE, QUESTION].contains(&verb) { &self.gethin } else { &self.mari }
    }

    /// Sends a bad input and gives the code it is told; the answer must be plain.
    async fn told(&self, verb: &str, mut input: Value) -> String {
        if let Some(fields) = input.as_object_mut() {
            fields.entry("idempotencyKey").or_insert_with(|| key().into());
        }
        self.told_about(self.sender(verb), verb, json!({ "input": input })).await
    }

    /// Sends a document with bad variables and gives the code it is told.
    async fn told_about(&self, person: &Person<'_>, document: &str, variables: Value) -> String {
        let answer = person.sends(document, variables.clone()).await;
        let about = format!("{document} {variables} {answer:#}");
        let about: String = about.chars().take(3_000).collect();
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        let user_errors = answer["data"]["it"]["userErrors"].as_array().cloned().unwrap_or_default();
        assert_eq!(errors.len().min(1) + user_errors.len(), 1, "{about}");
        for error in errors.iter().chain(&user_errors) {
            let message = error["message"].as_str().unwrap();
            assert!((10..=140).contains(&message.chars().count()), "{about}");
            assert!(!message.chars().any(char::is_control), "{about}");
            for inside in INSIDES {
                assert!(!message.contains(inside), "{inside}: {about}");
            }
        }
        if let Some(error) = user_errors.first() {
            assert!(RETRIES.contains(&error["retry"].as_str().unwrap()) && error["field"].is_array(), "{about}");
            return error["code"].as_str().unwrap().to_owned();
        }
        let code = errors[0]["extensions"]["code"].as_str().unwrap().to_owned();
        assert!(CODES.contains(&code.as_str()), "{about}");
        assert!(errors[0]["extensions"]["requestId"].is_string(), "{about}");
        code
    }

    /// Nothing has changed since.
    async fn unchanged_since(&self, before: &Everything, what: &str) {
        assert_eq!(everything(self.council).await, *before, "{what}");
    }
}

/// An input with one field, perhaps deep inside, set to something else.
fn with(input: &Value, path: &str, value: Value) -> Value {
    let mut changed = input.clone();
    *changed.pointer_mut(path).unwrap_or_else(|| panic!("{path} is not in {input}")) = value;
    changed
}

/// Every place in an input where a text stands.
fn places(input: &Value, at: &str) -> Vec<String> {
    match input {
        Value::String(_) => vec![at.to_owned()],
        Value::Array(values) => {
            values.iter().enumerate().flat_map(|(place, value)| places(value, &format!("{at}/{place}"))).collect()
        }
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| places(value, &format!("{at}/{name}"))).collect()
        }
        _ => vec![],
    }
}

/// The id of a spend that nobody asked for.
fn nowhere() -> String {
    store::mint::id::<SpendId>().to_string()
}
