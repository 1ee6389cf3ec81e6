//! The workshop: never more at once than there is room for, whoever hangs up and whatever breaks.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};

use bytes::Bytes;
use image::DynamicImage;
use tokio::task::JoinSet;

use super::super::header::admit;
use super::super::sample::exif_segment;
use super::super::worker::{PictureError, Pictures};
use super::super::{PictureRefusal, prepare};
use super::kit::*;
use crate::work::contained::Contained;

#[tokio::test]
async fn sixty_four_phones_at_once_get_the_answer_that_one_would() {
    let pictures = Pictures::new(4);
    let photo = Bytes::from(insert(&jpeg(&marked(400, 300)), 2, &exif_segment(6)));
    let alone = prepare(&photo).unwrap();

    let mut phones = JoinSet::new();
    for _ in 0..64 {
        let (pictures, photo) = (pictures.clone(), photo.clone());
        phones.spawn(async move { pictures.prepare(&nowhere(), photo).await });
    }

    for answer in phones.join_all().await {
        assert!(answer.unwrap() == alone, "the same bytes give the same picture");
    }
}

#[tokio::test]
async fn work_never_takes_more_room_than_there_is() {
    let pictures = Pictures::new(10);
    let (in_use, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));

    let mut phones = JoinSet::new();
    for turn in 0..64_u32 {
        let (pictures, in_use, most) = (pictures.clone(), Arc::clone(&in_use), Arc::clone(&most));
        let megapixels = 1 + turn % 7;
        phones.spawn(async move {
            let work = move || {
                let now = in_use.fetch_add(megapixels, Ordering::SeqCst) + megapixels;
                most.fetch_max(now, Ordering::SeqCst);
                let picture = prepare(STILLS[1].1);
                in_use.fetch_sub(megapixels, Ordering::SeqCst);
                picture
            };
            pictures.run(megapixels, work).await
        });
    }

    assert!(phones.join_all().await.iter().all(Result::is_ok));
    assert!(most.load(Ordering::SeqCst) <= 10);
}

#[test]
fn what_needs_more_memory_counts_for_more() {
    let photo = jpeg(&marked(2_000, 1_500));
    let turned = insert(&photo, 2, &exif_segment(6));
    let deep = png(&DynamicImage::new_rgba16(1_000, 1_000));
    let heavy = |name| STILLS.into_iter().find(|(other, _)| *other == name).unwrap().1;

    let megapixels = |file: &[u8]| admit(file).unwrap().megapixels_of_memory();
    assert_eq!([megapixels(&photo), megapixels(&turned), megapixels(&deep)], [3, 6, 4]);
    assert_eq!(megapixels(heavy("gray")), 1, "a small picture takes one place");
    assert_eq!(["gray", "progressive", "lossy"].map(|name| admit(heavy(name)).unwrap().memory_factor), [1, 3, 3]);
}

#[tokio::test]
async fn a_phone_that_hangs_up_does_not_free_room_that_is_in_use() {
    let pictures = Pictures::new(3);
    let (begin, began) = mpsc::channel();
    let (finish, finished) = mpsc::channel::<()>();
    let caller = tokio::spawn({
        let pictures = pictures.clone();
        async move {
            let work = move || {
                begin.send(()).unwrap();
                finished.recv().unwrap();
                Err::<(), _>(PictureRefusal::Empty)
            };
            pictures.run(3, work).await
        }
    });
    tokio::task::spawn_blocking(move || began.recv().unwrap()).await.unwrap();

    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(pictures.free_megapixels(), 0, "the work goes on, and so does its claim");

    finish.send(()).unwrap();
    pictures.run(3, || Err::<(), _>(PictureRefusal::Empty)).await.unwrap_err();
    assert_eq!(pictures.free_megapixels(), 3);
}

#[tokio::test]
async fn a_decoder_that_gives_up_badly_is_a_damaged_picture_and_costs_no_room() {
    let pictures = Pictures::new(2);

    let answer = pictures.run::<()>(2, || panic!("this panic is part of the test")).await;

    assert_eq!(answer, Err(PictureError::Refused(PictureRefusal::Broken)));
    assert_eq!(pictures.free_megapixels(), 2);
}

#[tokio::test]
async fn a_picture_larger_than_the_room_is_prepared_on_its_own() {
    let photo = Bytes::from(jpeg(&marked(2_000, 1_500)));

    Pictures::new(1).prepare(&nowhere(), photo).await.unwrap();
}

#[tokio::test]
async fn two_thousand_spoilt_files_are_kept_or_refused_and_never_more() {
    let pictures = Pictures::new(8);
    let ticket = [("ticket", jpeg(&marked(60, 40)))];
    let files = STILLS.iter().map(|(name, file)| (*name, file.to_vec())).chain(ticket).collect::<Vec<_>>();
    let mut dice = Dice(2026);

    for turn in 0..2_000 {
        let (name, file) = &files[turn % files.len()];
        let spoilt = Bytes::from(spoil(file, &mut dice));
        let first = pictures.prepare(&nowhere(), spoilt.clone()).await;
        if turn % 10 == 0 {
            assert!(
                first == pictures.prepare(&nowhere(), spoilt).await,
                "{name}, turn {turn}: two answers to one question"
            );
        }
        if let Ok(picture) = first {
            let again = prepare(&picture.bytes).unwrap_or_else(|refusal| panic!("{name}, turn {turn}: {refusal:?}"));
            assert!(!again.metadata_removed, "{name}, turn {turn}");
        }
    }
}

/// No place for other programs: none of these pictures needs one.
fn nowhere() -> Contained {
    Contained::fenced_by("/nowhere".into(), "/nowhere".into())
}

/// Changes a few bytes, and sometimes leaves some out or says some twice.
fn spoil(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut spoilt = file.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(spoilt.len());
        match dice.below(8) {
            0 => spoilt.truncate(at.max(4)),
            1 => drop(spoilt.drain(at..(at + dice.below(40)).min(spoilt.len()))),
            2 => {
                let end = (at + dice.below(40)).min(spoilt.len());
                spoilt.extend_from_within(at..end);
            }
            3 => spoilt[at] = 0xff,
            4 => spoilt[at] ^= 1 << dice.below(8),
            _ => spoilt[at] = dice.roll() as u8,
        }
        if spoilt.is_empty() {
            return spoilt;
        }
    }
    spoilt
}
