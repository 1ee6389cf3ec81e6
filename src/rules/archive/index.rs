//! The index of an archive, as a table for a spreadsheet and as a page to read: the same lines in the same words.
//! Nothing in it runs: no formula in the table, and on the page neither a script nor anything from elsewhere.

use std::fmt::Write;

use busfare_entity::words::{Language, NoReceiptReason};
use chrono::NaiveDate;
use csv::{Terminator, WriterBuilder};

use super::{Enclosed, Line, What, guarded, say};
use crate::rules::text::escaped_for_html;

/// How many columns the index has.
const COLUMNS: usize = 11;
/// Which of them is the file.
const FILE: usize = 8;

/// The headings, in a language.
pub fn headings(language: Language) -> [&'static str; COLUMNS] {
    match language {
        Language::En => [
            "Spend",
            "Day",
            "Purpose",
            "Amount",
            "Came back",
            "Receipt",
            "Page",
            "Part of the receipt",
            "File",
            "SHA-256",
            "What there is",
        ],
        Language::Cy => [
            "Gwariant",
            "Diwrnod",
            "Diben",
            "Swm",
            "Daeth yn ôl",
            "Derbynneb",
            "Tudalen",
            "Rhan o'r dderbynneb",
            "Ffeil",
            "SHA-256",
            "Beth sydd yma",
        ],
    }
}

fn cells(line: &Line, language: Language) -> [String; COLUMNS] {
    let (receipt, page, file, sha256) = match &line.what {
        What::Enclosed(Enclosed { receipt, page, file, sha256, .. }) => {
            (receipt.to_string(), page.to_string(), file.clone(), sha256.clone())
        }
        What::Unreadable { receipt, page, file } => {
            (receipt.to_string(), page.to_string(), file.clone(), String::new())
        }
        What::OnItsWay { receipt, page, .. } | What::NotCome { receipt, page, .. } => {
            (receipt.to_string(), page.to_string(), String::new(), String::new())
        }
        What::WithAnother { receipt, .. } => (receipt.to_string(), String::new(), String::new(), String::new()),
        What::Noted { .. } | What::Nothing | What::NotNeeded => Default::default(),
    };
    [
        line.spend.to_string(),
        line.day.to_string(),
        line.purpose.clone(),
        line.amount.to_decimal().to_string(),
        line.came_back.to_decimal().to_string(),
        receipt,
        page,
        line.portion.map(|portion| portion.to_decimal().to_string()).unwrap_or_default(),
        file,
        sha256,
        words(&line.what, language),
    ]
}

fn words(what: &What, language: Language) -> String {
    match what {
        What::Enclosed(page) => {
            say(language, format!("Enclosed, {} bytes", page.bytes), format!("Yn amgaeedig, {} beit", page.bytes))
        }
        What::WithAnother { spend, .. } => say(
            language,
            format!("One receipt for several spends; it is with {spend}"),
            format!("Un dderbynneb am sawl gwariant; mae gyda {spend}"),
        ),
        What::Unreadable { .. } => {
            say(language, "Stored, and could not be read now", "Wedi'i storio, ond nid oedd modd ei darllen nawr")
        }
        What::OnItsWay { received, length, .. } => say(
            language,
            format!("On its way: {received} of {length} bytes are here"),
            format!("Ar ei ffordd: mae {received} o {length} beit yma"),
        ),
        What::NotCome { refused: false, .. } => say(language, "Has not come yet", "Heb gyrraedd eto"),
        What::NotCome { refused: true, .. } => say(
            language,
            "One came that could not be kept; another may still come",
            "Daeth un na ellid ei chadw; gall un arall ddod o hyd",
        ),
        What::Noted { reason, words } => {
            let why = reason_in_words(*reason, language);
            match words {
                Some(words) => format!("{why}: {words}"),
                None => why.to_owned(),
            }
        }
        What::Nothing => say(
            language,
            "No receipt and no note yet; nothing waits for it",
            "Dim derbynneb na nodyn eto; nid oes dim yn aros amdano",
        ),
        What::NotNeeded => say(language, "None is needed for this", "Nid oes angen un am hyn"),
    }
}

fn reason_in_words(reason: NoReceiptReason, language: Language) -> &'static str {
    let (en, cy) = match reason {
        NoReceiptReason::NotGiven => ("No receipt: none was given", "Dim derbynneb: ni roddwyd un"),
        NoReceiptReason::Lost => ("No receipt: it was lost", "Dim derbynneb: fe'i collwyd"),
        NoReceiptReason::Unreadable => ("No receipt: it cannot be read", "Dim derbynneb: ni ellir ei darllen"),
        NoReceiptReason::KeptByPerson => ("No receipt: the person kept it", "Dim derbynneb: cadwodd y person hi"),
        NoReceiptReason::NotRightToAsk => {
            ("No receipt: it was not right to ask", "Dim derbynneb: nid oedd yn iawn gofyn")
        }
    };
    match language {
        Language::En => en,
        Language::Cy => cy,
    }
}

/// A line of the table; of the headings where there is none.
pub fn csv_line(line: Option<&Line>, language: Language) -> Result<Vec<u8>, csv::Error> {
    let cells = match line {
        Some(line) => cells(line, language),
        None => headings(language).map(str::to_owned),
    };
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    table.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?;
    table.into_inner().map_err(|error| error.into_error().into())
}

/// The page as it begins.
pub fn html_start((from, to): (NaiveDate, NaiveDate), language: Language) -> String {
    let (code, title) = match language {
        Language::En => ("en", format!("Receipts, {from} to {to}")),
        Language::Cy => ("cy", format!("Derbynebau, {from} i {to}")),
    };
    let about = say(
        language,
        "Every spend whose money left in these days and that whoever asked for this may see. The same lines are in \
         index.csv; SHA256SUMS has the hash of every file.",
        "Pob gwariant y gadawodd ei arian yn y dyddiau hyn ac y caiff pwy bynnag a ofynnodd am hyn ei weld. Mae'r un \
         llinellau yn index.csv; mae hash pob ffeil yn SHA256SUMS.",
    );
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<title>{title}</title>\n\
         <style>body{{font:16px/1.5 sans-serif;margin:2rem}}table{{border-collapse:collapse}}th,td{{border:1px solid #767676;\
         padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p>{about}</p>\n<table>\n<thead><tr>"
    );
    for heading in headings(language) {
        let _ = write!(page, "<th scope=\"col\">{}</th>", escaped_for_html(heading));
    }
    page + "</tr></thead>\n<tbody>\n"
}

/// A line of the page.
pub fn html_line(line: &Line, language: Language) -> String {
    let mut row = String::from("<tr>");
    for (place, cell) in cells(line, language).iter().enumerate() {
        let cell = escaped_for_html(cell);
        if place == FILE && !cell.is_empty() {
            let _ = write!(row, "<td><a href=\"{cell}\">{cell}</a></td>");
        } else {
            let _ = write!(row, "<td>{cell}</td>");
        }
    }
    row + "</tr>\n"
}

/// The page as it ends, with what it came to.
pub fn html_end(spends: u64, files: u64, unreadable: u64, language: Language) -> String {
    let sum = say(
        language,
        format!("Spends: {spends}. Files: {files}. Stored and not readable now: {unreadable}."),
        format!("Gwariant: {spends}. Ffeiliau: {files}. Wedi'u storio ond heb fod modd eu darllen: {unreadable}."),
    );
    format!("</tbody>\n</table>\n<p>{sum}</p>\n</body>\n</html>\n")
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::{ReceiptId, SpendId};
    use uuid::Uuid;

    use super::*;
    use crate::rules::money::Money;

    fn line(what: What, purpose: &str) -> Line {
        let day = "2026-11-20".parse().unwrap();
        let (amount, came_back) = (Money::from_pence(115), Money::ZERO);
        Line {
            spend: SpendId(Uuid::from_u128(1)),
            day,
            purpose: purpose.into(),
            amount,
            came_back,
            portion: None,
            what,
        }
    }

    fn everything() -> Vec<What> {
        let (receipt, spend) = (ReceiptId(Uuid::from_u128(2)), SpendId(Uuid::from_u128(3)));
        let file = String::from("receipts/a.jpg");
        let mut all = vec![
            What::Enclosed(Enclosed { receipt, page: 1, file: file.clone(), sha256: "00".into(), bytes: 5 }),
            What::WithAnother { receipt, spend },
            What::Unreadable { receipt, page: 1, file },
            What::OnItsWay { receipt, page: 2, received: 3, length: 5 },
            What::NotCome { receipt, page: 1, refused: false },
            What::NotCome { receipt, page: 1, refused: true },
            What::Noted { reason: NoReceiptReason::Lost, words: Some("=HYPERLINK(\"x\")".into()) },
            What::Nothing,
            What::NotNeeded,
        ];
        let reasons = [
            NoReceiptReason::NotGiven,
            NoReceiptReason::Unreadable,
            NoReceiptReason::KeptByPerson,
            NoReceiptReason::NotRightToAsk,
        ];
        all.extend(reasons.map(|reason| What::Noted { reason, words: None }));
        all
    }

    #[test]
    fn nothing_in_an_index_runs_whatever_people_wrote() {
        for purpose in ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "\"><img src=x onerror=y>", "a,\"b\r\nc"] {
            for what in everything() {
                let line = line(what, purpose);
                let table = csv_line(Some(&line), Language::En).unwrap();
                let cells = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_slice()).records().next();
                let cells = cells.unwrap().unwrap();
                assert_eq!(cells.len(), COLUMNS);
                assert!(cells.iter().all(|cell| !cell.starts_with(['=', '@', '+', '-'])), "{cells:?}");
                let row = html_line(&line, Language::Cy);
                assert!(
                    !row.contains("<script") && !row.contains("<img") && row.matches('"').count().is_multiple_of(2),
                    "{row}"
                );
                assert_eq!(row.matches("<td>").count(), COLUMNS);
            }
        }
    }

    #[test]
    fn an_index_says_in_both_languages_what_there_is() {
        for what in everything() {
            let [en, cy] = [Language::En, Language::Cy].map(|language| words(&what, language));
            assert_ne!(en, cy);
            assert!(en.len() > 8 && cy.len() > 8);
        }
        assert_ne!(headings(Language::En), headings(Language::Cy));
        let period = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
        for language in [Language::En, Language::Cy] {
            let page = html_start(period, language) + &html_end(1, 2, 3, language);
            assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"), "{page}");
        }
    }
}
