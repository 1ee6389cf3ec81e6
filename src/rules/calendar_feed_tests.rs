//! A calendar as a phone reads it.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn session(name: &str) -> Entry<'_> {
    Entry {
        id: Uuid::from_u128(7),
        on: Some("2026-03-31".parse().unwrap()),
        what: What::Session(name),
        starts: at("2026-03-31T08:30:00Z"),
        ends: at("2026-03-31T10:30:00Z"),
        place: ("Ton library", "1 High Street, Ton; NP1 1AA"),
        called_off: false,
        changed: at("2026-03-01T09:00:00Z"),
    }
}

/// The lines of a calendar, put together again where they were folded; each was short and ended as the standard has it. The
/// library folds at 75 octets and does not count the space before what it folds.
fn lines(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let whole = calendar.strip_suffix("\r\n").expect("the last line ends too");
    for line in whole.split("\r\n") {
        assert!(line.len() <= 76 && !line.contains(['\r', '\n']), "{line:?}");
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().expect("no calendar begins folded").push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

#[test]
fn a_phone_sees_when_and_where() {
    let lines = lines(&calendar(&[session("Drop-in, for all")], Language::En));
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Busfare//Hub times//EN",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "BEGIN:VEVENT",
        "DTSTAMP:20260301T090000Z",
        "DTSTART:20260331T083000Z",
        "DTEND:20260331T103000Z",
        "LOCATION:Ton library\\, 1 High Street\\, Ton\\; NP1 1AA",
        "STATUS:CONFIRMED",
        "SUMMARY:Drop-in\\, for all",
        "UID:00000000-0000-0000-0000-000000000007-20260331@busfare",
        "END:VEVENT",
        "END:VCALENDAR",
    ] {
        assert!(lines.iter().any(|one| one == line), "{line} in {lines:#?}");
    }
}

#[test]
fn an_appointment_shows_nobody_s_name() {
    let appointment = Entry { what: What::Appointment, on: None, called_off: true, ..session("") };
    let text = calendar(&[appointment], Language::Cy);
    assert!(text.contains("SUMMARY:Apwyntiad\r\n") && text.contains("STATUS:CANCELLED\r\n"));
    // When a session of that name is one as well, the name is that of the session.
    let shown: Vec<_> =
        lines(&text).into_iter().map(|line| line.split([':', ';']).next().unwrap().to_owned()).collect();
    for property in ["ATTENDEE", "ORGANIZER", "CONTACT", "DESCRIPTION", "COMMENT"] {
        assert!(!shown.iter().any(|one| one == property), "{property}");
    }
}

#[test]
fn the_same_entries_make_the_same_text_and_no_more_than_a_phone_can_read() {
    let entries = vec![session("Drop-in"); MOST_ENTRIES + 5];
    let text = calendar(&entries, Language::En);
    assert_eq!(text, calendar(&entries, Language::En));
    assert_eq!(text.matches("BEGIN:VEVENT").count(), MOST_ENTRIES);
    assert!(!lines(&calendar(&[], Language::En)).iter().any(|line| line == "BEGIN:VEVENT"));
}

proptest! {
    #[test]
    fn whatever_a_hub_is_called_it_stays_in_its_line(
        name in "(\\PC|[\r\n\t\\\\;,:\"é漢]|\r\nEND:VEVENT\r\nATTENDEE:x){0,40}", address in "(\\PC|[\r\n;,]){0,60}",
    ) {
        let text = calendar(&[Entry { place: (&name, &address), ..session(&name) }], Language::En);
        let lines = lines(&text);
        let count = |line: &str| lines.iter().filter(|one| *one == line).count();
        prop_assert_eq!([count("BEGIN:VCALENDAR"), count("BEGIN:VEVENT"), count("END:VEVENT"), count("END:VCALENDAR")], [1; 4]);
        prop_assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")));
        prop_assert_eq!(lines.len(), calendar_lines());
    }
}

fn calendar_lines() -> usize {
    lines(&calendar(&[session("Drop-in")], Language::En)).len()
}
