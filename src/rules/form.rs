//! Proportion: what a form asks of people, computed at publication, and the budget of questions it must keep.

use busfare_entity::words::{FormTier, QuestionKind};

/// Most words of the reason why a question is asked.
pub const WHY_WORDS: usize = 25;
/// A steady reader's words in a minute, on a phone, standing up.
const WORDS_PER_MINUTE: usize = 200;

/// One question's part in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// What is asked.
    pub prompt: &'a str,
    /// Why it is asked.
    pub why_we_ask: &'a str,
    /// The labels of its choices.
    pub choices: Vec<&'a str>,
    /// Which kind of answer it takes.
    pub kind: QuestionKind,
    /// Whether advice at the end mentions it when it is open.
    pub required: bool,
}

/// What a form asks of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measures {
    /// Most questions anybody can be shown.
    pub max_shown: usize,
    /// Questions shown on opening.
    pub open_shown: usize,
    /// Questions that advice at the end mentions when they are open.
    pub required_count: usize,
    /// Words to read, prompts, reasons and choices together.
    pub reading_words: usize,
    /// Reading and answering, by a declared cost model; see [`seconds_to_answer`].
    pub estimated_seconds: usize,
}

/// Why a form cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpublishable {
    /// It shows more questions than its tier allows.
    #[error("this form shows {shown} questions and its tier allows {budget}")]
    OverBudget {
        /// What it shows at most.
        shown: usize,
        /// What the tier allows.
        budget: usize,
    },
    /// A reason for asking is missing or longer than [`WHY_WORDS`].
    #[error("question {place} needs a reason for asking of 1 to 25 words")]
    ReasonNotProportionate {
        /// Which question, counted from 1.
        place: usize,
    },
    /// A form without a question is not a form.
    #[error("this form asks nothing")]
    AsksNothing,
}

/// How many questions a tier may show.
pub fn question_budget(tier: FormTier) -> usize {
    match tier {
        FormTier::DropIn => 3,
        FormTier::Conversation => 7,
        FormTier::ShortPlan | FormTier::Safeguarding => 12,
        FormTier::LongerTerm => 30,
    }
}

/// What the form asks of people, if it may be published at all.
pub fn measure(tier: FormTier, items: &[Item<'_>]) -> Result<Measures, Unpublishable> {
    let budget = question_budget(tier);
    if items.is_empty() {
        return Err(Unpublishable::AsksNothing);
    }
    if items.len() > budget {
        return Err(Unpublishable::OverBudget { shown: items.len(), budget });
    }
    if let Some(place) = items.iter().position(|item| !(1..=WHY_WORDS).contains(&words(item.why_we_ask))) {
        return Err(Unpublishable::ReasonNotProportionate { place: place + 1 });
    }

    let reading_words = items
        .iter()
        .map(|item| {
            words(item.prompt) + words(item.why_we_ask) + item.choices.iter().map(|label| words(label)).sum::<usize>()
        })
        .sum::<usize>();
    let answering: usize = items.iter().map(|item| seconds_to_answer(item.kind)).sum();
    Ok(Measures {
        max_shown: items.len(),
        open_shown: items.len(),
        required_count: items.iter().filter(|item| item.required).count(),
        reading_words,
        estimated_seconds: (reading_words * 60).div_ceil(WORDS_PER_MINUTE) + answering,
    })
}

/// The declared cost of answering: a sentence by thumb takes 20 seconds, a tap 4, a choice 6.
pub fn seconds_to_answer(kind: QuestionKind) -> usize {
    match kind {
        QuestionKind::Text => 20,
        QuestionKind::YesNo => 4,
        QuestionKind::Choice | QuestionKind::Number => 6,
        QuestionKind::Date => 8,
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(why: &str) -> Item<'_> {
        Item { prompt: "What was it for?", why_we_ask: why, choices: vec![], kind: QuestionKind::Text, required: true }
    }

    #[test]
    fn a_form_over_its_question_budget_cannot_be_published() {
        let four = vec![item("So the next person need not ask."); 4];

        assert_eq!(measure(FormTier::DropIn, &four), Err(Unpublishable::OverBudget { shown: 4, budget: 3 }));
        assert!(measure(FormTier::Conversation, &four).is_ok());
    }

    #[test]
    fn a_question_without_a_short_reason_cannot_be_published() {
        let long = "word ".repeat(26);

        assert_eq!(
            measure(FormTier::DropIn, &[item("Because."), item("")]),
            Err(Unpublishable::ReasonNotProportionate { place: 2 })
        );
        assert!(measure(FormTier::DropIn, &[item(&long)]).is_err());
        assert_eq!(measure(FormTier::DropIn, &[]), Err(Unpublishable::AsksNothing));
    }

    #[test]
    fn what_a_form_asks_of_people_is_a_number() {
        let measures = measure(FormTier::DropIn, &[item("So nobody asks twice.")]).unwrap();

        assert_eq!(
            measures,
            Measures { max_shown: 1, open_shown: 1, required_count: 1, reading_words: 8, estimated_seconds: 23 }
        );
    }
}
