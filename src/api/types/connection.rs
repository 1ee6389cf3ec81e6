//! Lists: Relay connections over keyset cursors, 1 to 100 at a time.

use async_graphql::{SimpleObject, connection::PageInfo};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    books::{Difference, MonthClose},
    card::StatementLine,
    duplicate::PossibleDuplicate,
    export::ExportBatch,
    form_draft::FormDraft,
    imprest::{ImprestCount, ImprestEntry},
    job::Job,
    learning::LearningConversation,
    notice::Notice,
    question::Question,
    receipt::Receipt,
    record::Record,
    reflection::Reflection,
    said::YouSaid,
    spend::Spend,
    virement::Virement,
};
use crate::{
    api::{context::Answer, error::Problem, messages::message},
    store::page::{Cursor, Page, Slice},
};

/// How many rows a list gives where nobody says.
pub const FIRST: i32 = 25;

/// The page that `first` and `after` ask for. A variable that was left out is as if nobody had said how many.
pub fn page(first: Option<i32>, after: Option<&str>) -> Answer<Page> {
    let first = u64::try_from(first.unwrap_or(FIRST))
        .ok()
        .filter(|first| (1..=100).contains(first))
        .ok_or_else(|| Problem::bad_user_input(message!("first-out-of-range", most = 100)))?;
    let after = after
        .map(|text| Cursor::decode(text).ok_or_else(|| Problem::bad_user_input(message!("after-not-ours"))))
        .transpose()?;
    Ok(Page { first, after })
}

/// Declares a connection and its edge, each with a description, which the library's own have not.
macro_rules! connections {
    ($($connection:ident of $edge:ident of $node:ident($row:ty) by $at:ident, $what:literal;)+) => {$(
        #[doc = concat!("One row of a list of ", $what, ".")]
        #[derive(SimpleObject)]
        pub struct $edge {
            /// The row.
            node: $node,
            /// Where it stands; a list continues after it.
            cursor: String,
        }

        #[doc = concat!("A page of ", $what, ", newest first.")]
        #[derive(SimpleObject)]
        #[graphql(complex)]
        pub struct $connection {
            /// The rows with their cursors.
            edges: Vec<$edge>,
            /// Whether there is more.
            page_info: PageInfo,
        }

        #[async_graphql::ComplexObject]
        impl $connection {
            /// The rows without their cursors.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }
        }

        impl $connection {
            /// A page of rows.
            pub fn new(slice: Slice<$row>, page: Page) -> Self {
                let edges: Vec<$edge> = slice
                    .rows
                    .into_iter()
                    .map(|row| $edge { cursor: cursor(row.$at, row.id.0), node: $node(row) })
                    .collect();
                let page_info = PageInfo {
                    has_previous_page: page.after.is_some(),
                    has_next_page: slice.more,
                    start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                    end_cursor: edges.last().map(|edge| edge.cursor.clone()),
                };
                Self { edges, page_info }
            }
        }
    )+};
}

connections! {
    SpendConnection of SpendEdge of Spend(busfare_entity::spend::Model) by requested_at, "spends";
    ReceiptConnection of ReceiptEdge of Receipt(busfare_entity::receipt::Model) by captured_at, "receipts";
    VirementConnection of VirementEdge of Virement(busfare_entity::virement::Model) by moved_at, "virements";
    RecordConnection of RecordEdge of Record(busfare_entity::record::Model) by started_at, "records";
    QuestionConnection of QuestionEdge of Question(busfare_entity::question::Model) by added_at, "questions of the bank";
    FormDraftConnection of FormDraftEdge of FormDraft(busfare_entity::form_draft::Model) by drafted_at, "drafts of forms";
    NoticeConnection of NoticeEdge of Notice(busfare_entity::notice::Model) by told_at, "notices";
    LearningConnection of LearningEdge of LearningConversation(busfare_entity::learning::Model) by opened_at,
        "learning conversations";
    ImprestEntryConnection of ImprestEntryEdge of ImprestEntry(busfare_entity::imprest_entry::Model) by at, "movements in a hub's cash";
    ImprestCountConnection of ImprestCountEdge of ImprestCount(busfare_entity::imprest_count::Model) by counted_at, "counts of a tin";
    StatementLineConnection of StatementLineEdge of StatementLine(busfare_entity::statement_line::Model) by imported_at, "lines of card statements";
    DifferenceConnection of DifferenceEdge of Difference(busfare_entity::month_close_difference::Model) by at, "differences";
    MonthCloseConnection of MonthCloseEdge of MonthClose(busfare_entity::month_close::Model) by closed_at, "months that closed";
    ExportBatchConnection of ExportBatchEdge of ExportBatch(busfare_entity::export_batch::Model) by exported_at, "exports";
    PossibleDuplicateConnection of PossibleDuplicateEdge of PossibleDuplicate(busfare_entity::possible_duplicate::Model) by found_at,
        "receipts that may be the same one";
    SaidConnection of SaidEdge of YouSaid(busfare_entity::said::Model) by said_at, "what staff said";
    ReflectionConnection of ReflectionEdge of Reflection(busfare_entity::reflection::Model) by asked_at, "reflections";
    JobConnection of JobEdge of Job(busfare_entity::job::Model) by queued_at, "jobs";
}

fn cursor(at: DateTime<Utc>, id: Uuid) -> String {
    Cursor { at, id }.encode()
}
