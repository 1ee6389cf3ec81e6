//! Money on the wire: an exact decimal and its currency.

use async_graphql::{Enum, SimpleObject};

use crate::{api::scalars::Decimal, rules};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CurrencyCode {
    /// Pound sterling.
    #[graphql(name = "GBP")]
    Gbp,
}

/// An amount of money.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Money {
    /// The amount in whole units and their decimals, such as `"1.15"` for one pound fifteen.
    pub amount: Decimal,
    /// Its currency.
    pub currency: CurrencyCode,
}

impl From<rules::money::Money> for Money {
    fn from(money: rules::money::Money) -> Self {
        Self { amount: Decimal(money.to_decimal()), currency: CurrencyCode::Gbp }
    }
}

/// Money from the pence of a table.
pub fn pence(pence: i64) -> Money {
    rules::money::Money::from_pence(pence).into()
}
