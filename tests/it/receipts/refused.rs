//! Files that are no picture, or not a whole one: told so in plain words, with nothing kept and nothing broken.

use futures_util::stream;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{TICKET, captured, error, files, still_waits};
use crate::council::{Council, on_both};

/// What was sent, how it is answered, and with which reasons it may be refused.
struct Unfit {
    what: &'static str,
    bytes: Vec<u8>,
    status: u16,
    reasons: &'static [&'static str],
}

fn unfit(what: &'static str, bytes: impl Into<Vec<u8>>, status: u16, reasons: &'static [&'static str]) -> Unfit {
    Unfit { what, bytes: bytes.into(), status, reasons }
}

/// A PNG that promises this many pixels each way and brings none.
fn bomb(side: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(side.to_be_bytes().repeat(2));
    png.extend([8, 2, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef]);
    png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

fn unfit_files() -> Vec<Unfit> {
    const KIND: &[&str] = &["UNSUPPORTED_KIND"];
    const DAMAGED: &[&str] = &["TRUNCATED", "BROKEN"];
    let mut files = vec![
        unfit("nothing at all", vec![], 415, &["NOT_A_PICTURE"]),
        unfit("words", "not a picture", 415, &["NOT_A_PICTURE"]),
        unfit("a web page named .jpg", "<!DOCTYPE html><script>alert(1)</script>", 415, KIND),
        unfit("a drawing", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", 415, KIND),
        unfit("a GIF", "GIF89a\x01\0\x01\0\0\0\0;", 415, KIND),
        unfit("a PDF without pages", "%PDF-1.7\n", 422, DAMAGED),
        unfit("the beginning of an iPhone's picture", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), 422, DAMAGED),
        unfit("an AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf".to_vec(), 415, KIND),
        unfit("a film", b"\0\0\0\x18ftypisom\0\0\0\0mp42isom".to_vec(), 415, KIND),
        unfit("an archive", b"PK\x03\x04".to_vec(), 415, KIND),
        unfit("too many pixels", bomb(30_000), 413, &["TOO_MANY_PIXELS"]),
        unfit("no pixels", bomb(0), 422, &["EMPTY"]),
        unfit("a small picture without its pixels", bomb(20), 422, DAMAGED),
        unfit("too many bytes", [&TICKET[..], &vec![0; 21_000_000]].concat(), 413, &["TOO_LARGE"]),
    ];
    let whole = TICKET.len();
    let mut damaged = TICKET.clone();
    damaged[whole / 2..whole / 2 + 64].fill(0xff);
    files.push(unfit("damaged in the middle", damaged, 422, DAMAGED));
    for end in [3, 20, 200, 700, whole / 3, whole / 2, whole * 9 / 10] {
        files.push(unfit("cut off", &TICKET[..end], 422, DAMAGED));
    }
    files
}

/// Typed, plain, short, and without our insides.
fn is_plain(error: &Value, what: &str) {
    let message = error["message"].as_str().unwrap();
    assert!(message.chars().count() <= 140 && message.ends_with('.'), "{what}: {message}");
    for inside in ["::", "panicked", "Err", "decode", "IHDR", "marker", "/"] {
        assert!(!message.contains(inside), "{what}: {message}");
    }
}

on_both! {
    async fn what_is_not_a_whole_picture_is_refused_in_plain_words_and_a_good_one_still_works(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;

        for Unfit { what, bytes, status, reasons } in unfit_files() {
            let what = format!("{what}, {} bytes", bytes.len());
            let (answered, error) = error(mari.puts(&id, bytes).await).await;

            assert_eq!((answered, &error["extensions"]["code"]), (status, &json!("BAD_USER_INPUT")), "{what}: {error}");
            assert!(reasons.contains(&error["extensions"]["reason"].as_str().unwrap()), "{what}: {error}");
            is_plain(&error, &what);
            still_waits(council, &id, &what).await;
        }
        assert_eq!(mari.puts(&id, TICKET.clone()).await.status(), 200);
    }

    async fn too_many_bytes_are_refused_also_where_nobody_said_how_many_come(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let pieces = stream::iter((0..210).map(|_| Ok::<_, std::io::Error>(vec![0xff_u8; 100_000])));

        let request = council.http().put(council.url(&format!("/receipts/{id}/content")));
        let request = request.bearer_auth(mari.token.as_ref().unwrap()).body(reqwest::Body::wrap_stream(pieces));

        // The server stops listening at 20 MB; the answer may be overtaken by the closing of the connection.
        if let Ok(response) = request.send().await {
            let (status, error) = error(response).await;
            assert_eq!((status, &error["extensions"]["reason"]), (413, &json!("TOO_LARGE")));
        }
        until_staging_is_empty(council).await;
        still_waits(council, &id, "a stream of 21 MB").await;
    }

    async fn a_phone_that_hangs_up_half_way_leaves_nothing_behind(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        for end in [1, 1_000, TICKET.len() / 2, TICKET.len() - 1] {
            let mut phone = TcpStream::connect(council.address).await.unwrap();
            let head = format!("PUT /receipts/{id}/content HTTP/1.1\r\nhost: phone\r\nauthorization: Bearer {}\r\n\
                content-length: {}\r\n\r\n", mari.token.as_ref().unwrap(), TICKET.len());
            phone.write_all(head.as_bytes()).await.unwrap();
            phone.write_all(&TICKET[..end]).await.unwrap();
            phone.shutdown().await.unwrap();
            drop(phone);
        }

        let kept = mari.puts(&id, TICKET.clone()).await;

        assert_eq!(kept.status(), 200);
        until_staging_is_empty(council).await;
        assert_eq!(files(council, "pictures").len(), 3);
    }
}

/// Waits until the server has noticed that a phone is gone.
async fn until_staging_is_empty(council: &Council) {
    for _ in 0..600 {
        if files(council, "staging").is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("staged uploads were left behind: {:?}", files(council, "staging"));
}
