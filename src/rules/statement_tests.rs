//! Statements as banks write them, and as nobody should.

use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<Line> {
    read(text, StatementSign::OutIsPositive).unwrap()
}

fn problems(text: &str) -> Vec<(u64, StatementProblemCode, Option<Column>)> {
    let problems = read(text, StatementSign::OutIsPositive).unwrap_err();
    problems.into_iter().map(|one| (one.line, one.code, one.column)).collect()
}

#[test]
fn a_statement_of_any_bank_is_read_by_the_names_of_its_columns() {
    let one = "Date,Merchant,Amount\n2026-11-20,STAGECOACH BUS,1.15\n";
    let other = "\u{feff}\"Transaction Date\";\"x\"\n";
    assert_eq!(lines(one)[0].pence, 115);
    assert!(read(other, StatementSign::OutIsPositive).is_err());

    let bank = "Posting_Date,Card Number,Details,Paid out,Paid in,Transaction ID\r\n\
                20/11/2026,**** **** **** 4321,\"TESCO, CAERFELIN\",\"1,234.50\",,T1\r\n\
                \r\n\
                21 Nov 2026,XXXXXXXXXXXX4321,TESCO REFUND,,12.00,T2\r\n";
    let read = lines(bank);
    assert_eq!(read.len(), 2);
    assert_eq!((read[0].pence, read[0].merchant.as_str()), (123_450, "TESCO, CAERFELIN"));
    assert_eq!((read[0].card.as_deref(), read[0].reference.as_deref()), (Some("4321"), Some("T1")));
    assert_eq!(read[1].pence, -1_200);
    assert_eq!((read[0].number, read[1].number), (2, 4));
    assert_eq!(read[1].booked_on.to_string(), "2026-11-21");
}

#[test]
fn a_bank_that_writes_what_left_with_a_minus_is_turned_around() {
    let text = "date,description,amount\n2026-11-20,BUS,-1.15\n2026-11-20,REFUND,2.00\n";
    let read = read(text, StatementSign::OutIsNegative).unwrap();
    assert_eq!((read[0].pence, read[1].pence), (115, -200));
}

#[test]
fn amounts_are_exact_or_not_amounts() {
    for (text, pence) in [
        ("1.15", 115),
        ("£1.15", 115),
        ("1", 100),
        ("1.5", 150),
        ("-1.15", -115),
        ("(1.15)", -115),
        ("1.15 CR", -115),
        ("1.15DR", 115),
        ("£-1.15", -115),
        ("-£1.15", -115),
        ("GBP 1.15", 115),
        ("1,234.56", 123_456),
        ("+1.15", 115),
        ("1000000.00", 100_000_000),
        ("0.00", 0),
    ] {
        assert_eq!(cells::pence(text), Some(pence), "{text}");
    }
    for text in [
        "",
        "-",
        "£",
        "1.155",
        "1.",
        "1,15",
        "12,34.56",
        "1,2345",
        ",100",
        "1e3",
        "NaN",
        "0x10",
        "1.15 EUR",
        "--1",
        "(-1.15)",
        "-1.15 CR",
        "1000000.01",
        "99999999999999999999",
        "１.１５",
        "1.1.5",
        "=1+1",
        "1 15",
        ".50",
    ] {
        assert_eq!(cells::pence(text), None, "{text}");
    }
}

#[test]
fn a_day_is_a_day_in_our_order_and_our_age() {
    for text in [
        "2026-11-03",
        "03/11/2026",
        "3/11/2026",
        "03-11-2026",
        "03.11.2026",
        "03 Nov 2026",
        "3 November 2026",
        "2026-11-03T09:30:00Z",
        "03/11/2026 09:30",
    ] {
        assert_eq!(cells::date(text).map(|day| day.to_string()).as_deref(), Some("2026-11-03"), "{text}");
    }
    for text in [
        "",
        "yesterday",
        "2026-02-30",
        "13/13/2026",
        "11/30/2026",
        "0026-11-03",
        "1899-12-31",
        "262143-01-01",
        "20261103",
        "2026-11",
    ] {
        assert_eq!(cells::date(text), None, "{text}");
    }
}

#[test]
fn only_four_digits_of_a_card_are_ever_read() {
    for text in ["4321", "**** 4321", "1234567812344321", "XXXX-XXXX-XXXX-4321", "...4321"] {
        assert_eq!(cells::last_four(text).as_deref(), Some("4321"), "{text}");
    }
    for text in ["", "321", "card 4321", "43 21", "4321\u{202e}", "４３２１"] {
        assert_eq!(cells::last_four(text), None, "{text}");
    }
}

#[test]
fn every_problem_is_named_with_its_line() {
    use StatementProblemCode as Code;
    let missing = |column| vec![(1, Code::ColumnMissing, Some(column))];
    assert_eq!(problems("date,merchant\n"), missing(Column::Amount));
    assert_eq!(problems("merchant,amount\n"), missing(Column::Date));
    assert_eq!(problems("date,amount\n"), missing(Column::Merchant));
    assert_eq!(problems(""), missing(Column::Amount));

    let text = "date,merchant,amount,card\n2026-11-20,BUS,1.15,4321\nyesterday,BUS,1.15,4321\n2026-11-20,BUS,1.155,4321\n\
                2026-11-20,,1.15,4321\n2026-11-20,A\u{202e}B,1.15,4321\n2026-11-20,BUS,1.15,none\n2026-11-20,BUS,0.00,4321\n2026-11-20\n";
    assert_eq!(
        problems(text),
        [
            (3, Code::DateUnclear, Some(Column::Date)),
            (4, Code::AmountUnclear, Some(Column::Amount)),
            (5, Code::TextUnclear, Some(Column::Merchant)),
            (6, Code::TextUnclear, Some(Column::Merchant)),
            (7, Code::CardUnknown, Some(Column::Card)),
            (8, Code::AmountUnclear, Some(Column::Amount)),
            (9, Code::AmountUnclear, Some(Column::Amount)),
        ]
    );
}

#[test]
fn a_file_that_never_ends_is_stopped() {
    let many = format!("date,merchant,amount\n{}", "2026-11-20,BUS,1.15\n".repeat(MOST_LINES + 5));
    assert_eq!(problems(&many), [(2_002, StatementProblemCode::TooManyLines, None)]);
    let most = format!("date,merchant,amount\n{}", "2026-11-20,BUS,1.15\n".repeat(MOST_LINES));
    assert_eq!(lines(&most).len(), MOST_LINES);
    let rubbish = format!("date,merchant,amount\n{}", "x,y,z\n".repeat(5_000));
    assert_eq!(problems(&rubbish).len(), MOST_PROBLEMS);
}

#[test]
fn two_like_lines_of_one_file_are_two_and_a_line_of_another_file_is_the_same() {
    let bus = "date,merchant,amount,card\n2026-11-20,Stagecoach  Bus,1.15,4321\n";
    let two = lines(&format!("{bus}2026-11-20,STAGECOACH BUS,1.15,4321\n2026-11-20,STAGECOACH BUS,1.15,1111\n"));
    assert_eq!(two.iter().map(|line| line.ordinal).collect::<Vec<_>>(), [0, 1, 0]);
    assert_ne!(two[0].sha256(), two[1].sha256());
    assert_eq!(two[0].sha256(), lines(bus)[0].sha256());

    let others = lines(
        "date,merchant,amount,reference\n2026-11-20,BUS,1.15,A\n2026-11-20,BUS,1.15,B\n2026-11-21,BUS,1.15,A\n2026-11-20,BUS,1.16,A\n",
    );
    let mut hashes: Vec<_> = others.iter().map(Line::sha256).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 4);
}

proptest! {
    #[test]
    fn no_text_at_all_makes_the_reader_panic(text in "\\PC{0,300}", sign: bool) {
        let sign = if sign { StatementSign::OutIsPositive } else { StatementSign::OutIsNegative };
        let _ = read(&text, sign);
        let _ = read(&format!("date,merchant,amount\n{text}"), sign);
    }

    #[test]
    fn what_is_written_like_money_is_read_to_the_penny(pence in -100_000_000i64..=100_000_000) {
        let text = crate::rules::money::Money::from_pence(pence).to_string();
        prop_assert_eq!(cells::pence(&text), Some(pence));
    }
}
