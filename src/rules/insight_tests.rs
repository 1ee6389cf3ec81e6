//! What insight tells, and what it keeps to itself.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn team(number: u128) -> TeamId {
    TeamId(Uuid::from_u128(number))
}

fn budget(number: u128) -> BudgetId {
    BudgetId(Uuid::from_u128(number))
}

/// One yes of £1, said by the asker after so many seconds.
fn yes(month: usize, in_team: u128, from: u128, asker: u128, seconds: i64) -> Yeses {
    Yeses {
        month,
        team: team(in_team),
        budget: budget(from),
        asker: PractitionerId(Uuid::from_u128(asker)),
        seconds: vec![seconds],
        by: SaidBy::Asker,
        amount: Money::from_pence(100),
    }
}

#[test]
fn figures_are_of_five_people_or_of_nobody() {
    let five: Vec<_> = (0..5).map(|asker| yes(0, 1, 1, asker, 10 * i64::try_from(asker).unwrap())).collect();
    let four: Vec<_> = (5..9).map(|asker| yes(0, 2, 2, asker, 99)).collect();

    let told = figures(&[five.clone(), four].concat(), &[]);

    let of_five = told[&Group::Team(team(1))].clone().unwrap();
    assert_eq!((of_five.people, of_five.yeses, of_five.median_seconds, of_five.p90_seconds), (5, 5, 20, 40));
    assert_eq!(told[&Group::Team(team(2))], None);
    assert_eq!(told[&Group::Budget(budget(2))], None);
    // The whole less the one team would be the four, so the whole is without them.
    assert_eq!(told[&Group::Organisation], Some(of_five));
}

/// The evidence for one spend, after so many seconds.
fn brought(month: usize, in_team: u128, spender: u128, seconds: i64) -> Evidenced {
    Evidenced { month, team: team(in_team), spender: PractitionerId(Uuid::from_u128(spender)), seconds }
}

#[test]
fn time_to_receipt_is_the_middle_of_five_people_in_each_month_or_of_nobody() {
    let mut rows: Vec<_> = (0..5).map(|who| brought(0, 1, who, 100 * i64::try_from(who).unwrap())).collect();
    rows.extend((0..4).map(|who| brought(0, 2, who, 7)));
    assert_eq!(to_evidence(&rows)[&team(1)], Some(ToEvidence { people: 5, spends: 5, median_seconds: 200 }));
    assert_eq!(to_evidence(&rows)[&team(2)], None);

    // One person's month more or less changes nothing, so it tells nothing.
    let before = to_evidence(&rows);
    rows.push(brought(1, 1, 0, 999_999));
    assert_eq!(to_evidence(&rows), before);
    // Evidence that was there first took no time.
    rows.push(brought(0, 1, 4, -5_000));
    assert_eq!(to_evidence(&rows)[&team(1)], Some(ToEvidence { people: 5, spends: 6, median_seconds: 100 }));
    assert!(to_evidence(&[]).is_empty());
}

#[test]
fn a_budget_is_not_told_where_the_team_s_rest_would_be_one_person() {
    let mut yeses: Vec<_> = (0..7).map(|asker| yes(0, 1, 1, asker, 0)).collect();
    yeses.push(yes(0, 1, 2, 7, 0));

    let told = figures(&yeses, &[]);

    assert_eq!(told[&Group::Team(team(1))].as_ref().unwrap().people, 8);
    assert_eq!((&told[&Group::Budget(budget(1))], &told[&Group::Budget(budget(2))]), (&None, &None));
}

#[test]
fn a_month_with_few_people_is_left_out_of_longer_periods_too() {
    let mut yeses: Vec<_> = (0..6).map(|asker| yes(0, 1, 1, asker, 0)).collect();
    yeses.push(yes(1, 1, 1, 0, 3_600));

    let told = figures(&yeses, &[])[&Group::Organisation].clone().unwrap();

    assert_eq!((told.months.into_iter().collect::<Vec<_>>(), told.yeses, told.p90_seconds), (vec![0], 6, 0));
}

#[test]
fn who_said_yes_is_counted_with_emergencies_apart() {
    let mut yeses: Vec<_> = (0..5).map(|asker| yes(0, 1, 1, asker, 0)).collect();
    yeses[0].by = SaidBy::Colleague;
    yeses[1] =
        Yeses { by: SaidBy::AskerInEmergency, seconds: vec![0; 3], amount: Money::from_pence(900), ..yeses[1].clone() };

    let told = figures(&yeses, &[])[&Group::Organisation].clone().unwrap();

    assert_eq!((told.yeses, told.by_asker, told.emergencies), (7, 6, 3));
    let pence = [told.amount, told.in_emergencies, told.own_say].map(Money::pence);
    assert_eq!(pence, [1_300, 900, 300]);
}

#[test]
fn what_is_spent_counts_where_its_yes_may_be_told() {
    let mut yeses: Vec<_> = (0..6).map(|asker| yes(0, 1, 1, asker, 0)).collect();
    yeses.extend((0..4).map(|asker| yes(1, 1, 1, asker, 0)));
    let spent = |month, asker, pence| Spent {
        month,
        team: team(1),
        budget: budget(1),
        asker: PractitionerId(Uuid::from_u128(asker)),
        amount: Money::from_pence(pence),
    };
    // A month of four, and somebody who had no yes, are in no sum.
    let told = figures(&yeses, &[spent(0, 0, 90), spent(0, 1, 60), spent(1, 0, 7), spent(0, 9, 5_000)]);

    for group in [Group::Organisation, Group::Team(team(1)), Group::Budget(budget(1))] {
        assert_eq!(told[&group].as_ref().map(|told| told.spent.pence()), Some(150), "{group:?}");
    }
}

#[test]
fn a_change_is_of_what_a_month_took() {
    let of = |months: usize, pence| Figures {
        months: (0..months).collect(),
        spent: Money::from_pence(pence),
        ..Figures::default()
    };
    assert_eq!(change_per_mille(&of(1, 150), &of(1, 100)), Some(500));
    assert_eq!(change_per_mille(&of(2, 150), &of(1, 100)), Some(-250));
    assert_eq!(change_per_mille(&of(1, 0), &of(3, 100)), Some(-1_000));
    assert_eq!(change_per_mille(&of(1, 5), &of(1, 0)), None);
}

#[test]
fn the_months_before_are_as_many() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let first_days = months(day("2026-02-10"), day("2026-03-03")).unwrap();
    assert_eq!(months_before(&first_days), [day("2025-12-01"), day("2026-01-01"), day("2026-02-01")]);
    assert!(months_before(&[]).is_empty());
}

#[test]
fn a_percentile_is_one_of_the_values() {
    assert_eq!(percentile(&[], 50), 0);
    assert_eq!(percentile(&[(7, 1)], 50), 7);
    assert_eq!(percentile(&[(1, 1), (2, 1), (3, 1), (4, 1)], 50), 2);
    assert_eq!(percentile(&[(60, 1), (0, 9)], 90), 0);
    assert_eq!(percentile(&[(60, 2), (0, 9)], 90), 60);
}

#[test]
fn a_share_is_rounded_half_up() {
    assert_eq!([per_mille(1, 3), per_mille(2, 3), per_mille(1, 2_000), per_mille(1, 2_001)], [333, 667, 1, 0]);
    assert_eq!([per_mille(0, 0), per_mille(5, 5), per_mille(i64::MAX, i64::MAX)], [0, 1_000, 1_000]);
}

#[test]
fn periods_are_whole_months_up_to_two_years() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let of = |from: &str, to: &str| months(day(from), day(to)).map(|days| days.len());

    assert_eq!(
        months(day("2026-11-20"), day("2026-12-03")).unwrap(),
        [day("2026-11-01"), day("2026-12-01"), day("2027-01-01")]
    );
    assert_eq!((of("2026-11-20", "2026-11-20"), of("2026-11-20", "2026-11-19")), (Some(2), None));
    assert_eq!((of("2024-12-31", "2026-11-01"), of("2024-11-30", "2026-11-01")), (Some(25), None));
    assert_eq!(of("0001-01-01", "9999-12-31"), None);
    assert_eq!(months(NaiveDate::MAX, NaiveDate::MAX), None);
}

#[test]
fn days_are_those_that_have_begun() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let first_days = months(day("2026-09-01"), day("2026-11-30")).unwrap();
    let told = BTreeSet::from([0, 2]);
    let ever = (NaiveDate::MIN, NaiveDate::MAX);

    assert_eq!(days_told(&first_days, &told, ever, day("2026-11-20")), 30 + 20);
    assert_eq!(days_told(&first_days, &told, ever, day("2026-10-31")), 30);
    assert_eq!(days_told(&first_days, &told, (day("2026-09-30"), day("2026-11-02")), day("2026-12-31")), 1 + 2);
}

#[test]
fn what_a_person_may_use_is_her_most_generous_grant_at_its_tightest() {
    let pounds = |pounds: i64| Money::from_pence(pounds * 100);
    let (week, month) = (vec![(168, pounds(100))], vec![(168, pounds(2_000)), (672, pounds(5_000))]);

    assert_eq!(may_use(std::slice::from_ref(&week), 14), Some(pounds(200)));
    assert_eq!(may_use(&[week.clone(), month], 28), Some(pounds(5_000)));
    assert_eq!(may_use(&[week, vec![]], 28), None);
    assert_eq!(may_use(&[], 28), Some(Money::ZERO));
}

proptest! {
    #[test]
    fn no_figure_less_any_others_is_of_fewer_than_five(
        rows in proptest::collection::vec((0usize..2, 0u128..3, 0u128..4, 0u128..12), 0..60),
    ) {
        // Each person asks in one team.
        let yeses: Vec<_> = rows.into_iter().map(|(month, team, budget, asker)| yes(month, team, budget, team * 100 + asker, 0)).collect();
        let blocks = Blocks::of(&yeses);
        let told = |group: Group, months: &[usize]| -> BTreeSet<usize> {
            let mut places = BTreeSet::new();
            for (place, row) in yeses.iter().enumerate().filter(|(_, row)| months.contains(&row.month)) {
                if blocks.tell(row.month, row.team, row.budget).contains(&(group, true)) { places.insert(place); }
            }
            places
        };
        let people = |places: &BTreeSet<usize>| places.iter().map(|place| yeses[*place].asker).collect::<BTreeSet<_>>().len();
        let mut answers = Vec::new();
        for months in [vec![0], vec![1], vec![0, 1]] {
            answers.push(told(Group::Organisation, &months));
            answers.extend((0..3).map(|number| told(Group::Team(team(number)), &months)));
            answers.extend((0..4).map(|number| told(Group::Budget(budget(number)), &months)));
        }

        for whole in &answers {
            for first in &answers {
                for second in &answers {
                    // One less another, less a third; and what two have in common.
                    let left: BTreeSet<_> = whole.difference(first).copied().collect::<BTreeSet<_>>().difference(second).copied().collect();
                    let common: BTreeSet<_> = whole.intersection(first).copied().collect();
                    for places in [left, common] {
                        prop_assert!(people(&places) == 0 || people(&places) >= FEWEST);
                    }
                }
            }
        }
    }
}
