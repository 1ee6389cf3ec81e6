//! Why a spend, or a step of one, does not go ahead, in plain words.

use busfare_entity::words::{Language, SpendErrorCode};

use serde::{Deserialize, Serialize};

use super::PayingRefusal;
use crate::rules::{
    allowance::OfflineRefusal,
    authority::Pot,
    late::Late,
    money::{Money, MoneyProblem, say_money},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    second_step::SecondStepMissing,
    text::TextProblem,
};

/// Why a spend, or a step of one, does not go ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpendRefusal {
    /// The unit price is not money to ask for.
    UnitPrice(MoneyProblem),
    /// The amount of a later step is not money to ask for.
    Amount(MoneyProblem),
    /// Below 1 or above [`MOST_COUNT`].
    CountOutOfRange,
    /// The asker's own words cannot be kept.
    Reason(TextProblem),
    /// The decider's own words cannot be kept.
    DecisionWords(TextProblem),
    /// The id belongs to another request.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The purpose is paid from a hub's budget and no hub was named.
    HubNeeded,
    /// No budget covers this purpose today.
    NoBudget,
    /// The named budget has only this left.
    BudgetShort { budget: String, left: Money },
    /// Nobody may decide this total.
    NobodyCanDecide(Money),
    /// The sentence about an emergency cannot be kept.
    Sentence(TextProblem),
    /// An emergency has no sentence yet.
    SentenceNeeded,
    /// No grant lets her spend in an emergency; this colleague may be asked.
    NoEmergencySay { ask: Option<String> },
    /// An emergency may take this much; this colleague may be asked for more.
    AboveCeiling { ceiling: Money, ask: Option<String> },
    /// Somebody else asked for it.
    NotYourSpend,
    /// Another colleague is asked.
    NotAskedOfYou,
    /// There is nothing left to decide.
    AlreadyDecided,
    /// No authority stands behind it yet, or any more.
    NotAuthorised,
    /// The money has left.
    AlreadySpent,
    /// More than this was authorised.
    AboveAuthorised(Money),
    /// More than this was asked.
    AboveAsked(Money),
    /// The decider's own delegation does not stretch to it.
    AboveYourSay,
    /// It is about how it is paid.
    Paying(PayingRefusal),
    /// It is about an offline allowance, or about what was decided under one.
    Offline(OfflineRefusal),
    /// What was set aside has gone back by itself.
    HoldExpired,
    /// Nothing has left that could come back.
    NotSpent,
    /// All of it has come back.
    AlreadyRefunded,
    /// Only this much has left and not come back.
    AboveSpent(Money),
    /// Somebody has decided it, and this is who.
    DecidedBy(Late),
    /// Another colleague has the ask now, and this is who.
    TakenBy(Late),
    /// The asker would decide for herself.
    YourOwnSpend,
    /// The viewer is asked already.
    AskedOfYou,
    /// Nobody has a question about it.
    NoQuestion,
    /// A question or an answer without words.
    WordsNeeded,
    /// The thread holds so many messages and no more.
    ThreadFull,
    /// It says what it said before.
    NothingToChange,
    /// It only asks for a difference.
    ChangeWhatItRaises,
    /// It was raised too often.
    TooManyRaises,
    /// The action token is not ours.
    ActionTokenInvalid,
    /// The action token has lived its time.
    ActionTokenExpired,
    /// The action token was used.
    ActionTokenUsed,
    /// The action token belongs to another device.
    ActionTokenOtherDevice,
    /// She has to prove first that it is she.
    SecondStep(SecondStepMissing),
}

impl SpendRefusal {
    /// A budget does not have it.
    pub fn short(pot: &Pot) -> Self {
        Self::BudgetShort { budget: pot.name.clone(), left: pot.available }
    }
}

impl Refusal for SpendRefusal {
    type Code = SpendErrorCode;

    fn code(&self) -> SpendErrorCode {
        match self {
            Self::UnitPrice(problem) | Self::Amount(problem) => match problem {
                MoneyProblem::PartPennies => SpendErrorCode::PartPennies,
                MoneyProblem::NotPositive => SpendErrorCode::AmountNotPositive,
                MoneyProblem::TooLarge => SpendErrorCode::AmountTooLarge,
            },
            Self::Reason(problem) | Self::DecisionWords(problem) | Self::Sentence(problem) => match problem {
                TextProblem::TooLong(_) => SpendErrorCode::TextTooLong,
                TextProblem::NotPlain => SpendErrorCode::TextNotPlain,
            },
            Self::CountOutOfRange => SpendErrorCode::CountOutOfRange,
            Self::IdAlreadyUsed => SpendErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => SpendErrorCode::IdempotencyKeyReused,
            Self::HubNeeded => SpendErrorCode::HubNeeded,
            Self::NoBudget => SpendErrorCode::NoBudget,
            Self::BudgetShort { .. } => SpendErrorCode::BudgetShort,
            Self::NobodyCanDecide(_) => SpendErrorCode::NobodyCanDecide,
            Self::SentenceNeeded => SpendErrorCode::SentenceNeeded,
            Self::NoEmergencySay { .. } => SpendErrorCode::NoEmergencySay,
            Self::AboveCeiling { .. } => SpendErrorCode::AboveCeiling,
            Self::NotYourSpend => SpendErrorCode::NotYourSpend,
            Self::NotAskedOfYou => SpendErrorCode::NotAskedOfYou,
            Self::AlreadyDecided | Self::DecidedBy(_) => SpendErrorCode::AlreadyDecided,
            Self::TakenBy(_) => SpendErrorCode::AlreadyTaken,
            Self::YourOwnSpend => SpendErrorCode::YourOwnSpend,
            Self::AskedOfYou => SpendErrorCode::AskedOfYou,
            Self::NoQuestion => SpendErrorCode::NoQuestion,
            Self::WordsNeeded => SpendErrorCode::WordsNeeded,
            Self::ThreadFull => SpendErrorCode::ThreadFull,
            Self::NothingToChange => SpendErrorCode::NothingToChange,
            Self::ChangeWhatItRaises => SpendErrorCode::ChangeWhatItRaises,
            Self::TooManyRaises => SpendErrorCode::TooManyRaises,
            Self::ActionTokenInvalid => SpendErrorCode::ActionTokenInvalid,
            Self::ActionTokenExpired => SpendErrorCode::ActionTokenExpired,
            Self::ActionTokenUsed => SpendErrorCode::ActionTokenUsed,
            Self::ActionTokenOtherDevice => SpendErrorCode::ActionTokenOtherDevice,
            Self::NotAuthorised => SpendErrorCode::NotAuthorised,
            Self::AlreadySpent => SpendErrorCode::AlreadySpent,
            Self::AboveAuthorised(_) => SpendErrorCode::AboveAuthorised,
            Self::AboveAsked(_) => SpendErrorCode::AboveAsked,
            Self::AboveYourSay => SpendErrorCode::AboveYourSay,
            Self::Paying(refusal) => refusal.code(),
            Self::Offline(refusal) => refusal.code(),
            Self::HoldExpired => SpendErrorCode::HoldExpired,
            Self::NotSpent => SpendErrorCode::NotSpent,
            Self::AlreadyRefunded => SpendErrorCode::AlreadyRefunded,
            Self::AboveSpent(_) => SpendErrorCode::AboveSpent,
            Self::SecondStep(missing) => missing.code(),
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::UnitPrice(_) | Self::AboveCeiling { .. } => &["unitPrice"],
            Self::Sentence(_) | Self::SentenceNeeded => &["sentence"],
            Self::Amount(_) | Self::AboveAuthorised(_) | Self::AboveAsked(_) | Self::AboveSpent(_) => &["amount"],
            Self::CountOutOfRange => &["count"],
            Self::Reason(_) => &["reason"],
            Self::DecisionWords(_) | Self::WordsNeeded => &["words"],
            Self::ActionTokenInvalid
            | Self::ActionTokenExpired
            | Self::ActionTokenUsed
            | Self::ActionTokenOtherDevice => &["token"],
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::HubNeeded => &["hubId"],
            Self::Paying(refusal) => refusal.field(),
            Self::NoBudget => &["purposeId"],
            Self::Offline(refusal) => refusal.field(),
            _ => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::UnitPrice(problem) | Self::Amount(problem) => say_money(*problem, language),
            Self::Reason(problem) | Self::DecisionWords(problem) | Self::Sentence(problem) => {
                say_text(*problem, language)
            }
            Self::SentenceNeeded => say(language, SENTENCE.0, SENTENCE.1),
            Self::NoEmergencySay { ask } => say_no_emergency(ask.as_deref(), language),
            Self::AboveCeiling { ceiling, ask } => say_ceiling(*ceiling, ask.as_deref(), language),
            Self::IdAlreadyUsed => say_id_used(language),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::BudgetShort { budget, left } => say_short(budget, *left, language),
            Self::NobodyCanDecide(total) => say(
                language,
                format!("Nobody in your scheme may decide {total} for this. Talk to your senior about the scheme."),
                format!("Ni chaiff neb yn eich cynllun benderfynu ar {total}. Siaradwch â'ch uwch-swyddog."),
            ),
            Self::AboveAuthorised(most) => say(
                language,
                format!("{most} was authorised. Record that, then request the rest as already bought."),
                format!("Awdurdodwyd {most}. Cofnodwch hynny, yna gofynnwch am y gweddill fel wedi'i brynu."),
            ),
            Self::AboveAsked(most) => say(
                language,
                format!("{most} was asked for. Authorise that or less."),
                format!("Gofynnwyd am {most}. Awdurdodwch hynny neu lai."),
            ),
            Self::Paying(refusal) => refusal.words(language),
            Self::AboveSpent(most) => say(
                language,
                format!("{most} was spent and has not come back yet. Record that or less."),
                format!("Gwariwyd {most} sydd heb ddod yn ôl eto. Cofnodwch hynny neu lai."),
            ),
            Self::CountOutOfRange => say(language, COUNT.0, COUNT.1),
            Self::HubNeeded => say(language, HUB.0, HUB.1),
            Self::NoBudget => say(language, NO_BUDGET.0, NO_BUDGET.1),
            Self::NotYourSpend => say(language, NOT_YOURS.0, NOT_YOURS.1),
            Self::NotAskedOfYou => say(language, NOT_ASKED.0, NOT_ASKED.1),
            Self::AlreadyDecided => say(language, DECIDED.0, DECIDED.1),
            Self::NotAuthorised => say(language, NOT_AUTHORISED.0, NOT_AUTHORISED.1),
            Self::AlreadySpent => say(language, SPENT.0, SPENT.1),
            Self::AboveYourSay => say(language, ABOVE_SAY.0, ABOVE_SAY.1),
            Self::Offline(refusal) => refusal.words(language),
            Self::HoldExpired => say(language, EXPIRED.0, EXPIRED.1),
            Self::NotSpent => say(language, NOT_SPENT.0, NOT_SPENT.1),
            Self::AlreadyRefunded => say(language, REFUNDED.0, REFUNDED.1),
            Self::DecidedBy(late) => late.words(language),
            Self::TakenBy(late) => late.taken(language),
            Self::YourOwnSpend => say(language, OWN.0, OWN.1),
            Self::AskedOfYou => say(language, ASKED_OF_YOU.0, ASKED_OF_YOU.1),
            Self::NoQuestion => say(language, NO_QUESTION.0, NO_QUESTION.1),
            Self::WordsNeeded => say(language, WORDS_NEEDED.0, WORDS_NEEDED.1),
            Self::ThreadFull => say(language, THREAD_FULL.0, THREAD_FULL.1),
            Self::NothingToChange => say(language, SAME.0, SAME.1),
            Self::ChangeWhatItRaises => say(language, RAISES.0, RAISES.1),
            Self::TooManyRaises => say(language, RAISED_OFTEN.0, RAISED_OFTEN.1),
            Self::ActionTokenInvalid => say(language, TOKEN.0, TOKEN.1),
            Self::ActionTokenExpired => say(language, TOKEN_OLD.0, TOKEN_OLD.1),
            Self::ActionTokenUsed => say(language, TOKEN_USED.0, TOKEN_USED.1),
            Self::ActionTokenOtherDevice => say(language, TOKEN_ELSEWHERE.0, TOKEN_ELSEWHERE.1),
            Self::SecondStep(missing) => missing.words(language),
        }
    }
}

/// English, then Welsh.
type Words = (&'static str, &'static str);

const COUNT: Words = ("Count how many you need, from 1 to 1,000.", "Nodwch faint sydd eu hangen, o 1 i 1,000.");
const HUB: Words =
    ("This is paid from a hub's budget. Say which hub it is for.", "Telir am hyn o gyllideb hwb. Dywedwch pa hwb.");
const NO_BUDGET: Words = (
    "No budget is set up for this today. Talk to your enabler.",
    "Nid oes cyllideb ar gyfer hyn heddiw. Siaradwch â'ch galluogwr.",
);
const SENTENCE: Words = (
    "Say in one short line why it cannot wait: 3 letters or more.",
    "Dywedwch mewn un frawddeg pam na all aros: 3 llythyren neu fwy.",
);
const NOT_YOURS: Words =
    ("Only the person who asked for this can do that.", "Dim ond y person a ofynnodd am hyn all wneud hynny.");
const NOT_ASKED: Words = ("Somebody else has been asked to decide this.", "Gofynnwyd i rywun arall benderfynu ar hyn.");
const DECIDED: Words = ("This has been decided. Look at it again.", "Penderfynwyd ar hyn eisoes.");
const NOT_AUTHORISED: Words = (
    "This is not authorised, so there is nothing to record yet.",
    "Nid yw hyn wedi'i awdurdodi, felly nid oes dim i'w gofnodi eto.",
);
const SPENT: Words = ("The money for this has already left.", "Mae'r arian am hyn eisoes wedi mynd.");
const ABOVE_SAY: Words = (
    "This is above what you may decide now. Your delegations say what is left.",
    "Mae hyn uwchlaw'r hyn y cewch benderfynu nawr. Dywed eich dirprwyaethau beth sydd ar ôl.",
);
const EXPIRED: Words = (
    "What was set aside went back after 7 days. If you have bought it, request it again as already bought.",
    "Aeth yr arian a neilltuwyd yn ôl wedi 7 diwrnod. Os prynoch, gofynnwch eto fel wedi'i brynu.",
);
const NOT_SPENT: Words = (
    "Nothing has left for this yet, so nothing can come back. Record what was spent first.",
    "Nid oes dim wedi mynd am hyn eto, felly ni all dim ddod yn ôl. Cofnodwch y gwariant yn gyntaf.",
);
const REFUNDED: Words =
    ("All that was spent on this has come back already.", "Mae popeth a wariwyd ar hyn wedi dod yn ôl eisoes.");

const OWN: Words = (
    "Nobody decides about her own spend for a colleague. The one who is asked will.",
    "Nid oes neb yn penderfynu ar ei gwariant ei hun dros gydweithiwr. Bydd y sawl a ofynnwyd.",
);
const ASKED_OF_YOU: Words =
    ("You are asked about this already. Decide it.", "Gofynnwyd i chi am hyn eisoes. Penderfynwch arno.");
const NO_QUESTION: Words = (
    "Nobody has a question about this. The colleague who is asked has all she needs.",
    "Nid oes cwestiwn am hyn. Mae gan y cydweithiwr bopeth sydd ei angen.",
);
const WORDS_NEEDED: Words = ("Write a few words first.", "Ysgrifennwch ychydig eiriau yn gyntaf.");
const THREAD_FULL: Words = (
    "You have written enough about this. Talk to each other, then decide.",
    "Rydych wedi ysgrifennu digon am hyn. Siaradwch â'ch gilydd, yna penderfynwch.",
);
const SAME: Words = (
    "That is what it says already. Change the price, the count or the words.",
    "Dyna mae'n ei ddweud eisoes. Newidiwch y pris, y nifer neu'r geiriau.",
);
const RAISES: Words = (
    "This asks for a difference only. Change the spend that it raises.",
    "Dim ond am wahaniaeth y mae hyn yn gofyn. Newidiwch y gwariant y mae'n ei godi.",
);
const RAISED_OFTEN: Words = (
    "This was raised many times. Ask for the rest as a new spend.",
    "Codwyd hyn lawer gwaith. Gofynnwch am y gweddill fel gwariant newydd.",
);
const TOKEN: Words = (
    "You cannot answer from this notice. Open the spend and decide there.",
    "Ni ellir gweithredu ar yr hysbysiad hwn. Agorwch y gwariant a phenderfynwch yno.",
);
const TOKEN_OLD: Words = (
    "This notice is more than 15 minutes old. Open the spend and decide there.",
    "Mae'r hysbysiad hwn dros 15 munud oed. Agorwch y gwariant a phenderfynwch yno.",
);
const TOKEN_USED: Words = (
    "You have used this notice. Open the spend to see how it stands.",
    "Rydych wedi ateb yr hysbysiad hwn. Agorwch y gwariant i weld sut mae'n sefyll.",
);
const TOKEN_ELSEWHERE: Words = (
    "This notice is for another device. Open the spend here and decide.",
    "Mae'r hysbysiad hwn yn perthyn i ddyfais arall. Agorwch y gwariant yma a phenderfynwch.",
);

/// A budget's name may be long, and the words must fit on a phone.
fn say_short(budget: &str, left: Money, language: Language) -> String {
    let budget: String = budget.chars().take(40).collect();
    say(
        language,
        format!("{budget} has {left} left. Ask for less, or ask your lead to move money."),
        format!("Mae {left} ar ôl yn {budget}. Gofynnwch am lai, neu gofynnwch i'ch arweinydd symud arian."),
    )
}

/// Whom to turn to: somebody by name, as much of it as fits on a phone.
fn to_ask(ask: Option<&str>, language: Language) -> String {
    ask.map_or_else(|| say(language, "your lead", "eich arweinydd"), |name| name.chars().take(40).collect())
}

fn say_no_emergency(ask: Option<&str>, language: Language) -> String {
    let ask = to_ask(ask, language);
    say(
        language,
        format!("You have no say of your own when it can't wait. Call {ask} now."),
        format!("Nid oes gennych lais eich hun mewn argyfwng. Ffoniwch {ask} nawr."),
    )
}

fn say_ceiling(ceiling: Money, ask: Option<&str>, language: Language) -> String {
    let ask = to_ask(ask, language);
    say(
        language,
        format!("When it can't wait you may spend up to {ceiling} at once. For more, call {ask} now."),
        format!("Mewn argyfwng cewch wario hyd at {ceiling} ar y tro. Am fwy, ffoniwch {ask} nawr."),
    )
}
