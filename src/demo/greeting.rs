//! What `busfare demo` prints: who is here, how to be them, and a whole bus fare to paste.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use busfare_entity::{
    app, practitioner, session,
    words::{AppId, AppScope, FormContextKind, OrganisationId},
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    DemoError, PASSWORD,
    commands::{self, FARE, Journey, post, quoted},
    council::{PRACTITIONER, SENIOR},
    money::BUS_FARE,
};
use crate::{
    rules::{
        form::Wanted,
        token::{Bearer, SigningKey},
    },
    store::{self, Db, db::DatabaseTransaction},
    work::pictures::sample,
};

/// The demo's app, the same on each start, so that its new token replaces the old one.
const APP: AppId = AppId(Uuid::from_u128(0x019a_a6c0_0000_7000_8000_0000_0000_0a99));
const APP_LIFE: TimeDelta = TimeDelta::days(90);
/// What it may do: by itself the first two, and the others for practitioners who let it.
const APP_SCOPES: [AppScope; 5] =
    [AppScope::DirectoryRead, AppScope::FormsRead, AppScope::TeamRead, AppScope::SpendsRead, AppScope::SpendsWrite];
/// The picture of a ticket, in the data folder.
pub(super) const TICKET: &str = "demo-ticket.jpg";

/// Signs the demo's people in, gives its app a new token, writes the ticket's picture into the data folder, and
/// says all that in words to print.
pub async fn greeting(
    db: &Db,
    key: &SigningKey,
    listen: SocketAddr,
    data: &Path,
    now: DateTime<Utc>,
) -> Result<String, DemoError> {
    // Who is here?
    let txn = db.begin().await?;
    let practitioner = store::people::by_email(&txn, PRACTITIONER).await?.ok_or(DemoError::NotTheDemo)?;
    let senior = store::people::by_email(&txn, SENIOR).await?.ok_or(DemoError::NotTheDemo)?;
    let journey = plan(&txn, practitioner.organisation_id, now).await?;

    // Let them in.
    let people = [
        Guest { variable: "PRACTITIONER", token: sign_in(&txn, key, &practitioner, now).await?, who: practitioner },
        Guest { variable: "SENIOR", token: sign_in(&txn, key, &senior, now).await?, who: senior },
    ];
    let app_token = admit_app(&txn, people[0].who.organisation_id, now).await?;
    txn.commit().await?;

    // Leave a ticket to photograph.
    let ticket = std::path::absolute(data)?.join(TICKET);
    tokio::fs::create_dir_all(data).await?;
    tokio::fs::write(&ticket, sample::bus_ticket(FARE)).await?;

    Ok(words(&format!("http://{}", reachable(listen)), &people, &app_token, &journey, &ticket))
}

/// Somebody who is signed in for the demo.
struct Guest {
    variable: &'static str,
    who: practitioner::Model,
    token: String,
}

/// Finds what the bus fare and the note about it need.
async fn plan(
    txn: &DatabaseTransaction,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Journey, DemoError> {
    let purposes = store::purpose::all(txn, organisation).await?;
    let fare = purposes.iter().find(|purpose| purpose.code == BUS_FARE).ok_or(DemoError::NotTheDemo)?;
    let wanted = Wanted { kind: FormContextKind::SpendPurpose, purpose: Some(fare.id), hub: None, pence: None };
    let form = store::form::offered(txn, organisation, &wanted, now.date_naive()).await?.into_iter().next();
    Ok(Journey::begin(fare.id, form.ok_or(DemoError::NotTheDemo)?.version.id))
}

async fn sign_in(
    txn: &DatabaseTransaction,
    key: &SigningKey,
    who: &practitioner::Model,
    now: DateTime<Utc>,
) -> Result<String, DemoError> {
    let session = session::Model {
        id: store::mint::id(),
        practitioner_id: who.id,
        device_name: "demo".into(),
        created_at: now,
        revoked_at: None,
        app_id: None,
        scopes: None,
    };
    let bearer = Bearer { practitioner: who.id, session: session.id };
    store::session::begin(txn, session).await?;
    let (token, _) = key.issue(bearer, now)?;
    Ok(token)
}

async fn admit_app(
    txn: &DatabaseTransaction,
    organisation_id: OrganisationId,
    now: DateTime<Utc>,
) -> Result<String, DemoError> {
    let secret = store::mint::secret()?;
    let row = app::Model {
        id: APP,
        organisation_id,
        name: "Caerfelin Bus Times".into(),
        token_sha256: secret.sha256,
        scopes: serde_json::to_value(APP_SCOPES)?,
        expires_at: now + APP_LIFE,
        redirect_uris: serde_json::to_value(["http://127.0.0.1/back"])?,
        revoked_at: None,
        created_at: now,
        registered_by: None,
        last_used_at: None,
    };
    store::app::put(txn, row).await?;
    Ok(format!("{APP}_{}", secret.text))
}

/// An address that a command on this machine can reach: a server that listens everywhere also listens here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let here = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        elsewhere => elsewhere,
    };
    SocketAddr::new(here, listen.port())
}

fn words(server: &str, people: &[Guest; 2], app_token: &str, journey: &Journey, ticket: &Path) -> String {
    let [practitioner, senior] = people;
    let who = people.each_ref().map(|guest| format!("  {:<16} {}", guest.who.name, guest.who.email)).join("\n");
    let tokens =
        people.each_ref().map(|guest| format!("export {}={}", guest.variable, quoted(&guest.token))).join("\n");
    let ask = post(server, Some(practitioner.variable), &journey.ask_and_capture());
    let picture = format!(
        "curl -sS -X PUT -H \"Authorization: Bearer ${}\" -H 'Content-Type: image/jpeg' \\\n  \
         --data-binary {} {server}{}",
        practitioner.variable,
        quoted(&format!("@{}", ticket.display())),
        journey.picture_path(),
    );
    let note = post(server, Some(practitioner.variable), &journey.note());
    let sign_in = post(server, None, &commands::sign_in(&practitioner.who.email, PASSWORD));

    format!(
        "Busfare is at {server}, with an invented council in it.\n\n\
         {who}\n  Everybody's password is {PASSWORD}. {} decides what is above {}'s own say.\n\n\
         # Be them, and be an app. The first two tokens live for 10 minutes.\n\
         {tokens}\nexport APP={}\n\n\
         # 1. Ask for the fare, hear yes, and say that a picture of the ticket is coming.\n{ask}\n\n\
         # 2. Send the picture.\n{picture}\n\n\
         # 3. Write the two lines that matter.\n{note}\n\n\
         # When 10 minutes have passed, sign in again.\n{sign_in}\n",
        senior.who.name,
        practitioner.who.name,
        quoted(app_token),
    )
}
