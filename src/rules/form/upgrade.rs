//! Upgrade: what becomes of the answers of an open draft when it moves to another version of its form. None is lost: what
//! was kept, moved, retyped and orphaned together is what there was before.

use std::collections::{HashMap, HashSet};

use super::{Asked, Definition, Posed};

/// An answer that a draft has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// The question it answers, by its link id.
    pub link_id: String,
    /// Which of several, in a part that is repeated.
    pub instance: Option<String>,
}

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays where it is.
    Kept,
    /// The same question stands elsewhere now, and the answer goes with it.
    Moved {
        /// Where, by link id.
        to: String,
    },
    /// The question takes another kind of answer now, or offers other choices. The answer stays as it was given, there or
    /// elsewhere, and says so where it no longer fits.
    Retyped {
        /// Where, by link id.
        to: String,
    },
    /// Nothing in the new version asks it. It stays in the record, is seen and is exported, under its old link id.
    Orphaned,
}

/// What becomes of every answer, each in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upgraded {
    /// One for each answer, in their order.
    pub fates: Vec<Fate>,
}

impl Upgraded {
    /// How many were kept, moved, retyped and orphaned. Their sum is how many there were.
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for fate in &self.fates {
            counts[match fate {
                Fate::Kept => 0,
                Fate::Moved { .. } => 1,
                Fate::Retyped { .. } => 2,
                Fate::Orphaned => 3,
            }] += 1;
        }
        counts
    }
}

/// Says what becomes of the answers of a draft of `old` in `new`. No two answers end in one place.
///
/// An answer stays with its link id where that still asks the same question. Else it follows its question, which is known
/// by its code in the bank, to a place that has no answer. What is repeated only goes to where it is repeated, and the
/// other way round.
pub fn upgrade(old: &Definition, new: &Definition, held: &[Held]) -> Upgraded {
    let (before, now) = (Form::of(old), Form::of(new));
    let mut fates: Vec<Option<Fate>> = vec![None; held.len()];
    let mut taken: HashSet<(&str, Option<&str>)> = HashSet::new();

    // First those that stay, so that nothing moves in before them.
    for (answer, fate) in held.iter().zip(&mut fates) {
        let (Some(was), Some(is)) = (before.place(&answer.link_id), now.place(&answer.link_id)) else { continue };
        if was.asked.code == is.asked.code && was.repeats == is.repeats {
            taken.insert((is.link_id, answer.instance.as_deref()));
            *fate = Some(match was.takes_the_same(is) {
                true => Fate::Kept,
                false => Fate::Retyped { to: is.link_id.to_owned() },
            });
        }
    }
    for (answer, fate) in held.iter().zip(&mut fates).filter(|(_, fate)| fate.is_none()) {
        let found = before.place(&answer.link_id).and_then(|was| {
            let mut places = now.asking(&was.asked.code).filter(|is| is.repeats == was.repeats);
            let free = places.find(|is| !taken.contains(&(is.link_id, answer.instance.as_deref())))?;
            Some((was, free))
        });
        *fate = Some(match found {
            Some((was, is)) => {
                taken.insert((is.link_id, answer.instance.as_deref()));
                let to = is.link_id.to_owned();
                if was.takes_the_same(is) { Fate::Moved { to } } else { Fate::Retyped { to } }
            }
            None => Fate::Orphaned,
        });
    }
    Upgraded { fates: fates.into_iter().map(|fate| fate.unwrap_or(Fate::Orphaned)).collect() }
}

/// Answers after an upgrade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried<V> {
    /// Those that answer something.
    pub answers: Vec<(Held, V)>,
    /// Those that nothing asks for any more.
    pub orphans: Vec<(Held, V)>,
}

/// Puts every answer where its fate says.
pub fn carry<V>(answers: Vec<(Held, V)>, upgraded: &Upgraded) -> Carried<V> {
    let mut carried = Carried { answers: Vec::with_capacity(answers.len()), orphans: vec![] };
    for ((held, value), fate) in answers.into_iter().zip(&upgraded.fates) {
        match fate {
            Fate::Kept => carried.answers.push((held, value)),
            Fate::Moved { to } | Fate::Retyped { to } => {
                carried.answers.push((Held { link_id: to.clone(), ..held }, value));
            }
            Fate::Orphaned => carried.orphans.push((held, value)),
        }
    }
    carried
}

/// A question in its place.
#[derive(Clone, Copy)]
struct Place<'a> {
    link_id: &'a str,
    asked: &'a Asked,
    repeats: bool,
}

impl Place<'_> {
    /// Whether every answer that fitted there fits here.
    fn takes_the_same(&self, new: &Place<'_>) -> bool {
        let offers = |code: &str| new.asked.choices.iter().any(|choice| choice.code == code);
        self.asked.kind == new.asked.kind && self.asked.choices.iter().all(|choice| offers(&choice.code))
    }
}

/// The questions of a form, by their places and by their codes.
struct Form<'a> {
    places: Vec<Place<'a>>,
    by_link: HashMap<&'a str, usize>,
    by_code: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Form<'a> {
    fn of(form: &'a Definition) -> Self {
        let mut found = Self { places: vec![], by_link: HashMap::new(), by_code: HashMap::new() };
        for (place, Posed { link_id, asked, repeat, .. }) in form.questions().enumerate() {
            found.places.push(Place { link_id, asked, repeats: repeat.is_some() });
            found.by_link.insert(link_id, place);
            found.by_code.entry(&asked.code).or_default().push(place);
        }
        found
    }

    fn place(&self, link_id: &str) -> Option<&Place<'a>> {
        self.by_link.get(link_id).map(|place| &self.places[*place])
    }

    fn asking(&self, code: &str) -> impl Iterator<Item = &Place<'a>> {
        self.by_code.get(code).into_iter().flatten().map(|place| &self.places[*place])
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{
        form::{Bounds, Choice, Item, Part},
        wording::Wording,
    };

    fn question(link_id: &str, code: &str, choices: &[&str], inside: Option<&str>) -> Item {
        let choice = |code: &&str| Choice { code: (*code).into(), label: Wording::english(*code) };
        let asked = Asked {
            code: code.into(),
            prompt: Wording::english(code),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind: if choices.is_empty() { QuestionKind::Text } else { QuestionKind::Choice },
            choices: choices.iter().map(choice).collect(),
            bounds: Bounds::default(),
            required: false,
        };
        let part = Part::Question(Box::new(asked));
        Item { link_id: link_id.into(), inside: inside.map(Into::into), shown_when: None, part }
    }

    fn form(items: Vec<Item>) -> Definition {
        Definition { code: "note".into(), title: Wording::english("A note"), items }
    }

    fn repeat(link_id: &str) -> Item {
        let part = Part::Repeat { title: Wording::english("Each child"), most: None };
        Item { link_id: link_id.into(), inside: None, shown_when: None, part }
    }

    fn held(link_id: &str) -> Held {
        Held { link_id: link_id.into(), instance: None }
    }

    #[test]
    fn an_answer_stays_follows_its_question_or_is_kept_beside_the_form() {
        let old = form(vec![
            question("why", "why", &[], None),
            question("who", "who", &[], None),
            question("when", "when", &["now", "later"], None),
            question("gone", "gone", &[], None),
        ]);
        let new = form(vec![
            question("why", "why", &[], None),
            question("people", "who", &[], None),
            question("when", "when", &["now", "soon"], None),
            // Another question stands where it was: what was answered to the old one does not answer this.
            question("gone", "other", &[], None),
        ]);

        let upgraded = upgrade(&old, &new, &["why", "who", "when", "gone", "never-there"].map(held));

        let (moved, retyped) = (Fate::Moved { to: "people".into() }, Fate::Retyped { to: "when".into() });
        assert_eq!(upgraded.fates, [Fate::Kept, moved, retyped, Fate::Orphaned, Fate::Orphaned]);
        assert_eq!(upgraded.counts(), [1, 1, 1, 2]);
    }

    #[test]
    fn more_choices_are_no_other_question() {
        let [fewer, more] = [&["now", "later"][..], &["now", "soon", "later"]]
            .map(|choices| form(vec![question("when", "when", choices, None)]));
        assert_eq!(upgrade(&fewer, &more, &[held("when")]).fates, [Fate::Kept]);
    }

    #[test]
    fn what_is_answered_for_each_child_goes_only_to_where_each_child_is_asked_about() {
        let old = form(vec![repeat("children"), question("name", "name", &[], Some("children"))]);
        let new = form(vec![
            question("name", "name", &[], None),
            repeat("kids"),
            question("called", "name", &[], Some("kids")),
        ]);
        let [first, second] = ["a", "b"].map(|child| Held { link_id: "name".into(), instance: Some(child.into()) });

        let moved = Fate::Moved { to: "called".into() };
        assert_eq!(upgrade(&old, &new, &[first, second]).fates, [moved.clone(), moved]);
    }

    fn any_form() -> impl Strategy<Value = Definition> {
        let place = (0..8usize, 0..6usize, prop::bool::ANY, prop::bool::ANY);
        prop::collection::vec(place, 0..8).prop_map(|places| {
            let mut items = vec![repeat("each")];
            let mut there = HashSet::new();
            for (link, code, chooses, repeats) in places {
                if there.insert(link) {
                    let choices: &[&str] = if chooses { &["one", "two"] } else { &[] };
                    items.push(question(&format!("q{link}"), &format!("c{code}"), choices, repeats.then_some("each")));
                }
            }
            form(items)
        })
    }

    proptest! {
        #[test]
        fn no_answer_is_lost_and_no_two_end_in_one_place(old in any_form(), new in any_form(), twice in prop::bool::ANY) {
            let answers: Vec<Held> = old.questions()
                .flat_map(|posed| {
                    let instances: &[Option<&str>] = match (posed.repeat, twice) {
                        (None, _) => &[None],
                        (Some(_), false) => &[Some("a")],
                        (Some(_), true) => &[Some("a"), Some("b")],
                    };
                    let of = |instance: &Option<&str>| Held { link_id: posed.link_id.into(), instance: instance.map(Into::into) };
                    instances.iter().map(of).collect::<Vec<_>>()
                })
                .collect();

            let upgraded = upgrade(&old, &new, &answers);

            prop_assert_eq!(upgraded.counts().iter().sum::<usize>(), answers.len());
            let mut ends = HashSet::new();
            for (answer, fate) in answers.iter().zip(&upgraded.fates) {
                let to = match fate {
                    Fate::Kept => answer.link_id.as_str(),
                    Fate::Moved { to } | Fate::Retyped { to } => to,
                    Fate::Orphaned => continue,
                };
                prop_assert!(ends.insert((to, answer.instance.as_deref())), "two answers in {}", to);
                let (was, is) = (old.find(&answer.link_id).unwrap(), new.find(to).unwrap());
                prop_assert_eq!(&was.asked().unwrap().code, &is.asked().unwrap().code);
                prop_assert_eq!(is.inside.is_some(), answer.instance.is_some());
            }
            // A form that has not changed changes nothing.
            prop_assert_eq!(upgrade(&old, &old, &answers).counts()[0], answers.len());
        }
    }
}
