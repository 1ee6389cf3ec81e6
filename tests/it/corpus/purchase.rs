//! Purchases that never were: invented merchants, ordinary things, amounts that add up.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::chance::Chance;

/// What a receipt truly says.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Who sold it.
    pub merchant: String,
    /// The day.
    pub day: NaiveDate,
    /// Minutes since midnight, where the receipt has a time.
    pub minute: Option<i32>,
    /// The total, in pence.
    pub total: i64,
    /// The VAT registration number, where the receipt has it.
    pub vat_number: Option<String>,
    /// The VAT in the total, where the receipt has it.
    pub vat: Option<i64>,
}

/// A purchase.
pub struct Purchase {
    pub shop: String,
    pub items: Vec<(String, i64, i64)>,
    pub saving: i64,
    pub total: i64,
    pub cash: i64,
    pub vat: i64,
    pub vat_digits: String,
    pub at: NaiveDate,
    pub time: NaiveTime,
}

const PLACES: [&str; 14] = [
    "Aber", "Cwm", "Bryn", "Pentre", "Marsh", "Hill", "North", "Valley", "Bridge", "Castle", "Oak", "Station", "Green",
    "Harbour",
];
const ENDS: [&str; 10] = ["felin", "glas", "ford", "ton", "side", "wood", "bury", "ley", "mawr", "well"];
const STREETS: [&str; 10] = [
    "High Street",
    "Station Road",
    "Church Lane",
    "Mill Street",
    "Market Square",
    "Castle Road",
    "Heol y Bont",
    "Victoria Terrace",
    "Park Avenue",
    "Bridge Street",
];
const PEOPLE: [&str; 8] = ["Sian", "Gareth", "Amina", "Tom", "Rhys", "Carol", "Dev", "Megan"];
const BRANDS: [&str; 4] = ["Talknet", "Cellway", "Mobi", "Onenet"];

/// Names of merchants of a kind, the invented part first.
fn name(kind: &str, chance: &mut Chance) -> String {
    let ends: &[&str] = match kind {
        "bus" => &["Coaches", "Buses", "Valley Lines", "Travel", "Bus Company"],
        "super" => &["Fresh", "Foods", "Market", "Value", "Larder"],
        "topup" => &["News", "Newsagents", "Post Office", "Food & Wine"],
        "pharmacy" => &["Pharmacy", "Chemist", "Fferyllfa", "Healthcare"],
        "parking" => &["Borough Council", "Parking", "City Council", "Car Parks"],
        "cafe" => &["Cafe", "Coffee House", "Tea Rooms", "Kitchen", "Bakery"],
        "taxi" => &["Taxis", "Cars", "Cabs", "Private Hire"],
        "charity" => &["Hospice Shop", "Community Shop", "Animal Rescue", "Aid"],
        "train" => &["Rail", "Trains", "Railways"],
        _ => &["Mini Market", "Stores", "Corner Shop", "Grocers", "Express"],
    };
    let place = place(chance);
    let name = format!("{place} {}", chance.one_of(ends));
    if chance.happens(45) { name.to_uppercase() } else { name }
}

/// A place that is not there.
pub fn place(chance: &mut Chance) -> String {
    format!("{}{}", chance.one_of(&PLACES), chance.one_of(&ENDS))
}

/// Things with the least and the most they cost, and whether VAT is in it.
fn things(kind: &str) -> &'static [(&'static str, i64, i64, bool)] {
    match kind {
        "bus" => &[("Adult Single", 100, 750, false)],
        "topup" => &[("Top up", 500, 5_000, false)],
        "parking" => &[("Parking", 80, 1_450, true)],
        "taxi" => &[("Fare", 350, 3_900, false)],
        "train" => &[("Ticket", 210, 6_800, false)],
        "pharmacy" => &[
            ("Paracetamol 16s", 35, 120, true),
            ("Calpol Infant 100ml", 290, 420, true),
            ("Plasters 40pk", 150, 320, true),
            ("Nappy cream", 240, 520, true),
            ("Head lice lotion", 600, 1_250, true),
            ("Vitamin D", 199, 650, true),
        ],
        "cafe" => &[
            ("Tea", 140, 260, true),
            ("Flat white", 240, 360, true),
            ("Toastie", 450, 695, true),
            ("Jacket potato", 550, 795, true),
            ("Welsh cake", 90, 175, true),
            ("Hot chocolate", 260, 380, true),
            ("Child lunch", 425, 595, true),
        ],
        "charity" => &[
            ("Books", 50, 250, false),
            ("Childs coat", 300, 900, false),
            ("Toys", 100, 600, false),
            ("Ladies top", 250, 650, false),
            ("Crockery", 50, 400, false),
            ("School shoes", 350, 800, false),
        ],
        _ => &[
            ("Semi skim milk 2L", 125, 175, false),
            ("White bread", 75, 165, false),
            ("Bananas loose", 48, 130, false),
            ("Free range eggs 6", 140, 240, false),
            ("Washing powder", 350, 900, true),
            ("Nappies size 4", 450, 1_100, true),
            ("Baked beans 4pk", 180, 350, false),
            ("Pasta 500g", 65, 140, false),
            ("Toothpaste", 90, 300, true),
            ("Crisps multipack", 150, 295, true),
            ("Cheddar 350g", 210, 420, false),
            ("Tea bags 80", 160, 380, false),
            ("Chicken thighs", 280, 560, false),
            ("Kitchen roll", 140, 330, true),
        ],
    }
}

impl Purchase {
    /// One of a kind.
    pub fn of(kind: &str, layout: &str, chance: &mut Chance) -> Self {
        let things = things(kind);
        let most = if things.len() == 1 { 1 } else { 7 };
        let count = chance.whole(if most == 1 { 1 } else { 2 }, most);
        let (mut items, mut with_vat) = (Vec::new(), 0);
        for _ in 0..count {
            let (name, least, dearest, vat) = *chance.one_of(things);
            let quantity = if most > 1 && chance.happens(22) { chance.whole(2, 3) } else { 1 };
            let mut price = chance.whole(least, dearest);
            if most == 1 {
                price = if chance.happens(25) { 115 } else { price / 5 * 5 };
            }
            with_vat += if vat { price * quantity } else { 0 };
            items.push((name.to_owned(), price, quantity));
        }
        let sum: i64 = items.iter().map(|(_, price, quantity)| price * quantity).sum();
        let saving =
            if layout.contains("-{saving}") || layout.contains("-£{saving}") { chance.whole(10, sum / 4) } else { 0 };
        let total = sum - saving;
        let round = *chance.one_of(&[500, 1_000, 2_000, 100]);
        let cash = if chance.happens(20) { total } else { (total / round + 1) * round };
        let minute = chance.whole(7 * 60, 21 * 60 + 59);
        Self {
            shop: name(kind, chance),
            items,
            saving,
            total,
            cash,
            vat: (with_vat.min(total) + 3) / 6,
            vat_digits: vat_digits(chance),
            at: day(chance),
            time: NaiveTime::default() + TimeDelta::minutes(minute) + TimeDelta::seconds(chance.whole(0, 59)),
        }
    }
}

/// Within the half year before the day on which all receipts of the corpus are photographed.
fn day(chance: &mut Chance) -> NaiveDate {
    super::today() - TimeDelta::days(chance.whole(0, 180))
}

/// Nine digits with the check digits right, in one of the two ways.
fn vat_digits(chance: &mut Chance) -> String {
    let seven = chance.digits(7);
    let weighted: i64 =
        seven.bytes().zip([8, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| i64::from(digit - b'0') * weight).sum();
    let extra = if chance.happens(50) { 55 } else { 0 };
    format!("{seven}{:02}", 96 - (weighted + extra + 96) % 97)
}

/// Words that fill the places of a layout that are not about the purchase.
pub fn filler(name: &str, chance: &mut Chance) -> String {
    match name {
        "street" => format!("{} {}", chance.whole(1, 240), chance.one_of(&STREETS)),
        "town" | "place" | "place2" => place(chance),
        "post" => format!(
            "{}{} {}{}",
            chance.one_of(&["CF", "SA", "LL", "M", "LS", "NP"]),
            chance.whole(1, 48),
            chance.whole(1, 9),
            chance.one_of(&["AB", "DQ", "EH", "XT"])
        ),
        "phone" => format!("0{} {}", chance.whole(1_200, 1_998), chance.digits(6)),
        "mobile" => format!("07{} {}", chance.digits(3), chance.digits(6)),
        "web" => format!("{}.example", place(chance).to_lowercase()),
        "person" => (*chance.one_of(&PEOPLE)).to_owned(),
        "brand" => (*chance.one_of(&BRANDS)).to_owned(),
        "ref" => format!("{}{}", chance.one_of(&["AB", "XK", "QW"]), chance.digits(5)),
        "other" | "other2" => pounds(chance.whole(100, 6_500)),
        "saving2" => pounds(chance.whole(10, 300)),
        digits => digits
            .strip_prefix('n')
            .and_then(|count| count.parse().ok())
            .map_or_else(|| panic!("no {name}"), |count| chance.digits(count)),
    }
}

/// Pence as a receipt prints them.
pub fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}
