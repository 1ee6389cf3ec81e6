//! Calendars out: a hub's times for a phone that follows them, by a secret address and without names.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS},
    web::{self, Data},
};
use busfare_entity::{appointment, calendar_feed, hub};
use chrono::{DateTime, TimeDelta, Utc};

use super::{clock, problem::Refused, session};
use crate::{
    api::{error::Problem, state::State},
    rules::{
        calendar,
        calendar_feed::{Entry, MOST_ENTRIES, What, calendar as written},
        hub_session::expand,
    },
    store::{self, db::DbErr, hub_session::Kept},
};

/// How far back a calendar goes.
const BACK: TimeDelta = TimeDelta::days(30);
/// How far ahead.
const AHEAD: TimeDelta = TimeDelta::days(180);
/// What the address ends with.
const ENDING: &str = ".ics";

/// Routes below `/calendars`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/calendars/{secret}", web::get().to(get_calendar));
}

async fn get_calendar(http: HttpRequest, secret: web::Path<String>, state: Data<State>) -> HttpResponse {
    match follow(&http, &secret, &state).await {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, "inline; filename=\"hub.ics\""))
            .insert_header((CACHE_CONTROL, "private, no-cache"))
            .insert_header((VARY, "Accept-Language"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(text),
        Err(refused) => refused.answer(&http, None),
    }
}

async fn follow(http: &HttpRequest, secret: &str, state: &State) -> Result<String, Refused> {
    let secret = secret.strip_suffix(ENDING).ok_or_else(Problem::not_found)?;
    let reader = state.db.reader();
    let feed = store::calendar_feed::by_secret(reader, secret).await?.ok_or_else(Problem::not_found)?;
    let hub = store::people::hub_in(reader, feed.organisation_id, feed.hub_id).await?.ok_or_else(Problem::not_found)?;
    let language = session::language(http);
    let now = clock::now();
    let sessions = store::hub_session::of_hubs(reader, feed.organisation_id, &[hub.id]).await?;
    let appointments = store::appointment::in_hub(
        reader,
        (feed.organisation_id, hub.id),
        (now - BACK, now + AHEAD),
        u64::try_from(MOST_ENTRIES).unwrap_or(u64::MAX),
    )
    .await?;
    let mut entries = openings(state, &feed, &hub, &sessions, now).await?;
    entries.extend(appointments.iter().filter_map(|row| taken(row, &hub)));
    entries.truncate(MOST_ENTRIES);
    Ok(written(&entries, language))
}

async fn openings<'a>(
    state: &State,
    feed: &calendar_feed::Model,
    hub: &'a hub::Model,
    sessions: &'a [Kept],
    now: DateTime<Utc>,
) -> Result<Vec<Entry<'a>>, DbErr> {
    let zone = store::people::zone(state.db.reader(), feed.organisation_id).await?;
    let closures = store::hub_session::closures(state.db.reader(), feed.organisation_id).await?;
    let days = (calendar::day(now - BACK, zone), calendar::day(now + AHEAD, zone));
    let mut entries = Vec::new();
    for kept in sessions {
        let open = expand(&kept.session, &closures, days, zone).map(|all| all.openings).unwrap_or_default();
        entries.extend(open.into_iter().map(|opening| Entry {
            id: kept.row.id.0,
            on: Some(opening.on),
            what: What::Session(&kept.row.name),
            starts: opening.starts,
            ends: opening.ends,
            place: (&hub.name, &hub.address),
            called_off: false,
            changed: kept.row.put_at,
        }));
    }
    Ok(entries)
}

/// A time that is taken, or was until it was called off. Whoever waits, or walked in, has none.
fn taken<'a>(row: &appointment::Model, hub: &'a hub::Model) -> Option<Entry<'a>> {
    let (starts, ends) = row.starts_at.zip(row.ends_at)?;
    Some(Entry {
        id: row.id.0,
        on: None,
        what: What::Appointment,
        starts,
        ends,
        place: (&hub.name, &hub.address),
        called_off: row.place.is_none(),
        changed: row.asked_at,
    })
}
