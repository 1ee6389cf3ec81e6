//! Definitions: a form as it is written down, whether somebody drafts it, imports it or has published it.

use std::collections::{BTreeSet, HashMap, HashSet};

use busfare_entity::words::{FormTier, QuestionKind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::link::{LINK_ID_CHARS, is_link_id};
use crate::rules::{
    logic::{self, Counted, Domain, Flaw, Logic, Place, Predicate, Reach, Unusable},
    wording::{FIRST, Wording},
};

/// Most items of one form, all kinds together. The largest that councils have used has about 250.
pub const MOST_ITEMS: usize = 1_000;

/// A form, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Short and stable, such as `spend-note`.
    pub code: String,
    /// Its title.
    pub title: Wording,
    /// What stands in it, in order; everything inside a section after the section.
    pub items: Vec<Item>,
}

/// One thing that stands in a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Unique in the form, and the same across its versions: answers hang on it. See [`super::is_link_id`].
    pub link_id: String,
    /// The section or repeated part that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// When it is shown, if not always. What stands in something that is not shown is not shown either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_when: Option<Predicate>,
    /// What it is.
    #[serde(flatten)]
    pub part: Part,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Part {
    /// A heading with what belongs together under it.
    Section {
        /// The heading.
        title: Wording,
    },
    /// Questions that are answered once for each of something, such as each child.
    Repeat {
        /// What it is of.
        title: Wording,
        /// Most times.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u32>,
    },
    /// Something to read, which nobody answers.
    Note {
        /// What.
        text: Wording,
    },
    /// What was answered elsewhere, shown again with who said it and when.
    Echo {
        /// Above it.
        title: Wording,
        /// The question's code in the bank.
        of: String,
    },
    /// A question.
    Question(Box<Asked>),
}

/// A question as a form asks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question's code in the bank. The same question has the same code in every form.
    pub code: String,
    /// What is asked.
    pub prompt: Wording,
    /// What helps to answer it.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub hint: Wording,
    /// Why it is asked, in at most [`super::WHY_WORDS`] words.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub why_we_ask: Wording,
    /// What kind of answer it takes.
    pub kind: QuestionKind,
    /// For choices: the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What fits.
    #[serde(default, skip_serializing_if = "Bounds::is_none")]
    pub bounds: Bounds,
    /// Whether advice at the end mentions it when it is open. It never stops a save.
    #[serde(default)]
    pub required: bool,
}

/// One choice of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable across languages and versions.
    pub code: String,
    /// What is shown.
    pub label: Wording,
}

/// What an answer fits in. One that does not is kept all the same, with its problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// For words: most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_chars: Option<u32>,
    /// For numbers: the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Decimal>,
    /// For numbers: the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Decimal>,
}

impl Bounds {
    /// Whether everything fits.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A question where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Posed<'a> {
    /// Its place among the items.
    pub place: usize,
    /// Its link id.
    pub link_id: &'a str,
    /// The question.
    pub asked: &'a Asked,
    /// The repeated part that it stands in.
    pub repeat: Option<&'a str>,
}

/// Why something is not a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More than [`MOST_ITEMS`].
    #[error("a form has at most {MOST_ITEMS} items")]
    TooMany,
    /// See [`super::is_link_id`].
    #[error("`{0}` cannot be a link id: use lower-case letters, figures and hyphens, at most {LINK_ID_CHARS}")]
    LinkId(String),
    /// It stands in something that comes later, is no section, or is not there.
    #[error("`{link_id}` stands in `{inside}`, which is no section or repeated part before it")]
    Inside {
        /// What.
        link_id: String,
        /// In what.
        inside: String,
    },
    /// A repeated part stands in another.
    #[error("`{0}` is repeated inside something that is repeated already")]
    RepeatInRepeat(String),
    /// A question offers one choice twice.
    #[error("`{link_id}` offers \"{code}\" twice")]
    ChoiceTwice {
        /// Which question.
        link_id: String,
        /// Which choice.
        code: String,
    },
    /// A question for choices has none.
    #[error("`{0}` asks for a choice and offers none")]
    NoChoices(String),
    /// A condition looks into a part that is repeated, from outside it.
    #[error("`{link_id}` depends on `{question}`, which is answered more than once")]
    IntoRepeat {
        /// Whose condition it is.
        link_id: String,
        /// What it looks at.
        question: String,
    },
    /// The conditions cannot be used.
    #[error(transparent)]
    Logic(#[from] Unusable),
}

impl Item {
    /// The question, where it is one.
    pub fn asked(&self) -> Option<&Asked> {
        match &self.part {
            Part::Question(asked) => Some(asked),
            _ => None,
        }
    }

    /// Everything in it that is read.
    pub fn wordings(&self) -> Vec<&Wording> {
        match &self.part {
            Part::Section { title } | Part::Repeat { title, .. } | Part::Echo { title, .. } => vec![title],
            Part::Note { text } => vec![text],
            Part::Question(asked) => {
                let choices = asked.choices.iter().map(|choice| &choice.label);
                [&asked.prompt, &asked.hint, &asked.why_we_ask].into_iter().chain(choices).collect()
            }
        }
    }
}

impl Asked {
    /// What conditions can tell apart in its answers. `codes` are its choices'.
    fn domain<'a>(&self, codes: &'a [String]) -> Domain<'a> {
        match self.kind {
            QuestionKind::Choice => Domain::Choices { codes, several: false },
            QuestionKind::Choices => Domain::Choices { codes, several: true },
            QuestionKind::YesNo => Domain::YesNo,
            QuestionKind::Number | QuestionKind::Decimal => Domain::Number,
            QuestionKind::Date => Domain::Date,
            QuestionKind::Text | QuestionKind::Time | QuestionKind::Photo | QuestionKind::Voice => Domain::Text,
        }
    }
}

impl Definition {
    /// The questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = Posed<'_>> {
        let items = self.items.iter().zip(self.repeats()).enumerate();
        items.filter_map(|(place, (item, repeat))| {
            Some(Posed { place, link_id: &item.link_id, asked: item.asked()?, repeat })
        })
    }

    /// The languages that some of it is in, English first.
    pub fn languages(&self) -> Vec<&str> {
        let wordings = self.items.iter().flat_map(Item::wordings).chain([&self.title]);
        let others: BTreeSet<&str> = wordings.flat_map(|wording| wording.others.keys().map(String::as_str)).collect();
        [FIRST].into_iter().chain(others).collect()
    }

    /// An item by its link id.
    pub fn find(&self, link_id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.link_id == link_id)
    }

    /// The repeated part that each item stands in, by place.
    pub fn repeats(&self) -> Vec<Option<&str>> {
        let mut by_section: HashMap<&str, Option<&str>> = HashMap::new();
        let mut repeats = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let around = item.inside.as_deref().and_then(|inside| by_section.get(inside).copied().flatten());
            match item.part {
                Part::Repeat { .. } => by_section.insert(&item.link_id, Some(&item.link_id)),
                Part::Section { .. } => by_section.insert(&item.link_id, around),
                _ => None,
            };
            repeats.push(around);
        }
        repeats
    }

    /// Its conditions, ready to be asked, if this is a form at all. What is merely unwise, [`Definition::flaws`] tells.
    pub fn check(&self) -> Result<Logic, Malformed> {
        if self.items.len() > MOST_ITEMS {
            return Err(Malformed::TooMany);
        }
        let mut sections = HashSet::new();
        for item in &self.items {
            if !is_link_id(&item.link_id) {
                return Err(Malformed::LinkId(item.link_id.chars().take(LINK_ID_CHARS).collect()));
            }
            if let Some(inside) = item.inside.as_deref().filter(|inside| !sections.contains(inside)) {
                return Err(Malformed::Inside { link_id: item.link_id.clone(), inside: inside.to_owned() });
            }
            if matches!(item.part, Part::Section { .. } | Part::Repeat { .. }) {
                sections.insert(item.link_id.as_str());
            }
            check_choices(item)?;
        }
        let repeats = self.repeats();
        let place: HashMap<_, _> =
            self.items.iter().zip(&repeats).map(|(item, of)| (item.link_id.as_str(), *of)).collect();
        for (item, repeat) in self.items.iter().zip(&repeats) {
            if repeat.is_some() && matches!(item.part, Part::Repeat { .. }) {
                return Err(Malformed::RepeatInRepeat(item.link_id.clone()));
            }
            let looks = item.shown_when.iter().flat_map(Predicate::questions);
            for question in looks {
                let other = place.get(question).copied().flatten();
                if other.is_some() && other != *repeat {
                    return Err(Malformed::IntoRepeat { link_id: item.link_id.clone(), question: question.to_owned() });
                }
            }
        }
        Ok(self.logic()?)
    }

    /// The conditions, ready to be asked many times; places are those of the items.
    pub fn logic(&self) -> Result<Logic, Unusable> {
        let conditions = self.conditions();
        Logic::read(&self.places(&conditions))
    }

    /// What is wrong with the conditions.
    pub fn flaws(&self) -> Vec<Flaw> {
        let (conditions, codes) = (self.conditions(), self.codes());
        logic::lint(&self.places(&conditions), &self.domains(&codes))
    }

    /// How many questions anybody can be shown.
    pub fn reach(&self, logic: &Logic) -> Reach {
        let codes = self.codes();
        logic::reach(logic, &self.domains(&codes), &self.counted())
    }

    /// How each item counts. What is repeated counts once, as the question whether there is any: what is asked about each is
    /// only shown to who says so.
    pub fn counted(&self) -> Vec<Counted> {
        let counted = |(item, repeat): (&Item, Option<&str>)| match &item.part {
            _ if repeat.is_some() => Counted::Not,
            Part::Repeat { .. } => Counted::Question,
            Part::Question(asked) if asked.required => Counted::Required,
            Part::Question(_) => Counted::Question,
            Part::Section { .. } | Part::Note { .. } | Part::Echo { .. } => Counted::Not,
        };
        self.items.iter().zip(self.repeats()).map(counted).collect()
    }

    /// The condition of each item together with those of everything that it stands in.
    pub fn conditions(&self) -> Vec<Option<Predicate>> {
        let mut of: HashMap<&str, Option<Predicate>> = HashMap::new();
        let mut conditions = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let around = item.inside.as_deref().and_then(|inside| of.get(inside).cloned().flatten());
            let condition = match (around, item.shown_when.clone()) {
                (Some(around), Some(own)) => Some(around.and(own)),
                (around, own) => around.or(own),
            };
            of.insert(&item.link_id, condition.clone());
            conditions.push(condition);
        }
        conditions
    }

    fn places<'a>(&'a self, conditions: &'a [Option<Predicate>]) -> Vec<Place<'a>> {
        let place = |(item, condition): (&'a Item, &'a Option<Predicate>)| Place {
            link_id: &item.link_id,
            shown_when: condition.as_ref(),
        };
        self.items.iter().zip(conditions).map(place).collect()
    }

    fn codes(&self) -> Vec<Vec<String>> {
        let codes =
            |item: &Item| item.asked().map(|asked| asked.choices.iter().map(|choice| choice.code.clone()).collect());
        self.items.iter().map(|item| codes(item).unwrap_or_default()).collect()
    }

    fn domains<'a>(&self, codes: &'a [Vec<String>]) -> Vec<Domain<'a>> {
        let domain =
            |(item, codes): (&Item, &'a Vec<String>)| item.asked().map_or(Domain::Text, |asked| asked.domain(codes));
        self.items.iter().zip(codes).map(domain).collect()
    }
}

/// Hash of everything that a form's version is: its tier and what stands in it, in every language. Two versions with one
/// hash are the same to whoever fills them in.
pub fn content_sha256(tier: FormTier, form: &Definition) -> [u8; 32] {
    let content = serde_json::to_vec(&(tier, form)).unwrap_or_default();
    Sha256::digest(content).into()
}

fn check_choices(item: &Item) -> Result<(), Malformed> {
    let Some(asked) = item.asked() else { return Ok(()) };
    let chooses = matches!(asked.kind, QuestionKind::Choice | QuestionKind::Choices);
    if chooses && asked.choices.is_empty() {
        return Err(Malformed::NoChoices(item.link_id.clone()));
    }
    let mut seen = HashSet::new();
    match asked.choices.iter().find(|choice| !seen.insert(choice.code.as_str())) {
        Some(twice) => Err(Malformed::ChoiceTwice { link_id: item.link_id.clone(), code: twice.code.clone() }),
        None => Ok(()),
    }
}
