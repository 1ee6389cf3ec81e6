//! Random schemes: what is said about gaps is what deciding finds, for whoever asks, for whatever, wherever, however
//! and whenever.

use busfare_entity::words::{BudgetMode, DelegationId, Outcome, SpendTiming};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use proptest::{collection::vec, option, prelude::*, sample::select};
use uuid::Uuid;

use super::*;
use crate::rules::{
    authority::{self, Colleague, Facts, Grant, Moment, PeriodLimit, Pot, Standing, Window},
    spend::{About, Ask},
};

const HOURS_OF_DAY: [u16; 6] = [0, 8 * 60, 9 * 60 + 30, 17 * 60, 18 * 60, 24 * 60];

fn id<Id: From<Uuid>>(number: usize) -> Id {
    Id::from(Uuid::from_u128(number as u128 + 1))
}

/// Two teams with one of each role, and a stranger to both; three purposes, two hubs.
fn roll() -> Roll {
    let roles = [Role::Practitioner, Role::Enabler, Role::Senior];
    let people = (0..7).map(|place| Somebody {
        id: id(place),
        email: format!("p{place}@c.example"),
        name: format!("Person {place}"),
        role: roles[place % 3],
        team: id(place / 3),
    });
    let purpose = |place: usize| PurposeOnRoll {
        id: id(place),
        code: format!("purpose-{place}"),
        name_en: format!("Purpose {place}"),
        name_cy: format!("Diben {place}"),
    };
    Roll {
        people: people.collect(),
        teams: (0..3).map(|place| (id(place), format!("Team {place}"))).collect(),
        hubs: (0..2).map(|place| (id(place), format!("Hub {place}"))).collect(),
        purposes: (0..3).map(purpose).collect(),
    }
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn a_day() -> impl Strategy<Value = NaiveDate> {
    (0..12_i64).prop_map(|days| today() + TimeDelta::days(days))
}

fn hours() -> impl Strategy<Value = Hours> {
    (1..=127_u8, 0..5_usize, 1..6_usize).prop_map(|(days, from, to)| {
        let to = if HOURS_OF_DAY[from] == HOURS_OF_DAY[to] { 5 } else { to };
        Hours { days, from_minute: HOURS_OF_DAY[from], to_minute: HOURS_OF_DAY[to] }
    })
}

fn grantee() -> impl Strategy<Value = Grantee> {
    prop_oneof![
        (0..7_usize).prop_map(|person| Grantee::Person(format!("p{person}@c.example"))),
        select(vec![Role::Practitioner, Role::Enabler, Role::Senior]).prop_map(Grantee::Role),
        (0..3_usize).prop_map(|team| Grantee::Team(format!("TEAM {team}"))),
    ]
}

fn some_of(what: &'static str, of: usize) -> impl Strategy<Value = Vec<String>> {
    let names: Vec<_> = (0..of).map(|place| format!("{what}{place}")).collect();
    prop_oneof![2 => Just(Vec::new()), 1 => proptest::sample::subsequence(names, 1..=of)]
}

fn limits() -> impl Strategy<Value = BTreeMap<Limit, Money>> {
    let limit = select(vocabulary::LIMITS.map(|word| word.value).to_vec());
    proptest::collection::btree_map(limit, (1..40_i64).prop_map(|tens| Money::from_pence(tens * 1_000)), 0..4)
}

prop_compose! {
    fn line()(
        grantee in grantee(),
        purposes in some_of("purpose-", 3),
        hubs in some_of("hub ", 2),
        methods in prop_oneof![Just(Vec::new()), Just(vec![PaymentMethod::Card])],
        limits in limits(),
        decides_for in select(vec![DecidesFor::NobodyElse, DecidesFor::Team, DecidesFor::Organisation]),
        hours in option::of(hours()),
        days in option::weighted(0.3, (a_day(), 0..6_i64)),
    ) -> Line {
        Line {
            key: "a-line".into(),
            grantor: "p0@c.example".into(),
            grantee,
            purposes,
            hubs,
            methods,
            limits,
            break_glass: None,
            decides_for,
            hours,
            backing: "Yes.".into(),
            valid_from: days.map(|(from, _)| from),
            valid_to: days.map(|(from, more)| from + TimeDelta::days(more)),
            place: Place::default(),
        }
    }
}

prop_compose! {
    fn scheme()(lines in vec(line(), 0..8)) -> Scheme {
        let lines = lines.into_iter().enumerate().map(|(place, line)| Line { key: format!("line-{place}"), ..line });
        Scheme { title: "A scheme".into(), valid_from: None, valid_to: None, lines: lines.collect() }
    }
}

/// One thing that somebody might ask.
#[derive(Clone, Debug)]
struct Question {
    asker: usize,
    purpose: usize,
    hub: Option<usize>,
    method: Option<PaymentMethod>,
    at: NaiveDateTime,
    amount: Money,
}

prop_compose! {
    fn question()(
        asker in 0..7_usize,
        purpose in 0..3_usize,
        hub in option::of(0..2_usize),
        method in option::of(select(vec![PaymentMethod::Card, PaymentMethod::Voucher])),
        day in a_day(),
        minute in prop_oneof![select(vec![0, 479, 480, 569, 570, 1019, 1020, 1079, 1080, 1439]), 0..1_440_i64],
        tens in 0..42_i64,
        penny in 0..2_i64,
    ) -> Question {
        let at = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
        Question { asker, purpose, hub, method, at, amount: Money::from_pence((tens * 1_000 + penny).max(1)) }
    }
}

/// The grants of somebody for a purpose, as the store would give them, with nothing used.
fn grants(scheme: &Scheme, roll: &Roll, holder: &Somebody, purpose: usize) -> Vec<Grant> {
    let code = &roll.purposes[purpose].code;
    let hers = scheme.lines.iter().filter(|line| roll.is_to(&line.grantee, holder));
    hers.filter(|line| line.purposes.is_empty() || line.purposes.contains(code)).map(|line| grant(line, roll)).collect()
}

fn grant(line: &Line, roll: &Roll) -> Grant {
    let window = |limit, hours| line.limits.get(&limit).map(|most| Window { hours, limit: *most, used: Money::ZERO });
    let windows = [window(Limit::In24Hours, 24), window(Limit::In7Days, 168), window(Limit::In28Days, 672)];
    let period = |limit| line.limits.get(&limit).map(|most| PeriodLimit { limit: *most, used: Money::ZERO });
    Grant {
        delegation: id::<DelegationId>(0),
        line: line.key.clone(),
        scheme_version: 1,
        grantor: id(0),
        backing_statement: line.backing.clone(),
        item_limit: line.limits.get(&Limit::Item).copied(),
        windows: windows.into_iter().flatten().collect(),
        budget_limit: period(Limit::InBudgetPeriod),
        person_limit: period(Limit::PerPerson),
        break_glass: None,
        hubs: line.hubs.iter().map(|name| roll.hub(name).unwrap()).collect(),
        methods: line.methods.clone(),
        hours: line.hours,
        decides_for: line.decides_for,
        valid_from: line.valid_from.unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN).and_utc(),
        valid_to: line.valid_to.map(|to| (to + TimeDelta::days(1)).and_time(NaiveTime::MIN).and_utc()),
    }
}

/// Whether anybody may decide: the asker herself, or a colleague who would be asked. Whoever is asked may decide.
fn somebody_decides(scheme: &Scheme, roll: &Roll, question: &Question) -> bool {
    let about = About { hub: question.hub.map(|hub| roll.hubs[hub].0), method: question.method, ..About::default() };
    let purpose = roll.purposes[question.purpose].id;
    let amount = question.amount.to_decimal();
    let ask = Ask::try_new(purpose, amount, 1, SpendTiming::Before, None, about.clone()).unwrap();
    let pot = Pot {
        name: "A budget".into(),
        available: crate::rules::money::MOST,
        mode: BudgetMode::Stop,
        tolerance: Money::ZERO,
    };
    let now = question.at.and_utc();
    let facts = |holder: &Somebody| Facts {
        grants: grants(scheme, roll, holder, question.purpose),
        pot: pot.clone(),
        now,
        local: Some(question.at),
    };
    let asker = &roll.people[question.asker];
    if authority::decide(&ask, &facts(asker)).outcome == Outcome::AuthorisedSelf {
        return true;
    }
    let standing = |somebody: &Somebody| Standing { id: somebody.id, team: somebody.team };
    let others = roll.people.iter().filter(|somebody| somebody.id != asker.id);
    let colleagues: Vec<_> = others
        .map(|somebody| Colleague {
            standing: standing(somebody),
            role: somebody.role,
            open_asks: 0,
            grants: grants(scheme, roll, somebody, question.purpose),
        })
        .collect();
    let asked = authority::nearest(&ask, standing(asker), &colleagues, Moment { now, local: Some(question.at) });
    if let Some(asked) = asked {
        let colleague = roll.people.iter().find(|somebody| somebody.id == asked).unwrap();
        let matter = authority::Matter { amount: ask.total, needed: ask.total, about };
        let verdict = authority::decide_for(standing(colleague), standing(asker), &matter, &facts(colleague));
        assert_eq!(verdict.outcome, Outcome::Authorised, "whoever is asked may decide");
    }
    asked.is_some()
}

fn holds(stretch: &Stretch, question: &Question) -> bool {
    let day = question.at.date();
    let week_day = 1_u8 << chrono::Datelike::weekday(&day).num_days_from_monday();
    let minute = u16::try_from((question.at.time() - NaiveTime::MIN).num_minutes()).unwrap();
    stretch.from <= day
        && stretch.to.is_none_or(|to| day <= to)
        && stretch.askers.contains(&question.asker)
        && stretch.purposes.contains(&question.purpose)
        && stretch.hubs.contains(&question.hub)
        && stretch.methods.contains(&question.method)
        && stretch.times.iter().any(|span| span.days & week_day != 0 && (span.from..span.to).contains(&minute))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_said_about_gaps_is_what_deciding_finds(scheme in scheme(), questions in vec(question(), 40)) {
        let roll = roll();
        let stretches = ceilings(&scheme, &roll, today()).unwrap();
        let gaps = gaps(&scheme, &roll, today()).unwrap();
        for question in questions {
            let decided = somebody_decides(&scheme, &roll, &question);
            // Together the stretches are all there is, and no two have anything in common.
            let found: Vec<_> = stretches.iter().filter(|stretch| holds(stretch, &question)).collect();
            prop_assert_eq!(found.len(), 1, "{:?}", question);
            prop_assert_eq!(found[0].most.allows(question.amount), decided, "{:?} {:?}", question, found);
            // A gap says where nobody may decide what somebody may decide elsewhere; everywhere else somebody may.
            let gap = gaps.stretches.iter().find(|gap| holds(gap, &question));
            let open = gap.map_or(gaps.most, |gap| gap.most);
            prop_assert_eq!(open.allows(question.amount), decided, "{:?} {:?}", question, gap);
        }
        prop_assert_eq!(gaps.words(&roll).len(), gaps.stretches.len());
    }

    #[test]
    fn whoever_has_nobody_to_ask_is_told_so(scheme in scheme(), question in question()) {
        let roll = roll();
        let alone = left_alone(&scheme, &roll);
        let asker = &roll.people[question.asker];
        let own = Scheme {
            lines: scheme.lines.iter().filter(|line| roll.is_to(&line.grantee, asker)).cloned()
                .map(|line| Line { decides_for: DecidesFor::NobodyElse, ..line }).collect(),
            ..scheme.clone()
        };
        if alone.contains(&format!("Nobody may decide for {}.", asker.name)) {
            prop_assert_eq!(somebody_decides(&scheme, &roll, &question), somebody_decides(&own, &roll, &question));
        }
    }

    #[test]
    fn a_scheme_that_changes_nothing_has_no_differences(scheme in scheme()) {
        prop_assert!(diff(&scheme, &scheme, Named::AsTyped).is_empty());
    }

    #[test]
    fn no_file_at_all_makes_the_reader_panic(source in "(title|grant|\\[\\[grant\\]\\]|line|limits|hours|=|\"|'''|\\{|\\}|\\[|\\]|,|\\.|-|:|[0-9]|\n| |é|a){0,80}") {
        let (scheme, problems) = read(source.as_bytes());
        prop_assert_eq!(scheme.is_some(), !stands_in_the_way(&problems));
        let rows = source.lines().count() + 1;
        prop_assert!(problems.iter().all(|problem| problem.row <= rows), "{:?}", problems);
    }

    #[test]
    fn no_bytes_at_all_make_the_reader_panic(bytes in vec(any::<u8>(), 0..200)) {
        let (scheme, problems) = read(&bytes);
        prop_assert!(scheme.is_none() && !problems.is_empty());
    }
}
