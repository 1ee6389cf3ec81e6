//! Reflection among colleagues: "What do you think?" A few are asked, all of them say what they think, and what they decide
//! together is noted. Nobody else reads it, and nothing in it is a mark.

use std::collections::BTreeSet;

use busfare_entity::words::{Language, OrganisationId, PractitionerId, ReflectionErrorCode};

use super::{
    learning,
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    sight::Viewer,
    text::{self, TextProblem},
};

/// Most characters of what is on her mind.
pub const QUESTION_CHARS: usize = 500;
/// Most characters of what somebody thinks, and of what is decided.
pub const NOTE_CHARS: usize = 1_000;
/// Most colleagues who are asked: with her they are a team.
pub const MOST_ASKED: usize = 7;
/// Most notes in one reflection.
pub const MOST_NOTES: u64 = 100;

/// What somebody asks her colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflection {
    /// What is on her mind.
    pub question: String,
    /// Whom she asks, each once.
    pub asked: BTreeSet<PractitionerId>,
}

impl Reflection {
    /// Parses what the phone sent.
    pub fn try_new(question: &str, asked: &[PractitionerId], by: PractitionerId) -> Result<Self, ReflectionRefusal> {
        let question = text::plain(question, QUESTION_CHARS).map_err(ReflectionRefusal::Question)?;
        let question = question.ok_or(ReflectionRefusal::QuestionNeeded)?;
        let asked: BTreeSet<_> = asked.iter().copied().collect();
        match asked.len() {
            _ if asked.contains(&by) => Err(ReflectionRefusal::OwnReflection),
            0 => Err(ReflectionRefusal::NobodyAsked),
            1..=MOST_ASKED => Ok(Self { question, asked }),
            _ => Err(ReflectionRefusal::TooManyAsked),
        }
    }
}

/// Whether a viewer may read and write in a reflection: whoever asks or is asked. No senior reads what she is not asked.
pub fn takes_part(
    viewer: &Viewer,
    organisation: OrganisationId,
    by: PractitionerId,
    asked: &BTreeSet<PractitionerId>,
) -> bool {
    let everybody: Vec<_> = asked.iter().copied().chain([by]).collect();
    learning::takes_part(viewer, organisation, &everybody)
}

/// What somebody thinks, or what they decide together, if it can be kept.
pub fn note(words: &str, so_far: u64) -> Result<String, ReflectionRefusal> {
    if so_far >= MOST_NOTES {
        return Err(ReflectionRefusal::TooManyNotes);
    }
    text::plain(words, NOTE_CHARS).map_err(ReflectionRefusal::Note)?.ok_or(ReflectionRefusal::NothingSaid)
}

/// Why a reflection is not begun, or words are not noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReflectionRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The question cannot be kept.
    Question(TextProblem),
    /// There is no question.
    QuestionNeeded,
    /// The words cannot be kept.
    Note(TextProblem),
    /// Nothing is said.
    NothingSaid,
    /// Nobody is asked.
    NobodyAsked,
    /// More than [`MOST_ASKED`].
    TooManyAsked,
    /// She asks herself.
    OwnReflection,
    /// It holds [`MOST_NOTES`].
    TooManyNotes,
}

impl Refusal for ReflectionRefusal {
    type Code = ReflectionErrorCode;

    fn code(&self) -> ReflectionErrorCode {
        match self {
            Self::IdAlreadyUsed => ReflectionErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => ReflectionErrorCode::IdempotencyKeyReused,
            Self::Question(problem) | Self::Note(problem) => match problem {
                TextProblem::TooLong(_) => ReflectionErrorCode::TextTooLong,
                TextProblem::NotPlain => ReflectionErrorCode::TextNotPlain,
            },
            Self::QuestionNeeded => ReflectionErrorCode::QuestionNeeded,
            Self::NothingSaid => ReflectionErrorCode::NothingSaid,
            Self::NobodyAsked => ReflectionErrorCode::NobodyAsked,
            Self::TooManyAsked => ReflectionErrorCode::TooManyAsked,
            Self::OwnReflection => ReflectionErrorCode::OwnReflection,
            Self::TooManyNotes => ReflectionErrorCode::TooManyNotes,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Question(_) | Self::QuestionNeeded => &["question"],
            Self::Note(_) | Self::NothingSaid => &["words"],
            Self::NobodyAsked | Self::TooManyAsked | Self::OwnReflection => &["asked"],
            Self::TooManyNotes => &["reflectionId"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Question(problem) | Self::Note(problem) => return say_text(*problem, language),
            Self::QuestionNeeded => ("Say what is on your mind.", "Dywedwch beth sydd ar eich meddwl."),
            Self::NothingSaid => ("Say what you think.", "Dywedwch beth yw eich barn."),
            Self::NobodyAsked => ("Pick who to ask: one to seven of us.", "Dewiswch bwy i'w holi: un i saith ohonom."),
            Self::TooManyAsked => (
                "Ask seven of us at most, so that each is heard.",
                "Holwch saith ohonom ar y mwyaf, fel y clywir pob un.",
            ),
            Self::OwnReflection => {
                ("You take part as it is. Ask someone else.", "Rydych chi'n cymryd rhan eisoes. Holwch rywun arall.")
            }
            Self::TooManyNotes => (
                "This talk holds a hundred notes. Meet up to say the rest.",
                "Mae cant o nodiadau yn y sgwrs hon. Cwrddwch i ddweud y gweddill.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::{Role, TeamId};
    use uuid::Uuid;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    fn who(number: u128) -> PractitionerId {
        PractitionerId(Uuid::from_u128(number))
    }

    #[test]
    fn a_few_colleagues_are_asked_each_once() {
        let asked = |people: &[u128]| {
            let people: Vec<_> = people.iter().copied().map(who).collect();
            Reflection::try_new("Is she safe there?", &people, who(0)).map(|reflection| reflection.asked.len())
        };
        assert_eq!((asked(&[1, 2, 1]), asked(&[1, 2, 3, 4, 5, 6, 7])), (Ok(2), Ok(7)));
        assert_eq!(asked(&[]), Err(ReflectionRefusal::NobodyAsked));
        assert_eq!(asked(&[1, 2, 3, 4, 5, 6, 7, 8]), Err(ReflectionRefusal::TooManyAsked));
        assert_eq!(asked(&[1, 0]), Err(ReflectionRefusal::OwnReflection));
        let nothing = Reflection::try_new(" ", &[who(1)], who(0));
        assert_eq!(nothing, Err(ReflectionRefusal::QuestionNeeded));
        assert_eq!(
            (note("", 0), note("Yes", 100)),
            (Err(ReflectionRefusal::NothingSaid), Err(ReflectionRefusal::TooManyNotes))
        );
    }

    #[test]
    fn whoever_takes_part_reads_it_and_no_senior_besides() {
        let (here, elsewhere) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let asked = BTreeSet::from([who(1), who(2)]);
        let reads = |id, organisation| {
            let viewer = Viewer { id: who(id), organisation, team: TeamId(Uuid::nil()), role: Role::Senior };
            takes_part(&viewer, here, who(0), &asked)
        };
        assert!(reads(0, here) && reads(1, here) && reads(2, here));
        assert!(!reads(3, here) && !reads(1, elsewhere));
    }

    #[test]
    fn every_refusal_about_a_reflection_fits_on_a_phone_in_both_languages() {
        use ReflectionRefusal as No;
        for refusal in [
            No::IdAlreadyUsed,
            No::IdempotencyKeyReused,
            No::Question(TextProblem::TooLong(500)),
            No::QuestionNeeded,
            No::Note(TextProblem::NotPlain),
            No::NothingSaid,
            No::NobodyAsked,
            No::TooManyAsked,
            No::OwnReflection,
            No::TooManyNotes,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty() && en != cy);
            reading::plain(&en);
        }
    }
}
