//! The words: typed ids and closed lists. A word here is the word in the table, in the rules
//! and in the schema, so nothing is ever translated between rooms.

mod allowance;
mod books;
mod directory;
mod event;
mod form;
mod hub;
mod id;
mod job;
mod learning;
mod outbox;
mod paying;
mod people;
mod privacy;
mod reading;
mod receipt;
mod refusal;
mod second_step;
mod spend;
mod voice;

pub use allowance::*;
pub use books::*;
pub use directory::*;
pub use event::*;
pub use form::*;
pub use hub::*;
pub use id::*;
pub use job::*;
pub use learning::*;
pub use outbox::*;
pub use paying::*;
pub use people::*;
pub use privacy::*;
pub use reading::*;
pub use receipt::*;
pub use refusal::*;
pub use second_step::*;
pub use spend::*;
pub use voice::*;

/// Declares a closed list: stored as text, served as a GraphQL enum, spelled the same in both.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$value_about:meta])* $value:ident),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum,
            async_graphql::Enum, serde::Serialize, serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$value_about])* $value),+ }
    )+};
}
pub(crate) use words;
