//! Files of forms, read with a bound on how much.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;

use crate::rules::form::pathway::{self, Imported, Refused};

/// Most bytes of a file, expanded. The largest that councils have used has two million.
const MOST_BYTES: u64 = 32 << 20;

/// Why nothing could be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRead {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}.")]
    File { path: String, source: io::Error },
    /// It is too large to be forms.
    #[error("{0} is larger than forms are: more than 32 MB.")]
    TooLarge(String),
    /// Something in it is no form.
    #[error("{path} has no forms that could be read:\n{}", lines(.refused))]
    Refused { path: String, refused: Vec<Refused> },
    /// A folder has none.
    #[error("{0} has no files that end in .json or .json.gz.")]
    NoVersions(String),
    /// There is no such form.
    #[error("There is no form `{code}` in the file. There are: {known}.")]
    NoSuchForm { code: String, known: String },
}

fn lines(refused: &[Refused]) -> String {
    refused.iter().map(|refused| format!("  - {refused}")).collect::<Vec<_>>().join("\n")
}

/// The forms of a file.
pub(super) fn forms(path: &Path) -> Result<Vec<Imported>, NotRead> {
    let name = path.display().to_string();
    let json = bytes(path).map_err(|source| NotRead::File { path: name.clone(), source })?;
    if json.len() as u64 > MOST_BYTES {
        return Err(NotRead::TooLarge(name));
    }
    pathway::read(&json).map_err(|refused| NotRead::Refused { path: name, refused })
}

/// A little more than the most, where there is more.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        MultiGzDecoder::new(file).take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The versions in a folder, by their names, in which numbers are numbers.
pub(super) fn versions(folder: &Path) -> Result<Vec<PathBuf>, NotRead> {
    let name = folder.display().to_string();
    let amiss = |source| NotRead::File { path: name.clone(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(amiss)? {
        let path = entry.map_err(amiss)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.ends_with(".json") || name.ends_with(".json.gz") {
            files.push((in_order(&name), path));
        }
    }
    files.sort();
    if files.is_empty() {
        Err(NotRead::NoVersions(name))
    } else {
        Ok(files.into_iter().map(|(_, path)| path).collect())
    }
}

/// A name by which 9 comes before 10: every number is written with its length first.
fn in_order(name: &str) -> String {
    let mut key = String::new();
    let mut rest = name;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        let digits = digits.trim_start_matches('0');
        key.push_str(&format!("{before}{:03}{digits}", digits.len()));
        rest = after;
    }
    key + rest
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn versions_go_by_their_numbers() {
        let mut names = ["v10.json", "v9.json", "v009b.json", "v1.json", "a.json", "v100.json"];
        names.sort_by_key(|name| in_order(name));
        assert_eq!(names, ["a.json", "v1.json", "v9.json", "v009b.json", "v10.json", "v100.json"]);
    }
}
