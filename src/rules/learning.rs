//! Learning conversations: what helped, and what would help next time. Never a score, and nothing waits for one.

use busfare_entity::words::{
    Language, LearningErrorCode, LearningPrompt, LearningState, OrganisationId, PractitionerId,
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    refusal::{Refusal, say, say_key_reused, say_text},
    sight::Viewer,
    text::{self, TextProblem},
};

/// Most characters of one note.
pub const NOTE_CHARS: usize = 1_000;
/// Most notes in one conversation.
pub const MOST_NOTES: u64 = 100;
/// What every conversation asks.
pub const PROMPTS: [LearningPrompt; 2] = [LearningPrompt::WhatHelped, LearningPrompt::WhatWouldHelpNext];

/// What somebody says in a conversation, parsed: something at least is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Her words, each to what was asked.
    pub notes: Vec<(LearningPrompt, String)>,
    /// Where the conversation stands from here on, if she says so.
    pub state: Option<LearningState>,
}

impl Said {
    /// Parses what the phone sent.
    pub fn try_new(
        what_helped: Option<&str>,
        what_would_help_next: Option<&str>,
        state: Option<LearningState>,
    ) -> Result<Self, LearningRefusal> {
        let mut notes = Vec::new();
        for (prompt, words) in PROMPTS.into_iter().zip([what_helped, what_would_help_next]) {
            let words = text::plain(words.unwrap_or_default(), NOTE_CHARS)
                .map_err(|problem| LearningRefusal::Words(prompt, problem))?;
            notes.extend(words.map(|words| (prompt, words)));
        }
        if notes.is_empty() && state.is_none() {
            return Err(LearningRefusal::NothingSaid);
        }
        Ok(Self { notes, state })
    }
}

/// Of how many spends chance chooses one to learn from: 5 %.
pub const SAMPLE_ONE_IN: u64 = 20;

/// Whether chance chooses something to be talked through. It is the same whenever it is asked, and nobody who does not know
/// the secret can tell before: not even a phone that makes ids of its own.
pub fn is_sampled(secret: &[u8], id: Uuid) -> bool {
    let digest = Sha256::new().chain_update(secret).chain_update(b"/learning/").chain_update(id).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) < u64::MAX / SAMPLE_ONE_IN
}

/// Whether a viewer may read and write in a conversation: whoever takes part in it, and nobody else.
pub fn takes_part(viewer: &Viewer, organisation: OrganisationId, participants: &[PractitionerId]) -> bool {
    organisation == viewer.organisation && participants.contains(&viewer.id)
}

/// What is asked, in plain words.
pub fn asked(prompt: LearningPrompt, language: Language) -> String {
    match prompt {
        LearningPrompt::WhatHelped => say(language, "What helped?", "Beth helpodd?"),
        LearningPrompt::WhatWouldHelpNext => {
            say(language, "What would help next time?", "Beth fyddai'n helpu y tro nesaf?")
        }
    }
}

/// Why words were not noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LearningRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The words to one prompt cannot be kept.
    Words(LearningPrompt, TextProblem),
    /// Nothing was said.
    NothingSaid,
    /// The conversation holds [`MOST_NOTES`].
    TooManyNotes,
}

impl Refusal for LearningRefusal {
    type Code = LearningErrorCode;

    fn code(&self) -> LearningErrorCode {
        match self {
            Self::IdempotencyKeyReused => LearningErrorCode::IdempotencyKeyReused,
            Self::Words(_, TextProblem::TooLong(_)) => LearningErrorCode::TextTooLong,
            Self::Words(_, TextProblem::NotPlain) => LearningErrorCode::TextNotPlain,
            Self::NothingSaid => LearningErrorCode::NothingSaid,
            Self::TooManyNotes => LearningErrorCode::TooManyNotes,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Words(LearningPrompt::WhatHelped, _) | Self::NothingSaid => &["whatHelped"],
            Self::Words(LearningPrompt::WhatWouldHelpNext, _) => &["whatWouldHelpNext"],
            Self::TooManyNotes => &["learningId"],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::Words(_, problem) => say_text(*problem, language),
            Self::NothingSaid => say(
                language,
                "Say what helped, or what would help next time.",
                "Dywedwch beth helpodd, neu beth fyddai'n helpu y tro nesaf.",
            ),
            Self::TooManyNotes => say(
                language,
                "This talk holds a hundred notes. Meet up to say the rest.",
                "Mae cant o nodiadau yn y sgwrs hon. Cwrddwch i ddweud y gweddill.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn something_at_least_is_said() {
        assert_eq!(Said::try_new(None, Some("  \n "), None), Err(LearningRefusal::NothingSaid));
        let said = Said::try_new(Some(" The taxi firm "), None, None).unwrap();
        assert_eq!(said.notes, [(LearningPrompt::WhatHelped, "The taxi firm".to_owned())]);
        let state = Some(LearningState::TalkedThrough);
        assert_eq!(Said::try_new(None, None, state), Ok(Said { notes: vec![], state }));
    }

    #[test]
    fn chance_chooses_one_in_twenty_the_same_every_time_and_differently_for_every_secret() {
        let ids = |secret: &'static [u8]| (0..100_000).filter(move |id| is_sampled(secret, Uuid::from_u128(*id)));
        let (ours, theirs) = (ids(b"ours").collect::<BTreeSet<_>>(), ids(b"theirs").collect::<BTreeSet<_>>());
        // One in twenty, give or take five standard deviations.
        for chosen in [&ours, &theirs] {
            assert!((4_655..5_345).contains(&chosen.len()), "{}", chosen.len());
        }
        assert_eq!(ids(b"ours").collect::<BTreeSet<_>>(), ours);
        let both = ours.intersection(&theirs).count();
        assert!((170..330).contains(&both), "one secret tells nothing of another: {both}");
    }

    #[test]
    fn every_refusal_fits_on_a_phone_and_names_its_field() {
        let long = "x".repeat(NOTE_CHARS + 1);
        let (first, second) =
            (Said::try_new(Some(&long), None, None), Said::try_new(None, Some("zero\u{200b}width"), None));
        let refusals = [
            first.unwrap_err(),
            second.unwrap_err(),
            LearningRefusal::NothingSaid,
            LearningRefusal::TooManyNotes,
            LearningRefusal::IdempotencyKeyReused,
        ];

        for refusal in &refusals {
            let (en, cy) = (refusal.words(Language::En), refusal.words(Language::Cy));
            assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
        }
        assert_eq!((refusals[0].field(), refusals[1].field()), (&["whatHelped"][..], &["whatWouldHelpNext"][..]));
    }
}
