//! Deciding again: from the facts that were kept with a verdict, years later, by the same rules.

use busfare_entity::words::Outcome;

use super::authority::{Check, Verdict};

/// Whether deciding again says what was decided: every check comes out the same, and the rules allow what was done.
/// A colleague who says no, or yes to less, decides within what the rules would have let her authorise.
pub fn agrees(outcome: Outcome, checks: &[Check], again: &Verdict) -> bool {
    let outcome_agrees = match outcome {
        Outcome::AuthorisedLess => again.outcome == Outcome::Authorised,
        Outcome::Declined => matches!(again.outcome, Outcome::Authorised | Outcome::Refused),
        other => again.outcome == other,
    };
    outcome_agrees && again.checks == checks
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::CheckCode;

    use super::*;
    use crate::rules::money::Money;

    fn check(ok: bool) -> Check {
        Check { code: CheckCode::ItemLimit, ok, limit: Some(Money::ZERO), value: None, left: None, warning: false }
    }

    #[test]
    fn a_verdict_that_was_changed_by_hand_no_longer_agrees() {
        let again = |outcome| Verdict { outcome, checks: vec![check(true)], grant: None };

        for (was, is) in [
            (Outcome::AuthorisedSelf, Outcome::AuthorisedSelf),
            (Outcome::AuthorisedLess, Outcome::Authorised),
            (Outcome::Declined, Outcome::Authorised),
        ] {
            assert!(agrees(was, &[check(true)], &again(is)));
            assert!(!agrees(was, &[check(false)], &again(is)));
        }
        assert!(!agrees(Outcome::AuthorisedSelf, &[check(true)], &again(Outcome::Asked)));
        assert!(!agrees(Outcome::AuthorisedLess, &[check(true)], &again(Outcome::Refused)));
    }
}
