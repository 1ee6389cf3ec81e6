//! Kinds: what the `type` of a row means.

use busfare_entity::words::QuestionKind;

use super::shown;

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A question without a list.
    Ask(QuestionKind),
    /// A question with a list.
    Select {
        several: bool,
        list: String,
        /// Whether something else may be said in words.
        other: bool,
    },
    Note,
    Begin(Block),
    End(Block),
}

/// What has a beginning and an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Group,
    Repeat,
}

/// How lists are asked for, the longer ways before those that begin like them.
const SELECTS: &[(&[&str], bool)] = &[
    (&["add", "select", "one", "prompt", "using"], false),
    (&["add", "select", "multiple", "prompt", "using"], true),
    (&["select", "all", "that", "apply", "from"], true),
    (&["select", "one", "from"], false),
    (&["select", "one", "using"], false),
    (&["select", "multiple", "from"], true),
    (&["select", "multiple", "using"], true),
    (&["select", "one"], false),
    (&["select", "multiple"], true),
    (&["select_one"], false),
    (&["select_multiple"], true),
    (&["select1"], false),
];

/// How something else is asked for at the end of a type.
const OTHERS: &[&[&str]] = &[&["or_other"], &["or", "other"], &["or", "specify", "other"], &["or_specify_other"]];

/// What is known about the worker's device or time without anybody being asked.
const BEHIND_BACKS: &[&str] = &[
    "audit",
    "background audio",
    "background geopoint",
    "device id",
    "deviceid",
    "end",
    "end time",
    "get device id",
    "get end time",
    "get phone number",
    "get sim id",
    "get start time",
    "get subscriber id",
    "get today",
    "imei",
    "phonenumber",
    "sim id",
    "simserial",
    "start",
    "start geopoint",
    "start time",
    "subscriber id",
    "subscriberid",
    "today",
    "uri:deviceid",
    "uri:email",
    "uri:phonenumber",
    "uri:simserial",
    "uri:subscriberid",
    "uri:username",
    "username",
];

/// What a type means, or one sentence about why it means nothing here.
pub(super) fn read(written: &str) -> Result<Kind, String> {
    let words: Vec<&str> = written.split_whitespace().collect();
    let key = words.join(" ").to_lowercase().replace(['_', '-'], " ");
    if let Some(words) = refused(&key) {
        return Err(words);
    }
    if let Some(select) = select(&words) {
        return select;
    }
    let bare = key.strip_prefix("add ").and_then(|rest| rest.strip_suffix(" prompt")).unwrap_or(&key);
    match bare.strip_prefix("q ").unwrap_or(bare) {
        "text" | "string" => Ok(Kind::Ask(QuestionKind::Text)),
        "integer" | "int" => Ok(Kind::Ask(QuestionKind::Number)),
        "decimal" => Ok(Kind::Ask(QuestionKind::Decimal)),
        "date" => Ok(Kind::Ask(QuestionKind::Date)),
        "time" => Ok(Kind::Ask(QuestionKind::Time)),
        "acknowledge" | "trigger" => Ok(Kind::Ask(QuestionKind::YesNo)),
        "image" | "photo" | "picture" => Ok(Kind::Ask(QuestionKind::Photo)),
        "audio" => Ok(Kind::Ask(QuestionKind::Voice)),
        "note" => Ok(Kind::Note),
        "begin group" => Ok(Kind::Begin(Block::Group)),
        "end group" => Ok(Kind::End(Block::Group)),
        "begin repeat" | "begin lgroup" | "begin looped group" => Ok(Kind::Begin(Block::Repeat)),
        "end repeat" | "end lgroup" | "end looped group" => Ok(Kind::End(Block::Repeat)),
        _ => Err(format!(
            "`{}` is no type of question here; use text, integer, decimal, date, time, select_one, select_multiple, \
             acknowledge, image, audio, note, a group or a repeat.",
            shown(written)
        )),
    }
}

fn select(words: &[&str]) -> Option<Result<Kind, String>> {
    let starts =
        |start: &[&str]| words.len() >= start.len() && start.iter().zip(words).all(|(a, b)| a.eq_ignore_ascii_case(b));
    let (start, several) = SELECTS.iter().find(|(start, _)| starts(start))?;
    let mut list = &words[start.len()..];
    let ends = |end: &&&[&str]| {
        list.len() > end.len()
            && list[list.len() - end.len()..].iter().zip(**end).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let other = OTHERS.iter().find(ends).map(|end| end.len());
    list = &list[..list.len() - other.unwrap_or(0)];
    let list = list.join(" ");
    Some(match list.as_str() {
        "" => Err("The name of a list is missing; write it after the type, such as `select_one yes_no`.".to_owned()),
        answers if answers.starts_with("${") => {
            Err("Choices cannot come from other answers; give a list on the sheet `choices`.".to_owned())
        }
        _ => Ok(Kind::Select { several: *several, list, other: other.is_some() }),
    })
}

/// What is known and not accepted, each with what to do instead.
fn refused(key: &str) -> Option<String> {
    let first = key.split(' ').next().unwrap_or_default();
    if BEHIND_BACKS.contains(&key) || BEHIND_BACKS.contains(&first) && key.starts_with("audit") {
        return Some(format!(
            "`{}` collects something about whoever fills in the form without asking them; leave the row out.",
            shown(key)
        ));
    }
    let instead = match key {
        "geopoint"
        | "geotrace"
        | "geoshape"
        | "gps"
        | "location"
        | "q geopoint"
        | "q location"
        | "add location prompt" => {
            "Places on a map are not taken down; ask in words where it was, with a `text` question."
        }
        "calculate" | "hidden" | "q calculate" | "add calculate prompt" => {
            "Values that nobody is asked for are not kept; leave the row out and work it out where it is read."
        }
        "video" | "file" => "Films and files are not taken; use `image` or `audio`.",
        "barcode" => "Barcodes are not read; use `text`.",
        "range" => "A slider is not offered; use `integer` or `decimal` with a constraint.",
        "rank" => "Choices cannot be put in order; use `select_multiple`.",
        "datetime" | "q datetime" => "A day and a time are two questions here; use `date` and `time`.",
        "phone number" | "email" => "This is no type of question here; use `text`.",
        "percentage" => "This is no type of question here; use `integer` with the constraint `. >= 0 and . <= 100`.",
        _ => return refused_start(key, first),
    };
    Some(instead.to_owned())
}

fn refused_start(key: &str, first: &str) -> Option<String> {
    let from_file = |start: &str| key.strip_prefix(start).is_some_and(|file| file.contains('.') || file.contains("${"));
    let instead = match first {
        _ if ["select one external", "select multiple external"].iter().any(|start| key.starts_with(start)) => {
            "Choices cannot come from another sheet or file; give the list on the sheet `choices`."
        }
        _ if ["select one from file ", "select multiple from file "].iter().any(|start| from_file(start)) => {
            "Choices cannot come from a file; give the list on the sheet `choices`."
        }
        "rank" => "Choices cannot be put in order; use `select_multiple`.",
        "xml" | "csv" if key.contains("external") => "Nothing is read from other files; leave the row out.",
        "osm" => "Places on a map are not taken down; ask in words where it was, with a `text` question.",
        "include" => "Other forms cannot be included; copy their rows in.",
        "cascading" => "Choices cannot depend on other answers; ask with `relevant` and a list each.",
        _ if key.starts_with("begin loop") || key == "end loop" => {
            "Loops over a list are not done; use `begin repeat`, or a question for each."
        }
        _ if first == "sms" => "Forms are not filled in by text message; leave the row out.",
        _ => return None,
    };
    Some(instead.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(several: bool, list: &str, other: bool) -> Result<Kind, String> {
        Ok(Kind::Select { several, list: list.to_owned(), other })
    }

    #[test]
    fn types_are_known_in_every_spelling_that_forms_have_had() {
        assert_eq!(read("Text"), Ok(Kind::Ask(QuestionKind::Text)));
        assert_eq!(read("add integer prompt"), Ok(Kind::Ask(QuestionKind::Number)));
        assert_eq!(read("begin_group"), Ok(Kind::Begin(Block::Group)));
        assert_eq!(read("End  Repeat"), Ok(Kind::End(Block::Repeat)));
        assert_eq!(read("select_one yes_no"), select(false, "yes_no", false));
        assert_eq!(read("SELECT_MULTIPLE\u{a0} Things or_other"), select(true, "Things", true));
        assert_eq!(read("select one from sexes or specify other"), select(false, "sexes", true));
        assert_eq!(read("select all that apply from browsers"), select(true, "browsers", false));
        assert_eq!(read("add select one prompt using yes_no"), select(false, "yes_no", false));
        assert_eq!(read("select one from file"), select(false, "file", false));
    }

    #[test]
    fn what_is_refused_says_what_to_do_instead() {
        for (written, part) in [
            ("geopoint", "where it was"),
            ("start-geopoint", "without asking them"),
            ("deviceid", "without asking them"),
            ("phone number", "`text`"),
            ("dateTime", "`date` and `time`"),
            ("select_one_external cities", "`choices`"),
            ("select_one_from_file cities.csv", "file"),
            ("select one from file cities.csv", "file"),
            ("select_one", "name of a list"),
            ("select_one ${children}", "other answers"),
            ("begin loop over toilets", "repeat"),
            ("include yes_or_no", "copy"),
            ("frobnicate", "no type of question"),
        ] {
            let words = read(written).unwrap_err();
            assert!(words.contains(part), "{written}: {words}");
        }
    }
}
