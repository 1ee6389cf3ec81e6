//! What every request shares: the database, the pictures, the key, and how often somebody may try a password.

use std::{num::NonZeroU32, sync::Arc};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, watch};

use super::{
    bearers::Bearers, callers::Callers, council_sign_in::CouncilSignIn, mutations::request_spend::SpendTill,
    second_step::SecondStep,
};
use crate::{
    rules::{reminder::Reach, token::SigningKey},
    store::{Db, blob::Blobs},
};

/// Passwords hashed at once: each takes a core and 19 MiB for a moment.
const HASHES_AT_ONCE: usize = 2;

/// What every request shares. Cloning it is cheap; none of it is about any one person.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// The pictures.
    pub blobs: Blobs,
    /// Signs tokens and schemes.
    pub key: Arc<SigningKey>,
    /// Looks up who asks.
    pub callers: Arc<Callers>,
    /// Tokens that were looked at already.
    pub bearers: Arc<Bearers>,
    /// Turns for hashing a password.
    pub hashing: Arc<Semaphore>,
    /// Slows down guessing of passwords.
    pub sign_ins: Arc<SignIns>,
    /// Where asks for money wait for each other.
    pub till: SpendTill,
    /// Which ways there are of reaching people.
    pub reach: Arc<Reach>,
    /// Says true when the server is told to stop, so that whoever listens is told so.
    pub closing: Arc<watch::Sender<bool>>,
    /// Whether this server reads receipts.
    pub reads: bool,
    /// The council's own sign-in, where there is one.
    pub council: Option<Arc<CouncilSignIn>>,
    /// Whether people sign in with a password of ours.
    pub passwords: bool,
    /// How the second step is asked for, where there are passkeys.
    pub second_step: Option<Arc<SecondStep>>,
}

impl State {
    /// Puts together what a server needs, in the runtime that is to use it.
    pub fn new(db: Db, blobs: Blobs, key: SigningKey) -> Self {
        Self {
            callers: Arc::new(Callers::of(db.clone())),
            db,
            blobs,
            key: Arc::new(key),
            bearers: Arc::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            sign_ins: Arc::new(SignIns::default()),
            till: SpendTill::default(),
            reach: Arc::default(),
            closing: Arc::default(),
            reads: false,
            council: None,
            passwords: true,
            second_step: None,
        }
    }

    /// The same as one of so many workers uses it, in whose runtime this is called.
    #[must_use]
    pub fn near(&self, workers: usize) -> Self {
        let db = self.db.near(workers);
        Self { callers: Arc::new(Callers::of(db.clone())), db, ..self.clone() }
    }
}

/// Throttles signing in: by e-mail and address together, so that a stranger cannot lock somebody out
/// from elsewhere, and by address alone, so that trying many e-mails is slow too.
pub struct SignIns {
    by_account: DefaultKeyedRateLimiter<(String, String)>,
    by_address: DefaultKeyedRateLimiter<String>,
}

impl Default for SignIns {
    fn default() -> Self {
        let per_minute = |tries: u32, burst: u32| {
            let one = NonZeroU32::MIN;
            Quota::per_minute(NonZeroU32::new(tries).unwrap_or(one)).allow_burst(NonZeroU32::new(burst).unwrap_or(one))
        };
        Self { by_account: RateLimiter::keyed(per_minute(6, 8)), by_address: RateLimiter::keyed(per_minute(60, 120)) }
    }
}

impl SignIns {
    /// Whether somebody at this address may try this e-mail now.
    pub fn may_try(&self, email: &str, address: &str) -> bool {
        self.by_address.check_key(&address.to_owned()).is_ok()
            && self.by_account.check_key(&(email.to_owned(), address.to_owned())).is_ok()
    }

    /// Forgets addresses that have long been quiet.
    pub fn forget_quiet(&self) {
        self.by_account.retain_recent();
        self.by_address.retain_recent();
    }
}
