//! Words about people, teams and what they may decide.

use super::words;

words! {
    /// What a team is for.
    TeamKind {
        /// Works with families and stays small: eight practitioners at most.
        FamilyFacing,
        /// Hears first from schools, doctors and neighbours.
        Referring,
        /// Helps family-facing teams with money, bookings and books.
        Enabler,
        /// Reads what the work shows.
        Insight,
        /// Sets direction.
        Strategy,
    }

    /// What a practitioner does in the team.
    Role {
        /// Works with families.
        Practitioner,
        /// Sees to the practical side: money, bookings, books.
        Enabler,
        /// Leads the team and decides what is above a colleague's own say.
        Senior,
    }

    /// Whom a delegation is granted to.
    GranteeKind {
        /// One named person.
        Person,
        /// Everyone with a role.
        Role,
        /// Everyone in a team.
        Team,
    }

    /// A day of the week.
    Weekday {
        /// Monday.
        Monday,
        /// Tuesday.
        Tuesday,
        /// Wednesday.
        Wednesday,
        /// Thursday.
        Thursday,
        /// Friday.
        Friday,
        /// Saturday.
        Saturday,
        /// Sunday.
        Sunday,
    }

    /// For whose spends a delegation may decide, besides one's own.
    DecidesFor {
        /// Only one's own spends.
        NobodyElse,
        /// Spends of colleagues in one's own team.
        Team,
        /// Spends of anyone in the organisation.
        Organisation,
    }

    /// What somebody is on duty for.
    DutyKind {
        /// One hub: the colleague who is there today.
        Hub,
        /// The organisation: the duty manager.
        Manager,
        /// The organisation, when its offices are closed.
        OutOfHours,
    }

    /// What an app may do: by its own token, or for a practitioner who lets it. For her it reads and does no more than she
    /// may herself.
    AppScope {
        /// Hubs and when they are open, services of the community, what money may be spent on. An app has it by its own token too.
        DirectoryRead,
        /// Published forms and their questions. An app has it by its own token too.
        FormsRead,
        /// Who she is and who works with her: names, teams, duties, absences, policies, and who may decide what.
        TeamRead,
        /// Spends, and how they were decided, with the budgets that they are paid from.
        SpendsRead,
        /// To ask for spends, and to say what became of them. Deciding on money is never an app's.
        SpendsWrite,
        /// Receipts, their pictures and what was read on them.
        ReceiptsRead,
        /// To capture receipts and say what they are for.
        ReceiptsWrite,
        /// What was recorded in conversations, and promises that were made.
        RecordsRead,
        /// To record conversations and note promises.
        RecordsWrite,
        /// The people she works with: what they are called, and warnings.
        PeopleRead,
        /// To note what somebody is called.
        PeopleWrite,
        /// Appointments and the waiting list.
        AppointmentsRead,
        /// To make and move appointments.
        AppointmentsWrite,
        /// The books: statements, cards, tins, orders and vouchers.
        BooksRead,
        /// Figures of the whole organisation, in groups of at least five.
        InsightRead,
        /// What she is told of.
        NoticesRead,
        /// That something changed, and its id. What it is needs the scope for that.
        SyncRead,
    }

    /// Why signing in did not work.
    SessionErrorCode {
        /// The e-mail and password do not match anybody who may sign in.
        SignInFailed,
        /// The refresh token is not valid any more; sign in again.
        RefreshFailed,
        /// People sign in with the council's own account here, and not with a password.
        PasswordOff,
        /// There is no sign-in with the council's own account here.
        CouncilOff,
        /// The council's token is not valid now, or was used before; sign in with the council again.
        CouncilTokenFailed,
        /// The council's sign-in does not answer.
        CouncilAway,
        /// The council knows her, and nobody has given her a place here.
        NoPlace,
        /// The team that the council puts her in is full.
        TeamFull,
        /// A text is longer than allowed or has characters that cannot be stored.
        TextNotPlain,
    }

    /// Why an app was not registered or changed.
    AppErrorCode {
        /// The id belongs to something else.
        IdAlreadyUsed,
        /// The key was used with another input.
        IdempotencyKeyReused,
        /// The app has no name.
        NameNeeded,
        /// The name is too long.
        TextTooLong,
        /// The name holds something other than plain text.
        TextNotPlain,
        /// No scope is named.
        NoScope,
        /// There are more than ten addresses.
        TooManyAddresses,
        /// An address is none that an app may be sent back to: `https`, this device, or a scheme of the app's own.
        AddressNotSafe,
        /// The day is past, or more than two years away.
        DateOutOfRange,
        /// Seniors of a team that sets direction see to apps.
        NotYoursToSay,
        /// The app was revoked.
        Revoked,
        /// The app does not have the scope `SYNC_READ`, which being told of what happens needs.
        ScopeMissing,
        /// The app has ten webhooks already.
        TooManyWebhooks,
        /// There is no such place in the order of what happened.
        PlaceNotKnown,
    }

    /// Whether an app is told of what happens.
    WebhookState {
        /// It is told.
        Active,
        /// It did not take what it was told for three days. `replayWebhook` goes on.
        Stopped,
        /// It is told no more.
        Ended,
    }

    /// Why an app was not told of what happened the last time.
    WebhookProblem {
        /// The address leads to no public address over TLS.
        NotPublic,
        /// Nobody answers there, or not in time.
        NoAnswer,
        /// The answer was neither a success nor gone.
        Refused,
    }

    /// A language in which the phone shows words.
    Language {
        /// English.
        En,
        /// Welsh (Cymraeg).
        Cy,
    }
}
