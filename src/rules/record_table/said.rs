//! Stored answers as a table says them.

use super::Said;
use crate::rules::answer::AnswerValue;

impl Said {
    /// What an answer says; nothing where it only says where it went.
    pub fn of(value: AnswerValue) -> Option<Self> {
        Some(match value {
            AnswerValue::Text(words)
            | AnswerValue::Date(words)
            | AnswerValue::Time(words)
            | AnswerValue::Decimal(words) => Self::Words(words),
            AnswerValue::Number(number) => Self::Words(number.to_string()),
            AnswerValue::YesNo(yes) => Self::YesNo(yes),
            AnswerValue::Choice(code) => Self::Chosen(vec![code]),
            AnswerValue::Choices(codes) => Self::Chosen(codes),
            AnswerValue::Absent(reason) => Self::Absent(reason),
            AnswerValue::Captured { ids, caption } => Self::Words(with_captured(caption.unwrap_or_default(), &ids)),
            AnswerValue::Own { heading, words, captured } => {
                let words = if words.is_empty() { heading } else { format!("{heading}: {words}") };
                Self::Words(with_captured(words, &captured))
            }
            AnswerValue::Moved(_) => return None,
        })
    }
}

/// Words, and the ids of the pictures or voice notes that come with them.
fn with_captured(words: String, ids: &[impl ToString]) -> String {
    if ids.is_empty() {
        return words;
    }
    let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
    if words.is_empty() { ids } else { format!("{words} [{ids}]") }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::ReceiptId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn pictures_and_headings_of_ones_own_are_told_in_one_cell() {
        let id = ReceiptId(Uuid::from_u128(1));
        let captured =
            |caption: Option<&str>| AnswerValue::Captured { ids: vec![id], caption: caption.map(Into::into) };
        let own = |words: &str| AnswerValue::Own { heading: "A cat".into(), words: words.into(), captured: vec![] };

        assert_eq!(Said::of(captured(None)), Some(Said::Words(id.to_string())));
        assert_eq!(Said::of(captured(Some("Page 1"))), Some(Said::Words(format!("Page 1 [{id}]"))));
        assert_eq!(Said::of(own("Grey.")), Some(Said::Words("A cat: Grey.".into())));
        assert_eq!(Said::of(own("")), Some(Said::Words("A cat".into())));
        assert_eq!(Said::of(AnswerValue::Moved("b".into())), None);
    }
}
