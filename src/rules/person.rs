//! People who are helped, as the least that tells them apart: a name to call them by, or the council's own reference, or
//! both. Nobody needs an NHS number or a date of birth for that, so neither is taken.
//!
//! Somebody who may be known already is pointed out, and nothing more: a warning never keeps anybody from being helped.

mod alike;
mod likeness;
mod looks;
mod refusal;

use std::collections::BTreeSet;

pub use self::{
    likeness::{MOST_KEYS, folded, keys, likeness},
    refusal::PersonRefusal,
};
use super::text;

/// Most characters of a name.
pub const NAME_CHARS: usize = 80;
/// Most characters of a reference.
pub const REFERENCE_CHARS: usize = 40;

/// What tells a person apart. At least one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What they are called here. It need not be their full name, nor their real one.
    pub display_name: Option<String>,
    /// The council's own reference.
    pub reference: Option<String>,
}

impl Identity {
    /// What is said of somebody, if that is enough and not too much.
    pub fn try_new(display_name: Option<&str>, reference: Option<&str>) -> Result<Self, PersonRefusal> {
        let display_name = name(display_name.unwrap_or_default())?;
        let reference = council_reference(reference.unwrap_or_default())?;
        if display_name.is_none() && reference.is_none() {
            return Err(PersonRefusal::NameOrReferenceNeeded);
        }
        Ok(Self { display_name, reference })
    }

    /// Under what somebody is found again: by whoever is alike, by the beginning of a part of the name, and by the reference.
    /// It says something of the name, so it is kept beside it and goes with it.
    pub fn found_by(&self) -> BTreeSet<String> {
        let mut keys = self.display_name.as_deref().map(keys).unwrap_or_default();
        keys.extend(
            self.display_name.iter().flat_map(|name| likeness::parts(name)).map(|part| format!("{PART}{part}")),
        );
        keys.extend(self.reference.iter().map(|reference| format!("{REFERENCE}{}", likeness::bare(reference))));
        keys
    }
}

/// What the key of a whole part of a name begins with; no key of likeness does.
const PART: char = '~';
/// What the key of a reference begins with.
const REFERENCE: char = '#';

/// Beginnings of the keys of whoever is meant by some words: one for each word, and the one of a reference. No words mean
/// nobody.
pub fn meant_by(words: &str) -> (Vec<String>, String) {
    let parts = likeness::parts(words).into_iter().map(|part| format!("{PART}{part}")).collect();
    (parts, format!("{REFERENCE}{}", likeness::bare(words)))
}

fn name(typed: &str) -> Result<Option<String>, PersonRefusal> {
    let Some(name) = text::plain(typed, NAME_CHARS).map_err(PersonRefusal::Name)? else { return Ok(None) };
    // Whatever white space somebody pasted, a name is one line.
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if looks::like_an_nhs_number(&name) {
        return Err(PersonRefusal::NhsNumberInName);
    }
    if looks::like_a_date_of_birth(&name) {
        return Err(PersonRefusal::DateOfBirthInName);
    }
    Ok(Some(name))
}

fn council_reference(typed: &str) -> Result<Option<String>, PersonRefusal> {
    let Some(reference) = text::plain(typed, REFERENCE_CHARS).map_err(PersonRefusal::Reference)? else {
        return Ok(None);
    };
    // What it is not for comes first: it is the kinder thing to hear.
    if looks::like_an_nhs_number(&reference) {
        return Err(PersonRefusal::NhsNumberInReference);
    }
    if looks::like_a_date_of_birth(&reference) {
        return Err(PersonRefusal::DateOfBirthInReference);
    }
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '/';
    if !reference.chars().all(fits) || !reference.chars().any(char::is_alphanumeric) {
        return Err(PersonRefusal::ReferenceNotValid);
    }
    Ok(Some(reference))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::text::TextProblem;

    fn named(name: &str) -> Result<Option<String>, PersonRefusal> {
        Identity::try_new(Some(name), None).map(|identity| identity.display_name)
    }

    fn referred(reference: &str) -> Result<Option<String>, PersonRefusal> {
        Identity::try_new(None, Some(reference)).map(|identity| identity.reference)
    }

    #[test]
    fn a_name_or_a_reference_is_enough() {
        assert_eq!(named("  Siân \n o'r  siop "), Ok(Some("Siân o'r siop".into())));
        assert_eq!(referred(" CF-2041/7 "), Ok(Some("CF-2041/7".into())));
        let both = Identity::try_new(Some("王伟"), Some("20417")).unwrap();
        assert_eq!((both.display_name, both.reference), (Some("王伟".into()), Some("20417".into())));

        for (name, reference) in [(None, None), (Some(" "), None), (None, Some("")), (Some("\t"), Some(" "))] {
            assert_eq!(Identity::try_new(name, reference), Err(PersonRefusal::NameOrReferenceNeeded));
        }
    }

    #[test]
    fn names_and_references_have_their_bounds() {
        assert!(named(&"ŵ".repeat(80)).is_ok() && referred(&"A".repeat(40)).is_ok() && named("x").is_ok());
        assert_eq!(named(&"a".repeat(81)), Err(PersonRefusal::Name(TextProblem::TooLong(80))));
        assert_eq!(referred(&"A".repeat(41)), Err(PersonRefusal::Reference(TextProblem::TooLong(40))));
        assert_eq!(named("Ann\u{202E}a"), Err(PersonRefusal::Name(TextProblem::NotPlain)));
        for odd in ["CF 2041", "CF_2041", "---", "/", "<b>", "a;b", "CF.2041", "=1+1"] {
            assert_eq!(referred(odd), Err(PersonRefusal::ReferenceNotValid), "{odd}");
        }
    }

    #[test]
    fn what_is_never_needed_is_not_taken() {
        for number in
            ["943 476 5919", "943-476-5919", "9434765919", "NHS 9434765919", "９４３４７６５９１９", "943 476 5910"]
        {
            assert_eq!(named(&format!("Ann {number}")), Err(PersonRefusal::NhsNumberInName), "{number}");
            assert_eq!(referred(number), Err(PersonRefusal::NhsNumberInReference), "{number}");
        }
        for date in
            ["03/02/1987", "3-2-87", "1987-02-03", "03021987", "19870203", "3 Feb 1987", "3rd February 87", "DOB 1987"]
        {
            assert_eq!(named(&format!("Ann {date}")), Err(PersonRefusal::DateOfBirthInName), "{date}");
            assert_eq!(referred(date), Err(PersonRefusal::DateOfBirthInReference), "{date}");
        }
        assert_eq!(named("Ann, ganed 3 Chwefror 1987"), Err(PersonRefusal::DateOfBirthInName));
    }

    #[test]
    fn what_only_has_figures_in_it_is_taken() {
        for reference in
            ["9434765910", "2041", "30021987", "12345678", "2024/0017", "W/2026/00417", "99-99-99", "010203"]
        {
            assert!(referred(reference).is_ok(), "{reference}");
        }
        for name in
            ["Young person 3", "April Jones", "May 2", "Flat 12, blue door", "Mum of 3 (school run)", "June March"]
        {
            assert!(named(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn somebody_is_found_by_the_beginning_of_a_name_however_it_is_typed_and_by_the_reference() {
        let known = Identity::try_new(Some("Siân O'Brien"), Some("CF-2041/7")).unwrap();
        let keys = known.found_by();
        for words in ["sian", "SIÂN o", "obr sia", "O\u{2019}Brien"] {
            let (parts, _) = meant_by(words);
            assert!(!parts.is_empty());
            let begins = |part: &String| keys.iter().any(|key| key.starts_with(part.as_str()));
            assert!(parts.iter().all(begins), "{words}");
        }
        assert!(keys.contains(&meant_by("cf 2041-7").1));
        assert!(!meant_by("siân price").0.iter().all(|part| keys.iter().any(|key| key.starts_with(part.as_str()))));
        assert_eq!(meant_by(" -- ").0, [""; 0]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_taken_or_refused_and_what_is_taken_stays(name in "\\PC{0,90}", reference in "\\PC{0,45}") {
            if let Ok(taken) = Identity::try_new(Some(&name), Some(&reference)) {
                let again = Identity::try_new(taken.display_name.as_deref(), taken.reference.as_deref());
                prop_assert_eq!(again, Ok(taken));
            }
        }

        #[test]
        fn every_nhs_number_is_told_however_it_is_spaced(digits in 0u64..1_000_000_000, form in 0usize..4) {
            let nine = format!("{digits:09}");
            let sum: u32 = nine.chars().zip((2..=10).rev()).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
            let check = (11 - sum % 11) % 11;
            prop_assume!(check < 10);
            let ten = format!("{nine}{check}");
            let text = match form {
                0 => ten,
                1 => format!("{} {} {}", &ten[..3], &ten[3..6], &ten[6..]),
                2 => format!("{}-{}-{}", &ten[..3], &ten[3..6], &ten[6..]),
                _ => format!("N{ten}X"),
            };
            prop_assert_eq!(referred(&text), Err(PersonRefusal::NhsNumberInReference));
        }
    }
}
