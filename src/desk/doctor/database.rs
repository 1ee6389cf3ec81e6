//! What the doctor sees of the database: whether it can be reached and is as this program knows it, whose it is, whether its
//! clock agrees with ours, and whether jobs are stuck.

use chrono::{DateTime, TimeDelta, Utc};

use super::Check;
use crate::{
    config::{DatabaseUrl, Settings},
    store::{self, Db, db::DbErr, installation::Whose},
};

/// Tokens allow for clocks that differ by this much.
const TOLERATED: TimeDelta = TimeDelta::seconds(5);

/// Looks at all of it. What cannot be known without the database is left out where there is none.
pub(super) async fn look(settings: &Settings, clock: fn() -> DateTime<Utc>) -> Vec<Check> {
    let opened = match settings.database_url.as_ref().map(DatabaseUrl::as_str) {
        Some(url) => Db::look_at_postgres(url).await,
        None if settings.data.join("busfare.sqlite").is_file() => Db::look_at_sqlite(&settings.data).await,
        None => {
            let next = "name the folder with --data, or make a new one with `busfare migrate`.";
            return vec![Check::amiss("database", "There is none in the data folder.", next)];
        }
    };
    let looked = match opened {
        Ok(db) => look_inside(&db, settings, clock).await,
        Err(error) => Err(error),
    };
    looked.unwrap_or_else(|error| vec![cannot_be_used(&error)])
}

fn cannot_be_used(error: &DbErr) -> Check {
    let next = "see that it runs, that its URL is right, and that it lets this user in.";
    Check::amiss("database", format!("It cannot be used: {error}."), next)
}

async fn look_inside(db: &Db, settings: &Settings, clock: fn() -> DateTime<Utc>) -> Result<Vec<Check>, DbErr> {
    let mut checks = vec![Check::well("database", format!("{} answers.", db.version().await?))];
    checks.push(clocks(db, clock).await?);
    if !db.is_up_to_date().await? {
        let next = "bring it up to date with `busfare migrate`; `busfare serve` does so as well.";
        checks.push(Check::amiss("migrations", "Some are not applied.", next));
        return Ok(checks);
    }
    checks.push(Check::well("migrations", "All are applied."));
    checks.push(whose(db, settings).await?);
    checks.push(jobs(db, clock()).await?);
    Ok(checks)
}

async fn clocks(db: &Db, clock: fn() -> DateTime<Utc>) -> Result<Check, DbErr> {
    let before = clock();
    let Some(theirs) = db.time().await? else {
        return Ok(Check::well("clock", "The database has the clock of this machine."));
    };
    let after = clock();
    // Its answer was given at some moment between the two.
    let apart = (before - theirs).max(theirs - after).max(TimeDelta::zero());
    if apart <= TOLERATED {
        return Ok(Check::well("clock", "The database's clock agrees with this machine's."));
    }
    let words = format!("The database's clock and this machine's are {} seconds apart.", apart.num_seconds());
    Ok(Check::amiss("clock", words, "set both by NTP; who may do what until when hangs on it."))
}

async fn whose(db: &Db, settings: &Settings) -> Result<Check, DbErr> {
    let found = store::installation::look(db.reader(), &settings.data).await?;
    Ok(match found {
        Whose::Theirs => Check::well("installation", "The data folder belongs to this database."),
        Whose::Nobodys => Check::hint(
            "installation",
            "Database and data folder do not know each other yet.",
            "nothing; `busfare serve` sees to it when it starts.",
        ),
        Whose::Anothers => Check::amiss(
            "installation",
            "The data folder belongs to another database.",
            "name the folder or the database that belongs to it; each database needs a folder of its own.",
        ),
    })
}

async fn jobs(db: &Db, now: DateTime<Utc>) -> Result<Check, DbErr> {
    let counts = store::job::counts(db.reader(), None, now).await?;
    if counts.stuck == 0 {
        return Ok(Check::well("jobs", format!("None is stuck; {} wait.", counts.waiting)));
    }
    let next =
        "see why in the log or in `jobs(state: STUCK)`, put it right, and have them tried again with `retryJob`.";
    Ok(Check::amiss("jobs", format!("{} are stuck.", counts.stuck), next))
}
