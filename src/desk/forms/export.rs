//! Export: a form in the format of others.

use std::{fmt::Write, fs, path::Path};

use super::{
    files::{self, NotRead},
    workbook,
};
use crate::{
    config::Format,
    desk::Told,
    rules::form::{
        Definition,
        fhir::{self, Edition},
        json_schema::json_schema,
        xlsform,
    },
};

/// Writes one form of a file, to another or to the terminal.
pub(super) fn export(file: &Path, format: Format, code: Option<&str>, to: Option<&Path>) -> Result<Told, NotRead> {
    if to.is_none() && format == Format::Xlsform {
        return Err(NotRead::NoPlace);
    }
    let forms = files::forms(file)?;
    let form = match (code, forms.as_slice()) {
        (Some(code), _) => files::with_code(&forms, code)?,
        (None, [only]) => &only.form,
        (None, _) => return Err(NotRead::WhichForm(files::codes(&forms))),
    };
    form.check().map_err(|source| NotRead::NoForm { code: form.code.clone(), source })?;

    let (written, unsaid) = match format {
        Format::Xlsform => (as_workbook(form)?, xlsform::unsaid(form)),
        Format::Fhir => (text(&fhir::questionnaire(form, &Edition::default())), fhir::unsaid(form)),
        Format::JsonSchema => (text(&json_schema(form)), Vec::new()),
    };
    let Some(to) = to else {
        return Ok(Told { code: 0, words: String::from_utf8_lossy(&written).trim_end().to_owned() });
    };
    keep(file, to, &written)?;
    Ok(Told { code: 0, words: summary(form, format, to, &unsaid) })
}

fn text(json: &serde_json::Value) -> Vec<u8> {
    format!("{json:#}\n").into_bytes()
}

/// A workbook that reads as the same form: what does not is not handed on.
fn as_workbook(form: &Definition) -> Result<Vec<u8>, NotRead> {
    let refused = |words: String| NotRead::NoWorkbook { code: form.code.clone(), words };
    let book = xlsform::write(form);
    let same = xlsform::read(&book).map(|read| read.definition == *form);
    match same {
        Ok(true) => workbook::write(&book).map_err(|error| refused(error.to_string())),
        Ok(false) => Err(refused("it would read as another form.".to_owned())),
        Err(remarks) => Err(refused(remarks.first().map(ToString::to_string).unwrap_or_default())),
    }
}

fn keep(from: &Path, to: &Path, written: &[u8]) -> Result<(), NotRead> {
    let path = to.display().to_string();
    let same = fs::canonicalize(to).is_ok_and(|to| fs::canonicalize(from).is_ok_and(|from| from == to));
    if same {
        return Err(NotRead::SamePlace(path));
    }
    fs::write(to, written).map_err(|source| NotRead::NotWritten { path, source })
}

/// What was written, and which conditions only who knows us understands.
fn summary(form: &Definition, format: Format, to: &Path, unsaid: &[&str]) -> String {
    let conditions = form.items.iter().filter(|item| item.shown_when.is_some()).count();
    let mut words = format!("{}: {} questions, {conditions} conditions.", to.display(), form.questions().count());
    let (named, place) = match format {
        Format::Xlsform => ("XLSForm", "the column busfare::shown_when"),
        Format::Fhir => ("FHIR", "the extension urn:busfare:shown-when"),
        Format::JsonSchema => {
            words.push_str(
                " JSON Schema says what an answer looks like, and not in which order or language it is asked.",
            );
            return words;
        }
    };
    if !unsaid.is_empty() {
        let _ = write!(words, "\n{} of the conditions cannot be said in {named}, and stand in {place}:", unsaid.len());
    }
    for link_id in unsaid {
        let _ = write!(words, "\n  - {link_id}");
    }
    words
}
