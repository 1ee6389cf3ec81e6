//! Stories of receipts: the row before the bytes, the picture whenever there is signal, and nothing lost or doubled.

use std::sync::LazyLock;

use busfare::work::pictures::sample;
use busfare_entity::{receipt, words::ReceiptState};
use reqwest::{Response, StatusCode};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{CAPTURE, does},
};

mod any_order;
mod bucket;
mod crash_points;
mod evidence;
mod kinds;
mod out;
pub mod pieces;
mod pieces_amiss;
mod refused;
mod said;
mod stored;
mod strangers;
mod swept;
mod trouble;

/// What the phone's camera made, with its place and its serial number.
static TICKET: LazyLock<Vec<u8>> = LazyLock::new(|| sample::bus_ticket("1.15"));
/// Another photograph.
static ANOTHER: LazyLock<Vec<u8>> = LazyLock::new(|| sample::bus_ticket("2.30"));

/// A new receipt of hers that waits for its picture.
async fn captured(person: &Person<'_>) -> String {
    let answer = does(person, CAPTURE, json!({})).await;
    assert_eq!(answer["receipt"]["state"], "AWAITING_PICTURE", "{answer:#}");
    answer["receipt"]["id"].as_str().unwrap().to_owned()
}

/// A receipt's row as it is now.
async fn row(council: &Council, id: &str) -> receipt::Model {
    let found = receipt::Entity::find_by_id(id.parse::<busfare_entity::words::ReceiptId>().unwrap());
    found.one(council.state.db.reader()).await.unwrap().unwrap()
}

/// Nothing came of an upload: no picture, and no trace in the folders.
async fn still_waits(council: &Council, id: &str, why: &str) {
    let row = row(council, id).await;
    assert_eq!(
        (row.state, &row.content_key, &row.original_sha256),
        (ReceiptState::AwaitingPicture, &None, &None),
        "{why}"
    );
    assert_eq!((files(council, "staging"), files(council, "pictures")), (vec![], vec![]), "{why}");
}

/// The names of the files in a folder of the council's data.
pub fn files(council: &Council, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(council.data.path().join(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The names of everything that is stored of a receipt of one page, in order.
async fn kept(council: &Council, id: &str) -> Vec<String> {
    let row = row(council, id).await;
    let sheets = busfare::store::receipt_sheet::of_receipts(council.state.db.reader(), &[row.id]).await.unwrap();
    let mut names: Vec<_> = sheets.into_iter().flat_map(|sheet| [sheet.thumbnail_key, sheet.preview_key]).collect();
    assert!(names.contains(row.thumbnail_key.as_ref().unwrap()));
    names.push(row.content_key.unwrap());
    names.sort();
    names
}

/// The status and the body of a response.
async fn heard(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    (status, response.json().await.unwrap())
}

/// A picture with so many bytes between its beginning and its picture that it is as heavy as wanted, and no other is.
pub fn heavy(picture: &[u8], bytes: usize, number: u64) -> Vec<u8> {
    let mut heavy = picture[..2].to_vec();
    let comment = |heavy: &mut Vec<u8>, words: &[u8]| {
        heavy.extend([0xff, 0xfe]);
        heavy.extend(u16::try_from(words.len() + 2).unwrap().to_be_bytes());
        heavy.extend(words);
    };
    comment(&mut heavy, &number.to_be_bytes());
    while heavy.len() + picture.len() < bytes {
        let rest = (bytes - heavy.len() - picture.len()).clamp(5, 60_000);
        comment(&mut heavy, &vec![b'x'; rest - 4]);
    }
    heavy.extend(&picture[2..]);
    heavy
}

/// What follows up on this council, with a clock of the story's own.
pub fn works_at(council: &Council, now: chrono::DateTime<chrono::Utc>) -> busfare::work::Works {
    let works = crate::council::works(&council.state, council.data.path());
    busfare::work::Works { clock: std::sync::Arc::new(move || now), ..works }
}

/// Does every job that is due, now or within a day.
async fn jobs_are_done(council: &Council) -> busfare::work::jobs::Ran {
    let works = works_at(council, busfare::http::clock::now() + chrono::TimeDelta::days(1));
    busfare::work::jobs::run_due(&works, &busfare::work::jobs::hands()).await.unwrap()
}

/// The one error of a response, without the id of the request.
async fn error(response: Response) -> (u16, Value) {
    let (status, mut body) = heard(response).await;
    let errors = body["errors"].as_array_mut().unwrap_or_else(|| panic!("{status}: no errors"));
    assert_eq!(errors.len(), 1);
    let request = errors[0]["extensions"].as_object_mut().unwrap().remove("requestId").unwrap();
    assert!(!request.as_str().unwrap().is_empty());
    (status.as_u16(), errors[0].clone())
}
