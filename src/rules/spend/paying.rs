//! Why a spend is not recorded as paid like that, in plain words.

use busfare_entity::words::{Language, SpendErrorCode};

use serde::{Deserialize, Serialize};

use crate::rules::{
    money::Money,
    refusal::{Refusal, say, say_text},
    text::TextProblem,
};

/// Why a spend is not recorded as paid like that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayingRefusal {
    /// It is not said whose tin paid, or that hub has none.
    NoTin,
    /// The tin has only this, by the book.
    TinShort(Money),
    /// An order is out, and its invoice is recorded instead.
    InvoiceNeeded,
    /// The delegation does not cover this way of paying.
    MethodNotCovered,
    /// The words about who received cash cannot be kept.
    ReceivedBy(TextProblem),
}

impl Refusal for PayingRefusal {
    type Code = SpendErrorCode;

    fn code(&self) -> SpendErrorCode {
        match self {
            Self::NoTin => SpendErrorCode::NoTin,
            Self::TinShort(_) => SpendErrorCode::TinShort,
            Self::InvoiceNeeded => SpendErrorCode::InvoiceNeeded,
            Self::MethodNotCovered => SpendErrorCode::MethodNotCovered,
            Self::ReceivedBy(TextProblem::TooLong(_)) => SpendErrorCode::TextTooLong,
            Self::ReceivedBy(TextProblem::NotPlain) => SpendErrorCode::TextNotPlain,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::NoTin => &["hubId"],
            Self::MethodNotCovered => &["method"],
            Self::ReceivedBy(_) => &["receivedBy"],
            Self::TinShort(_) | Self::InvoiceNeeded => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::NoTin => say(
                language,
                "Say which hub's cash paid: `hubId` of a hub whose cash is set up here.",
                "Dywedwch arian pa hwb a dalodd: `hubId` hwb y mae ei arian wedi'i osod yma.",
            ),
            Self::TinShort(left) => say(
                language,
                format!("The tin has {left} by the book. Count it, have it filled, or say how else you paid."),
                format!("Mae {left} yn y tun yn ôl y llyfr. Cyfrwch ef, ei lenwi, neu dywedwch sut y talwyd."),
            ),
            Self::InvoiceNeeded => say(
                language,
                "An order is out for this. Record the supplier's invoice instead.",
                "Mae archeb allan ar gyfer hyn. Cofnodwch anfoneb y cyflenwr yn lle hynny.",
            ),
            Self::MethodNotCovered => say(
                language,
                "Your delegation does not cover paying like that. Pay another way, or ask a colleague.",
                "Nid yw eich dirprwyaeth yn cynnwys talu fel hynny. Talwch ffordd arall, neu gofynnwch.",
            ),
            Self::ReceivedBy(problem) => say_text(*problem, language),
        }
    }
}
