//! Privacy: what is refused about sharing, warning, restricting and keeping, as one family with one closed list.

use busfare_entity::words::{Language, PrivacyErrorCode};

use super::{refusal::Refusal, retention::RetentionRefusal, sharing::SharingRefusal};

/// Why something about sharing, warning, restricting or keeping is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivacyRefusal {
    /// About sharing, warning and restricting.
    Sharing(SharingRefusal),
    /// About keeping.
    Keeping(RetentionRefusal),
}

impl From<SharingRefusal> for PrivacyRefusal {
    fn from(refusal: SharingRefusal) -> Self {
        Self::Sharing(refusal)
    }
}

impl From<RetentionRefusal> for PrivacyRefusal {
    fn from(refusal: RetentionRefusal) -> Self {
        Self::Keeping(refusal)
    }
}

impl Refusal for PrivacyRefusal {
    type Code = PrivacyErrorCode;

    fn code(&self) -> PrivacyErrorCode {
        match self {
            Self::Sharing(refusal) => refusal.code(),
            Self::Keeping(refusal) => refusal.code(),
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::Sharing(refusal) => refusal.field(),
            Self::Keeping(refusal) => refusal.field(),
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::Sharing(refusal) => refusal.words(language),
            Self::Keeping(refusal) => refusal.words(language),
        }
    }
}
