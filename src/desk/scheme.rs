//! Schemes of delegation at the desk of a finance officer: checked, compared, published and shown.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use busfare_entity::{
    organisation, practitioner,
    words::{Language, Role},
};
use chrono::{DateTime, Utc};

use super::{
    Told,
    council::{self, NotThere, shown},
};
use crate::{
    config::{DatabaseUrl, Place, SchemeCommand},
    http::server::{self, StartError},
    rules::{
        calendar,
        scheme::{self, MOST_BYTES, Named, Roll, Scheme},
    },
    store::{
        self, Db,
        db::DbErr,
        scheme::{NotPublished, Publication, Published, Version},
    },
};

mod report;

use self::report::Report;

/// Why nothing could be done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}.")]
    File {
        /// Which file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// There is no council to work on.
    #[error(transparent)]
    There(#[from] NotThere),
    /// It cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It cannot be published.
    #[error("It cannot be published: {0}.")]
    NotPublished(#[from] NotPublished),
    /// The database failed.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] DbErr),
}

/// Does what was asked.
pub async fn run(command: SchemeCommand, now: DateTime<Utc>) -> Result<Told, NotDone> {
    let done = match command {
        SchemeCommand::Check { file, strict, place } => check(&file, strict, place.place(), now).await,
        SchemeCommand::Diff { old, new, place } => {
            let files: Vec<_> = std::iter::once(old).chain(new).collect();
            diff(&files, &place, now).await
        }
        SchemeCommand::Publish { file, signed_by, place } => publish(&file, &signed_by, &place, now).await,
        SchemeCommand::Show { source, place } => show(source, &place, now).await,
        SchemeCommand::Example { name } => Ok(fine(name.file().trim_end())),
    };
    match done {
        Err(wrong @ (NotDone::File { .. } | NotDone::There(NotThere::NobodyHere(_)))) => {
            Ok(Told { code: 2, words: wrong.to_string() })
        }
        other => other,
    }
}

fn fine(words: impl Into<String>) -> Told {
    Told { code: 0, words: words.into() }
}

async fn check(file: &Path, strict: bool, place: Option<Place>, now: DateTime<Utc>) -> Result<Told, NotDone> {
    let (scheme, mut problems) = scheme::read(&bytes_of(file)?);
    let mut report = Report::default();
    if let (Some(scheme), Some(place)) = (&scheme, place) {
        let council = Council::look(&place).await?;
        problems.extend(scheme::names(scheme, &council.roll));
        report.problems(&problems);
        report.explain(scheme, Named::From(&council.roll));
        if !scheme::stands_in_the_way(&problems) {
            report.gaps(scheme, &council.roll, calendar::day(now, council.zone()));
        }
    } else {
        report.problems(&problems);
        if let Some(scheme) = &scheme {
            report.explain(scheme, Named::AsTyped);
            report.say("Names and gaps were not checked: say where the council is with --data or --database-url.");
        }
    }
    Ok(report.told(strict))
}

async fn diff(files: &[PathBuf], place: &Place, now: DateTime<Utc>) -> Result<Told, NotDone> {
    let mut report = Report::default();
    let mut schemes = Vec::new();
    for file in files {
        let (scheme, problems) = scheme::read(&bytes_of(file)?);
        match scheme {
            Some(scheme) => schemes.push(scheme),
            None => {
                report.say(format!("{} cannot be compared:", shown(file)));
                report.problems(&problems);
            }
        }
    }
    if schemes.len() < files.len() {
        return Ok(report.told(false));
    }
    match schemes.as_slice() {
        [old, new] => report.changes(&scheme::diff(old, new, Named::AsTyped)),
        [new, ..] => {
            let council = Council::look(place).await?;
            match council.in_force(now).await? {
                Some(old) => report.changes(&scheme::diff(&old.scheme, new, Named::From(&old.everybody))),
                None => report.say("No scheme is in force, so everything in the file is new."),
            }
        }
        [] => {}
    }
    Ok(report.told(false))
}

async fn publish(file: &Path, signed_by: &str, place: &Place, now: DateTime<Utc>) -> Result<Told, NotDone> {
    // What does the file say?
    let bytes = bytes_of(file)?;
    let (scheme, mut problems) = scheme::read(&bytes);
    let mut report = Report::default();
    let Some(scheme) = scheme else {
        report.problems(&problems);
        return Ok(report.told(false));
    };

    // Who signs it, and do its names exist?
    is_a_server_s(&place.data)?;
    let state = server::open(&place.data, place.database_url.as_ref().map(DatabaseUrl::as_str), None).await?;
    let signer = store::people::by_email(state.db.reader(), &signed_by.trim().to_lowercase()).await?;
    let signer = match may_sign(signer, signed_by) {
        Ok(signer) => signer,
        Err(words) => return Ok(Told { code: 1, words }),
    };
    let roll = store::scheme::roll(state.db.reader(), signer.organisation_id).await?;
    problems.extend(scheme::names(&scheme, &roll));
    report.problems(&problems);
    if scheme::stands_in_the_way(&problems) {
        return Ok(report.told(false));
    }

    // Publish it.
    let source = String::from_utf8_lossy(&bytes);
    let publication = Publication {
        organisation: signer.organisation_id,
        scheme: &scheme,
        source: &source,
        signed_by: signer.id,
        key: &state.key,
    };
    let txn = state.db.begin().await?;
    let published = store::scheme::publish(&txn, publication, now).await?;
    txn.commit().await?;
    match published {
        Published::New(row) => report.version(&row, &signer.name, "is published"),
        Published::Already(row) => {
            report.version(&row, &signer.name, "says the same already, and nothing was changed");
        }
    }
    state.db.close().await?;
    Ok(report.told(false))
}

/// Whoever signs answers for it.
fn may_sign(signer: Option<practitioner::Model>, typed: &str) -> Result<practitioner::Model, String> {
    match signer {
        Some(senior) if senior.role == Role::Senior => Ok(senior),
        Some(other) => Err(format!("{} is no senior, and only a senior signs a scheme of delegation.", other.name)),
        None => Err(format!("Nobody who works here has the e-mail {}.", typed.escape_debug())),
    }
}

async fn show(source: bool, place: &Place, now: DateTime<Utc>) -> Result<Told, NotDone> {
    let council = Council::look(place).await?;
    let Some(in_force) = council.in_force(now).await? else {
        return Ok(Told { code: 1, words: "No scheme of delegation is in force.".into() });
    };
    let row = &in_force.version.row;
    if source {
        let file = row.source.as_deref().unwrap_or("# This version was not published from a file.");
        return Ok(fine(file.trim_end()));
    }
    let mut report = Report::default();
    let signer = in_force.everybody.people.iter().find(|person| person.id == row.signed_by);
    report.version(row, signer.map_or("somebody", |person| &person.name), "is in force");
    report.explain(&in_force.scheme, Named::From(&in_force.everybody));
    Ok(report.told(false))
}

/// A file's bytes, and not one more than a scheme may have.
fn bytes_of(file: &Path) -> Result<Vec<u8>, NotDone> {
    let read = || {
        let mut bytes = Vec::new();
        let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| NotDone::File { path: shown(file), source })
}

/// A folder that a server has used has its mark and its key. Any other is left alone.
fn is_a_server_s(folder: &Path) -> Result<(), NotDone> {
    let there = ["installation", "signing-key.pk8"].iter().all(|file| folder.join(file).is_file());
    if there { Ok(()) } else { Err(NotThere::NobodyHere(shown(folder)).into()) }
}

/// A council that is only looked at.
struct Council {
    db: Db,
    organisation: organisation::Model,
    roll: Roll,
}

/// What is in force in it.
struct InForce {
    version: Version,
    scheme: Scheme,
    everybody: Roll,
}

impl Council {
    async fn look(place: &Place) -> Result<Self, NotDone> {
        let (db, organisation) = council::open(place).await?;
        let roll = store::scheme::roll(db.reader(), organisation.id).await?;
        Ok(Self { db, organisation, roll })
    }

    fn zone(&self) -> chrono_tz::Tz {
        calendar::zone(&self.organisation.time_zone)
    }

    async fn in_force(&self, now: DateTime<Utc>) -> Result<Option<InForce>, NotDone> {
        let reader = self.db.reader();
        let Some(row) = store::authority::scheme_in_force(reader, self.organisation.id, now).await? else {
            return Ok(None);
        };
        let version = store::scheme::whole(reader, row).await?;
        let everybody = store::scheme::everybody(reader, self.organisation.id).await?;
        let scheme = store::scheme::as_written(&version, &everybody, self.zone());
        Ok(Some(InForce { version, scheme, everybody }))
    }
}

/// The language of the desk.
const LANGUAGE: Language = Language::En;
