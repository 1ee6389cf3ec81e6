//! Teams: five kinds. One that works with families stays small enough for everybody in it to know them.

use busfare_entity::words::{Language, Role, TeamErrorCode, TeamId, TeamKind};

use super::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    sight::Viewer,
    text::{self, TextProblem},
};

/// Most people of a team that works with families.
pub const MOST_FAMILY_FACING: u32 = 8;
/// Most characters of a team's name.
pub const NAME_CHARS: usize = 80;

/// How many people a team of a kind may have; none where it may have any number.
pub fn most(kind: TeamKind) -> Option<u32> {
    match kind {
        TeamKind::FamilyFacing => Some(MOST_FAMILY_FACING),
        TeamKind::Referring | TeamKind::Enabler | TeamKind::Insight | TeamKind::Strategy => None,
    }
}

/// The name of a team, if it can be kept.
pub fn name(typed: &str) -> Result<String, TeamRefusal> {
    text::plain(typed, NAME_CHARS).map_err(TeamRefusal::Name)?.ok_or(TeamRefusal::NameNeeded)
}

/// Whether one more may join a team of so many. Whoever is asked at the same time as others must hear it from the table
/// that counts them: this says what it says there.
pub fn may_join(kind: TeamKind, members: u32, is_in_it: bool) -> Result<(), TeamRefusal> {
    if is_in_it {
        return Err(TeamRefusal::InTeamAlready);
    }
    match most(kind) {
        Some(most) if members >= most => Err(TeamRefusal::TeamFull),
        _ => Ok(()),
    }
}

/// Whether a team of so many may become one of another kind.
pub fn may_become(kind: TeamKind, members: u32) -> Result<(), TeamRefusal> {
    match most(kind) {
        Some(most) if members > most => Err(TeamRefusal::TooManyForKind),
        _ => Ok(()),
    }
}

/// Whether somebody sees to what is everybody's: a senior of a team that sets direction.
pub fn sets_direction(role: Role, of_kind: TeamKind) -> bool {
    role == Role::Senior && of_kind == TeamKind::Strategy
}

/// Whether a viewer may say who is in a team: a senior of the team that is joined or left, or of one that sets direction.
/// `of_kind` is what her own team is for.
pub fn may_say_who(
    viewer: &Viewer,
    of_kind: TeamKind,
    joined: TeamId,
    left: Option<TeamId>,
) -> Result<(), TeamRefusal> {
    let her_team = joined == viewer.team || left == Some(viewer.team);
    let hers_to_say = (viewer.role == Role::Senior && her_team) || sets_direction(viewer.role, of_kind);
    if hers_to_say { Ok(()) } else { Err(TeamRefusal::NotYoursToSay) }
}

/// Why somebody does not join a team, or a team is not set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The name cannot be kept.
    Name(TextProblem),
    /// It has no name.
    NameNeeded,
    /// It has as many people as it may have.
    TeamFull,
    /// It has more people than one of that kind may have.
    TooManyForKind,
    /// She is in it already.
    InTeamAlready,
    /// It is for a senior to say.
    NotYoursToSay,
}

impl Refusal for TeamRefusal {
    type Code = TeamErrorCode;

    fn code(&self) -> TeamErrorCode {
        match self {
            Self::IdAlreadyUsed => TeamErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => TeamErrorCode::IdempotencyKeyReused,
            Self::Name(TextProblem::TooLong(_)) => TeamErrorCode::TextTooLong,
            Self::Name(TextProblem::NotPlain) => TeamErrorCode::TextNotPlain,
            Self::NameNeeded => TeamErrorCode::NameNeeded,
            Self::TeamFull => TeamErrorCode::TeamFull,
            Self::TooManyForKind => TeamErrorCode::TooManyForKind,
            Self::InTeamAlready => TeamErrorCode::InTeamAlready,
            Self::NotYoursToSay => TeamErrorCode::NotYoursToSay,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Name(_) | Self::NameNeeded => &["name"],
            Self::TooManyForKind => &["kind"],
            Self::TeamFull | Self::NotYoursToSay => &["teamId"],
            Self::InTeamAlready => &["practitionerId"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Name(problem) => return say_text(*problem, language),
            Self::NameNeeded => ("Give the team a name.", "Rhowch enw i'r tîm."),
            Self::TeamFull => (
                "This team has eight people, so that all know all. Start a new team, or ask one that has room.",
                "Mae wyth yn y tîm hwn, fel bod pawb yn adnabod pawb. Dechreuwch dîm newydd, neu gofynnwch i un â lle.",
            ),
            Self::TooManyForKind => (
                "A team for families has eight people at most. Split it in two first.",
                "Mae gan dîm i deuluoedd wyth o bobl ar y mwyaf. Rhannwch ef yn ddau yn gyntaf.",
            ),
            Self::InTeamAlready => (
                "She is in this team as it is. There is no more to do.",
                "Mae hi yn y tîm hwn eisoes. Nid oes mwy i'w wneud.",
            ),
            Self::NotYoursToSay => (
                "Only a senior of the team can say who is in it. Ask one.",
                "Dim ond uwch-swyddog y tîm all ddweud pwy sydd ynddo. Gofynnwch i un.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::{OrganisationId, PractitionerId};
    use uuid::Uuid;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn the_ninth_does_not_join_a_team_that_works_with_families() {
        let joins = |kind, members| may_join(kind, members, false);
        assert_eq!(
            (joins(TeamKind::FamilyFacing, 7), joins(TeamKind::FamilyFacing, 8)),
            (Ok(()), Err(TeamRefusal::TeamFull))
        );
        for kind in [TeamKind::Referring, TeamKind::Enabler, TeamKind::Insight, TeamKind::Strategy] {
            assert_eq!((joins(kind, 8), joins(kind, u32::MAX)), (Ok(()), Ok(())));
        }
        assert_eq!(may_join(TeamKind::FamilyFacing, 8, true), Err(TeamRefusal::InTeamAlready));
        assert_eq!(may_become(TeamKind::FamilyFacing, 8), Ok(()));
        assert_eq!(may_become(TeamKind::FamilyFacing, 9), Err(TeamRefusal::TooManyForKind));
        assert_eq!(may_become(TeamKind::Enabler, 9), Ok(()));
    }

    #[test]
    fn a_senior_of_either_team_says_who_is_in_it() {
        let team = |number| TeamId(Uuid::from_u128(number));
        let viewer = |role| Viewer {
            id: PractitionerId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            team: team(1),
            role,
        };
        let says = |role, of_kind, joined, left| may_say_who(&viewer(role), of_kind, team(joined), left).is_ok();
        let family = TeamKind::FamilyFacing;
        assert!(says(Role::Senior, family, 1, None) && says(Role::Senior, family, 2, Some(team(1))));
        assert!(
            !says(Role::Senior, family, 2, Some(team(3))) && says(Role::Senior, TeamKind::Strategy, 2, Some(team(3)))
        );
        assert!(!says(Role::Enabler, family, 1, None) && !says(Role::Practitioner, TeamKind::Strategy, 1, None));
    }

    #[test]
    fn a_team_has_a_name() {
        assert_eq!(name(" Tîm y Dref "), Ok("Tîm y Dref".into()));
        assert_eq!(name(" "), Err(TeamRefusal::NameNeeded));
        assert_eq!(name(&"a".repeat(81)), Err(TeamRefusal::Name(TextProblem::TooLong(80))));
    }

    #[test]
    fn every_refusal_about_a_team_fits_on_a_phone_in_both_languages() {
        use TeamRefusal as No;
        for refusal in [
            No::IdAlreadyUsed,
            No::IdempotencyKeyReused,
            No::Name(TextProblem::TooLong(80)),
            No::Name(TextProblem::NotPlain),
            No::NameNeeded,
            No::TeamFull,
            No::TooManyForKind,
            No::InTeamAlready,
            No::NotYoursToSay,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty() && en != cy);
            reading::plain(&en);
        }
    }
}
