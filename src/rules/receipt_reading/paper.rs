//! The paper as a machine saw it: words with their places, put back into lines from left to right.

/// Most words of one pass that are looked at; a till roll of two metres has fewer.
const MOST_WORDS: usize = 6_000;
/// Most words of one line; longer ones are taken for several, so that a line is looked through in bounded time.
const LINE_WORDS: usize = 80;
/// No picture has more pixels on a side.
const MOST_SIDE: i32 = 100_000;
/// Most characters of one word that are looked at.
const WORD_CHARS: usize = 60;

/// A word as a machine read it, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it seems to say.
    pub text: String,
    /// Which page.
    pub page: i32,
    /// Which line of the page the machine put it in.
    pub line: i32,
    /// Distance from the left edge, in pixels.
    pub left: i32,
    /// Distance from the upper edge, in pixels.
    pub top: i32,
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// How sure the machine is, of 100.
    pub sure: i32,
}

impl Word {
    fn right(&self) -> i32 {
        self.left.saturating_add(self.width)
    }
}

/// Words beside each other, from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// The words.
    pub words: Vec<Word>,
    /// Which page.
    pub page: i32,
}

impl Line {
    /// All of it, as it is written.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How high its letters are: the middle one of its words.
    pub fn height(&self) -> i32 {
        middle(self.words.iter().map(|word| word.height))
    }

    /// How sure the machine is of its words, on average.
    pub fn sure(&self) -> i32 {
        let sum: i64 = self.words.iter().map(|word| i64::from(word.sure)).sum();
        let count = i64::try_from(self.words.len()).unwrap_or(i64::MAX).max(1);
        i32::try_from(sum / count).unwrap_or_default()
    }

    fn left(&self) -> i32 {
        self.words.first().map_or(0, |word| word.left)
    }

    fn centre(&self) -> i64 {
        let sum: i64 = self.words.iter().map(|word| i64::from(word.top) * 2 + i64::from(word.height)).sum();
        sum / i64::try_from(self.words.len().max(1)).unwrap_or(1)
    }

    /// Whether another piece goes on where this one ends: beside it, and at the same height.
    fn goes_on_with(&self, other: &Self) -> bool {
        let (Some(last), Some(first)) = (self.words.last(), other.words.first()) else { return false };
        let overlap = (last.top.saturating_add(last.height)).min(first.top.saturating_add(first.height))
            - last.top.max(first.top);
        self.page == other.page
            && last.right() <= first.left.saturating_add(first.height / 2)
            && i64::from(overlap) * 2 > i64::from(last.height.min(first.height))
    }
}

/// The middle one of some numbers; nothing of nothing.
pub(super) fn middle(numbers: impl Iterator<Item = i32>) -> i32 {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Puts words back into lines, from the top: a machine that looks for columns tears a name from its price.
pub(super) fn lines(words: &[Word]) -> Vec<Line> {
    let mut pieces: Vec<Line> = Vec::new();
    for word in words.iter().filter(|word| has_ink(word)).take(MOST_WORDS) {
        let word = within_reason(word);
        match pieces.last_mut() {
            Some(piece)
                if piece.words.len() < LINE_WORDS
                    && piece.words.last().is_some_and(|last| (last.page, last.line) == (word.page, word.line)) =>
            {
                piece.words.push(word);
            }
            _ => pieces.push(Line { page: word.page, words: vec![word] }),
        }
    }
    pieces.sort_by_key(|piece| (piece.page, piece.centre(), piece.left()));

    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        let mut recent = lines.iter_mut().rev().take(4);
        if let Some(line) =
            recent.find(|line| line.words.len() < LINE_WORDS && (line.goes_on_with(&piece) || piece.goes_on_with(line)))
        {
            line.words.extend(piece.words);
            line.words.sort_by_key(|word| word.left);
        } else {
            lines.push(piece);
        }
    }
    lines
}

/// Specks are no words.
fn has_ink(word: &Word) -> bool {
    word.height > 0 && word.width > 0 && (word.text.chars().any(char::is_alphanumeric) || word.text.contains('£'))
}

/// The same word, where no machine may say what is out of reason.
fn within_reason(word: &Word) -> Word {
    Word {
        text: word.text.chars().take(WORD_CHARS).collect(),
        page: word.page,
        line: word.line,
        left: word.left.clamp(-MOST_SIDE, MOST_SIDE),
        top: word.top.clamp(-MOST_SIDE, MOST_SIDE),
        width: word.width.clamp(0, MOST_SIDE),
        height: word.height.clamp(0, MOST_SIDE),
        sure: word.sure.clamp(0, 100),
    }
}
