//! Stories of phones that were away: what is new to them, what is gone, and what they are told while they listen.

mod histories;
mod listening;

use busfare::{rules::audience::readers_of, store};
use busfare_entity::{
    event,
    words::{ReceiptId, SpendId, Subject},
};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Map, Value, json};

use crate::{
    council::{Council, Person, on_both},
    privacy::kept,
    recording::{hub_form, new_id},
    verbs::{ATTACH, CAPTURE, COMPLETE, DECIDE, PUT, RESTRICT, does},
};

const CHANGES: &str = "query($since: String, $first: Int) { changes(since: $since, first: $first) { resyncRequired
    nodes { id gone node { ...seen } } pageInfo { hasNextPage endCursor } } }
    fragment seen on Node { __typename
        ... on Spend { decision money evidence spent { amount } receipts { id } asks { state asked { name } } }
        ... on Receipt { state capturedAt spends { id } }
        ... on Record { completedAt restricted answers { linkId revision text } }
        ... on Appointment { status startsAt }
        ... on HubSession { name } }";

/// What a phone has of what it was told.
#[derive(Clone, Default)]
struct Phone {
    /// What it was told of, by id.
    kept: Map<String, Value>,
    /// Where it goes on.
    since: Option<String>,
}

impl Phone {
    /// Reads one page, and says whether there is more.
    async fn reads(&mut self, person: &Person<'_>, first: usize) -> bool {
        let read = json!({ "since": self.since, "first": first });
        let changes = person.good(CHANGES, read).await["changes"].clone();
        if changes["resyncRequired"] == true {
            *self = Self::default();
            return true;
        }
        for change in changes["nodes"].as_array().unwrap() {
            let id = change["id"].as_str().unwrap().to_owned();
            assert_eq!(change["gone"], change["node"].is_null(), "{change:#}");
            if change["gone"] == true {
                self.kept.remove(&id);
            } else {
                self.kept.insert(id, change["node"].clone());
            }
        }
        self.since = Some(changes["pageInfo"]["endCursor"].as_str().unwrap().to_owned());
        changes["pageInfo"]["hasNextPage"] == true
    }

    /// Reads all there is.
    async fn catches_up(&mut self, person: &Person<'_>) {
        while self.reads(person, 100).await {}
    }

    /// A phone that has all that somebody may hear of.
    async fn of(person: &Person<'_>) -> Self {
        let mut phone = Self::default();
        phone.catches_up(person).await;
        phone
    }
}

/// A record of a conversation in a hub.
async fn a_record(person: &Person<'_>) -> String {
    let id = new_id();
    let put = json!({ "recordId": id, "begin": { "formId": hub_form(person).await }, "answers": [] });
    assert_eq!(does(person, PUT, put).await["userErrors"], json!([]));
    id
}

on_both! {
    async fn each_thing_comes_once_as_it_is_now_and_then_not_again(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let (mut hers, mut seniors) = (Phone::of(&mari).await, Phone::of(&gethin).await);
        let asked = mari.requests_spend(json!({ "unitPrice": "45.00" })).await["spend"]["id"].as_str().unwrap().to_owned();
        does(&gethin, DECIDE, json!({ "spendId": asked, "answer": { "authorise": {} } })).await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": asked })).await;

        let changes = mari.good(CHANGES, json!({ "since": hers.since, "first": 100 })).await["changes"].clone();
        let mut ids: Vec<_> = changes["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [receipt.as_str(), asked.as_str()]);
        for (person, phone) in [(&mari, &mut hers), (&gethin, &mut seniors)] {
            phone.catches_up(person).await;
            assert_eq!(phone.kept[&asked]["decision"], "AUTHORISED");
            // She sees the spend, so she sees its receipt.
            assert_eq!(phone.kept[&receipt]["spends"], json!([{ "id": asked }]));
            let nothing = person.good(CHANGES, json!({ "since": phone.since })).await["changes"].clone();
            assert_eq!(nothing["nodes"], json!([]));
            assert_eq!(nothing["pageInfo"], json!({ "hasNextPage": false, "endCursor": phone.since }));
        }
    }

    async fn a_spend_and_a_receipt_that_share_an_id_are_two_things(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let (mut hers, mut seniors) = (Phone::of(&mari).await, Phone::of(&gethin).await);
        let shared = store::mint::id::<uuid::Uuid>();
        let [spend, receipt] = [SpendId(shared).to_string(), ReceiptId(shared).to_string()];
        // Both are asked for before anything is sealed.
        let (asked, captured) = tokio::join!(
            mari.requests_spend(json!({ "id": spend, "unitPrice": "45.00" })),
            does(&mari, CAPTURE, json!({ "id": receipt })),
        );
        assert_eq!((asked["spend"]["id"].as_str(), captured["receipt"]["id"].as_str()), (Some(&*spend), Some(&*receipt)));

        hers.catches_up(&mari).await;
        seniors.catches_up(&gethin).await;

        assert!(hers.kept.contains_key(&spend) && hers.kept.contains_key(&receipt));
        // Of the receipt she hears nothing: it is of no spend that she may see.
        assert!(seniors.kept.contains_key(&spend) && !seniors.kept.contains_key(&receipt));
        let readers = readers_of(&store::people::as_viewer(gethin.row()));
        let whose = (gethin.row().organisation_id, readers.as_slice());
        let told = store::feed::events_since(council.state.db.reader(), whose, &[], 0, 1_000).await.unwrap();
        let about_it: Vec<_> = told.iter().filter(|event| event.node_id == shared).map(|event| event.kind.subject()).collect();
        assert!(!about_it.is_empty() && about_it.iter().all(|subject| *subject == Subject::Spend), "{about_it:?}");
    }

    async fn a_colleague_who_is_asked_hears_of_the_receipts_that_were_there_before(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let mut seniors = Phone::of(&gethin).await;
        assert!(!seniors.kept.contains_key(&receipt));
        // Hers to say, and none of anybody else's business, until she asks for more than that.
        let asked = mari.requests_spend(json!({ "unitPrice": "45.00" })).await;
        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": asked["spend"]["id"] })).await;

        seniors.catches_up(&gethin).await;

        assert!(seniors.kept.contains_key(&receipt));
    }

    async fn what_few_read_from_now_on_is_taken_off_the_phones_that_had_it(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let id = a_record(&mari).await;
        let (mut hers, mut colleagues, mut seniors) = (Phone::of(&mari).await, Phone::of(&tomos).await, Phone::of(&nia).await);
        assert!([&hers, &colleagues, &seniors].iter().all(|phone| phone.kept.contains_key(&id)));

        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;
        let told = tomos.good(CHANGES, json!({ "since": colleagues.since })).await["changes"]["nodes"].clone();
        assert_eq!(told, json!([{ "id": id, "gone": true, "node": null }]));
        for (person, phone) in [(&mari, &mut hers), (&tomos, &mut colleagues), (&nia, &mut seniors)] {
            phone.catches_up(person).await;
        }
        assert_eq!(hers.kept[&id]["restricted"], true);
        assert!(!colleagues.kept.contains_key(&id) && seniors.kept.contains_key(&id));

        // Nothing that comes of it later is told to him, and whoever begins now is not told that it ever was.
        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;
        let told = tomos.good(CHANGES, json!({ "since": colleagues.since })).await["changes"]["nodes"].clone();
        assert_eq!(told, json!([]));
        let anew = tomos.good(CHANGES, json!({ "first": 100 })).await["changes"]["nodes"].clone();
        assert!(!anew.to_string().contains(&id));

        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": false })).await;
        colleagues.catches_up(&tomos).await;
        assert_eq!(colleagues.kept[&id]["restricted"], false);
    }

    async fn whoever_is_in_another_team_begins_again(council: &Council) {
        let tomos = council.person("tomos.ellwood").await;
        let mut phone = Phone::of(&tomos).await;
        let elsewhere = council.person("angharad.celyn").await.row().team_id;
        assert_ne!(elsewhere, tomos.row().team_id);
        let txn = council.state.db.begin().await.unwrap();
        let moved = busfare_entity::practitioner::ActiveModel { id: sea_orm::Set(tomos.row().id), team_id: sea_orm::Set(elsewhere), ..Default::default() };
        sea_orm::ActiveModelTrait::update(moved, &txn).await.unwrap();
        txn.commit().await.unwrap();

        let told = tomos.good(CHANGES, json!({ "since": phone.since })).await["changes"].clone();
        assert_eq!((&told["resyncRequired"], &told["nodes"], &told["pageInfo"]["endCursor"]), (&json!(true), &json!([]), &Value::Null));
        phone.catches_up(&tomos).await;
        assert_eq!(phone.kept, Phone::of(&tomos).await.kept);
    }

    async fn a_cursor_is_ones_own_and_rubbish_is_told_so(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hers = Phone::of(&mari).await.since.unwrap();

        assert_eq!(tomos.good(CHANGES, json!({ "since": hers })).await["changes"]["resyncRequired"], true);
        for rubbish in ["", "x", "AAAA", &"A".repeat(34), &new_id(), &format!("{hers}A"), "' OR 1=1 --", "\u{202e}"] {
            assert_eq!(mari.problem(CHANGES, json!({ "since": rubbish })).await, "BAD_USER_INPUT", "{rubbish}");
        }
        for first in [0, -1, 101, i32::MAX] {
            assert_eq!(mari.problem(CHANGES, json!({ "first": first })).await, "BAD_USER_INPUT", "{first}");
        }
        assert_eq!(council.stranger().problem(CHANGES, json!({})).await, "UNAUTHENTICATED");
    }

    async fn what_is_new_costs_as_many_statements_however_much_there_is(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let read = "query($since: String) { changes(since: $since, first: 100) { nodes { id gone node { ... on Spend { decision } } } pageInfo { endCursor } } }";
        let mut counts = vec![];
        let mut since = Phone::of(&mari).await.since;
        for many in [2, 30] {
            for _ in 0..many {
                mari.requests_spend(json!({})).await;
            }
            store::event::seal(&council.state.db, 10, busfare::http::clock::now()).await.unwrap();
            let before = council.state.db.statements();
            let changes = mari.good(read, json!({ "since": since })).await["changes"].clone();
            counts.push(council.state.db.statements() - before);
            assert_eq!(changes["nodes"].as_array().unwrap().len(), many);
            since = changes["pageInfo"]["endCursor"].as_str().map(str::to_owned);
        }
        // Who asks, whether anything waits, how far events go, what is new, and the spends.
        assert_eq!(counts, [5, 5]);
    }

    async fn events_are_in_one_order_and_what_is_done_to_them_later_is_found(council: &Council) {
        let (mari, other) = (council.person("mari.prydderch").await, council.second_db().await);
        let organisation = mari.row().organisation_id;
        let asks = async { for _ in 0..20 { mari.requests_spend(json!({})).await; } };
        let seals = |db: store::Db| async move {
            for _ in 0..30 {
                store::event::seal(&db, 3, busfare::http::clock::now()).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::join!(asks, seals(council.state.db.clone()), seals(other.clone()), seals(other));
        store::event::seal(&council.state.db, 10, busfare::http::clock::now()).await.unwrap();

        let db = &council.state.db;
        let count = event::Entity::find().count(db.reader()).await.unwrap();
        let head = store::event::head(db.reader(), organisation).await.unwrap();
        assert!(count >= 20);
        assert_eq!(u64::try_from(head.position).unwrap(), count);
        assert_eq!(store::event::first_amiss(db.reader(), organisation).await.unwrap(), None);

        let txn = db.begin().await.unwrap();
        assert!(txn.execute_unprepared("UPDATE event SET kind = 'SPEND_ASKED' WHERE position = 5").await.is_err());
        drop(txn);
        let txn = db.begin().await.unwrap();
        let drops: &[&str] = if council.database_url().is_some() { &["DROP TRIGGER event_append_only ON event"] } else { &["DROP TRIGGER event_no_UPDATE"] };
        for drop in drops {
            txn.execute_unprepared(drop).await.unwrap();
        }
        txn.execute_unprepared("UPDATE event SET kind = 'RECORD_GONE' WHERE position = 5").await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(store::event::first_amiss(db.reader(), organisation).await.unwrap(), Some(5));
    }

    async fn what_is_purged_is_gone_from_every_phone(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = kept::begun(&mari, &kept::form(council).await, &["short"]).await;
        does(&mari, COMPLETE, json!({ "recordId": id })).await;
        let mut phone = Phone::of(&mari).await;
        assert!(phone.kept.contains_key(&id));
        kept::round(council, 60).await;

        phone.catches_up(&mari).await;

        assert!(!phone.kept.contains_key(&id));
    }
}
