//! The page on which somebody says how it was: two questions, in English or Welsh, in plain HTML that needs no script, no
//! account and nothing from elsewhere, in at most 10 KB.

use std::fmt::Write;

use busfare_entity::words::Language;

use super::{DIFFERENCE, FeedbackRefusal, KEPT_WORD, QUESTIONS, WORDS_CHARS};
use crate::rules::{
    refusal::Refusal,
    text::{escaped_for_html as escaped, shown},
};

/// Most bytes of a page.
pub const MOST_BYTES: usize = 10_000;
/// Most hubs on a page.
pub const MOST_HUBS: usize = 8;
/// Most characters of a hub's name, and of its address, on a page.
const HUB_CHARS: usize = 100;

/// Most bytes of all hubs on a page, and of what somebody typed, as they are written there.
const MOST_PART_BYTES: usize = 2_200;

/// How it looks. Its hash is in the policy that the browser keeps to, so a page has no other.
pub const STYLE: &str = "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1rem;color:#1d2b24;\
background:#fff}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.25rem}a{color:#0a5c3c}fieldset{border:2px solid #59645e;\
border-radius:.3rem;margin:1.5rem 0;padding:.5rem 1rem 1rem}legend,.label{font-weight:700;padding:0 .25rem}.label{display:block}\
.one{display:flex;align-items:center;gap:.75rem;min-height:2.75rem}input{width:1.5rem;height:1.5rem;flex:none;margin:0;\
accent-color:#0a5c3c}textarea{font:inherit;color:#1d2b24;background:#fff;width:100%;box-sizing:border-box;border:2px solid #59645e;padding:.5rem}\
button{font:inherit;font-weight:700;color:#fff;background:#0a5c3c;border:2px solid #0a5c3c;border-radius:.3rem;\
padding:.6rem 1.5rem;min-height:2.75rem}:focus-visible{outline:3px solid #1d2b24;outline-offset:2px}\
.error{border-left:.4rem solid #a3211b;padding:.25rem 1rem}.hint{margin:.25rem 0}address{font-style:normal}";

/// Where somebody can talk to us again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub address: String,
}

/// What somebody typed and is shown again, because something of it could not be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// To the first question.
    pub kept_word: String,
    /// To the second.
    pub difference: String,
    /// In their own words.
    pub words: String,
}

/// What a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The two questions.
    Questions,
    /// The questions again, with what is amiss.
    Again(FeedbackRefusal, Typed),
    /// What was said is kept.
    Thanks,
    /// The link cannot be used, or not any more.
    Closed(FeedbackRefusal),
}

/// A page in a language, with where to talk to us again.
pub fn page(page: &Page, language: Language, places: &[Place]) -> String {
    let (title, amiss) = (title(page, language), matches!(page, Page::Again(..)));
    let before = if amiss { both(language, "Error: ", "Gwall: ") } else { "" };
    let (code, other, name) = match language {
        Language::En => ("en", "cy", "Cymraeg"),
        Language::Cy => ("cy", "en", "English"),
    };
    let main = match page {
        Page::Questions => form(language, None, &Typed::default()),
        Page::Again(refusal, typed) => form(language, Some(refusal), typed),
        Page::Thanks => paragraph(both(
            language,
            "We have your words, without your name. They help us do better.",
            "Mae eich geiriau gennym, heb eich enw. Maent yn ein helpu i wneud yn well.",
        )),
        Page::Closed(refusal) => paragraph(&escaped(&refusal.words(language))),
    };
    let again = talk_again(language, places);
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{before}{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><a href=\"?lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{name}</a></header>\n\
         <main>\n<h1>{title}</h1>\n{main}{again}</main>\n</body>\n</html>\n"
    )
}

fn title(page: &Page, language: Language) -> &'static str {
    match page {
        Page::Questions | Page::Again(..) => both(language, "How was it?", "Sut oedd hi?"),
        Page::Thanks => both(language, "Thank you", "Diolch"),
        Page::Closed(FeedbackRefusal::AnsweredAlready) => {
            both(language, "We have your words", "Mae eich geiriau gennym")
        }
        Page::Closed(FeedbackRefusal::LinkExpired) => {
            both(language, "This link is too old", "Mae'r ddolen hon yn rhy hen")
        }
        Page::Closed(FeedbackRefusal::Words(_)) => both(language, "That is too long", "Mae hynny'n rhy hir"),
        Page::Closed(_) => both(language, "We can't open this link", "Ni allwn agor y ddolen hon"),
    }
}

fn both<'a>(language: Language, en: &'a str, cy: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Cy => cy,
    }
}

fn paragraph(safe: &str) -> String {
    format!("<p>{safe}</p>\n")
}

fn form(language: Language, amiss: Option<&FeedbackRefusal>, typed: &Typed) -> String {
    let mut page = String::new();
    if let Some(refusal) = amiss {
        let words = escaped(&refusal.words(language));
        page += &format!("<div class=\"error\" role=\"alert\"><p id=\"amiss\">{words}</p></div>\n");
    }
    page += &paragraph(both(
        language,
        "Two questions. We don't ask your name, and what you say changes nothing for you. You can leave any of it out.",
        "Dau gwestiwn. Nid ydym yn gofyn eich enw, ac ni newidia'ch geiriau ddim i chi. Gallwch adael unrhyw ran allan.",
    ));
    page += "<form method=\"post\" accept-charset=\"utf-8\">\n";
    let [first, second] = QUESTIONS.map(|[en, cy]| both(language, en, cy));
    page += &choices("kept", first, KEPT_WORD.map(|(_, word, words)| (word, words)), language, &typed.kept_word);
    page +=
        &choices("difference", second, DIFFERENCE.map(|(_, word, words)| (word, words)), language, &typed.difference);

    let own = both(language, "Is there more you want to say?", "Oes mwy yr hoffech ei ddweud?");
    let hint = match language {
        Language::En => format!("At most {WORDS_CHARS} letters. Leave names out."),
        Language::Cy => format!("{WORDS_CHARS} o lythrennau ar y mwyaf. Gadewch enwau allan."),
    };
    let wrong = match amiss {
        Some(FeedbackRefusal::Words(_)) => " aria-invalid=\"true\" aria-describedby=\"hint amiss\"",
        _ => " aria-describedby=\"hint\"",
    };
    let (words, send) = (fits(&typed.words), both(language, "Send", "Anfon"));
    let _ = writeln!(
        page,
        "<label class=\"label\" for=\"words\">{own}</label>\n<p class=\"hint\" id=\"hint\">{hint}</p>\n\
         <textarea id=\"words\" name=\"words\" rows=\"4\" autocomplete=\"off\"{wrong}>\n{words}</textarea>\n\
         <p><button type=\"submit\">{send}</button></p>\n</form>"
    );
    page
}

/// As much of what somebody typed as there is room for.
fn fits(words: &str) -> String {
    let mut safe = escaped(words);
    let mut most = words.chars().count();
    while safe.len() > MOST_PART_BYTES {
        most = most * 3 / 4;
        safe = escaped(&words.chars().take(most).collect::<String>());
    }
    safe
}

fn choices(name: &str, question: &str, answers: [(&str, [&str; 2]); 4], language: Language, typed: &str) -> String {
    let mut page = format!("<fieldset>\n<legend>{}</legend>\n", escaped(question));
    for (word, [en, cy]) in answers {
        let (checked, said) = (if typed == word { " checked" } else { "" }, escaped(both(language, en, cy)));
        let _ = writeln!(
            page,
            "<label class=\"one\"><input type=\"radio\" name=\"{name}\" value=\"{word}\"{checked}> <span>{said}</span></label>"
        );
    }
    page + "</fieldset>\n"
}

/// Where somebody can walk in and talk to us.
fn talk_again(language: Language, places: &[Place]) -> String {
    let title = both(language, "Talk to us again", "Siaradwch â ni eto");
    let how = both(
        language,
        "You can walk in here and talk to one of us. You need no time and no form.",
        "Gallwch alw heibio yma a siarad ag un ohonom. Nid oes angen amser na ffurflen.",
    );
    let anywhere = both(
        language,
        "Ask for us at your council, your library or your doctor's.",
        "Gofynnwch amdanom yn eich cyngor, eich llyfrgell neu gan eich meddyg.",
    );
    if places.is_empty() {
        return format!("<h2>{title}</h2>\n{}", paragraph(anywhere));
    }
    let mut page = format!("<h2>{title}</h2>\n{}<ul>\n", paragraph(how));
    let mut room = MOST_PART_BYTES;
    for place in places.iter().take(MOST_HUBS) {
        let [name, address] = [&place.name, &place.address].map(|words| escaped(&shown(words, HUB_CHARS)));
        let line = format!("<li><strong>{name}</strong><address>{address}</address></li>\n");
        let Some(left) = room.checked_sub(line.len()) else { break };
        room = left;
        page += &line;
    }
    page + "</ul>\n"
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
