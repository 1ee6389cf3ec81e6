//! The words a scheme's file uses for closed lists, and how they are said to people.

use busfare_entity::words::{DecidesFor, Language, PaymentMethod, Role};

use super::Limit;

/// A word of the file, and how it is said in English and Welsh.
pub struct Word<T> {
    /// What it stands for.
    pub value: T,
    /// In the file.
    pub key: &'static str,
    /// To a reader of English.
    pub en: &'static str,
    /// To a reader of Welsh.
    pub cy: &'static str,
}

const fn word<T>(value: T, key: &'static str, en: &'static str, cy: &'static str) -> Word<T> {
    Word { value, key, en, cy }
}

impl<T> Word<T> {
    /// To a reader.
    pub fn said(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Cy => self.cy,
        }
    }
}

/// Roles, as everybody who has one.
pub const ROLES: [Word<Role>; 3] = [
    word(Role::Practitioner, "practitioner", "Every practitioner", "Pob ymarferydd"),
    word(Role::Enabler, "enabler", "Every enabler", "Pob galluogwr"),
    word(Role::Senior, "senior", "Every senior", "Pob uwch ymarferydd"),
];

/// Ways of paying.
pub const METHODS: [Word<PaymentMethod>; 6] = [
    word(PaymentMethod::HubCash, "hub-cash", "from the hub's cash", "o arian parod yr hwb"),
    word(PaymentMethod::Card, "card", "by card", "â cherdyn"),
    word(PaymentMethod::Reimbursement, "reimbursement", "paid back to the asker", "wedi'i ad-dalu i'r sawl a ofynnodd"),
    word(PaymentMethod::Supplier, "supplier", "by invoice from a supplier", "drwy anfoneb cyflenwr"),
    word(PaymentMethod::Voucher, "voucher", "by voucher", "â thaleb"),
    word(PaymentMethod::CashToPerson, "cash-to-person", "in cash to the person helped", "mewn arian parod i'r person"),
];

/// For whose spends.
pub const DECIDES_FOR: [Word<DecidesFor>; 3] = [
    word(DecidesFor::NobodyElse, "nobody-else", "only one's own spends", "gwariant eich hun yn unig"),
    word(DecidesFor::Team, "team", "one's own spends and those of one's team", "gwariant eich hun a'ch tîm"),
    word(DecidesFor::Organisation, "organisation", "anybody's spends", "gwariant unrhyw un"),
];

/// Kinds of limit.
pub const LIMITS: [Word<Limit>; 6] = [
    word(Limit::Item, "item", "for one item", "am un eitem"),
    word(Limit::In24Hours, "in_24_hours", "in any 24 hours", "mewn unrhyw 24 awr"),
    word(Limit::In7Days, "in_7_days", "in any 7 days", "mewn unrhyw 7 diwrnod"),
    word(Limit::In28Days, "in_28_days", "in any 28 days", "mewn unrhyw 28 diwrnod"),
    word(Limit::InBudgetPeriod, "in_budget_period", "from one budget in its period", "o un gyllideb yn ei chyfnod"),
    word(
        Limit::PerPerson,
        "per_person",
        "for one person helped in the budget's period",
        "am un person yng nghyfnod y gyllideb",
    ),
];

/// Days from Monday, by the three letters they are known by.
pub const DAYS: [Word<u8>; 7] = [
    word(1, "mon", "Monday", "dydd Llun"),
    word(2, "tue", "Tuesday", "dydd Mawrth"),
    word(4, "wed", "Wednesday", "dydd Mercher"),
    word(8, "thu", "Thursday", "dydd Iau"),
    word(16, "fri", "Friday", "dydd Gwener"),
    word(32, "sat", "Saturday", "dydd Sadwrn"),
    word(64, "sun", "Sunday", "dydd Sul"),
];

/// The word for a value.
pub fn of<T: PartialEq + Copy>(words: &'static [Word<T>], value: T) -> &'static Word<T> {
    // Each list names every value; the first stands in where a new value has no word yet.
    words.iter().find(|word| word.value == value).unwrap_or(&words[0])
}

/// What a word of the file stands for. Capitals, spaces and underscores do not matter.
pub fn find<T: Copy>(words: &[Word<T>], typed: &str) -> Option<T> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
    let typed = plain(typed);
    words.iter().find(|word| plain(word.key) == typed).map(|word| word.value)
}

/// A day, also written out: `mon`, `Monday`.
pub fn find_day(typed: &str) -> Option<u8> {
    let typed = typed.trim().to_lowercase();
    DAYS.iter().find(|day| day.key == typed || day.en.to_lowercase() == typed).map(|day| day.value)
}

/// The words of a list, to be told what there is to choose from.
pub fn choices<T>(words: &[Word<T>]) -> String {
    words.iter().map(|word| word.key).collect::<Vec<_>>().join(", ")
}

/// A list as it is said: `a, b and c`.
pub fn listed<T: AsRef<str>>(items: &[T], language: Language) -> String {
    let and = match language {
        Language::En => " and ",
        Language::Cy => " a ",
    };
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [some @ .., last] => {
            let some: Vec<_> = some.iter().map(AsRef::as_ref).collect();
            format!("{}{and}{}", some.join(", "), last.as_ref())
        }
    }
}
