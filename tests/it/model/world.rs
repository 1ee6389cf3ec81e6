//! The council as the model knows it: who is there, what each may decide, and the phones they hold.

use std::{collections::HashMap, path::Path};

use busfare::{
    http::clock,
    rules::token::{Bearer, SigningKey},
    store::{self, Db},
};
use busfare_entity::{
    budget, delegation, delegation_window, hub, practitioner, practitioner_hub, session, spend_purpose, virement_limit,
    words::{
        BudgetId, DecidesFor, DelegationId, Fund, GranteeKind, HubId, PractitionerId, Role, SessionId, SpendPurposeId,
        TeamId,
    },
};
use reqwest::Client;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

/// A busy machine ran out of time for a request; the same may be sent again with the same key.
pub const TOO_SLOW: &str = "TOO_SLOW";

/// How many phones everybody has: what one of them drew, another may bring home.
pub const PHONES_EACH: usize = 2;

/// Somebody with her phones.
#[derive(Clone)]
pub struct Phone {
    /// Who.
    pub id: PractitionerId,
    /// In which team.
    pub team: TeamId,
    /// What she does there.
    pub role: Role,
    /// The hubs she works in.
    pub hubs: Vec<HubId>,
    /// The session of each of her phones.
    pub sessions: Vec<SessionId>,
    row: practitioner::Model,
    http: Client,
    tokens: Vec<String>,
}

impl Phone {
    /// Sends a mutation from one of her phones; none where no answer came back.
    pub async fn sends(&self, server: &str, device: usize, verb: &Verb) -> Option<Value> {
        let body = json!({ "query": verb.document(), "variables": { "input": verb.input } });
        let request = self.http.post(format!("{server}/graphql")).bearer_auth(&self.tokens[device]).json(&body);
        let answer: Value = request.send().await.ok()?.json().await.ok()?;
        let error = &answer["errors"][0];
        let too_slow = error["message"].as_str().is_some_and(|words| words.starts_with("That took too long"));
        match error["extensions"]["code"].as_str() {
            None => Some(answer["data"][verb.name].clone()),
            Some(_) if too_slow => Some(json!({ "problem": TOO_SLOW })),
            Some(code) => Some(json!({ "problem": code })),
        }
    }

    /// Reads something that she may.
    pub async fn asks(&self, server: &str, query: &str) -> Value {
        let request = self.http.post(format!("{server}/graphql")).bearer_auth(&self.tokens[0]);
        let answer: Value = request.json(&json!({ "query": query })).send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }
}

/// One mutation with its input.
#[derive(Clone, Debug)]
pub struct Verb {
    /// Its name, such as `requestSpend`.
    pub name: &'static str,
    /// What it is sent.
    pub input: Value,
}

impl Verb {
    fn document(&self) -> String {
        let (name, first) = (self.name, self.name[..1].to_uppercase());
        let said = match name {
            "moveMoney" => "virement { id }",
            "drawAllowance" | "returnAllowance" => "allowance { id }",
            "syncOfflineSpends" => {
                "results { id outcome spend { id decision money ask { state asked { id } } } userError { code } }"
            }
            _ => "spend { id decision money ask { state asked { id } } }",
        };
        let input = format!("{first}{}Input", &name[1..]);
        format!("mutation($input: {input}!) {{ {name}(input: $input) {{ {said} userErrors {{ code }} replayed }} }}")
    }
}

/// Whether a mutation did something.
pub fn happened(answer: &Value) -> bool {
    answer.get("problem").is_none() && answer["userErrors"] == json!([])
}

/// What an answer must say again whenever the same is sent again.
pub fn told(answer: &Value) -> Value {
    let results = answer["results"].as_array().map(|results| {
        let told = |one: &Value| json!([one["id"], one["outcome"], one["spend"]["id"], one["userError"]]);
        results.iter().map(told).collect::<Vec<_>>()
    });
    let spend = &answer["spend"];
    json!([spend["id"], spend["decision"], spend["money"], answer["virement"], answer["allowance"], results])
}

/// Pounds and pence as the API takes them.
pub fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

/// What one line of the scheme gives to whoever holds it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its row in the version that is in force.
    pub id: DelegationId,
    /// Its key.
    pub line: String,
    /// Whom it is granted to.
    pub to: Grantee,
    /// Most for one item.
    pub item: i64,
    /// Most in all the time that a walk takes: the tightest of its rolling windows.
    pub window: i64,
    /// Most at once in an emergency.
    pub ceiling: Option<i64>,
    /// For whom it may decide.
    pub decides_for: DecidesFor,
    /// Whether it has been taken back.
    pub revoked: bool,
}

/// Whom a line is granted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// Everybody with a role.
    Role(Role),
    /// One person.
    Person(PractitionerId),
}

/// The council at the start of a walk.
#[derive(Clone)]
pub struct World {
    /// Everybody.
    pub phones: Vec<Phone>,
    /// What each may decide.
    pub lines: Vec<Line>,
    /// A purpose that a team's budget pays.
    pub fare: SpendPurposeId,
    /// Another one.
    pub travel_card: SpendPurposeId,
    /// A purpose that a hub's budget pays.
    pub tea: SpendPurposeId,
    /// The hubs with their budgets.
    pub hubs: Vec<(HubId, BudgetId)>,
    /// The teams with their budgets.
    pub teams: Vec<(TeamId, BudgetId)>,
    /// The budget for emergencies.
    pub emergencies: BudgetId,
    /// What each budget has at the start.
    pub budgets: Vec<budget::Model>,
    /// How much each role may move between budgets at once.
    pub may_move: HashMap<Role, i64>,
}

impl World {
    /// Reads the council and gives everybody a phone.
    pub async fn read(db: &Db, data: &Path) -> Self {
        let reader = db.reader();
        let key = store::keys::open(data).unwrap();
        let mut phones = Vec::new();
        for row in practitioner::Entity::find().order_by_asc(practitioner::Column::Email).all(reader).await.unwrap() {
            phones.push(phone(db, &key, row, Client::new()).await);
        }
        let purpose = async |code: &str| {
            let found = spend_purpose::Entity::find().filter(spend_purpose::Column::Code.eq(code)).one(reader).await;
            found.unwrap().unwrap().id
        };
        let budgets = budget::Entity::find().order_by_asc(budget::Column::Name).all(reader).await.unwrap();
        let paid_by = |fund| budgets.iter().filter(move |budget| budget.fund == fund);
        let names = hub::Entity::find().order_by_asc(hub::Column::Name).all(reader).await.unwrap();
        let limits = virement_limit::Entity::find().all(reader).await.unwrap();
        Self {
            phones,
            lines: lines(db).await,
            may_move: limits.into_iter().map(|limit| (limit.role, limit.limit_pence)).collect(),
            emergencies: paid_by(Fund::Contingency).next().unwrap().id,
            fare: purpose("bus-fare").await,
            travel_card: purpose("travel-card").await,
            tea: purpose("hub-refreshments").await,
            hubs: paid_by(Fund::Hub).map(|budget| (budget.hub_id.unwrap(), budget.id)).take(names.len()).collect(),
            teams: paid_by(Fund::Section17).map(|budget| (budget.team_id.unwrap(), budget.id)).collect(),
            budgets,
        }
    }

    /// Everybody gets a new token, because tokens do not last long.
    pub async fn renew(&mut self, db: &Db, data: &Path) {
        let key = store::keys::open(data).unwrap();
        for held in &mut self.phones {
            *held = phone(db, &key, held.row.clone(), held.http.clone()).await;
        }
    }

    /// Somebody gets new phones, because hers were taken away.
    pub async fn replace(&mut self, db: &Db, data: &Path, whose: PractitionerId) {
        let key = store::keys::open(data).unwrap();
        let held = self.phones.iter_mut().find(|phone| phone.id == whose).unwrap();
        *held = phone(db, &key, held.row.clone(), held.http.clone()).await;
    }

    /// The phone of somebody.
    pub fn phone(&self, id: PractitionerId) -> &Phone {
        self.phones.iter().find(|phone| phone.id == id).unwrap()
    }

    /// Who decides for everybody.
    pub fn head(&self) -> PractitionerId {
        let of_person = |line: &Line| match line.to {
            Grantee::Person(person) if line.decides_for == DecidesFor::Organisation => Some(person),
            _ => None,
        };
        self.lines.iter().find_map(of_person).unwrap()
    }

    /// Everybody whose team has a budget.
    pub fn askers(&self) -> impl Iterator<Item = &Phone> {
        self.phones.iter().filter(|phone| self.teams.iter().any(|(team, _)| *team == phone.team))
    }
}

async fn phone(db: &Db, key: &SigningKey, row: practitioner::Model, http: Client) -> Phone {
    let places = practitioner_hub::Entity::find().filter(practitioner_hub::Column::PractitionerId.eq(row.id));
    let hubs = places.all(db.reader()).await.unwrap().into_iter().map(|place| place.hub_id).collect();
    let txn = db.begin().await.unwrap();
    let (mut sessions, mut tokens) = (Vec::new(), Vec::new());
    for _ in 0..PHONES_EACH {
        let session = session::Model {
            id: store::mint::id(),
            practitioner_id: row.id,
            device_name: "a phone of the model".into(),
            created_at: clock::now(),
            revoked_at: None,
            app_id: None,
            scopes: None,
        };
        let bearer = Bearer { practitioner: row.id, session: session.id };
        sessions.push(session.id);
        tokens.push(key.issue(bearer, clock::now()).unwrap().0);
        store::session::begin(&txn, session).await.unwrap();
    }
    txn.commit().await.unwrap();
    Phone { id: row.id, team: row.team_id, role: row.role, hubs, sessions, row, http, tokens }
}

/// What the scheme in force gives to whom.
pub async fn lines(db: &Db) -> Vec<Line> {
    let reader = db.reader();
    let organisation = practitioner::Entity::find().one(reader).await.unwrap().unwrap().organisation_id;
    let scheme = store::authority::scheme_in_force(reader, organisation, clock::now()).await.unwrap().unwrap();
    let rows = delegation::Entity::find().filter(delegation::Column::SchemeId.eq(scheme.id));
    let mut lines = Vec::new();
    for row in rows.order_by_asc(delegation::Column::Line).all(reader).await.unwrap() {
        let windows = delegation_window::Entity::find().filter(delegation_window::Column::DelegationId.eq(row.id));
        let tightest = windows.all(reader).await.unwrap().iter().map(|window| window.limit_pence).min();
        lines.push(Line {
            id: row.id,
            line: row.line,
            to: match row.grantee_kind {
                GranteeKind::Role => Grantee::Role(row.grantee_role.unwrap()),
                _ => Grantee::Person(row.grantee_practitioner_id.unwrap()),
            },
            item: row.item_limit_pence.unwrap_or(i64::MAX),
            window: tightest.unwrap_or(i64::MAX),
            ceiling: row.break_glass_pence,
            decides_for: row.decides_for,
            revoked: row.revoked_at.is_some(),
        });
    }
    lines
}
