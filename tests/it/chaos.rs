//! Chaos: phones capture receipts over a line that cuts, delays, repeats and reorders, on a server that is killed again
//! and again. Afterwards every picture is stored once, and nothing else is.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use busfare::{
    http::{clock, server},
    rules::token::Bearer,
    store::{self, mint},
    work::{Works, jobs, sweep},
};
use busfare_entity::{
    job, receipt, receipt_link, receipt_page, session, upload, upload_part,
    words::{ReceiptId, ReceiptState},
};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, stream};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use sha2::{Digest, Sha256};

use self::{
    line::{Chance, Line},
    phone::{Phone, Ticket},
};
use crate::{
    council::{key, on_both},
    postgres::setting,
    receipts::heavy,
    server_process::Premises,
};

mod line;
mod phone;

/// How often the server is killed.
const KILLS: usize = 6;
/// Phones at once.
const PHONES: usize = 12;
/// Receipts that belong to one spend.
const ON_ONE_SPEND: usize = 10;

fn captures() -> usize {
    setting("BUSFARE_CHAOS_CAPTURES").and_then(|count| count.parse().ok()).unwrap_or(100)
}

/// A picture that is quickly made fit to keep.
fn small_picture() -> Vec<u8> {
    let image = image::RgbImage::from_fn(96, 64, |x, y| image::Rgb([(x * 2) as u8, (y * 3) as u8, (x ^ y) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Who captures: the demo's practitioner on the device that the demo gave her.
async fn bearer(here: &Premises, token: &str) -> Bearer {
    let db = here.database().await;
    let key = store::keys::open(here.data.path()).unwrap();
    let bearer = key.verify(token, clock::now()).unwrap();
    assert!(session::Entity::find_by_id(bearer.session).one(db.reader()).await.unwrap().is_some());
    db.close().await.unwrap();
    bearer
}

on_both! {
    async fn captures_through_chaos_are_all_stored_once_and_nothing_else_is(here: &Premises) {
        let began = std::time::Instant::now();
        let (token, count) = (here.demo_once(), captures());
        let bearer = bearer(here, &token).await;
        let server = here.serve();
        let spends = spends(&server, &token, count.div_ceil(ON_ONE_SPEND)).await;
        let picture = small_picture();
        let tickets: Vec<_> = (0..count).map(|number| Ticket {
            id: mint::id::<ReceiptId>().to_string(),
            spend: spends[number / ON_ONE_SPEND].clone(),
            picture: heavy(&picture, 10_000 + (number * 7_919) % 90_000, number as u64),
        }).collect();
        let line = Line::open(server.host()).await;
        let signing = Arc::new(store::keys::open(here.data.path()).unwrap());
        let phone = Phone::new(line.address, signing, bearer);

        let (steps, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let killing = kills(here, &line, server, &steps, count * 3, &over);
        let capturing = async {
            let mut done = stream::iter(tickets.iter().enumerate())
                .map(|(number, ticket)| phone.captures(ticket, Chance::new(number as u64), &steps))
                .buffer_unordered(PHONES);
            while done.next().await.is_some() {}
            over.store(true, Ordering::SeqCst);
        };
        let (server, ()) = tokio::join!(killing, capturing);
        line.says_it_all_again().await;
        let told = line.told();
        server.kill();

        let orphans = everything_is_there_once(here, &tickets).await;
        println!("{count} captures, {KILLS} kills, {told}, {orphans} orphans swept: all stored once in {} s", began.elapsed().as_secs());
    }
}

async fn spends(server: &crate::server_process::ServerProcess, token: &str, count: usize) -> Vec<String> {
    let fare = server.fare(token).await;
    let ask = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) { spend { id } } }";
    let mut spends = Vec::new();
    for _ in 0..count {
        let input = json!({ "input": { "idempotencyKey": key(), "purposeId": fare, "unitPrice": "0.01" } });
        let spend = server.good(token, ask, &input).await["requestSpend"]["spend"]["id"].clone();
        spends.push(spend.as_str().unwrap().to_owned());
    }
    spends
}

/// Kills the server whenever another part of the work is done, and starts it again on another port.
async fn kills(
    here: &Premises,
    line: &Line,
    mut server: crate::server_process::ServerProcess,
    steps: &Arc<AtomicUsize>,
    all: usize,
    over: &Arc<AtomicBool>,
) -> crate::server_process::ServerProcess {
    for kill in 1..=KILLS {
        while steps.load(Ordering::SeqCst) < all * kill / (KILLS + 1) && !over.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        server.kill();
        server = tokio::task::block_in_place(|| here.serve());
        line.leads_to(server.host());
    }
    server
}

/// What jobs are left are done, what nobody refers to is swept; then every picture is there once, and nothing else.
async fn everything_is_there_once(here: &Premises, tickets: &[Ticket]) -> usize {
    let state = server::open(here.data.path(), here.database_url(), None).await.unwrap();
    let works = |days| {
        let works = crate::council::works(&state, here.data.path());
        Works { clock: Arc::new(move || clock::now() + TimeDelta::days(days)), ..works }
    };
    jobs::run_due(&works(1), &jobs::hands()).await.unwrap();
    let swept =
        sweep::sweep(&state.db, &state.blobs, &server::staging(here.data.path()), works(31).now()).await.unwrap();
    jobs::run_due(&works(32), &jobs::hands()).await.unwrap();

    let reader = state.db.reader();
    let expected: HashMap<_, _> =
        tickets.iter().map(|ticket| (ticket.id.clone(), HEXLOWER.encode(&Sha256::digest(&ticket.picture)))).collect();
    let rows = receipt::Entity::find().all(reader).await.unwrap();
    let lost: Vec<_> = rows.iter().filter(|row| row.state != ReceiptState::Stored).collect();
    assert_eq!((rows.len(), lost), (tickets.len(), vec![]), "lost, or there twice");
    for row in &rows {
        assert_eq!(expected[&row.id.to_string()], HEXLOWER.encode(row.original_sha256.as_ref().unwrap()));
        let stored = state.blobs.get(row.organisation_id, row.content_key.as_ref().unwrap()).await.unwrap();
        assert_eq!(Sha256::digest(&stored).to_vec(), row.stored_sha256.clone().unwrap());
        state.blobs.get(row.organisation_id, row.thumbnail_key.as_ref().unwrap()).await.unwrap();
    }
    assert_eq!(receipt_link::Entity::find().count(reader).await.unwrap() as usize, tickets.len());
    let left = [
        receipt_page::Entity::find().count(reader).await.unwrap(),
        upload::Entity::find().count(reader).await.unwrap(),
        upload_part::Entity::find().count(reader).await.unwrap(),
        job::Entity::find().count(reader).await.unwrap(),
    ];
    assert_eq!(left, [0; 4], "further pages, uploads, pieces, jobs");
    let pictures = std::fs::read_dir(here.data.path().join("pictures")).unwrap().count();
    assert_eq!((pictures, here.staged()), (3 * tickets.len(), 0), "orphans");
    state.db.close().await.unwrap();
    swept.pictures + swept.uploads
}
