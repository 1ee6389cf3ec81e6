//! A believable council to try Busfare with: invented once, by the same rules and the same store as a real one.

mod commands;
mod council;
mod directory;
mod forms;
mod greeting;
mod hubs;
mod money;
mod paying;
mod reset;
mod scheme;
pub mod year;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use busfare_entity::hub_session;
use chrono::{DateTime, Utc};

use self::council::Council;
pub use self::{greeting::greeting, reset::reset, scheme::put_in_force};
use crate::{
    config::Example,
    rules::{
        form::Unpublishable,
        hub_session::HubSessionRefusal,
        password,
        token::{NotValid, SigningKey},
    },
    store::{
        self, Db,
        db::{DatabaseTransaction, DbErr},
        mint::NoChance,
        scheme::NotPublished,
    },
};

/// The password of everybody in the demo. It is printed, so it protects nothing but a demo.
pub const PASSWORD: &str = "let-me-decide";

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database failed.
    #[error("the demo could not be remembered: {0}")]
    Remembering(#[from] DbErr),
    /// The machine gave no randomness.
    #[error(transparent)]
    NoChance(#[from] NoChance),
    /// The password could not be hashed.
    #[error("the demo's password could not be hashed")]
    Password,
    /// A form keeps no proportion.
    #[error(transparent)]
    Form(#[from] Unpublishable),
    /// The bank or a form could not be read.
    #[error("the demo's forms cannot be read: {0}")]
    Written(String),
    /// The directory has a fault.
    #[error("the demo's directory cannot be read: {0}")]
    Directory(String),
    /// A text could not be written as JSON.
    #[error("the demo could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A scheme cannot be read.
    #[error("the demo's scheme of delegation cannot be read: {0}")]
    Scheme(String),
    /// A scheme cannot be published.
    #[error("the demo's scheme of delegation cannot be published: {0}")]
    Publishing(#[from] NotPublished),
    /// No token could be issued.
    #[error("no token could be issued for the demo")]
    Token(#[from] NotValid),
    /// A session of a hub cannot be.
    #[error("the demo's hubs cannot be open as it says: {0:?}")]
    Hubs(HubSessionRefusal),
    /// Another organisation lives here.
    #[error("another organisation is kept here already; start the demo with an empty --data folder")]
    NotTheDemo,
    /// A council is here already, and has not lived through a year.
    #[error("a council is kept here already; a year needs an empty --data folder, or an empty database")]
    NoRoomForAYear,
    /// Only what is in a folder is forgotten.
    #[error("--reset forgets a demo that is kept in a --data folder; empty a database or a bucket by hand")]
    OnlyInAFolder,
    /// A server still has it open.
    #[error("a server still has this folder open; stop it, and try again")]
    StillOpen,
    /// The demo could not be forgotten.
    #[error("the demo could not be forgotten: {0}")]
    Forgetting(#[source] std::io::Error),
    /// The picture of the ticket could not be written.
    #[error("the picture of the ticket could not be written into the data folder: {0}")]
    Ticket(#[from] std::io::Error),
}

impl From<HubSessionRefusal> for DemoError {
    fn from(why: HubSessionRefusal) -> Self {
        Self::Hubs(why)
    }
}

/// Invents the council with the scheme that is the default, all of it or nothing. False where an organisation is here
/// already: then nothing changes.
pub async fn seed(db: &Db, key: &SigningKey, now: DateTime<Utc>) -> Result<bool, DemoError> {
    seed_with(db, key, Example::default(), now).await
}

/// Invents the council with one of the schemes.
pub async fn seed_with(db: &Db, key: &SigningKey, example: Example, now: DateTime<Utc>) -> Result<bool, DemoError> {
    let txn = db.begin().await?;
    if !store::people::is_empty(&txn).await? {
        return Ok(false);
    }
    let council = Council::invent(&hash_once()?, now);
    let sessions = hubs::sessions(&council, now, hubs::Bookable::InOneHub)?;
    begin(&txn, key, example, (&council, sessions), (now, now)).await?;
    txn.commit().await?;
    Ok(true)
}

/// Invents a council of twenty teams and lives through a year of it. False where an organisation is here already: then
/// nothing changes. `tell` hears of each month.
pub async fn seed_year(
    db: &Db,
    key: &SigningKey,
    (example, amount): (Example, year::Amount),
    now: DateTime<Utc>,
    tell: impl Fn(String),
) -> Result<bool, DemoError> {
    let txn = db.begin().await?;
    if !store::people::is_empty(&txn).await? {
        return Ok(false);
    }
    let since = now - year::YEAR;
    let council = year::council(&hash_once()?, since);
    let sessions = hubs::sessions(&council, since, hubs::Bookable::InEveryHub)?;
    begin(&txn, key, example, (&council, sessions.clone()), (since, now)).await?;
    year::live(&txn, (&council, &sessions), amount, now, tell).await?;
    txn.commit().await?;
    db.look_over().await?;
    Ok(true)
}

/// The council before anybody has spent a penny; it has been there since a moment.
async fn begin(
    txn: &DatabaseTransaction,
    key: &SigningKey,
    example: Example,
    (council, sessions): (&Council, Vec<hub_session::Model>),
    (since, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DemoError> {
    // Who is here, and where?
    council.remember(txn).await?;
    for session in sessions {
        store::hub_session::put(txn, session).await?;
    }

    // What may be spent, by whom?
    store::purpose::add(txn, money::purposes(council.organisation.id, since)).await?;
    for budget in money::budgets(council, now.date_naive()) {
        store::budget::open(txn, budget, since).await?;
    }
    paying::remember(txn, council, since).await?;
    for (role, limit) in money::VIREMENT_LIMITS {
        store::steward::set_limit(txn, council.organisation.id, role, limit).await?;
    }
    scheme::publish(txn, key, example, &council.head_of_service, since).await?;

    // What is asked?
    let forms = forms::forms(council, now)?;
    store::bank::change_group(txn, council.organisation.id, &forms::practice_group(council), &[], now).await?;
    for question in forms.questions {
        store::bank::add(txn, question).await?;
    }
    for form in forms.publications {
        store::form::publish(txn, form).await?;
    }

    // Who else can help?
    directory::remember(txn, council, now).await
}

/// One hash for everybody, because hashing is slow on purpose.
fn hash_once() -> Result<String, DemoError> {
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| NoChance)?;
    password::hash(PASSWORD, &salt).map_err(|_| DemoError::Password)
}

#[cfg(test)]
mod tests;
