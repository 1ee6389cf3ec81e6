//! The closed lists as a developer reads them: every code and scope with its description and advice, from the very enums that
//! answer, so that no page says anything else.

use async_graphql::{
    OutputType,
    registry::{MetaType, Registry},
    resolver_utils::EnumType,
};
use busfare_entity::words::{AppScope, RetryAdvice};

use super::{error::Code, types::user_error};
use crate::rules::advice::Advised;

/// One word of a closed list.
pub struct Word<T> {
    /// The value itself.
    pub value: T,
    /// How it is written on the wire.
    pub name: &'static str,
    /// What it means, in one or two sentences.
    pub description: String,
}

/// A closed list with its words in order.
pub struct List<T> {
    /// What it is called in the schema.
    pub name: String,
    /// What it lists.
    pub description: String,
    /// Every word of it.
    pub words: Vec<Word<T>>,
}

/// One code of a family of user errors, with what an offline queue should do.
pub struct ErrorFamily {
    /// What the list of codes is called in the schema.
    pub name: String,
    /// What the family is about.
    pub description: String,
    /// Every code, its description and its advice.
    pub codes: Vec<Word<RetryAdvice>>,
}

/// Every family of user errors.
pub fn error_families() -> Vec<ErrorFamily> {
    user_error::families()
}

/// The codes of top-level errors.
pub fn top_level_codes() -> List<Code> {
    list()
}

/// What an app's token may let it read.
pub fn scopes() -> List<AppScope> {
    list()
}

/// What an offline queue may be advised to do.
pub fn advice() -> List<RetryAdvice> {
    list()
}

/// A family of user errors by its list of codes.
pub(super) fn family<C: EnumType + OutputType + Advised>() -> ErrorFamily {
    let List { name, description, words } = list::<C>();
    let advised = |word: Word<C>| Word { value: word.value.advice(), name: word.name, description: word.description };
    ErrorFamily { name, description, codes: words.into_iter().map(advised).collect() }
}

/// A closed list as the schema describes it.
fn list<T: EnumType + OutputType>() -> List<T> {
    let mut registry = Registry::default();
    T::create_type_info(&mut registry);
    let name = T::type_name().into_owned();
    let (about, described) = match registry.types.remove(&name) {
        Some(MetaType::Enum { description, enum_values, .. }) => (description, enum_values),
        _ => Default::default(),
    };
    let word = |item: &async_graphql::resolver_utils::EnumItem<T>| Word {
        value: item.value,
        name: item.name,
        description: described.get(item.name).and_then(|value| value.description.clone()).unwrap_or_default(),
    };
    List { name, description: about.unwrap_or_default(), words: T::items().iter().map(word).collect() }
}
