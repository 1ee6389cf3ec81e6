//! Cells of the tables that people open in a spreadsheet: nothing in them runs.

use std::borrow::Cow;

/// A cell that no spreadsheet runs: one that begins like a formula gets an apostrophe in front, unless it is a number.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Digits with at most one sign in front and one point among them.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_as_a_formula_and_numbers_stay_numbers() {
        for formula in
            ["=1+1", "+44 1234", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "--1", "-", "-1.", "+.5", "-1,15", "-1e5"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"), "{formula:?}");
        }
        for plain in ["-1.15", "+1", "-0", "Bus fare", "", "1=1", "'=1", "43210"] {
            assert_eq!(guarded(plain), plain);
        }
    }
}
