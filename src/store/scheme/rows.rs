//! From what a file says to rows, and from rows to what a file would say.

use std::collections::BTreeMap;

use busfare_entity::{
    delegation, delegation_window, organisation, scheme,
    words::{GranteeKind, PractitionerId},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{GrantRows, NotPublished, Publication, Version};
use crate::{
    rules::{
        calendar::{self, Hours},
        money::Money,
        scheme::{Grantee, Limit, Line, Place, Roll, Scheme},
    },
    store::mint,
};

/// The rolling limits, and how many hours each looks back.
const WINDOWS: [(Limit, i32); 3] = [(Limit::In24Hours, 24), (Limit::In7Days, 7 * 24), (Limit::In28Days, 28 * 24)];

/// Draws a version up. It is not signed yet.
pub fn draw_up(
    publication: &Publication<'_>,
    organisation: &organisation::Model,
    roll: &Roll,
    number: i32,
    now: DateTime<Utc>,
) -> Result<Version, NotPublished> {
    let (zone, file) = (calendar::zone(&organisation.time_zone), publication.scheme);
    let row = scheme::Model {
        id: mint::id(),
        organisation_id: organisation.id,
        version: number,
        title: file.title.clone(),
        content_sha256: Vec::new(),
        signed_by: publication.signed_by,
        signed_at: now,
        signature: Vec::new(),
        key_id: String::new(),
        // Nothing is in force before it was signed.
        valid_from: file.valid_from.map_or(now, |from| calendar::begins(from, zone).max(now)),
        valid_to: file.valid_to.map(|to| ends(to, zone)),
        source: Some(publication.source.to_owned()),
    };
    let granted = file.lines.iter().map(|line| rows_of(line, &row, roll, zone)).collect::<Result<_, _>>()?;
    Ok(Version { row, granted })
}

/// The moment after a local day.
fn ends(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    calendar::begins(day.succ_opt().unwrap_or(day), zone)
}

fn rows_of(line: &Line, scheme: &scheme::Model, roll: &Roll, zone: Tz) -> Result<GrantRows, NotPublished> {
    let unknown = |name: &str| NotPublished::Unknown(name.to_owned());
    let person = |email: &str| roll.person(email).map(|person| person.id).ok_or_else(|| unknown(email));
    let pence = |limit| line.limits.get(&limit).map(|amount: &Money| amount.pence());
    let id = mint::id();
    let mut delegation = delegation::Model {
        id,
        organisation_id: scheme.organisation_id,
        scheme_id: scheme.id,
        line: line.key.clone(),
        grantor_id: person(&line.grantor)?,
        grantee_kind: GranteeKind::Role,
        grantee_practitioner_id: None,
        grantee_role: None,
        grantee_team_id: None,
        item_limit_pence: pence(Limit::Item),
        budget_limit_pence: pence(Limit::InBudgetPeriod),
        person_limit_pence: pence(Limit::PerPerson),
        break_glass_pence: line.break_glass.map(Money::pence),
        days: line.hours.map(|hours| i32::from(hours.days)),
        from_minute: line.hours.map(|hours| i32::from(hours.from_minute)),
        to_minute: line.hours.map(|hours| i32::from(hours.to_minute)),
        decides_for: line.decides_for,
        backing_statement: line.backing.clone(),
        valid_from: line
            .valid_from
            .map_or(scheme.valid_from, |from| calendar::begins(from, zone).max(scheme.valid_from)),
        valid_to: line.valid_to.map(|to| ends(to, zone)).into_iter().chain(scheme.valid_to).min(),
        revoked_at: None,
    };
    match &line.grantee {
        Grantee::Person(email) => {
            (delegation.grantee_kind, delegation.grantee_practitioner_id) = (GranteeKind::Person, Some(person(email)?));
        }
        Grantee::Role(role) => delegation.grantee_role = Some(*role),
        Grantee::Team(name) => {
            let team = roll.team(name).ok_or_else(|| unknown(name))?;
            (delegation.grantee_kind, delegation.grantee_team_id) = (GranteeKind::Team, Some(team));
        }
    }
    let window = |(limit, hours)| {
        let limit_pence = pence(limit)?;
        Some(delegation_window::Model { id: mint::id(), delegation_id: id, hours, limit_pence })
    };
    let purpose = |code: &String| roll.purpose(code).map(|purpose| purpose.id).ok_or_else(|| unknown(code));
    let hub = |name: &String| roll.hub(name).ok_or_else(|| unknown(name));
    Ok(GrantRows {
        delegation,
        windows: WINDOWS.into_iter().filter_map(window).collect(),
        purposes: super::sorted(line.purposes.iter().map(purpose).collect::<Result<Vec<_>, _>>()?.into_iter()),
        hubs: super::sorted(line.hubs.iter().map(hub).collect::<Result<Vec<_>, _>>()?.into_iter()),
        methods: super::sorted(line.methods.iter().copied()),
    })
}

/// What a version says, as its file would say it. Who has left is still named.
pub fn as_written(version: &Version, everybody: &Roll, zone: Tz) -> Scheme {
    let row = &version.row;
    Scheme {
        title: row.title.clone(),
        valid_from: (row.valid_from > row.signed_at).then(|| calendar::day(row.valid_from, zone)),
        valid_to: row.valid_to.map(|end| last_day(end, zone)),
        lines: version.granted.iter().map(|granted| line_of(granted, row, everybody, zone)).collect(),
    }
}

fn last_day(end: DateTime<Utc>, zone: Tz) -> NaiveDate {
    calendar::day(end - TimeDelta::seconds(1), zone)
}

fn line_of(granted: &GrantRows, scheme: &scheme::Model, everybody: &Roll, zone: Tz) -> Line {
    let row = &granted.delegation;
    let email = |id: Option<PractitionerId>| {
        let known = everybody.people.iter().find(|person| Some(person.id) == id);
        known.map(|person| person.email.clone()).unwrap_or_default()
    };
    let grantee = match (row.grantee_kind, row.grantee_role) {
        (GranteeKind::Role, Some(role)) => Grantee::Role(role),
        (GranteeKind::Team, _) => {
            let team = everybody.teams.iter().find(|(id, _)| Some(*id) == row.grantee_team_id);
            Grantee::Team(team.map(|(_, name)| name.clone()).unwrap_or_default())
        }
        _ => Grantee::Person(email(row.grantee_practitioner_id)),
    };
    let purposes = everybody.purposes.iter().filter(|purpose| granted.purposes.contains(&purpose.id));
    let hubs = everybody.hubs.iter().filter(|(id, _)| granted.hubs.contains(id));
    Line {
        key: row.line.clone(),
        grantor: email(Some(row.grantor_id)),
        grantee,
        purposes: purposes.map(|purpose| purpose.code.clone()).collect(),
        hubs: hubs.map(|(_, name)| name.clone()).collect(),
        methods: granted.methods.clone(),
        limits: limits_of(granted),
        break_glass: row.break_glass_pence.map(Money::from_pence),
        decides_for: row.decides_for,
        hours: hours_of(row),
        backing: row.backing_statement.clone(),
        valid_from: (row.valid_from > scheme.valid_from).then(|| calendar::day(row.valid_from, zone)),
        valid_to: row.valid_to.filter(|end| Some(*end) != scheme.valid_to).map(|end| last_day(end, zone)),
        place: Place::default(),
    }
}

fn limits_of(granted: &GrantRows) -> BTreeMap<Limit, Money> {
    let row = &granted.delegation;
    let window =
        |hours: i32| granted.windows.iter().find(|window| window.hours == hours).map(|window| window.limit_pence);
    let rolling = WINDOWS.map(|(limit, hours)| (limit, window(hours)));
    let others = [
        (Limit::Item, row.item_limit_pence),
        (Limit::InBudgetPeriod, row.budget_limit_pence),
        (Limit::PerPerson, row.person_limit_pence),
    ];
    let all = rolling.into_iter().chain(others);
    all.filter_map(|(limit, pence)| Some((limit, Money::from_pence(pence?)))).collect()
}

fn hours_of(row: &delegation::Model) -> Option<Hours> {
    let minute = |minute: Option<i32>, otherwise| minute.and_then(|it| u16::try_from(it).ok()).unwrap_or(otherwise);
    if row.days.is_none() && row.from_minute.is_none() && row.to_minute.is_none() {
        return None;
    }
    let days = row.days.and_then(|days| u8::try_from(days).ok()).unwrap_or(Hours::EVERY_DAY);
    Some(Hours { days, from_minute: minute(row.from_minute, 0), to_minute: minute(row.to_minute, 24 * 60) })
}
