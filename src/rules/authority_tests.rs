//! What authority promises, as sentences.

use busfare_entity::words::{Language, SpendPurposeId};
use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const NOON: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;
const AT: Moment = Moment { now: NOON, local: None };

fn matter(amount: Money) -> Matter {
    Matter { amount, needed: Money::ZERO, about: About::default() }
}

fn ask(total: i64, timing: SpendTiming) -> Ask {
    let total = Money::from_pence(total);
    Ask {
        purpose: SpendPurposeId(Uuid::nil()),
        unit_price: total,
        count: 1,
        total,
        timing,
        reason: None,
        about: About::default(),
    }
}

fn grant(item_limit: i64, week_limit: i64, used: i64, decides_for: DecidesFor) -> Grant {
    Grant {
        delegation: DelegationId(Uuid::from_u128(9)),
        line: "practitioners".into(),
        scheme_version: 1,
        grantor: PractitionerId(Uuid::from_u128(1)),
        backing_statement: "We have your back.".into(),
        item_limit: Some(Money::from_pence(item_limit)),
        windows: vec![Window { hours: 168, limit: Money::from_pence(week_limit), used: Money::from_pence(used) }],
        budget_limit: None,
        person_limit: None,
        break_glass: None,
        hubs: vec![],
        methods: vec![],
        hours: None,
        decides_for,
        valid_from: NOON,
        valid_to: None,
    }
}

fn facts(grants: Vec<Grant>, available: i64) -> Facts {
    let pot = Pot {
        name: "Section 17".into(),
        available: Money::from_pence(available),
        mode: BudgetMode::Stop,
        tolerance: Money::ZERO,
    };
    Facts { grants, pot, now: NOON, local: None }
}

fn standing(id: u128, team: u128) -> Standing {
    Standing { id: PractitionerId(Uuid::from_u128(id)), team: TeamId(Uuid::from_u128(team)) }
}

fn colleague(id: u128, team: u128, role: Role, item_limit: i64, decides_for: DecidesFor) -> Colleague {
    let grants = vec![grant(item_limit, 1_000_000, 0, decides_for)];
    Colleague { standing: standing(id, team), role, open_asks: 0, grants }
}

#[test]
fn a_fare_within_your_say_is_yours_at_once_with_every_check_kept() {
    let own = grant(3_000, 10_000, 9_885, DecidesFor::NobodyElse);
    let verdict = decide(&ask(115, SpendTiming::Before), &facts(vec![own], 50_000));

    assert_eq!(verdict.outcome, Outcome::AuthorisedSelf);
    let codes: Vec<_> = verdict.checks.iter().map(|check| (check.code, check.ok)).collect();
    assert_eq!(
        codes,
        [
            (CheckCode::Delegation, true),
            (CheckCode::ItemLimit, true),
            (CheckCode::Window7D, true),
            (CheckCode::Budget, true)
        ]
    );
    assert_eq!(verdict.checks[2].left, Some(Money::ZERO));
    assert_eq!(
        verdict.checks[2].words(Whose::Yours, Language::En),
        "Within your £100.00 for 7 days, with £0.00 left after."
    );
}

#[test]
fn one_penny_over_any_limit_asks_a_colleague() {
    let over_item =
        decide(&ask(3_001, SpendTiming::Before), &facts(vec![grant(3_000, 10_000, 0, DecidesFor::NobodyElse)], 50_000));
    let over_week = decide(
        &ask(116, SpendTiming::Before),
        &facts(vec![grant(3_000, 10_000, 9_885, DecidesFor::NobodyElse)], 50_000),
    );

    assert_eq!(over_item.outcome, Outcome::Asked);
    assert_eq!(over_week.outcome, Outcome::Asked);
    assert_eq!(over_week.checks.iter().filter(|check| !check.ok).count(), 1);
}

#[test]
fn nothing_delegated_is_a_failed_check_and_not_an_absence() {
    let verdict = decide(&ask(115, SpendTiming::Before), &facts(vec![], 50_000));

    assert_eq!(verdict.outcome, Outcome::Asked);
    assert_eq!((verdict.checks[0].code, verdict.checks[0].ok), (CheckCode::Delegation, false));
}

#[test]
fn a_delegation_that_has_ended_gives_no_say() {
    let mut ended = grant(3_000, 10_000, 0, DecidesFor::NobodyElse);
    ended.valid_to = Some(NOON);
    let mut coming = grant(3_000, 10_000, 0, DecidesFor::NobodyElse);
    coming.valid_from = NOON + TimeDelta::seconds(1);

    assert_eq!(decide(&ask(115, SpendTiming::Before), &facts(vec![ended, coming], 50_000)).outcome, Outcome::Asked);
}

#[test]
fn an_empty_budget_refuses_what_is_not_yet_bought_and_asks_about_what_is() {
    let own = vec![grant(3_000, 10_000, 0, DecidesFor::NobodyElse)];

    assert_eq!(decide(&ask(115, SpendTiming::Before), &facts(own.clone(), 114)).outcome, Outcome::Refused);
    assert_eq!(decide(&ask(115, SpendTiming::After), &facts(own, 114)).outcome, Outcome::Asked);
}

#[test]
fn the_nearest_colleague_is_in_your_team_and_may_decide() {
    let ask = ask(20_000, SpendTiming::Before);
    let asker = standing(1, 1);
    let colleagues = [
        colleague(2, 2, Role::Enabler, 50_000, DecidesFor::Organisation),
        colleague(3, 1, Role::Senior, 50_000, DecidesFor::Team),
        colleague(4, 1, Role::Enabler, 10_000, DecidesFor::Team),
        colleague(5, 1, Role::Practitioner, 50_000, DecidesFor::NobodyElse),
    ];

    assert_eq!(nearest(&ask, asker, &colleagues, AT), Some(colleagues[1].standing.id));
    assert_eq!(nearest(&ask, asker, &colleagues[..1], AT), Some(colleagues[0].standing.id));
    assert_eq!(nearest(&ask, asker, &colleagues[2..], AT), None);
}

proptest! {
    #[test]
    fn authorised_by_yourself_means_within_every_limit(
        total in 1i64..20_000, item in 0i64..20_000, week in 0i64..20_000, used in 0i64..20_000, available in 0i64..20_000,
    ) {
        let verdict = decide(&ask(total, SpendTiming::Before), &facts(vec![grant(item, week, used, DecidesFor::NobodyElse)], available));
        let within = total <= item && used + total <= week;
        let expected = match (within, total <= available) {
            (true, true) => Outcome::AuthorisedSelf,
            (false, true) => Outcome::Asked,
            (_, false) => Outcome::Refused,
        };
        prop_assert_eq!(verdict.outcome, expected);
    }

    #[test]
    fn whoever_is_asked_may_decide_and_nobody_decides_for_herself(
        total in 1i64..1_000, limits in proptest::collection::vec((0i64..1_000, 1u128..4, 0usize..3), 0..8),
    ) {
        let asker = standing(1, 1);
        let colleagues: Vec<_> = limits.iter().enumerate().map(|(place, (limit, team, decides))| {
            let decides = [DecidesFor::NobodyElse, DecidesFor::Team, DecidesFor::Organisation][*decides];
            colleague(u128::try_from(place).unwrap() + 1, *team, Role::Senior, *limit, decides)
        }).collect();
        let ask = ask(total, SpendTiming::Before);

        if let Some(asked) = nearest(&ask, asker, &colleagues, AT) {
            prop_assert_ne!(asked, asker.id);
            let decider = colleagues.iter().find(|one| one.standing.id == asked).unwrap();
            let verdict = decide_for(decider.standing, asker, &matter(ask.total), &facts(decider.grants.clone(), 0));
            prop_assert_eq!(verdict.outcome, Outcome::Authorised);
        }
    }
}
