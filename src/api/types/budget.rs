//! Budgets, as far as a practitioner needs to see them before she asks.

use async_graphql::{ID, Object};
use busfare_entity::{budget, words::Fund};

use super::money::{Money, pence};
use crate::{api::scalars::Date, store};

/// Money for a purpose and a period.
pub struct Budget(pub budget::Model);

/// Money for a purpose and a period.
#[Object]
impl Budget {
    /// Its id, `budg_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Which kind of budget it is.
    async fn fund(&self) -> Fund {
        self.0.fund
    }

    /// First day of the period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// Last day of the period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// What was put into it for the period.
    async fn allocated(&self) -> Money {
        pence(self.0.allocated_pence)
    }

    /// Held softly while colleagues decide.
    async fn reserved(&self) -> Money {
        pence(self.0.reserved_pence)
    }

    /// Set aside: authorised and not yet spent.
    async fn committed(&self) -> Money {
        pence(self.0.committed_pence)
    }

    /// Spent.
    async fn settled(&self) -> Money {
        pence(self.0.settled_pence)
    }

    /// What is left to ask for.
    async fn available(&self) -> Money {
        store::budget::available(&self.0).into()
    }
}
