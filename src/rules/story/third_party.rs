//! Third parties: what in a story may tell of somebody else. A list to look at and nothing more; what is taken out, whoever
//! hands the story over decides.

use busfare_entity::words::ThirdPartySign;

use super::Story;
use crate::rules::person::folded;

/// Words for who somebody is to the person, folded, in English and Welsh.
const RELATIONS: &[&str] = &[
    "aunt",
    "boyfriend",
    "brother",
    "carer",
    "cousin",
    "dad",
    "daughter",
    "father",
    "friend",
    "girlfriend",
    "grandad",
    "grandfather",
    "grandmother",
    "gran",
    "husband",
    "landlord",
    "mother",
    "mum",
    "nan",
    "neighbour",
    "nephew",
    "niece",
    "partner",
    "sister",
    "son",
    "stepfather",
    "stepmother",
    "uncle",
    "wife",
    "brawd",
    "cariad",
    "chwaer",
    "cymdoges",
    "cymydog",
    "ewythr",
    "ffrind",
    "gofalwr",
    "gwr",
    "gwraig",
    "mab",
    "mam",
    "merch",
    "modryb",
    "nain",
    "mamgu",
    "tad",
    "tadcu",
    "taid",
];
/// Figures in a row, with at most one sign between each two, that make a telephone number.
const TELEPHONE_FIGURES: usize = 10;
/// Fewest letters of a name that is looked for. Shorter ones are words of every sentence.
const FEWEST_LETTERS: usize = 3;

/// A line that may tell of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Which part of the story, from 0.
    pub part: usize,
    /// Which of its lines, from 0.
    pub line: usize,
    /// What makes it likely.
    pub sign: ThirdPartySign,
}

/// The lines of a story that may tell of somebody else, in the story's order; `others` are names of other people.
pub fn mentions(story: &Story, others: &[&str]) -> Vec<Mention> {
    let own = words(&story.about);
    let names: Vec<Vec<String>> = others
        .iter()
        .map(|name| words(name))
        .filter(|name| *name != own && name.iter().map(|word| word.chars().count()).sum::<usize>() >= FEWEST_LETTERS)
        .collect();
    let mut found = Vec::new();
    for (part, told) in story.parts.iter().enumerate() {
        for (line, text) in told.lines.iter().enumerate() {
            found.extend(signs(text, &names).map(|sign| Mention { part, line, sign }));
        }
    }
    found
}

fn signs(text: &str, names: &[Vec<String>]) -> impl Iterator<Item = ThirdPartySign> {
    let said = words(text);
    let named = names.iter().any(|name| said.windows(name.len()).any(|some| some == name));
    let related = said.iter().any(|word| RELATIONS.contains(&word.as_str()));
    [
        named.then_some(ThirdPartySign::NameKnownHere),
        related.then_some(ThirdPartySign::Relation),
        has_a_way_to_reach(text).then_some(ThirdPartySign::ContactDetail),
    ]
    .into_iter()
    .flatten()
}

fn words(text: &str) -> Vec<String> {
    folded(text).split_whitespace().map(str::to_owned).collect()
}

/// Whether there is something like a telephone number or an e-mail address in it.
fn has_a_way_to_reach(text: &str) -> bool {
    let address = |word: &str| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let (mut figures, mut gap) = (0, 0);
    for c in text.chars() {
        match c {
            '0'..='9' => (figures, gap) = (if gap > 1 { 1 } else { figures + 1 }, 0),
            _ => gap += 1,
        }
        if figures == TELEPHONE_FIGURES {
            return true;
        }
    }
    text.split_whitespace().any(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::story::Part;

    fn told(lines: &[&str]) -> Story {
        let part = Part {
            source: String::new(),
            on: "2026-01-02".parse().unwrap(),
            title: String::new(),
            by: String::new(),
            lines: lines.iter().map(|&line| line.into()).collect(),
        };
        Story::new("Siân Price".into(), "2026-04-01".parse().unwrap(), vec![part], 0)
    }

    fn found(line: &str, others: &[&str]) -> Vec<ThirdPartySign> {
        mentions(&told(&[line]), others).into_iter().map(|mention| mention.sign).collect()
    }

    #[test]
    fn other_peoples_names_are_found_however_they_are_typed_and_the_persons_own_is_not() {
        let others = ["Tomos Ellis", "Ó Briain", "Siân Price", "Jo", ""];
        assert_eq!(found("She stays with TOMOS  ellis, mostly.", &others), [ThirdPartySign::NameKnownHere]);
        assert_eq!(found("o briain rang", &others), [ThirdPartySign::NameKnownHere]);
        for line in ["Sian Price likes to garden", "Tomos likes it", "Tomosellis", "Jo came", ""] {
            assert_eq!(found(line, &others), [], "{line}");
        }
    }

    #[test]
    fn whoever_is_somebody_to_the_person_and_whoever_can_be_reached_is_pointed_out() {
        assert_eq!(found("Her brother helps", &[]), [ThirdPartySign::Relation]);
        assert_eq!(found("Mae ei gŵr yn helpu", &[]), [ThirdPartySign::Relation]);
        for line in ["ring 01632 960 983", "+44 1632-960983", "x.y@example.org"] {
            assert_eq!(found(line, &[]), [ThirdPartySign::ContactDetail], "{line}");
        }
        for line in ["Mothers' meeting", "12 and 30 and 45, then 2026", "bus 8 @ 9.30", "a@b", "the reason is money"] {
            assert_eq!(found(line, &[]), [], "{line}");
        }
    }

    #[test]
    fn every_line_is_named_by_its_place() {
        let story = told(&["nothing", "his mum", "Ann Lee and her son"]);
        let places: Vec<_> = mentions(&story, &["Ann Lee"]).iter().map(|it| (it.part, it.line, it.sign)).collect();
        let (name, relation) = (ThirdPartySign::NameKnownHere, ThirdPartySign::Relation);
        assert_eq!(places, [(0, 1, relation), (0, 2, name), (0, 2, relation)]);
    }
}
