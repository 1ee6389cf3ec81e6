//! What an offline allowance promises, as sentences and as properties.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use busfare_entity::words::{
    AllowanceId, BudgetId, DecidesFor, Fund, Language, PaymentMethod, PersonId, PractitionerId, RetryAdvice, SessionId,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::rules::{
    authority::{PeriodLimit, Window},
    calendar::Hours,
    money::MoneyProblem,
    refusal::{MOST_WORDS, Refusal},
    token::{Bearer, NotValid, SigningKey},
};

fn pounds(pounds: i64) -> Money {
    Money::from_pence(pounds * 100)
}

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// £30 for one thing, £100 in seven days of which £40 is used.
fn grant() -> Grant {
    Grant {
        delegation: id(1),
        line: "practitioners".into(),
        scheme_version: 3,
        grantor: id(2),
        backing_statement: "I stand behind you.".into(),
        item_limit: Some(pounds(30)),
        windows: vec![Window { hours: 168, limit: pounds(100), used: pounds(40) }],
        budget_limit: None,
        person_limit: None,
        break_glass: None,
        hubs: vec![],
        methods: vec![],
        hours: None,
        decides_for: DecidesFor::NobodyElse,
        valid_from: noon() - TimeDelta::days(1),
        valid_to: None,
    }
}

fn drawing(grants: Vec<Grant>) -> Drawing {
    Drawing {
        covers: grants.iter().map(|grant| (grant.delegation, vec![id(7)])).collect(),
        facts: Facts {
            grants,
            pot: Pot {
                name: "Section 17".into(),
                available: pounds(500),
                mode: BudgetMode::Stop,
                tolerance: Money::ZERO,
            },
            now: noon(),
            local: Some("2026-11-20T12:00:00".parse().unwrap()),
        },
        purpose: id(7),
        last_day: "2027-03-31".parse().unwrap(),
        time_zone: "Europe/London".into(),
    }
}

fn wants(amount: i64) -> Wanted {
    Wanted { amount: pounds(amount), hours: 24, hub: None }
}

fn held(grant: Grant, amount: i64) -> Held {
    let drawn = draw(wants(amount), drawing(vec![grant])).unwrap();
    Held { terms: drawn.terms, left: pounds(amount), ended: None, closes: drawn.expires + GRACE }
}

fn ask(pence: i64) -> Ask {
    let price = Money::from_pence(pence).to_decimal();
    Ask::try_new(id(7), price, 1, SpendTiming::Before, None, About::default()).unwrap()
}

fn brought(ask: Ask, claimed: DateTime<Utc>) -> Brought {
    Brought { ask, claimed, same_fund: true }
}

fn outcome(held: &Held, brought: &Brought, now: DateTime<Utc>) -> Outcome {
    let verdict = decide(&brought.ask, &facts(held, brought, now));
    if verdict.outcome == Outcome::AuthorisedSelf {
        return verdict.outcome;
    }
    let bought = already_bought(&brought.ask, None);
    decide(&bought, &facts(held, brought, now)).outcome
}

#[test]
fn what_is_drawn_is_within_every_limit_over_time_and_may_be_more_than_one_item() {
    let sixty = draw(wants(60), drawing(vec![grant()])).unwrap();
    assert_eq!(sixty.terms.grant.item_limit, Some(pounds(30)));
    assert_eq!(sixty.terms.purposes, [id(7)]);
    assert!(sixty.terms.grant.windows.is_empty());
    assert_eq!(sixty.expires, noon() + TimeDelta::hours(24));
    assert_eq!(again(wants(60), &sixty.from).outcome, Outcome::AuthorisedSelf);

    assert_eq!(draw(wants(61), drawing(vec![grant()])), Err(SpendRefusal::AboveYourSay));
    assert_eq!(draw(wants(1), drawing(vec![])), Err(SpendRefusal::AboveYourSay));
    let period = Grant { budget_limit: Some(PeriodLimit { limit: pounds(50), used: pounds(31) }), ..grant() };
    assert_eq!(draw(wants(20), drawing(vec![period])), Err(SpendRefusal::AboveYourSay));
}

#[test]
fn a_draw_never_runs_a_budget_over_even_where_a_spend_might() {
    let mut short = drawing(vec![Grant { windows: vec![], ..grant() }]);
    short.facts.pot = Pot { available: pounds(9), mode: BudgetMode::Warn, tolerance: pounds(100), ..short.facts.pot };

    assert!(draw(wants(9), short.clone()).is_ok());
    assert!(matches!(draw(wants(10), short), Err(SpendRefusal::BudgetShort { left, .. }) if left == pounds(9)));
}

#[test]
fn an_allowance_ends_with_its_hours_its_delegation_or_its_budget_s_year() {
    let until = Grant { valid_to: Some(noon() + TimeDelta::hours(3)), ..grant() };
    assert_eq!(draw(wants(5), drawing(vec![until])).unwrap().expires, noon() + TimeDelta::hours(3));

    let mut last_day = drawing(vec![grant()]);
    last_day.last_day = "2026-11-20".parse().unwrap();
    assert_eq!(draw(wants(5), last_day).unwrap().expires.to_rfc3339(), "2026-11-21T00:00:00+00:00");

    for hours in [0, -1, 73, i32::MAX] {
        let refused = Wanted::try_new(Decimal::ONE, hours, None).unwrap_err();
        assert_eq!(refused, OfflineRefusal::HoursOutOfRange.into());
    }
}

#[test]
fn each_spend_is_held_against_the_terms_and_nothing_else() {
    let hub: HubId = id(5);
    let bound = Grant {
        hubs: vec![hub],
        methods: vec![PaymentMethod::HubCash],
        hours: Some(Hours { days: Hours::EVERY_DAY, from_minute: 8 * 60, to_minute: 18 * 60 }),
        person_limit: Some(PeriodLimit { limit: pounds(12), used: Money::ZERO }),
        ..grant()
    };
    let held = held(bound, 50);
    let at = noon() + TimeDelta::hours(2);
    let fits =
        Ask { about: About { hub: Some(hub), method: Some(PaymentMethod::HubCash), ..About::default() }, ..ask(1_200) };
    assert_eq!(outcome(&held, &brought(fits.clone(), at), at), Outcome::AuthorisedSelf);

    let about = |about| Ask { about, ..fits.clone() };
    let person: PersonId = id(9);
    for (odd, claimed) in [
        (Ask { about: fits.about.clone(), ..ask(1_201) }, at),
        (Ask { purpose: id(8), ..fits.clone() }, at),
        (about(About { hub: None, ..fits.about.clone() }), at),
        (about(About { hub: Some(id(6)), ..fits.about.clone() }), at),
        (about(About { method: None, ..fits.about.clone() }), at),
        (about(About { method: Some(PaymentMethod::Card), ..fits.about.clone() }), at),
        (about(About { person: Some(person), ..fits.about.clone() }), at),
        (fits.clone(), noon() + TimeDelta::hours(7)),
        (fits.clone(), noon() - TimeDelta::seconds(6)),
        (fits.clone(), noon() + TimeDelta::hours(24)),
        (fits.clone(), claimed(DateTime::<Utc>::MAX_UTC)),
        (fits.clone(), claimed(DateTime::<Utc>::MIN_UTC)),
    ] {
        assert_eq!(outcome(&held, &brought(odd.clone(), claimed), at), Outcome::Asked, "{odd:?} {claimed}");
    }
    let other_fund = Brought { same_fund: false, ..brought(fits, at) };
    assert_eq!(outcome(&held, &other_fund, at), Outcome::Asked);
}

#[test]
fn what_was_decided_in_time_is_honoured_until_the_grace_is_over() {
    let held = held(grant(), 20);
    let last_moment = noon() + TimeDelta::hours(24) - TimeDelta::milliseconds(1);
    let at_the_bus_stop = brought(ask(115), last_moment);

    let comes_home = |after| outcome(&held, &at_the_bus_stop, noon() + TimeDelta::hours(24) + after);
    assert_eq!(comes_home(TimeDelta::hours(72) - TimeDelta::milliseconds(1)), Outcome::AuthorisedSelf);
    assert_eq!(comes_home(TimeDelta::hours(72)), Outcome::Asked);
    let ended = Held { ended: Some(last_moment), ..held.clone() };
    assert_eq!(outcome(&ended, &at_the_bus_stop, last_moment), Outcome::Asked);
    assert_eq!(
        outcome(&ended, &brought(ask(115), last_moment - TimeDelta::seconds(1)), last_moment),
        Outcome::AuthorisedSelf
    );
}

#[test]
fn an_allowance_is_open_then_ended_then_closed() {
    let times = (noon() + TimeDelta::hours(24), noon() + TimeDelta::hours(96));
    let at = |hours| noon() + TimeDelta::hours(hours);

    assert_eq!(state(pounds(1), times, false, at(0)), AllowanceState::Open);
    assert_eq!(state(pounds(1), times, true, at(0)), AllowanceState::Ended);
    assert_eq!(state(pounds(1), times, false, at(24)), AllowanceState::Ended);
    assert_eq!(state(Money::ZERO, times, false, at(0)), AllowanceState::Closed);
    assert_eq!(state(pounds(1), times, false, at(96)), AllowanceState::Closed);
}

fn key() -> SigningKey {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    SigningKey::from_pkcs8(document.as_ref()).unwrap()
}

fn token_of(key: &SigningKey, owner: PractitionerId) -> String {
    let held = held(grant(), 20);
    let told = token::Told {
        id: id::<AllowanceId>(40),
        owner,
        session: id::<SessionId>(41),
        fund: Fund::Section17,
        budget: id::<BudgetId>(42),
        amount: pounds(20),
        terms: &held.terms,
        times: (noon(), noon() + TimeDelta::hours(24), held.closes),
    };
    token::seal(key, &told).unwrap()
}

#[test]
fn a_token_tells_the_phone_every_term_and_opens_nothing() {
    let (key, mari) = (key(), id::<PractitionerId>(3));
    let token = token_of(&key, mari);

    assert_eq!(token, token_of(&key, mari), "the same allowance has the same token");
    let claims: Value = key.unseal(token::KIND, token::AUDIENCE, &token).unwrap();
    assert_eq!(claims["amountPence"], 2_000);
    assert_eq!(claims["itemLimitPence"], 3_000);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 24 * 3_600);
    assert_eq!(claims["syncBy"].as_i64().unwrap() - claims["exp"].as_i64().unwrap(), 72 * 3_600);
    assert_eq!(claims["sid"], id::<SessionId>(41).to_string());
    assert_eq!(claims["purposes"], json!([id::<SpendPurposeId>(7).to_string()]));
    assert!(token.len() < 1_200, "{}", token.len());

    assert_eq!(token::unseal(&key, mari, &token), Ok(id(40)));
    assert_eq!(key.verify(&token, noon()), Err(NotValid), "it is no access token");
}

#[test]
fn tampered_forged_and_other_tokens_are_not_ours() {
    let (ours, theirs, mari) = (key(), key(), id::<PractitionerId>(3));
    let good = token_of(&ours, mari);
    let (content, signature) = good.rsplit_once('.').unwrap();
    let (header, claims) = content.split_once('.').unwrap();
    let (access, _) = ours.issue(Bearer { practitioner: mari, session: id(41) }, noon()).unwrap();
    let mut more = serde_json::to_value(ours.unseal::<Value>(token::KIND, token::AUDIENCE, &good).unwrap()).unwrap();
    more["amountPence"] = 9_999_999.into();
    let tampered = data_encoding::BASE64URL_NOPAD.encode(more.to_string().as_bytes());
    let other_audience = ours
        .seal(token::KIND, &{
            let mut odd = more.clone();
            odd["aud"] = "busfare-api".into();
            odd
        })
        .unwrap();
    let other_kind = ours.seal("JWT", &more).unwrap();

    for odd in [
        String::new(),
        ".".into(),
        "a.b.c".into(),
        access,
        token_of(&theirs, mari),
        token_of(&ours, id(4)),
        format!("{header}.{tampered}.{signature}"),
        format!("{header}.{claims}."),
        format!("{content}."),
        format!("{good}x"),
        "x".repeat(token::MOST_BYTES + 1),
        other_audience,
        other_kind,
    ] {
        assert_eq!(token::unseal(&ours, mari, &odd), Err(NotValid), "{odd:.60}");
    }
}

#[test]
fn every_refusal_about_an_allowance_fits_on_a_phone_in_both_languages() {
    for refusal in [
        OfflineRefusal::HoursOutOfRange,
        OfflineRefusal::PurposeOrFundNeeded,
        OfflineRefusal::AllowanceOpen,
        OfflineRefusal::AllowanceNeeded,
        OfflineRefusal::AllowanceNotFound,
        OfflineRefusal::BatchOutOfRange,
        OfflineRefusal::NotAnId,
        OfflineRefusal::NotFound,
        OfflineRefusal::SpentAmount(MoneyProblem::TooLarge),
        OfflineRefusal::SpentAboveTotal(crate::rules::money::MOST),
    ] {
        let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
        assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
        assert_ne!(en, cy);
        assert_ne!(refusal.retry(), RetryAdvice::Never, "nothing that was bought is dropped");
    }
}

proptest! {
    /// Whatever comes home, in whatever order and however often: never more than was drawn, and all of what fits.
    #[test]
    fn the_sum_honoured_never_exceeds_what_was_drawn_and_what_fits_is_always_honoured(
        drawn in 1i64..60,
        spends in prop::collection::vec((1i64..3_500, 0i64..30, 0i64..100), 1..40),
    ) {
        let mut held = held(Grant { windows: vec![], ..grant() }, drawn);
        let (mut honoured, mut steps) = (0, vec![drawn_step(pounds(drawn))]);
        for (pence, decided, home) in spends {
            let (decided, home) = (noon() + TimeDelta::hours(decided), noon() + TimeDelta::hours(home));
            let before = held.left;
            let came = outcome(&held, &brought(ask(pence), decided), home);

            let in_time = decided < noon() + TimeDelta::hours(24) && home < held.closes;
            let fits = in_time && pence <= 3_000 && pence <= before.pence();
            prop_assert_eq!(came, if fits { Outcome::AuthorisedSelf } else { Outcome::Asked });
            if fits {
                honoured += pence;
                held.left = held.left.less(Money::from_pence(pence));
                let (out, into) = honoured_steps(Money::from_pence(pence));
                prop_assert_eq!(out.committed + into.committed, 0);
                steps.push(out);
            }
        }
        prop_assert!(honoured <= drawn * 100);
        steps.push(returned_step(gives_back(held.left, Money::ZERO)));
        prop_assert_eq!(steps.iter().map(|step| step.committed).sum::<i64>(), 0);
    }
}
