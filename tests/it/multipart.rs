//! Stories of files inside a request: for apps that know nothing else, only where no form on any page could have sent
//! them, and with nothing left behind.

use busfare::work::{jobs::Ran, pictures::sample};
use data_encoding::HEXLOWER;
use reqwest::{
    RequestBuilder, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    council::{Council, Person, key, on_both},
    receipts::{files, heavy, works_at},
    verbs::{CAPTURE, does},
};

const UPLOAD: &str = "mutation($input: UploadReceiptPageInput!) { it: uploadReceiptPage(input: $input) { receipt { id state problem bytesReceived } userErrors { code message field retry } replayed } }";

/// What is asked, as the specification has it: the file's place is null.
fn operations(input: &Value) -> String {
    json!({ "query": UPLOAD, "variables": { "input": input } }).to_string()
}

fn input(receipt: &str) -> Value {
    json!({ "idempotencyKey": key(), "receiptId": receipt, "file": null })
}

/// A request with one file.
fn form(input: &Value, picture: Vec<u8>) -> Form {
    let file = Part::bytes(picture).file_name("../../ticket.jpg").mime_str("image/jpeg").unwrap();
    Form::new().text("operations", operations(input)).text("map", r#"{"0":["variables.input.file"]}"#).part("0", file)
}

/// A request that says that it is no form.
fn posts(council: &Council, person: &Person<'_>) -> RequestBuilder {
    let request = council.http().post(council.url("/graphql")).header("graphql-require-preflight", "1");
    match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

async fn uploads(council: &Council, person: &Person<'_>, input: &Value, picture: Vec<u8>) -> Value {
    let answer = posts(council, person).multipart(form(input, picture)).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"]["it"].clone()
}

async fn jobs_are_done(council: &Council) -> Ran {
    let works = works_at(council, busfare::http::clock::now() + chrono::TimeDelta::days(1));
    busfare::work::jobs::run_due(&works, &busfare::work::jobs::hands()).await.unwrap()
}

on_both! {
    async fn a_picture_inside_a_request_goes_the_way_of_all_pictures(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let ticket = sample::bus_ticket("1.15");
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let hash = HEXLOWER.encode(&Sha256::digest(&ticket));
        let mut first = input(&receipt);
        first["sha256"] = hash.clone().into();

        let taken = uploads(council, &mari, &first, ticket.clone()).await;
        assert_eq!((&taken["receipt"]["state"], &taken["receipt"]["bytesReceived"]), (&json!("ARRIVED"), &json!(ticket.len())), "{taken:#}");
        assert_eq!(uploads(council, &mari, &first, ticket.clone()).await["replayed"], true);
        assert_eq!(uploads(council, &mari, &input(&receipt), ticket.clone()).await["receipt"]["state"], "ARRIVED", "the same picture again is the same");
        jobs_are_done(council).await;

        let stored = mari.gets(&format!("/receipts/{receipt}/content")).await.bytes().await.unwrap();
        assert!(!stored.windows(4).any(|part| part == b"Exif") && stored.len() > 100);
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state originalSha256 pages { number } } } }", json!({ "id": receipt })).await;
        assert_eq!(seen["node"], json!({ "state": "STORED", "originalSha256": hash, "pages": [{ "number": 1 }] }));
        let again = uploads(council, &mari, &input(&receipt), ticket.clone()).await;
        assert_eq!(again["receipt"]["state"], "STORED");
        let another = uploads(council, &mari, &input(&receipt), sample::bus_ticket("2.30")).await;
        assert_eq!(another["userErrors"][0]["code"], "ANOTHER_PICTURE");
        let mut third = input(&receipt);
        third["page"] = 3.into();
        assert_eq!(uploads(council, &mari, &third, sample::bus_ticket("3.45")).await["userErrors"], json!([]));
        jobs_are_done(council).await;
        assert_eq!(files(council, "staging"), [""; 0]);
        assert_eq!(files(council, "pictures").len(), 6, "two pages, their thumbnails and previews, and no piece of any other");

        // Nobody else's receipt, and nobody who is not signed in.
        let answer = posts(council, &tomos).multipart(form(&input(&receipt), ticket.clone())).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "NOT_FOUND");
        for nobody in [council.stranger(), { let mut app = council.stranger(); app.token = Some(crate::verbs::an_app(council).await); app }] {
            let answer = posts(council, &nobody).multipart(form(&input(&receipt), ticket.clone())).send().await.unwrap();
            assert!([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status()), "{}", answer.status());
        }
        assert_eq!(files(council, "staging"), [""; 0]);
    }

    async fn what_a_form_on_any_page_could_send_changes_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let ticket = sample::bus_ticket("1.15");
        let bare = || council.http().post(council.url("/graphql")).bearer_auth(mari.token.as_ref().unwrap());
        for (name, value) in [("x-nothing", "1"), ("graphql-require-preflight", ""), ("origin", "https://elsewhere.example"), ("x-apollo-operation-id", "1")] {
            let answer = bare().header(name, value).multipart(form(&input(&receipt), ticket.clone())).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}");
        }
        for name in ["graphql-require-preflight", "apollo-require-preflight", "x-apollo-operation-name"] {
            let answer = bare().header(name, "x").multipart(form(&input(&receipt), ticket.clone())).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{name}");
        }
        let seen = mari.good("{ spends { nodes { id } } viewer { receipts { nodes { state } } } }", json!({})).await;
        assert_eq!(seen, json!({ "spends": { "nodes": [] }, "viewer": { "receipts": { "nodes": [{ "state": "ARRIVED" }] } } }));
    }

    async fn a_request_that_is_not_put_together_as_it_should_is_told_so_and_leaves_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let ticket = || Part::bytes(sample::bus_ticket("1.15")).file_name("a.jpg");
        let asked = operations(&input(&receipt));
        let many: Value = (0..21).map(|number| (number.to_string(), json!(["variables.input.file"]))).collect::<serde_json::Map<_, _>>().into();
        let one = r#"{"0":["variables.input.file"]}"#;
        let wrong: [(Form, u16); 16] = [
            (Form::new(), 400),
            (Form::new().text("map", one).text("operations", asked.clone()).part("0", ticket()), 400),
            (Form::new().text("operations", "{").text("map", one).part("0", ticket()), 400),
            (Form::new().text("operations", format!("[{asked}]")).text("map", one).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", "[]").part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", "{}").part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", r#"{"0":["variables.input.nothing"]}"#).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", r#"{"0":["variables.input.receiptId"]}"#).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", r#"{"0":["__proto__.x"]}"#).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", one), 400),
            (Form::new().text("operations", asked.clone()).text("map", one).part("0", ticket()).part("0", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", one).part("1", ticket()), 400),
            (Form::new().text("operations", asked.clone()).text("map", many.to_string()).part("0", ticket()), 413),
            (Form::new().text("operations", "x".repeat(300_000)).text("map", one).part("0", ticket()), 413),
            (Form::new().text("operations", asked.clone()).text("map", "x".repeat(20_000)).part("0", ticket()), 413),
        ];
        for (place, (form, status)) in wrong.into_iter().enumerate() {
            let answer = posts(council, &mari).multipart(form).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "number {place}");
            assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "number {place}");
        }
        let big = heavy(&sample::bus_ticket("1.15"), 21 * 1024 * 1024, 1);
        let refused = posts(council, &mari).multipart(form(&input(&receipt), big)).send().await;
        assert!(refused.is_err() || refused.unwrap().status() == StatusCode::PAYLOAD_TOO_LARGE, "more than 20 MB is not read");
        for body in ["", "--b", "--b\r\n", "no parts at all", "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{"] {
            let answer = posts(council, &mari).header("content-type", "multipart/form-data; boundary=b").body(body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        }
        let endless = format!("--b\r\nx: {}", "y".repeat(2_000_000));
        let answer = posts(council, &mari).header("content-type", "multipart/form-data; boundary=b").body(endless).send().await;
        assert!(answer.is_err() || answer.unwrap().status() == StatusCode::BAD_REQUEST, "headers without an end are not kept");

        let mut fields = vec![(json!({ "page": 0 }), "PAGE_NOT_VALID"), (json!({ "page": 21 }), "PAGE_NOT_VALID"), (json!({ "page": -2147483648i64 }), "PAGE_NOT_VALID")];
        fields.push((json!({ "sha256": "00" }), "DIGEST_MISMATCH"));
        fields.push((json!({ "sha256": "\u{202E}" }), "DIGEST_MISMATCH"));
        for (field, code) in fields {
            let mut whole = input(&receipt);
            whole.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
            assert_eq!(uploads(council, &mari, &whole, sample::bus_ticket("1.15")).await["userErrors"][0]["code"], code, "{field}");
        }
        // As JSON there is no file, whatever stands in its place.
        for odd in [json!(null), json!("busfare-upload:0"), json!("busfare-upload:-1"), json!(7), json!({ "a": 1 }), json!("/etc/passwd")] {
            let mut whole = input(&receipt);
            whole["file"] = odd.clone();
            assert_eq!(mari.problem(UPLOAD, json!({ "input": whole })).await, "BAD_USER_INPUT", "{odd}");
        }
        for id in ["", "rcpt_", "spnd_00000000000000000000000000", "rcpt_\0"] {
            let answer = posts(council, &mari).multipart(form(&input(id), sample::bus_ticket("1.15"))).send().await.unwrap();
            assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "NOT_FOUND", "{id}");
        }
        let empty = posts(council, &mari).multipart(form(&input(&receipt), vec![])).send().await.unwrap();
        assert_eq!(empty.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        jobs_are_done(council).await;
        assert_eq!((files(council, "staging"), files(council, "pictures")), (vec![], vec![]));
        let seen = mari.good("{ viewer { receipts { nodes { id state } } } }", json!({})).await;
        assert_eq!(seen["viewer"]["receipts"]["nodes"], json!([{ "id": receipt, "state": "AWAITING_PICTURE" }]));
    }

    async fn two_pages_in_one_request_are_two_pages(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let query = "mutation($a: UploadReceiptPageInput!, $b: UploadReceiptPageInput!) { a: uploadReceiptPage(input: $a) { userErrors { code } } b: uploadReceiptPage(input: $b) { receipt { id } userErrors { code } } }";
        let (mut second, first) = (input(&receipt), input(&receipt));
        second["page"] = 2.into();
        let asked = json!({ "query": query, "variables": { "a": first, "b": second } }).to_string();
        let picture = |price| Part::bytes(sample::bus_ticket(price)).file_name("a.jpg");
        let map = r#"{"one":["variables.a.file"],"two":["variables.b.file"]}"#;
        let form = Form::new().text("operations", asked).text("map", map).part("two", picture("2.30")).part("one", picture("1.15"));
        let answer: Value = posts(council, &mari).multipart(form).send().await.unwrap().json().await.unwrap();
        assert_eq!((&answer["data"]["a"]["userErrors"], &answer["data"]["b"]["userErrors"]), (&json!([]), &json!([])), "{answer:#}");
        jobs_are_done(council).await;
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { originalSha256 pages { number originalSha256 } } } }", json!({ "id": receipt })).await;
        let hash = |price| HEXLOWER.encode(&Sha256::digest(sample::bus_ticket(price)));
        assert_eq!(seen["node"]["pages"], json!([{ "number": 1, "originalSha256": hash("1.15") }, { "number": 2, "originalSha256": hash("2.30") }]));
    }
}
