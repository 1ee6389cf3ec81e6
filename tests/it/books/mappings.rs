//! Columns: what finance takes, published in versions; whatever is wrong with a file is told with its line.

use serde_json::json;

use super::{EXPORT, PUBLISH, bought, rows, today};
use crate::{
    council::{Council, on_both},
    verbs::{does, in_language, refused, with_key},
};

const OURS: &str = "date_format = \"%Y%m%d\"\ndelimiter = \";\"\ncolumn = [\n  { heading = \"=Ledger\", value = \"=1+1\" },\n  \
                    { heading = \"Pence\", field = \"pence\" },\n  { heading = \"On\", field = \"date\" },\n]\n";

on_both! {
    async fn columns_are_for_the_next_export_and_earlier_ones_keep_theirs(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        bought(council, &mari, 115, "2026-01-10T08:00:00Z", None).await;
        let first = does(&gethin, EXPORT, json!({ "upTo": today() })).await["batch"].clone();
        let before = gethin.gets(first["downloadUrl"].as_str().unwrap()).await.bytes().await.unwrap();
        let plain = gethin.good("{ exportMapping { version source publishedAt } }", json!({})).await["exportMapping"].clone();
        assert!(plain["version"].is_null() && plain["source"].as_str().unwrap().contains("cost_centre"));

        let published = does(&gethin, PUBLISH, json!({ "source": OURS })).await;
        assert_eq!(published["mapping"], json!({ "version": 1, "source": OURS, "publishedBy": { "name": "Gethin Bowmer" } }), "{published:#}");
        bought(council, &mari, 230, "2026-01-11T08:00:00Z", None).await;
        let second = does(&gethin, EXPORT, json!({ "upTo": today() })).await["batch"].clone();
        assert_eq!(second["mappingVersion"], 1);
        let file = gethin.gets(second["downloadUrl"].as_str().unwrap()).await.text().await.unwrap();
        assert_eq!(file, "'=Ledger;Pence;On\r\n'=1+1;230;20260111\r\n");
        assert_eq!(gethin.gets(first["downloadUrl"].as_str().unwrap()).await.bytes().await.unwrap(), before);
        assert_eq!(rows(&before).len(), 1);
        assert_eq!(does(&gethin, PUBLISH, json!({ "source": plain["source"] })).await["mapping"]["version"], 2);
        assert_eq!(refused(&mari, PUBLISH, json!({ "source": OURS })).await, "NOT_YOUR_BOOKS");
    }

    async fn whatever_is_wrong_with_the_columns_is_told_with_its_line(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let source = "delimitter = \",\"\n[[column]]\nheading = \"Centre\"\nfield = \"cost_center\"\n";

        let told = does(&gethin, PUBLISH, json!({ "source": source })).await;
        assert_eq!(told["mapping"], json!(null));
        let errors: Vec<_> = told["userErrors"].as_array().unwrap().iter().map(|error| (error["code"].as_str().unwrap(), error["message"].as_str().unwrap())).collect();
        assert_eq!(errors, [
            ("MAPPING_NOT_USABLE", "Line 1: there is no setting \"delimitter\". See the list in the schema."),
            ("MAPPING_NOT_USABLE", "Line 4: there is no field \"cost_center\". See the list in the schema."),
        ]);
        let welsh = in_language(council, &gethin, "cy", PUBLISH, json!({ "input": with_key(json!({ "source": source })) })).await;
        assert_eq!(welsh["it"]["userErrors"][1]["message"], "Llinell 4: nid oes maes \"cost_center\". Gweler y rhestr yn y sgema.");
        for nonsense in ["", "\u{0}", "[[[[", &"[".repeat(10_000), "column = 1", &"x = 1\n".repeat(5_000), "\u{202E}"] {
            let told = does(&gethin, PUBLISH, json!({ "source": nonsense })).await;
            let errors = told["userErrors"].as_array().unwrap();
            assert!((1..=20).contains(&errors.len()) && errors.iter().all(|error| error["code"] == "MAPPING_NOT_USABLE"), "{told:#}");
        }
        assert!(gethin.good("{ exportMapping { version } }", json!({})).await["exportMapping"]["version"].is_null());
    }
}
