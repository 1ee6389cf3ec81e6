//! Forms: what is asked, in which order and when; what that asks of people; and what becomes of answers when it changes.

mod adopt;
mod definition;
mod draft;
pub mod fhir;
pub mod json_schema;
mod known;
mod link;
#[cfg(test)]
mod made_up;
pub mod pathway;
mod proportion;
mod replay;
mod shown;
mod upgrade;
pub mod xlsform;

pub use self::{
    adopt::{Adopted, adopt},
    definition::{Asked, Bounds, Choice, Definition, Item, MOST_ITEMS, Malformed, Part, Posed, content_sha256},
    draft::{Draft, DraftItem, DraftPart, NotInTheBank, Offer, Wanted},
    known::{Fact, Walk, spare, walk},
    link::{LINK_ID_CHARS, is_link_id, link_id},
    proportion::{Measures, Unpublishable, Verdict, WHY_WORDS, measure, question_budget, seconds_to_answer},
    replay::{Drafts, Step},
    shown::{Shown, shown},
    upgrade::{Carried, Fate, Held, Upgraded, carry, upgrade},
};
