//! What the stories are built with: pictures to send, tools of this machine, and the place where Busfare keeps tools in.

use std::{
    path::Path,
    process::{Command, Output},
};

use busfare::work::{
    contained::Contained,
    pictures::{
        MediaType, Picture, PictureError, PictureRefusal, Pictures, Sheet,
        showing::{self, Shown},
    },
};
use bytes::Bytes;
use image::{DynamicImage, Rgb, RgbImage, metadata::Orientation};
use tempfile::TempDir;

#[expect(clippy::disallowed_methods, reason = "the tests' own settings are no part of the server's")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether these tools are here. Where everything must hold they have to be.
pub fn here(tools: &[&str]) -> bool {
    let folders = setting("PATH").unwrap_or_default();
    let missing: Vec<_> =
        tools.iter().filter(|tool| !folders.split(':').any(|folder| Path::new(folder).join(tool).is_file())).collect();
    assert!(missing.is_empty() || setting("CI").is_none(), "CI has no {missing:?}");
    if !missing.is_empty() {
        eprintln!("SKIPPED: there is no {missing:?} on this machine");
    }
    missing.is_empty()
}

/// Runs a tool in a folder.
pub fn runs(folder: &TempDir, tool: &str, args: &[&str]) -> Output {
    let output = Command::new(tool).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{tool} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A workshop as a server has it.
pub struct Workshop {
    pub pictures: Pictures,
    pub contained: Contained,
    _folder: TempDir,
}

impl Workshop {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let contained = Contained::fenced_by(env!("CARGO_BIN_EXE_busfare").into(), folder.path().join("contained"));
        Self { pictures: Pictures::new(50), contained, _folder: folder }
    }

    pub async fn keeps(&self, sent: &[u8]) -> Picture {
        self.prepares(sent).await.unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    pub async fn refuses(&self, sent: &[u8]) -> PictureRefusal {
        match self.prepares(sent).await {
            Err(PictureError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    pub async fn prepares(&self, sent: &[u8]) -> Result<Picture, PictureError> {
        self.pictures.prepare(&self.contained, Bytes::copy_from_slice(sent)).await
    }

    /// What is shown of a picture that is kept.
    pub async fn shows(&self, picture: &Picture) -> Vec<Sheet> {
        let stored = Bytes::from(picture.bytes.clone());
        match showing::show(&self.contained, &self.pictures, picture.media_type, stored).await.unwrap() {
            Shown::Sheets(sheets) => sheets,
            Shown::NoConverter => panic!("no converter for {:?}", picture.media_type),
            Shown::NotShowable => panic!("{:?} cannot be shown", picture.media_type),
        }
    }
}

/// Soft colours with one bright red corner, upper left.
pub fn marked(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 4 && y < height / 4 { Rgb([230, 20, 20]) } else { Rgb([40, 120, (x % 97 + y % 89) as u8]) }
    })
}

/// The same as a camera stores it that was held otherwise.
pub fn held(upright: &RgbImage, exif: u8) -> RgbImage {
    let back = match exif {
        6 => 8,
        8 => 6,
        other => other,
    };
    let mut image = DynamicImage::from(upright.clone());
    image.apply_orientation(Orientation::from_exif(back).unwrap());
    image.into_rgb8()
}

/// Whether a picture stands upright: its red corner is the upper left one, and no other is red.
pub fn is_upright(picture: &[u8]) -> bool {
    let seen = image::load_from_memory(picture).unwrap().into_rgb8();
    let (right, low) = (seen.width() - 1, seen.height() - 1);
    let at = |x: u32, y: u32| {
        let Rgb([red, green, _]) = *seen.get_pixel(x * right / 10, y * low / 10);
        red > 150 && green < 90
    };
    at(1, 1) && !at(9, 1) && !at(1, 9) && !at(9, 9)
}

/// A kind by the name of its files.
pub fn ending(kind: MediaType) -> &'static str {
    match kind {
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        MediaType::Webp => "webp",
        MediaType::Heic => "heic",
        MediaType::Pdf => "pdf",
    }
}

/// Steady dice: the same rolls every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.roll() as usize % end.max(1)
    }
}
