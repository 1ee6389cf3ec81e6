//! Words out of what engines write: a table with tabs, one word a line, the same for OCR and for the text of a PDF.

use crate::rules::receipt_reading::Word;

/// Most words of one page that are kept.
const MOST_WORDS: usize = 6_000;

/// The words of one page. Whatever is no word is left out.
pub fn words(table: &str, page: i32) -> Vec<Word> {
    let (mut words, mut place, mut line) = (Vec::new(), (0, 0, 0), 0);
    for row in table.lines() {
        let cells: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, _, block, paragraph, of_paragraph, _, left, top, width, height, sure, text] = cells.as_slice()
        else {
            continue;
        };
        let number =
            |cell: &str| cell.parse::<f64>().ok().filter(|number| number.abs() < 100_000.0).map(|number| number as i32);
        let (Some(left), Some(top), Some(width), Some(height), Some(sure)) =
            (number(left), number(top), number(width), number(height), number(sure))
        else {
            continue;
        };
        if *level != "5" || text.trim().is_empty() || text.starts_with("###") {
            continue;
        }
        let here = (
            number(block).unwrap_or_default(),
            number(paragraph).unwrap_or_default(),
            number(of_paragraph).unwrap_or_default(),
        );
        if here != place {
            (place, line) = (here, line + 1);
        }
        if words.len() < MOST_WORDS {
            words.push(Word {
                text: text.trim().to_owned(),
                page,
                line,
                left,
                top,
                width,
                height,
                sure: sure.clamp(0, 100),
            });
        }
    }
    words
}
