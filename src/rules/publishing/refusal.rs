//! Why a form is not drafted or published.

use busfare_entity::words::{FormErrorCode, Language};

use crate::rules::{
    form::{Malformed, NotInTheBank, Unpublishable},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why a form is not drafted or published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// Somebody changed the draft in between.
    DraftChanged,
    /// There is another open draft of the form.
    DraftOpen,
    /// It has become a form.
    AlreadyPublished,
    /// It has no tier.
    TierNeeded,
    /// It keeps no proportion.
    Unpublishable(Unpublishable),
    /// The bank does not have a question.
    NotInTheBank(NotInTheBank),
    /// A text cannot be stored.
    Text(TextProblem),
    /// An offer names a purpose or a hub that does not go with it, or amounts that do not.
    OfferNotValid,
    /// The practice group does this.
    ForThePracticeGroup,
    /// See [`super::Waiver::until`].
    WaiverNotValid,
    /// Fewer than three characters of reason.
    WhyNeeded,
}

impl Refusal for FormRefusal {
    type Code = FormErrorCode;

    fn code(&self) -> FormErrorCode {
        match self {
            Self::IdAlreadyUsed => FormErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => FormErrorCode::IdempotencyKeyReused,
            Self::DraftChanged => FormErrorCode::DraftChanged,
            Self::DraftOpen => FormErrorCode::DraftOpen,
            Self::AlreadyPublished => FormErrorCode::AlreadyPublished,
            Self::TierNeeded => FormErrorCode::TierNeeded,
            Self::Unpublishable(Unpublishable::Malformed(_)) => FormErrorCode::NotAForm,
            Self::Unpublishable(Unpublishable::AsksNothing) => FormErrorCode::AsksNothing,
            Self::Unpublishable(Unpublishable::OverBudget { .. }) => FormErrorCode::OverBudget,
            Self::Unpublishable(Unpublishable::RepeatOverBudget { .. }) => FormErrorCode::RepeatOverBudget,
            Self::Unpublishable(Unpublishable::ReasonNotProportionate { .. }) => FormErrorCode::ReasonNeeded,
            Self::NotInTheBank(_) => FormErrorCode::NotInTheBank,
            Self::Text(TextProblem::TooLong(_)) => FormErrorCode::TextTooLong,
            Self::Text(TextProblem::NotPlain) => FormErrorCode::TextNotPlain,
            Self::OfferNotValid => FormErrorCode::OfferNotValid,
            Self::ForThePracticeGroup => FormErrorCode::ForThePracticeGroup,
            Self::WaiverNotValid => FormErrorCode::WaiverNotValid,
            Self::WhyNeeded => FormErrorCode::WhyNeeded,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["draftId"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::DraftChanged => &["baseRevision"],
            Self::DraftOpen => &["code"],
            Self::TierNeeded => &["tier"],
            Self::NotInTheBank(_) | Self::Unpublishable(_) => &["items"],
            Self::OfferNotValid => &["offers"],
            Self::WaiverNotValid => &["expiresOn"],
            Self::WhyNeeded => &["reason"],
            _ => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Text(problem) => return say_text(*problem, language),
            Self::Unpublishable(against) => return unpublishable(against, language),
            Self::NotInTheBank(NotInTheBank { link_id, .. }) => {
                return say(
                    language,
                    format!("The bank has no such question for \"{}\" now. Choose another.", short(link_id)),
                    format!("Nid oes cwestiwn o'r fath yn y banc i \"{}\" nawr. Dewiswch un arall.", short(link_id)),
                );
            }
            Self::DraftChanged => (
                "Somebody changed this draft meanwhile. Look at it again and send your change.",
                "Newidiodd rhywun y drafft hwn yn y cyfamser. Edrychwch eto ac anfonwch eich newid.",
            ),
            Self::DraftOpen => (
                "Another draft of this form is open. Go on with that one.",
                "Mae drafft arall o'r ffurflen hon ar agor. Ewch ymlaen gyda hwnnw.",
            ),
            Self::AlreadyPublished => (
                "This draft is a form now. Begin a new draft to change it.",
                "Mae'r drafft hwn yn ffurflen nawr. Dechreuwch ddrafft newydd i'w newid.",
            ),
            Self::TierNeeded => (
                "Say what is at stake: choose the form's tier.",
                "Dywedwch beth sydd yn y fantol: dewiswch haen y ffurflen.",
            ),
            Self::OfferNotValid => (
                "What this is offered for does not fit. A purpose and an amount go with money, a hub with a talk.",
                "Nid yw'r cynnig yn ffitio. Mae diben a swm yn mynd gydag arian, a hwb gyda sgwrs.",
            ),
            Self::ForThePracticeGroup => (
                "Only the practice group can do this. Ask one of them.",
                "Dim ond y grŵp ymarfer all wneud hyn. Gofynnwch i un ohonynt.",
            ),
            Self::WaiverNotValid => (
                "Leave to ask more ends after today and within 90 days. Choose another day.",
                "Mae caniatâd i ofyn mwy yn dod i ben ar ôl heddiw ac o fewn 90 diwrnod. Dewiswch ddiwrnod arall.",
            ),
            Self::WhyNeeded => ("Say why, in a few words.", "Dywedwch pam, mewn ychydig eiriau."),
        };
        say(language, en, cy)
    }
}

fn unpublishable(against: &Unpublishable, language: Language) -> String {
    match against {
        Unpublishable::AsksNothing => say(
            language,
            "This form asks nothing. Add a question.",
            "Nid yw'r ffurflen hon yn gofyn dim. Ychwanegwch gwestiwn.",
        ),
        Unpublishable::OverBudget { shown, budget } => say(
            language,
            format!("This shows up to {shown} questions and may show {budget}. Leave some out, or ask for leave."),
            format!("Mae hon yn dangos hyd at {shown} cwestiwn a chaiff ddangos {budget}. Gadewch rai allan."),
        ),
        Unpublishable::RepeatOverBudget { link_id, asked, budget } => say(
            language,
            format!("\"{}\" asks {asked} things about each, and may ask {budget}. Leave some out.", short(link_id)),
            format!(
                "Mae \"{}\" yn gofyn {asked} peth am bob un, a chaiff ofyn {budget}. Gadewch rai allan.",
                short(link_id)
            ),
        ),
        Unpublishable::ReasonNotProportionate { link_id } => say(
            language,
            format!("\"{}\" needs a reason for asking, of at most 25 words.", short(link_id)),
            format!("Mae angen rheswm dros ofyn \"{}\", 25 gair ar y mwyaf.", short(link_id)),
        ),
        Unpublishable::Malformed(malformed) => match place(malformed) {
            Some(place) => say(
                language,
                format!("Something is wrong with \"{}\". The draft says what.", short(place)),
                format!("Mae rhywbeth o'i le ar \"{}\". Mae'r drafft yn dweud beth.", short(place)),
            ),
            None => say(
                language,
                "This is too much for one form. Make it two, or leave some out.",
                "Mae hyn yn ormod i un ffurflen. Gwnewch ddwy, neu gadewch rai allan.",
            ),
        },
    }
}

fn place(malformed: &Malformed) -> Option<&str> {
    use crate::rules::logic::Unusable;
    match malformed {
        Malformed::TooMany => None,
        Malformed::LinkId(link_id)
        | Malformed::RepeatInRepeat(link_id)
        | Malformed::NoChoices(link_id)
        | Malformed::Inside { link_id, .. }
        | Malformed::ChoiceTwice { link_id, .. }
        | Malformed::IntoRepeat { link_id, .. }
        | Malformed::Logic(Unusable::TooLarge(link_id) | Unusable::Twice(link_id)) => Some(link_id),
        Malformed::Logic(Unusable::Circle(circle)) => circle.first().map(String::as_str),
    }
}

/// So much of a link id as fits in a sentence.
fn short(link_id: &str) -> String {
    link_id.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{logic::Unusable, reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_form_fits_on_a_phone_in_both_languages() {
        let long = || "x".repeat(64);
        let refusals = [
            FormRefusal::IdAlreadyUsed,
            FormRefusal::IdempotencyKeyReused,
            FormRefusal::DraftChanged,
            FormRefusal::DraftOpen,
            FormRefusal::AlreadyPublished,
            FormRefusal::TierNeeded,
            FormRefusal::Text(TextProblem::TooLong(500)),
            FormRefusal::OfferNotValid,
            FormRefusal::ForThePracticeGroup,
            FormRefusal::WaiverNotValid,
            FormRefusal::WhyNeeded,
            FormRefusal::NotInTheBank(NotInTheBank { link_id: long(), code: long() }),
            FormRefusal::Unpublishable(Unpublishable::AsksNothing),
            FormRefusal::Unpublishable(Unpublishable::OverBudget { shown: 1_000, budget: 30 }),
            FormRefusal::Unpublishable(Unpublishable::RepeatOverBudget { link_id: long(), asked: 1_000, budget: 30 }),
            FormRefusal::Unpublishable(Unpublishable::ReasonNotProportionate { link_id: long() }),
            FormRefusal::Unpublishable(Malformed::TooMany.into()),
            FormRefusal::Unpublishable(Malformed::LinkId(long()).into()),
            FormRefusal::Unpublishable(Malformed::Logic(Unusable::Circle(vec![long(), long()])).into()),
        ];
        for refusal in refusals {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en.replace(&"x".repeat(40), "this"));
            assert_ne!(en, cy);
        }
    }
}
