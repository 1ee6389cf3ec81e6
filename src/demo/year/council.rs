//! The larger council: twenty teams of eight, in a dozen hubs. All of it is invented.

use busfare_entity::{
    hub, practitioner, practitioner_hub, team,
    words::{Role, TeamKind},
};
use chrono::{DateTime, Utc};

use crate::{
    demo::council::{Council, MOST_IN_A_TEAM, email},
    store::mint,
};

/// How many teams work with families.
pub const TEAMS: usize = 20;

/// First names, which are also what people who are helped are called.
pub const FIRST_NAMES: [&str; 18] = [
    "Aled", "Bethan", "Carys", "Dafydd", "Eira", "Ffion", "Gwen", "Huw", "Ifan", "Jamila", "Karim", "Lowri", "Moses",
    "Nerys", "Owain", "Petra", "Rhodri", "Sunita",
];
const LAST_NAMES: [&str; 8] = ["Beynon", "Cadwal", "Dillwyn", "Eynon", "Gwyther", "Hopkin", "Meyrick", "Penry"];
const PLACES: [&str; TEAMS - 2] = [
    "Aberfelin",
    "Brynderw",
    "Cwmhelyg",
    "Dolafon",
    "Eglwyswen",
    "Ffynnonlas",
    "Glanrhyd",
    "Hafodwen",
    "Llanderw",
    "Maesycoed",
    "Nantgarw Isaf",
    "Pontlas",
    "Rhydwen",
    "Sarnau Isaf",
    "Tregelyn",
    "Trewern Fach",
    "Waunlas",
    "Ystradwen",
];
const MORE_HUBS: [(&str, &str); 9] = [
    ("Aberfelin Library", "Quay Street, Aberfelin"),
    ("Brynderw Surgery", "4 Chapel Row, Brynderw"),
    ("Dolafon Church Room", "Church Lane, Dolafon"),
    ("Glanrhyd Fire Station", "Station Road, Glanrhyd"),
    ("Maesycoed Library", "12 High Street, Maesycoed"),
    ("Pontlas Café", "1 The Bridge, Pontlas"),
    ("Rhydwen Town Hall", "The Square, Rhydwen"),
    ("Tregelyn Library", "School Road, Tregelyn"),
    ("Ystradwen Surgery", "22 Mill Street, Ystradwen"),
];

/// Adds hubs, and teams with their people.
pub fn grow(mut council: Council, since: DateTime<Utc>) -> Council {
    let organisation_id = council.organisation.id;
    council.hubs.extend(MORE_HUBS.map(|(name, address)| hub::Model {
        id: mint::id(),
        organisation_id,
        name: name.into(),
        address: address.into(),
        created_at: since,
    }));
    let password_hash = council.head_of_service.password_hash.clone();
    let mut names = LAST_NAMES.iter().flat_map(|last| FIRST_NAMES.iter().map(move |first| format!("{first} {last}")));
    for (number, place) in PLACES.iter().enumerate() {
        let team = team::Model {
            id: mint::id(),
            organisation_id,
            name: format!("{place} Families"),
            kind: TeamKind::FamilyFacing,
            members: 0,
            created_at: since,
        };
        let home = &council.hubs[number % council.hubs.len()];
        for (seat, name) in names.by_ref().take(MOST_IN_A_TEAM).enumerate() {
            let person = practitioner::Model {
                id: mint::id(),
                organisation_id,
                team_id: team.id,
                email: email(&name),
                name,
                password_hash: password_hash.clone(),
                role: match seat {
                    0 => Role::Senior,
                    1 => Role::Enabler,
                    _ => Role::Practitioner,
                },
                active: true,
                created_at: since,
            };
            council.places.push(practitioner_hub::Model { practitioner_id: person.id, hub_id: home.id });
            council.people.push(person);
        }
        council.teams.push(team);
    }
    council
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn twenty_teams_of_eight_work_with_families_and_everybody_has_an_address() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let council = grow(Council::invent("", now), now);
        let workers = crate::demo::year::family_workers(&council);
        assert_eq!((council.family_teams().count(), workers.len()), (TEAMS, TEAMS * MOST_IN_A_TEAM));
        let addresses: HashSet<_> = council.people.iter().map(|person| &person.email).collect();
        assert_eq!(addresses.len(), council.people.len());
        assert!(addresses.iter().all(|address| address.is_ascii()));
    }
}
