//! The person's voice: two questions, asked once, answered with a thumb and if they like in a few words. Nobody signs in, and
//! nothing follows from an answer but that it is heard.

use std::collections::BTreeMap;

use busfare_entity::words::{DidWeKeepOurWord, DifferenceMade, FeedbackErrorCode, Language, TeamId};

use super::{
    insight::{InParts, in_parts},
    refusal::{Refusal, say, say_key_reused, say_text},
    text::{self, TextProblem},
    token::action::Unusable,
};

pub mod page;

/// Most characters of somebody's own words.
pub const WORDS_CHARS: usize = 500;

/// The two questions.
pub const QUESTIONS: [[&str; 2]; 2] = [
    ["Did we do what we said we would?", "A wnaethom yr hyn a ddywedom?"],
    ["What difference did it make?", "Pa wahaniaeth a wnaeth?"],
];

/// What can be answered to the first question, with its words.
pub const KEPT_WORD: [(DidWeKeepOurWord, &str, [&str; 2]); 4] = [
    (DidWeKeepOurWord::Yes, "YES", ["Yes", "Do"]),
    (DidWeKeepOurWord::Partly, "PARTLY", ["In part", "Yn rhannol"]),
    (DidWeKeepOurWord::No, "NO", ["No", "Naddo"]),
    (DidWeKeepOurWord::TooSoon, "TOO_SOON", ["It's too soon to say", "Mae'n rhy gynnar i ddweud"]),
];

/// What can be answered to the second question, with its words.
pub const DIFFERENCE: [(DifferenceMade, &str, [&str; 2]); 4] = [
    (DifferenceMade::Better, "BETTER", ["Things are better", "Mae pethau'n well"]),
    (DifferenceMade::LittleBetter, "LITTLE_BETTER", ["Things are a little better", "Mae pethau ychydig yn well"]),
    (DifferenceMade::Same, "SAME", ["Things are the same", "Mae pethau yr un fath"]),
    (DifferenceMade::Worse, "WORSE", ["Things are worse", "Mae pethau'n waeth"]),
];

/// What somebody answered: something at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// To the first question.
    pub kept_word: Option<DidWeKeepOurWord>,
    /// To the second.
    pub difference: Option<DifferenceMade>,
    /// In their own words.
    pub words: Option<String>,
}

impl Answers {
    /// Parses the fields of the page. An empty one is not answered.
    pub fn parse(kept_word: &str, difference: &str, words: &str) -> Result<Self, FeedbackRefusal> {
        let kept_word = one_of(&KEPT_WORD, kept_word)?;
        let difference = one_of(&DIFFERENCE, difference)?;
        let words = text::plain(words, WORDS_CHARS).map_err(FeedbackRefusal::Words)?;
        if kept_word.is_none() && difference.is_none() && words.is_none() {
            return Err(FeedbackRefusal::NothingSaid);
        }
        Ok(Self { kept_word, difference, words })
    }
}

fn one_of<T: Copy>(answers: &[(T, &str, [&str; 2])], said: &str) -> Result<Option<T>, FeedbackRefusal> {
    let known = answers.iter().find(|(_, word, _)| *word == said);
    match known {
        Some((answer, ..)) => Ok(Some(*answer)),
        None if said.is_empty() => Ok(None),
        None => Err(FeedbackRefusal::AnswerNotKnown),
    }
}

/// Whether an answer is taken: once.
pub fn may_answer(answered_already: bool) -> Result<(), FeedbackRefusal> {
    if answered_already { Err(FeedbackRefusal::AnsweredAlready) } else { Ok(()) }
}

/// What one person said, as it counts. `P` tells people apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard<P> {
    /// Of which team.
    pub team: TeamId,
    /// In which month of the period, from 0.
    pub month: usize,
    /// Who.
    pub person: P,
    /// What they said to the first question.
    pub kept_word: Option<DidWeKeepOurWord>,
    /// What they said to the second.
    pub difference: Option<DifferenceMade>,
}

/// What difference it made, as far as it may be told, of each team that somebody said it of.
pub fn difference_made<P: Ord + Copy>(heard: &[Heard<P>]) -> BTreeMap<TeamId, Option<InParts<DifferenceMade>>> {
    let said: Vec<_> = heard.iter().filter_map(|one| Some((one, one.difference?))).collect();
    in_parts(&said, |(one, difference)| (one.team, one.month, one.person, *difference))
}

/// What difference it made, of each team and under none of all of them: the sum of what is told of each.
pub fn difference_made_in_all<P: Ord + Copy>(
    heard: &[Heard<P>],
) -> BTreeMap<Option<TeamId>, Option<InParts<DifferenceMade>>> {
    let teams = difference_made(heard);
    let mut all: Option<InParts<DifferenceMade>> = None;
    for told in teams.values().flatten() {
        let all = all.get_or_insert_default();
        all.people += told.people;
        all.others += told.others;
        for (said, count) in &told.parts {
            *all.parts.entry(*said).or_default() += count;
        }
    }
    let whole = (!teams.is_empty()).then_some((None, all));
    teams.into_iter().map(|(team, told)| (Some(team), told)).chain(whole).collect()
}

/// Whether we kept our word, as far as it may be told, of each team that somebody said it of.
pub fn word_kept<P: Ord + Copy>(heard: &[Heard<P>]) -> BTreeMap<TeamId, Option<InParts<DidWeKeepOurWord>>> {
    let said: Vec<_> = heard.iter().filter_map(|one| Some((one, one.kept_word?))).collect();
    in_parts(&said, |(one, kept)| (one.team, one.month, one.person, *kept))
}

/// Why feedback is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The link is not one of ours, or for something else.
    LinkNotValid,
    /// The link has lived its time.
    LinkExpired,
    /// It was used already.
    AnsweredAlready,
    /// Nothing is answered.
    NothingSaid,
    /// An answer is none of those that can be given.
    AnswerNotKnown,
    /// The words cannot be kept.
    Words(TextProblem),
}

impl From<Unusable> for FeedbackRefusal {
    fn from(why: Unusable) -> Self {
        match why {
            Unusable::Invalid => Self::LinkNotValid,
            Unusable::Expired => Self::LinkExpired,
        }
    }
}

impl Refusal for FeedbackRefusal {
    type Code = FeedbackErrorCode;

    fn code(&self) -> FeedbackErrorCode {
        match self {
            Self::IdempotencyKeyReused => FeedbackErrorCode::IdempotencyKeyReused,
            Self::LinkNotValid => FeedbackErrorCode::LinkNotValid,
            Self::LinkExpired => FeedbackErrorCode::LinkExpired,
            Self::AnsweredAlready => FeedbackErrorCode::AnsweredAlready,
            Self::NothingSaid => FeedbackErrorCode::NothingSaid,
            Self::AnswerNotKnown => FeedbackErrorCode::AnswerNotKnown,
            Self::Words(TextProblem::TooLong(_)) => FeedbackErrorCode::TextTooLong,
            Self::Words(TextProblem::NotPlain) => FeedbackErrorCode::TextNotPlain,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::LinkNotValid | Self::LinkExpired | Self::AnsweredAlready => &["token"],
            Self::NothingSaid | Self::AnswerNotKnown => &["keptWord"],
            Self::Words(_) => &["words"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Words(problem) => return say_text(*problem, language),
            Self::LinkNotValid => (
                "We don't know that link. Open it again from the message we sent.",
                "Nid ydym yn adnabod y ddolen honno. Agorwch hi eto o'r neges a anfonom.",
            ),
            Self::LinkExpired => (
                "That link is too old. You can still talk to us: walk in or ring.",
                "Mae'r ddolen yn rhy hen. Gallwch siarad â ni o hyd: galwch heibio neu ffoniwch.",
            ),
            Self::AnsweredAlready => (
                "We have your words. Thank you. Walk in or ring if there is more.",
                "Mae eich geiriau gennym. Diolch. Galwch heibio neu ffoniwch os oes mwy.",
            ),
            Self::NothingSaid => (
                "Pick an answer, or write a few words. Then send it.",
                "Dewiswch ateb, neu ysgrifennwch air neu ddau. Yna anfonwch.",
            ),
            Self::AnswerNotKnown => (
                "That is none of the answers. Pick one that is on the page.",
                "Nid yw hwnnw'n un o'r atebion. Dewiswch un sydd ar y dudalen.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn what_all_say_is_the_sum_of_what_is_told_of_each_team() {
        let team = |number| TeamId(Uuid::from_u128(number));
        let said = |in_team, person: u32, difference| Heard {
            team: team(in_team),
            month: 0,
            person,
            kept_word: None,
            difference: Some(difference),
        };
        let mut heard: Vec<_> = (0..6).map(|person| said(1, person, DifferenceMade::Better)).collect();
        heard.extend((6..12).map(|person| said(2, person, DifferenceMade::Better)));
        heard.extend((12..16).map(|person| said(3, person, DifferenceMade::Worse)));

        let told = difference_made_in_all(&heard);

        assert_eq!(told[&Some(team(3))], None);
        let all = told[&None].clone().unwrap();
        assert_eq!((all.people, all.others, all.parts), (12, 0, BTreeMap::from([(DifferenceMade::Better, 12)])));
        assert!(difference_made_in_all::<u32>(&[]).is_empty());
    }

    #[test]
    fn something_at_least_is_said_and_only_what_can_be() {
        let parse = Answers::parse;
        let both = Answers {
            kept_word: Some(DidWeKeepOurWord::Partly),
            difference: Some(DifferenceMade::LittleBetter),
            words: Some("Diolch".into()),
        };
        assert_eq!(parse("PARTLY", "LITTLE_BETTER", " Diolch "), Ok(both));
        assert_eq!(parse("", "", "Diolch").map(|answers| answers.words), Ok(Some("Diolch".into())));
        assert_eq!(parse("", "", " "), Err(FeedbackRefusal::NothingSaid));
        for odd in ["yes", "10", "BETTER", "YES ", "<script>"] {
            assert_eq!(parse(odd, "", ""), Err(FeedbackRefusal::AnswerNotKnown), "{odd}");
        }
        assert_eq!(parse("", "YES", ""), Err(FeedbackRefusal::AnswerNotKnown));
        assert_eq!(parse("", "", &"x".repeat(501)), Err(FeedbackRefusal::Words(TextProblem::TooLong(500))));
        assert_eq!((may_answer(false), may_answer(true)), (Ok(()), Err(FeedbackRefusal::AnsweredAlready)));
    }

    #[test]
    fn every_answer_is_a_word_of_the_list_and_is_read_in_both_languages() {
        let of_lists =
            KEPT_WORD.iter().map(|(answer, word, words)| (serde_json::to_string(answer).unwrap(), word, words)).chain(
                DIFFERENCE.iter().map(|(answer, word, words)| (serde_json::to_string(answer).unwrap(), word, words)),
            );
        for (written, word, [en, cy]) in of_lists {
            assert_eq!(written, format!("\"{word}\""));
            assert_ne!(en, cy);
            reading::plain(en);
        }
        QUESTIONS.iter().for_each(|[en, _]| reading::plain(en));
    }

    #[test]
    fn what_difference_it_made_is_told_of_five_people_or_of_nobody() {
        let team = TeamId(Uuid::from_u128(1));
        let heard =
            |person: u32, difference| Heard { team, month: 0, person, kept_word: None, difference: Some(difference) };
        let mut rows: Vec<_> = (0..6).map(|person| heard(person, DifferenceMade::Better)).collect();
        rows.extend((6..11).map(|person| heard(person, DifferenceMade::Same)));
        rows.push(heard(11, DifferenceMade::Worse));

        let told = difference_made(&rows)[&team].clone().unwrap();
        assert_eq!((told.people, told.others), (12, 6));
        assert_eq!(told.parts, BTreeMap::from([(DifferenceMade::Better, 6)]));
        assert!(word_kept(&rows).is_empty());
        assert_eq!(difference_made(&rows[..4])[&team], None);
    }

    #[test]
    fn every_refusal_of_feedback_is_kind_and_fits_on_a_phone_in_both_languages() {
        use FeedbackRefusal as No;
        for refusal in [
            No::LinkNotValid,
            No::LinkExpired,
            No::AnsweredAlready,
            No::NothingSaid,
            No::AnswerNotKnown,
            No::Words(TextProblem::TooLong(500)),
            No::Words(TextProblem::NotPlain),
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty() && en != cy);
            reading::plain(&en);
        }
    }
}
