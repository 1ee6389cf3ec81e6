//! Stories: what is held about somebody in the order in which it happened, for them to read (UK GDPR Article 15), and which
//! lines of it may tell of somebody else, for whoever hands it over to look at first.

mod third_party;

use std::fmt::Write;

use busfare_entity::words::Language;
use chrono::NaiveDate;
use serde::Serialize;

pub use self::third_party::{Mention, mentions};
use super::{refusal::say, text::escaped_for_html};

/// Most records, spends and warnings, each, in one story.
pub const MOST_TOLD: usize = 1_000;

/// What is held about somebody, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    /// What they are called here.
    pub about: String,
    /// The local day on which it is told.
    pub told_on: NaiveDate,
    /// What happened, oldest first.
    pub parts: Vec<Part>,
    /// How many answers and records whoever asks may not read; they are not in it.
    pub withheld: usize,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The id of what it is told from.
    pub source: String,
    /// The local day.
    pub on: NaiveDate,
    /// What it was.
    pub title: String,
    /// Who wrote it down.
    pub by: String,
    /// What is held, a line each.
    pub lines: Vec<String>,
}

impl Story {
    /// A story of what happened, in whatever order it is given. What happened on one day stays in the order given.
    pub fn new(about: String, told_on: NaiveDate, mut parts: Vec<Part>, withheld: usize) -> Self {
        parts.sort_by_key(|part| part.on);
        Self { about, told_on, parts, withheld }
    }

    /// A page of its own, without anything to load, that a browser shows and prints.
    pub fn html(&self, language: Language) -> String {
        let about = escaped_for_html(&self.about);
        let (code, title) = match language {
            Language::En => ("en", format!("What we hold about {about}")),
            Language::Cy => ("cy", format!("Yr hyn sydd gennym am {about}")),
        };
        let told = say(language, format!("As of {}.", self.told_on), format!("Fel ar {}.", self.told_on));
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta \
             name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>body{{font:16px/1.5 \
             sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}}p{{overflow-wrap:anywhere;white-space:pre-line}}</style>\n\
             </head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{told}</p>\n"
        );
        for part in &self.parts {
            let (on, title, by) = (part.on, escaped_for_html(&part.title), escaped_for_html(&part.by));
            let _ = write!(page, "<article>\n<h2><time datetime=\"{on}\">{on}</time> {title}</h2>\n<p>{by}</p>\n");
            for line in &part.lines {
                let _ = writeln!(page, "<p>{}</p>", escaped_for_html(line));
            }
            page.push_str("</article>\n");
        }
        if self.withheld > 0 {
            let withheld = self.withheld;
            let words = say(
                language,
                format!("Not in here, because whoever made this may not read it: {withheld}."),
                format!("Nid yw yma, gan na chaiff pwy bynnag a wnaeth hwn ei ddarllen: {withheld}."),
            );
            let _ = writeln!(page, "<p>{words}</p>");
        }
        page + "</main>\n</body>\n</html>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(on: &str, title: &str, lines: &[&str]) -> Part {
        Part {
            source: format!("recd_{title}"),
            on: on.parse().unwrap(),
            title: title.into(),
            by: "Mari".into(),
            lines: lines.iter().map(|&line| line.into()).collect(),
        }
    }

    #[test]
    fn a_story_is_told_from_its_beginning_whatever_order_it_is_found_in() {
        let parts = vec![part("2026-03-02", "b", &[]), part("2026-01-09", "a", &[]), part("2026-03-02", "c", &[])];
        let story = Story::new("Ann".into(), "2026-04-01".parse().unwrap(), parts, 0);

        assert_eq!(story.parts.iter().map(|part| part.title.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        let json = serde_json::to_value(&story).unwrap();
        assert_eq!((&json["toldOn"], &json["parts"][0]["on"]), (&"2026-04-01".into(), &"2026-01-09".into()));
    }

    #[test]
    fn nothing_that_somebody_wrote_becomes_part_of_the_page() {
        let hostile = "</p><script src=//x>\"'&";
        let story =
            Story::new(hostile.into(), "2026-04-01".parse().unwrap(), vec![part("2026-03-02", hostile, &[hostile])], 2);
        for language in [Language::En, Language::Cy] {
            let page = story.html(language);
            assert!(!page.contains("<script") && !page.contains("</p><"), "{page}");
            assert_eq!(page.matches("&lt;script src=//x&gt;&quot;&#39;&amp;").count(), 4, "{page}");
            assert!(page.contains(": 2.") && page.ends_with("</html>\n"));
        }
    }
}
