//! Words about what is shared, and what somebody should know before going there.

use super::words;

words! {
    /// Why something that was recorded may be told to somebody outside.
    SharingBasis {
        /// The person said yes to this, knowing what it is.
        Consent,
        /// A child or an adult is at risk, and asking first would raise it or take too long.
        Safeguarding,
        /// Somebody's life is in danger.
        VitalInterests,
        /// A court or a law requires it.
        LegalDuty,
        /// Another service needs it to do its part of the same public task.
        PublicTask,
    }

    /// What a warning note warns of.
    WarningKind {
        /// Violence or threats.
        Violence,
        /// Something that is used as a weapon.
        Weapon,
        /// An animal.
        Animal,
        /// The building or the way to it.
        Premises,
        /// Somebody else who may be there.
        SomebodyElse,
        /// Ringing, writing or calling by may put the person in danger.
        SafeContact,
    }
}
