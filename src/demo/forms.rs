//! The council's two short forms, each question with somebody who answers for it and a reason why it is asked.

use busfare_entity::{
    form_item, form_template, form_version, question, question_version,
    words::{FormContextKind, FormTier, LawfulBasis, OrganisationId, QuestionKind, Readers, Role},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{DemoError, council::Council};
use crate::{
    rules::{
        answer,
        form::{self, Bounds, Choice, Definition, Item, Measures, Part, measure},
        wording::Wording,
    },
    store::{form::Publication, mint},
};

/// Where the words about a spend hang.
pub const WHAT_FOR: &str = "what-for";
/// Where the difference a spend made hangs.
pub const DIFFERENCE: &str = "difference";
/// The choice of the demo's answer.
pub const SEEN_SOONER: &str = "seen-sooner";

/// After this the steward looks at a question again.
const REVIEW_AFTER: TimeDelta = TimeDelta::days(365);
/// Six years and the year under way, as the council keeps its books.
const AS_LONG_AS_THE_BOOKS: i32 = 7 * 365;
const ONE_YEAR: i32 = 365;

/// The same in English and in Welsh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Both {
    /// English.
    pub en: &'static str,
    /// Welsh.
    pub cy: &'static str,
}

const fn both(en: &'static str, cy: &'static str) -> Both {
    Both { en, cy }
}

/// One question as it is asked. Its order is the order in which a form's content is hashed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Asked {
    /// Answers hang on it.
    pub link_id: &'static str,
    /// What is asked.
    pub prompt: Both,
    /// Why.
    pub why: Both,
    /// What kind of answer it takes.
    pub kind: QuestionKind,
    /// For text: most characters.
    pub max_chars: Option<i32>,
    /// For a choice: codes and labels.
    pub choices: &'static [(&'static str, Both)],
    /// Whether advice at the end mentions it when it is open.
    pub required: bool,
    #[serde(skip)]
    purpose: &'static str,
    #[serde(skip)]
    readers: Readers,
    #[serde(skip)]
    retention_days: i32,
}

/// One form before it is published.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    /// Short and stable.
    pub code: &'static str,
    /// What it is called.
    pub title: Both,
    /// How much it may ask.
    pub tier: FormTier,
    /// What it is asked.
    pub asked: &'static [Asked],
    context: FormContextKind,
    steward: Role,
}

/// The forms, shortest first.
pub const DRAFTS: [Draft; 2] = [
    Draft {
        code: "spend-note",
        title: both("A note about the money", "Nodyn am yr arian"),
        tier: FormTier::DropIn,
        context: FormContextKind::SpendPurpose,
        steward: Role::Enabler,
        asked: &SPEND_NOTE,
    },
    Draft {
        code: "hub-conversation",
        title: both("A conversation in the hub", "Sgwrs yn yr hwb"),
        tier: FormTier::DropIn,
        context: FormContextKind::HubConversation,
        steward: Role::Senior,
        asked: &HUB_CONVERSATION,
    },
];

const SPEND_NOTE: [Asked; 2] = [
    Asked {
        link_id: WHAT_FOR,
        prompt: both("What was it for, in a few words?", "Ar gyfer beth oedd hyn, mewn ychydig eiriau?"),
        why: both(
            "So that the next colleague knows what was bought, and nobody has to ask the person again.",
            "Fel bod y cydweithiwr nesaf yn gwybod beth a brynwyd, ac na fydd neb yn gorfod holi'r person eto.",
        ),
        kind: QuestionKind::Text,
        max_chars: Some(280),
        choices: &[],
        required: true,
        purpose: "Saying what council money was used for.",
        readers: Readers::Team,
        retention_days: AS_LONG_AS_THE_BOOKS,
    },
    Asked {
        link_id: DIFFERENCE,
        prompt: both("What difference did it make?", "Pa wahaniaeth wnaeth hyn?"),
        why: both(
            "So that we learn which small things help most, and can say so when budgets are set.",
            "Er mwyn inni ddysgu pa bethau bychain sy'n helpu fwyaf, a dweud hynny wrth osod cyllidebau.",
        ),
        kind: QuestionKind::Choice,
        max_chars: None,
        choices: &[
            (SEEN_SOONER, both("Somebody was seen sooner", "Cafodd rhywun ei weld yn gynt")),
            ("one-worry-less", both("One worry less", "Un pryder yn llai")),
            ("no-difference", both("No difference this time", "Dim gwahaniaeth y tro hwn")),
            ("too-early", both("Too early to say", "Rhy gynnar i ddweud")),
        ],
        required: false,
        purpose: "Learning which small spends help.",
        readers: Readers::Organisation,
        retention_days: AS_LONG_AS_THE_BOOKS,
    },
];

const HUB_CONVERSATION: [Asked; 3] = [
    Asked {
        link_id: "what-about",
        prompt: both("What was the conversation about?", "Am beth oedd y sgwrs?"),
        why: both(
            "So that each hub has the right people and advice in it on the right days.",
            "Er mwyn cael y bobl a'r cyngor cywir ym mhob hwb ar y dyddiau cywir.",
        ),
        kind: QuestionKind::Choice,
        max_chars: None,
        choices: &[
            ("money", both("Money or bills", "Arian neu filiau")),
            ("home", both("Home or housing", "Cartref neu dai")),
            ("health", both("Health or wellbeing", "Iechyd neu les")),
            ("family", both("Children or family life", "Plant neu fywyd teuluol")),
            ("company", both("Company and a chat", "Cwmni a sgwrs")),
            ("something-else", both("Something else", "Rhywbeth arall")),
        ],
        required: true,
        purpose: "Planning who is in which hub.",
        readers: Readers::Organisation,
        retention_days: ONE_YEAR,
    },
    Asked {
        link_id: "what-matters",
        prompt: both("What matters most to them now?", "Beth sydd bwysicaf iddyn nhw nawr?"),
        why: both(
            "So that the next conversation starts where this one ended, and nobody has to tell it twice.",
            "Fel bod y sgwrs nesaf yn dechrau lle daeth hon i ben, heb i neb orfod adrodd yr hanes ddwywaith.",
        ),
        kind: QuestionKind::Text,
        max_chars: Some(280),
        choices: &[],
        required: false,
        purpose: "Carrying a conversation on without starting again.",
        readers: Readers::Team,
        retention_days: ONE_YEAR,
    },
    Asked {
        link_id: "hear-from-us",
        prompt: both("Would they like to hear from us again?", "A hoffen nhw glywed gennym eto?"),
        why: both(
            "So that we get in touch with those who want it, and leave everybody else in peace.",
            "Er mwyn cysylltu â'r rhai sy'n dymuno hynny, a gadael llonydd i bawb arall.",
        ),
        kind: QuestionKind::YesNo,
        max_chars: None,
        choices: &[],
        required: false,
        purpose: "Following up with those who asked for it.",
        readers: Readers::Team,
        retention_days: ONE_YEAR,
    },
];

/// A form ready to be remembered, with its questions.
#[derive(Clone, Debug)]
pub struct Form {
    /// For the question bank.
    pub questions: Vec<(question::Model, question_version::Model)>,
    /// For publication.
    pub publication: Publication,
}

/// The forms, if they keep in proportion in both languages.
pub fn forms(council: &Council, now: DateTime<Utc>) -> Result<Vec<Form>, DemoError> {
    DRAFTS.iter().map(|draft| prepare(draft, council, now)).collect()
}

fn prepare(draft: &Draft, council: &Council, now: DateTime<Utc>) -> Result<Form, DemoError> {
    let measures = draft.measures()?;
    let questions = draft.questions(council, now)?;
    let template = draft.template(council.organisation.id);
    let version = form_version::Model {
        id: mint::id(),
        form_template_id: template.id,
        version: 1,
        content_sha256: draft.content_sha256()?,
        max_shown: whole(measures.max_shown),
        open_shown: whole(measures.open_shown),
        required_count: whole(measures.required_count),
        reading_words: whole(measures.reading_words),
        estimated_seconds: whole(measures.estimated_seconds),
        published_at: now,
    };
    let items = (1..)
        .zip(draft.asked.iter().zip(&questions))
        .map(|(position, (asked, (_, wording)))| form_item::Model {
            id: mint::id(),
            form_version_id: version.id,
            position,
            link_id: asked.link_id.into(),
            question_version_id: wording.id,
            required: asked.required,
        })
        .collect();
    Ok(Form { questions, publication: Publication { template, contexts: vec![draft.context], version, items } })
}

impl Draft {
    /// What it asks of people, if it may be published.
    pub fn measures(&self) -> Result<Measures, DemoError> {
        Ok(measure(self.tier, &self.definition()).allowed()?)
    }

    fn definition(&self) -> Definition {
        let worded = |both: Both| Wording::english(both.en).with("cy", both.cy);
        let choice = |(code, label): &(&str, Both)| Choice { code: (*code).into(), label: worded(*label) };
        let item = |asked: &Asked| Item {
            link_id: asked.link_id.into(),
            inside: None,
            shown_when: None,
            part: Part::Question(Box::new(form::Asked {
                code: format!("{}.{}", self.code, asked.link_id),
                prompt: worded(asked.prompt),
                hint: Wording::default(),
                why_we_ask: worded(asked.why),
                kind: asked.kind,
                choices: asked.choices.iter().map(choice).collect(),
                bounds: Bounds {
                    max_chars: asked.max_chars.and_then(|most| u32::try_from(most).ok()),
                    ..Bounds::default()
                },
                required: asked.required,
            })),
        };
        Definition { code: self.code.into(), title: worded(self.title), items: self.asked.iter().map(item).collect() }
    }

    fn questions(
        &self,
        council: &Council,
        now: DateTime<Utc>,
    ) -> Result<Vec<(question::Model, question_version::Model)>, DemoError> {
        let steward_id = council.first(self.steward).id;
        let review_on = (now + REVIEW_AFTER).date_naive();
        let worded = |asked: &Asked| {
            let question = question::Model {
                id: mint::id(),
                organisation_id: council.organisation.id,
                code: format!("{}.{}", self.code, asked.link_id),
                steward_id,
                purpose: asked.purpose.into(),
                lawful_basis: LawfulBasis::PublicTask,
                readers: asked.readers,
                retention_days: asked.retention_days,
                review_on,
            };
            let wording = question_version::Model {
                id: mint::id(),
                question_id: question.id,
                version: 1,
                kind: asked.kind,
                prompt_en: asked.prompt.en.into(),
                prompt_cy: asked.prompt.cy.into(),
                why_we_ask_en: asked.why.en.into(),
                why_we_ask_cy: asked.why.cy.into(),
                choices: serde_json::to_value(choices(asked))?,
                max_chars: asked.max_chars,
            };
            Ok((question, wording))
        };
        self.asked.iter().map(worded).collect()
    }

    fn template(&self, organisation_id: OrganisationId) -> form_template::Model {
        form_template::Model {
            id: mint::id(),
            organisation_id,
            code: self.code.into(),
            tier: self.tier,
            title_en: self.title.en.into(),
            title_cy: self.title.cy.into(),
        }
    }

    /// Hash of everything a person is shown, so that an app knows when to fetch it again.
    fn content_sha256(&self) -> Result<Vec<u8>, serde_json::Error> {
        let content = serde_json::to_vec(&(self.code, self.title, self.tier, self.asked))?;
        Ok(Sha256::digest(content).to_vec())
    }
}

fn choices(asked: &Asked) -> Vec<answer::Choice> {
    let choice = |(code, label): &(&str, Both)| answer::Choice {
        code: (*code).into(),
        en: label.en.into(),
        cy: label.cy.into(),
    };
    asked.choices.iter().map(choice).collect()
}

fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
