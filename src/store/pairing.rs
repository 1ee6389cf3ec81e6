//! Pairing: what is looked at to suggest which spends receipts belong to, and what still has no evidence.

use busfare_entity::{
    hub, receipt, receipt_link, spend, spend_purpose,
    words::{PairingReason, ReceiptId, SpendEvidence, SpendMoney},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};

use super::{
    confirmation,
    page::{self, Page, Slice},
    receipt_reading,
    vault::Vault,
};
use crate::rules::{
    pairing::{Bare, Paper, Word, suggest},
    sight::Viewer,
};

/// Most spends without a receipt that are looked at, the newest first.
const MOST_BARE: u64 = 300;

/// A spend that a receipt may belong to, and why.
pub type Suggested = (spend::Model, Vec<PairingReason>);

/// The spends that receipts she captured, and has not yet attached to anything, may belong to: by what she confirmed, and
/// where she has confirmed nothing yet, by what a machine is as good as certain of.
pub async fn suggested(
    conn: &impl ConnectionTrait,
    vault: &Vault,
    viewer: &Viewer,
    receipts: &[ReceiptId],
) -> Result<Vec<(ReceiptId, Suggested)>, DbErr> {
    let attached = Query::select().column(receipt_link::Column::ReceiptId).from(receipt_link::Entity).to_owned();
    let papers = receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(receipts.iter().copied()))
        .filter(receipt::Column::CapturedBy.eq(viewer.id))
        .filter(super::receipt::is_receipt())
        .filter(receipt::Column::Id.not_in_subquery(attached))
        .all(conn)
        .await?;
    let said = confirmation::latest(conn, &papers.iter().map(|paper| paper.id).collect::<Vec<_>>()).await?;
    let unsaid: Vec<_> = papers.iter().map(|paper| paper.id).filter(|id| !said.contains_key(id)).collect();
    let read = receipt_reading::latest(conn, &unsaid).await?;
    let papers: Vec<_> = papers
        .into_iter()
        .filter_map(|row| {
            let captured_at = row.captured_at;
            let paper = match (said.get(&row.id), read.get(&row.id)) {
                (Some(said), _) => {
                    let (merchant, day) = (said.merchant.clone(), said.bought_on);
                    Paper { pence: said.total_pence?, word: Word::Person, merchant, day, captured_at }
                }
                (None, Some(read)) => {
                    let guesses = receipt_reading::guesses(vault, read).ok()??;
                    let (merchant, day) = (guesses.merchant.suggested, guesses.day.suggested);
                    Paper { pence: guesses.total.suggested?, word: Word::Machine, merchant, day, captured_at }
                }
                (None, None) => return None,
            };
            Some((row.id, paper))
        })
        .collect();
    if papers.is_empty() {
        return Ok(vec![]);
    }

    let spends = bare(conn, viewer).await?;
    let looked_at: Vec<_> = spends.iter().map(|(_, looked_at)| looked_at.clone()).collect();
    let found = papers.iter().flat_map(|(id, paper)| {
        suggest(paper, &looked_at).into_iter().filter_map(|pairing| {
            let spend = spends.iter().find(|(spend, _)| spend.id == pairing.spend)?;
            Some((*id, (spend.0.clone(), pairing.reasons)))
        })
    });
    Ok(found.collect())
}

/// Her spends with money in them and no receipt, as pairing looks at them.
async fn bare(conn: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<(spend::Model, Bare)>, DbErr> {
    let attached = Query::select().column(receipt_link::Column::SpendId).from(receipt_link::Entity).to_owned();
    let spends = spend::Entity::find()
        .filter(spend::Column::PractitionerId.eq(viewer.id))
        .filter(spend::Column::Money.is_in([SpendMoney::Committed, SpendMoney::Spent, SpendMoney::PartRefunded]))
        .filter(spend::Column::Id.not_in_subquery(attached))
        .order_by_desc(spend::Column::RequestedAt)
        .limit(MOST_BARE)
        .all(conn)
        .await?;
    let purposes = spend_purpose::Entity::find()
        .filter(spend_purpose::Column::OrganisationId.eq(viewer.organisation))
        .all(conn)
        .await?;
    let hubs = hub::Entity::find().filter(hub::Column::OrganisationId.eq(viewer.organisation)).all(conn).await?;
    let words = |spend: &spend::Model| {
        let purpose = purposes.iter().find(|purpose| purpose.id == spend.purpose_id);
        let hub = hubs.iter().find(|hub| Some(hub.id) == spend.hub_id).map(|hub| &hub.name);
        let names = purpose.into_iter().flat_map(|purpose| [&purpose.name_en, &purpose.name_cy]);
        names.chain(hub).chain(spend.reason.as_ref()).map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    Ok(spends
        .into_iter()
        .map(|spend| {
            let bare = Bare {
                id: spend.id,
                pence: spend.spent_pence.or(spend.authorised_pence).unwrap_or(spend.total_pence),
                requested_at: spend.requested_at,
                spent_at: spend.spent_at,
                words: words(&spend),
            };
            (spend, bare)
        })
        .collect())
}

/// What is spent and has neither a receipt nor a note.
pub(super) fn without_evidence() -> Condition {
    Condition::all()
        .add(spend::Column::Evidence.eq(SpendEvidence::Expected))
        .add(spend::Column::Money.is_in([SpendMoney::Spent, SpendMoney::PartRefunded]))
}

/// One page of what somebody spent and what still has neither a receipt nor a note, the oldest first.
pub async fn missing(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<spend::Model>, DbErr> {
    let query = spend::Entity::find().filter(without_evidence().add(spend::Column::PractitionerId.eq(viewer.id)));
    page::read_oldest(conn, query, (spend::Column::RequestedAt, spend::Column::Id), page).await
}
