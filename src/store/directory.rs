//! The directory of the community: what was imported, how it is found, where our hubs are, and to whom a service was pointed
//! out.

mod finding;
mod importing;
mod introductions;
mod ours;

use busfare_entity::{
    resource,
    words::{OrganisationId, ResourceId},
};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Map, Value};

pub use self::{
    finding::{Found, Listed, count, find, list, published},
    importing::{Imported, import},
    introductions::{
        MOST_INTRODUCTIONS, all_introductions_to, introduced, introduction, introductions_in, introductions_to,
    },
    ours::{place_hub, places, services, venue_of},
};
use super::rows::among;
use crate::rules::directory::{Assured, Resource, assured, resource as read};

/// A service as it is kept, with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The row.
    pub row: resource::Model,
    /// What is shown.
    pub shown: Box<Resource>,
}

impl Kept {
    fn read(row: resource::Model) -> Result<Self, DbErr> {
        let shown = Box::new(read(&object(&row.published)?));
        Ok(Self { row, shown })
    }

    /// How sure one can be of it today.
    pub fn assured(&self, today: NaiveDate) -> Assured {
        assured(&self.shown, today)
    }

    /// Whether it is there to be gone to, now or later.
    pub fn is_there(&self) -> bool {
        self.row.gone_at.is_none() && !self.row.ended
    }
}

/// Services of an organisation by id, in any order, also those that are gone.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[ResourceId],
) -> Result<Vec<Kept>, DbErr> {
    let rows = resource::Entity::find()
        .filter(resource::Column::OrganisationId.eq(organisation))
        .filter(among(conn.get_database_backend(), resource::Column::Id, ids.iter().copied()))
        .all(conn)
        .await?;
    rows.into_iter().map(Kept::read).collect()
}

/// A document that was kept as a text.
fn object(text: &str) -> Result<Map<String, Value>, DbErr> {
    serde_json::from_str(text).map_err(|error| DbErr::Json(error.to_string()))
}
