//! A county to measure with: one scheme, four thousand practitioners, and a thousand and one hubs with their budgets.

use busfare::{
    api::sitting::Asked,
    demo,
    http::clock,
    rules::{
        money::Money,
        spend::{About, Ask},
    },
    store::{self, Db, idempotency::Key},
};
use busfare_entity::{
    budget, budget_entry, hub, practitioner, spend, team,
    words::{HubId, Role, SpendPurposeId, SpendTiming, TeamKind},
};
use chrono::{Days, NaiveDate};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PEOPLE: usize = 4_096;
const HUBS: usize = 1_000;
/// More than any round can spend.
const PLENTY: i64 = 1_000_000_000_000;

/// Everybody who asks, and where.
pub struct County {
    /// Who asks.
    pub people: Vec<practitioner::Model>,
    /// Where, each with a budget of its own.
    pub hubs: Vec<HubId>,
    /// What for.
    pub purpose: SpendPurposeId,
}

impl County {
    /// Invents it on an empty database: the demo's council, grown.
    pub async fn invent(db: &Db) -> Self {
        let now = clock::now();
        db.migrate().await.unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        demo::seed(db, &store::keys::open(folder.path()).unwrap(), now).await.unwrap();
        let mari = store::people::by_email(db.reader(), "mari.prydderch@caerfelin.example").await.unwrap().unwrap();
        let purposes = store::purpose::all(db.reader(), mari.organisation_id).await.unwrap();
        let purpose = purposes.iter().find(|purpose| purpose.code == "hub-refreshments").unwrap().id;

        // A team that works with families would be full.
        let team = team::Model {
            id: store::mint::id(),
            organisation_id: mari.organisation_id,
            name: "County".into(),
            kind: TeamKind::Referring,
            members: 0,
            created_at: now,
        };
        let people: Vec<_> = (0..PEOPLE)
            .map(|place| practitioner::Model {
                id: store::mint::id(),
                name: format!("Practitioner {place}"),
                email: format!("practitioner.{place}@caerfelin.example"),
                role: Role::Practitioner,
                team_id: team.id,
                ..mari.clone()
            })
            .collect();
        let hubs: Vec<_> = (0..HUBS)
            .map(|place| hub::Model {
                id: store::mint::id(),
                organisation_id: mari.organisation_id,
                name: format!("Hub {place}"),
                address: "Here".into(),
                created_at: now,
            })
            .collect();
        let any = budget::Entity::find().filter(budget::Column::HubId.is_not_null()).one(db.reader()).await.unwrap();
        let txn = db.begin().await.unwrap();
        store::people::add_teams(&txn, vec![team]).await.unwrap();
        for some in people.chunks(512) {
            store::people::add_practitioners(&txn, some.to_vec()).await.unwrap();
        }
        store::people::add_hubs(&txn, hubs.clone()).await.unwrap();
        for hub in &hubs {
            let budget = budget::Model {
                id: store::mint::id(),
                hub_id: Some(hub.id),
                period_start: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
                period_end: now.date_naive() + Days::new(30),
                allocated_pence: PLENTY,
                ..any.clone().unwrap()
            };
            store::budget::open(&txn, budget, now).await.unwrap();
        }
        txn.commit().await.unwrap();
        Self { people, hubs: hubs.into_iter().map(|hub| hub.id).collect(), purpose }
    }

    /// The next ask: everybody in turn, at as many hubs in turn. A penny at a time nobody reaches her limit.
    pub fn ask(&self, place: usize, hubs: usize) -> Asked {
        let her = self.people[place % self.people.len()].clone();
        let about = About { hub: Some(self.hubs[place % hubs]), ..About::default() };
        let penny = Money::from_pence(1).to_decimal();
        let ask = Ask::try_new(self.purpose, penny, 1, SpendTiming::Before, Some("The bus"), about).unwrap();
        let key: Uuid = store::mint::id();
        let key = Key {
            actor: her.id,
            key,
            mutation: "requestSpend",
            input_sha256: Sha256::digest(key.as_bytes()).to_vec(),
            app: None,
        };
        Asked { her, ask, spend_id: store::mint::id(), minted_by_phone: false, key, now: clock::now() }
    }

    /// Whether every budget is the sum of its entries and every spend is in one.
    pub async fn adds_up(&self, db: &Db) {
        let budgets = budget::Entity::find().order_by_asc(budget::Column::Id).all(db.reader()).await.unwrap();
        let entries = budget_entry::Entity::find().all(db.reader()).await.unwrap();
        let spends = spend::Entity::find().all(db.reader()).await.unwrap();
        let committed: i64 = budgets.iter().map(|budget| budget.committed_pence).sum();
        assert_eq!(committed, entries.iter().map(|entry| entry.committed_delta_pence).sum::<i64>());
        assert_eq!(committed, spends.iter().map(|spend| spend.held_pence).sum::<i64>());
        println!("{} spends, and every penny is in the ledger", spends.len());
    }
}
