//! What being near promises, as sentences.

use busfare_entity::words::{BudgetMode, DecidesFor, DelegationId, Outcome, SpendPurposeId, SpendTiming, TeamId};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{
    authority::{Facts, Matter, Pot, decide_for},
    money::Money,
    spend::About,
};

const AT: Moment = Moment { now: DateTime::<Utc>::UNIX_EPOCH, local: None };
const HUB: HubId = HubId(Uuid::from_u128(77));

fn ask(total: i64) -> Ask {
    let total = Money::from_pence(total);
    let about = About { hub: Some(HUB), ..About::default() };
    Ask {
        purpose: SpendPurposeId(Uuid::nil()),
        unit_price: total,
        count: 1,
        total,
        timing: SpendTiming::Before,
        reason: None,
        about,
    }
}

fn standing(id: u128, team: u128) -> Standing {
    Standing { id: PractitionerId(Uuid::from_u128(id)), team: TeamId(Uuid::from_u128(team)) }
}

fn colleague(id: u128, team: u128, role: Role, item_limit: i64, decides_for: DecidesFor) -> Colleague {
    let grant = Grant {
        delegation: DelegationId(Uuid::from_u128(9)),
        line: "practitioners".into(),
        scheme_version: 1,
        grantor: PractitionerId(Uuid::from_u128(1)),
        backing_statement: "We have your back.".into(),
        item_limit: Some(Money::from_pence(item_limit)),
        windows: vec![],
        budget_limit: None,
        person_limit: None,
        break_glass: None,
        hubs: vec![],
        methods: vec![],
        hours: None,
        decides_for,
        valid_from: AT.now,
        valid_to: None,
    };
    let (duties, stands_in_for) = (vec![], vec![]);
    Colleague {
        standing: standing(id, team),
        role,
        open_asks: 0,
        grants: vec![grant],
        duties,
        away: false,
        stands_in_for,
    }
}

fn told(nearest: Option<Nearest>) -> Option<(u128, WhyAsked)> {
    nearest.map(|nearest| (nearest.asked.0.as_u128(), nearest.why))
}

#[test]
fn the_nearest_colleague_is_in_your_team_and_may_decide() {
    let (ask, asker) = (ask(20_000), standing(1, 1));
    let colleagues = [
        colleague(2, 2, Role::Enabler, 50_000, DecidesFor::Organisation),
        colleague(3, 1, Role::Senior, 50_000, DecidesFor::Team),
        colleague(4, 1, Role::Enabler, 10_000, DecidesFor::Team),
        colleague(5, 1, Role::Practitioner, 50_000, DecidesFor::NobodyElse),
    ];

    assert_eq!(told(nearest(&ask, asker, &colleagues, AT)), Some((3, WhyAsked::Lead)));
    assert_eq!(told(nearest(&ask, asker, &colleagues[..1], AT)), Some((2, WhyAsked::Organisation)));
    assert_eq!(nearest(&ask, asker, &colleagues[2..], AT), None);
}

#[test]
fn the_order_is_hub_team_lead_duty_manager_out_of_hours() {
    let everybody = DecidesFor::Organisation;
    let mut colleagues = vec![
        Colleague { duties: vec![OnDuty::Hub(HUB)], ..colleague(10, 3, Role::Practitioner, 500, everybody) },
        colleague(11, 1, Role::Enabler, 500, DecidesFor::Team),
        colleague(12, 1, Role::Practitioner, 500, DecidesFor::Team),
        colleague(13, 1, Role::Senior, 500, DecidesFor::Team),
        Colleague { duties: vec![OnDuty::Manager], ..colleague(14, 2, Role::Senior, 500, everybody) },
        Colleague { duties: vec![OnDuty::OutOfHours], ..colleague(15, 2, Role::Enabler, 500, everybody) },
        colleague(16, 2, Role::Enabler, 500, everybody),
    ];
    let mut asked = Vec::new();
    while let Some(next) = nearest(&ask(100), standing(1, 1), &colleagues, AT) {
        asked.push(told(Some(next)).unwrap());
        colleagues.iter_mut().find(|one| one.standing.id == next.asked).unwrap().away = true;
    }

    let order = [
        (10, WhyAsked::HubOnDuty),
        (11, WhyAsked::Team),
        (12, WhyAsked::Team),
        (13, WhyAsked::Lead),
        (14, WhyAsked::DutyManager),
        (15, WhyAsked::OutOfHours),
        (16, WhyAsked::Organisation),
    ];
    assert_eq!(asked, order);
}

#[test]
fn duty_at_another_hub_is_no_duty_here() {
    let elsewhere = OnDuty::Hub(HubId(Uuid::from_u128(78)));
    let colleagues = [
        Colleague { duties: vec![elsewhere], ..colleague(2, 2, Role::Enabler, 500, DecidesFor::Organisation) },
        colleague(3, 1, Role::Senior, 500, DecidesFor::Team),
    ];

    assert_eq!(told(nearest(&ask(100), standing(1, 1), &colleagues, AT)), Some((3, WhyAsked::Lead)));
}

#[test]
fn who_stands_in_for_somebody_is_as_near_as_she_would_be_and_decides_only_with_her_own_say() {
    let asker = standing(1, 1);
    let away = Colleague { away: true, ..colleague(2, 1, Role::Enabler, 10_000, DecidesFor::Team) };
    let lead = colleague(3, 1, Role::Senior, 50_000, DecidesFor::Team);
    let deputy = Colleague {
        stands_in_for: vec![away.standing.id],
        ..colleague(4, 2, Role::Senior, 500, DecidesFor::Organisation)
    };
    let colleagues = [away.clone(), lead, deputy];

    assert_eq!(told(nearest(&ask(500), asker, &colleagues, AT)), Some((4, WhyAsked::Deputy)));
    assert_eq!(told(nearest(&ask(501), asker, &colleagues, AT)), Some((3, WhyAsked::Lead)));
    assert_eq!(told(next(&ask(500), asker, away.standing.id, &colleagues, AT)), Some((4, WhyAsked::Deputy)));
    assert_eq!(told(next(&ask(501), asker, away.standing.id, &colleagues, AT)), Some((3, WhyAsked::Lead)));
}

prop_compose! {
    fn somebody()(id in 1u128..12, team in 1u128..4, role in 0usize..3, limit in 0i64..1_000, decides in 0usize..3,
        duties in 0usize..4, away: bool, deputy_of in proptest::option::of(1u128..12), open_asks in 0u32..3) -> Colleague {
        let role = [Role::Practitioner, Role::Enabler, Role::Senior][role];
        let decides = [DecidesFor::NobodyElse, DecidesFor::Team, DecidesFor::Organisation][decides];
        let duties = [vec![], vec![OnDuty::Hub(HUB)], vec![OnDuty::Manager], vec![OnDuty::OutOfHours]][duties].clone();
        let stands_in_for = deputy_of.map(|of| PractitionerId(Uuid::from_u128(of))).into_iter().collect();
        Colleague { duties, away, stands_in_for, open_asks, ..colleague(id, team, role, limit, decides) }
    }
}

proptest! {
    #[test]
    fn whoever_is_asked_may_decide_and_nobody_decides_for_herself(
        total in 1i64..1_000, colleagues in proptest::collection::vec(somebody(), 0..9), from in 1u128..12,
    ) {
        let (asker, ask) = (standing(1, 1), ask(total));
        let from = PractitionerId(Uuid::from_u128(from));
        let asked = [nearest(&ask, asker, &colleagues, AT), next(&ask, asker, from, &colleagues, AT)];

        let anybody = colleagues.iter().any(|one| !one.away && may_decide(&ask, asker, one, AT));
        prop_assert_eq!(asked.map(|asked| asked.is_some()), [anybody; 2]);
        for asked in asked.into_iter().flatten() {
            prop_assert_ne!(asked.asked, asker.id);
            let hers: Vec<_> = colleagues.iter().filter(|one| one.standing.id == asked.asked && !one.away).collect();
            let decides = hers.iter().any(|decider| {
                let pot = Pot { name: String::new(), available: Money::ZERO, mode: BudgetMode::Stop, tolerance: Money::ZERO };
                let matter = Matter { amount: ask.total, needed: Money::ZERO, about: ask.about.clone() };
                let facts = Facts { grants: decider.grants.clone(), pot, now: AT.now, local: AT.local };
                decide_for(decider.standing, asker, &matter, &facts).outcome == Outcome::Authorised
            });
            prop_assert!(decides);
        }
    }

    #[test]
    fn the_answer_does_not_depend_on_the_order_of_the_colleagues(
        total in 1i64..1_000, colleagues in proptest::collection::vec(somebody(), 0..9),
    ) {
        let mut alone = colleagues;
        alone.sort_by_key(|one| one.standing.id);
        alone.dedup_by_key(|one| one.standing.id);
        let forwards = nearest(&ask(total), standing(1, 1), &alone, AT);
        alone.reverse();

        prop_assert_eq!(nearest(&ask(total), standing(1, 1), &alone, AT), forwards);
    }
}
