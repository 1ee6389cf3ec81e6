//! Forms: what is asked, in which order and when; what that asks of people; and what becomes of answers when it changes.

mod definition;
mod proportion;
mod upgrade;
pub mod xlsform;

pub use self::{
    definition::{
        Asked, Bounds, Choice, Definition, Item, LINK_ID_CHARS, MOST_ITEMS, Malformed, Part, is_link_id, link_id,
    },
    proportion::{Measures, Unpublishable, Verdict, WHY_WORDS, measure, question_budget, seconds_to_answer},
    upgrade::{Fate, Held, Upgraded, upgrade},
};
