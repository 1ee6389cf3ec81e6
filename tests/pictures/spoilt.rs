//! Spoilt files of every kind: kept or refused and never more, in a process of its own whose memory is measured at its end.

use std::process::Command;

use busfare::work::pictures::{PictureError, prepare, sample};

use crate::{
    documents::{document, written},
    iphone::heic,
    kit::{Dice, Workshop, here, marked},
};

/// How many where nobody says otherwise.
const FILES: usize = 2_000;
/// Most memory that taking them apart may need, in kilobytes.
const MOST_KB: u64 = 512 * 1024;

#[test]
fn spoilt_files_of_every_kind_are_kept_or_refused_in_little_memory() {
    if !here(&["heif-enc", "exiftool"]) {
        return;
    }
    let me = std::env::current_exe().unwrap();
    let child = ["--exact", "spoilt::files_are_taken_apart_one_after_the_other", "--ignored", "--nocapture"];
    let output = Command::new(me).args(child).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{why}");
    assert!(!why.contains("panicked"), "{why}");

    let line = said.lines().find_map(|line| line.split_once("PEAK_KB=")).unwrap_or_else(|| panic!("{said}")).1;
    let peak: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
    eprintln!("{line}");
    assert!(peak < MOST_KB, "{peak} KB");
}

#[tokio::test]
#[ignore = "begun by the test above, in a process of its own"]
async fn files_are_taken_apart_one_after_the_other() {
    let workshop = Workshop::open();
    let wanted = crate::kit::setting("BUSFARE_SPOILT_FILES").and_then(|text| text.parse().ok()).unwrap_or(FILES);
    let encoded = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        marked(90, 60).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let whole = [
        sample::bus_ticket("1.15"),
        encoded(image::ImageFormat::Png),
        encoded(image::ImageFormat::WebP),
        heic(128, 96, 6, &[]),
        written(document(2)),
    ];
    let (mut dice, mut kept) = (Dice(2026), 0);
    for turn in 0..wanted {
        let spoilt = spoil(&whole[turn % whole.len()], &mut dice);
        match workshop.prepares(&spoilt).await {
            Ok(picture) => {
                kept += 1;
                if turn % whole.len() < 4 {
                    let again = prepare(&picture.bytes).unwrap_or_else(|refusal| panic!("turn {turn}: {refusal:?}"));
                    assert!(!again.metadata_removed, "turn {turn}");
                }
            }
            Err(PictureError::Refused(_)) => {}
            Err(other) => panic!("turn {turn}: {other:?}"),
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB");
    println!("PEAK_KB={peak} of {wanted} files {kept} were kept");
}

/// Changes a few bytes, and sometimes leaves some out or says some twice.
fn spoil(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut spoilt = file.to_vec();
    for _ in 0..=dice.below(6) {
        // What a file says of itself is mostly at its beginning.
        let reach = if dice.below(2) == 0 { spoilt.len().min(1_200) } else { spoilt.len() };
        let at = dice.below(reach);
        match dice.below(9) {
            0 => spoilt.truncate(at.max(4)),
            1 => drop(spoilt.drain(at..(at + dice.below(40)).min(spoilt.len()))),
            2 => {
                let end = (at + dice.below(40)).min(spoilt.len());
                spoilt.extend_from_within(at..end);
            }
            3 => spoilt[at] = 0xff,
            4 => spoilt[at] ^= 1 << dice.below(8),
            5 => {
                let end = (at + 4).min(spoilt.len());
                spoilt[at..end].fill(0xff);
            }
            _ => spoilt[at] = dice.roll() as u8,
        }
        if spoilt.is_empty() {
            return spoilt;
        }
    }
    spoilt
}
