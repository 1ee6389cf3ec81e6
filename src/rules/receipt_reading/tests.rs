//! Receipts as people know them, word by word, and anything at all.

use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// A paper on which each line is so many dots below the last, and `|` stands for the way to the right edge.
fn paper(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, row) in (1..).zip(text.lines()) {
        let (left, right) = row.split_once('|').unwrap_or((row, ""));
        for (from, side) in [(20, left), (700, right)] {
            let mut at = from;
            for word in side.split_whitespace() {
                let width = i32::try_from(word.chars().count()).unwrap() * 14;
                words.push(Word {
                    text: word.into(),
                    page: 1,
                    line,
                    left: at,
                    top: line * 40,
                    width,
                    height: 24,
                    sure: 95,
                });
                at += width + 14;
            }
        }
    }
    words
}

fn reads(text: &str) -> Reading {
    let words = paper(text);
    read(&[words.clone(), words], today())
}

#[test]
fn a_till_roll_says_its_total_and_not_the_cash_the_change_or_the_tax() {
    let reading = reads(
        "Gwalia Hardware Ltd\n12 High Street\nTel 01234 567890\nNails|2.50\nPaint 2.5L|18.99\nBrush|3.20\nSUB TOTAL|24.69\n\
         TOTAL|24.69\nCASH|30.00\nCHANGE|5.31\nVAT 20%|4.12\nVAT No 123 4567 82\n20/11/2026 14:05",
    );
    assert_eq!(reading.total.suggested, Some(2_469), "{:?}", reading.total);
    assert_eq!(reading.merchant.suggested.as_deref(), Some("Gwalia Hardware Ltd"));
    assert_eq!((reading.day.suggested, reading.minute.suggested), (Some(today()), Some(845)));
    assert_eq!(reading.vat_number.suggested.as_deref(), Some("GB123456782"));
    assert_eq!((reading.vat.suggested, reading.vat_rate.suggested), (Some(412), Some(2_000)));
}

#[test]
fn a_bus_ticket_with_one_amount_says_that() {
    let reading = reads("VALLEY BUSES\nAdult single\n£1.15\n20 Nov 2026 08:31\nTicket 004417");
    assert_eq!(reading.total.suggested, Some(115), "{:?}", reading.total);
    assert_eq!((reading.day.suggested, reading.minute.suggested), (Some(today()), Some(511)));
}

#[test]
fn totals_of_other_things_are_not_the_total() {
    let reading = reads(
        "CORNER CAFE\nTOTAL ITEMS|3\nTotal savings|1.50\nTotal exc. tax|10.00\nTotal tax|2.00\nTOTAL (INCLUSIVE OF TAX)|12.00\n\
         Rounding|0.00\nMASTERCARD|12.00\nTAX SUMMARY|AMOUNT TAX\nS 20%|10.00 2.00\nTOTAL|10.00 2.00\n11-06-2026 17:11:42",
    );
    assert_eq!(reading.total.suggested, Some(1_200), "{:?}", reading.total);
}

#[test]
fn what_was_misread_or_is_in_doubt_is_offered_and_not_filled_in() {
    let two = reads("SHOP\nMilk|1.50\nTOTAL|12.00\nTOTAL|21.00\n20/11/26");
    assert_eq!(two.total.suggested, None, "{:?}", two.total);
    assert!(
        two.total.candidates.iter().any(|one| one.value == 1_200)
            && two.total.candidates.iter().any(|one| one.value == 2_100)
    );

    let (one, other) = (paper("SHOP\nTOTAL|12.00"), paper("SHOP\nTOTAL|72.00"));
    let torn = read(&[one, other], today());
    assert_eq!(torn.total.suggested, None, "two looks at one paper differ");
    assert!(torn.total.candidates.len() <= MOST_CHIPS);
    assert_eq!(read(&[], today()), Reading::default());
}

#[test]
fn days_are_british_and_neither_to_come_nor_of_something_else() {
    let day = |text: &str| reads(text).day.suggested;
    let expected = NaiveDate::from_ymd_opt(2026, 11, 2);
    for text in [
        "Date 02/11/26",
        "Date: 02/11/2026",
        "DATE 2 Nov 2026",
        "Date 02-NOV-2026 14:05",
        "Dyddiad 2 Tachwedd 2026",
        "Date 2026-11-02",
        "Date 02.11.2026 9:15",
        "Mon 2nd November 2026 09:15",
    ] {
        assert_eq!(day(text), expected, "{text}");
    }
    for text in ["Date 02/12/26", "Valid until 02/11/26", "Tel 02/11/2", "Version 2.11.26.4", "31/02/2026", "99/99/99"]
    {
        assert_eq!(day(text), None, "{text}");
    }
    assert_eq!(reads("Date 02/11/26\nRefund by 19/11/26").day.suggested, expected);
}

#[test]
fn times_are_of_the_purchase_and_not_of_opening() {
    let minute = |text: &str| reads(text).minute.suggested;
    assert_eq!(minute("02/11/26 14:05"), Some(845));
    assert_eq!(minute("02/11/26 2:05 PM"), Some(845));
    assert_eq!(minute("02/11/26 14:05:59"), Some(845));
    assert_eq!(minute("02/11/26 14:05\nOpen Mon-Sat 7:00-22:00"), Some(845));
    for text in ["Open 9:00 - 17:00", "25:00", "14:60", "Ratio 1:2"] {
        assert_eq!(minute(text), None, "{text}");
    }
}

#[test]
fn a_number_without_its_check_digits_is_no_vat_number() {
    let number = |text: &str| reads(text).vat_number.suggested;
    assert_eq!(number("VAT NO GB 123 4567 82").as_deref(), Some("GB123456782"));
    assert_eq!(number("VAT Reg: 123456782").as_deref(), Some("GB123456782"));
    for text in ["VAT NO GB 123 4567 89", "Tel 123456782", "VAT NO 12345", ""] {
        assert_eq!(number(text), None, "{text}");
    }
}

fn any_word() -> impl Strategy<Value = Word> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[0-9£.,/:OlS -]{1,14}",
        prop::sample::select(vec![
            "TOTAL",
            "VAT",
            "CASH",
            "CHANGE",
            "20%",
            "GB",
            "£",
            "Nov",
            "2026",
            "99999999999999999999.99",
            "-",
            "%"
        ])
        .prop_map(str::to_owned),
    ];
    let side = || prop_oneof![-5..5_000_i32, any::<i32>()];
    (text, 0..4_i32, 0..40_i32, [side(), side(), side(), side()], any::<i32>()).prop_map(
        |(text, page, line, [left, top, width, height], sure)| Word {
            text,
            page,
            line,
            left,
            top,
            width,
            height,
            sure,
        },
    )
}

proptest! {
    #[test]
    fn whatever_a_machine_reads_comes_to_an_end(one in prop::collection::vec(any_word(), 0..120), other in prop::collection::vec(any_word(), 0..120)) {
        let reading = read(&[one, other], today());
        for candidates in [reading.total.candidates.len(), reading.day.candidates.len(), reading.merchant.candidates.len()] {
            prop_assert!(candidates <= MOST_CHIPS);
        }
        prop_assert!(reading.total.candidates.iter().all(|one| one.value > 0 && (1..=99).contains(&one.score)));
        prop_assert!(reading.day.candidates.iter().all(|one| one.value <= today()));
    }
}

#[test]
fn as_many_words_as_a_page_may_have_are_read_in_bounded_steps() {
    let line = "TOTAL VAT 20% 1.15 £99.99 02/11/26 14:05 GB123456782 ";
    let words = paper(&format!("{}\n", line.repeat(2)).repeat(400));
    assert!(words.len() >= 6_000);
    let reading = read(&[words.clone(), words], today());
    assert!(reading.total.candidates.len() <= MOST_CHIPS);
}
