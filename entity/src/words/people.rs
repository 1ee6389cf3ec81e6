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

    /// What a third-party app's token lets it read.
    AppScope {
        /// Hubs, spend purposes and other public facts about the organisation.
        DirectoryRead,
        /// Published forms and their questions.
        FormsRead,
    }

    /// A language in which the phone shows words.
    Language {
        /// English.
        En,
        /// Welsh (Cymraeg).
        Cy,
    }
}
