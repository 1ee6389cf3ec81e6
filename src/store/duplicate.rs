//! Receipts that may be the same one: what pictures are compared by, and what people say of what was found.

use busfare_entity::{
    possible_duplicate, receipt, receipt_print,
    words::{DuplicateAnswer, DuplicateEvidence, PossibleDuplicateId, ReceiptId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict, Query},
};

use super::{
    mint,
    page::{self, Page, Slice},
};
use crate::rules::{duplicate::Look, sight::Viewer};

/// Keeps what a picture is compared by. Keeping it again changes nothing: a stored picture never does.
pub async fn keep_print(conn: &impl ConnectionTrait, row: receipt_print::Model) -> Result<(), DbErr> {
    // What could not be looked at before may be by now; what was sent stays what it was.
    let looks = [
        receipt_print::Column::Dhash,
        receipt_print::Column::Band0,
        receipt_print::Column::Band1,
        receipt_print::Column::Band2,
        receipt_print::Column::Band3,
        receipt_print::Column::Band4,
        receipt_print::Column::Band5,
    ];
    receipt_print::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(receipt_print::Column::ReceiptId).update_columns(looks).to_owned())
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// A picture as it is compared.
pub fn print(receipt: &receipt::Model, look: Option<Look>, now: DateTime<Utc>) -> receipt_print::Model {
    let band = |place: usize| look.map(|look| look.bands()[place]);
    receipt_print::Model {
        receipt_id: receipt.id,
        organisation_id: receipt.organisation_id,
        original_sha256: receipt.original_sha256.clone().unwrap_or_default(),
        stored_sha256: receipt.stored_sha256.clone().unwrap_or_default(),
        dhash: look.map(|look| look.bytes().to_vec()),
        band_0: band(0),
        band_1: band(1),
        band_2: band(2),
        band_3: band(3),
        band_4: band(4),
        band_5: band(5),
        printed_at: now,
    }
}

/// Every other receipt of the organisation whose picture is the same file or looks the same.
pub async fn same_pictures(
    conn: &impl ConnectionTrait,
    print: &receipt_print::Model,
) -> Result<Vec<(ReceiptId, DuplicateEvidence)>, DbErr> {
    use receipt_print::Column;
    let bands = [
        (Column::Band0, print.band_0),
        (Column::Band1, print.band_1),
        (Column::Band2, print.band_2),
        (Column::Band3, print.band_3),
        (Column::Band4, print.band_4),
        (Column::Band5, print.band_5),
    ];
    let mut alike = Condition::any()
        .add(Column::OriginalSha256.eq(print.original_sha256.clone()))
        .add(Column::StoredSha256.eq(print.stored_sha256.clone()));
    for (column, band) in bands {
        if let Some(band) = band {
            alike = alike.add(column.eq(band));
        }
    }
    let others = receipt_print::Entity::find()
        .filter(Column::OrganisationId.eq(print.organisation_id))
        .filter(Column::ReceiptId.ne(print.receipt_id))
        .filter(alike)
        .all(conn)
        .await?;

    let look = |row: &receipt_print::Model| row.dhash.as_deref().and_then(Look::kept);
    let mine = look(print);
    Ok(others
        .into_iter()
        .filter_map(|other| {
            let file = other.original_sha256 == print.original_sha256 || other.stored_sha256 == print.stored_sha256;
            let picture = mine.zip(look(&other)).is_some_and(|(mine, other)| mine.is_near(&other));
            match (file, picture) {
                (true, _) => Some((other.receipt_id, DuplicateEvidence::SameFile)),
                (false, true) => Some((other.receipt_id, DuplicateEvidence::SamePicture)),
                (false, false) => None,
            }
        })
        .collect())
}

/// Notes that a receipt may be the same as others. What was found before stays, with what was said of it.
pub async fn note(
    conn: &impl ConnectionTrait,
    receipt: &receipt::Model,
    others: &[(ReceiptId, DuplicateEvidence)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids = others.iter().map(|(id, _)| *id);
    for other in receipt::Entity::find().filter(receipt::Column::Id.is_in(ids)).all(conn).await? {
        let Some((_, evidence)) = others.iter().find(|(id, _)| *id == other.id) else { continue };
        let order = |row: &receipt::Model| (row.captured_at, row.id);
        let (earlier, later) = if order(&other) < order(receipt) { (&other, receipt) } else { (receipt, &other) };
        let row = possible_duplicate::Model {
            id: mint::id(),
            organisation_id: receipt.organisation_id,
            earlier_id: earlier.id,
            later_id: later.id,
            evidence: *evidence,
            found_at: now,
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        let pair = OnConflict::columns([possible_duplicate::Column::EarlierId, possible_duplicate::Column::LaterId])
            .do_nothing()
            .to_owned();
        let new = possible_duplicate::Entity::insert(row.into_active_model()).on_conflict(pair);
        new.try_insert().exec_without_returning(conn).await?;
    }
    Ok(())
}

/// What a viewer hears of: pairs of which she captured one.
fn hers(viewer: &Viewer) -> Condition {
    let captured = || {
        Query::select()
            .column(receipt::Column::Id)
            .from(receipt::Entity)
            .and_where(receipt::Column::CapturedBy.eq(viewer.id))
            .to_owned()
    };
    Condition::all().add(possible_duplicate::Column::OrganisationId.eq(viewer.organisation)).add(
        Condition::any()
            .add(possible_duplicate::Column::EarlierId.in_subquery(captured()))
            .add(possible_duplicate::Column::LaterId.in_subquery(captured())),
    )
}

/// One page of what nobody has said anything about yet, newest first.
pub async fn open(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    page: Page,
) -> Result<Slice<possible_duplicate::Model>, DbErr> {
    let query =
        possible_duplicate::Entity::find().filter(hers(viewer)).filter(possible_duplicate::Column::Answer.is_null());
    page::read(conn, query, (possible_duplicate::Column::FoundAt, possible_duplicate::Column::Id), page).await
}

/// What was found about each of these receipts that a viewer hears of, oldest first, once for each of the two.
pub async fn about(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    receipts: &[ReceiptId],
) -> Result<Vec<(ReceiptId, possible_duplicate::Model)>, DbErr> {
    let among = Condition::any()
        .add(possible_duplicate::Column::EarlierId.is_in(receipts.iter().copied()))
        .add(possible_duplicate::Column::LaterId.is_in(receipts.iter().copied()));
    let rows = possible_duplicate::Entity::find()
        .filter(hers(viewer))
        .filter(among)
        .order_by_asc(possible_duplicate::Column::FoundAt)
        .order_by_asc(possible_duplicate::Column::Id)
        .all(conn)
        .await?;
    let of = |row: possible_duplicate::Model| {
        [row.earlier_id, row.later_id].into_iter().filter(|id| receipts.contains(id)).map(move |id| (id, row.clone()))
    };
    Ok(rows.into_iter().flat_map(of).collect())
}

/// Notes what a person says of two receipts, the newest word last. None where it is not hers to say.
pub async fn answer(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: PossibleDuplicateId,
    answer: DuplicateAnswer,
    now: DateTime<Utc>,
) -> Result<Option<possible_duplicate::Model>, DbErr> {
    possible_duplicate::Entity::update_many()
        .col_expr(possible_duplicate::Column::Answer, Expr::value(Some(answer)))
        .col_expr(possible_duplicate::Column::AnsweredBy, Expr::value(Some(viewer.id)))
        .col_expr(possible_duplicate::Column::AnsweredAt, Expr::value(Some(now)))
        .filter(possible_duplicate::Column::Id.eq(id))
        .filter(hers(viewer))
        .exec(conn)
        .await?;
    possible_duplicate::Entity::find_by_id(id).filter(hers(viewer)).one(conn).await
}
