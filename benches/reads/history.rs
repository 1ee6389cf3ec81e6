//! What has happened in the county so far: any number of spends, half of them with a receipt, and a session for everybody
//! who looks back at them.

use busfare::{
    http::clock,
    rules::token::{Bearer, SigningKey},
    store::{self, Db, rows::add_in_parts},
};
use busfare_entity::{
    budget, receipt, receipt_link, session, spend, unsealed_event,
    words::{
        BudgetId, CaptureUse, PreviewState, ReceiptId, ReceiptState, SpendBooks, SpendDecision, SpendEvidence, SpendId,
        SpendMoney, SpendTiming,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::county::County;

/// Spends that are added at a time.
const PART: usize = 10_000;
/// Spends of each who looks, at least: more than a page.
const EACH: usize = 20;

/// Everybody who looks, with what she has to show and one spend of hers.
pub struct History {
    bearers: Vec<Bearer>,
    theirs: Vec<SpendId>,
    key: SigningKey,
}

/// One who looks.
pub struct Looker {
    /// What she has to show.
    pub token: String,
    /// Who she is.
    pub practitioner: Uuid,
    /// A spend of hers.
    pub spend: SpendId,
}

impl History {
    /// Lives it, on a database that has the county.
    pub async fn live(db: &Db, county: &County, key: SigningKey, spends: usize) -> Self {
        let looking = county.people.len().min(spends / EACH).max(1);
        let at_hub = budget::Column::HubId.is_in(county.hubs.iter().copied());
        let budgets =
            budget::Entity::find().filter(at_hub).order_by_asc(budget::Column::Id).all(db.reader()).await.unwrap();
        let mut theirs = vec![None; looking];

        for begin in (0..spends).step_by(PART) {
            let part: Vec<_> = (begin..spends.min(begin + PART))
                .map(|number| one(county, &budgets[number % budgets.len()], number, spends, looking))
                .collect();
            let (mut receipts, mut links) = (Vec::new(), Vec::new());
            for (place, spend) in part.iter().enumerate() {
                theirs[someone(begin + place, looking)] = Some(spend.id);
                if (begin + place).is_multiple_of(2) {
                    let (receipt, link) = evidence(spend);
                    receipts.push(receipt);
                    links.push(link);
                }
            }
            let txn = db.begin().await.unwrap();
            add_in_parts::<spend::Entity>(&txn, part).await.unwrap();
            add_in_parts::<receipt::Entity>(&txn, receipts).await.unwrap();
            add_in_parts::<receipt_link::Entity>(&txn, links).await.unwrap();
            // It is news to nobody, so that only looking back is measured.
            unsealed_event::Entity::delete_many().exec(&txn).await.unwrap();
            txn.commit().await.unwrap();
            if begin > 0 && begin.is_multiple_of(PART * 100) {
                eprintln!("{begin} of {spends} spends");
            }
        }

        let now = clock::now();
        let sessions: Vec<_> = county.people[..looking]
            .iter()
            .map(|her| session::Model {
                id: store::mint::id(),
                practitioner_id: her.id,
                device_name: "Phone".into(),
                created_at: now,
                app_id: None,
                scopes: None,
                revoked_at: None,
            })
            .collect();
        let bearers =
            sessions.iter().map(|row| Bearer { practitioner: row.practitioner_id, session: row.id }).collect();
        let txn = db.begin().await.unwrap();
        add_in_parts::<session::Entity>(&txn, sessions).await.unwrap();
        txn.commit().await.unwrap();
        db.look_over().await.unwrap();
        Self { bearers, theirs: theirs.into_iter().map(Option::unwrap).collect(), key }
    }

    /// Everybody who looks, with a token that is good for the next minutes.
    pub fn lookers(&self) -> Vec<Looker> {
        let now = clock::now();
        let each = self.bearers.iter().zip(&self.theirs);
        each.map(|(bearer, spend)| {
            let (token, _) = self.key.issue(*bearer, now).unwrap();
            Looker { token, practitioner: bearer.practitioner.0, spend: *spend }
        })
        .collect()
    }
}

/// Whose a spend is: everybody's turn comes as often, and in no order.
fn someone(number: usize, looking: usize) -> usize {
    let (turn, place) = (number / looking, number % looking);
    (place * 7_919 + turn * 104_729) % looking
}

fn at(number: usize, of: usize) -> DateTime<Utc> {
    // The last was a minute ago, and before it came one every second.
    let ago = i64::try_from(of - number).unwrap() + 60;
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() - TimeDelta::seconds(ago)
}

fn id(number: usize, at: DateTime<Utc>) -> Uuid {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&(number as u64).to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &random).into_uuid()
}

fn one(county: &County, budget: &budget::Model, number: usize, of: usize, looking: usize) -> spend::Model {
    let her = &county.people[someone(number, looking)];
    let requested_at = at(number, of);
    let pence = 115 + i64::try_from(number % 900).unwrap();
    spend::Model {
        id: SpendId(id(number, requested_at)),
        organisation_id: her.organisation_id,
        practitioner_id: her.id,
        team_id: her.team_id,
        hub_id: budget.hub_id,
        purpose_id: county.purpose,
        budget_id: BudgetId(budget.id.0),
        timing: SpendTiming::Before,
        method: None,
        raises_id: None,
        allowance_id: None,
        unit_price_pence: pence,
        count: 1,
        total_pence: pence,
        reason: Some(format!("The bus to the hub, number {number}")),
        decision: SpendDecision::AuthorisedSelf,
        money: SpendMoney::Spent,
        evidence: SpendEvidence::Attached,
        books: SpendBooks::Open,
        held_pence: 0,
        authorised_pence: Some(pence),
        spent_pence: Some(pence),
        refunded_pence: 0,
        requested_at,
        decided_at: Some(requested_at),
        spent_at: Some(requested_at),
        expires_at: None,
        nudged_at: None,
    }
}

fn evidence(spend: &spend::Model) -> (receipt::Model, receipt_link::Model) {
    let key = spend.id.0.simple();
    let mut id = spend.id.0.into_bytes();
    id[8] ^= 1;
    let receipt = receipt::Model {
        id: ReceiptId(Uuid::from_bytes(id)),
        organisation_id: spend.organisation_id,
        captured_by: spend.practitioner_id,
        captured_at: spend.requested_at,
        state: ReceiptState::Stored,
        original_sha256: Some(spend.id.0.as_bytes().repeat(2)),
        original_bytes: Some(200_000),
        stored_sha256: Some(spend.id.0.as_bytes().repeat(2)),
        media_type: Some("image/jpeg".into()),
        stored_bytes: Some(180_000),
        width: Some(1_200),
        height: Some(1_600),
        content_key: Some(format!("{key}-content")),
        thumbnail_key: Some(format!("{key}-thumbnail")),
        stored_at: Some(spend.requested_at),
        problem: None,
        preview: Some(PreviewState::Made),
        sheet_count: Some(1),
        captured_for: CaptureUse::Receipt,
    };
    let link = receipt_link::Model {
        receipt_id: receipt.id,
        spend_id: spend.id,
        linked_by: spend.practitioner_id,
        linked_at: spend.requested_at,
        portion_pence: None,
    };
    (receipt, link)
}
