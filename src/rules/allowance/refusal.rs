//! Why an allowance is not drawn, or a spend decided under one cannot be kept, in plain words.

use busfare_entity::words::{Language, SpendErrorCode};
use serde::{Deserialize, Serialize};

use crate::rules::{
    money::{Money, MoneyProblem},
    refusal::{Refusal, say},
    spend::SpendRefusal,
};

/// Why an allowance is not drawn, or a spend decided under one cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OfflineRefusal {
    /// Below 1 or above [`super::MOST_HOURS`].
    HoursOutOfRange,
    /// Neither a purpose nor a fund was named, or both.
    PurposeOrFundNeeded,
    /// The device holds one from this budget already.
    AllowanceOpen,
    /// Neither an id nor a token was given, or both.
    AllowanceNeeded,
    /// Somebody else's, or a token that is not ours.
    AllowanceNotFound,
    /// None, or more than [`super::MOST_AT_ONCE`].
    BatchOutOfRange,
    /// The spend's id is not one of ours.
    NotAnId,
    /// The purpose, hub or person is not there.
    NotFound,
    /// What was spent is not money.
    SpentAmount(MoneyProblem),
    /// More was spent than this, which was decided.
    SpentAboveTotal(Money),
}

impl From<OfflineRefusal> for SpendRefusal {
    fn from(refusal: OfflineRefusal) -> Self {
        Self::Offline(refusal)
    }
}

impl Refusal for OfflineRefusal {
    type Code = SpendErrorCode;

    fn code(&self) -> SpendErrorCode {
        match self {
            Self::HoursOutOfRange => SpendErrorCode::HoursOutOfRange,
            Self::PurposeOrFundNeeded => SpendErrorCode::PurposeOrFundNeeded,
            Self::AllowanceOpen => SpendErrorCode::AllowanceOpen,
            Self::AllowanceNeeded => SpendErrorCode::AllowanceNeeded,
            Self::AllowanceNotFound => SpendErrorCode::AllowanceNotFound,
            Self::BatchOutOfRange => SpendErrorCode::BatchOutOfRange,
            Self::NotAnId => SpendErrorCode::NotAnId,
            Self::NotFound => SpendErrorCode::NotFound,
            Self::SpentAmount(problem) => SpendRefusal::Amount(*problem).code(),
            Self::SpentAboveTotal(_) => SpendErrorCode::SpentAboveTotal,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::HoursOutOfRange => &["hours"],
            Self::PurposeOrFundNeeded => &["purposeId"],
            Self::AllowanceNeeded | Self::AllowanceNotFound => &["allowanceId"],
            Self::BatchOutOfRange => &["spends"],
            Self::NotAnId => &["id"],
            Self::SpentAmount(_) | Self::SpentAboveTotal(_) => &["spentAmount"],
            Self::AllowanceOpen | Self::NotFound => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::HoursOutOfRange => (
                "An allowance lasts from 1 to 72 hours. Say how many.",
                "Mae lwfans yn para o 1 i 72 awr. Dywedwch faint.",
            ),
            Self::PurposeOrFundNeeded => (
                "Say either which purpose it is for or which fund pays, not both.",
                "Dywedwch naill ai at ba ddiben neu pa gronfa sy'n talu, nid y ddau.",
            ),
            Self::AllowanceOpen => (
                "This phone holds an allowance from this budget already. Use it, or return it first.",
                "Mae gan y ffôn hwn lwfans o'r gyllideb hon eisoes. Defnyddiwch ef, neu dychwelwch ef yn gyntaf.",
            ),
            Self::AllowanceNeeded => (
                "Say which allowance this was decided under: give its id or its token, not both.",
                "Dywedwch o dan ba lwfans y penderfynwyd hyn: rhowch ei id neu ei docyn, nid y ddau.",
            ),
            Self::AllowanceNotFound => (
                "That is no allowance of yours. Ask for this spend with requestSpend, as already bought.",
                "Nid yw'n lwfans i chi. Gofynnwch am y gwariant gyda requestSpend, fel wedi'i brynu.",
            ),
            Self::BatchOutOfRange => {
                ("Send from 1 to 100 spends at once.", "Anfonwch rhwng 1 a 100 o wariannau ar y tro.")
            }
            Self::NotAnId => (
                "That id is not one of ours. Make a new one as the schema describes.",
                "Nid yw'r id hwnnw'n un o'n rhai ni. Gwnewch un newydd fel y dywed y sgema.",
            ),
            Self::NotFound => (
                "The purpose, hub or person is not there. Look at the lists again and choose one of them.",
                "Nid yw'r diben, yr hwb na'r person yno. Edrychwch ar y rhestrau eto a dewiswch un.",
            ),
            Self::SpentAmount(problem) => return SpendRefusal::Amount(*problem).words(language),
            Self::SpentAboveTotal(total) => {
                return say(
                    language,
                    format!("{total} was decided. Where more was spent, send what was spent as the price."),
                    format!("Penderfynwyd ar {total}. Os gwariwyd mwy, anfonwch yr hyn a wariwyd fel y pris."),
                );
            }
        };
        say(language, en, cy)
    }
}
