//! Proof of who began: whoever asks for a code shows the hash of a secret, and the secret itself when the code is exchanged
//! (RFC 7636). Apps prove it to this server, and this server proves it to a council's provider.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// Base64url of 32 bytes, without padding.
const CHALLENGE_CHARS: usize = 43;

/// The challenge that a verifier is the secret of, by the method `S256`.
pub fn challenge(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(verifier))
}

/// Whether something can be a challenge at all.
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_CHARS && BASE64URL_NOPAD.decode(text.as_bytes()).is_ok()
}

/// Whether a verifier is the one that a challenge was made of: 43 to 128 letters, digits and signs (RFC 7636, section 4.1).
pub fn proves(verifier: &str, challenge_of_it: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_sign) && challenge(verifier) == challenge_of_it
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn only_whoever_began_can_prove_it() {
        assert!(challenge(VERIFIER) == CHALLENGE && is_challenge(CHALLENGE) && !is_challenge(&CHALLENGE[1..]));
        assert!(proves(VERIFIER, CHALLENGE));
        assert!(!proves(CHALLENGE, CHALLENGE) && !proves("", CHALLENGE) && !proves(&VERIFIER[1..], CHALLENGE));
        let long = "a".repeat(129);
        assert!(!proves(&long, &challenge(&long)));
    }
}
