//! Retention at the desk of whoever answers for what is kept: what is due to go and why, and taking it away.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::{
    Told,
    council::{self, NotThere},
};
use crate::{
    config::RetentionCommand,
    rules::retention::{What, Why},
    store::{
        self,
        retention::{Item, Place},
    },
};

/// Does what was asked.
pub async fn run(command: RetentionCommand, now: DateTime<Utc>) -> Told {
    match done(command, now).await {
        Ok(words) => Told { code: 0, words },
        Err(wrong) => Told { code: 2, words: wrong.to_string() },
    }
}

async fn done(command: RetentionCommand, now: DateTime<Utc>) -> Result<String, NotThere> {
    let (db, organisation) = council::open(&command.place).await?;
    let most = usize::from(command.most);
    let due = store::retention::due(db.reader(), organisation.id, now, most).await?;
    let mut words = String::new();
    for (said, items) in [("goes", &due.goes), ("held", &due.held_back)] {
        for item in items {
            let _ = writeln!(words, "{said}  {}", line(item));
        }
    }
    if due.more {
        words.push_str("There is more; name a larger number with --most, or do this again.\n");
    }
    let count = due.goes.len();
    if command.purge {
        let txn = db.begin().await?;
        let (run, _) = store::retention::purge_due(&txn, (organisation.id, None), now, most).await?;
        txn.commit().await?;
        db.scrub().await?;
        let _ = write!(words, "{} answers and {} records are gone.", run.answers, run.records);
    } else {
        let _ = write!(
            words,
            "{count} due, {} held. Nothing was changed; take away what is due with --purge.",
            due.held_back.len()
        );
    }
    db.close().await?;
    Ok(words)
}

/// One thing that goes: since when, what and why, and no word of any answer.
fn line(item: &Item) -> String {
    let what = match (&item.leaving.what, &item.place) {
        (What::Answer(_), Some(Place::Answer { question: Some(_), link_id, .. })) => format!("answer {link_id}"),
        (What::Answer(_), _) => "own heading".to_owned(),
        (What::Record, _) => "record".to_owned(),
    };
    let why = match item.leaving.why {
        Why::KeptLongEnough { from, days } => format!("kept {days} days from {from}"),
        Why::NothingLeft => "nothing is left in it".to_owned(),
        Why::DraftExpired { last_saved } => format!("a draft last saved on {last_saved}"),
    };
    format!("{}  {}  {what}: {why}", item.leaving.due_on, item.leaving.record)
}
