//! A scheme of delegation with every kind of limit, ways of paying, budgets that may stretch, and who was helped.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// A scheme of delegation with every kind of limit, ways of paying, budgets that may stretch, and who was helped.
#[derive(DeriveMigrationName)]
pub struct Migration;

const DELEGATIONS: &str = "
ALTER TABLE scheme ADD COLUMN source text;
ALTER TABLE delegation ADD COLUMN line text NOT NULL DEFAULT '';
ALTER TABLE delegation ADD COLUMN budget_limit_pence bigint CHECK (budget_limit_pence >= 0);
ALTER TABLE delegation ADD COLUMN person_limit_pence bigint CHECK (person_limit_pence >= 0);
ALTER TABLE delegation ADD COLUMN break_glass_pence bigint CHECK (break_glass_pence >= 0);
ALTER TABLE delegation ADD COLUMN days integer CHECK (days BETWEEN 1 AND 127);
ALTER TABLE delegation ADD COLUMN from_minute integer CHECK (from_minute BETWEEN 0 AND 1439);
ALTER TABLE delegation ADD COLUMN to_minute integer CHECK (to_minute BETWEEN 1 AND 1440);

CREATE TABLE delegation_hub (
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    hub_id :uuid NOT NULL REFERENCES hub (id),
    PRIMARY KEY (delegation_id, hub_id)
);

CREATE TABLE delegation_method (
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    method text NOT NULL,
    PRIMARY KEY (delegation_id, method)
);

CREATE TABLE say (
    practitioner_id :uuid PRIMARY KEY REFERENCES practitioner (id),
    decisions bigint NOT NULL
);
DROP TABLE delegation_use;
CREATE INDEX verdict_by_decider ON verdict (decided_by, decided_at);
";

const MONEY: &str = "
ALTER TABLE organisation ADD COLUMN time_zone text NOT NULL DEFAULT 'Europe/London';

ALTER TABLE budget ADD COLUMN mode text NOT NULL DEFAULT 'STOP';
ALTER TABLE budget ADD COLUMN tolerance_pence bigint NOT NULL DEFAULT 0 CHECK (tolerance_pence >= 0);
ALTER TABLE budget ADD COLUMN overrun_pence bigint NOT NULL DEFAULT 0
    CHECK (overrun_pence >= 0 AND overrun_pence <= tolerance_pence);
ALTER TABLE budget ADD COLUMN closed_at :time;

ALTER TABLE budget_entry ADD COLUMN overrun_delta_pence bigint NOT NULL DEFAULT 0;
ALTER TABLE budget_entry ADD COLUMN allowance_id :uuid;
ALTER TABLE budget_entry ADD COLUMN virement_id :uuid;

ALTER TABLE spend ADD COLUMN method text;
ALTER TABLE spend ADD COLUMN raises_id :uuid REFERENCES spend (id);
ALTER TABLE spend ADD COLUMN allowance_id :uuid;
ALTER TABLE spend ADD COLUMN refunded_pence bigint NOT NULL DEFAULT 0 CHECK (refunded_pence >= 0);
ALTER TABLE spend ADD COLUMN expires_at :time;
ALTER TABLE spend ADD COLUMN nudged_at :time;
CREATE INDEX spend_by_raised ON spend (raises_id);
CREATE INDEX spend_by_budget ON spend (budget_id, requested_at);

ALTER TABLE ask ADD COLUMN why text NOT NULL DEFAULT 'TEAM';
";

const PEOPLE_HELPED: &str = "
CREATE TABLE person (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    reference text,
    created_by :uuid NOT NULL REFERENCES practitioner (id),
    created_at :time NOT NULL
);
CREATE INDEX person_by_organisation ON person (organisation_id);

CREATE TABLE spend_person (
    spend_id :uuid PRIMARY KEY REFERENCES spend (id),
    person_id :uuid NOT NULL REFERENCES person (id),
    linked_at :time NOT NULL
);
CREATE INDEX spend_person_by_person ON spend_person (person_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DELEGATIONS).await?;
        run(manager, MONEY).await?;
        run(manager, PEOPLE_HELPED).await
    }
}
