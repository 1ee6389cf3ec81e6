//! Retention: what is due to go and why, what a hold keeps, and what went. No word of any answer is in it.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use busfare_entity::{purge_run, record_hold};

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, DateTime},
    },
    rules::{
        record::IS_OWN,
        retention::{What, Why},
    },
    store::retention::{Due, Item, Place},
};

/// What goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RetentionWhat {
    /// An answer, in every revision, with what was captured for it.
    Answer,
    /// A record with everything in it.
    Record,
}

/// Why it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RetentionWhy {
    /// It was kept for as long as its question says.
    KeptLongEnough,
    /// Nothing is left in the record.
    NothingLeft,
    /// Nobody finished the draft, and its owner was warned.
    DraftExpired,
}

/// Something that goes. It is not an app's to use.
#[derive(Clone, Debug, SimpleObject)]
pub struct RetentionItem {
    /// Of which record. Whoever looks after what is kept need not be among those who read it.
    record_id: ID,
    /// What.
    what: RetentionWhat,
    /// Which answer, by its link id; none for a record, and none for words under a heading of somebody's own.
    link_id: Option<String>,
    /// Which of several, in a part that repeats.
    instance: Option<String>,
    /// Why.
    why: RetentionWhy,
    /// The day from which it was kept; none for a record in which nothing is left.
    kept_from: Option<Date>,
    /// For how many whole days it was to be kept, where its question says.
    kept_days: Option<i32>,
    /// The first day on which it must not be there.
    due_on: Date,
}

impl RetentionItem {
    fn new(item: Item) -> Self {
        let Item { leaving, place } = item;
        let (why, kept_from, kept_days) = match leaving.why {
            Why::KeptLongEnough { from, days } => (RetentionWhy::KeptLongEnough, Some(from), Some(days)),
            Why::NothingLeft => (RetentionWhy::NothingLeft, None, None),
            Why::DraftExpired { last_saved } => (RetentionWhy::DraftExpired, Some(last_saved), None),
        };
        let (link_id, instance) = match place {
            Some(Place::Answer { link_id, instance, .. }) => (Some(link_id), Some(instance)),
            _ => (None, None),
        };
        let what = match leaving.what {
            What::Answer(_) => RetentionWhat::Answer,
            What::Record => RetentionWhat::Record,
        };
        Self {
            record_id: leaving.record.to_string().into(),
            what,
            link_id: link_id.filter(|link_id| !link_id.starts_with(IS_OWN)),
            instance: instance.filter(|instance| !instance.is_empty()),
            why,
            kept_from: kept_from.map(Date),
            kept_days,
            due_on: Date(leaving.due_on),
        }
    }
}

/// What `purgeDue` would take away now. It is not an app's to use.
#[derive(Clone, Debug, SimpleObject)]
pub struct RetentionDryRun {
    /// What goes, oldest first; an answer before its record.
    goes: Vec<RetentionItem>,
    /// What would go if no legal hold kept it, oldest first, at most 100.
    held_back: Vec<RetentionItem>,
    /// Whether there is more than was asked for.
    more: bool,
}

impl RetentionDryRun {
    /// What is due.
    pub fn new(due: Due) -> Self {
        let items = |items: Vec<Item>| items.into_iter().map(RetentionItem::new).collect();
        Self { goes: items(due.goes), held_back: items(due.held_back), more: due.more }
    }
}

/// What was taken away because its time was over.
pub struct PurgeRun(pub purge_run::Model);

/// What was taken away because its time was over: how much, and never what. It is not an app's to use.
#[Object]
impl PurgeRun {
    /// Its id, `purg_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// How many answers went, each with all its revisions.
    async fn answers(&self) -> i32 {
        i32::try_from(self.0.answers).unwrap_or(i32::MAX)
    }

    /// How many records went, with everything in them.
    async fn records(&self) -> i32 {
        i32::try_from(self.0.records).unwrap_or(i32::MAX)
    }

    /// How many pictures and voice notes went.
    async fn captures(&self) -> i32 {
        i32::try_from(self.0.captures).unwrap_or(i32::MAX)
    }

    /// Whether more was due than was asked for.
    async fn more(&self) -> bool {
        self.0.more
    }

    /// When.
    async fn ran_at(&self) -> DateTime {
        DateTime(self.0.ran_at)
    }
}

/// Somebody said that a record is kept for a court, or need not be any more.
pub struct RecordHold(pub record_hold::Model);

/// Somebody said that a record is kept for a court, or need not be any more. An app needs the scope `RECORDS_READ`.
#[Object]
impl RecordHold {
    /// Its id, `rhld_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Which record. Whoever holds it need not be among those who read it.
    async fn record_id(&self) -> ID {
        self.0.record_id.to_string().into()
    }

    /// Whether it is kept, whatever its questions say.
    async fn held(&self) -> bool {
        self.0.held
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who said so.
    async fn said_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.said_by).await.map(Practitioner)
    }

    /// When.
    async fn said_at(&self) -> DateTime {
        DateTime(self.0.said_at)
    }
}
