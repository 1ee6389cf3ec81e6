//! Drafts: a form as somebody writes it. It names questions of the bank and has none of their words, so that a question put
//! better is put better in every draft, and in nothing that is published.

use std::collections::HashMap;

use busfare_entity::words::{FormContextKind, FormTier, HubId, SpendPurposeId};
use serde::{Deserialize, Serialize};

use super::{Asked, Definition, Item, Part};
use crate::rules::{logic::Predicate, wording::Wording};

/// A form that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Short and stable, such as `spend-note`.
    pub code: String,
    /// Its title.
    pub title: Wording,
    /// The stakes. A draft may leave them open; a form may not.
    pub tier: Option<FormTier>,
    /// When it will be offered.
    pub offers: Vec<Offer>,
    /// What stands in it, in order.
    pub items: Vec<DraftItem>,
}

/// When a form is offered. What is left open is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// For what.
    pub kind: FormContextKind,
    /// For spends with this purpose alone.
    pub purpose: Option<SpendPurposeId>,
    /// In this hub alone.
    pub hub: Option<HubId>,
    /// For spends of this much and more, in pence.
    pub least_pence: Option<i64>,
    /// For spends of this much and less, in pence.
    pub most_pence: Option<i64>,
}

/// One thing that stands in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftItem {
    /// Unique in the form, and the same across its versions.
    pub link_id: String,
    /// The section or repeated part that it stands in.
    pub inside: Option<String>,
    /// When it is shown, if not always.
    pub shown_when: Option<Predicate>,
    /// What it is.
    pub part: DraftPart,
}

/// What stands in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum DraftPart {
    /// A question of the bank.
    Question {
        /// Its code.
        code: String,
        /// Whether advice at the end mentions it when it is open.
        required: bool,
    },
    /// Anything else, which has its own words.
    Other {
        /// What.
        part: Part,
    },
}

/// A draft names a question that the bank does not have, or has retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInTheBank {
    /// Where, by link id.
    pub link_id: String,
    /// Which, by code.
    pub code: String,
}

/// What an offer is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What a form is wanted for.
    pub kind: FormContextKind,
    /// The purpose of the money.
    pub purpose: Option<SpendPurposeId>,
    /// The hub.
    pub hub: Option<HubId>,
    /// How much money it is about, in pence.
    pub pence: Option<i64>,
}

impl Offer {
    /// Whether it goes together: a purpose and an amount with money, the least not above the most.
    pub fn makes_sense(&self) -> bool {
        let money = self.purpose.is_some() || self.least_pence.is_some() || self.most_pence.is_some();
        let in_order = self.least_pence.zip(self.most_pence).is_none_or(|(least, most)| least <= most);
        in_order && (self.kind == FormContextKind::SpendPurpose || !money)
    }

    /// Whether the form is offered for this. An offer for some amounts is for no unknown one.
    pub fn fits(&self, wanted: &Wanted) -> bool {
        let within = |pence: i64| {
            self.least_pence.is_none_or(|least| least <= pence) && self.most_pence.is_none_or(|most| pence <= most)
        };
        let amounts = self.least_pence.is_none() && self.most_pence.is_none();
        self.kind == wanted.kind
            && (self.purpose.is_none() || self.purpose == wanted.purpose)
            && (self.hub.is_none() || self.hub == wanted.hub)
            && (amounts || wanted.pence.is_some_and(within))
    }
}

impl Draft {
    /// The codes of the questions that it asks, each as often as it does.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match &item.part {
            DraftPart::Question { code, .. } => Some(code.as_str()),
            DraftPart::Other { .. } => None,
        })
    }

    /// The form with the words that its questions have in the bank now, and every question that is not there.
    pub fn compose(&self, bank: &HashMap<String, Asked>) -> Result<Definition, Vec<NotInTheBank>> {
        let mut missing = Vec::new();
        let item = |item: &DraftItem| {
            let part = match &item.part {
                DraftPart::Other { part } => part.clone(),
                DraftPart::Question { code, required } => match bank.get(code) {
                    Some(asked) => Part::Question(Box::new(Asked { required: *required, ..asked.clone() })),
                    None => {
                        missing.push(NotInTheBank { link_id: item.link_id.clone(), code: code.clone() });
                        return None;
                    }
                },
            };
            let (link_id, inside, shown_when) = (item.link_id.clone(), item.inside.clone(), item.shown_when.clone());
            Some(Item { link_id, inside, shown_when, part })
        };
        let items: Vec<Item> = self.items.iter().filter_map(item).collect();
        if missing.is_empty() {
            Ok(Definition { code: self.code.clone(), title: self.title.clone(), items })
        } else {
            Err(missing)
        }
    }

    /// A form as a draft of its next version.
    pub fn of(form: &Definition, tier: Option<FormTier>, offers: Vec<Offer>) -> Self {
        let item = |item: &Item| DraftItem {
            link_id: item.link_id.clone(),
            inside: item.inside.clone(),
            shown_when: item.shown_when.clone(),
            part: match &item.part {
                Part::Question(asked) => DraftPart::Question { code: asked.code.clone(), required: asked.required },
                part => DraftPart::Other { part: part.clone() },
            },
        };
        Self {
            code: form.code.clone(),
            title: form.title.clone(),
            tier,
            offers,
            items: form.items.iter().map(item).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;
    use uuid::Uuid;

    use super::*;
    use crate::rules::form::Bounds;

    fn asked(code: &str, prompt: &str) -> (String, Asked) {
        let asked = Asked {
            code: code.into(),
            prompt: Wording::english(prompt),
            hint: Wording::default(),
            why_we_ask: Wording::english("So that nobody asks twice."),
            kind: QuestionKind::Text,
            choices: vec![],
            bounds: Bounds::default(),
            required: false,
        };
        (code.into(), asked)
    }

    fn draft(codes: &[&str]) -> Draft {
        let item = |code: &&str| DraftItem {
            link_id: (*code).into(),
            inside: None,
            shown_when: None,
            part: DraftPart::Question { code: (*code).into(), required: true },
        };
        let items = codes.iter().map(item).collect();
        Draft { code: "note".into(), title: Wording::english("A note"), tier: None, offers: vec![], items }
    }

    #[test]
    fn a_question_put_better_is_put_better_in_every_draft() {
        let (one, two) = (draft(&["what"]), draft(&["what", "why"]));
        let bank = HashMap::from([asked("what", "What was bought?"), asked("why", "Why?")]);
        for draft in [&one, &two] {
            let form = draft.compose(&bank).unwrap();
            assert_eq!(form.items[0].asked().unwrap().prompt.en, "What was bought?");
            assert!(form.items[0].asked().unwrap().required);
            assert_eq!(Draft::of(&form, None, vec![]), *draft);
        }
    }

    #[test]
    fn what_the_bank_does_not_have_is_named_with_its_place() {
        let missing = draft(&["what", "gone"]).compose(&HashMap::from([asked("what", "What?")])).unwrap_err();
        assert_eq!(missing, [NotInTheBank { link_id: "gone".into(), code: "gone".into() }]);
    }

    #[test]
    fn an_offer_is_as_wide_as_it_says() {
        let purpose = SpendPurposeId(Uuid::from_u128(1));
        let any = Offer {
            kind: FormContextKind::SpendPurpose,
            purpose: None,
            hub: None,
            least_pence: None,
            most_pence: None,
        };
        let wanted =
            Wanted { kind: FormContextKind::SpendPurpose, purpose: Some(purpose), hub: None, pence: Some(5_000) };
        let unknown = Wanted { pence: None, ..wanted };

        assert!(any.fits(&wanted) && any.fits(&unknown));
        assert!(!any.fits(&Wanted { kind: FormContextKind::HubConversation, ..wanted }));
        assert!(Offer { purpose: Some(purpose), ..any }.fits(&wanted));
        assert!(!Offer { purpose: Some(SpendPurposeId(Uuid::from_u128(2))), ..any }.fits(&wanted));
        assert!(Offer { least_pence: Some(5_000), most_pence: Some(5_000), ..any }.fits(&wanted));
        assert!(!Offer { least_pence: Some(5_001), ..any }.fits(&wanted));
        assert!(!Offer { most_pence: Some(4_999), ..any }.fits(&wanted));
        assert!(!Offer { least_pence: Some(1), ..any }.fits(&unknown));
    }
}
