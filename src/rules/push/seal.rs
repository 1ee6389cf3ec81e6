//! Sealing a push message for one device (RFC 8291 on RFC 8188), so that the push service that carries it reads nothing.
//! Written on the cryptography that is here already, because the crates for it bring a second one or a system library.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};

/// Length of a device's public key, uncompressed.
const PUBLIC_BYTES: usize = 65;
/// Length of a device's secret.
const AUTH_BYTES: usize = 16;
/// Every message is made as long as this, so that its length tells nothing.
const PADDED_BYTES: usize = 512;
/// The size of a record, in which one message is.
const RECORD_BYTES: u32 = 4_096;

/// It could not be sealed: the keys are none, or it is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a push message could not be sealed")]
pub struct NotSealed;

impl From<Unspecified> for NotSealed {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// What one message is sealed with.
pub struct Sealing<'a> {
    /// The device's public key.
    pub device: &'a [u8],
    /// The device's secret.
    pub auth: &'a [u8],
    /// A key pair for this message alone.
    pub pair: &'a PrivateKey,
    /// 16 bytes nobody can guess.
    pub salt: [u8; 16],
}

/// Whether bytes have the shape of a device's public key. Whether it is a point of the curve shows when it is used.
pub fn is_a_public_key(bytes: &[u8]) -> bool {
    bytes.len() == PUBLIC_BYTES && bytes.first() == Some(&4)
}

/// Whether bytes have the shape of a device's secret.
pub fn is_a_secret(bytes: &[u8]) -> bool {
    bytes.len() == AUTH_BYTES
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, about: &[&[u8]]) -> Result<[u8; N], NotSealed> {
    let mut bytes = [0; N];
    key.expand(about, Bytes(N))?.fill(&mut bytes)?;
    Ok(bytes)
}

/// Seals a message for a device, as the body of the request that carries it.
pub fn seal(message: &[u8], with: &Sealing<'_>) -> Result<Vec<u8>, NotSealed> {
    let fits = message.len() < PADDED_BYTES && with.device.len() == PUBLIC_BYTES && with.auth.len() == AUTH_BYTES;
    let mut padded = message.to_vec();
    // The last record of a message ends with 2 and as many zeros as one likes.
    padded.push(2);
    padded.resize(PADDED_BYTES, 0);
    if fits { sealed(padded, with) } else { Err(NotSealed) }
}

fn sealed(mut content: Vec<u8>, with: &Sealing<'_>) -> Result<Vec<u8>, NotSealed> {
    let ours = with.pair.compute_public_key()?;
    let device = UnparsedPublicKey::new(&ECDH_P256, with.device);
    let secret = agree(with.pair, device, NotSealed, |shared| {
        let key = Salt::new(HKDF_SHA256, with.auth).extract(shared);
        expand::<32>(&key, &[b"WebPush: info\0", with.device, ours.as_ref()])
    })?;
    let key = Salt::new(HKDF_SHA256, &with.salt).extract(&secret);
    let (cipher, nonce) = (
        expand::<16>(&key, &[b"Content-Encoding: aes128gcm\0"])?,
        expand::<12>(&key, &[b"Content-Encoding: nonce\0"])?,
    );
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &cipher)?);
    cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut content)?;

    let mut body = with.salt.to_vec();
    body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(ours.as_ref().len()).map_err(|_| NotSealed)?);
    body.extend_from_slice(ours.as_ref());
    body.append(&mut content);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    /// The example of RFC 8291, Appendix A, which has no padding.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        let read = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let device = read("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = read("BTBZMqHH6r4Tts7J_aSIgg");
        let pair =
            PrivateKey::from_private_key(&ECDH_P256, &read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = read("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let with = Sealing { device: &device, auth: &auth, pair: &pair, salt };

        let mut message = b"When I grow up, I want to be a watermelon".to_vec();
        message.push(2);
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&sealed(message, &with).unwrap()), expected);
    }

    #[test]
    fn keys_that_are_none_and_messages_that_are_too_long_are_not_sealed() {
        let pair = PrivateKey::generate(&ECDH_P256).unwrap();
        let device = pair.compute_public_key().unwrap().as_ref().to_vec();
        let sealing = |device: &[u8], auth: &[u8], bytes| {
            seal(&vec![b'x'; bytes], &Sealing { device, auth, pair: &pair, salt: [7; 16] })
        };

        assert_eq!(sealing(&device, &[1; 16], 20).unwrap().len(), sealing(&device, &[1; 16], 500).unwrap().len());
        assert_eq!(sealing(&device, &[1; 16], 512), Err(NotSealed));
        assert_eq!(sealing(&device, &[1; 15], 20), Err(NotSealed));
        assert_eq!(sealing(&device[..64], &[1; 16], 20), Err(NotSealed));
        let mut nowhere = device.clone();
        nowhere[40] ^= 1;
        assert_eq!(sealing(&nowhere, &[1; 16], 20), Err(NotSealed), "not a point of the curve");
        assert_eq!(sealing(&[0; 65], &[1; 16], 20), Err(NotSealed));
    }
}
