//! Finding a service: by the beginnings of words in any order, whatever their accents; by what it is for; and by how far it
//! is. Those that are called so come first, then the nearest.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Point, Record, Resource, Status};

/// Most words that are looked for.
const MOST_WORDS: usize = 10;
/// Most characters of a word that are looked at.
const WORD_CHARS: usize = 40;
/// Most words of one service by which it is found.
const MOST_KEYS: usize = 1_000;
/// What the key of a word of the name begins with, so that names can come first.
const NAME: char = '~';

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// In words; empty for any.
    pub words: String,
    /// The id or the name of a term of a taxonomy; none for any.
    pub need: Option<String>,
    /// From where, and within how many metres.
    pub near: Option<(Point, u32)>,
}

/// A service that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'a> {
    /// Which.
    pub record: &'a Record,
    /// How far the nearest of its places is, where it was asked from where.
    pub metres: Option<u32>,
}

/// The words by which a service is found, to be kept beside it: those of its name with a mark before them, and those of
/// everything else.
pub fn found_by(resource: &Resource) -> BTreeSet<String> {
    let name = words(&resource.name).map(|word| as_name(&word));
    let organisation = resource.organisation.iter().map(|organisation| organisation.name.as_str());
    let places = resource
        .places
        .iter()
        .flat_map(|place| std::iter::once(&place.name).chain(&place.postcode).chain(&place.address));
    let needs = resource.needs.iter().map(|need| need.name.as_str());
    let texts = [resource.name.as_str()].into_iter().chain(organisation).chain(needs).chain(places.map(String::as_str));
    let rest = texts.chain([resource.description.as_str()]).flat_map(words);
    name.chain(rest).take(MOST_KEYS).collect()
}

/// The beginnings of words that somebody types: a service that is meant has one of each. No words mean any service.
pub fn meant_by(typed: &str) -> Vec<String> {
    words(typed).take(MOST_WORDS).collect()
}

/// A word as it stands among the keys where it is one of the name's.
pub fn as_name(word: &str) -> String {
    format!("{NAME}{word}")
}

/// The needs under which a service is found, to be kept beside it: the id of each and its name, with a mark before them.
pub fn needs_of(resource: &Resource) -> BTreeSet<String> {
    resource.needs.iter().flat_map(|need| [need_by_id(&need.id), need_by_name(&need.name)]).collect()
}

/// A need that is typed, as it stands among those: it may be an id or a name.
pub fn need_meant(typed: &str) -> [String; 2] {
    [need_by_id(typed), need_by_name(typed)]
}

fn need_by_id(id: &str) -> String {
    format!("={id}")
}

fn need_by_name(name: &str) -> String {
    format!("{NAME}{}", words(name).collect::<Vec<_>>().join(" "))
}

/// The services that are wanted, the best first. Those that have ended are not.
pub fn search<'a>(records: impl IntoIterator<Item = &'a Record>, wanted: &Wanted, most: usize) -> Vec<Found<'a>> {
    let meant = meant_by(&wanted.words);
    let nothing_said = meant.is_empty() && !wanted.words.trim().is_empty();
    let mut found: Vec<_> = records
        .into_iter()
        .filter(|record| !nothing_said && record.resource.status != Status::Ended)
        .filter_map(|record| {
            let keys = found_by(&record.resource);
            let has = |begins: &String| keys.range(begins.clone()..).next().is_some_and(|key| key.starts_with(begins));
            let is_for = wanted.need.as_ref().is_none_or(|need| is_for(&record.resource, need));
            let far = wanted.near.map(|(from, within)| metres(&record.resource, from).filter(|far| *far <= within));
            let all = is_for && meant.iter().all(&has) && far != Some(None);
            let in_name = meant.iter().filter(|word| has(&as_name(word))).count();
            all.then_some((in_name, Found { record, metres: far.flatten() }))
        })
        .collect();
    found.sort_by(|(in_name, one), (in_other, other)| {
        let key = |found: &Found<'a>| (found.metres, found.record.resource.name.clone(), found.record.id.clone());
        in_other.cmp(in_name).then_with(|| key(one).cmp(&key(other)))
    });
    found.into_iter().map(|(_, found)| found).take(most).collect()
}

fn is_for(resource: &Resource, need: &str) -> bool {
    resource.needs.iter().any(|one| one.id == need || words(&one.name).eq(words(need)))
}

fn metres(resource: &Resource, from: Point) -> Option<u32> {
    resource.places.iter().filter_map(|place| place.point).map(|point| from.metres_to(point)).min()
}

/// Words in small letters without accents. An apostrophe does not part them.
fn words(text: &str) -> impl Iterator<Item = String> {
    let joined: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '\u{2019}'))
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<String> = joined
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS).collect())
        .collect();
    words.into_iter()
}
