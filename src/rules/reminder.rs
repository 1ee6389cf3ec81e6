//! Reminders: at most one gentle digest a day of what still has no evidence and of appointments that are soon, at an hour that is hers to say, never in
//! quiet hours, at a weekend or on a bank holiday, and never to anybody but the person who spent or made it.

mod refusal;

use busfare_entity::words::{Language, ReminderChannel};
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

pub use self::refusal::ReminderRefusal;
use super::{calendar, refusal::say, working_days::is_working_day};

/// Most devices of one person; the one registered first makes room.
pub const MOST_DEVICES: usize = 5;

/// Which ways a server has of reaching people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The key with which it signs push messages, as a browser wants it; none where it sends none.
    pub push_key: Option<String>,
    /// Whether it sends e-mail.
    pub email: bool,
    /// Whether a push service may be on this machine: for trying out, never for serving.
    pub loopback: bool,
}

/// How somebody wants to be reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Whether at all.
    pub enabled: bool,
    /// From which local hour on.
    pub hour: u32,
    /// The first local hour that is quiet, and the first that is not any more. The same twice means none is.
    pub quiet: (u32, u32),
    /// In which language.
    pub language: Language,
    /// By which way.
    pub channel: ReminderChannel,
}

/// What is usual where somebody has not said.
pub const USUAL: Wishes =
    Wishes { enabled: true, hour: 9, quiet: (18, 8), language: Language::En, channel: ReminderChannel::Any };

impl Wishes {
    /// Parses what the phone sent.
    pub fn try_new(
        (enabled, hour): (bool, i32),
        quiet: (i32, i32),
        (language, channel): (Language, ReminderChannel),
    ) -> Result<Self, ReminderRefusal> {
        let an_hour = |hour: i32, field| {
            u32::try_from(hour).ok().filter(|hour| *hour < 24).ok_or(ReminderRefusal::HourNotValid(field))
        };
        let hour = an_hour(hour, "hour")?;
        let quiet = (an_hour(quiet.0, "quietFrom")?, an_hour(quiet.1, "quietTo")?);
        if is_quiet(hour, quiet) {
            return Err(ReminderRefusal::HourIsQuiet);
        }
        Ok(Self { enabled, hour, quiet, language, channel })
    }
}

fn is_quiet(hour: u32, (from, to): (u32, u32)) -> bool {
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}

/// Why somebody is not reminded now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// She does not want it.
    Off,
    /// She is away.
    Away,
    /// It is a weekend or a bank holiday.
    DayOff,
    /// It is too early.
    Early,
    /// It is quiet.
    Quiet,
}

/// Whether somebody may be reminded at a moment, and for which local day that counts. What she spent today is not in
/// it: a reminder is of what was left over.
pub fn may_remind(wishes: &Wishes, away: bool, now: DateTime<Utc>, zone: Tz) -> Result<NaiveDate, NotNow> {
    let local = calendar::local(now, zone);
    match () {
        () if !wishes.enabled => Err(NotNow::Off),
        () if away => Err(NotNow::Away),
        () if !is_working_day(local.date()) => Err(NotNow::DayOff),
        () if is_quiet(local.hour(), wishes.quiet) => Err(NotNow::Quiet),
        () if local.hour() < wishes.hour => Err(NotNow::Early),
        () => Ok(local.date()),
    }
}

/// By which way it goes, of those that there are; none where there is none.
pub fn way(wish: ReminderChannel, devices: bool, reach: &Reach) -> Option<Way> {
    let push = (devices && reach.push_key.is_some()).then_some(Way::Push);
    let email = reach.email.then_some(Way::Email);
    match wish {
        ReminderChannel::Any => push.or(email),
        ReminderChannel::Push => push,
        ReminderChannel::Email => email,
    }
}

/// By which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To her devices.
    Push,
    /// To her e-mail address.
    Email,
}

/// What there is to remind somebody of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// How much still has neither a receipt nor a note.
    pub missing: u64,
    /// How many appointments that she made are soon.
    pub ahead: u64,
}

/// Until when an appointment is soon, seen from a local day: until the next working day is over.
pub fn soon(day: NaiveDate) -> NaiveDate {
    let next = day.iter_days().skip(1).find(|day| is_working_day(*day));
    next.and_then(|day| day.succ_opt()).unwrap_or(day)
}

/// One line for a screen that others may see too: how many, and nothing about what or who.
pub fn title(due: Due, language: Language) -> String {
    let missing = match due.missing {
        0 => None,
        1 => Some(say(language, "One receipt or note is still to come", "Mae un dderbynneb neu nodyn eto i ddod")),
        missing => Some(say(
            language,
            format!("{missing} receipts or notes are still to come"),
            format!("Mae {missing} o dderbynebau neu nodiadau eto i ddod"),
        )),
    };
    let ahead = match due.ahead {
        0 => None,
        1 => Some(say(language, "One appointment is soon", "Mae un apwyntiad yn fuan")),
        ahead => {
            Some(say(language, format!("{ahead} appointments are soon"), format!("Mae {ahead} o apwyntiadau yn fuan")))
        }
    };
    missing.into_iter().chain(ahead).collect::<Vec<_>>().join("; ")
}

/// The words of an e-mail.
pub fn letter(due: Due, link: Option<&str>, language: Language) -> String {
    let title = title(due, language);
    let missing = say(
        language,
        "A photograph, or a short note that says why there is none, is enough. Nothing is locked, nothing waits for it, \
         and nobody else is told.\n\n",
        "Mae ffotograff, neu nodyn byr i ddweud pam nad oes un, yn ddigon. Nid oes dim ar glo, nid oes dim yn aros \
         amdano, ac ni ddywedir wrth neb arall.\n\n",
    );
    let ahead = say(
        language,
        "A word beforehand helps people come: tell them when and where, if they like to be told.\n\n",
        "Mae gair ymlaen llaw yn helpu pobl i ddod: dywedwch pryd ac ymhle, os ydynt yn hoffi cael gwybod.\n\n",
    );
    let more = [(due.missing, missing), (due.ahead, ahead)].into_iter().filter(|(count, _)| *count > 0);
    let more: String = more.map(|(_, words)| words).collect();
    let stop = say(
        language,
        "You can change the hour, or turn these reminders off, in the app.",
        "Gallwch newid yr awr, neu ddiffodd y nodiadau hyn, yn yr ap.",
    );
    let link = link.map(|link| format!("{link}\n\n")).unwrap_or_default();
    format!("{title}.\n\n{more}{link}{stop}\n")
}

#[cfg(test)]
#[path = "reminder_tests.rs"]
mod tests;
