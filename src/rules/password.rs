//! Passwords: Argon2id with OWASP's parameters. A person nobody knows costs the same time as a wrong password.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordVerifier, Version,
    password_hash::{PasswordHasher, phc::PasswordHash},
};

/// OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane.
fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Verified against when nobody has the e-mail, so that the answer takes as long as for somebody.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password", b"sixteen bytes ok").ok());

/// Hashes a password with a salt from the edge, in PHC form.
pub fn hash(password: &str, salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = argon2id().hash_password_with_salt(password.as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Whether the password is right. With no hash to compare it still takes as long, and is wrong.
pub fn matches(password: &str, stored: Option<&str>) -> bool {
    // Whoever has no password, because the council's own sign-in knows her, is as unknown here as anybody.
    let stored = stored.filter(|stored| PasswordHash::new(stored).is_ok());
    let known = stored.is_some();
    let Some(stored) = stored.or(NOBODY.as_deref()) else { return false };
    let right = argon2id().verify_password(password.as_bytes(), stored).is_ok();
    right && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_somebody_matches() {
        let stored = hash("bus fare", b"0123456789abcdef").unwrap();

        assert!(stored.starts_with("$argon2id$"));
        assert!(matches("bus fare", Some(&stored)));
        assert!(!matches("Bus fare", Some(&stored)));
        assert!(!matches("bus fare", Some("not a hash")));
        assert!(!matches("nobody has this password", None));
    }
}
