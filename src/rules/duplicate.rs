//! Duplicates: when two receipts may be the same one. Evidence only: the same bytes, the same look, or the same purchase
//! as people confirmed it. The amount alone never is: forty fares of £1.15 in a day are forty fares.

use chrono::NaiveDate;

/// Bits of a difference hash in which two pictures of one receipt, encoded differently, may differ.
pub const NEAR: u32 = 5;
/// Fewer differing neighbours than this, or fewer equal ones: blank paper and flat colour look all alike.
const LEAST_STRUCTURE: u32 = 16;
/// Parts of a hash. Two hashes with at most [`NEAR`] bits between them have at least one of six parts in common.
pub const BANDS: usize = NEAR as usize + 1;

/// How much brighter counts, of 65,535: three of 256 shades. Encoding a picture anew moves flat paper by one or two, and
/// most of a receipt is flat paper.
const BRIGHTER: u16 = 768;

/// The look of a picture: for 16 by 16 places whether it is brighter than its neighbour on the left, and not by a hair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look([u8; 32]);

impl Look {
    /// The look of a grey picture of 17 by 16 pixels; none where there is too little in it to compare.
    pub fn of(grey: &[[u16; 17]; 16]) -> Option<Self> {
        let mut bits = [0u8; 32];
        for (y, row) in grey.iter().enumerate() {
            for x in 0..16 {
                if row[x + 1] > row[x].saturating_add(BRIGHTER) {
                    bits[y * 2 + x / 8] |= 0x80 >> (x % 8);
                }
            }
        }
        let ones: u32 = bits.iter().map(|byte| byte.count_ones()).sum();
        (LEAST_STRUCTURE..=256 - LEAST_STRUCTURE).contains(&ones).then_some(Self(bits))
    }

    /// A look that was kept.
    pub fn kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To keep.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// In how many places two pictures differ.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    /// Whether two pictures look the same.
    pub fn is_near(&self, other: &Self) -> bool {
        self.distance(other) <= NEAR
    }

    /// The six parts by which near ones are found: four of 43 bits and two of 42.
    pub fn bands(&self) -> [i64; BANDS] {
        let bit = |place: usize| i64::from(self.0[place / 8] >> (7 - place % 8) & 1);
        let mut from = 0;
        [43, 43, 43, 43, 42, 42].map(|length| {
            let band = (from..from + length).fold(0, |band, place| band << 1 | bit(place));
            from += length;
            band
        })
    }
}

/// What people confirmed about a purchase, as far as it tells purchases apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The merchant's name, folded.
    pub merchant: String,
    /// The day.
    pub day: NaiveDate,
    /// The total, in pence.
    pub pence: i64,
    /// Minutes since midnight.
    pub minute: Option<i32>,
    /// The number of the till roll or ticket.
    pub till: Option<String>,
}

/// Whether two confirmed purchases are probably one: merchant, day and total agree, the time or the till number agrees
/// as well, and neither of those two says otherwise.
pub fn same_purchase(one: &Purchase, other: &Purchase) -> bool {
    let agree = |same: Option<bool>| same == Some(true);
    let differ = |same: Option<bool>| same == Some(false);
    let minute = one.minute.zip(other.minute).map(|(one, other)| one == other);
    let till = one.till.as_ref().zip(other.till.as_ref()).map(|(one, other)| folded(one) == folded(other));
    (&one.merchant, one.day, one.pence) == (&other.merchant, other.day, other.pence)
        && (agree(minute) || agree(till))
        && !differ(minute)
        && !differ(till)
}

/// A name as it is compared: letters and digits only, in lower case.
pub fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fare(minute: Option<i32>, till: Option<&str>) -> Purchase {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        Purchase { merchant: folded("First Bus"), day, pence: 115, minute, till: till.map(str::to_owned) }
    }

    #[test]
    fn forty_fares_of_one_day_are_forty_fares() {
        for (one, other) in [
            (fare(None, None), fare(None, None)),
            (fare(Some(500), None), fare(None, Some("7"))),
            (fare(Some(500), None), fare(Some(501), None)),
            (fare(Some(500), Some("7")), fare(Some(500), Some("8"))),
            (fare(Some(500), Some("7")), fare(Some(501), Some("7"))),
        ] {
            assert!(!same_purchase(&one, &other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn the_same_ticket_photographed_twice_is_one_purchase() {
        assert!(same_purchase(&fare(Some(500), None), &fare(Some(500), Some("7"))));
        assert!(same_purchase(&fare(None, Some("T-0071")), &fare(Some(500), Some("t 0071"))));
        let elsewhere = Purchase { merchant: folded("Arriva"), ..fare(Some(500), None) };
        assert!(!same_purchase(&fare(Some(500), None), &elsewhere));
    }

    #[test]
    fn blank_paper_has_no_look() {
        assert_eq!(Look::of(&[[52_000; 17]; 16]), None);
        let ramp = std::array::from_fn(|place| u16::try_from(place * 2_500).unwrap());
        assert_eq!(Look::of(&[ramp; 16]), None, "a shadow across is no structure");
    }

    proptest! {
        #[test]
        fn whatever_is_near_has_a_part_in_common(bytes in any::<[u8; 32]>(), flips in proptest::collection::vec(0usize..256, 0..=5)) {
            let mut other = bytes;
            for place in flips {
                other[place / 8] ^= 0x80 >> (place % 8);
            }
            let (one, other) = (Look(bytes), Look(other));
            prop_assert!(one.is_near(&other));
            prop_assert!(one.bands().iter().zip(other.bands()).any(|(one, other)| *one == other));
        }

        #[test]
        fn parts_are_the_whole(one in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
            let parts: u32 = Look(one).bands().iter().zip(Look(other).bands()).map(|(one, other)| (one ^ other).count_ones()).sum();
            prop_assert_eq!(parts, Look(one).distance(&Look(other)));
        }
    }
}
