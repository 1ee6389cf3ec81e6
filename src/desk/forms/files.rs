//! Files of forms, read with a bound on how much.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;

use super::workbook::{self, Unreadable};
use crate::rules::form::{
    Definition, Malformed,
    pathway::{self, Refused},
    xlsform,
};

/// Most bytes of a file, expanded. The largest that councils have used has two million.
const MOST_BYTES: u64 = 32 << 20;

/// A form of a file.
pub(super) struct Found {
    /// The form.
    pub form: Definition,
    /// How many conditions the file has for it.
    pub conditions: usize,
    /// What was taken for something else, or left out: the place, and the words.
    pub notes: Vec<(String, String)>,
}

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
    /// It should be a workbook, and is none that can be read.
    #[error("{path}: {source}")]
    Workbook { path: String, source: Unreadable },
    /// A folder has none.
    #[error("{0} has no files that end in .json or .json.gz.")]
    NoVersions(String),
    /// There is no such form.
    #[error("There is no form `{code}` in the file. There are: {known}.")]
    NoSuchForm { code: String, known: String },
    /// Nobody said which of several.
    #[error("There are several forms in the file; say which with --form: {0}.")]
    WhichForm(String),
    /// It cannot be used.
    #[error("`{code}` cannot be written: {source}.")]
    NoForm { code: String, source: Malformed },
    /// A workbook has to go somewhere.
    #[error("A workbook is a file; say where to write it with --to, such as --to form.xlsx.")]
    NoPlace,
    /// It would be written over what it was made of.
    #[error("{0} is the file that the form is read from; say another with --to.")]
    SamePlace(String),
    /// It does not fit in a workbook, or reads as something else.
    #[error("`{code}` cannot be written as a workbook: {words}")]
    NoWorkbook { code: String, words: String },
    /// The file cannot be written.
    #[error("{path} cannot be written: {source}.")]
    NotWritten { path: String, source: io::Error },
}

fn lines(refused: &[Refused]) -> String {
    refused.iter().map(|refused| format!("  - {refused}")).collect::<Vec<_>>().join("\n")
}

/// The forms of a file; a workbook is known by how it begins, or should be one by its ending.
pub(super) fn forms(path: &Path) -> Result<Vec<Found>, NotRead> {
    let name = path.display().to_string();
    let bytes = bytes(path).map_err(|source| NotRead::File { path: name.clone(), source })?;
    let ends = |ending: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending));
    if workbook::is_one(&bytes) || ends("xlsx") || ends("xls") {
        return of_workbook(&bytes, name).map(|found| vec![found]);
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(NotRead::TooLarge(name));
    }
    let read = pathway::read(&bytes).map_err(|refused| NotRead::Refused { path: name, refused })?;
    let found = |pathway::Imported { form, conditions, notes }| Found { form, conditions, notes };
    Ok(read.into_iter().map(found).collect())
}

fn of_workbook(bytes: &[u8], path: String) -> Result<Found, NotRead> {
    let workbook = workbook::read(bytes).map_err(|source| NotRead::Workbook { path: path.clone(), source })?;
    let read = xlsform::read(&workbook);
    let xlsform::Imported { definition: form, notes } = read.map_err(|refused| {
        let refused = refused.iter().map(place).map(|(place, words)| Refused { place, words });
        NotRead::Refused { path, refused: refused.collect() }
    })?;
    let conditions = form.items.iter().filter(|item| item.shown_when.is_some()).count();
    Ok(Found { form, conditions, notes: notes.iter().map(place).collect() })
}

fn place(remark: &xlsform::Remark) -> (String, String) {
    let xlsform::Remark { sheet, row, column, words } = remark;
    (format!("{sheet}, row {row}, column {column}"), words.clone())
}

/// The form with a code among several.
pub(super) fn with_code<'a>(forms: &'a [Found], code: &str) -> Result<&'a Definition, NotRead> {
    let mut with_it = forms.iter().map(|found| &found.form).filter(|form| form.code == code);
    with_it.next().ok_or_else(|| NotRead::NoSuchForm { code: code.to_owned(), known: codes(forms) })
}

/// The forms of a file: all of them, or the one with a code.
pub(super) fn chosen(path: &Path, code: Option<&str>) -> Result<Vec<Found>, NotRead> {
    let mut forms = forms(path)?;
    if let Some(code) = code {
        with_code(&forms, code)?;
        forms.retain(|found| found.form.code == code);
    }
    Ok(forms)
}

/// The codes of forms, in order.
pub(super) fn codes(forms: &[Found]) -> String {
    let mut codes: Vec<_> = forms.iter().map(|found| found.form.code.as_str()).collect();
    codes.sort_unstable();
    codes.join(", ")
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
