//! Stories of archives: an auditor takes the receipts of some days home in one file and needs nothing else to read it.

use std::{collections::HashMap, io::Write, process::Command};

use busfare::{http::clock, store, work::pictures::sample};
use busfare_entity::{
    receipt, upload,
    words::{ReceiptId, UploadState},
};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    council::{Council, Person, on_both},
    verbs::{ATTACH, CAPTURE, NOTE, RECORD_SPENT, does, in_language},
};

const ARCHIVE: &str = "query($from: Date!, $to: Date!) { receiptArchive(from: $from, to: $to) { from to spendCount downloadUrl link { url expiresAt } } }";

/// Reads an archive with another program's reader, tests it, and gives every file with its hash.
const READER: &str = "
import sys, zipfile, hashlib, json, base64
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
names = archive.namelist()
assert len(names) == len(set(names)), names
print(json.dumps({name: [hashlib.sha256(archive.read(name)).hexdigest(), base64.b64encode(archive.read(name)).decode() if name.endswith(('.csv', '.html', '.txt', 'SUMS')) else None] for name in names}))
";

/// What is in an archive, as an independent reader finds it.
struct Opened {
    hashes: HashMap<String, String>,
    texts: HashMap<String, String>,
}

impl Opened {
    fn new(council: &Council, bytes: &[u8]) -> Option<Self> {
        let path = council.data.path().join("archive.zip");
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        if let Ok(tested) = Command::new("unzip").arg("-tqq").arg(&path).output() {
            assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
        }
        let Ok(read) = Command::new("python3").args(["-c", READER]).arg(&path).output() else {
            eprintln!("the archive was not read by another reader: python3 is not installed");
            return None;
        };
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let read: HashMap<String, (String, Option<String>)> = serde_json::from_slice(&read.stdout).unwrap();
        let (mut hashes, mut texts) = (HashMap::new(), HashMap::new());
        for (name, (hash, text)) in read {
            if let Some(text) = text {
                let text = data_encoding::BASE64.decode(text.as_bytes()).unwrap();
                texts.insert(name.clone(), String::from_utf8(text).unwrap());
            }
            hashes.insert(name, hash);
        }
        let opened = Self { hashes, texts };
        opened.agrees_with_its_hashes();
        Some(opened)
    }

    /// Every file but the list itself is in the list, with its hash, and nothing else is.
    fn agrees_with_its_hashes(&self) {
        let listed: HashMap<_, _> = self.texts["SHA256SUMS"]
            .lines()
            .map(|line| line.split_once("  ").unwrap())
            .map(|(hash, name)| (name, hash))
            .collect();
        assert_eq!(listed.len(), self.hashes.len() - 1);
        for (name, hash) in &self.hashes {
            assert!(name == "SHA256SUMS" || listed[name.as_str()] == hash, "{name}");
        }
    }

    /// The names of the pages, in order.
    fn pages(&self) -> Vec<&str> {
        let mut pages: Vec<_> =
            self.hashes.keys().map(String::as_str).filter(|name| name.starts_with("receipts/")).collect();
        pages.sort_unstable();
        pages
    }

    /// The lines of the table about a spend: receipt, page, file and words.
    fn says_of(&self, spend: &str) -> Vec<[String; 4]> {
        let table = self.texts["index.csv"].strip_prefix('\u{feff}').unwrap();
        let rows = csv::Reader::from_reader(table.as_bytes()).into_records();
        let rows = rows.map(Result::unwrap).filter(|row| &row[0] == spend);
        rows.map(|row| [5, 6, 8, 10].map(|column| row[column].to_owned())).collect()
    }
}

/// Today and the days around it.
fn days() -> Value {
    let now = clock::now();
    json!({ "from": (now - TimeDelta::days(2)).date_naive(), "to": (now + TimeDelta::days(2)).date_naive() })
}

/// Something she bought, as the id of its spend.
async fn buys(person: &Person<'_>, price: &str) -> String {
    let id = person.requests_spend(json!({ "unitPrice": price })).await["spend"]["id"].as_str().unwrap().to_owned();
    let spent = does(person, RECORD_SPENT, json!({ "spendId": id, "amount": price })).await;
    assert_eq!(spent["spend"]["money"], "SPENT", "{spent:#}");
    id
}

/// A receipt for spends with so many pages, as its id.
async fn photographs(council: &Council, person: &Person<'_>, spends: &[&String], pages: &[i32]) -> String {
    let id = does(person, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
    for spend in spends {
        does(person, ATTACH, json!({ "receiptId": id, "spendId": spend })).await;
    }
    for page in pages {
        let address = council.url(&format!("/receipts/{id}/pages/{page}/content"));
        let request = council.http().put(address).bearer_auth(person.token.as_ref().unwrap());
        let picture = sample::bus_ticket(&format!("{page}.{}", id.len()));
        assert_eq!(request.body(picture).send().await.unwrap().status(), StatusCode::OK);
    }
    id
}

async fn downloads(person: &Person<'_>) -> Vec<u8> {
    let told = person.good(ARCHIVE, days()).await["receiptArchive"].clone();
    let response = person.gets(told["downloadUrl"].as_str().unwrap()).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"application/zip".parse().unwrap())
    );
    assert!(
        response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"receipts-20")
    );
    response.bytes().await.unwrap().to_vec()
}

on_both! {
    async fn an_auditor_has_every_page_and_reads_what_is_missing(council: &Council) {
        let (mari, gethin, elin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("elin.caradog").await);
        let whole = buys(&mari, "12.00").await;
        let (left, right) = (buys(&mari, "8.00").await, buys(&mari, "7.00").await);
        let (noted, bare, coming, gap) = (buys(&mari, "6.50").await, buys(&mari, "6.60").await, buys(&mari, "6.70").await, buys(&mari, "6.80").await);
        let small = buys(&mari, "1.15").await;
        let elsewhere = buys(&elin, "9.00").await;
        let three = photographs(council, &mari, &[&whole], &[1, 2, 3]).await;
        let shared = photographs(council, &mari, &[&left, &right], &[1]).await;
        let second = photographs(council, &mari, &[&whole], &[1]).await;
        let gapped = photographs(council, &mari, &[&gap], &[2]).await;
        let on_its_way = photographs(council, &mari, &[&coming], &[]).await;
        photographs(council, &elin, &[&elsewhere], &[1]).await;
        is_on_its_way(council, &mari, &on_its_way).await;
        does(&mari, NOTE, json!({ "spendId": noted, "reason": "NOT_GIVEN", "words": "=1+1 <script>" })).await;

        let told = gethin.good(ARCHIVE, days()).await["receiptArchive"].clone();
        assert_eq!(told["spendCount"], 8, "what she may see and no more: {told:#}");
        let Some(opened) = Opened::new(council, &downloads(&gethin).await) else { return };

        assert_eq!(opened.pages().len(), 3 + 1 + 1 + 1, "{:?}", opened.pages());
        let mut enclosed = 0;
        for (spend, receipt, pages) in [(&whole, &three, vec![1, 2, 3]), (&left, &shared, vec![1]), (&whole, &second, vec![1]), (&gap, &gapped, vec![2])] {
            for page in pages {
                let line = opened.says_of(spend).into_iter().find(|[id, number, ..]| id == receipt && *number == page.to_string());
                let [_, _, file, words] = line.unwrap_or_else(|| panic!("{receipt} page {page} is not in the index"));
                assert!(file.starts_with(&format!("receipts/{spend}_")) && file.ends_with("_bus-fare.jpg") && words.starts_with("Enclosed"), "{file} {words}");
                let seen = gethin.gets(&format!("/receipts/{receipt}/pages/{page}/content")).await.bytes().await.unwrap();
                assert_eq!(opened.hashes[&file], HEXLOWER.encode(&Sha256::digest(&seen)), "{file}");
                enclosed += 1;
            }
        }
        assert_eq!(enclosed, opened.pages().len());
        let words = |spend: &str| opened.says_of(spend).into_iter().map(|[.., words]| words).collect::<Vec<_>>();
        assert_eq!(words(&right), [format!("One receipt for several spends; it is with {left}")]);
        assert_eq!(words(&noted), ["No receipt: none was given: =1+1 <script>"]);
        assert_eq!(words(&bare), ["No receipt and no note yet; nothing waits for it"]);
        assert_eq!(words(&coming), ["On its way: 3 of 9 bytes are here"]);
        assert_eq!(words(&gap)[0], "Has not come yet");
        assert_eq!(words(&small), ["None is needed for this"]);
        let page = &opened.texts["index.html"];
        for part in ["<html lang=\"en\">", "=1+1 &lt;script&gt;", &format!("<a href=\"receipts/{whole}_01_p02"), "Spends: 8. Files: 6."] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("://") && !page.contains(&elsewhere), "{page}");
        assert_eq!(crate::receipts::files(council, "staging"), [""; 0], "nothing is left behind");
    }

    async fn a_page_that_cannot_be_read_is_said_and_spoils_nothing_else(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = buys(&mari, "12.00").await;
        let receipts = [photographs(council, &mari, &[&spend], &[1, 2]).await, photographs(council, &mari, &[&spend], &[1]).await];
        let rows = receipt::Entity::find().all(council.state.db.reader()).await.unwrap();
        let blob = |id: &str| council.data.path().join("pictures").join(rows.iter().find(|row| row.id.to_string() == id).unwrap().content_key.as_ref().unwrap());
        // One was changed behind our back, and one is gone.
        let mut bytes = std::fs::read(blob(&receipts[0])).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(blob(&receipts[0]), bytes).unwrap();
        std::fs::remove_file(blob(&receipts[1])).unwrap();

        let Some(opened) = Opened::new(council, &downloads(&gethin).await) else { return };

        let lines = opened.says_of(&spend);
        assert_eq!(lines.len(), 3);
        let unreadable: Vec<_> = lines.iter().filter(|[.., words]| words == "Stored, and could not be read now").collect();
        assert_eq!(unreadable.len(), 2);
        for [receipt, page, file, _] in unreadable {
            assert_eq!(opened.texts[file], format!("Page {page} of {receipt} is stored and could not be read when this archive was made. Fetch it again.\n"));
        }
        assert!(lines[1][3].starts_with("Enclosed"), "{lines:?}");
        assert!(opened.texts["index.html"].contains("Stored and not readable now: 2."));
    }

    async fn an_archive_is_for_those_who_see_to_the_books_and_a_link_is_for_one_of_them(council: &Council) {
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let spend = buys(&mari, "12.00").await;
        photographs(council, &mari, &[&spend], &[1]).await;
        let told = gethin.good(ARCHIVE, days()).await["receiptArchive"].clone();
        let (path, url) = (told["downloadUrl"].as_str().unwrap(), told["link"]["url"].as_str().unwrap());

        let open = async |url: &str| council.http().get(council.url(url)).header("accept-language", "cy").send().await.unwrap();
        let linked = open(url).await;
        assert_eq!(linked.status(), StatusCode::OK);
        let Some(opened) = Opened::new(council, &linked.bytes().await.unwrap()) else { return };
        assert!(opened.texts["index.csv"].starts_with("\u{feff}Gwariant,Diwrnod,Diben") && opened.texts["index.html"].contains("<html lang=\"cy\">"));
        assert_eq!(Opened::new(council, &downloads(&rosa).await).unwrap().pages().len(), 0, "another team's are not hers to see");

        for (person, status) in [(&mari, StatusCode::NOT_FOUND), (&council.stranger(), StatusCode::UNAUTHORIZED)] {
            assert_eq!(person.gets(path).await.status(), status);
        }
        assert_eq!(mari.problem(ARCHIVE, days()).await, "FORBIDDEN");
        assert_eq!(council.stranger().problem(ARCHIVE, days()).await, "UNAUTHENTICATED");
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        assert_eq!((app.gets(path).await.status(), app.problem(ARCHIVE, days()).await.as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
        let other_days = url.replace(days()["from"].as_str().unwrap(), "2026-01-01");
        for odd in [format!("{url}x"), other_days, format!("{path}?link="), format!("{path}?link=a.b.c")] {
            assert_eq!(open(&odd).await.status(), StatusCode::NOT_FOUND, "{odd}");
        }
        let somebody_else = council.http().get(council.url(url)).bearer_auth(rosa.token.as_ref().unwrap()).send().await.unwrap();
        assert_eq!(somebody_else.status(), StatusCode::NOT_FOUND, "bound to its viewer");
        gethin.good("mutation { signOut(input: { everywhere: false }) { signedOut } }", json!({})).await;
        assert_eq!(open(url).await.status(), StatusCode::NOT_FOUND, "signed out, it is worth nothing");
    }

    async fn days_that_are_none_have_no_archive(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        for (from, to) in [("2026-11-20", "2026-11-19"), ("2024-01-01", "2026-01-01"), ("x", "y"), ("2026-02-30", "2026-03-01"), ("0000-00-00", "9999-99-99"), ("%00", "%F0%9F%9A%8C"), ("2026-01-01T00", "2026-01-02")] {
            let answer = gethin.gets(&format!("/exports/receipts/{from}/{to}")).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{from} {to}");
            let error = answer.json::<Value>().await.unwrap()["errors"][0].clone();
            assert_eq!((&error["extensions"]["code"], &error["extensions"]["reason"]), (&json!("BAD_USER_INPUT"), &json!("PERIOD_NOT_VALID")));
            assert_eq!(gethin.problem(ARCHIVE, json!({ "from": from, "to": to })).await, "BAD_USER_INPUT", "{from} {to}");
        }
        let empty = gethin.gets("/exports/receipts/2001-01-01/2001-12-31").await;
        let Some(opened) = Opened::new(council, &empty.bytes().await.unwrap()) else { return };
        assert_eq!(opened.hashes.len(), 3);
        let welsh = in_language(council, &gethin, "cy", ARCHIVE, days()).await;
        assert_eq!(welsh["receiptArchive"]["spendCount"], 0);
    }

    async fn an_archive_costs_the_same_few_statements_however_much_there_is(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let mut costs = Vec::new();
        for _ in 0..3 {
            for _ in 0..4 {
                let spend = buys(&mari, "1.15").await;
                photographs(council, &mari, &[&spend], &[1]).await;
            }
            let path = gethin.good(ARCHIVE, days()).await["receiptArchive"]["downloadUrl"].as_str().unwrap().to_owned();
            let before = council.state.db.statements();
            gethin.gets(&path).await.bytes().await.unwrap();
            costs.push(council.state.db.statements() - before);
        }
        assert!(costs.iter().all(|cost| *cost <= costs[0] && *cost < 20), "{costs:?}");
    }
}

/// A picture of which three bytes of nine are here.
async fn is_on_its_way(council: &Council, person: &Person<'_>, receipt: &str) {
    let now = clock::now();
    let row = upload::Model {
        id: store::mint::id(),
        organisation_id: person.row().organisation_id,
        practitioner_id: person.row().id,
        receipt_id: receipt.parse::<ReceiptId>().unwrap(),
        page: 1,
        state: UploadState::Arriving,
        length: 9,
        received: 3,
        sha256: None,
        problem: None,
        created_at: now,
        expires_at: now + TimeDelta::days(1),
    };
    let txn = council.state.db.begin().await.unwrap();
    store::upload::begin(&txn, row).await.unwrap();
    txn.commit().await.unwrap();
}
