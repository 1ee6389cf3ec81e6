//! Loaders: one statement for all the practitioners of a list, not one a row. They live in the request's data,
//! so nothing that one person may see is ever handed to another.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{
    dataloader::{DataLoader, Loader},
    runtime::{Timer, TokioSpawner},
};
use busfare_entity::{
    allowance, ask, budget, budget_closing, budget_mode_change, hub, learning_note, learning_participant,
    no_receipt_note, offline_spend, practitioner, receipt, refund, spend, spend_change, spend_message, spend_purpose,
    team, verdict, virement,
    words::{
        AllowanceId, BudgetId, HubId, LearningId, OrganisationId, PersonId, PractitionerId, ReceiptId, SpendId,
        SpendPurposeId, TeamId, VirementId,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures_util::{FutureExt, future::BoxFuture};

use super::{context::Caller, error::Problem, state::State};
use crate::{
    rules::sight::Viewer,
    store::{
        self,
        db::{DbErr, Reader},
    },
};

/// The loaders of one request.
pub type Loaders = DataLoader<Batches>;

/// Loads in batches what one viewer may see.
pub struct Batches {
    state: Arc<State>,
    organisation: OnceLock<OrganisationId>,
    viewer: OnceLock<Viewer>,
    /// Whoever asks, as she was read when she did.
    her: Option<practitioner::Model>,
    /// The moment of the request.
    now: DateTime<Utc>,
}

impl Batches {
    /// Somebody who was nobody signed in, and what comes after it in this request is answered to her.
    pub fn signed_in(&self, viewer: Viewer) {
        // Whoever came in as somebody stays who she is.
        if self.organisation.set(viewer.organisation).is_ok() {
            let _ = self.viewer.set(viewer);
        }
    }

    fn reader(&self) -> &Reader {
        self.state.db.reader()
    }

    fn organisation(&self) -> Option<OrganisationId> {
        self.organisation.get().copied()
    }

    fn viewer(&self) -> Option<&Viewer> {
        self.viewer.get()
    }
}

/// Loaders for one request: of nobody, of an app in an organisation, or of a practitioner.
pub fn loaders(state: Arc<State>, caller: &Caller, now: DateTime<Utc>) -> Loaders {
    let (organisation, her) = match caller {
        Caller::Practitioner { row, .. } => (Some(row.organisation_id), Some(practitioner::Model::clone(row))),
        Caller::App(app) => (Some(app.organisation_id), None),
        Caller::Nobody => (None, None),
    };
    let organisation = organisation.map(OnceLock::from).unwrap_or_default();
    let viewer = her.as_ref().map(store::people::as_viewer).map(OnceLock::from).unwrap_or_default();
    let batches = Batches { state, organisation, viewer, her, now };
    DataLoader::new(batches, TokioSpawner::current(), NextTurn)
}

/// Waits until everything that runs now has said what it wants. A clock's shortest wait is a millisecond, longer than most
/// statements take.
pub(super) struct NextTurn;

impl Timer for NextTurn {
    fn delay(&self, _least: Duration) -> BoxFuture<'static, ()> {
        tokio::task::yield_now().boxed()
    }
}

/// Loads one thing that must be there, because a row refers to it.
pub async fn must<K, V>(loaders: &Loaders, key: K) -> Result<V, Problem>
where
    Batches: Loader<K, Value = V, Error = Arc<DbErr>>,
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
{
    maybe(loaders, key).await?.ok_or_else(|| Problem::internal("a row refers to nothing"))
}

/// Loads one thing that may not be there, or not for this viewer.
pub async fn maybe<K, V>(loaders: &Loaders, key: K) -> Result<Option<V>, Problem>
where
    Batches: Loader<K, Value = V, Error = Arc<DbErr>>,
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
{
    loaders.load_one(key).await.map_err(|error| failed(&error))
}

/// Loads many things, those of them that are there and for this viewer.
pub async fn many<K, V>(loaders: &Loaders, keys: impl Iterator<Item = K>) -> Result<HashMap<K, V>, Problem>
where
    Batches: Loader<K, Value = V, Error = Arc<DbErr>>,
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
{
    loaders.load_many(keys.collect::<std::collections::HashSet<_>>()).await.map_err(|error| failed(&error))
}

/// What a failure is that several wait for, as it would be for one.
pub(super) fn failed(error: &DbErr) -> Problem {
    match error {
        DbErr::ConnectionAcquire(_) => Problem::throttled(1).with_source(error.to_string()),
        away if store::db::is_away(away) => Problem::away(away.to_string()),
        other => Problem::internal(other.to_string()),
    }
}

/// Keys of things that belong to a spend.
macro_rules! keys {
    ($($(#[$about:meta])* $name:ident($id:ty);)+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub $id);
    )+};
}

keys! {
    /// The verdicts on a spend, oldest first.
    VerdictsOn(SpendId);
    /// The asks about a spend, oldest first.
    AsksAbout(SpendId);
    /// The receipts of a spend, oldest first.
    ReceiptsOf(SpendId);
    /// The note about a spend's missing receipt.
    NoteOn(SpendId);
    /// What a phone without signal said about a spend.
    SaidAbout(SpendId);
    /// The reversals of a spend, oldest first.
    ReversalsOf(SpendId);
    /// The person a spend helps.
    HelpedBy(SpendId);
    /// What came back of a spend, oldest first.
    RefundsOf(SpendId);
    /// How a budget was closed.
    ClosingOf(BudgetId);
    /// The latest change of what happens when a budget runs short.
    ModeOf(BudgetId);
    /// The spends a receipt is evidence for.
    SpendsOf(ReceiptId);
    /// What a person says a receipt says.
    SaidOf(ReceiptId);
    /// What was found that may be the same as a receipt.
    DuplicatesOf(ReceiptId);
    /// The spends a receipt may belong to.
    SuggestedFor(ReceiptId);
    /// The further pages of a receipt, in order.
    PagesOf(ReceiptId);
    /// What a machine made of a receipt last.
    ReadingOf(ReceiptId);
    /// Whether a machine is to read a receipt.
    ReadingAskedFor(ReceiptId);
    /// What can be looked at of a receipt, in order.
    SheetsOf(ReceiptId);
    /// The uploads to a receipt that are under way.
    UploadsTo(ReceiptId);
    /// The notes in a learning conversation, oldest first.
    NotesIn(LearningId);
    /// Who takes part in a learning conversation.
    ParticipantsIn(LearningId);
}

keys! {
    /// The thread about a spend, oldest first.
    MessagesAbout(SpendId);
    /// The changes to a spend, oldest first.
    ChangesTo(SpendId);
    /// The spends that raise a spend, as far as the viewer may see them.
    RaisedBy(SpendId);
    /// A spend and everything that raises it, to add up.
    ChainOf(SpendId);
}

/// Somebody who cannot be reached at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unreachable(pub PractitionerId, pub DateTime<Utc>);

/// One loader: a batch of keys in, rows by key out. `$rows` yields (key, row) pairs.
macro_rules! loads {
    ($key:ty => $value:ty, |$batch:ident, $keys:ident| $rows:expr) => {
        impl Loader<$key> for Batches {
            type Value = $value;
            type Error = Arc<DbErr>;

            async fn load(&self, $keys: &[$key]) -> Result<HashMap<$key, $value>, Arc<DbErr>> {
                let $batch = self;
                ($rows).map_err(Arc::new)
            }
        }
    };
}

fn by<K: Hash + Eq, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, V> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

fn grouped<K: Hash + Eq, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups
}

mod apps;
mod directory;
mod hubs;
mod paying;
mod recording;
mod voices;

pub use self::{directory::*, hubs::*, paying::*, recording::*, voices::*};

loads!(PractitionerId => practitioner::Model, |batch, keys| match (batch.organisation(), &batch.her) {
    // What most of a phone's lists lead to is herself.
    (Some(_), Some(her)) if keys == [her.id] => Ok(HashMap::from([(her.id, her.clone())])),
    (Some(ours), _) => {
        store::people::practitioners(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id))
    }
    (None, _) => Ok(HashMap::new()),
});
loads!(TeamId => team::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::people::teams(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(HubId => hub::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::people::hubs(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(SpendPurposeId => spend_purpose::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::purpose::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(BudgetId => budget::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::budget::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(SpendId => spend::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::spend::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(ReceiptId => receipt::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::receipt::by_ids(batch.reader(), viewer, keys, batch.now).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(VerdictsOn => Vec<verdict::Model>, |batch, keys|
    store::verdict::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (VerdictsOn(row.spend_id), row)))));
loads!(AsksAbout => Vec<ask::Model>, |batch, keys|
    store::ask::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AsksAbout(row.spend_id), row)))));
loads!(ReceiptsOf => Vec<receipt::Model>, |batch, keys|
    store::receipt::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(spend, row)| (ReceiptsOf(spend), row)))));
loads!(ReversalsOf => Vec<busfare_entity::reversal::Model>, |batch, keys|
    store::books::reversal::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ReversalsOf(row.spend_id), row)))));
loads!(NoteOn => no_receipt_note::Model, |batch, keys|
    store::note::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| NoteOn(row.spend_id))));
loads!(AllowanceId => allowance::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::allowance::by_ids(batch.reader(), viewer.id, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(SaidAbout => offline_spend::Model, |batch, keys|
    store::offline::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| SaidAbout(row.spend_id))));
loads!(HelpedBy => PersonId, |batch, keys|
    store::person::helped_by_each(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|row| (HelpedBy(row.spend_id), row.person_id)).collect()));
loads!(SpendsOf => Vec<(busfare_entity::receipt_link::Model, spend::Model)>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::receipt::links(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(link, row)| (SpendsOf(link.receipt_id), (link, row))))),
    None => Ok(HashMap::new()),
});
loads!(SaidOf => busfare_entity::receipt_confirmation::Model, |batch, keys|
    store::confirmation::latest(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|(receipt, row)| (SaidOf(receipt), row)).collect()));
loads!(DuplicatesOf => Vec<busfare_entity::possible_duplicate::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::duplicate::about(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(receipt, row)| (DuplicatesOf(receipt), row)))),
    None => Ok(HashMap::new()),
});
loads!(SuggestedFor => Vec<store::pairing::Suggested>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::pairing::suggested(batch.reader(), batch.state.blobs.vault(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|(receipt, row)| (SuggestedFor(receipt), row)))),
    None => Ok(HashMap::new()),
});
loads!(PagesOf => Vec<busfare_entity::receipt_page::Model>, |batch, keys|
    store::receipt_page::of_receipts(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (PagesOf(row.receipt_id), row)))));
loads!(ReadingOf => busfare_entity::receipt_reading::Model, |batch, keys|
    store::receipt_reading::latest(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|(receipt, row)| (ReadingOf(receipt), row)).collect()));
loads!(ReadingAskedFor => busfare_entity::words::JobState, |batch, keys|
    store::receipt_reading::asked_for(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|jobs| jobs.into_iter().map(|(receipt, state)| (ReadingAskedFor(receipt), state)).collect()));
loads!(SheetsOf => Vec<busfare_entity::receipt_sheet::Model>, |batch, keys|
    store::receipt_sheet::of_receipts(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (SheetsOf(row.receipt_id), row)))));
loads!(UploadsTo => Vec<busfare_entity::upload::Model>, |batch, keys|
    store::upload::under_way(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (UploadsTo(row.receipt_id), row)))));
loads!(NotesIn => Vec<learning_note::Model>, |batch, keys|
    store::learning::notes(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (NotesIn(row.learning_id), row)))));
loads!(ParticipantsIn => Vec<learning_participant::Model>, |batch, keys|
    store::learning::participants(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ParticipantsIn(row.learning_id), row)))));
loads!(RefundsOf => Vec<refund::Model>, |batch, keys|
    store::refund::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (RefundsOf(row.spend_id), row)))));
loads!(ClosingOf => budget_closing::Model, |batch, keys|
    store::closing::of_budgets(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| ClosingOf(row.budget_id))));
loads!(ModeOf => budget_mode_change::Model, |batch, keys|
    store::closing::latest_modes(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| ModeOf(row.budget_id))));
loads!(VirementId => virement::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::virement::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(MessagesAbout => Vec<spend_message::Model>, |batch, keys|
    store::message::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (MessagesAbout(row.spend_id), row)))));
loads!(ChangesTo => Vec<spend_change::Model>, |batch, keys|
    store::change::of_spends(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ChangesTo(row.spend_id), row)))));
loads!(RaisedBy => Vec<spend::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::raise::raised_by(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((RaisedBy(row.raises_id?), row))))),
    None => Ok(HashMap::new()),
});
loads!(ChainOf => Vec<spend::Model>, |batch, keys|
    store::raise::chains(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ChainOf(store::raise::first_of(&row)), row)))));
loads!(Unreachable => (), |batch, keys| match keys.first() {
    Some(Unreachable(_, now)) => {
        store::rota::unreachable(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>(), *now)
            .await
            .map(|gone| keys.iter().filter(|key| gone.contains(&key.0)).map(|key| (*key, ())).collect())
    }
    None => Ok(HashMap::new()),
});
loads!(OrganisationId => Tz, |batch, keys| match batch.organisation().filter(|ours| keys.contains(ours)) {
    Some(ours) => store::people::zone(batch.reader(), ours).await.map(|zone| HashMap::from([(ours, zone)])),
    None => Ok(HashMap::new()),
});
