//! A table in plain text, its words to the left and its numbers to the right, with a line of sums.

use std::fmt;

/// A table whose rows begin with words and end with numbers.
pub(super) struct Table<const COLUMNS: usize> {
    heads: [&'static str; COLUMNS],
    rows: Vec<Vec<String>>,
    sums: Vec<usize>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub fn new(heads: [&'static str; COLUMNS]) -> Self {
        Self { heads, rows: Vec::new(), sums: Vec::new() }
    }

    pub fn row<const WORDS: usize, const NUMBERS: usize>(&mut self, words: [&str; WORDS], numbers: [usize; NUMBERS]) {
        self.sums.resize(NUMBERS, 0);
        self.sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        self.rows.push(words.map(String::from).into_iter().chain(numbers.map(|number| number.to_string())).collect());
    }
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = COLUMNS - self.sums.len();
        let mut sums = vec!["all".to_owned()];
        sums.resize(words, String::new());
        sums.extend(self.sums.iter().map(usize::to_string));
        let heads = self.heads.map(String::from).to_vec();
        let lines: Vec<&Vec<String>> = [&heads].into_iter().chain(&self.rows).chain([&sums]).collect();
        for line in &lines {
            for (column, cell) in line.iter().enumerate() {
                let width = lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
                match column < words {
                    true => write!(to, "{cell:<width$}  ")?,
                    false => write!(to, "{cell:>width$}  ")?,
                }
            }
            writeln!(to)?;
        }
        Ok(())
    }
}
