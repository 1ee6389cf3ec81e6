//! The outbox: messages written in the transaction of their cause, each with a job that delivers it. A message is marked
//! before it is handed over, so that whoever finds it marked knows that it may have gone already.

use busfare_entity::{
    outbox,
    words::{
        DropReason, JobKind, MessageId, OrganisationId, OutboxChannel, OutboxKind, OutboxState, PractitionerId,
        PushDeviceId,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use super::{job, mint};

/// To whom a message goes, and by which way.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// To whom.
    pub practitioner: PractitionerId,
    /// To which of her devices; to her e-mail address where none is named.
    pub device: Option<PushDeviceId>,
}

/// Writes a message, and asks for its delivery.
pub async fn write(
    conn: &impl ConnectionTrait,
    to: Address,
    kind: OutboxKind,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<MessageId, DbErr> {
    let id: MessageId = mint::id();
    let row = outbox::Model {
        id,
        organisation_id: to.organisation,
        practitioner_id: to.practitioner,
        kind,
        channel: if to.device.is_some() { OutboxChannel::Push } else { OutboxChannel::Email },
        push_device_id: to.device,
        local_day: day,
        state: OutboxState::Waiting,
        dropped: None,
        written_at: now,
        ended_at: None,
    };
    outbox::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    job::enqueue(conn, to.organisation, JobKind::DeliverMessage, id.0, now).await?;
    Ok(id)
}

/// A message.
pub async fn find(conn: &impl ConnectionTrait, id: MessageId) -> Result<Option<outbox::Model>, DbErr> {
    outbox::Entity::find_by_id(id).one(conn).await
}

/// Moves a message from one state to another. False where it is not in that state any more.
pub async fn advance(
    conn: &impl ConnectionTrait,
    id: MessageId,
    from: OutboxState,
    to: OutboxState,
) -> Result<bool, DbErr> {
    let moved = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(to))
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq(from))
        .exec(conn)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// A message has come to its end: sent, or dropped for a reason.
pub async fn end(
    conn: &impl ConnectionTrait,
    id: MessageId,
    dropped: Option<DropReason>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let state = if dropped.is_some() { OutboxState::Dropped } else { OutboxState::Sent };
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(state))
        .col_expr(outbox::Column::Dropped, Expr::value(dropped))
        .col_expr(outbox::Column::EndedAt, Expr::value(Some(now)))
        .filter(outbox::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// How many messages have not left the house, of all organisations.
pub async fn count_waiting(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    outbox::Entity::find().filter(outbox::Column::State.eq(OutboxState::Waiting)).count(conn).await
}

/// Forgets messages that were written before a moment and have ended.
pub async fn forget(conn: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = outbox::Entity::delete_many()
        .filter(outbox::Column::WrittenAt.lt(before))
        .filter(outbox::Column::State.is_in([OutboxState::Sent, OutboxState::Dropped]));
    Ok(old.exec(conn).await?.rows_affected)
}
