//! Who may hear of what: the same lines as sight, from the side of what is seen. A phone that was away is told of what its
//! readers' shares were told of, and of nothing else.

use busfare_entity::words::{OrganisationId, PractitionerId, Role, Share, TeamId};
use uuid::Uuid;

use super::sight::{RecordSeen, SpendSeen, Viewer, answers_for_team};

/// Some or all of a practitioner, a team or an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reader {
    /// The practitioner, the team or the organisation.
    pub id: Uuid,
    /// Which of them.
    pub share: Share,
}

impl Reader {
    /// One practitioner.
    pub fn person(id: PractitionerId) -> Self {
        Self { id: id.0, share: Share::Person }
    }

    /// Everybody in an organisation.
    pub fn organisation(id: OrganisationId) -> Self {
        Self { id: id.0, share: Share::Organisation }
    }

    /// Some or all of a team.
    pub fn team(id: TeamId, share: Share) -> Self {
        Self { id: id.0, share }
    }
}

/// Every reader that somebody is, by who and what she is now.
pub fn readers_of(viewer: &Viewer) -> Vec<Reader> {
    let mut readers = vec![
        Reader::organisation(viewer.organisation),
        Reader::person(viewer.id),
        Reader::team(viewer.team, Share::Team),
    ];
    if answers_for_team(viewer) {
        readers.push(Reader::team(viewer.team, Share::Answering));
    }
    if viewer.role == Role::Senior {
        readers.push(Reader::team(viewer.team, Share::Seniors));
    }
    readers
}

/// Who hears of a spend: whoever may see it.
pub fn of_spend(spend: &SpendSeen) -> Vec<Reader> {
    let people = [spend.asker].into_iter().chain(spend.asked.iter().copied()).chain(spend.told.iter().copied());
    distinct(people.map(Reader::person).chain([Reader::team(spend.team, Share::Answering)]))
}

/// Who hears of a record: its author and her team; of one that few read, its author and the seniors of her team. Whoever has
/// opened it with a reason looks it up.
pub fn of_record(record: &RecordSeen) -> Vec<Reader> {
    let share = if record.restricted { Share::Seniors } else { Share::Team };
    vec![Reader::person(record.author), Reader::team(record.team, share)]
}

/// Who hears of a receipt: whoever captured it, and whoever may see a spend that it is for.
pub fn of_receipt(captured_by: PractitionerId, spends: &[SpendSeen]) -> Vec<Reader> {
    distinct([Reader::person(captured_by)].into_iter().chain(spends.iter().flat_map(of_spend)))
}

/// Who hears of an appointment: whoever made it, and her team. Others look into the hub's day.
pub fn of_appointment(made_by: PractitionerId, team: TeamId) -> Vec<Reader> {
    vec![Reader::person(made_by), Reader::team(team, Share::Team)]
}

fn distinct(readers: impl Iterator<Item = Reader>) -> Vec<Reader> {
    let mut readers: Vec<Reader> = readers.collect();
    readers.sort_unstable();
    readers.dedup();
    readers
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::rules::sight::{sees_record, sees_spend};

    fn practitioner() -> impl Strategy<Value = PractitionerId> {
        (1..6_u128).prop_map(|number| PractitionerId(Uuid::from_u128(number)))
    }

    fn team() -> impl Strategy<Value = TeamId> {
        (11..14_u128).prop_map(|number| TeamId(Uuid::from_u128(number)))
    }

    fn viewer() -> impl Strategy<Value = Viewer> {
        let roles = select(&[Role::Practitioner, Role::Senior, Role::Enabler][..]);
        (practitioner(), team(), roles).prop_map(|(id, team, role)| Viewer {
            id,
            team,
            role,
            organisation: OrganisationId(Uuid::from_u128(21)),
        })
    }

    fn hears(viewer: &Viewer, readers: &[Reader]) -> bool {
        readers_of(viewer).iter().any(|reader| readers.contains(reader))
    }

    proptest! {
        #[test]
        fn whoever_sees_a_spend_hears_of_it_and_nobody_else(
            viewer in viewer(), asker in practitioner(), team in team(),
            asked in prop::collection::vec(practitioner(), 0..3), told in prop::collection::vec(practitioner(), 0..3),
        ) {
            let spend = SpendSeen { organisation: viewer.organisation, asker, team, asked, told };
            prop_assert_eq!(sees_spend(&viewer, &spend), hears(&viewer, &of_spend(&spend)));
        }

        #[test]
        fn whoever_sees_a_record_by_right_hears_of_it_and_nobody_else(
            viewer in viewer(), author in practitioner(), team in team(), restricted: bool,
        ) {
            let record = RecordSeen { organisation: viewer.organisation, author, team, restricted, open: false };
            prop_assert_eq!(sees_record(&viewer, &record), hears(&viewer, &of_record(&record)));
        }
    }
}
