//! Gaps: where less can be decided than elsewhere, or nothing at all, said so that a head of service sees the place.

use busfare_entity::words::{DecidesFor, Language};
use chrono::NaiveDate;

use super::{
    Roll, Scheme,
    ceiling::{Most, Span, Stretch, TooMany, ceilings},
    vocabulary::{self, DAYS, METHODS},
};

/// What a scheme leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gaps {
    /// The most that can be decided anywhere.
    pub most: Most,
    /// Every stretch in which it is less.
    pub stretches: Vec<Stretch>,
}

/// Where less can be decided than elsewhere, from a day on.
pub fn gaps(scheme: &Scheme, roll: &Roll, today: NaiveDate) -> Result<Gaps, TooMany> {
    let mut stretches = ceilings(scheme, roll, today)?;
    let most = stretches.iter().map(|stretch| stretch.most).max().unwrap_or(Most::Nothing);
    stretches.retain(|stretch| stretch.most < most);
    Ok(Gaps { most, stretches })
}

impl Gaps {
    /// The gaps as sentences, the gravest first.
    pub fn words(&self, roll: &Roll) -> Vec<String> {
        let mut gaps: Vec<_> = self.stretches.iter().collect();
        gaps.sort_by_key(|gap| (gap.most, gap.from));
        gaps.into_iter().map(|gap| sentence(gap, roll)).collect()
    }

    /// The most that can be decided anywhere, as a sentence.
    pub fn most_in_words(&self) -> String {
        match self.most {
            Most::Nothing => "Nobody may decide anything.".into(),
            Most::UpTo(most) => format!("The most that anybody may decide at once is {most}."),
            Most::Anything => "Somebody may decide any amount.".into(),
        }
    }
}

/// Everybody for whom no colleague may decide, whatever it is: above their own say there is nobody to ask.
pub fn left_alone(scheme: &Scheme, roll: &Roll) -> Vec<String> {
    let decides = |line: &super::Line, asker: &super::Somebody| {
        roll.people.iter().any(|colleague| {
            colleague.id != asker.id
                && roll.is_to(&line.grantee, colleague)
                && match line.decides_for {
                    DecidesFor::NobodyElse => false,
                    DecidesFor::Team => colleague.team == asker.team,
                    DecidesFor::Organisation => true,
                }
        })
    };
    let alone = roll.people.iter().filter(|asker| !scheme.lines.iter().any(|line| decides(line, asker)));
    alone.map(|asker| format!("Nobody may decide for {}.", asker.name)).collect()
}

fn sentence(gap: &Stretch, roll: &Roll) -> String {
    let how_much = match gap.most {
        Most::Nothing => "anything".to_owned(),
        Most::UpTo(most) => format!("above {most}"),
        Most::Anything => "without a limit".to_owned(),
    };
    let parts = [whom(&gap.askers, roll), what(gap, roll), place(gap, roll), way(gap), time(&gap.times), days(gap)];
    let parts: String = parts.into_iter().flatten().map(|part| format!(" {part}")).collect();
    format!("Nobody may decide {how_much}{parts}.")
}

/// A few of a list, and how many there are besides.
fn few(names: &[String]) -> String {
    const FEW: usize = 4;
    match names.len() {
        0..=FEW => vocabulary::listed(names, Language::En),
        all => format!("{} and {} others", names[..FEW - 1].join(", "), all - (FEW - 1)),
    }
}

/// Whole teams by their names, the others by their own; nothing where everybody is meant.
fn whom(askers: &[usize], roll: &Roll) -> Option<String> {
    if askers.len() == roll.people.len() {
        return None;
    }
    let mut names = Vec::new();
    let mut named = vec![false; roll.people.len()];
    for (team, name) in &roll.teams {
        let members: Vec<_> = (0..roll.people.len()).filter(|place| roll.people[*place].team == *team).collect();
        if members.len() > 1 && members.iter().all(|member| askers.contains(member)) {
            names.push(name.clone());
            members.iter().for_each(|member| named[*member] = true);
        }
    }
    names.extend(askers.iter().filter(|asker| !named[**asker]).map(|asker| roll.people[*asker].name.clone()));
    Some(format!("for {}", few(&names)))
}

fn what(gap: &Stretch, roll: &Roll) -> Option<String> {
    let names: Vec<_> = gap.purposes.iter().map(|place| roll.purposes[*place].name_en.to_lowercase()).collect();
    let all_but: Vec<_> = (0..roll.purposes.len()).filter(|place| !gap.purposes.contains(place)).collect();
    match all_but.len() {
        0 => None,
        1 | 2 if names.len() > 4 => {
            let others: Vec<_> = all_but.iter().map(|place| roll.purposes[*place].name_en.to_lowercase()).collect();
            Some(format!("on anything but {}", others.join(" and ")))
        }
        _ => Some(format!("on {}", few(&names))),
    }
}

fn place(gap: &Stretch, roll: &Roll) -> Option<String> {
    if gap.hubs.len() > roll.hubs.len() {
        return None;
    }
    let hubs: Vec<_> = gap.hubs.iter().flatten().map(|place| roll.hubs[*place].1.clone()).collect();
    let without = gap.hubs.contains(&None);
    match (hubs.len() == roll.hubs.len(), without) {
        (true, _) => Some("at any hub".into()),
        (false, true) if hubs.is_empty() => Some("without a hub".into()),
        (false, true) => Some(format!("at {}, or without a hub", few(&hubs))),
        (false, false) => Some(format!("at {}", few(&hubs))),
    }
}

fn way(gap: &Stretch) -> Option<String> {
    if gap.methods.len() > METHODS.len() {
        return None;
    }
    let said = |method| vocabulary::of(&METHODS, method).said(Language::En).to_owned();
    let ways: Vec<_> = gap.methods.iter().flatten().map(|method| said(*method)).collect();
    let unsaid = gap.methods.contains(&None);
    match (ways.is_empty(), unsaid) {
        (true, _) => Some("where no way of paying is said".into()),
        (false, true) => Some(format!("{}, or where no way of paying is said", few(&ways))),
        (false, false) => Some(few(&ways)),
    }
}

fn days(gap: &Stretch) -> Option<String> {
    gap.to.map(|to| format!("from {} to {to}", gap.from))
}

/// When in the week, as people say it: `after 18:00 on Monday to Friday, and on Saturday and Sunday`.
pub fn time(times: &[Span]) -> Option<String> {
    const DAY: u16 = 24 * 60;
    let mut same_days: Vec<(u8, Vec<String>)> = Vec::new();
    for span in times {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let words = match (span.from, span.to) {
            (0, DAY) => String::new(),
            (0, to) => format!("before {}", clock(to)),
            (from, DAY) => format!("after {}", clock(from)),
            (from, to) => format!("from {} to {}", clock(from), clock(to)),
        };
        match same_days.iter_mut().find(|(days, _)| *days == span.days) {
            Some((_, parts)) => parts.push(words),
            None => same_days.push((span.days, vec![words])),
        }
    }
    let parts: Vec<_> = same_days
        .into_iter()
        .map(|(days, parts)| {
            let on = if days == 127 { String::new() } else { format!("on {}", weekdays(days, Language::En)) };
            [vocabulary::listed(&parts, Language::En), on]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
        })
        .map(|parts| parts.join(" "))
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", and "))
}

/// Days of the week; three and more in a row as from and to.
pub fn weekdays(days: u8, language: Language) -> String {
    let named: Vec<_> = DAYS.iter().filter(|day| days & day.value != 0).collect();
    let first = days.trailing_zeros();
    let in_a_row = (days >> first).trailing_ones() as usize == named.len();
    match named.as_slice() {
        [from, .., to] if in_a_row && named.len() > 2 => {
            let until = match language {
                Language::En => "to",
                Language::Cy => "hyd",
            };
            format!("{} {until} {}", from.said(language), to.said(language))
        }
        _ => vocabulary::listed(&named.iter().map(|day| day.said(language)).collect::<Vec<_>>(), language),
    }
}
