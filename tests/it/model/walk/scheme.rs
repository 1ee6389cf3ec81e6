//! Steps of the scheme of delegation: a line is taken away or given back, a new version is published, phones are lost.

use busfare::store;
use busfare_entity::{delegation, scheme, session};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set, sea_query::Expr,
};

use super::{Touched, Walk};
use crate::model::world;

impl Walk<'_> {
    /// One line of the scheme is taken away, or given back.
    pub(super) async fn revoke(&mut self) -> Touched {
        let place = self.chance.place(self.oracle.lines.len());
        let now = self.oracle.clock.asks();
        let revoked = (!self.oracle.lines[place].revoked && self.chance.once_in(2)).then_some(now);
        let id = self.oracle.lines[place].id;
        let txn = self.council.state.db.begin().await.unwrap();
        let mut row = delegation::Entity::find_by_id(id).one(&txn).await.unwrap().unwrap().into_active_model();
        row.revoked_at = Set(revoked);
        row.update(&txn).await.unwrap();
        txn.commit().await.unwrap();
        self.oracle.lines[place].revoked = revoked.is_some();
        match revoked {
            Some(now) => drop(self.oracle.revoked.insert(id, now)),
            None => drop(self.oracle.revoked.remove(&id)),
        }
        self.did(if revoked.is_some() { "line revoked" } else { "line given back" });
        Touched::default()
    }

    /// Somebody's phones are taken away, and she gets new ones.
    pub(super) async fn lose_phones(&mut self) -> Touched {
        let (whose, db) = (self.anybody(), &self.council.state.db);
        let now = self.oracle.clock.asks();
        let lost = self.world.phone(whose).sessions.clone();
        let txn = db.begin().await.unwrap();
        session::Entity::update_many()
            .col_expr(session::Column::RevokedAt, Expr::value(Some(now)))
            .filter(session::Column::Id.is_in(lost.clone()))
            .exec(&txn)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        self.world.replace(db, self.council.data.path(), whose).await;
        self.oracle.lost.extend(lost.into_iter().map(|session| (session, now)));
        self.did("phones taken away");
        Touched::default()
    }

    /// A new version of the scheme, with other limits under new lines.
    pub(super) async fn publish(&mut self) -> Touched {
        let db = &self.council.state.db;
        let newest =
            scheme::Entity::find().order_by_desc(scheme::Column::Version).one(db.reader()).await.unwrap().unwrap();
        let rows = delegation::Entity::find()
            .filter(delegation::Column::SchemeId.eq(newest.id))
            .all(db.reader())
            .await
            .unwrap();
        self.versions += 1;
        let now = busfare::http::clock::now();
        let next = scheme::Model { id: store::mint::id(), version: newest.version + 1, valid_from: now, ..newest };
        let granted = rows.into_iter().map(|row| {
            let factor = self.chance.between(1, 40);
            let line = format!("{}-{}", row.line.split('-').next().unwrap(), self.versions);
            let item = row.item_limit_pence.map(|limit| limit * factor / 10 + 1);
            let window = busfare_entity::delegation_window::Model {
                id: store::mint::id(),
                delegation_id: store::mint::id(),
                hours: 168,
                limit_pence: item.unwrap_or(1_000) * self.chance.between(3, 40),
            };
            let row = delegation::Model {
                id: window.delegation_id,
                scheme_id: next.id,
                line,
                item_limit_pence: item,
                revoked_at: None,
                ..row
            };
            (row, vec![window])
        });
        let granted = granted.collect();
        let txn = db.begin().await.unwrap();
        store::authority::publish(&txn, next, granted).await.unwrap();
        txn.commit().await.unwrap();
        self.oracle.lines = world::lines(db).await;
        self.did("scheme published");
        Touched::default()
    }
}
