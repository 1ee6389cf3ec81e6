//! Devices that take push messages. One endpoint is one device, whoever had it before.

use busfare_entity::{
    push_device, session,
    words::{PractitionerId, PushDeviceId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

/// What its owner is shown of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: PushDeviceId,
    /// The host of its push service.
    pub service: String,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

impl From<&push_device::Model> for Device {
    fn from(row: &push_device::Model) -> Self {
        let place = row.endpoint.split("://").nth(1).unwrap_or_default();
        let service = place.split(['/', '?', ':']).next().unwrap_or_default().to_owned();
        Self { id: row.id, service, registered_at: row.registered_at }
    }
}

/// Registers a device. One that is registered already gets its new keys, and belongs to whoever registers it now. More
/// than so many of one person are too many, and the first makes room.
pub async fn register(
    conn: &impl ConnectionTrait,
    row: push_device::Model,
    most: usize,
) -> Result<push_device::Model, DbErr> {
    let (owner, endpoint) = (row.practitioner_id, row.endpoint.clone());
    // What it had waiting for somebody else finds no device of that id, and is not sent to this one.
    push_device::Entity::delete_many()
        .filter(push_device::Column::Endpoint.eq(&endpoint))
        .filter(push_device::Column::PractitionerId.ne(owner))
        .exec(conn)
        .await?;
    let anew = [
        push_device::Column::SessionId,
        push_device::Column::PublicKey,
        push_device::Column::AuthSecret,
        push_device::Column::RegisteredAt,
    ];
    push_device::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(push_device::Column::Endpoint).update_columns(anew).to_owned())
        .exec_without_returning(conn)
        .await?;
    let hers = push_device::Entity::find()
        .filter(push_device::Column::PractitionerId.eq(owner))
        .order_by_desc(push_device::Column::RegisteredAt)
        .order_by_desc(push_device::Column::Id)
        .all(conn)
        .await?;
    let too_many = hers.iter().skip(most).map(|row| row.id);
    push_device::Entity::delete_many().filter(push_device::Column::Id.is_in(too_many)).exec(conn).await?;
    let registered = hers.into_iter().find(|row| row.endpoint == endpoint);
    registered.ok_or_else(|| DbErr::RecordNotFound("a device that was registered".to_owned()))
}

/// Removes a device of somebody's. None where it is not hers.
pub async fn remove(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    id: PushDeviceId,
) -> Result<Option<push_device::Model>, DbErr> {
    let found = push_device::Entity::find_by_id(id).filter(push_device::Column::PractitionerId.eq(hers));
    let found = found.one(conn).await?;
    if let Some(row) = &found {
        push_device::Entity::delete_by_id(row.id).exec(conn).await?;
    }
    Ok(found)
}

/// Forgets a device that takes no messages any more.
pub async fn forget(conn: &impl ConnectionTrait, id: PushDeviceId) -> Result<(), DbErr> {
    push_device::Entity::delete_by_id(id).exec(conn).await.map(|_| ())
}

/// Somebody's devices on which she is signed in, the newest first.
pub async fn of(conn: &impl ConnectionTrait, hers: PractitionerId) -> Result<Vec<push_device::Model>, DbErr> {
    signed_in().filter(push_device::Column::PractitionerId.eq(hers)).all(conn).await
}

/// A device on which somebody is signed in.
pub async fn find(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    id: PushDeviceId,
) -> Result<Option<push_device::Model>, DbErr> {
    let hers = signed_in().filter(push_device::Column::PractitionerId.eq(hers));
    hers.filter(push_device::Column::Id.eq(id)).one(conn).await
}

fn signed_in() -> sea_orm::Select<push_device::Entity> {
    let session = push_device::Entity::belongs_to(session::Entity)
        .from(push_device::Column::SessionId)
        .to(session::Column::Id)
        .into();
    push_device::Entity::find()
        .join(JoinType::InnerJoin, session)
        .filter(session::Column::RevokedAt.is_null())
        .order_by_desc(push_device::Column::RegisteredAt)
        .order_by_desc(push_device::Column::Id)
}
