//! Proportion: what a form asks of people, and the budget of questions it must keep to be published.

use std::collections::BTreeMap;

use busfare_entity::words::{FormTier, QuestionKind};

use super::{Asked, Definition, Malformed, Part, Posed};
use crate::rules::{
    logic::{Counted, Logic},
    wording::Wording,
};

/// Most words of the reason why a question is asked.
pub const WHY_WORDS: usize = 25;
/// A steady reader's words in a minute, on a phone, standing up.
const WORDS_PER_MINUTE: usize = 200;

/// What a form asks of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measures {
    /// Most questions anybody can be shown. What is repeated counts once, as the question whether there is any.
    pub max_shown: usize,
    /// Whether that many is really reached by somebody; otherwise it is a bound, and never too small.
    pub exact: bool,
    /// Questions shown on opening.
    pub open_shown: usize,
    /// Most questions that anybody can be shown and that advice at the end mentions when they are open.
    pub required_count: usize,
    /// Words to read, if every item is shown: headings, prompts, hints, reasons and choices together. Of the language that
    /// has more of them.
    pub reading_words: usize,
    /// Reading and answering on the longest way through, by a declared cost model; see [`seconds_to_answer`].
    pub estimated_seconds: usize,
}

/// Why a form cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpublishable {
    /// It is no form at all.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A form without a question is not a form.
    #[error("this form asks nothing")]
    AsksNothing,
    /// It shows more questions than its tier allows.
    #[error("this form shows up to {shown} questions and its tier allows {budget}, so it is {} over", shown - budget)]
    OverBudget {
        /// What it shows at most.
        shown: usize,
        /// What the tier allows.
        budget: usize,
    },
    /// It asks more about each of something than its tier allows for everything.
    #[error("`{link_id}` asks {asked} questions about each, and the form's tier allows {budget} in all")]
    RepeatOverBudget {
        /// Which repeated part.
        link_id: String,
        /// How many it asks.
        asked: usize,
        /// What the tier allows.
        budget: usize,
    },
    /// A reason for asking is missing or longer than [`WHY_WORDS`], in one of the languages it is in.
    #[error("`{link_id}` needs a reason for asking of 1 to 25 words")]
    ReasonNotProportionate {
        /// Which question.
        link_id: String,
    },
}

/// What comes of measuring a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it asks of people; nothing where it is no form.
    pub measures: Option<Measures>,
    /// What keeps it from being published; nothing where it may be.
    pub against: Vec<Unpublishable>,
}

impl Verdict {
    /// What a form asks of people that may be published; else the first that keeps it from being.
    pub fn allowed(self) -> Result<Measures, Unpublishable> {
        match (self.against.into_iter().next(), self.measures) {
            (None, Some(measures)) => Ok(measures),
            (against, _) => Err(against.unwrap_or(Unpublishable::AsksNothing)),
        }
    }
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

/// What a form asks of people, and what keeps it from being published.
pub fn measure(tier: FormTier, form: &Definition) -> Verdict {
    let measures = match form.check() {
        Ok(logic) => measures(form, &logic),
        Err(malformed) => return Verdict { measures: None, against: vec![malformed.into()] },
    };
    let budget = question_budget(tier);
    let mut against = Vec::new();
    if form.questions().next().is_none() {
        against.push(Unpublishable::AsksNothing);
    }
    if measures.max_shown > budget {
        against.push(Unpublishable::OverBudget { shown: measures.max_shown, budget });
    }
    let mut about_each: BTreeMap<&str, usize> = BTreeMap::new();
    for repeat in form.questions().filter_map(|posed| posed.repeat) {
        *about_each.entry(repeat).or_default() += 1;
    }
    let too_many = about_each.into_iter().filter(|(_, asked)| *asked > budget);
    against.extend(too_many.map(|(link_id, asked)| Unpublishable::RepeatOverBudget {
        link_id: link_id.into(),
        asked,
        budget,
    }));
    let unreasoned = form.questions().filter(|posed| !is_short(&posed.asked.why_we_ask));
    against.extend(unreasoned.map(|posed| Unpublishable::ReasonNotProportionate { link_id: posed.link_id.into() }));
    Verdict { measures: Some(measures), against }
}

fn measures(form: &Definition, logic: &Logic) -> Measures {
    let reach = form.reach(logic);
    let shown = logic.shown(|_| None);
    let open_shown =
        form.counted().iter().zip(shown).filter(|(counted, shown)| *shown && **counted != Counted::Not).count();

    let languages = form.languages();
    let reading_words = languages.iter().map(|language| words_to_read(form, language)).max().unwrap_or(0);
    // Those that take longest, as many as anybody is shown, and what is repeated for one.
    let (repeated, once): (Vec<_>, Vec<_>) = form.questions().partition(|posed| posed.repeat.is_some());
    let seconds = |posed: &Posed<'_>| seconds_to_answer(posed.asked.kind);
    let mut longest: Vec<_> = once.iter().map(seconds).collect();
    longest.sort_unstable_by(|a, b| b.cmp(a));
    let answering: usize = longest.into_iter().take(reach.max_shown).chain(repeated.iter().map(seconds)).sum();
    Measures {
        max_shown: reach.max_shown,
        exact: reach.exact,
        open_shown,
        required_count: reach.max_required,
        reading_words,
        estimated_seconds: (reading_words * 60).div_ceil(WORDS_PER_MINUTE) + answering,
    }
}

/// The declared cost of answering: a sentence by thumb takes 20 seconds, a tap 4, a choice 6, a day 8, a photograph 10.
pub fn seconds_to_answer(kind: QuestionKind) -> usize {
    match kind {
        QuestionKind::Text | QuestionKind::Voice => 20,
        QuestionKind::YesNo => 4,
        QuestionKind::Choice | QuestionKind::Number | QuestionKind::Decimal => 6,
        QuestionKind::Choices | QuestionKind::Date | QuestionKind::Time => 8,
        QuestionKind::Photo => 10,
    }
}

fn words_to_read(form: &Definition, language: &str) -> usize {
    let read = |wording: &Wording| words(wording.said_in(language));
    let question = |asked: &Asked| {
        let choices: usize = asked.choices.iter().map(|choice| read(&choice.label)).sum();
        read(&asked.prompt) + read(&asked.hint) + read(&asked.why_we_ask) + choices
    };
    let item = |part: &Part| match part {
        Part::Section { title } | Part::Repeat { title, .. } | Part::Echo { title, .. } => read(title),
        Part::Note { text } => read(text),
        Part::Question(asked) => question(asked),
    };
    form.items.iter().map(|it| item(&it.part)).sum()
}

/// Whether there is a reason, and a short one in every language it is in.
fn is_short(why: &Wording) -> bool {
    let others = why.others.values().map(|translation| translation.text.as_str());
    others.chain([why.en.as_str()]).all(|text| (1..=WHY_WORDS).contains(&words(text)))
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        form::Item,
        logic::{Operand, Operator, Predicate},
    };

    fn question(link_id: &str, why: &str) -> Item {
        let asked = Asked {
            code: link_id.into(),
            prompt: Wording::english("What was it for?"),
            hint: Wording::default(),
            why_we_ask: Wording::english(why),
            kind: QuestionKind::Text,
            choices: vec![],
            bounds: super::super::Bounds::default(),
            required: true,
        };
        Item { link_id: link_id.into(), inside: None, shown_when: None, part: Part::Question(Box::new(asked)) }
    }

    fn form(items: Vec<Item>) -> Definition {
        Definition { code: "note".into(), title: Wording::english("A note"), items }
    }

    #[test]
    fn a_form_over_its_question_budget_cannot_be_published() {
        let four = form((1..=4).map(|number| question(&format!("q{number}"), "So nobody asks twice.")).collect());

        let over = measure(FormTier::DropIn, &four).against;
        assert_eq!(over, [Unpublishable::OverBudget { shown: 4, budget: 3 }]);
        assert_eq!(over[0].to_string(), "this form shows up to 4 questions and its tier allows 3, so it is 1 over");
        assert_eq!(measure(FormTier::Conversation, &four).against, []);
    }

    #[test]
    fn questions_of_which_nobody_is_shown_all_count_as_the_longest_way_through() {
        let when = |text: &str| {
            let value = Operand::Text(text.into());
            Some(Predicate::Compare { question: "q1".into(), operator: Operator::Equal, value })
        };
        let mut items: Vec<_> =
            (1..=4).map(|number| question(&format!("q{number}"), "So nobody asks twice.")).collect();
        items[1].shown_when = when("bus");
        items[2].shown_when = when("train");
        items[3].shown_when = when("train");

        let verdict = measure(FormTier::DropIn, &form(items));
        let measures = verdict.measures.unwrap();
        assert_eq!((measures.max_shown, measures.open_shown, measures.required_count, measures.exact), (3, 1, 3, true));
        assert_eq!(verdict.against, []);
    }

    #[test]
    fn what_stands_in_something_hidden_is_hidden_and_headings_are_not_questions() {
        let value = Operand::Text("yes".into());
        let shown_when = Some(Predicate::Compare { question: "q1".into(), operator: Operator::Equal, value });
        let section = Part::Section { title: Wording::english("More about it") };
        let mut inner = question("q2", "So nobody asks twice.");
        inner.inside = Some("more".into());
        let heading = Item { link_id: "more".into(), inside: None, shown_when, part: section };

        let measures =
            measure(FormTier::DropIn, &form(vec![question("q1", "Why not?"), heading, inner])).measures.unwrap();
        assert_eq!((measures.max_shown, measures.open_shown), (2, 1));
    }

    #[test]
    fn a_question_without_a_short_reason_cannot_be_published_in_any_language() {
        let (long, mut welsh) = ("word ".repeat(26), question("q3", "Because."));
        let Part::Question(asked) = &mut welsh.part else { panic!("a question") };
        asked.why_we_ask = Wording::english("Because.").with("cy", &long);
        let items = vec![question("q1", "Because."), question("q2", ""), welsh, question("q4", &long)];

        let against = measure(FormTier::Conversation, &form(items)).against;
        let expected =
            ["q2", "q3", "q4"].map(|link_id| Unpublishable::ReasonNotProportionate { link_id: link_id.into() });
        assert_eq!(against, expected);
        assert_eq!(measure(FormTier::DropIn, &form(vec![])).against, [Unpublishable::AsksNothing]);
    }

    #[test]
    fn what_is_asked_about_each_counts_once_and_hides_no_crowd_of_questions() {
        let each = Item {
            link_id: "each".into(),
            inside: None,
            shown_when: None,
            part: Part::Repeat { title: Wording::english("Children"), most: None },
        };
        let about = |number: usize| {
            let mut question = question(&format!("q{number}"), "So nobody asks twice.");
            question.inside = Some("each".into());
            question
        };
        let of = |many: usize| {
            measure(FormTier::DropIn, &form([each.clone()].into_iter().chain((0..many).map(about)).collect()))
        };

        assert_eq!(of(3).measures.unwrap().max_shown, 1);
        assert_eq!(of(3).against, []);
        assert_eq!(of(4).against, [Unpublishable::RepeatOverBudget { link_id: "each".into(), asked: 4, budget: 3 }]);
    }

    #[test]
    fn what_a_form_asks_of_people_is_a_number() {
        let measures = measure(FormTier::DropIn, &form(vec![question("q1", "So nobody asks twice.")])).measures;

        let expected = Measures {
            max_shown: 1,
            exact: true,
            open_shown: 1,
            required_count: 1,
            reading_words: 8,
            estimated_seconds: 23,
        };
        assert_eq!(measures, Some(expected));
    }
}
