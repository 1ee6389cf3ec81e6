//! How much can be decided at most, for whom, for what, where, how and when: a council's whole scheme cut into
//! stretches in which the answer is the same.

use std::{collections::HashMap, rc::Rc};

use busfare_entity::words::{DecidesFor, PaymentMethod};
use chrono::NaiveDate;

use super::{Line, MOST_LINES, Roll, Scheme, Somebody, overlap::on_a_weekday, vocabulary::METHODS};
use crate::rules::money::Money;

/// Most combinations that are looked at.
const MOST_CELLS: usize = 2_000_000;
const DAY_MINUTES: u16 = 24 * 60;

/// The most that somebody may decide, while nothing is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Most {
    /// Nobody may decide anything.
    Nothing,
    /// Up to this.
    UpTo(Money),
    /// Any amount.
    Anything,
}

impl Most {
    /// Whether an amount can be decided.
    pub fn allows(self, amount: Money) -> bool {
        match self {
            Self::Nothing => false,
            Self::UpTo(most) => amount <= most,
            Self::Anything => true,
        }
    }
}

/// A part of the week: on these days, as bits from Monday (1), from this minute until just before that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The days, as bits.
    pub days: u8,
    /// The first minute.
    pub from: u16,
    /// The minute after the last.
    pub to: u16,
}

/// Everything in which the same amount can be decided. No two stretches have anything in common, and together
/// they are all there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From this day.
    pub from: NaiveDate,
    /// Until this day, included; none where no end is known.
    pub to: Option<NaiveDate>,
    /// Whose spends, by their places on the roll.
    pub askers: Vec<usize>,
    /// For which purposes, by their places on the roll.
    pub purposes: Vec<usize>,
    /// At which hubs, by their places on the roll; none for spends without one.
    pub hubs: Vec<Option<usize>>,
    /// Paid in which ways; none for spends that do not say.
    pub methods: Vec<Option<PaymentMethod>>,
    /// When in the week.
    pub times: Vec<Span>,
    /// How much.
    pub most: Most,
}

/// There are more combinations than anybody could read about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// A set of lines, by their places in the scheme.
type Lines = [u64; MOST_LINES / 64];

const ALL: Lines = [u64::MAX; MOST_LINES / 64];

/// Every stretch from a day on.
pub fn ceilings(scheme: &Scheme, roll: &Roll, today: NaiveDate) -> Result<Vec<Stretch>, TooMany> {
    let lines = &scheme.lines;
    let epochs = epochs(scheme, today);
    let dimensions = [
        classes(epochs.iter().map(|(from, _)| of(lines, |line| counts_on(line, *from)))),
        classes(roll.people.iter().map(|asker| of(lines, |line| reaches(line, asker, roll)))),
        classes(roll.purposes.iter().map(|purpose| of(lines, |line| names(&line.purposes, Some(&purpose.code))))),
        classes(hubs(roll).map(|hub| {
            let is_there = |name: &String| hub.is_some_and(|place| roll.hub(name) == Some(roll.hubs[place].0));
            of(lines, |line| line.hubs.is_empty() || line.hubs.iter().any(is_there))
        })),
        classes(methods().map(|method| of(lines, |line| names(&line.methods, method.as_ref())))),
        classes(atoms(lines).iter().map(|span| of(lines, |line| holds(line, *span)))),
    ];
    let cells = dimensions.iter().try_fold(1_usize, |product, classes| product.checked_mul(classes.len().max(1)));
    if cells.is_none_or(|cells| cells > MOST_CELLS) {
        return Err(TooMany);
    }

    let mut tree = Tree { lines, dimensions: &dimensions, seen: HashMap::new() };
    let root = tree.under(0, ALL);
    let (atoms, mut stretches) = (atoms(lines), Vec::new());
    walk(&root, &mut Vec::new(), &mut |path, most| {
        let [when, askers, purposes, hubs, methods, times] = path else { return };
        for epoch in members(&dimensions[0], when) {
            stretches.push(Stretch {
                from: epochs[epoch].0,
                to: epochs[epoch].1,
                askers: members(&dimensions[1], askers),
                purposes: members(&dimensions[2], purposes),
                hubs: members(&dimensions[3], hubs).into_iter().map(|place| place.checked_sub(1)).collect(),
                methods: self::methods()
                    .enumerate()
                    .filter(|(place, _)| members(&dimensions[4], methods).contains(place))
                    .map(|(_, method)| method)
                    .collect(),
                times: joined(members(&dimensions[5], times).into_iter().map(|place| atoms[place]).collect()),
                most,
            });
        }
    });
    Ok(together(stretches))
}

/// No hub first, then every hub.
fn hubs(roll: &Roll) -> impl Iterator<Item = Option<usize>> {
    std::iter::once(None).chain((0..roll.hubs.len()).map(Some))
}

/// No way of paying first, then every way.
fn methods() -> impl Iterator<Item = Option<PaymentMethod>> {
    std::iter::once(None).chain(METHODS.iter().map(|word| Some(word.value)))
}

fn of(lines: &[Line], holds: impl Fn(&Line) -> bool) -> Lines {
    let mut set = Lines::default();
    for (place, _) in lines.iter().enumerate().filter(|(_, line)| holds(line)) {
        set[place / 64] |= 1 << (place % 64);
    }
    set
}

/// Whether a list of names has a name; an empty list has every name, and no name at all too.
fn names<T: PartialEq>(named: &[T], name: Option<&T>) -> bool {
    named.is_empty() || name.is_some_and(|name| named.contains(name))
}

/// Whether a line lets somebody decide about an asker's spends: the asker herself, or a colleague.
fn reaches(line: &Line, asker: &Somebody, roll: &Roll) -> bool {
    let holders = || roll.people.iter().filter(|somebody| roll.is_to(&line.grantee, somebody));
    let colleague = |somebody: &Somebody| {
        somebody.id != asker.id
            && match line.decides_for {
                DecidesFor::NobodyElse => false,
                DecidesFor::Team => somebody.team == asker.team,
                DecidesFor::Organisation => true,
            }
    };
    roll.is_to(&line.grantee, asker) || holders().any(colleague)
}

fn counts_on(line: &Line, day: NaiveDate) -> bool {
    line.valid_from.is_none_or(|from| from <= day) && line.valid_to.is_none_or(|to| day <= to)
}

fn holds(line: &Line, span: Span) -> bool {
    let day = span.days.trailing_zeros() as usize;
    let minute = day * usize::from(DAY_MINUTES) + usize::from(span.from);
    line.hours.is_none_or(|hours| hours.hold(on_a_weekday(minute)))
}

/// The days on which something begins or ends, as stretches of days, while the scheme lasts.
fn epochs(scheme: &Scheme, today: NaiveDate) -> Vec<(NaiveDate, Option<NaiveDate>)> {
    let begin = scheme.valid_from.map_or(today, |from| from.max(today));
    let ends = scheme.lines.iter().filter_map(|line| line.valid_to?.succ_opt());
    let mut starts: Vec<_> = scheme.lines.iter().filter_map(|line| line.valid_from).chain(ends).collect();
    starts.retain(|start| *start > begin && scheme.valid_to.is_none_or(|end| *start <= end));
    starts.push(begin);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next.pred_opt()).chain([scheme.valid_to]);
    starts.iter().copied().zip(ends.collect::<Vec<_>>()).collect()
}

/// The week in pieces so small that no line begins or ends inside one.
fn atoms(lines: &[Line]) -> Vec<Span> {
    let hours = lines.iter().filter_map(|line| line.hours);
    let mut cuts: Vec<u16> = hours.flat_map(|hours| [hours.from_minute, hours.to_minute]).collect();
    cuts.extend([0, DAY_MINUTES]);
    cuts.sort_unstable();
    cuts.dedup();
    let days = (0..7).map(|day| 1_u8 << day);
    days.flat_map(|days| cuts.windows(2).map(move |cut| Span { days, from: cut[0], to: cut[1] })).collect()
}

/// Members that no line tells apart, with the lines that hold for them.
struct Class {
    lines: Lines,
    members: Vec<usize>,
}

fn classes(members: impl Iterator<Item = Lines>) -> Vec<Class> {
    let (mut classes, mut known): (Vec<Class>, HashMap<Lines, usize>) = (Vec::new(), HashMap::new());
    for (place, lines) in members.enumerate() {
        let class = *known.entry(lines).or_insert_with(|| {
            classes.push(Class { lines, members: Vec::new() });
            classes.len() - 1
        });
        classes[class].members.push(place);
    }
    classes
}

fn members(classes: &[Class], chosen: &[usize]) -> Vec<usize> {
    let mut members: Vec<_> = chosen.iter().flat_map(|class| classes[*class].members.iter().copied()).collect();
    members.sort_unstable();
    members
}

/// What is known below one choice: the amount, or groups of further choices that lead to the same.
#[derive(PartialEq, Eq)]
enum Node {
    Leaf(Most),
    Split(Vec<(Vec<usize>, Rc<Node>)>),
}

struct Tree<'a> {
    lines: &'a [Line],
    dimensions: &'a [Vec<Class>],
    seen: HashMap<(usize, Lines), Rc<Node>>,
}

impl Tree<'_> {
    /// What is known from one dimension on, where only these lines are left.
    fn under(&mut self, level: usize, left: Lines) -> Rc<Node> {
        if let Some(node) = self.seen.get(&(level, left)) {
            return Rc::clone(node);
        }
        let node = match self.dimensions.get(level) {
            None => Node::Leaf(self.most(left)),
            Some(classes) => {
                let mut groups: Vec<(Vec<usize>, Rc<Node>)> = Vec::new();
                for (place, class) in classes.iter().enumerate() {
                    let both = std::array::from_fn(|word| left[word] & class.lines[word]);
                    let below = self.under(level + 1, both);
                    match groups.iter_mut().find(|(_, known)| *known == below) {
                        Some((chosen, _)) => chosen.push(place),
                        None => groups.push((vec![place], below)),
                    }
                }
                Node::Split(groups)
            }
        };
        let node = Rc::new(node);
        self.seen.insert((level, left), Rc::clone(&node));
        node
    }

    fn most(&self, left: Lines) -> Most {
        let holds = |place: usize| left[place / 64] & (1 << (place % 64)) != 0;
        let held = self.lines.iter().enumerate().filter(|(place, _)| holds(*place));
        held.map(|(_, line)| line.ceiling().map_or(Most::Anything, Most::UpTo)).max().unwrap_or(Most::Nothing)
    }
}

fn walk<'a>(node: &'a Node, path: &mut Vec<&'a [usize]>, visit: &mut impl FnMut(&[&'a [usize]], Most)) {
    match node {
        Node::Leaf(most) => visit(path, *most),
        Node::Split(groups) => {
            for (chosen, below) in groups {
                path.push(chosen);
                walk(below, path, visit);
                path.pop();
            }
        }
    }
}

/// Pieces of the week put together: first along the day, then days that look the same.
fn joined(mut pieces: Vec<Span>) -> Vec<Span> {
    pieces.sort_unstable();
    let mut along: Vec<Span> = Vec::new();
    for piece in pieces {
        match along.last_mut() {
            Some(last) if last.days == piece.days && last.to == piece.from => last.to = piece.to,
            _ => along.push(piece),
        }
    }
    let mut days: Vec<(Vec<(u16, u16)>, u8)> = Vec::new();
    for day in (0..7).map(|day| 1_u8 << day) {
        let spans: Vec<_> = along.iter().filter(|span| span.days == day).map(|span| (span.from, span.to)).collect();
        match days.iter_mut().find(|(known, _)| *known == spans) {
            Some((_, same)) => *same |= day,
            None => days.push((spans, day)),
        }
    }
    days.into_iter()
        .flat_map(|(spans, days)| spans.into_iter().map(move |(from, to)| Span { days, from, to }))
        .collect()
}

/// Stretches of days that follow each other and differ in nothing else are one.
fn together(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut whole: Vec<Stretch> = Vec::new();
    let mut stretches = stretches;
    stretches.sort_by_key(|stretch| stretch.from);
    for next in stretches {
        let follows = |before: &&mut Stretch| {
            before.to.and_then(|to| to.succ_opt()) == Some(next.from)
                && Stretch { from: next.from, to: next.to, ..(**before).clone() } == next
        };
        match whole.iter_mut().find(follows) {
            Some(before) => before.to = next.to,
            None => whole.push(next),
        }
    }
    whole
}
