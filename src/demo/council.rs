//! The council's people and places. All of them are invented.

use busfare_entity::{
    hub, organisation, practitioner, practitioner_hub, team,
    words::{Nation, Role, TeamKind},
};
use chrono::{DateTime, Utc};

use crate::{
    rules::calendar::HOME,
    store::{
        db::{DatabaseTransaction, DbErr},
        mint, people,
    },
};

/// Most people in a family-facing team: few enough that everybody knows whom to ask.
pub const MOST_IN_A_TEAM: usize = 8;
/// Signs in as the practitioner of the demo.
pub const PRACTITIONER: &str = "mari.prydderch@caerfelin.example";
/// Signs in as her team's senior.
pub const SENIOR: &str = "nia.talfan@caerfelin.example";
/// Signs the scheme of delegation.
pub const HEAD_OF_SERVICE: &str = "angharad.celyn@caerfelin.example";

struct Person {
    name: &'static str,
    role: Role,
    hubs: &'static [usize],
}

const fn works(name: &'static str, role: Role, hubs: &'static [usize]) -> Person {
    Person { name, role, hubs }
}

const LIBRARY: usize = 0;
const CAFE: usize = 1;
const TOWN_HALL: usize = 2;

const HUBS: [(&str, &str); 3] = [
    ("Llyfrgell Caerfelin Library", "2 Mill Lane / Lôn y Felin, Caerfelin"),
    ("Caffi'r Bont Café", "17 Bridge Street / Stryd y Bont, Caerfelin"),
    ("Ystafell y Dre, Town Hall", "Market Square / Sgwâr y Farchnad, Caerfelin"),
];

const EAST: [Person; MOST_IN_A_TEAM] = [
    works("Mari Prydderch", Role::Practitioner, &[LIBRARY, CAFE]),
    works("Tomos Ellwood", Role::Practitioner, &[LIBRARY]),
    works("Amina Warsame", Role::Practitioner, &[LIBRARY, TOWN_HALL]),
    works("Kasia Zielonka", Role::Practitioner, &[CAFE]),
    works("Delroy Pennant", Role::Practitioner, &[CAFE]),
    works("Priya Ramanujan", Role::Practitioner, &[LIBRARY, CAFE]),
    works("Gethin Bowmer", Role::Enabler, &[LIBRARY, CAFE]),
    works("Nia Talfan", Role::Senior, &[LIBRARY]),
];

const WEST: [Person; MOST_IN_A_TEAM] = [
    works("Elin Caradog", Role::Practitioner, &[TOWN_HALL]),
    works("Kwabena Ofosu", Role::Practitioner, &[TOWN_HALL, CAFE]),
    works("Siân Llywarch", Role::Practitioner, &[CAFE]),
    works("Farid Haidari", Role::Practitioner, &[TOWN_HALL]),
    works("Megan Sparrow", Role::Practitioner, &[TOWN_HALL, LIBRARY]),
    works("Lan Tranh", Role::Practitioner, &[LIBRARY]),
    works("Rosa Benbow", Role::Enabler, &[TOWN_HALL, CAFE]),
    works("Iwan Tegid", Role::Senior, &[TOWN_HALL]),
];

const STRATEGY: [Person; 2] =
    [works("Angharad Celyn", Role::Senior, &[TOWN_HALL]), works("Ruth Adebisi-Vaughan", Role::Senior, &[TOWN_HALL])];

/// The council before anybody has spent a penny.
#[derive(Clone, Debug)]
pub struct Council {
    /// The organisation.
    pub organisation: organisation::Model,
    /// Where people are met.
    pub hubs: Vec<hub::Model>,
    /// Two family-facing teams, and the one that sets direction.
    pub teams: Vec<team::Model>,
    /// Everybody, team by team.
    pub people: Vec<practitioner::Model>,
    /// Who works in which hub.
    pub places: Vec<practitioner_hub::Model>,
    /// Signs the scheme of delegation.
    pub head_of_service: practitioner::Model,
}

impl Council {
    /// Invents the council, with one password hash for everybody.
    pub fn invent(password_hash: &str, now: DateTime<Utc>) -> Self {
        let organisation = organisation::Model {
            nation: Nation::EnglandAndWales,
            id: mint::id(),
            name: "Cyngor Caerfelin Council".into(),
            time_zone: HOME.name().into(),
            created_at: now,
        };
        let hubs: Vec<hub::Model> = HUBS
            .map(|(name, address)| hub::Model {
                id: mint::id(),
                organisation_id: organisation.id,
                name: name.into(),
                address: address.into(),
                created_at: now,
            })
            .into();
        let team = |name: &str, kind| team::Model {
            id: mint::id(),
            organisation_id: organisation.id,
            name: name.into(),
            kind,
            members: 0,
            created_at: now,
        };
        let east = team("Caerfelin East Families", TeamKind::FamilyFacing);
        let west = team("Caerfelin West Families", TeamKind::FamilyFacing);
        let strategy = team("Family Support Leadership", TeamKind::Strategy);

        let mut places = Vec::new();
        let mut employ = |team: &team::Model, person: &Person| {
            let row = practitioner::Model {
                id: mint::id(),
                organisation_id: organisation.id,
                team_id: team.id,
                name: person.name.into(),
                email: email(person.name),
                password_hash: password_hash.into(),
                role: person.role,
                active: true,
                created_at: now,
            };
            let here = person.hubs.iter().map(|hub| hubs[*hub].id);
            places.extend(here.map(|hub_id| practitioner_hub::Model { practitioner_id: row.id, hub_id }));
            row
        };
        let [head_of_service, director] = STRATEGY.each_ref().map(|person| employ(&strategy, person));
        let mut people: Vec<_> = EAST.iter().map(|person| employ(&east, person)).collect();
        people.extend(WEST.iter().map(|person| employ(&west, person)));
        people.extend([head_of_service.clone(), director]);

        Self { organisation, hubs, teams: vec![east, west, strategy], people, places, head_of_service }
    }

    /// The teams that work with families.
    pub fn family_teams(&self) -> impl Iterator<Item = &team::Model> {
        self.teams.iter().filter(|team| team.kind == TeamKind::FamilyFacing)
    }

    /// The first practitioner with a role: who answers for what is asked of everybody.
    pub fn first(&self, role: Role) -> &practitioner::Model {
        self.people.iter().find(|person| person.role == role).unwrap_or(&self.head_of_service)
    }

    /// Puts everybody in their place.
    pub async fn remember(&self, txn: &DatabaseTransaction) -> Result<(), DbErr> {
        people::add_organisation(txn, self.organisation.clone()).await?;
        people::add_hubs(txn, self.hubs.clone()).await?;
        people::add_teams(txn, self.teams.clone()).await?;
        people::add_practitioners(txn, self.people.clone()).await?;
        people::add_to_hubs(txn, self.places.clone()).await
    }
}

/// `Siân Llywarch` writes as `sian.llywarch`, so that the address can be typed on any phone.
pub fn email(name: &str) -> String {
    let typed = name.to_lowercase().replace(' ', ".").replace('â', "a");
    format!("{typed}@caerfelin.example")
}
