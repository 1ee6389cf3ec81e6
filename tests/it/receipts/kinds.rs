//! Stories of what else people send: an iPhone's HEIC and a railway's PDF, kept at once and shown when they can be; and of
//! what is shown of a photograph.

use busfare::work::previews;
use busfare_entity::words::PreviewState;
use lopdf::{Document, Object, Stream, dictionary};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{ANOTHER, TICKET, captured, heard, jobs_are_done, row, works_at};
use crate::{
    council::{Council, on_both},
    verbs::{ATTACH, does},
};

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on Receipt { state mediaType width height previewState previewUrl thumbnailUrl
    hints { hint sentence } pages { number mediaType sheetCount previewState previewUrl thumbnailUrl
        sheets { number width height thumbnailUrl previewUrl hints { hint } link { url } } } } } }";

/// A PDF of two pages, as a railway writes it, with an author and a script.
fn document() -> Vec<u8> {
    let mut pdf = Document::with_version("1.5");
    let root = pdf.new_object_id();
    let kids: Vec<Object> = (1..=2)
        .map(|number| {
            let words = format!("BT /F 24 Tf 40 500 Td (Ticket {number}) Tj ET");
            let content = pdf.add_object(Stream::new(dictionary! {}, words.into_bytes()));
            pdf.add_object(dictionary! { "Type" => "Page", "Parent" => root, "Contents" => content }).into()
        })
        .collect();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let pages = dictionary! {
        "Type" => "Pages", "Count" => 2, "Kids" => kids,
        "MediaBox" => vec![0.into(), 0.into(), 300.into(), 600.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
    };
    pdf.objects.insert(root, pages.into());
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("CANARY") };
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => root, "OpenAction" => script });
    let author = pdf.add_object(dictionary! { "Author" => Object::string_literal("CANARY") });
    pdf.trailer.set("Root", catalog);
    pdf.trailer.set("Info", author);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

async fn seen(person: &crate::council::Person<'_>, id: &str) -> Value {
    person.good(SEEN, json!({ "id": id })).await["node"].clone()
}

on_both! {
    async fn a_photograph_can_be_looked_at_in_three_sizes_and_says_what_is_amiss(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        assert_eq!(seen(&mari, &id).await["previewState"], json!(null));
        assert_eq!(mari.gets(&format!("/receipts/{id}/preview")).await.status(), StatusCode::NOT_FOUND);
        mari.puts(&id, TICKET.clone()).await;

        let receipt = seen(&mari, &id).await;
        assert_eq!((&receipt["previewState"], &receipt["hints"]), (&json!("MADE"), &json!([])));
        assert_eq!(receipt["pages"][0]["sheetCount"], 1);
        let sheet = &receipt["pages"][0]["sheets"][0];
        assert_eq!((&sheet["number"], &sheet["width"], &sheet["height"]), (&json!(1), &json!(900), &json!(1200)));
        let mut previews = Vec::new();
        for address in [&receipt["previewUrl"], &receipt["pages"][0]["previewUrl"], &sheet["previewUrl"]] {
            let shown = mari.gets(address.as_str().unwrap()).await;
            assert_eq!((shown.status(), &shown.headers()["content-type"]), (StatusCode::OK, &"image/jpeg".parse().unwrap()));
            let tag = shown.headers()["etag"].clone();
            let again = council.http().get(council.url(address.as_str().unwrap())).bearer_auth(mari.token.as_ref().unwrap());
            assert_eq!(again.header("if-none-match", tag).send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
            previews.push(shown.bytes().await.unwrap());
        }
        assert!(previews.iter().all(|preview| *preview == previews[0]));
        let link = council.http().get(council.url(sheet["link"]["url"].as_str().unwrap())).send().await.unwrap();
        assert_eq!((link.status(), link.bytes().await.unwrap()), (StatusCode::OK, previews[0].clone()));
        for nowhere in ["pages/1/sheets/2/preview", "pages/1/sheets/0/preview", "pages/1/sheets/x/thumbnail", "pages/2/preview", "pages/1/sheets/1/content"] {
            assert_eq!(mari.gets(&format!("/receipts/{id}/{nowhere}")).await.status(), StatusCode::NOT_FOUND, "{nowhere}");
        }
        let elin = council.person("elin.caradog").await;
        assert_eq!(elin.gets(&format!("/receipts/{id}/preview")).await.status(), StatusCode::NOT_FOUND);
    }

    async fn a_poor_photograph_is_kept_with_advice_in_her_language(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let ticket = image::load_from_memory(&TICKET).unwrap().into_rgb8();
        let dark = image::RgbImage::from_fn(ticket.width(), ticket.height(), |x, y| image::Rgb(ticket.get_pixel(x, y).0.map(|colour| colour / 8)));
        let mut sent = std::io::Cursor::new(Vec::new());
        dark.write_to(&mut sent, image::ImageFormat::Jpeg).unwrap();
        let id = captured(&mari).await;

        assert_eq!(mari.puts(&id, sent.into_inner()).await.status(), StatusCode::OK);

        let receipt = seen(&mari, &id).await;
        assert_eq!((&receipt["state"], &receipt["hints"][0]["hint"]), (&json!("STORED"), &json!("DARK")));
        assert!(receipt["hints"][0]["sentence"].as_str().unwrap().len() > 20, "{receipt:#}");
    }

    async fn a_pdf_is_one_page_whose_sheets_are_shown_later(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let path = format!("/receipts/{id}/pages/2/content");
        let sends = || council.http().put(council.url(&path)).bearer_auth(mari.token.as_ref().unwrap()).header("content-type", "image/png");
        let (status, body) = heard(sends().body(document()).send().await.unwrap()).await;
        assert_eq!((status, &body["mediaType"]), (StatusCode::OK, &json!("application/pdf")), "what a header says is not asked");
        assert_eq!(heard(sends().body(document()).send().await.unwrap()).await, (status, body), "the same again");

        let page = seen(&mari, &id).await["pages"][1].clone();
        assert_eq!((&page["sheetCount"], &page["previewState"], &page["sheets"]), (&json!(2), &json!("WAITING"), &json!([])));
        jobs_are_done(council).await;

        let stored = mari.gets(&path).await;
        assert_eq!(stored.headers()["content-type"], "application/pdf");
        let stored = stored.bytes().await.unwrap();
        assert!(stored.starts_with(b"%PDF-") && !stored.windows(6).any(|part| part == b"CANARY"));
        let page = seen(&mari, &id).await["pages"][1].clone();
        if !busfare::work::pictures::showing::can_show(&works_at(council, busfare::http::clock::now()).contained, busfare::work::pictures::MediaType::Pdf) {
            assert_eq!(page["previewState"], "NO_CONVERTER");
            return;
        }
        assert_eq!((&page["previewState"], page["sheets"].as_array().unwrap().len()), (&json!("MADE"), 2));
        for sheet in page["sheets"].as_array().unwrap() {
            for address in [&sheet["previewUrl"], &sheet["thumbnailUrl"]] {
                let shown = mari.gets(address.as_str().unwrap()).await.bytes().await.unwrap();
                let shown = image::load_from_memory(&shown).unwrap();
                assert_eq!(shown.height(), 2 * shown.width());
            }
        }
    }

    async fn what_could_not_be_shown_is_shown_once_there_is_a_program_for_it(council: &Council) {
        use busfare_entity::receipt::{Column, Entity};
        let mari = council.person("mari.prydderch").await;
        let (shown, missing) = (captured(&mari).await, captured(&mari).await);
        mari.puts(&shown, TICKET.clone()).await;
        mari.puts(&missing, ANOTHER.clone()).await;
        jobs_are_done(council).await;
        let works = works_at(council, busfare::http::clock::now());
        assert_eq!(previews::wake(&works, works.now()).await.unwrap(), 0, "all is shown");
        // As a server without a program for it leaves it.
        let txn = council.state.db.begin().await.unwrap();
        let of = row(council, &missing).await.id;
        busfare_entity::receipt_sheet::Entity::delete_many().filter(busfare_entity::receipt_sheet::Column::ReceiptId.eq(of)).exec(&txn).await.unwrap();
        Entity::update_many().col_expr(Column::Preview, Expr::value(Some(PreviewState::NoConverter))).col_expr(Column::MediaType, Expr::value(Some("application/pdf"))).filter(Column::Id.eq(of)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let pages = || async { seen(&mari, &missing).await["previewState"].clone() };
        assert_eq!(pages().await, "NO_CONVERTER");
        let can = busfare::work::pictures::showing::can_show(&works.contained, busfare::work::pictures::MediaType::Pdf);

        assert_eq!(previews::wake(&works, works.now()).await.unwrap(), u64::from(can));

        // Asked for once, and not again while it is asked for.
        assert_eq!(previews::wake(&works, works.now()).await.unwrap(), 0);
        if can {
            assert_eq!(pages().await, "WAITING");
            jobs_are_done(council).await;
            assert_eq!(pages().await, "NOT_SHOWABLE", "it never was a PDF, and the original stays");
            assert_eq!(mari.gets(&format!("/receipts/{missing}/content")).await.status(), StatusCode::OK);
        }
        assert_eq!(previews::wake(&works, works.now()).await.unwrap(), 0, "what no program can show is left alone");
    }

    async fn fifty_thumbnails_are_less_than_a_megabyte(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let mut bytes = 0;
        for number in 0..50 {
            let id = captured(&mari).await;
            if number == 0 {
                does(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await;
            }
            mari.puts(&id, busfare::work::pictures::sample::bus_ticket(&format!("1.{number:02}"))).await;
        }
        let list = mari.good("{ viewer { receipts(first: 50) { nodes { thumbnailUrl previewState hints { hint } pages { sheets { number } } } } } }", json!({})).await;
        let nodes = list["viewer"]["receipts"]["nodes"].as_array().unwrap().clone();
        assert_eq!(nodes.len(), 50);
        for node in nodes {
            bytes += mari.gets(node["thumbnailUrl"].as_str().unwrap()).await.bytes().await.unwrap().len();
        }
        assert!(bytes + list.to_string().len() <= 1_000_000, "{bytes} bytes");
    }
}
