//! The page is small, whole and safe, whatever stands on it.

use super::*;
use crate::rules::{reading, text::TextProblem};

const LANGUAGES: [Language; 2] = [Language::En, Language::Cy];

fn places(count: usize, letter: &str) -> Vec<Place> {
    vec![Place { name: letter.repeat(500), address: letter.repeat(500) }; count]
}

fn pages() -> Vec<Page> {
    use FeedbackRefusal as No;
    let typed =
        Typed { kept_word: "YES".into(), difference: "SAME".into(), words: "It <b>helped</b> & \"so\" on".into() };
    vec![
        Page::Questions,
        Page::Again(No::NothingSaid, typed.clone()),
        Page::Again(No::AnswerNotKnown, typed.clone()),
        Page::Again(No::Words(TextProblem::TooLong(500)), Typed { words: "\"".repeat(500), ..typed }),
        Page::Thanks,
        Page::Closed(No::LinkNotValid),
        Page::Closed(No::LinkExpired),
        Page::Closed(No::AnsweredAlready),
    ]
}

#[test]
fn a_page_has_at_most_ten_kilobytes_whatever_hubs_are_called() {
    for one in pages() {
        for language in LANGUAGES {
            for letter in ["ŵ", "y", "\""] {
                let said = page(&one, language, &places(40, letter));
                assert!(said.len() <= MOST_BYTES, "{} bytes: {one:?}", said.len());
                assert!((1..=MOST_HUBS).contains(&said.matches("<li>").count()) && said.ends_with("</html>\n"));
            }
        }
    }
}

#[test]
fn what_somebody_typed_is_shown_again_and_never_becomes_part_of_the_page() {
    let hostile = "</textarea><script src=//x>&\"'";
    let typed = Typed { kept_word: "NO".into(), difference: hostile.into(), words: hostile.into() };
    let place = Place { name: hostile.into(), address: hostile.into() };
    for language in LANGUAGES {
        let said =
            page(&Page::Again(FeedbackRefusal::AnswerNotKnown, typed.clone()), language, std::slice::from_ref(&place));
        assert!(!said.contains("<script"), "{said}");
        assert_eq!(said.matches("</textarea>").count(), 1);
        assert_eq!(said.matches(" checked>").count(), 1);
        assert!(said.contains("value=\"NO\" checked>") && said.contains("&lt;/textarea&gt;"), "{said}");
    }
}

#[test]
fn every_page_says_its_language_its_title_and_how_to_talk_to_us_again() {
    for one in pages() {
        for (language, code, other) in [(Language::En, "en", "cy"), (Language::Cy, "cy", "en")] {
            let said = page(&one, language, &places(1, "y"));
            assert!(said.contains(&format!("<html lang=\"{code}\">")), "{said}");
            assert!(said.contains(&format!("href=\"?lang={other}\" lang=\"{other}\"")), "{said}");
            assert_eq!((said.matches("<h1>").count(), said.matches("<h2>").count()), (1, 1));
            assert_eq!((said.matches("<main>").count(), said.matches("<title>").count()), (1, 1));
            assert!(!said.contains("src=") && !said.contains("http"), "nothing comes from elsewhere: {said}");
            let amiss = matches!(one, Page::Again(..));
            assert_eq!(
                (said.contains("role=\"alert\""), said.contains("<title>Error: ") || said.contains("<title>Gwall: ")),
                (amiss, amiss)
            );
        }
    }
}

#[test]
fn every_answer_has_a_label_and_every_question_a_legend() {
    for language in LANGUAGES {
        let said = page(&Page::Questions, language, &[]);
        assert_eq!((said.matches("<fieldset>").count(), said.matches("<legend>").count()), (2, 2));
        assert_eq!(
            (said.matches("<input type=\"radio\"").count(), said.matches("<label class=\"one\">").count()),
            (8, 8)
        );
        assert!(
            said.contains("<label class=\"label\" for=\"words\">") && said.contains("<textarea id=\"words\""),
            "{said}"
        );
    }
}

#[test]
fn the_words_on_the_page_are_easy_to_read() {
    for words in [
        "Two questions. We don't ask your name, and what you say changes nothing for you. You can leave any of it out.",
        "We have your words, without your name. They help us do better.",
        "You can walk in here and talk to one of us. You need no time and no form.",
    ] {
        assert!(
            page(&Page::Questions, Language::En, &places(1, "y")).contains(words)
                || page(&Page::Thanks, Language::En, &[]).contains(words)
        );
        reading::plain(words);
    }
}
