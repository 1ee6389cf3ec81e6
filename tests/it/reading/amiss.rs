//! What goes wrong with reading stays with reading: poison ends where people can see it, and the reader has no network.

use std::{net::TcpListener, process::Command};

use busfare::{
    rules::receipt_reading,
    work::{
        contained::{Failure, Task},
        reading::{self, Readers},
    },
};
use bytes::Bytes;
use serde_json::json;

use super::{Reads, SHOES, can_read, jobs_are_done, photographed, sees, works};
use crate::council::on_both;

on_both! {
    async fn a_receipt_that_cannot_be_read_is_said_to_be_so_and_holds_nothing_up(here: &Reads) {
        if !can_read(here) { return }
        let (mari, gethin) = (here.person("mari.prydderch").await, here.person("gethin.bowmer").await);
        // Paper with nothing on it.
        let blank = photographed(&mari, "\n\n\n", json!({})).await;
        assert_eq!(jobs_are_done(here, Readers::WhereInstalled).await.stuck, 0);
        assert_eq!(sees(&mari, &blank, "state reading { state text total { candidates { strength } } }").await, json!({ "state": "STORED", "reading": { "state": "UNREADABLE", "text": null, "total": { "candidates": [] } } }));

        // A picture that somebody took away from the storage: tried again, and then stuck where people can see it.
        let gone = photographed(&mari, SHOES, json!({})).await;
        for file in std::fs::read_dir(here.data.path().join("pictures")).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        let mut later = works(here, Readers::WhereInstalled);
        for days in 2..12 {
            let at = busfare::http::clock::now() + chrono::TimeDelta::days(days);
            later.clock = std::sync::Arc::new(move || at);
            busfare::work::jobs::run_due(&later, &busfare::work::jobs::hands()).await.unwrap();
        }
        let stuck = gethin.good("{ jobs { nodes { kind problem } } }", json!({})).await["jobs"]["nodes"].clone();
        assert!(stuck.as_array().unwrap().contains(&json!({ "kind": "READ_RECEIPT", "problem": "STORAGE" })), "{stuck:#}");
        assert_eq!(sees(&mari, &gone, "state reading { state }").await, json!({ "state": "STORED", "reading": { "state": "UNREADABLE" } }));
    }
}

/// What the reader could do if it were taken over, told with a shell in its place.
#[tokio::test(flavor = "multi_thread")]
async fn what_reads_receipts_has_no_network() {
    let here = Reads::on_sqlite().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let calls = format!("exec 3<>/dev/tcp/127.0.0.1/{}", listener.local_addr().unwrap().port());
    assert!(Command::new("bash").args(["-c", &calls]).status().unwrap().success(), "anybody else gets through");

    let works = works(&here, Readers::WhereInstalled);
    let answer = works.contained.run(Task::tool("bash", ["-c", &calls])).await;
    assert!(matches!(answer, Err(Failure::Failed { .. })), "{answer:?}");
    here.close().await;
}

/// No code but this knows of readings, so no amount, link or decision can come of one without a person.
#[test]
fn readings_are_known_where_they_are_made_kept_and_shown_and_nowhere_else() {
    const MAY: [&str; 13] = [
        "src/rules.rs",
        "src/rules/receipt_reading",
        "src/store.rs",
        "src/store/receipt_reading.rs",
        "src/work/reading",
        "src/work/jobs/read_receipt.rs",
        "src/api/types.rs",
        "src/api/types/receipt_reading.rs",
        "src/api/types/receipt.rs",
        "src/api/loaders.rs",
        "src/store/pairing.rs",
        "src/rules/pairing.rs",
        "src/api/mutations/read_receipt_again.rs",
    ];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut known) = (vec![root.join("src")], 0);
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).is_ok_and(|source| source.contains("receipt_reading")) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                assert!(MAY.iter().any(|may| name.starts_with(may)), "{name} knows of readings");
                known += 1;
            }
        }
    }
    assert!(known > 6);
}

/// A document of one sheet with this text on it, as shops send by e-mail.
fn document(lines: &[&str]) -> Vec<u8> {
    let mut text = String::from("BT /F1 12 Tf 50 750 Td 16 TL ");
    for line in lines {
        text.push_str(&format!("({line}) Tj T* "));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut file, mut places) = (b"%PDF-1.4\n".to_vec(), vec![]);
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_read_by_its_own_text_before_anybody_looks_at_it() {
    let here = Reads::on_sqlite().await;
    let contained = works(&here, Readers::WhereInstalled).contained;
    if !contained.has("pdftotext") {
        eprintln!("SKIPPED: pdftotext is missing (apt-get install poppler-utils)");
        return;
    }
    let file =
        document(&["Afon Rail", "Receipt", "20/11/2026 08:31", "Adult single 6.40", "Total 6.40", "Paid by card 6.40"]);

    let passes = reading::page(&contained, file.into(), 1).await.unwrap();

    assert!(passes.len() == 2 && passes[0].len() > 10 && passes[0].iter().all(|word| word.sure == 100), "{passes:?}");
    let read = receipt_reading::read(&passes, crate::corpus::today());
    assert_eq!(
        (read.total.suggested, read.merchant.suggested.as_deref()),
        (Some(640), Some("Afon Rail")),
        "{:?}",
        read.total
    );
    let broken = reading::page(&contained, Bytes::from_static(b"%PDF-1.4 and then nothing"), 1).await;
    assert!(matches!(broken, Err(Failure::Failed { .. })), "{broken:?}");
    here.close().await;
}
