//! Raising a spend: the spends that ask for the difference, and what is authorised in all.

use busfare_entity::{spend, words::SpendId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::spend::in_sight;
use crate::rules::{
    change::{self, Part},
    money::Money,
    sight::Viewer,
};

/// The spend that everything here began with.
pub fn first_of(spend: &spend::Model) -> SpendId {
    spend.raises_id.unwrap_or(spend.id)
}

/// Spends and everything that raised them, oldest first; whoever may see them. Only to add up and to move money.
pub async fn chains(conn: &impl ConnectionTrait, of: &[SpendId]) -> Result<Vec<spend::Model>, DbErr> {
    let hers = Condition::any()
        .add(spend::Column::Id.is_in(of.iter().copied()))
        .add(spend::Column::RaisesId.is_in(of.iter().copied()));
    spend::Entity::find()
        .filter(hers)
        .order_by_asc(spend::Column::RequestedAt)
        .order_by_asc(spend::Column::Id)
        .all(conn)
        .await
}

/// What raised spends, as far as a viewer may see it, oldest first.
pub async fn raised_by(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    of: &[SpendId],
) -> Result<Vec<spend::Model>, DbErr> {
    spend::Entity::find()
        .filter(spend::Column::RaisesId.is_in(of.iter().copied()))
        .filter(in_sight(viewer))
        .order_by_asc(spend::Column::RequestedAt)
        .order_by_asc(spend::Column::Id)
        .all(conn)
        .await
}

/// What is authorised of a spend; what has left, once it has. None where nothing is.
pub fn stands(spend: &spend::Model) -> Option<Money> {
    spend.spent_pence.or(spend.authorised_pence).map(Money::from_pence)
}

/// What is authorised in all under spends of one chain.
pub fn in_all<'a>(chain: impl IntoIterator<Item = &'a spend::Model>) -> Money {
    let parts: Vec<_> = chain.into_iter().filter_map(stands).map(|stands| Part { stands, lowers: false }).collect();
    change::in_all(&parts)
}

/// What is authorised already of the spend that this one raises; nothing where it raises none.
pub async fn already(conn: &impl ConnectionTrait, spend: &spend::Model) -> Result<Money, DbErr> {
    let Some(first) = spend.raises_id else { return Ok(Money::ZERO) };
    let chain = chains(conn, &[first]).await?;
    Ok(in_all(chain.iter().filter(|one| one.id != spend.id)))
}
