//! How often a suggestion is right, measured on months that are made up from a seed: like fares on like days at like
//! merchants, spends that were paid another way, lines that nobody recorded, and refunds.

use uuid::Uuid;

use super::*;

/// SplitMix64: a month is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn percent(&mut self, of_hundred: usize) -> bool {
        self.roll(100) < of_hundred
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    fn pence(&mut self, from: usize, to: usize) -> i64 {
        i64::try_from(from + self.roll(to - from)).unwrap()
    }
}

/// As the bank writes it, the purpose's two names, what a worker may write, and prices that come again and again.
const SHOPS: [(&str, &str, &str, &[i64]); 12] = [
    ("STAGECOACH BUS CAERFELIN", "Bus fare Tocyn bws", "Bus to the first appointment", &[115, 200, 300, 460]),
    ("FIRST CYMRU BUSES", "Bus fare Tocyn bws", "Return to the hospital", &[115, 200, 300, 460]),
    ("TFW RAIL CAERFELIN", "Travel card Cerdyn teithio", "Weekly ticket for college", &[1_850, 2_400]),
    ("TESCO STORES 2231", "Food shop Siopa bwyd", "Tesco, food until Friday", &[1_000, 2_000, 3_000]),
    ("ALDI 114 CAERFELIN", "Food shop Siopa bwyd", "Food for the weekend", &[1_000, 2_000]),
    ("BOOTS 0917", "Pharmacy Fferyllfa", "Boots, for the baby", &[499, 1_000]),
    ("WELL PHARMACY LTD", "Pharmacy Fferyllfa", "Collected with her", &[499, 990]),
    ("EE TOPUP", "Phone top-up Credyd ffôn", "So that school can reach her", &[500, 1_000, 1_500]),
    ("ARGOS LTD 442", "Household item Eitem i'r cartref", "Kettle from Argos", &[1_999, 2_500]),
    ("CLARKS 88 CAERFELIN", "School shoes and uniform Esgidiau a gwisg ysgol", "Shoes, size two", &[3_000, 3_400]),
    ("COSTA 43011", "Hub refreshments Lluniaeth yn yr hwb", "Tea for the parents", &[345, 690]),
    ("NCP PARKING", "Parking Parcio", "Home visit", &[200, 300, 500]),
];
const HUBS: [&str; 3] = ["Llyfrgell Caerfelin Library", "Caffi'r Bont Café", "Ystafell y Dre, Town Hall"];

struct Month {
    lines: Vec<OpenLine>,
    spends: Vec<OpenSpend>,
    /// The truth, which only whoever made the month up knows.
    pairs: HashMap<StatementLineId, SpendId>,
}

fn practitioner(number: usize) -> PractitionerId {
    PractitionerId(Uuid::from_u128(1_000 + number as u128))
}

fn hub(number: usize) -> HubId {
    HubId(Uuid::from_u128(2_000 + number as u128))
}

/// A month of so many lines. Eighteen people, six with a card of their own; three hubs with a card each; one card for all.
fn month(seed: u64, lines: usize) -> Month {
    let mut dice = Dice(seed);
    let mut month = Month { lines: vec![], spends: vec![], pairs: HashMap::new() };
    while month.lines.len() < lines {
        let who = dice.roll(18);
        let shop = *dice.pick(&SHOPS);
        let (holder, at) = match dice.roll(10) {
            0..6 if who < 6 => (Holder::Practitioner(practitioner(who)), None),
            0..7 => {
                let place = dice.roll(3);
                (Holder::Hub(hub(place)), Some(place).filter(|_| dice.percent(80)))
            }
            _ => (Holder::Organisation, None),
        };
        let pence = if dice.percent(55) { *dice.pick(shop.3) } else { dice.pence(115, 4_000) };
        let day = "2026-11-01".parse::<NaiveDate>().unwrap() + chrono::Days::new(dice.roll(30) as u64);

        let another_way = *dice.pick(&[PaymentMethod::HubCash, PaymentMethod::Reimbursement, PaymentMethod::Supplier]);
        match dice.roll(100) {
            // Paid with the card and recorded.
            0..68 => {
                add_pair(&mut month, &mut dice, shop, holder, (who, at), pence, day);
            }
            // Two like payments on one day: the same shop, the same price, often the same card.
            68..76 => {
                add_pair(&mut month, &mut dice, shop, holder, (who, at), pence, day);
                let holder = if dice.percent(50) { holder } else { Holder::Organisation };
                add_pair(&mut month, &mut dice, shop, holder, (who, at), pence, day);
            }
            // Paid with the card and never recorded, while somebody paid as much for the like in another way.
            76..88 => {
                add_line(&mut month, &mut dice, shop.0, holder, pence, day);
                let other = if dice.percent(85) { (who + 1 + dice.roll(17)) % 18 } else { who };
                let elsewhere = if dice.percent(50) { None } else { Some(dice.roll(3)) };
                add_spend(&mut month, &mut dice, shop, (other, elsewhere), (pence, day, another_way));
            }
            // Paid another way, with no line at all.
            88..95 => {
                add_spend(&mut month, &mut dice, shop, (who, at), (pence, day, another_way));
            }
            // A refund, or a fee of the bank's.
            _ => {
                let pence = if dice.percent(70) { -pence } else { 150 };
                add_line(&mut month, &mut dice, shop.0, holder, pence, day);
            }
        }
    }
    month.lines.truncate(lines);
    let kept: HashSet<_> = month.lines.iter().map(|line| line.id).collect();
    month.pairs.retain(|line, _| kept.contains(line));
    month
}

type Shop = (&'static str, &'static str, &'static str, &'static [i64]);

fn add_pair(
    month: &mut Month,
    dice: &mut Dice,
    shop: Shop,
    holder: Holder,
    who: (usize, Option<usize>),
    pence: i64,
    day: NaiveDate,
) {
    let line = add_line(month, dice, shop.0, holder, pence, day);
    let spend = add_spend(month, dice, shop, who, (pence, day, PaymentMethod::Card));
    month.pairs.insert(line, spend);
}

fn add_line(
    month: &mut Month,
    dice: &mut Dice,
    merchant: &str,
    holder: Holder,
    pence: i64,
    day: NaiveDate,
) -> StatementLineId {
    let id = StatementLineId(Uuid::from_u128(month.lines.len() as u128));
    let booked_on = day + chrono::Days::new(*dice.pick(&[0, 0, 1, 1, 1, 2, 3, 4]));
    month.lines.push(OpenLine { id, pence, booked_on, merchant: merchant.to_owned(), holder });
    id
}

fn add_spend(
    month: &mut Month,
    dice: &mut Dice,
    shop: Shop,
    (who, at): (usize, Option<usize>),
    paid: (i64, NaiveDate, PaymentMethod),
) -> SpendId {
    let (pence, day, how) = paid;
    // Most people say how they pay; some do not.
    let method = Some(how).filter(|_| dice.percent(75));
    let id = SpendId(Uuid::from_u128(month.spends.len() as u128));
    let spent_on = day + chrono::Days::new(*dice.pick(&[0, 0, 0, 0, 0, 0, 1, 1, 3, 6]));
    let reason = if dice.percent(60) { shop.2 } else { "" };
    let words = format!("{reason} {} {}", shop.1, at.map_or("", |place| HUBS[place]));
    month.spends.push(OpenSpend { id, pence, spent_on, asker: practitioner(who), method, hub: at.map(hub), words });
    id
}

/// Suggested, right, and how many there were to find.
fn measure(month: &Month) -> (usize, usize, usize) {
    let suggested = suggest(&month.lines, &month.spends);
    let right = suggested.iter().filter(|one| month.pairs.get(&one.line) == Some(&one.spend)).count();
    (suggested.len(), right, month.pairs.len())
}

#[test]
fn at_least_99_of_100_suggestions_are_right_on_500_labelled_lines() {
    let month_of_500 = month(20_261_122, 500);
    let (suggested, right, pairs) = measure(&month_of_500);
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    println!(
        "500 lines: {suggested} suggested, {right} right: precision {:.2} %, recall {:.2} %",
        percent(right, suggested),
        percent(right, pairs)
    );
    assert!(right * 100 >= suggested * 99, "{right} of {suggested}");
    assert!(right * 100 >= pairs * 25, "only {right} of {pairs} are found");

    // One month may be lucky. Forty others are not all.
    let months: Vec<_> = (1..=40).map(|seed| measure(&month(seed, 500))).collect();
    let sum = |of: fn(&(usize, usize, usize)) -> usize| months.iter().map(of).sum::<usize>();
    let (suggested, right, pairs) = (sum(|one| one.0), sum(|one| one.1), sum(|one| one.2));
    println!(
        "20,000 lines: {suggested} suggested, {right} right: precision {:.2} %, recall {:.2} %",
        percent(right, suggested),
        percent(right, pairs)
    );
    let worst = months.iter().map(|one| percent(one.1, one.0)).fold(100.0, f64::min);
    println!("the worst of forty months: precision {worst:.2} %");
    assert!(right * 1_000 >= suggested * 990, "{right} of {suggested}");
}

#[test]
fn a_like_fare_that_could_be_another_is_left_to_a_person() {
    let day = "2026-11-20".parse().unwrap();
    let line = |id: u128, merchant: &str| OpenLine {
        id: StatementLineId(Uuid::from_u128(id)),
        pence: 115,
        booked_on: day,
        merchant: merchant.into(),
        holder: Holder::Practitioner(practitioner(1)),
    };
    let spend = |id: u128, words: &str| OpenSpend {
        id: SpendId(Uuid::from_u128(id)),
        pence: 115,
        spent_on: day,
        asker: practitioner(1),
        method: Some(PaymentMethod::Card),
        hub: None,
        words: words.into(),
    };

    let alone = suggest(&[line(1, "STAGECOACH BUS")], &[spend(1, "Bus fare")]);
    assert_eq!(alone[0].signals, [MatchSignal::DateNear, MatchSignal::CardHolder, MatchSignal::MerchantWord]);
    assert_eq!(suggest(&[line(1, "BUS"), line(2, "BUS")], &[spend(1, "Bus fare")]), []);
    assert_eq!(suggest(&[line(1, "BUS")], &[spend(1, "Bus fare"), spend(2, "Bus fare")]), []);
    // A word tells two like amounts apart.
    let told = suggest(&[line(1, "BUS"), line(2, "NCP PARKING")], &[spend(1, "Bus fare"), spend(2, "Parking")]);
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|one| one.line.0 == one.spend.0));
}

#[test]
fn what_speaks_against_a_pair_outweighs_everything_that_speaks_for_it() {
    let day: NaiveDate = "2026-11-20".parse().unwrap();
    let line = OpenLine {
        id: StatementLineId(Uuid::from_u128(1)),
        pence: 460,
        booked_on: day,
        merchant: "BUS".into(),
        holder: Holder::Hub(hub(1)),
    };
    let spend = OpenSpend {
        id: SpendId(Uuid::from_u128(1)),
        pence: 460,
        spent_on: day,
        asker: practitioner(1),
        method: Some(PaymentMethod::Card),
        hub: Some(hub(1)),
        words: "Bus".into(),
    };
    assert_eq!(suggest(&[line.clone()], &[spend.clone()]).len(), 1);

    for other in [
        OpenSpend { pence: 461, ..spend.clone() },
        OpenSpend { method: Some(PaymentMethod::HubCash), ..spend.clone() },
        OpenSpend { method: None, ..spend.clone() },
        OpenSpend { hub: Some(hub(2)), ..spend.clone() },
        OpenSpend { spent_on: day - chrono::Days::new(40), ..spend.clone() },
    ] {
        assert_eq!(suggest(&[line.clone()], &[other]), []);
    }
    let hers = OpenLine { holder: Holder::Practitioner(practitioner(2)), ..line.clone() };
    assert_eq!(suggest(&[hers], &[spend.clone()]), []);
    let refund = OpenLine { pence: -460, ..line.clone() };
    assert_eq!(suggest(&[refund], &[OpenSpend { pence: -460, ..spend.clone() }]), []);
    // Whoever has the organisation's card: the day alone is not enough.
    let anybodys = OpenLine { holder: Holder::Organisation, merchant: "SQ 1234".into(), ..line };
    assert_eq!(suggest(&[anybodys], &[spend]), []);
}
