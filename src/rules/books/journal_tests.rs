//! What a journal file promises, as sentences.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::books::mapping;

fn line(number: u128, pence: i64, name: &str) -> JournalLine {
    JournalLine {
        entry: BudgetEntryId(Uuid::from_u128(number)),
        spend: Some(SpendId(Uuid::from_u128(number))),
        day: "2026-11-05".parse().unwrap(),
        cost_centre: "CF1711".into(),
        subjective_code: "43210".into(),
        budget: "Section 17".into(),
        purpose: "bus-fare".into(),
        purpose_name: name.into(),
        movement: BudgetMovement::Settle,
        amount: Money::from_pence(pence),
    }
}

fn default() -> Mapping {
    Mapping::read(mapping::DEFAULT).unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_fare_and_its_money_back_are_two_plain_lines() {
    let bytes = write(12, &default(), &[line(1, 115, "Bus fare"), line(2, -115, "Bus fare")]).unwrap();

    expect_test::expect![[r#"
        Batch,Line,Date,Reference,Cost centre,Subjective code,Description,Amount,VAT
        12,1,05/11/2026,spnd_00000000000000000000000004,CF1711,43210,Bus fare,1.15,
        12,2,05/11/2026,spnd_00000000000000000000000008,CF1711,43210,"Bus fare, money back",-1.15,
    "#]]
    .assert_eq(&String::from_utf8(bytes).unwrap().replace("\r\n", "\n"));
}

#[test]
fn nothing_in_the_file_runs_as_a_formula_and_numbers_stay_numbers() {
    let bytes = write(1, &default(), &[line(1, 115, "=HYPERLINK(\"http://x\",\"y\")")]).unwrap();
    assert_eq!(rows(&bytes)[1][6], "'=HYPERLINK(\"http://x\",\"y\")");
}

#[test]
fn debit_and_credit_split_what_the_amount_says_with_a_sign() {
    let mapping = Mapping::read(
        "delimiter = \";\"\ndate_format = \"%Y%m%d\"\n\
         column = [{ heading = \"D\", field = \"debit\" }, { heading = \"C\", field = \"credit\" }, { heading = \"P\", field = \"pence\" },\
         { heading = \"On\", field = \"date\" }, { heading = \"Source\", value = \"BUSFARE\" }]",
    )
    .unwrap();
    let text = String::from_utf8(write(1, &mapping, &[line(1, 115, "x"), line(2, -5, "x")]).unwrap()).unwrap();

    assert_eq!(text, "D;C;P;On;Source\r\n1.15;;115;20261105;BUSFARE\r\n;0.05;-5;20261105;BUSFARE\r\n");
}

proptest! {
    #[test]
    fn rows_out_are_rows_in_and_the_totals_are_equal(amounts in proptest::collection::vec(-10_000i64..10_000, 1..30), name in "\\PC{0,20}") {
        let lines: Vec<_> = (1u128..).zip(&amounts).map(|(number, pence)| line(number, *pence, &name)).collect();
        let rows = rows(&write(7, &default(), &lines).unwrap());

        prop_assert_eq!(rows.len(), lines.len() + 1);
        let pence = rows[1..].iter().map(|row| row[7].replace('.', "").parse::<i64>().unwrap()).sum::<i64>();
        prop_assert_eq!(pence, amounts.iter().sum::<i64>());
        for row in &rows[1..] {
            prop_assert!(!row[6].starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
