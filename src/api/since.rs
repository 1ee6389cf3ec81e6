//! Cursors of what is new: how far somebody has heard, and as whom. Whoever is in another team since then, or has another role,
//! sees other things and begins again.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::{context::Answer, error::Problem, messages::message};
use crate::{rules::sight::Viewer, store::feed::Place};

/// What a cursor begins with, so that another kind of cursor is never taken for one.
const KIND: u8 = 0xE1;

/// How far somebody has heard, and as whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// How far.
    pub place: Place,
    /// As whom.
    sight: [u8; 8],
}

/// What a cursor comes to for whoever sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Go on from here.
    From(Place),
    /// She sees other things than when she was given it, or what it tells of never was: she begins again.
    Anew,
}

impl Since {
    /// For a viewer who has heard as far as this.
    pub fn new(viewer: &Viewer, place: Place) -> Self {
        Self { place, sight: sight(viewer) }
    }

    /// The opaque text of the wire.
    pub fn encode(&self) -> String {
        let Place { position, floor } = self.place;
        let bytes = [&[KIND][..], &position.to_be_bytes(), &floor.to_be_bytes(), &self.sight].concat();
        BASE64URL_NOPAD.encode(&bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (kind, rest) = bytes.split_first()?;
        let (position, rest) = rest.split_first_chunk::<8>()?;
        let (floor, rest) = rest.split_first_chunk::<8>()?;
        let place = Place { position: i64::from_be_bytes(*position), floor: i64::from_be_bytes(*floor) };
        let ours = *kind == KIND && place.position >= 0 && place.floor >= 0;
        ours.then_some(Self { place, sight: rest.try_into().ok()? })
    }
}

/// Where a viewer goes on who sends this cursor, or none, where events are sealed up to `head`.
///
/// # Errors
///
/// `BAD_USER_INPUT` where it is no cursor of these lists.
pub fn resume(viewer: &Viewer, cursor: Option<&str>, head: i64) -> Answer<Resume> {
    let Some(text) = cursor else { return Ok(Resume::From(Place { position: 0, floor: head })) };
    let since = Since::decode(text).ok_or_else(|| Problem::bad_user_input(message!("since-not-ours")))?;
    // A database that was put back to an earlier day has not had what the cursor tells of.
    let was = since.sight == sight(viewer) && since.place.position.max(since.place.floor) <= head;
    Ok(if was { Resume::From(since.place) } else { Resume::Anew })
}

/// A few bytes that differ for everybody who sees other things.
fn sight(viewer: &Viewer) -> [u8; 8] {
    let Viewer { id, organisation, team, role } = viewer;
    let digest = Sha256::digest(format!("{id} {organisation} {team} {role:?}"));
    std::array::from_fn(|byte| digest[byte])
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::{OrganisationId, PractitionerId, Role, TeamId};
    use uuid::Uuid;

    use super::*;

    fn mari() -> Viewer {
        Viewer {
            id: PractitionerId(Uuid::from_u128(1)),
            organisation: OrganisationId(Uuid::from_u128(2)),
            team: TeamId(Uuid::from_u128(3)),
            role: Role::Practitioner,
        }
    }

    #[test]
    fn a_cursor_goes_on_for_whoever_it_was_given_to() {
        let place = Place { position: 7, floor: 3 };
        let cursor = Since::new(&mari(), place).encode();

        assert_eq!(resume(&mari(), Some(&cursor), 9).unwrap(), Resume::From(place));
        assert_eq!(resume(&mari(), None, 9).unwrap(), Resume::From(Place { position: 0, floor: 9 }));
        assert_eq!(resume(&mari(), Some(&cursor), 6).unwrap(), Resume::Anew);
        let elsewhere = TeamId(Uuid::from_u128(4));
        for other in [
            Viewer { team: elsewhere, ..mari() },
            Viewer { role: Role::Senior, ..mari() },
            Viewer { id: PractitionerId(Uuid::from_u128(9)), ..mari() },
        ] {
            assert_eq!(resume(&other, Some(&cursor), 9).unwrap(), Resume::Anew);
        }
    }

    #[test]
    fn rubbish_is_no_cursor() {
        let forged = BASE64URL_NOPAD.encode(&[&[KIND][..], &(-1_i64).to_be_bytes(), &[0; 16]].concat());
        let long = format!("{}AA", Since::new(&mari(), Place { position: 1, floor: 1 }).encode());
        for rubbish in ["", "x", "====", "AAAA", &forged, &long] {
            assert!(resume(&mari(), Some(rubbish), 9).is_err(), "{rubbish}");
        }
    }
}
