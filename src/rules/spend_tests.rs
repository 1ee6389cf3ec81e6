//! What a spend promises, as sentences.

use busfare_entity::words::SpendErrorCode;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{
    money::MOST,
    reading,
    refusal::{MOST_WORDS, Refusal},
    second_step::SecondStepMissing,
    text::TextProblem,
};

fn purpose() -> SpendPurposeId {
    SpendPurposeId(Uuid::from_u128(1))
}

#[test]
fn four_fares_of_115_are_460_exactly() {
    let ask = Ask::try_new(purpose(), "1.15".parse().unwrap(), 4, SpendTiming::Before, Some(" bws "), About::default())
        .unwrap();

    assert_eq!(ask.total, Money::from_pence(460));
    assert_eq!(ask.reason.as_deref(), Some("bws"));
}

#[test]
fn a_wrong_ask_says_which_field_is_wrong() {
    let ask = |price: &str, count, reason: &str| {
        Ask::try_new(purpose(), price.parse().unwrap(), count, SpendTiming::Before, Some(reason), About::default())
            .unwrap_err()
    };

    assert_eq!(ask("1.155", 1, "").field(), ["unitPrice"]);
    assert_eq!(ask("1.15", 0, "").field(), ["count"]);
    assert_eq!(ask("1.15", 1_001, "").field(), ["count"]);
    assert_eq!(ask("1.15", 1, &"x".repeat(10_000)).code(), SpendErrorCode::TextTooLong);
    assert_eq!(ask("999999", 1_000, "").code(), SpendErrorCode::AmountTooLarge);
}

#[test]
fn every_refusal_fits_on_a_phone_in_both_languages() {
    let budget = "Section 17, a family-facing team with a very long name indeed".to_owned();
    for refusal in [
        SpendRefusal::UnitPrice(MoneyProblem::PartPennies),
        SpendRefusal::Amount(MoneyProblem::NotPositive),
        SpendRefusal::Amount(MoneyProblem::TooLarge),
        SpendRefusal::CountOutOfRange,
        SpendRefusal::Reason(TextProblem::TooLong(500)),
        SpendRefusal::DecisionWords(TextProblem::NotPlain),
        SpendRefusal::IdAlreadyUsed,
        SpendRefusal::IdempotencyKeyReused,
        SpendRefusal::HubNeeded,
        SpendRefusal::NoBudget,
        SpendRefusal::BudgetShort { budget, left: MOST },
        SpendRefusal::NobodyCanDecide(MOST),
        SpendRefusal::Sentence(TextProblem::TooLong(500)),
        SpendRefusal::SentenceNeeded,
        SpendRefusal::NoEmergencySay { ask: None },
        SpendRefusal::NoEmergencySay { ask: Some("Gwenllian Featherstonehaugh-Llewellyn-Williams".into()) },
        SpendRefusal::AboveCeiling { ceiling: MOST, ask: None },
        SpendRefusal::AboveCeiling {
            ceiling: MOST,
            ask: Some("Gwenllian Featherstonehaugh-Llewellyn-Williams".into()),
        },
        SpendRefusal::NotYourSpend,
        SpendRefusal::NotAskedOfYou,
        SpendRefusal::AlreadyDecided,
        SpendRefusal::NotAuthorised,
        SpendRefusal::AlreadySpent,
        SpendRefusal::AboveAuthorised(MOST),
        SpendRefusal::AboveAsked(MOST),
        SpendRefusal::AboveYourSay,
        SpendRefusal::Paying(PayingRefusal::NoTin),
        SpendRefusal::Paying(PayingRefusal::TinShort(MOST)),
        SpendRefusal::Paying(PayingRefusal::InvoiceNeeded),
        SpendRefusal::Paying(PayingRefusal::MethodNotCovered),
        SpendRefusal::Paying(PayingRefusal::ReceivedBy(TextProblem::TooLong(60))),
        SpendRefusal::HoldExpired,
        SpendRefusal::NotSpent,
        SpendRefusal::AlreadyRefunded,
        SpendRefusal::AboveSpent(MOST),
        SpendRefusal::YourOwnSpend,
        SpendRefusal::AskedOfYou,
        SpendRefusal::NoQuestion,
        SpendRefusal::WordsNeeded,
        SpendRefusal::ThreadFull,
        SpendRefusal::NothingToChange,
        SpendRefusal::ChangeWhatItRaises,
        SpendRefusal::TooManyRaises,
        SpendRefusal::ActionTokenInvalid,
        SpendRefusal::ActionTokenExpired,
        SpendRefusal::ActionTokenUsed,
        SpendRefusal::ActionTokenOtherDevice,
        SpendRefusal::SecondStep(SecondStepMissing::Passkey),
        SpendRefusal::SecondStep(SecondStepMissing::Step),
    ] {
        for language in [Language::En, Language::Cy] {
            let words = refusal.words(language);
            assert!(!words.is_empty() && words.chars().count() <= MOST_WORDS, "{refusal:?}: {words}");
        }
        reading::plain(&refusal.words(Language::En));
        assert_ne!(refusal.words(Language::En), refusal.words(Language::Cy));
    }
}

#[test]
fn the_phone_gets_one_sentence() {
    let fare = Money::from_pence(115);
    let sentence = |decision, money, evidence| sentence(decision, money, evidence, fare, Some(fare), Language::En);

    assert_eq!(
        sentence(SpendDecision::AuthorisedSelf, SpendMoney::Committed, SpendEvidence::NotNeeded),
        "£1.15: yours to say, and said, money set aside."
    );
    assert_eq!(
        sentence(SpendDecision::Authorised, SpendMoney::Spent, SpendEvidence::Expected),
        "£1.15: yes, spent; a receipt would help."
    );
    assert_eq!(
        sentence(SpendDecision::Declined, SpendMoney::Released, SpendEvidence::Expected),
        "£1.15: no, with a reason."
    );
    assert_eq!(
        sentence(SpendDecision::AuthorisedSelf, SpendMoney::Released, SpendEvidence::Expected),
        "£1.15: yours to say, and said; the money went back unspent, so ask again if you need it."
    );
    assert_eq!(
        sentence(SpendDecision::Asked, SpendMoney::Released, SpendEvidence::Expected),
        "£1.15: a colleague is asked; the hold has gone back, and a yes sets the money aside again."
    );
}

proptest! {
    #[test]
    fn what_is_settled_and_what_goes_back_are_what_was_authorised(authorised in 1i64..1_000_000, spent in 1i64..1_000_000) {
        let (authorised, spent) = (Money::from_pence(authorised), Money::from_pence(spent));
        match settle(authorised, spent) {
            Ok(Settlement { settle, release }) => prop_assert_eq!(settle.plus(release), Some(authorised)),
            Err(refusal) => {
                prop_assert!(spent > authorised);
                prop_assert_eq!(refusal, SpendRefusal::AboveAuthorised(authorised));
            }
        }
    }
}
