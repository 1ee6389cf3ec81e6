//! Importing: forms of a file become drafts on a council's question bank. Nobody is asked anything before somebody has said
//! why each question is asked, and has published a form.

use std::{collections::HashMap, fmt::Write, path::Path};

use busfare_entity::{form_draft, practitioner, question, question_version, words::OrganisationId};
use chrono::{DateTime, Months, Utc};

use super::{
    files::{self, NotRead},
    verdict_in_words,
};
use crate::{
    config::{ImportAs, Place},
    desk::{
        Told,
        council::{self, NotThere},
    },
    rules::form::{Adopted, Asked, Definition, adopt, measure},
    store::{self, db::DbErr},
};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotImported {
    /// The file cannot be read, or has no such form.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// There is no council.
    #[error(transparent)]
    NotThere(#[from] NotThere),
    /// The database failed.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] DbErr),
    /// A document cannot be written.
    #[error("A form cannot be written as JSON: {0}.")]
    Json(#[from] serde_json::Error),
    /// Nobody with that e-mail works here.
    #[error("Nobody who works here has the e-mail {0}.")]
    Nobody(String),
    /// Drafts of the form are open.
    #[error("A draft of `{0}` is open already. Publish it first, or import another form with --form.")]
    DraftOpen(String),
}

/// Imports forms of a file: all of them, or none.
pub(super) async fn import(
    file: &Path,
    asked: &ImportAs,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<Told, NotImported> {
    // Which forms, and who answers for their questions?
    let found = files::chosen(file, asked.form.as_deref())?;
    let forms: Vec<Definition> = found.iter().map(|found| found.form.clone()).collect();
    let (db, organisation) = council::open(place).await?;
    let steward = store::people::by_email(db.reader(), &asked.steward.trim().to_lowercase()).await?;
    let steward = steward.filter(|steward| steward.organisation_id == organisation.id);
    let steward = steward.ok_or_else(|| NotImported::Nobody(asked.steward.escape_debug().to_string()))?;

    // Remember them, on what the bank has.
    let txn = db.begin().await?;
    let adopted = adopt(&forms, asked.tier, &bank(&txn, organisation.id, &forms).await?);
    for question in &adopted.questions {
        let (row, wording) = worded(question, asked, &steward, now)?;
        store::bank::add(&txn, (row, wording)).await?;
    }
    for draft in &adopted.drafts {
        let row = form_draft::Model {
            id: store::mint::id(),
            organisation_id: organisation.id,
            code: draft.code.clone(),
            document: serde_json::to_value(draft)?,
            revision: 1,
            drafted_by: steward.id,
            drafted_at: now,
            changed_by: steward.id,
            changed_at: now,
            published_as: None,
        };
        if !store::form_draft::add(&txn, row).await? {
            return Err(NotImported::DraftOpen(draft.code.clone()));
        }
    }
    txn.commit().await?;
    db.close().await?;

    // Say what came of it.
    let mut words = String::new();
    for found in &found {
        let verdict = measure(asked.tier, &found.form);
        let _ = writeln!(words, "{}\n{}", found.form.title.en, verdict_in_words(found, &verdict));
    }
    let conditions: usize = found.iter().map(|found| found.conditions).sum();
    let _ = writeln!(words, "{}", in_words(&adopted, asked.notes));
    let _ = write!(
        words,
        "{} drafts with {conditions} conditions; {} questions are new in the bank. Say why each is asked, then publish.",
        adopted.drafts.len(),
        adopted.questions.len()
    );
    Ok(Told { code: 0, words })
}

fn in_words(adopted: &Adopted, listed: bool) -> String {
    if !listed {
        return format!("{} notes; see them with --notes", adopted.notes.len());
    }
    let line = |(form, place, what): &(String, String, String)| format!("  - {form}, {place}: {what}");
    adopted.notes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What the bank asks under the codes that these forms could take.
async fn bank(
    txn: &store::db::DatabaseTransaction,
    organisation: OrganisationId,
    forms: &[Definition],
) -> Result<HashMap<String, Asked>, NotImported> {
    let own = forms.iter().flat_map(Definition::questions).map(|posed| posed.asked.code.clone());
    let with_form = forms.iter().flat_map(|form| {
        form.questions().map(|posed| format!("{}.{}", form.code, posed.asked.code)).collect::<Vec<_>>()
    });
    let codes: Vec<String> = own.chain(with_form).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let newest = store::bank::newest(txn, organisation, &codes).await?;
    newest.into_iter().map(|(code, (_, wording))| Ok((code, store::bank::asked(&wording)?))).collect()
}

fn worded(
    asked: &Asked,
    import: &ImportAs,
    steward: &practitioner::Model,
    now: DateTime<Utc>,
) -> Result<store::bank::Worded, NotImported> {
    let question = question::Model {
        id: store::mint::id(),
        organisation_id: steward.organisation_id,
        code: asked.code.clone(),
        steward_id: steward.id,
        purpose: import.purpose.clone(),
        lawful_basis: import.lawful_basis,
        readers: import.readers,
        retention_days: import.retention_days,
        review_on: (now + Months::new(12)).date_naive(),
        held_by_group: false,
        article_nine: None,
        sunset_on: None,
        retired_at: None,
        retired_by: None,
        retired_because: None,
        added_at: now,
    };
    let wording = question_version::Model {
        id: store::mint::id(),
        question_id: question.id,
        version: 1,
        asked: serde_json::to_value(asked)?,
        added_by: Some(steward.id),
        added_at: Some(now),
    };
    Ok((question, wording))
}
