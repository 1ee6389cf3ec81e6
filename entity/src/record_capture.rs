//! What was captured for an answer in a record: whoever may read the answer may see it.

use sea_orm::entity::prelude::*;

use crate::words::{QuestionId, ReceiptId, RecordId};

/// What was captured for an answer in a record: whoever may read the answer may see it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_capture")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: RecordId,
    /// Where it was first put.
    #[sea_orm(primary_key, auto_increment = false)]
    pub link_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    /// Whose readers may see it; none under a heading of one's own, which the team reads.
    pub question_id: Option<QuestionId>,
    pub linked_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
