//! Telling: an answer as somebody reads it who does not know the form.

use busfare_entity::words::{AbsenceReason, Language};

use crate::rules::{
    answer::AnswerValue,
    form::{Asked, Choice},
    refusal::say,
    wording::tag,
};

/// What was asked and what was answered, on a line of its own. Where nothing asks for it any more it stands under its link id.
pub fn line(link_id: &str, asked: Option<&Asked>, value: &AnswerValue, language: Language) -> String {
    let heading = match (value, asked) {
        (AnswerValue::Own { heading, .. }, _) => heading.as_str(),
        (_, Some(asked)) => asked.prompt.said_in(tag(language)),
        (_, None) => link_id,
    };
    format!("{heading}: {}", in_words(value, asked.map_or(&[], |asked| &asked.choices), language))
}

fn in_words(value: &AnswerValue, choices: &[Choice], language: Language) -> String {
    let chosen = |code: &String| {
        let choice = choices.iter().find(|choice| choice.code == *code);
        choice.map_or(code.clone(), |choice| choice.label.said_in(tag(language)).to_owned())
    };
    match value {
        AnswerValue::Text(words)
        | AnswerValue::Date(words)
        | AnswerValue::Time(words)
        | AnswerValue::Decimal(words)
        | AnswerValue::Moved(words) => words.clone(),
        AnswerValue::Own { words, captured, .. } => kept_here(words, captured.len(), language),
        AnswerValue::YesNo(true) => say(language, "Yes", "Ie"),
        AnswerValue::YesNo(false) => say(language, "No", "Na"),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Choice(code) => chosen(code),
        AnswerValue::Choices(codes) => codes.iter().map(chosen).collect::<Vec<_>>().join(", "),
        AnswerValue::Captured { ids, caption } => {
            kept_here(caption.as_deref().unwrap_or_default(), ids.len(), language)
        }
        AnswerValue::Absent(AbsenceReason::Declined) => say(language, "Would rather not say", "Gwell peidio â dweud"),
        AnswerValue::Absent(AbsenceReason::NotAsked) => say(language, "Did not come up", "Ni chododd"),
        AnswerValue::Absent(AbsenceReason::Unknown) => say(language, "Nobody knows", "Nid oes neb yn gwybod"),
        AnswerValue::Absent(AbsenceReason::NotAppropriate) => {
            say(language, "Not right to ask", "Nid oedd yn iawn gofyn")
        }
    }
}

/// What was said, and how much was captured with it: pictures and sound stay where they are.
fn kept_here(words: &str, count: usize, language: Language) -> String {
    let kept = match count {
        0 => return words.to_owned(),
        _ => say(language, format!("{count} captured, not sent along"), format!("{count} wedi eu dal, heb eu hanfon")),
    };
    if words.is_empty() { kept } else { format!("{words} ({kept})") }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::{form::Bounds, wording::Wording};

    #[test]
    fn an_answer_is_told_in_the_words_of_its_form_and_in_the_readers_language() {
        let label = |en: &str, cy: &str| Wording::english(en).with("cy", cy);
        let asked = Asked {
            code: "about".into(),
            prompt: label("What is it about?", "Am beth mae hyn?"),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind: QuestionKind::Choices,
            choices: vec![
                Choice { code: "home".into(), label: label("Home", "Cartref") },
                Choice { code: "money".into(), label: label("Money", "Arian") },
            ],
            bounds: Bounds::default(),
            required: false,
        };
        let both = AnswerValue::Choices(vec!["home".into(), "money".into(), "gone".into()]);

        assert_eq!(line("a", Some(&asked), &both, Language::En), "What is it about?: Home, Money, gone");
        assert_eq!(line("a", Some(&asked), &both, Language::Cy), "Am beth mae hyn?: Cartref, Arian, gone");
        assert_eq!(line("a", None, &AnswerValue::YesNo(true), Language::Cy), "a: Ie");
        let own = AnswerValue::Own { heading: "The cat".into(), words: "It is grey.".into(), captured: vec![] };
        assert_eq!(line("own:1", None, &own, Language::En), "The cat: It is grey.");
        let declined = AnswerValue::Absent(AbsenceReason::Declined);
        assert_eq!(line("a", Some(&asked), &declined, Language::En), "What is it about?: Would rather not say");
    }
}
