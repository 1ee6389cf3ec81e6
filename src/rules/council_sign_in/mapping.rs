//! What a council's roles and groups mean here: a small file that the operator writes.

use std::collections::BTreeMap;

use busfare_entity::words::{Role, TeamId};
use serde::Deserialize;

/// What roles and groups of the provider mean. Each is named as the provider names it, which with Entra ID is an app role's value
/// or a group's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Roles here.
    #[serde(default)]
    roles: BTreeMap<String, Role>,
    /// Teams here.
    #[serde(default)]
    teams: BTreeMap<String, String>,
}

/// A mapping that cannot be used, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmapped {
    /// It is not what such a file holds.
    #[error("it is not JSON with \"roles\" and \"teams\" in it: {0}")]
    NoMapping(String),
    /// A team is named by something else than its id.
    #[error("{0} is no team's id; it is team_ and 26 characters")]
    NoTeam(String),
}

/// Where somebody works, as far as her roles and groups say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// What she does; of several the one that may do most.
    pub role: Option<Role>,
    /// Her team; none where several are named, for nobody is in two.
    pub team: Option<TeamId>,
}

impl Mapping {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, Unmapped> {
        let amiss = |error: serde_json::Error| Unmapped::NoMapping(error.to_string());
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).map_err(amiss)?;
        let mapping: Self = serde_json::from_value(object.into()).map_err(amiss)?;
        match mapping.teams.values().find(|id| id.parse::<TeamId>().is_err()) {
            Some(odd) => Err(Unmapped::NoTeam(odd.clone())),
            None => Ok(mapping),
        }
    }

    /// What belonging to these says.
    pub fn place(&self, belongs_to: &[String]) -> Placed {
        let role = belongs_to.iter().filter_map(|name| self.roles.get(name)).max_by_key(|role| match role {
            Role::Practitioner => 0,
            Role::Enabler => 1,
            Role::Senior => 2,
        });
        let mut teams: Vec<TeamId> = belongs_to.iter().filter_map(|name| self.teams.get(name)?.parse().ok()).collect();
        teams.sort_unstable();
        teams.dedup();
        Placed { role: role.copied(), team: teams.first().copied().filter(|_| teams.len() == 1) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn team(number: u128) -> TeamId {
        TeamId(Uuid::from_u128(number))
    }

    fn mapping() -> Mapping {
        let (one, two) = (team(1), team(2));
        let file = json!({
            "roles": { "Lead": "SENIOR", "Worker": "PRACTITIONER" },
            "teams": { "g1": one, "g1-old": one, "g2": two },
        });
        Mapping::read(&file.to_string()).unwrap()
    }

    #[test]
    fn she_works_where_her_groups_say() {
        let place = |names: &[&str]| mapping().place(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let one = Some(team(1));
        assert_eq!(place(&["Worker", "g1"]), Placed { role: Some(Role::Practitioner), team: one });
        assert_eq!(place(&["Worker", "Lead", "g1", "g1-old"]), Placed { role: Some(Role::Senior), team: one });
        assert_eq!(place(&["g1", "g2"]), Placed::default());
        assert_eq!(place(&["nothing of ours"]), Placed::default());
    }

    #[test]
    fn a_file_that_is_none_is_told_so() {
        for odd in ["", "[]", r#"{ "role": {} }"#, r#"{ "roles": { "a": "KING" } }"#] {
            assert!(matches!(Mapping::read(odd), Err(Unmapped::NoMapping(_))), "{odd}");
        }
        assert_eq!(Mapping::read(r#"{ "teams": { "g": "North" } }"#), Err(Unmapped::NoTeam("North".into())));
        assert_eq!(Mapping::read("{}"), Ok(Mapping::default()));
    }
}
