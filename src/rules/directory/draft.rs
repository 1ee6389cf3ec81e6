//! What people type about the directory: where a hub is, and a few words when a service is pointed out.

use super::{Address, DirectoryRefusal, Point, Venue};
use crate::rules::text;

/// Most characters of a note.
pub const NOTE_CHARS: usize = 140;
/// Most characters of a line of an address.
const LINE_CHARS: usize = 100;
/// Most characters of a note on how people get in.
const ACCESS_CHARS: usize = 200;
/// Most notes on how people get in.
const MOST_NOTES: usize = 20;

/// A note as it is kept; none where nothing is said.
pub fn note(typed: Option<&str>) -> Result<Option<String>, DirectoryRefusal> {
    text::plain(typed.unwrap_or_default(), NOTE_CHARS).map_err(|problem| DirectoryRefusal::Text("note", problem))
}

/// Where a hub is, as it is typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct VenueDraft<'a> {
    /// What the hub is called.
    pub name: &'a str,
    /// House and street.
    pub street: Option<&'a str>,
    /// Town.
    pub city: Option<&'a str>,
    /// County.
    pub county: Option<&'a str>,
    /// Postcode.
    pub postcode: Option<&'a str>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// How people get in and about.
    pub accessibility: &'a [String],
}

impl VenueDraft<'_> {
    /// The place, or why it cannot be kept.
    pub fn parse(&self) -> Result<Venue, DirectoryRefusal> {
        let point = match (self.latitude, self.longitude) {
            (None, None) => None,
            (Some(north), Some(east)) => Some(Point::try_new(north, east).ok_or(DirectoryRefusal::NoSuchPoint)?),
            _ => return Err(DirectoryRefusal::NoSuchPoint),
        };
        if self.accessibility.len() > MOST_NOTES {
            return Err(DirectoryRefusal::TooManyNotes);
        }
        let mut accessibility = Vec::with_capacity(self.accessibility.len());
        for typed in self.accessibility {
            let said = text::plain(typed, ACCESS_CHARS).map_err(|why| DirectoryRefusal::Text("accessibility", why))?;
            accessibility.extend(said);
        }
        let address = Address {
            street: line("street", self.street)?,
            city: line("city", self.city)?,
            county: line("county", self.county)?,
            postcode: line("postcode", self.postcode)?,
        };
        Ok(Venue { name: self.name.to_owned(), address, point, accessibility })
    }
}

fn line(field: &'static str, typed: Option<&str>) -> Result<String, DirectoryRefusal> {
    let said = text::plain(typed.unwrap_or_default(), LINE_CHARS);
    Ok(said.map_err(|problem| DirectoryRefusal::Text(field, problem))?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::TextProblem;

    #[test]
    fn a_place_is_kept_as_it_is_typed_or_refused_by_its_field() {
        let notes = vec![" Ramp at the side ".to_owned(), "  ".to_owned()];
        let draft = VenueDraft {
            name: "Library",
            city: Some(" Ton "),
            latitude: Some(51.5),
            longitude: Some(-3.0),
            accessibility: &notes,
            ..VenueDraft::default()
        };
        let kept = draft.parse().unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.address.city.as_str(), kept.address.county.as_str()),
            ("Library", "Ton", "")
        );
        assert_eq!((kept.point, kept.accessibility), (Point::try_new(51.5, -3.0), vec!["Ramp at the side".to_owned()]));

        for (latitude, longitude) in
            [(None, Some(1.0)), (Some(1.0), None), (Some(91.0), Some(0.0)), (Some(0.0), Some(0.0))]
        {
            assert_eq!(VenueDraft { latitude, longitude, ..draft }.parse(), Err(DirectoryRefusal::NoSuchPoint));
        }
        let (many, long) = (vec![String::new(); 21], vec!["a".repeat(201)]);
        assert_eq!(VenueDraft { accessibility: &many, ..draft }.parse(), Err(DirectoryRefusal::TooManyNotes));
        let too_long = Err(DirectoryRefusal::Text("accessibility", TextProblem::TooLong(200)));
        assert_eq!(VenueDraft { accessibility: &long, ..draft }.parse(), too_long);
        let hidden = Err(DirectoryRefusal::Text("street", TextProblem::NotPlain));
        assert_eq!(VenueDraft { street: Some("a\u{202e}b"), ..draft }.parse(), hidden);
    }

    #[test]
    fn a_note_is_short_and_need_not_be() {
        assert_eq!(
            (note(None), note(Some("  ")), note(Some(" Ask for Siân "))),
            (Ok(None), Ok(None), Ok(Some("Ask for Siân".into())))
        );
        assert_eq!(note(Some(&"a".repeat(141))), Err(DirectoryRefusal::Text("note", TextProblem::TooLong(140))));
    }
}
