//! Replay: what would have become of open drafts, had the versions of some forms followed each other under them.

use std::collections::{BTreeMap, HashSet};

use super::{Carried, Definition, Held, carry, upgrade};

/// The instances of everything that is repeated, in a draft of these.
const INSTANCES: [&str; 2] = ["a", "b"];

/// One draft of each form, in which every question is answered.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    drafts: BTreeMap<String, Draft>,
    /// Answers that were ever given. Each has a number of its own, so that it is known again.
    given: u64,
}

#[derive(Clone, Debug, Default)]
struct Draft {
    form: Definition,
    answers: Vec<(Held, u64)>,
    orphans: Vec<(Held, u64)>,
}

/// What one change of one form did to its draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The form's code.
    pub form: String,
    /// Answers that there were.
    pub before: usize,
    /// Those that stayed where they were.
    pub kept: usize,
    /// Those that went with their question.
    pub moved: usize,
    /// Those whose question takes something else now.
    pub retyped: usize,
    /// Those that nothing asks for any more.
    pub orphaned: usize,
    /// Those that are nowhere: looked for one by one, orphans of earlier steps too.
    pub lost: usize,
}

impl Drafts {
    /// The forms change to these. Drafts of forms that are not among them stay on the version they have. Afterwards every
    /// question of the new forms is answered again.
    pub fn change(&mut self, forms: Vec<Definition>) -> Vec<Step> {
        let mut steps = Vec::new();
        for form in forms {
            if let Some(draft) = self.drafts.remove(&form.code) {
                let (step, draft) = moved(draft, form);
                steps.push(step);
                self.keep(draft);
            } else {
                self.keep(Draft { form, ..Draft::default() });
            }
        }
        steps
    }

    /// How many answers there are, those that nothing asks for too.
    pub fn answers(&self) -> usize {
        self.drafts.values().map(|draft| draft.answers.len() + draft.orphans.len()).sum()
    }

    fn keep(&mut self, mut draft: Draft) {
        let answered: HashSet<Held> = draft.answers.iter().map(|(held, _)| held.clone()).collect();
        for posed in draft.form.questions() {
            let instances: &[Option<&str>] = if posed.repeat.is_some() { &INSTANCES.map(Some) } else { &[None] };
            for instance in instances {
                let held = Held { link_id: posed.link_id.into(), instance: instance.map(Into::into) };
                if !answered.contains(&held) {
                    self.given += 1;
                    draft.answers.push((held, self.given));
                }
            }
        }
        self.drafts.insert(draft.form.code.clone(), draft);
    }
}

fn moved(draft: Draft, form: Definition) -> (Step, Draft) {
    let numbers = |answers: &[(Held, u64)]| answers.iter().map(|(_, number)| *number).collect::<Vec<_>>();
    let there: Vec<u64> = [numbers(&draft.answers), numbers(&draft.orphans)].concat();
    let before = draft.answers.len();

    let held: Vec<Held> = draft.answers.iter().map(|(held, _)| held.clone()).collect();
    let upgraded = upgrade(&draft.form, &form, &held);
    let [kept, moved, retyped, orphaned] = upgraded.counts();
    let Carried { answers, orphans } = carry(draft.answers, &upgraded);
    let orphans = [draft.orphans, orphans].concat();

    // An answer counts as there only where its place is one of the form's, and no other answer has it.
    let mut places = HashSet::new();
    let asked: HashSet<&str> = form.questions().map(|posed| posed.link_id).collect();
    let in_place = answers.iter().filter(|(held, _)| asked.contains(held.link_id.as_str()) && places.insert(held));
    let found: HashSet<u64> = in_place.chain(&orphans).map(|(_, number)| *number).collect();
    let lost = there.iter().filter(|number| !found.contains(number)).count();
    let step = Step { form: form.code.clone(), before, kept, moved, retyped, orphaned, lost };
    (step, Draft { form, answers, orphans })
}
