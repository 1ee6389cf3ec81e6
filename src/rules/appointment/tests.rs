//! Appointments told as people live them.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{AppointmentId, HubId, HubSessionId};
use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{
    hub_session::{Because, Opening, Slot},
    insight::{AtLeast, FEWEST},
};
use AppointmentStatus as Is;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(number)
}

fn hub(number: u128) -> HubId {
    HubId(Uuid::from_u128(number))
}

fn place(number: u128) -> AppointmentId {
    AppointmentId(Uuid::from_u128(number))
}

/// A room with half an hour for each, in one hub, open from nine to half past ten.
fn room(in_hub: u128, date: &str, taken: &[(&str, u8)]) -> Room<&'static str> {
    let starts = at(&format!("{date}T09:00"));
    Room {
        session: HubSessionId(Uuid::from_u128(in_hub)),
        hub: hub(in_hub),
        needs: BTreeSet::new(),
        openings: vec![Opening {
            on: starts.date_naive(),
            starts,
            ends: at(&format!("{date}T10:30")),
            because: Because::Rule,
        }],
        slot_minutes: 30,
        places: 1,
        taken: taken.iter().map(|(time, places)| (at(&format!("{date}T{time}")), *places)).collect(),
    }
}

fn anywhere() -> Wish<&'static str> {
    Wish { hubs: vec![], need: None, not_before: None }
}

#[test]
fn the_soonest_time_is_offered_in_whichever_hub_it_is() {
    let rooms = [room(1, "24", &[("09:00", 1)]), room(2, "23", &[("09:00", 1), ("09:30", 1)]), room(3, "24", &[])];
    let offered = |wish: &Wish<_>, now| -> Vec<_> {
        soonest(&rooms, wish, at(now), 3).into_iter().map(|free| (free.hub, free.slot.starts)).collect()
    };

    let (two, one, three) = (hub(2), hub(1), hub(3));
    assert_eq!(
        offered(&anywhere(), "23T08:00"),
        [(two, at("23T10:00")), (three, at("24T09:00")), (one, at("24T09:30"))]
    );
    // What has begun is gone. Of equal times, the hub she named first.
    assert_eq!(
        offered(&anywhere(), "24T09:00"),
        [(one, at("24T09:30")), (three, at("24T09:30")), (one, at("24T10:00"))]
    );
    let three_first = Wish { hubs: vec![three, one], ..anywhere() };
    assert_eq!(offered(&three_first, "24T09:00")[0], (three, at("24T09:30")));
    assert_eq!(offered(&Wish { hubs: vec![hub(9)], ..anywhere() }, "23T08:00"), []);
    let later = Wish { not_before: Some(at("24T10:00")), ..anywhere() };
    assert_eq!(offered(&later, "23T08:00"), [(one, at("24T10:00")), (three, at("24T10:00"))]);
}

#[test]
fn a_time_is_claimed_once_for_each_place() {
    let mut room = room(1, "24", &[("09:00", 1), ("09:30", 1)]);
    let now = at("24T08:00");
    assert_eq!(room.claim(at("24T09:00"), now), Err(AppointmentRefusal::SlotTaken(None)));
    assert_eq!(room.claim(at("24T09:05"), now), Err(AppointmentRefusal::NoSuchSlot));
    assert_eq!(room.claim(at("25T09:00"), now), Err(AppointmentRefusal::NoSuchSlot));
    assert_eq!(room.claim(at("24T10:00"), at("24T10:00")), Err(AppointmentRefusal::SlotPast));
    assert_eq!(room.claim(at("24T10:00"), now).unwrap().left, 1);
    room.places = 3;
    assert_eq!(room.claim(at("24T09:00"), now).unwrap().left, 2);
}

#[test]
fn when_a_day_moves_whoever_had_a_time_on_it_is_known() {
    let room = room(1, "24", &[]);
    let booked = [("Ann", at("24T09:00")), ("Bob", at("25T09:00")), ("Cai", at("24T09:10")), ("Dee", at("20T09:00"))];
    assert_eq!(stranded(&room, &booked, at("23T12:00")), ["Bob", "Cai"]);
}

#[test]
fn a_time_that_comes_free_goes_to_whoever_asked_first_of_those_it_fits() {
    let starts = at("24T09:00");
    let free = Free {
        session: HubSessionId(Uuid::nil()),
        hub: hub(1),
        on: starts.date_naive(),
        slot: Slot { starts, ends: at("24T09:30") },
        left: 1,
    };
    let money = BTreeSet::from(["money"]);
    let waits = |id, asked, wish| Waiting { id: place(id), asked: at(asked), wish };
    let list = [
        waits(1, "10T09:00", Wish { hubs: vec![hub(2)], ..anywhere() }),
        waits(2, "11T09:00", Wish { need: Some("housing"), ..anywhere() }),
        waits(3, "12T09:00", Wish { not_before: Some(at("24T12:00")), ..anywhere() }),
        waits(4, "14T09:00", anywhere()),
        waits(5, "13T09:00", Wish { hubs: vec![hub(2), hub(1)], need: Some("money"), not_before: Some(starts) }),
    ];
    let now = at("23T12:00");
    assert_eq!(next_in_line(&free, &money, &list, now), Some(place(5)));
    assert_eq!(next_in_line(&free, &BTreeSet::new(), &list, now), Some(place(2)));
    assert_eq!(next_in_line(&free, &money, &list[..3], now), None);
    assert_eq!(next_in_line(&free, &money, &list, starts), None);
    assert_eq!(next_in_line(&Free { left: 0, ..free }, &money, &list, now), None);

    assert_eq!((may_wait(0, false), may_wait(999, false)), (Ok(()), Ok(())));
    assert_eq!(may_wait(0, true), Err(AppointmentRefusal::WaitsAlready));
    assert_eq!(may_wait(1_000, false), Err(AppointmentRefusal::ListFull));
}

#[test]
fn the_statuses_are_those_of_fhir() {
    let codes: Vec<_> = FHIR.into_iter().map(|(_, code)| code).collect();
    // http://hl7.org/fhir/appointmentstatus, version 5.0.0.
    let fhir = "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist";
    assert_eq!(codes.join(" "), fhir);
    for (status, code) in FHIR {
        let written = serde_json::to_string(&status).unwrap().trim_matches('"').to_lowercase().replace('_', "-");
        assert_eq!((fhir_code(status), written.as_str()), (code, code));
    }
}

#[test]
fn an_appointment_goes_step_by_step_and_says_why_it_did_not_happen() {
    let booked = Standing { status: Is::Booked, starts: Some(at("24T09:00")) };
    let went = |to, because, now| step(booked, to, because, at(now));
    let us = Some(NotMetBecause::WeCancelled);

    assert_eq!(went(Is::Cancelled, None, "23T09:00"), Err(AppointmentRefusal::ReasonNeeded));
    let cancelled = Step { status: Is::Cancelled, because: us, frees_place: true };
    assert_eq!(went(Is::Cancelled, us, "23T09:00"), Ok(cancelled));
    assert!(!went(Is::Cancelled, us, "24T09:00").unwrap().frees_place, "nobody can have it now");
    assert_eq!(went(Is::Noshow, Some(NotMetBecause::NotKnown), "24T08:59"), Err(AppointmentRefusal::NotYet));
    assert!(went(Is::Noshow, Some(NotMetBecause::NotKnown), "24T09:00").is_ok());
    assert_eq!(went(Is::Fulfilled, None, "23T20:59"), Err(AppointmentRefusal::NotYet));
    assert!(went(Is::Fulfilled, None, "23T21:00").is_ok());
    assert_eq!(went(Is::Fulfilled, us, "24T09:00"), Err(AppointmentRefusal::ReasonNotNeeded));
    let back = AppointmentRefusal::NotFromHere { from: Is::Booked, to: Is::Waitlist };
    assert_eq!(went(Is::Waitlist, None, "23T09:00"), Err(back));

    let waits = Standing { status: Is::Waitlist, starts: None };
    assert_eq!(step(waits, Is::Booked, None, at("23T09:00")).map(|step| step.frees_place), Ok(false));
}

#[test]
fn whoever_walks_in_is_noted_now_or_afterwards() {
    let now = at("24T09:00");
    assert_eq!(walked_in_at(None, now), Ok(now));
    assert_eq!(walked_in_at(Some(at("24T08:00")), now), Ok(at("24T08:00")));
    assert_eq!(walked_in_at(Some(at("24T09:01")), now), Err(AppointmentRefusal::NotYet));
}

fn waited(person: u32, asked: u64, met: Option<u64>) -> Waited<u32> {
    Waited { hub: hub(1), month: 0, person, asked: day(asked), met: met.map(day) }
}

#[test]
fn days_to_appointment_count_whoever_still_waits() {
    // Two walked in, one was seen after 3 days and one after 10; one waits since 20 days, and one since 5.
    let waits = [
        waited(1, 0, Some(0)),
        waited(2, 4, Some(4)),
        waited(3, 0, Some(3)),
        waited(4, 0, Some(10)),
        waited(5, 0, None),
        waited(6, 15, None),
    ];
    let told = days_to_appointment(&waits, day(20))[&Some(hub(1))].unwrap();
    assert_eq!((told.waits, told.met, told.still_waiting, told.oldest_waiting_days), (6, 4, 2, 20));
    assert_eq!(told.median, AtLeast { days: 3, at_least: false });
    assert_eq!(told.p90, AtLeast { days: 20, at_least: true });
    // Of whoever waits since 5 days nobody knows yet whether it will be 14 or 7; it is more than 3.
    assert_eq!(told.within_known, [5, 5, 6]);
    assert_eq!(told.within, [4, 3, 3]);
    assert_eq!(days_to_appointment(&waits, day(20))[&None], Some(told));
    assert_eq!(days_to_appointment(&waits[1..5], day(20))[&Some(hub(1))], None);
    assert_eq!(days_to_appointment::<u32>(&[], day(20)), BTreeMap::new());
}

#[test]
fn what_we_called_off_is_counted_apart_and_few_are_never_told() {
    let row = |person, status, because| Outcome { hub: hub(1), month: 0, person, status, because };
    let mut rows: Vec<_> = (0..8).map(|person| row(person, Is::Fulfilled, None)).collect();
    rows.extend((0..6).map(|person| row(person, Is::Cancelled, Some(NotMetBecause::WeCancelled))));
    rows.extend((0..3).map(|person| row(person, Is::Noshow, Some(NotMetBecause::NoWayToGetThere))));
    rows.extend((3..6).map(|person| row(person, Is::Noshow, None)));
    rows.push(row(9, Is::Booked, None));

    let told = attendance(&rows)[&hub(1)].clone().unwrap();
    assert_eq!((told.came, told.kept_by_us, told.kept_by_them, told.others), (8, 6, 0, 6));
    assert_eq!(told.reasons, BTreeMap::from([(NotMetBecause::WeCancelled, 6)]));

    // With one fewer in the rest, the smallest part joins it, so that it is never found by taking away.
    let lost = |row: &Outcome<i32>| row.status == Is::Noshow && row.person > 3;
    let rest_of_four: Vec<_> = rows.iter().copied().filter(|row| !lost(row)).collect();
    let told = attendance(&rest_of_four)[&hub(1)].clone().unwrap();
    assert_eq!((told.came, told.kept_by_us, told.others), (8, 0, 10));
    assert_eq!(attendance(&rows[..4])[&hub(1)], None);
}

#[test]
fn reasons_are_ours_or_theirs() {
    use NotMetBecause as N;
    let ours = [N::WeCancelled, N::WeWereNotThere, N::MessageDidNotArrive];
    let theirs = [
        N::NoWayToGetThere,
        N::Unwell,
        N::LookingAfterSomebody,
        N::WorkOrSchool,
        N::NoLongerNeeded,
        N::Forgot,
        N::NotKnown,
    ];
    assert!(ours.into_iter().all(was_us) && !theirs.into_iter().any(was_us));
}

fn any_status() -> impl Strategy<Value = AppointmentStatus> {
    (0..FHIR.len()).prop_map(|number| FHIR[number].0)
}

proptest! {
    #[test]
    fn whatever_happens_a_mistake_ends_it_and_nothing_goes_on_after(path in proptest::collection::vec(any_status(), 1..12)) {
        let mut status = Is::Waitlist;
        for to in path {
            if leads_to(status, to) {
                prop_assert!(status != Is::EnteredInError && status != to);
                status = to;
            }
        }
        prop_assert!(status == Is::EnteredInError || leads_to(status, Is::EnteredInError));
    }

    #[test]
    fn nobody_who_fits_is_passed_over_by_somebody_who_asked_later(
        asked in proptest::collection::vec((0i64..20, 0u128..4, proptest::option::of(0i64..3)), 0..20),
        in_hub in 0u128..4,
    ) {
        let starts = at("24T09:00");
        let minutes = TimeDelta::minutes;
        let list: Vec<Waiting<u8>> = asked.iter().zip(0u128..).map(|((asked, of, earliest), id)| Waiting {
            id: place(id),
            asked: starts - minutes(1_000) + minutes(*asked),
            wish: Wish {
                hubs: if *of == 0 { vec![] } else { vec![hub(*of)] },
                need: None,
                not_before: earliest.map(|after| starts - minutes(1) + minutes(after)),
            },
        }).collect();
        let free = Free { session: HubSessionId(Uuid::nil()), hub: hub(in_hub), on: starts.date_naive(), slot: Slot { starts, ends: starts + minutes(30) }, left: 1 };
        let fits = |one: &&Waiting<u8>| {
            (one.wish.hubs.is_empty() || one.wish.hubs == [hub(in_hub)]) && one.wish.not_before.is_none_or(|earliest| earliest <= starts)
        };
        let first = list.iter().filter(fits).map(|one| one.asked).min();
        let next = next_in_line(&free, &BTreeSet::new(), &list, starts - minutes(60));
        let next = next.map(|id| list.iter().find(|one| one.id == id).unwrap());
        prop_assert_eq!(next.map(|one| one.asked), first);
        prop_assert!(next.is_none_or(|one| fits(&one)));
    }

    #[test]
    fn days_are_told_of_five_people_or_nobody_and_more_waiting_never_looks_better(
        rows in proptest::collection::vec((0u128..3, 0usize..2, 0u32..9, 0u64..30, proptest::option::of(0u64..30)), 0..60),
    ) {
        let waits: Vec<_> = rows.into_iter().map(|(of, month, person, asked, took)| Waited {
            hub: hub(of), month, person, asked: day(asked), met: took.map(|took| day(asked + took)),
        }).collect();
        let today = day(60);
        let told = days_to_appointment(&waits, today);
        let blocks = |of: Option<HubId>| -> BTreeMap<(HubId, usize), BTreeSet<u32>> {
            let mut blocks = BTreeMap::<_, BTreeSet<_>>::new();
            for wait in waits.iter().filter(|wait| of.is_none_or(|of| of == wait.hub)) {
                blocks.entry((wait.hub, wait.month)).or_default().insert(wait.person);
            }
            blocks.retain(|_, people| people.len() >= FEWEST);
            blocks
        };
        let mut of_hubs = 0;
        for (of, told) in &told {
            prop_assert_eq!(told.is_some(), !blocks(*of).is_empty());
            let Some(told) = told else { continue };
            prop_assert_eq!(told.met + told.still_waiting, told.waits);
            prop_assert!(told.median.days <= told.p90.days);
            prop_assert!(told.within_known.iter().all(|known| *known <= told.waits && *known >= told.met));
            if of.is_some() { of_hubs += told.waits; }
        }
        // The whole is the sum of the hubs that are told, so no hub that is not told is the difference.
        prop_assert_eq!(told.get(&None).copied().flatten().map_or(0, |told| told.waits), of_hubs);

        // If nobody who waits had been seen, no figure would be better.
        let nobody_seen: Vec<_> = waits.iter().map(|wait| Waited { met: None, ..*wait }).collect();
        for (of, worse) in days_to_appointment(&nobody_seen, today) {
            if let (Some(worse), Some(Some(told))) = (worse, told.get(&of)) {
                prop_assert!(worse.median.days >= told.median.days && worse.within == [0, 0, 0]);
            }
        }
    }

    #[test]
    fn every_appointment_counts_once_or_is_not_told(
        rows in proptest::collection::vec((0usize..2, 0u32..9, 0usize..10, 0usize..4), 0..80),
    ) {
        let reasons = [None, Some(NotMetBecause::WeCancelled), Some(NotMetBecause::Forgot), Some(NotMetBecause::Unwell)];
        let rows: Vec<_> = rows.into_iter().map(|(month, person, status, because)| Outcome {
            hub: hub(1), month, person, status: FHIR[status].0, because: reasons[because],
        }).collect();
        let over = |row: &&Outcome<u32>| matches!(row.status, Is::Fulfilled | Is::Cancelled | Is::Noshow);
        let mut expected = 0;
        for month in 0..2 {
            let of: Vec<_> = rows.iter().filter(|row| row.month == month).filter(over).collect();
            let people: BTreeSet<_> = of.iter().map(|row| row.person).collect();
            if people.len() >= FEWEST { expected += of.len(); }
        }
        let told = attendance(&rows).remove(&hub(1)).flatten();
        let counted = told.as_ref().map_or(0, |told| told.came + told.kept_by_us + told.kept_by_them + told.others);
        prop_assert_eq!(usize::try_from(counted).unwrap(), expected);
        if let Some(told) = told {
            let ours: i64 = told.reasons.iter().filter(|(because, _)| was_us(**because)).map(|(_, count)| count).sum();
            prop_assert_eq!(ours, told.kept_by_us);
            prop_assert!(told.reasons.values().all(|count| *count >= 5) && (told.came == 0 || told.came >= 5));
            prop_assert!(told.others == 0 || told.others >= 5);
        }
    }
}
