//! Policies on a page: few words, told well before they hold, open to everybody's comments until then, and looked at again.
//! Somebody is named who answers for each.

use busfare_entity::words::{Language, PolicyErrorCode, PolicyState, PractitionerId};
use chrono::{Days, Months, NaiveDate};

use super::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::{self, TextProblem},
};

/// Most characters of a title.
pub const TITLE_CHARS: usize = 80;
/// Most words of a policy.
pub const MOST_WORDS: usize = 400;
/// Most characters of a policy: 400 words, with room for long ones.
pub const POLICY_CHARS: usize = 4_000;
/// For how many days people are told before it starts.
pub const NOTICE_DAYS: u64 = 14;
/// How far ahead it starts, and how long after that it is looked at again.
pub const MOST_MONTHS: u32 = 24;
/// Most characters of a comment.
pub const COMMENT_CHARS: usize = 1_000;
/// Most comments on one policy.
pub const MOST_COMMENTS: u64 = 500;

/// A policy on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is called.
    pub title: String,
    /// What it says.
    pub words: String,
    /// When it starts.
    pub starts_on: NaiveDate,
    /// When it is looked at again.
    pub review_on: NaiveDate,
}

impl Policy {
    /// Parses what the phone sent, of a policy that people are told of today.
    pub fn try_new(
        title: &str,
        words: &str,
        starts_on: NaiveDate,
        review_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, PolicyRefusal> {
        let title = text::plain(title, TITLE_CHARS).map_err(PolicyRefusal::Title)?;
        let title = title.ok_or(PolicyRefusal::TitleNeeded)?;
        let words = text::plain(words, POLICY_CHARS).map_err(PolicyRefusal::Text)?;
        let words = words.ok_or(PolicyRefusal::WordsNeeded)?;
        let count = word_count(&words);
        if count > MOST_WORDS {
            return Err(PolicyRefusal::TooManyWords(count));
        }
        may_start(starts_on, today)?;
        let latest = starts_on.checked_add_months(Months::new(MOST_MONTHS)).unwrap_or(starts_on);
        if review_on <= starts_on || review_on > latest {
            return Err(PolicyRefusal::ReviewOutOfRange);
        }
        Ok(Self { title, words, starts_on, review_on })
    }
}

/// How many words there are to read. What has no letter and no figure in it is none; a script that does not part its words
/// has one in two letters.
pub fn word_count(words: &str) -> usize {
    let of = |word: &str| {
        let unparted = word.chars().filter(|c| is_unparted(*c)).count();
        let rest = word.chars().any(|c| c.is_alphanumeric() && !is_unparted(c));
        unparted.div_ceil(2) + usize::from(rest)
    };
    words.split(|c: char| c.is_whitespace() || matches!(c, '/' | '\u{2013}' | '\u{2014}')).map(of).sum()
}

/// Chinese, Japanese and Thai.
fn is_unparted(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether a policy that people are told of today may start on a day.
fn may_start(starts_on: NaiveDate, today: NaiveDate) -> Result<(), PolicyRefusal> {
    let earliest = today.checked_add_days(Days::new(NOTICE_DAYS)).unwrap_or(NaiveDate::MAX);
    let latest = today.checked_add_months(Months::new(MOST_MONTHS)).unwrap_or(NaiveDate::MAX);
    match starts_on {
        day if day < earliest => Err(PolicyRefusal::NoticeTooShort { earliest }),
        day if day > latest => Err(PolicyRefusal::StartOutOfRange),
        _ => Ok(()),
    }
}

/// The days of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// On which people were told; none while it is being written.
    pub told_on: Option<NaiveDate>,
    /// On which it starts.
    pub starts_on: NaiveDate,
    /// On which it is looked at again.
    pub review_on: NaiveDate,
    /// On which it ended; none while it has not.
    pub ended_on: Option<NaiveDate>,
}

/// Where a policy stands today.
pub fn state(dates: Dates, today: NaiveDate) -> PolicyState {
    match dates {
        Dates { ended_on: Some(day), .. } if day <= today => PolicyState::Ended,
        Dates { told_on: None, .. } => PolicyState::Draft,
        Dates { starts_on, .. } if today < starts_on => PolicyState::OnNotice,
        Dates { review_on, .. } if today >= review_on => PolicyState::ReviewDue,
        _ => PolicyState::InForce,
    }
}

/// A comment, if it can be kept: before the policy starts, while it can still be changed.
pub fn comment(words: &str, dates: Dates, so_far: u64, today: NaiveDate) -> Result<String, PolicyRefusal> {
    if state(dates, today) != PolicyState::OnNotice {
        return Err(PolicyRefusal::CommentsClosed);
    }
    if so_far >= MOST_COMMENTS {
        return Err(PolicyRefusal::TooManyComments);
    }
    let words = text::plain(words, COMMENT_CHARS).map_err(PolicyRefusal::Comment)?;
    words.ok_or(PolicyRefusal::CommentNeeded)
}

/// Whether a policy may be changed: by whoever answers for it, until people have been told. After that another version is
/// told anew, and the one that was told stays as it was read.
pub fn may_change(viewer: PractitionerId, owner: PractitionerId, dates: Dates) -> Result<(), PolicyRefusal> {
    match dates.told_on {
        _ if viewer != owner => Err(PolicyRefusal::NotYours),
        Some(_) => Err(PolicyRefusal::ToldAlready),
        None => Ok(()),
    }
}

/// Why a policy, or a comment on it, is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The title cannot be kept.
    Title(TextProblem),
    /// It has no title.
    TitleNeeded,
    /// What it says cannot be kept.
    Text(TextProblem),
    /// It says nothing.
    WordsNeeded,
    /// It has so many words.
    TooManyWords(usize),
    /// It starts too soon.
    NoticeTooShort {
        /// The first day on which it may.
        earliest: NaiveDate,
    },
    /// It starts too far ahead.
    StartOutOfRange,
    /// It is looked at again before it starts, or too long after.
    ReviewOutOfRange,
    /// The comment cannot be kept.
    Comment(TextProblem),
    /// The comment says nothing.
    CommentNeeded,
    /// It is not open to comments.
    CommentsClosed,
    /// As many comments as can be read.
    TooManyComments,
    /// People have been told.
    ToldAlready,
    /// Somebody else answers for it.
    NotYours,
}

impl Refusal for PolicyRefusal {
    type Code = PolicyErrorCode;

    fn code(&self) -> PolicyErrorCode {
        match self {
            Self::IdAlreadyUsed => PolicyErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => PolicyErrorCode::IdempotencyKeyReused,
            Self::Title(problem) | Self::Text(problem) | Self::Comment(problem) => match problem {
                TextProblem::TooLong(_) => PolicyErrorCode::TextTooLong,
                TextProblem::NotPlain => PolicyErrorCode::TextNotPlain,
            },
            Self::TitleNeeded => PolicyErrorCode::TitleNeeded,
            Self::WordsNeeded | Self::CommentNeeded => PolicyErrorCode::WordsNeeded,
            Self::TooManyWords(_) => PolicyErrorCode::TooManyWords,
            Self::NoticeTooShort { .. } => PolicyErrorCode::NoticeTooShort,
            Self::StartOutOfRange => PolicyErrorCode::StartOutOfRange,
            Self::ReviewOutOfRange => PolicyErrorCode::ReviewOutOfRange,
            Self::CommentsClosed => PolicyErrorCode::CommentsClosed,
            Self::TooManyComments => PolicyErrorCode::TooManyComments,
            Self::ToldAlready => PolicyErrorCode::ToldAlready,
            Self::NotYours => PolicyErrorCode::NotYours,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Title(_) | Self::TitleNeeded => &["title"],
            Self::Text(_) | Self::WordsNeeded | Self::TooManyWords(_) => &["words"],
            Self::NoticeTooShort { .. } | Self::StartOutOfRange => &["startsOn"],
            Self::ReviewOutOfRange => &["reviewOn"],
            Self::Comment(_) | Self::CommentNeeded => &["comment"],
            Self::CommentsClosed | Self::TooManyComments | Self::ToldAlready | Self::NotYours => &["policyId"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Title(problem) | Self::Text(problem) | Self::Comment(problem) => return say_text(*problem, language),
            Self::TooManyWords(count) => return too_many(*count, language),
            Self::NoticeTooShort { earliest } => return too_soon(*earliest, language),
            Self::TitleNeeded => ("Give the page a title.", "Rhowch deitl i'r dudalen."),
            Self::WordsNeeded => {
                ("Say what we do, in your own words.", "Dywedwch beth a wnawn, yn eich geiriau eich hun.")
            }
            Self::StartOutOfRange => ("Let it start within two years.", "Gadewch iddo ddechrau o fewn dwy flynedd."),
            Self::ReviewOutOfRange => (
                "Pick the day to look at it again: once it has begun, and within two years of that.",
                "Dewiswch y dydd i edrych arno eto: wedi iddo ddechrau, ac o fewn dwy flynedd i hynny.",
            ),
            Self::CommentNeeded => ("Write what you think of it.", "Ysgrifennwch beth yw eich barn."),
            Self::CommentsClosed => (
                "It has begun, so words here change no more. Say it in You said, we did.",
                "Mae wedi dechrau, felly ni newidia geiriau yma ddim. Dywedwch yn 'Dywedoch chi, gwnaethom ni'.",
            ),
            Self::TooManyComments => (
                "There is no room for more here. Talk to the one who wrote it.",
                "Nid oes lle i fwy yma. Siaradwch â'r un a'i hysgrifennodd.",
            ),
            Self::ToldAlready => (
                "We have told all of it. Write a new page to take its place.",
                "Rydym wedi dweud wrth bawb. Ysgrifennwch dudalen newydd yn ei lle.",
            ),
            Self::NotYours => (
                "Only the one who looks after this page can do that. Ask them.",
                "Dim ond y sawl sy'n gofalu am y dudalen all wneud hynny. Gofynnwch iddynt.",
            ),
        };
        say(language, en, cy)
    }
}

fn too_many(count: usize, language: Language) -> String {
    say(
        language,
        format!("That is {count} words. A page has 400 at most, so that we all read it. Cut some."),
        format!("Dyna {count} gair. Mae gan dudalen 400 ar y mwyaf, fel y darllenwn ni oll hi. Torrwch rai."),
    )
}

fn too_soon(earliest: NaiveDate, language: Language) -> String {
    let earliest = earliest.format("%d/%m/%Y");
    say(
        language,
        format!("We tell people 14 days ahead. Let it start on {earliest} or after that."),
        format!("Rydym yn dweud wrth bobl 14 diwrnod ymlaen llaw. Gadewch iddo ddechrau ar {earliest} neu wedyn."),
    )
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
