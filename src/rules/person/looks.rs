//! What looks like a number or a day that nobody needs to give here.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// Figures of an NHS number.
const NHS_FIGURES: usize = 10;

/// Whether there is something in it that looks like an NHS number: ten figures whose last fits the others, or ten written
/// in threes and a four whether it fits or not, because a mistyped one is one still.
pub fn like_an_nhs_number(text: &str) -> bool {
    chains(text).iter().any(|chain| {
        let windows = (1..=chain.len()).flat_map(|size| chain.windows(size));
        windows.into_iter().any(|groups| {
            let figures = groups.concat();
            let in_threes = groups.iter().map(String::len).eq([3, 3, 4]);
            figures.len() == NHS_FIGURES && (in_threes || last_fits(&figures))
        })
    })
}

/// Whether there is something in it that looks like a date of birth.
pub fn like_a_date_of_birth(text: &str) -> bool {
    let in_figures = chains(text).iter().any(|chain| {
        let whole = chain.iter().any(|group| group.len() == 8 && eight_figures(group));
        // Two figures are a year only where nothing else stands around them.
        whole || chain.windows(3).any(|groups| three_groups(groups, chain.len() == 3))
    });
    in_figures || in_words(text)
}

/// The groups of figures that hang together, with one hyphen, slash, point or space between each two.
fn chains(text: &str) -> Vec<Vec<String>> {
    let (mut chains, mut gap) = (vec![vec![String::new()]], 0);
    for c in text.nfkc() {
        match c {
            '0'..='9' => {
                let chain = chains.last_mut().filter(|_| gap <= 1);
                match (chain, gap) {
                    (Some(chain), 0) => chain.last_mut().into_iter().for_each(|group| group.push(c)),
                    (Some(chain), _) => chain.push(c.to_string()),
                    (None, _) => chains.push(vec![c.to_string()]),
                }
                gap = 0;
            }
            '-' | '/' | '.' | ' ' => gap += 1,
            _ => gap = 2,
        }
    }
    chains.iter_mut().for_each(|chain| chain.retain(|group| !group.is_empty()));
    chains
}

fn last_fits(ten: &str) -> bool {
    let figures: Vec<u32> = ten.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = figures.iter().zip((2..=10).rev()).map(|(figure, weight)| figure * weight).sum();
    figures.last() == Some(&((11 - sum % 11) % 11))
}

fn eight_figures(group: &str) -> bool {
    let part = |from: usize, to: usize| group[from..to].to_owned();
    is_day(&part(0, 2), &part(2, 4), &part(4, 8)) || is_day(&part(6, 8), &part(4, 6), &part(0, 4))
}

fn three_groups(groups: &[String], short_years: bool) -> bool {
    let [a, b, c] = groups else { return false };
    let year = |text: &String| text.len() == 4 || (short_years && text.len() == 2);
    let short = |text: &String| text.len() <= 2;
    let at_the_end = year(c) && short(a) && short(b) && (is_day(a, b, c) || is_day(b, a, c));
    at_the_end || (a.len() == 4 && short(b) && short(c) && is_day(c, b, a))
}

/// Whether it is a day on which somebody may have been born.
fn is_day(day: &str, month: &str, year: &str) -> bool {
    let [Ok(day), Ok(month), Ok(number)] = [day, month, year].map(str::parse::<u32>) else { return false };
    let years = if year.len() == 2 { vec![1900 + number, 2000 + number] } else { vec![number] };
    let is_there =
        |year: u32| i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).is_some();
    years.into_iter().filter(|year| (1900..2100).contains(year)).any(is_there)
}

/// A day with its month in words, or a year that somebody says is of birth.
fn in_words(text: &str) -> bool {
    let text: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| *c != '.').collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| -> Option<String> {
        let figures = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        (!figures.is_empty() && figures.bytes().all(|byte| byte.is_ascii_digit())).then(|| figures.to_owned())
    };
    let is_written = |day: &str, month: &str, year: &str| {
        let (Some(day), Some(month), Some(year)) = (number(day), month_number(month), number(year)) else {
            return false;
        };
        matches!(year.len(), 2 | 4) && is_day(&day, &month.to_string(), &year)
    };
    let written = words.windows(3).any(|three| {
        let [a, b, c] = three else { return false };
        is_written(a, b, c) || is_written(b, a, c)
    });
    let said =
        words.windows(2).any(|two| matches!(two[0], "dob" | "born" | "ganed" | "ganwyd") && number(two[1]).is_some());
    written || said
}

fn month_number(word: &str) -> Option<usize> {
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const WELSH: [&str; 12] = [
        "ionawr",
        "chwefror",
        "mawrth",
        "ebrill",
        "mai",
        "mehefin",
        "gorffennaf",
        "awst",
        "medi",
        "hydref",
        "tachwedd",
        "rhagfyr",
    ];
    let english = |month: &&str| word.len() >= 3 && month.starts_with(word);
    let place = ENGLISH.iter().position(english).or_else(|| WELSH.iter().position(|month| *month == word))?;
    Some(place + 1)
}
