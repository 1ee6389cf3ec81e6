//! What a WAV needs: how it is coded, how many samples there are, and the samples.

use super::{Clean, SoundRefusal, little_at};

/// PCM, floating point, A-law, µ-law, and any of these as newer writers say it.
const CODINGS: [u64; 5] = [0x0001, 0x0003, 0x0006, 0x0007, 0xfffe];
/// The longest description of a coding.
const LONGEST_FORMAT: usize = 40;

pub(super) fn strip(original: &[u8]) -> Result<Clean, SoundRefusal> {
    let mut rest = original.get(12..).ok_or(SoundRefusal::Truncated)?;
    let mut bytes = original[..12].to_vec();
    let (mut bytes_a_second, mut data_bytes) = (None, None);
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = little_at(head, 4, 4).and_then(|length| usize::try_from(length).ok());
        let body = length.and_then(|length| after.get(..length)).ok_or(SoundRefusal::Truncated)?;
        match &head[..4] {
            b"fmt " if bytes_a_second.is_none() => {
                let coding = little_at(body, 0, 2).ok_or(SoundRefusal::Broken)?;
                if !CODINGS.contains(&coding) {
                    return Err(SoundRefusal::UnsupportedKind);
                }
                bytes_a_second = little_at(body, 8, 4).filter(|rate| *rate > 0 && body.len() >= 16);
                put(&mut bytes, b"fmt ", &body[..body.len().min(LONGEST_FORMAT)]);
            }
            b"fact" if body.len() >= 4 => put(&mut bytes, b"fact", &body[..4]),
            b"data" if data_bytes.is_none() => {
                data_bytes = Some(body.len() as u64);
                put(&mut bytes, b"data", body);
            }
            _ => {}
        }
        rest = after.get(body.len() + body.len() % 2..).unwrap_or_default();
    }
    let (bytes_a_second, data_bytes) = bytes_a_second.zip(data_bytes).ok_or(SoundRefusal::Broken)?;
    if data_bytes == 0 {
        return Err(SoundRefusal::Empty);
    }
    let length = u32::try_from(bytes.len() - 8).map_err(|_| SoundRefusal::TooLarge)?;
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(Clean { bytes, seconds: Some(data_bytes / bytes_a_second) })
}

fn put(bytes: &mut Vec<u8>, name: &[u8; 4], body: &[u8]) {
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len() + body.len() % 2, 0);
}
