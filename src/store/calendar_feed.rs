//! Calendars of hubs that somebody follows, each by a secret of which only the hash is kept.

use busfare_entity::{
    calendar_feed,
    words::{CalendarFeedId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::mint;

/// Most calendars of one practitioner that are listed.
const MOST_LISTED: u64 = 100;

/// Keeps a calendar.
pub async fn open(conn: &impl ConnectionTrait, row: calendar_feed::Model) -> Result<(), DbErr> {
    calendar_feed::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Closes a calendar that somebody opened, once: the first time stays. None where it is not hers.
pub async fn close(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    id: CalendarFeedId,
    now: DateTime<Utc>,
) -> Result<Option<calendar_feed::Model>, DbErr> {
    calendar_feed::Entity::update_many()
        .col_expr(calendar_feed::Column::ClosedAt, Expr::value(Some(now)))
        .filter(calendar_feed::Column::Id.eq(id))
        .filter(calendar_feed::Column::OpenedBy.eq(hers))
        .filter(calendar_feed::Column::ClosedAt.is_null())
        .exec(conn)
        .await?;
    calendar_feed::Entity::find_by_id(id).filter(calendar_feed::Column::OpenedBy.eq(hers)).one(conn).await
}

/// The calendars that somebody opened, the last first.
pub async fn opened_by(conn: &impl ConnectionTrait, hers: PractitionerId) -> Result<Vec<calendar_feed::Model>, DbErr> {
    calendar_feed::Entity::find()
        .filter(calendar_feed::Column::OpenedBy.eq(hers))
        .order_by_desc(calendar_feed::Column::OpenedAt)
        .order_by_desc(calendar_feed::Column::Id)
        .limit(MOST_LISTED)
        .all(conn)
        .await
}

/// The open calendar with this secret.
pub async fn by_secret(conn: &impl ConnectionTrait, secret: &str) -> Result<Option<calendar_feed::Model>, DbErr> {
    calendar_feed::Entity::find()
        .filter(calendar_feed::Column::TokenSha256.eq(mint::sha256(secret)))
        .filter(calendar_feed::Column::ClosedAt.is_null())
        .one(conn)
        .await
}
