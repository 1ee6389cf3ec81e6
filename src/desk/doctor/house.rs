//! What the doctor sees on this machine: the data folder and its keys, room on the disk, the place for pictures, programs,
//! and what only people can know.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use rustix::fs::{Access, access, statvfs};

use super::Check;
use crate::{
    config::{Reading, Settings},
    store::{
        blob::Blobs,
        keys::{self, SIGNING_KEY, STORAGE_KEY},
    },
};

/// With less room than this, people are told that there is none soon.
const LITTLE_ROOM_MIB: u64 = 1_024;
/// With less than this, a busy day may fill it.
const NO_ROOM_MIB: u64 = 100;

/// The data folder, its keys, and the room around it.
pub(super) fn look(settings: &Settings) -> Vec<Check> {
    let data = &settings.data;
    let Ok(about) = fs::metadata(data) else {
        let next = "name it with --data, or make a new one with `busfare migrate`.";
        return vec![Check::amiss("data folder", "It is not there, or is not to be seen by this user.", next)];
    };
    let mut checks = vec![folder(data, about.permissions().mode())];
    checks.push(key("signing key", &data.join(SIGNING_KEY), || keys::open(data).map(drop)));
    checks.push(key("storage key", &data.join(STORAGE_KEY), || keys::open_vault(data).map(drop)));
    checks.push(room(data));
    checks
}

fn folder(data: &Path, mode: u32) -> Check {
    if !may_be_used(data) {
        let next = "run as the user of the server, and give the folder to it with chown.";
        return Check::amiss("data folder", "This user cannot read and write it.", next);
    }
    if mode & 0o077 != 0 {
        let next = "keep other users of this machine out with chmod 700.";
        return Check::hint("data folder", "It can be used, and others on this machine can look into it.", next);
    }
    Check::well("data folder", "It can be read and written, and by nobody else.")
}

fn may_be_used(folder: &Path) -> bool {
    folder.is_dir() && access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// A key that is there is read; one that is not is left to the server to make.
fn key<E: std::fmt::Display>(name: &'static str, path: &Path, read: impl FnOnce() -> Result<(), E>) -> Check {
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let next = "bring it back from a backup; where there never was one, `busfare serve` makes it.";
            return Check::amiss(name, "It is not there.", next);
        }
        Err(_) => return Check::amiss(name, "It cannot be seen.", "run as the user of the server."),
    };
    if about.permissions().mode() & 0o077 != 0 {
        let next = "keep it to its owner with chmod 600; if others may have read it, everybody has to sign in anew.";
        return Check::amiss(name, "Others on this machine can read it.", next);
    }
    match read() {
        Ok(()) => Check::well(name, "It is there, can be read, and by nobody else."),
        Err(error) => Check::amiss(name, format!("It cannot be used: {error}."), "bring it back from a backup."),
    }
}

fn room(data: &Path) -> Check {
    let Ok(disk) = statvfs(data) else {
        return Check::hint("disk", "How much room there is is not known.", "see for yourself with df.");
    };
    let mebibytes = disk.f_bavail.saturating_mul(disk.f_frsize) / (1 << 20);
    let words = format!("{mebibytes} MiB are free.");
    let next = "make room, or move the data folder to a larger disk.";
    match mebibytes {
        ..NO_ROOM_MIB => Check::amiss("disk", words, next),
        NO_ROOM_MIB..LITTLE_ROOM_MIB => Check::hint("disk", words, next),
        _ => Check::well("disk", words),
    }
}

/// The place for pictures. A bucket can be asked without changing it only whether it answers.
pub(super) async fn pictures(settings: &Settings) -> Check {
    let name = "pictures";
    let bucket = match settings.s3.bucket() {
        Ok(Some(bucket)) => bucket,
        Ok(None) if may_be_used(&settings.data.join("pictures")) => {
            return Check::well(name, "Their folder can be read and written.");
        }
        Ok(None) => {
            let next = "give it to the user of the server; where there never was one, `busfare serve` makes it.";
            return Check::amiss(name, "Their folder cannot be read and written.", next);
        }
        Err(sentence) => return Check::amiss(name, sentence, "put the settings of the bucket right."),
    };
    match Blobs::look_at_bucket(&bucket).await {
        Ok(()) => {
            Check::well(name, "Their bucket answers and can be read; `/readyz` of a server says whether it takes any.")
        }
        Err(error) => {
            let next = "see that the storage runs, and that the key may read and write the bucket.";
            Check::amiss(name, format!("Their bucket cannot be used: {error}."), next)
        }
    }
}

/// The programs that are used where they are installed.
pub(super) fn programs(settings: &Settings, has: fn(&str) -> bool) -> Vec<Check> {
    let wanted: [(&str, &[&str], &str, &str); 3] = [
        ("tesseract", &["tesseract"], "Receipts are not read.", "apt-get install tesseract-ocr, or leave it."),
        (
            "heif-convert",
            &["heif-convert", "heif-dec"],
            "HEIC is kept and not shown.",
            "apt-get install libheif-examples.",
        ),
        ("pdftoppm", &["pdftoppm"], "PDF is kept and not shown.", "apt-get install poppler-utils."),
    ];
    let one = |(name, any, without, next): (&'static str, &[&str], &str, &str)| {
        if name == "tesseract" && settings.reading == Reading::Off {
            Check::well(name, "Receipts are not to be read here.")
        } else if any.iter().any(|program| has(program)) {
            Check::well(name, "It is installed.")
        } else {
            Check::hint(name, format!("It is not installed. {without}"), next)
        }
    };
    wanted.map(one).into()
}

/// Whether messages leave the house.
pub(super) fn mail(settings: &Settings) -> Check {
    match settings.outgoing.outgoing() {
        Ok(outgoing) if outgoing.mail.is_some() => Check::well("mail", "E-mail is sent by a server."),
        Ok(_) => {
            Check::hint("mail", "No e-mail is sent, so nobody is reminded by it.", "give --smtp-host and --mail-from.")
        }
        Err(sentence) => Check::amiss("mail", sentence, "put the settings of the mail server right."),
    }
}

/// What nobody can see from here.
pub(super) fn backups(settings: &Settings) -> Check {
    let what = match (&settings.database_url, &settings.s3.bucket) {
        (None, None) => "the data folder (the database with sqlite3's .backup)",
        (None, Some(_)) => "the data folder (the database with sqlite3's .backup) and the bucket",
        (Some(_), None) => "the database with pg_dump, and then the data folder",
        (Some(_), Some(_)) => "the database with pg_dump, the data folder with its keys, and the bucket",
    };
    let next = format!("back up {what}, keep the keys apart, and try once a quarter whether it can be brought back.");
    Check::hint("backups", "Busfare makes none and cannot see yours.", next)
}
