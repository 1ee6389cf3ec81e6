//! Settings of the front door: the list of what the council's own app asks, as its build wrote it, and where pages come from.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Deserialize;

/// Which documents need not be sent in full, and whether anything else runs for practitioners.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentSettings {
    /// The documents of your own app: a JSON file as relay-compiler, graphql-codegen or Apollo's manifest writes it, or a
    /// folder of such files and of .graphql files. Apps then send documentId in place of the query.
    #[arg(long = "documents", value_name = "FILE", env = "BUSFARE_DOCUMENTS", hide_env_values = true)]
    pub documents: Option<PathBuf>,
    /// Run nothing for practitioners but those documents. Apps by themselves send what they like.
    #[arg(long = "documents-only", env = "BUSFARE_DOCUMENTS_ONLY", hide_env_values = true)]
    pub documents_only: bool,
}

/// What runs for practitioners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForPractitioners {
    /// Whatever their app asks.
    #[default]
    Anything,
    /// Only the documents that the operator trusts.
    TrustedOnly,
}

/// The documents that the operator trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// Each with the identifier that its manifest gave it, where one did.
    pub documents: Vec<(Option<String>, String)>,
    /// What runs for practitioners.
    pub for_practitioners: ForPractitioners,
}

/// A manifest: Apollo's, or identifiers with their documents as Relay and graphql-codegen write them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo { operations: Vec<Operation> },
    Plain(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl DocumentSettings {
    /// Reads the documents. What cannot be read is said in one sentence.
    pub fn trusted(&self) -> Result<Trusted, String> {
        let Some(place) = &self.documents else {
            return if self.documents_only {
                Err("--documents-only (BUSFARE_DOCUMENTS_ONLY) needs --documents with those that are trusted."
                    .to_owned())
            } else {
                Ok(Trusted::default())
            };
        };
        let mut documents = Vec::new();
        for file in files(place).map_err(|error| unreadable(place, &error.to_string()))? {
            let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error.to_string()))?;
            if file.extension().is_some_and(|extension| extension == "graphql") {
                documents.push((None, text));
                continue;
            }
            let manifest = serde_json::from_str(&text)
                .map_err(|_| unreadable(&file, "it is not a JSON object of identifiers and documents"))?;
            match manifest {
                Manifest::Apollo { operations } => {
                    documents.extend(operations.into_iter().map(|it| (Some(it.id), it.body)))
                }
                Manifest::Plain(all) => documents.extend(all.into_iter().map(|(id, text)| (Some(id), text))),
            }
        }
        let for_practitioners =
            if self.documents_only { ForPractitioners::TrustedOnly } else { ForPractitioners::Anything };
        Ok(Trusted { documents, for_practitioners })
    }
}

/// An origin: a scheme, a host and perhaps a port.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let place = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = place.trim_end_matches('/');
    if host.is_empty() || host.contains(|letter: char| letter.is_whitespace() || "/?#@*".contains(letter)) {
        return Err("--origin (BUSFARE_ORIGINS) needs a scheme and a host alone, such as https://app.council.example."
            .to_owned());
    }
    Ok(text.to_owned())
}

/// The file itself, or what a folder has of manifests and documents, in the order of their names.
fn files(place: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(place)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "json" || extension == "graphql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(place: &Path, why: &str) -> String {
    format!("--documents (BUSFARE_DOCUMENTS) cannot be read: {}: {why}.", place.to_string_lossy().escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(documents: &Path) -> DocumentSettings {
        DocumentSettings { documents: Some(documents.to_owned()), documents_only: false }
    }

    #[test]
    fn a_manifest_is_read_as_each_tool_writes_it_and_a_folder_whole() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.json", r#"{"one":"{ a }","two":"{ b }"}"#);
        write(
            "b.json",
            r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"three","name":"C","type":"query","body":"query C { c }"}]}"#,
        );
        write("c.graphql", "{ d }");
        write("notes.txt", "nothing");
        let named = |id: &str, text: &str| (Some(id.to_owned()), text.to_owned());

        assert_eq!(
            at(&folder.path().join("a.json")).trusted().unwrap().documents,
            [named("one", "{ a }"), named("two", "{ b }")]
        );
        let all = at(folder.path()).trusted().unwrap().documents;
        assert_eq!(all[2..], [named("three", "query C { c }"), (None, "{ d }".to_owned())]);
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host_alone() {
        for good in ["https://app.council.example", "http://127.0.0.1:3000", "https://app.council.example/"] {
            assert!(origin(good).is_ok(), "{good}");
        }
        for odd in
            ["", "*", "https://", "https://*", "app.council.example", "https://a/b", "https://a b", "https://x@a"]
        {
            assert!(origin(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_no_list_of_documents_is_told_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        for text in ["", "[]", "{\"a\":1}", "{ a }"] {
            fs::write(&file, text).unwrap();
            let sentence = at(&file).trusted().unwrap_err();
            assert!(sentence.contains("a JSON object of identifiers") && sentence.ends_with('.'), "{sentence}");
        }
        assert!(at(&folder.path().join("nowhere.json")).trusted().is_err());
        let only = DocumentSettings { documents: None, documents_only: true };
        assert!(only.trusted().unwrap_err().contains("--documents "));
        assert_eq!(DocumentSettings::default().trusted(), Ok(Trusted::default()));
    }
}
