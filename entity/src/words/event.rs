//! Words about what happened, and about who may hear of it.

use uuid::Uuid;

use super::{AppointmentId, HubSessionId, ReceiptId, RecordId, SpendId, words};

words! {
    /// What happened.
    EventKind {
        /// Somebody asked for a spend, and a colleague is asked.
        SpendAsked,
        /// A spend was decided: a yes, less, a no, or taken back.
        SpendDecided,
        /// Something else about a spend is different.
        SpendChanged,
        /// A colleague was asked to decide a spend.
        AskOpened,
        /// A receipt came, or something about it is different.
        ReceiptChanged,
        /// A machine has read a receipt.
        ReceiptRead,
        /// A receipt is no more.
        ReceiptGone,
        /// A record was begun, or something in it is different.
        RecordChanged,
        /// A record is no more.
        RecordGone,
        /// An appointment was made, moved on or cancelled.
        AppointmentChanged,
        /// A hub is open at other times.
        HubSessionChanged,
    }

    /// What an event is about.
    Subject {
        /// A spend.
        Spend,
        /// A receipt.
        Receipt,
        /// A record.
        Record,
        /// An appointment.
        Appointment,
        /// A session of a hub.
        HubSession,
    }

    /// Who of a reader hears of something.
    Share {
        /// One practitioner.
        Person,
        /// Everybody in a team.
        Team,
        /// Those of a team who answer for its money: seniors and enablers.
        Answering,
        /// The seniors of a team.
        Seniors,
        /// Everybody in an organisation.
        Organisation,
    }
}

impl Subject {
    /// The id on the wire of one of these.
    pub fn wire_id(self, id: Uuid) -> String {
        match self {
            Self::Spend => SpendId(id).to_string(),
            Self::Receipt => ReceiptId(id).to_string(),
            Self::Record => RecordId(id).to_string(),
            Self::Appointment => AppointmentId(id).to_string(),
            Self::HubSession => HubSessionId(id).to_string(),
        }
    }
}

impl EventKind {
    /// What it is about.
    pub fn subject(self) -> Subject {
        match self {
            Self::SpendAsked | Self::SpendDecided | Self::SpendChanged | Self::AskOpened => Subject::Spend,
            Self::ReceiptChanged | Self::ReceiptRead | Self::ReceiptGone => Subject::Receipt,
            Self::RecordChanged | Self::RecordGone => Subject::Record,
            Self::AppointmentChanged => Subject::Appointment,
            Self::HubSessionChanged => Subject::HubSession,
        }
    }
}
