//! Things of two kinds that share an id are two things to whoever hears of them.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Things of two kinds that share an id are two things to whoever hears of them.
#[derive(DeriveMigrationName)]
pub struct Migration;

const KEYED_BY_KIND_TOO: &str = "
CREATE TABLE feed_of_kinds (
    reader_id :uuid NOT NULL,
    share text NOT NULL,
    node_id :uuid NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    gone :bool NOT NULL,
    PRIMARY KEY (reader_id, share, node_id, subject)
);
INSERT INTO feed_of_kinds (reader_id, share, node_id, subject, position, gone)
    SELECT reader_id, share, node_id, subject, position, gone FROM feed;
DROP TABLE feed;
ALTER TABLE feed_of_kinds RENAME TO feed;
CREATE INDEX feed_next ON feed (reader_id, share, position);
CREATE INDEX feed_of_node ON feed (node_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, KEYED_BY_KIND_TOO).await
    }
}
