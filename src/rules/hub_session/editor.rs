//! The plain way to say when a hub is open: a day, two times and how often. Whatever can be said so becomes a rule, and
//! most rules can be said so again; the others are shown as they are.

use busfare_entity::words::{Language, Weekday};
use chrono::{NaiveDate, NaiveTime};

use super::{Days, Ends, Every, Hours, HubSession, HubSessionRefusal, Recurrence, recurrence::weekday};

/// When a session is, in plain fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// On which days.
    pub plan: Plan,
    /// From when on the wall.
    pub from: NaiveTime,
    /// Until when.
    pub to: NaiveTime,
    /// Not before this day.
    pub starts_on: NaiveDate,
    /// Not after this day.
    pub ends_on: Option<NaiveDate>,
}

/// On which days a session is, in plain fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// On the first day alone.
    Once,
    /// On days of the week.
    Weekly {
        /// Which days, Monday first.
        weekdays: Vec<Weekday>,
        /// Of every how many weeks, from that of the first such day.
        every_weeks: u8,
    },
    /// On one day of the week in a month.
    Monthly {
        /// The first to the fifth, or -1 for the last.
        place: i8,
        /// Of which days.
        weekday: Weekday,
        /// Of every how many months, from that of the first such day.
        every_months: u8,
    },
}

impl Plain {
    /// The rule that says the same.
    pub fn parse(&self) -> Result<(Recurrence, Hours), HubSessionRefusal> {
        let hours = Hours::try_new(self.from, self.to)?;
        let (every, ends) = match &self.plan {
            Plan::Once => {
                let days = Days::of([weekday(self.starts_on)]).ok_or(HubSessionRefusal::DaysNeeded)?;
                (Every::Weeks { interval: 1, days }, Ends::After(1))
            }
            Plan::Weekly { weekdays, every_weeks } => {
                let days = Days::of(weekdays.iter().copied()).ok_or(HubSessionRefusal::DaysNeeded)?;
                (Every::Weeks { interval: *every_weeks, days }, self.ends())
            }
            Plan::Monthly { place, weekday, every_months } => {
                (Every::WeekdayOfMonth { interval: *every_months, place: *place, day: *weekday }, self.ends())
            }
        };
        // Every other Monday from a Wednesday on begins with the next Monday, not with the one after it.
        let each = match every {
            Every::Weeks { interval: 1..=52, days } => Every::Weeks { interval: 1, days },
            Every::WeekdayOfMonth { interval: 1..=12, place, day } => Every::WeekdayOfMonth { interval: 1, place, day },
            other => other,
        };
        let first = Recurrence::try_new(self.starts_on, each, ends)?.first();
        Ok((Recurrence::try_new(first, every, ends)?, hours))
    }

    fn ends(&self) -> Ends {
        self.ends_on.map_or(Ends::Never, Ends::On)
    }
}

/// The plain fields that say the same as a session's rule; none where it cannot be said so.
pub fn plain(session: &HubSession) -> Option<Plain> {
    let rule = &session.recurrence;
    let (plan, ends_on) = match (rule.every(), rule.ends()) {
        (Every::Weeks { .. } | Every::WeekdayOfMonth { .. } | Every::DayOfMonth { .. }, Ends::After(1)) => {
            (Plan::Once, None)
        }
        (_, Ends::After(_)) | (Every::DayOfMonth { .. }, _) => return None,
        (Every::Weeks { interval, days }, ends) => {
            (Plan::Weekly { weekdays: days.each().collect(), every_weeks: interval }, end(ends))
        }
        (Every::WeekdayOfMonth { interval, place, day }, ends) => {
            (Plan::Monthly { place, weekday: day, every_months: interval }, end(ends))
        }
    };
    let Hours { opens, closes } = session.hours;
    Some(Plain { plan, from: opens, to: closes, starts_on: rule.first(), ends_on })
}

fn end(ends: Ends) -> Option<NaiveDate> {
    match ends {
        Ends::On(day) => Some(day),
        Ends::Never | Ends::After(_) => None,
    }
}

/// When a session is, in words: "Every second Tuesday, 09:30 to 11:30".
pub fn said(session: &HubSession, language: Language) -> String {
    let times =
        |to: &str| format!("{} {to} {}", session.hours.opens.format("%H:%M"), session.hours.closes.format("%H:%M"));
    let once = session.recurrence.ends() == Ends::After(1);
    let first = session.recurrence.first();
    match language {
        Language::En if once => format!("{} {}, {}", EN[place(weekday(first))], first.format("%-d %B %Y"), times("to")),
        Language::Cy if once => {
            format!("Dydd {} {}, {}", CY[place(weekday(first))], first.format("%d/%m/%Y"), times("i"))
        }
        Language::En => format!("{}, {}", said_in_english(session.recurrence.every()), times("to")),
        Language::Cy => format!("{}, {}", said_in_welsh(session.recurrence.every()), times("i")),
    }
}

const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const CY: [&str; 7] = ["Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul"];

fn place(day: Weekday) -> usize {
    crate::rules::calendar::WEEK.into_iter().position(|one| one == day).unwrap_or_default()
}

fn said_in_english(every: Every) -> String {
    let months = |interval: u8| if interval == 1 { "every month".into() } else { format!("every {interval} months") };
    match every {
        Every::Weeks { interval, days } => {
            let days: Vec<_> = days.each().map(|day| EN[place(day)]).collect();
            match interval {
                1 if days.len() == 7 => "Every day".into(),
                1 => format!("Every {}", days.join(", ")),
                2 => format!("Every second {}", days.join(", ")),
                weeks => format!("Every {weeks} weeks on {}", days.join(", ")),
            }
        }
        Every::WeekdayOfMonth { interval, place: at, day } => {
            let at = match at {
                1 => "first",
                2 => "second",
                3 => "third",
                4 => "fourth",
                5 => "fifth",
                _ => "last",
            };
            format!("The {at} {} of {}", EN[place(day)], months(interval))
        }
        Every::DayOfMonth { interval, day } => format!("Day {day} of {}", months(interval)),
    }
}

fn said_in_welsh(every: Every) -> String {
    let months = |interval: u8| if interval == 1 { "bob mis".into() } else { format!("bob {interval} mis") };
    match every {
        Every::Weeks { interval, days } => {
            let days: Vec<_> = days.each().map(|day| CY[place(day)]).collect();
            match interval {
                1 if days.len() == 7 => "Bob dydd".into(),
                1 => format!("Bob dydd {}", days.join(", ")),
                2 => format!("Bob yn ail wythnos, dydd {}", days.join(", ")),
                weeks => format!("Bob {weeks} wythnos, dydd {}", days.join(", ")),
            }
        }
        Every::WeekdayOfMonth { interval, place: at, day } => {
            let day = CY[place(day)];
            let at = match at {
                1 => format!("Dydd {day} cyntaf"),
                2 => format!("Ail ddydd {day}"),
                3 => format!("Trydydd dydd {day}"),
                4 => format!("Pedwerydd dydd {day}"),
                5 => format!("Pumed dydd {day}"),
                _ => format!("Dydd {day} olaf"),
            };
            format!("{at} {}", months(interval))
        }
        Every::DayOfMonth { interval, day } => format!("Diwrnod {day} {}", months(interval)),
    }
}
