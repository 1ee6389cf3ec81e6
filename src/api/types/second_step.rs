//! The second step before deciding on others' money, and the passkeys it is taken with.

use async_graphql::{ID, Object, SimpleObject};
use chrono::Utc;

use crate::{
    api::{
        scalars::{DateTime, Json},
        second_step::Challenge,
    },
    store::passkey::Shown,
};

/// A passkey of hers. Its private half never leaves her phone.
pub struct Passkey(pub Shown);

/// A passkey of hers: on her phone, in her browser or on a security key. Its private half never leaves it. It is not an app's to
/// use.
#[Object]
impl Passkey {
    /// Its id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What she calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// When she added it.
    async fn added_at(&self) -> DateTime {
        DateTime(self.0.added_at)
    }

    /// When she last showed it.
    async fn used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }
}

/// What a phone is to answer.
pub struct PasskeyChallenge(pub Challenge);

/// What a phone is to answer with a passkey, once and soon. It is not an app's to use.
#[Object]
impl PasskeyChallenge {
    /// Its id, to send with the answer.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What to hand to `navigator.credentials.create()` or `get()`, with `publicKey` in it. Bytes are in base64url, as
    /// `PublicKeyCredential.parseCreationOptionsFromJSON()` reads them.
    async fn options(&self) -> Json {
        Json(self.0.options.clone())
    }

    /// Until when it may be answered.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }
}

/// A step that was taken.
pub struct StepTaken(pub chrono::DateTime<Utc>);

/// A second step that was taken. It is not an app's to use.
#[Object]
impl StepTaken {
    /// Until when it counts, on this device.
    async fn good_until(&self) -> DateTime {
        DateTime(self.0)
    }
}

/// The second step before deciding on others' money: a passkey, which counts for ten minutes on the device where it was shown.
/// It is not an app's to use.
#[derive(Default, SimpleObject)]
pub struct SecondStep {
    /// Whether this server has passkeys.
    pub offered: bool,
    /// Whether you are asked for one before you decide: everybody may be, and whoever has one is.
    pub asked_of_you: bool,
    /// Until when you may decide without showing it again; none where you have to show it first.
    pub good_until: Option<DateTime>,
    /// Your passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
}
