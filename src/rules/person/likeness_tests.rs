//! How many of the people who are known already are found again, and how many are taken for somebody else.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use super::*;

/// First and last names that go together, as they are found in a city's hubs.
const PEOPLE: [(&str, &str); 8] = [
    (
        "Olivia George Amelia Harry Charlotte Jack Susan Robert Margaret William Elizabeth Michael Catherine Thomas Emily James \
         Rebecca Christopher Jennifer Stephen Alexander Victoria Daniel Patricia",
        "Smith Taylor Brown Wilson Johnson Walker Wright Thompson White Hughes Edwards Green Hall Wood Harris Clarke Jackson \
         Turner Cooper Hill Ward Morris Moore Parker Fairclough Ashworth O'Neill Smith-Jones",
    ),
    (
        "Rhys Siân Gruffydd Carys Iwan Lowri Dafydd Angharad Llywelyn Bethan Owain Megan Huw Ffion Aled Nia Gethin Eleri Emyr \
         Rhiannon Tomos Mari Ieuan Cerys",
        "Jones Davies Williams Evans Thomas Roberts Lewis Morgan Griffiths Rees Price Powell Llewellyn Pritchard Bowen Jenkins \
         Owen Parry Ellis Vaughan Howells Gwynne Tudor Ap-Rhys",
    ),
    (
        "Mohammed Ayesha Imran Fatima Harpreet Simran Rajesh Priya Amit Anjali Bilal Zainab Sanjay Deepika Gurdeep Jaswinder \
         Farhan Nasreen Vikram Lakshmi Tariq Sadia Arjun Meera",
        "Khan Hussain Ahmed Begum Singh Kaur Patel Sharma Akhtar Mahmood Malik Iqbal Gupta Reddy Chowdhury Rahman Bhatt Desai \
         Sandhu Gill Mirza Qureshi Nair Banerjee",
    ),
    (
        "Agnieszka Piotr Katarzyna Tomasz Małgorzata Krzysztof Zofia Paweł Joanna Marek Aleksandra Łukasz Ewa Jakub Magdalena \
         Wojciech Beata Grzegorz Dorota Kamil",
        "Kowalska Nowak Wiśniewski Wójcik Kowalczyk Kamińska Lewandowski Zieliński Szymańska Woźniak Dąbrowski Kozłowska \
         Jankowski Mazur Krawczyk Piotrowska Grabowski Pawłowska Michalski Król",
    ),
    (
        "Abdi Hodan Faduma Mahad Ayaan Sahra Yusuf Halimo Ismail Khadra Osman Ifrah Liban Sagal Warsame Nimco Guled Hibaq Jama \
         Deqa",
        "Mohamed Ali Hassan Abdullahi Warsame Farah Ahmed Jama Nur Ibrahim Omar Yusuf Adan Elmi Duale Isse Hersi Barre Hirsi Aden",
    ),
    (
        "Wei Xiaoming Li Jing Mei Hao Fang Yan Ling Jun Xiu Ting Guo Chen Yi Zhen Lan Bo Hui Shan Jiaqi Yuchen Zihan Haoran",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Lin Guo He Gao Luo Zheng Liang Xie Tang",
    ),
    (
        "Adebayo Chidinma Kwame Ngozi Emeka Abena Olumide Folake Kofi Amara Tendai Blessing Chukwudi Efua Babatunde Yetunde \
         Sekou Aminata Tafadzwa Grace",
        "Okafor Adeyemi Mensah Boateng Okonkwo Balogun Asante Eze Nkosi Moyo Diallo Traore Owusu Adeleke Ogunleye Chukwu Banda \
         Phiri Osei Campbell",
    ),
    (
        "Omar Layla Ahmad Nour Khalid Rania Samir Yasmin Mustafa Huda Tariq Salma Karim Dalia Hamza Reem Walid Amal Bassam Rima",
        "Al-Hashimi Haddad Mansour Khoury Nasser Saleh Barakat Al-Masri Darwish Hamdan Shaheen Kassem Najjar Suleiman Aziz \
         Mahdi Jaber Farouk Zaidan Sabbagh",
    ),
];

/// SplitMix64: the same names on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, words: &'a str) -> &'a str {
        let words: Vec<&str> = words.split_whitespace().collect();
        words[self.below(words.len())]
    }
}

/// So many different names, one in four with a middle name.
fn people(many: usize, dice: &mut Dice) -> Vec<String> {
    let mut names = BTreeSet::new();
    while names.len() < many {
        let (firsts, lasts) = PEOPLE[dice.below(PEOPLE.len())];
        let (one, middle, last) = (dice.of(firsts), dice.of(firsts), dice.of(lasts));
        names.insert(if dice.below(4) == 0 && middle != one {
            format!("{one} {middle} {last}")
        } else {
            format!("{one} {last}")
        });
    }
    names.into_iter().collect()
}

const KINDS: [&str; 9] = [
    "a letter more",
    "a letter less",
    "another letter",
    "two letters swapped",
    "a middle name more or less",
    "turned around",
    "the other spelling",
    "accents",
    "a space or hyphen",
];

/// One slip of a kind; none where a name has no room for it.
fn slip(name: &str, kind: usize, dice: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let place = dice.below(letters.len());
    let any = char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
    let mut parts: Vec<String> = name.split(' ').map(str::to_owned).collect();
    match kind {
        0 => letters.insert(place, any),
        1 => drop(letters.splice(place..=place, [])),
        2 => letters[place] = any,
        3 if place + 1 < letters.len() => letters.swap(place, place + 1),
        4 if parts.len() == 2 => {
            let (firsts, _) = PEOPLE[dice.below(PEOPLE.len())];
            parts.insert(1, dice.of(firsts).to_owned());
            return Some(parts.join(" "));
        }
        4 if parts.len() > 2 => {
            parts.remove(1);
            return Some(parts.join(" "));
        }
        5 if parts.len() > 1 => {
            parts.rotate_right(1);
            return Some(parts.join(if dice.below(2) == 0 { " " } else { ", " }));
        }
        6 => {
            let part = parts.iter_mut().find(|part| !alike::lines(&part.to_lowercase()).is_empty())?;
            let lines = alike::lines(&part.to_lowercase());
            let others: Vec<_> =
                alike::names(lines[dice.below(lines.len())]).filter(|name| *name != part.to_lowercase()).collect();
            *part = others[dice.below(others.len())].to_owned();
            return Some(parts.join(" "));
        }
        7 => {
            let bare: String =
                name.nfkd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'ł' { 'l' } else { c }).collect();
            let accented = name.replacen('a', "â", 1).replacen('e', "é", 1).replacen('o', "ö", 1).replacen('y', "ŷ", 1);
            return Some(if bare == name { accented } else { bare }).filter(|other| other != name);
        }
        8 => {
            let space = letters.iter().position(|c| matches!(c, ' ' | '-'))?;
            match (dice.below(2), letters[space]) {
                (0, _) => drop(letters.splice(space..=space, [])),
                (_, ' ') => letters[space] = '-',
                _ => letters[space] = ' ',
            }
        }
        _ => return None,
    }
    Some(letters.into_iter().collect())
}

fn identity(name: &str) -> Identity {
    Identity { display_name: Some(name.to_owned()), reference: None }
}

fn alike(one: &str, other: &str) -> bool {
    likeness(&identity(one), &identity(other)).is_some()
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}

#[test]
fn whoever_is_known_is_found_again_through_her_keys() {
    let mut dice = Dice(2026);
    let names = people(500, &mut dice);
    let mut found: BTreeMap<(usize, &str), (usize, usize)> = BTreeMap::new();
    let (mut total, mut by_names_alone) = ((0, 0), 0);
    for name in &names {
        let known = keys(name);
        for turn in 0..16 {
            let slips = 1 + turn % 2;
            let (mut typed, mut kinds) = (name.clone(), Vec::new());
            while kinds.len() < slips {
                let kind = dice.below(KINDS.len());
                if let Some(other) = slip(&typed, kind, &mut dice).filter(|other| !other.trim().is_empty()) {
                    typed = other;
                    kinds.push(kind);
                }
            }
            let is_alike = alike(&typed, name);
            let is_found = is_alike && !known.is_disjoint(&keys(&typed));
            by_names_alone += usize::from(is_alike);
            total = (total.0 + usize::from(is_found), total.1 + 1);
            for kind in kinds {
                let of = found.entry((slips, KINDS[kind])).or_default();
                *of = (of.0 + usize::from(is_found), of.1 + 1);
            }
        }
    }
    for ((slips, kind), (found, of)) in &found {
        println!("{slips} slip(s), {kind}: {:.1} % of {of}", percent(*found, *of));
    }
    let recall = percent(total.0, total.1);
    println!(
        "recall through the keys, end to end: {recall:.2} % of {}; by names alone {:.2} %",
        total.1,
        percent(by_names_alone, total.1)
    );
    assert!(recall >= 95.0, "{recall}");
}

#[test]
fn hardly_anybody_is_taken_for_somebody_else() {
    let names = people(500, &mut Dice(7));
    let prepared: Vec<Name> = names.iter().map(|name| Name::of(name)).collect();
    let (mut alarms, mut pairs) = (0, 0);
    let (mut of_one_family, mut families) = (0, 0);
    for (place, one) in prepared.iter().enumerate() {
        for other in &prepared[place + 1..] {
            let alarm = usize::from(slips(one, other).is_some());
            (alarms, pairs) = (alarms + alarm, pairs + 1);
            if one.parts.last() == other.parts.last() {
                (of_one_family, families) = (of_one_family + alarm, families + 1);
            }
        }
    }
    let rate = percent(alarms, pairs);
    println!(
        "false alarms: {rate:.3} % of {pairs} pairs; with the same last name {:.2} % of {families}",
        percent(of_one_family, families)
    );
    assert!(rate <= 5.0, "{rate}");
}

#[test]
fn a_database_reads_a_few_people_and_not_everybody() {
    let names = people(3_000, &mut Dice(11));
    let all: Vec<_> = names.iter().map(|name| keys(name)).collect();
    let mut by_key: HashMap<&String, Vec<usize>> = HashMap::new();
    for (place, keys) in all.iter().enumerate() {
        keys.iter().for_each(|key| by_key.entry(key).or_default().push(place));
    }
    let read = |keys: &BTreeSet<String>| keys.iter().flat_map(|key| &by_key[key]).collect::<BTreeSet<_>>().len();
    let candidates: usize = all.iter().map(read).sum();
    let kept: usize = all.iter().map(BTreeSet::len).sum();
    let share = percent(candidates, names.len() * names.len());
    let most = all.iter().map(BTreeSet::len).max().unwrap();
    println!(
        "keys: {:.1} of a name, at most {most}; a look reads {share:.2} % of {} people",
        kept as f64 / names.len() as f64,
        names.len()
    );
    assert!(share <= 5.0 && most <= MOST_KEYS);
}

#[test]
fn one_person_under_two_names_is_told_and_two_people_are_not() {
    for (one, other) in [
        ("Rhys Jones", "Rees Jones"),
        ("Siân Llywelyn", "Sian Llewelyn"),
        ("Bob Smith", "Robert Smith"),
        ("Jones, Rhys", "Rhys Jones"),
        ("Małgorzata Król", "Malgorzata Krol"),
        ("Mohammed Ali", "Muhammad Ali"),
        ("Cabdi Xasan", "Abdi Hassan"),
        ("Mary Ann O'Neill", "Maryann ONeill"),
        ("Mrs Emily Ward", "emily ward"),
        ("J Fairclough", "Jane Fairclough"),
        ("王伟", "王伟"),
        ("Siân", "SIAN"),
    ] {
        assert!(alike(one, other) && alike(other, one), "{one} / {other}");
        assert!(!keys(one).is_disjoint(&keys(other)) || one.starts_with("J "), "{one} / {other} share no key");
    }
    for (one, other) in [
        ("Rhys Jones", "Megan Jones"),
        ("Wei Wang", "Fang Wang"),
        ("王伟", "王芳"),
        ("Siân", "Siân Jones"),
        ("Ann", "Jan"),
        ("Amit Patel", "Rajesh Patel"),
        ("", "Ann"),
        ("...", "---"),
    ] {
        assert!(!alike(one, other), "{one} / {other}");
    }
}

#[test]
fn a_reference_tells_more_than_a_name() {
    let who = |name: Option<&str>, reference: Option<&str>| Identity {
        display_name: name.map(Into::into),
        reference: reference.map(Into::into),
    };
    let known = who(Some("Rhys Jones"), Some("CF-2041"));

    assert_eq!(likeness(&known, &who(None, Some("cf2041"))), Some(Likeness::SameReference));
    assert_eq!(likeness(&known, &who(Some("JONES, RHYS"), Some("9"))), Some(Likeness::SameName));
    assert_eq!(likeness(&known, &who(Some("Rhis Jones"), None)), Some(Likeness::NamesAlike));
    assert_eq!(likeness(&known, &who(None, Some("CF-2042"))), None);
}

proptest! {
    #[test]
    fn likeness_goes_both_ways_and_everybody_is_like_herself(one in "[\\PC ]{1,30}", other in "([a-cé]{0,5}[ -]){1,5}") {
        prop_assert_eq!(alike(&one, &other), alike(&other, &one));
        prop_assert_eq!(alike(&one, &one), !Name::of(&one).parts.is_empty());
        let (keys_of_one, keys_of_other) = (keys(&one), keys(&other));
        prop_assert!(keys_of_one.len() <= MOST_KEYS && keys_of_other.len() <= MOST_KEYS);
    }
}
