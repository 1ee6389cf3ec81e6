//! Voice notes to try things with: a second or so of next to nothing in each kind of file, with everything that may say who,
//! where and when.

use super::{SoundType, ogg};

/// What must not come out again.
pub const SECRET: &str = "CANARY 53.22,-4.13";

/// A voice note of a kind, as recorders write it, with [`SECRET`] in every place there is for it.
pub fn voice_note(kind: SoundType) -> Vec<u8> {
    match kind {
        SoundType::Wav => wav(),
        SoundType::Ogg => opus(),
        SoundType::Mp3 => mp3(),
        SoundType::Mp4 => mp4(),
        SoundType::Webm => webm(),
    }
}

/// A chunk of a RIFF file.
fn chunk(name: &str, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or_default().to_le_bytes();
    [name.as_bytes(), &length, body, &vec![0; body.len() % 2]].concat()
}

fn wav() -> Vec<u8> {
    // PCM, one channel, 8,000 samples a second of two bytes each.
    let format = [[1, 0, 1, 0], 8_000_u32.to_le_bytes(), 16_000_u32.to_le_bytes(), [2, 0, 16, 0]].concat();
    let info = [b"INFO".as_slice(), &chunk("INAM", SECRET.as_bytes())].concat();
    let chunks =
        [chunk("fmt ", &format), chunk("LIST", &info), chunk("data", &[7; 32_000]), chunk("bext", SECRET.as_bytes())];
    chunk("RIFF", &[b"WAVE".as_slice(), &chunks.concat()].concat())
}

/// Pages of an Ogg, one packet each, with their flags and times.
pub fn pages(packets: &[(u8, u64, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, (flags, granule, packet)) in (0_u32..).zip(packets) {
        let start = bytes.len();
        bytes.extend_from_slice(
            &[b"OggS\0".as_slice(), &[*flags], &granule.to_le_bytes(), &[9, 9, 9, 9], &number.to_le_bytes(), &[0; 4]]
                .concat(),
        );
        let mut lacing = vec![255; packet.len() / 255];
        lacing.push(u8::try_from(packet.len() % 255).unwrap_or_default());
        bytes.push(u8::try_from(lacing.len()).unwrap_or_default());
        bytes.extend_from_slice(&lacing);
        bytes.extend_from_slice(packet);
        let sum = ogg::checksum(0, &bytes[start..]).to_le_bytes();
        bytes[start + 22..start + 26].copy_from_slice(&sum);
    }
    bytes
}

fn comments(begin: &[u8], end: &[u8]) -> Vec<u8> {
    let length = u32::try_from(SECRET.len()).unwrap_or_default().to_le_bytes();
    [begin, &length, SECRET.as_bytes(), &1_u32.to_le_bytes(), &length, SECRET.as_bytes(), end].concat()
}

fn opus_head() -> Vec<u8> {
    // Version 1, one channel, 312 samples before the sound, 48,000 a second.
    [b"OpusHead".as_slice(), &[1, 1, 0x38, 1], &48_000_u32.to_le_bytes(), &[0, 0, 0]].concat()
}

fn opus() -> Vec<u8> {
    let (head, tags) = (opus_head(), comments(b"OpusTags", &[]));
    pages(&[(2, 0, &head), (0, 0, &tags), (0, 48_312, &[7; 300]), (4, 96_312, &[7; 20])])
}

/// The same in Vorbis.
pub fn vorbis() -> Vec<u8> {
    let head = [b"\x01vorbis".as_slice(), &[0, 0, 0, 0, 1], &8_000_u32.to_le_bytes(), &[0; 13], &[1]].concat();
    let (tags, setup) = (comments(b"\x03vorbis", &[1]), [b"\x05vorbis".as_slice(), &[7; 600]].concat());
    pages(&[(2, 0, &head), (0, 0, &tags), (0, 0, &setup), (4, 24_000, &[7; 40])])
}

fn mp3() -> Vec<u8> {
    // MPEG-1 layer III, 128 kbit/s, 44,100 samples a second: 417 bytes a frame.
    let frame = [[0xff, 0xfb, 0x90, 0xc4].as_slice(), &[0; 413]].concat();
    let title = [b"TIT2\0\0\0".as_slice(), &[19, 0, 0, 0], SECRET.as_bytes()].concat();
    let tag = [b"ID3\x04\0\0\0\0\0".as_slice(), &[u8::try_from(title.len()).unwrap_or_default()], &title].concat();
    let end = [b"TAG".as_slice(), SECRET.as_bytes(), &[0; 107]].concat();
    [tag, frame.repeat(80), end].concat()
}

/// A box of an MP4.
fn boxed(name: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let body = parts.concat();
    [&u32::try_from(body.len() + 8).unwrap_or_default().to_be_bytes(), name.as_bytes(), &body].concat()
}

fn mp4() -> Vec<u8> {
    with_tracks(&["soun"])
}

/// An MP4 with tracks of these kinds.
pub fn with_tracks(kinds: &[&str]) -> Vec<u8> {
    let when = 3_900_000_000_u32.to_be_bytes();
    let words = |length: usize| vec![0; length];
    // Made, changed, a thousand ticks a second, 2,500 ticks long.
    let times =
        [words(4), when.to_vec(), when.to_vec(), 1_000_u32.to_be_bytes().to_vec(), 2_500_u32.to_be_bytes().to_vec()]
            .concat();
    let track = |kind: &&str| {
        let handler = [words(8), kind.as_bytes().to_vec(), words(12), SECRET.as_bytes().to_vec()].concat();
        let coded = [words(4), vec![0, 0, 0, 1], boxed("mp4a", &[words(28)])].concat();
        let table = boxed("stbl", &[boxed("stsd", &[coded]), boxed("stco", &[words(8)])]);
        let media = boxed(
            "mdia",
            &[
                boxed("mdhd", &[times.clone(), words(4)]),
                boxed("hdlr", &[handler]),
                boxed("minf", &[boxed("smhd", &[words(8)]), table]),
            ],
        );
        boxed("trak", &[boxed("tkhd", &[times.clone(), words(60)]), media, boxed("udta", &[SECRET.into()])])
    };
    let mut inside = vec![boxed("mvhd", &[times.clone(), words(80)])];
    inside.extend(kinds.iter().map(track));
    inside.push(boxed("udta", &[boxed("meta", &[SECRET.into()])]));
    [
        boxed("ftyp", &[b"M4A \0\0\0\0M4A mp42".to_vec()]),
        boxed("moov", &inside),
        boxed("uuid", &[SECRET.into()]),
        boxed("mdat", &[vec![7; 400]]),
    ]
    .concat()
}

/// An element of a WebM, with its length in eight bytes or, where it goes on until something else begins, none.
fn element(id: u32, body: Option<&[u8]>) -> Vec<u8> {
    let id = id.to_be_bytes();
    let id = &id[id.iter().take_while(|byte| **byte == 0).count()..];
    let length = body.map_or(0x01ff_ffff_ffff_ffff, |body| 0x0100_0000_0000_0000 | body.len() as u64);
    [id, &length.to_be_bytes(), body.unwrap_or_default()].concat()
}

fn webm() -> Vec<u8> {
    let whole = |id, parts: &[Vec<u8>]| element(id, Some(&parts.concat()));
    let (secret, leaf) = (SECRET.as_bytes(), |id, body: &[u8]| element(id, Some(body)));
    let header = whole(0x1a45_dfa3, &[leaf(0x4282, b"webm")]);
    let info = whole(
        0x1549_a966,
        &[
            leaf(0x2a_d7b1, &1_000_000_u32.to_be_bytes()),
            leaf(0x7ba9, secret),
            leaf(0x4d80, secret),
            leaf(0x4461, &[9; 8]),
        ],
    );
    let track = whole(
        0xae,
        &[leaf(0xd7, &[1]), leaf(0x83, &[2]), leaf(0x86, b"A_OPUS"), leaf(0x536e, secret), leaf(0x63a2, &opus_head())],
    );
    // As browsers record: nobody knows yet how long it will be.
    let cluster = |time: u16| {
        [element(0x1f43_b675, None), leaf(0xe7, &time.to_be_bytes()), leaf(0xa3, &[0x81, 0, 0, 0x80, 7, 7])].concat()
    };
    let tags = leaf(0x1254_c367, &secret.repeat(20));
    [header, element(0x1853_8067, None), info, whole(0x1654_ae6b, &[track]), cluster(0), cluster(3_000), tags].concat()
}
