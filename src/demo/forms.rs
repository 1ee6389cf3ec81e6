//! The council's question bank and its three short forms, written down as data: each question with somebody who answers for
//! it and a reason why it is asked.

use std::collections::HashMap;

use busfare_entity::{
    form_template, form_version, question, question_version,
    words::{ArticleNine, FormContextKind, FormTier, LawfulBasis, QuestionKind, Readers, Role},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{DemoError, council::Council};
use crate::{
    rules::{
        form::{Asked, Bounds, Choice, Draft, DraftItem, DraftPart, Offer, measure},
        logic::Predicate,
        wording::Wording,
    },
    store::{bank::Worded, form::Publication, mint},
};

/// Where the words about a spend hang.
pub const WHAT_FOR: &str = "what-for";
/// Where the difference a spend made hangs.
pub const DIFFERENCE: &str = "difference";
/// The choice of the demo's answer.
pub const SEEN_SOONER: &str = "seen-sooner";

const BANK: &str = include_str!("forms/bank.toml");
/// The forms by their codes, shortest first.
const FORMS: [(&str, &str); 3] = [
    ("spend-note", include_str!("forms/spend-note.toml")),
    ("hub-conversation", include_str!("forms/hub-conversation.toml")),
    ("first-contact", include_str!("forms/first-contact.toml")),
];

/// After this the steward looks at a question again.
const REVIEW_AFTER: TimeDelta = TimeDelta::days(365);

/// The same in English and in Welsh.
#[derive(Clone, Debug, Deserialize)]
struct Both {
    en: String,
    cy: String,
}

impl Both {
    fn worded(&self) -> Wording {
        Wording::english(&self.en).with("cy", &self.cy)
    }
}

#[derive(Clone, Debug, Deserialize)]
struct ChoiceWritten {
    code: String,
    #[serde(flatten)]
    label: Both,
}

#[derive(Clone, Debug, Deserialize)]
struct QuestionWritten {
    code: String,
    kind: QuestionKind,
    max_chars: Option<u32>,
    #[serde(default)]
    choices: Vec<ChoiceWritten>,
    prompt: Both,
    why: Both,
    steward: Role,
    purpose: String,
    article_nine: Option<ArticleNine>,
    readers: Readers,
    retention_days: i32,
}

#[derive(Clone, Debug, Deserialize)]
struct BankWritten {
    question: Vec<QuestionWritten>,
}

#[derive(Clone, Debug, Deserialize)]
struct AskWritten {
    link_id: String,
    code: String,
    #[serde(default)]
    required: bool,
    shown_when: Option<Predicate>,
}

#[derive(Clone, Debug, Deserialize)]
struct FormWritten {
    tier: FormTier,
    offered: FormContextKind,
    title: Both,
    ask: Vec<AskWritten>,
}

impl QuestionWritten {
    fn asked(&self) -> Asked {
        let choice = |choice: &ChoiceWritten| Choice { code: choice.code.clone(), label: choice.label.worded() };
        Asked {
            code: self.code.clone(),
            prompt: self.prompt.worded(),
            hint: Wording::default(),
            why_we_ask: self.why.worded(),
            kind: self.kind,
            choices: self.choices.iter().map(choice).collect(),
            bounds: Bounds { max_chars: self.max_chars, ..Bounds::default() },
            required: false,
        }
    }

    fn worded(&self, council: &Council, now: DateTime<Utc>) -> Result<Worded, DemoError> {
        let steward = council.first(self.steward);
        let question = question::Model {
            id: mint::id(),
            organisation_id: council.organisation.id,
            code: self.code.clone(),
            steward_id: steward.id,
            purpose: self.purpose.clone(),
            lawful_basis: LawfulBasis::PublicTask,
            readers: self.readers,
            retention_days: self.retention_days,
            review_on: (now + REVIEW_AFTER).date_naive(),
            held_by_group: false,
            article_nine: self.article_nine,
            sunset_on: None,
            retired_at: None,
            retired_by: None,
            retired_because: None,
            added_at: now,
        };
        let wording = question_version::Model {
            id: mint::id(),
            question_id: question.id,
            version: 1,
            asked: serde_json::to_value(self.asked())?,
            added_by: Some(steward.id),
            added_at: Some(now),
        };
        Ok((question, wording))
    }
}

impl FormWritten {
    fn draft(self, code: &str) -> Draft {
        let item = |ask: AskWritten| DraftItem {
            link_id: ask.link_id,
            inside: None,
            shown_when: ask.shown_when,
            part: DraftPart::Question { code: ask.code, required: ask.required },
        };
        let offer = Offer { kind: self.offered, purpose: None, hub: None, least_pence: None, most_pence: None };
        Draft {
            code: code.into(),
            title: self.title.worded(),
            tier: Some(self.tier),
            offers: vec![offer],
            items: self.ask.into_iter().map(item).collect(),
        }
    }
}

/// What is asked, ready to be remembered.
#[derive(Clone, Debug)]
pub struct Forms {
    /// For the question bank.
    pub questions: Vec<Worded>,
    /// For publication.
    pub publications: Vec<Publication>,
}

/// The bank and the forms, if they keep in proportion in both languages.
pub fn forms(council: &Council, now: DateTime<Utc>) -> Result<Forms, DemoError> {
    let bank: BankWritten = written(BANK)?;
    let asked: HashMap<String, Asked> =
        bank.question.iter().map(|question| (question.code.clone(), question.asked())).collect();
    let questions = bank.question.iter().map(|question| question.worded(council, now)).collect::<Result<_, _>>()?;
    let publications = FORMS
        .iter()
        .map(|(code, text)| publication(written::<FormWritten>(text)?.draft(code), &asked, council, now))
        .collect::<Result<_, _>>()?;
    Ok(Forms { questions, publications })
}

fn written<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, DemoError> {
    toml::from_str(text).map_err(|error| DemoError::Written(error.to_string()))
}

fn publication(
    draft: Draft,
    bank: &HashMap<String, Asked>,
    council: &Council,
    now: DateTime<Utc>,
) -> Result<Publication, DemoError> {
    let unknown = || DemoError::Written(format!("the form {} asks what is not in the bank", draft.code));
    let definition = draft.compose(bank).map_err(|_| unknown())?;
    let tier = draft.tier.ok_or_else(unknown)?;
    let measures = measure(tier, &definition).allowed()?;
    let template = form_template::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        code: draft.code.clone(),
        tier,
        title: serde_json::to_value(&draft.title)?,
    };
    let version = Publication::version(&template, 1, &definition, measures, now);
    let version = form_version::Model { published_by: Some(council.first(Role::Senior).id), ..version };
    Ok(Publication { template, offers: draft.offers.clone(), version, definition })
}

/// The practice group: those who lead and those who see to the practical side, and one who works with families.
pub fn practice_group(council: &Council) -> Vec<busfare_entity::words::PractitionerId> {
    [Role::Practitioner, Role::Enabler, Role::Senior].map(|role| council.first(role).id).into()
}
