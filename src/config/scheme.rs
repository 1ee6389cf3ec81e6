//! What can be done with schemes of delegation at the command line, and the examples that are shipped.

use std::path::PathBuf;

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{OsStringValueParser, TypedValueParser},
};

use super::{DatabaseUrl, data, database_url};

/// The commands, where somebody has to be told.
pub const COMMANDS: &str = "check, diff, publish, show or example";

/// What a file can say, for `--help`.
pub const HELP: &str = "\
A scheme of delegation is a file in TOML. Begin with one: busfare scheme example > scheme.toml

  title = \"Scheme of delegation\"
  valid_from = 2026-04-01          # the first day; left out: from when it is published
  valid_to = 2027-03-31            # the last day; left out: until the next version
  [people]                         # short names, so that an e-mail that changes is changed once
  head = \"head@council.example\"
  [[grant]]                        # one for each grant, with:
  line = \"practitioners\"           # its own key for ever: what is used is counted by it, also in new versions
  grantor = \"head\"                 # the senior who stands behind it: an e-mail or a short name
  to = { role = \"practitioner\" }   # or { person = \"an e-mail\" }, or { team = \"a team's name\" }
  limits = { item = 30, in_24_hours = 60, in_7_days = 100, in_28_days = \"300.50\",
             in_budget_period = 2000, per_person = 500 }      # whole pounds, or pounds and pence in quotes
  break_glass = 150                # the most at once in an emergency
  decides_for = \"nobody-else\"      # or \"team\", or \"organisation\"
  purposes = [\"bus-fare\"]          # left out: every purpose; in the same way hubs = [names], and
  methods = [\"card\"]               # hub-cash, card, reimbursement, supplier, voucher, cash-to-person
  hours = { days = [\"mon\", \"tue\"], from = \"09:00\", to = \"17:00\" }   # left out: always
  valid_from = 2026-05-01          # and valid_to, where it is shorter than the scheme's
  backing = \"\"\"The grantor's own words, which stand behind every decision under it.\"\"\"

Exit codes: 0 all is well, 1 there are problems (or gaps and warnings, with --strict), 2 the command is wrong.";

/// What to do with schemes of delegation.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SchemeCommand {
    /// Say in plain words what a file means, and everything that is wrong with it, with its lines. With --data or
    /// --database-url, names are checked against the council and gaps are found.
    #[command(after_help = HELP)]
    Check {
        /// The file.
        file: PathBuf,
        /// Exit with 1 for warnings and gaps too.
        #[arg(long)]
        strict: bool,
        /// The council, where names and gaps are wanted.
        #[command(flatten)]
        place: MaybePlace,
    },
    /// Say what a file would change: in what is in force, or in an older file.
    #[command(after_help = HELP)]
    Diff {
        /// The new file, or the old file and the new one.
        #[arg(required = true, num_args = 1..=2, value_names = ["OLD", "NEW"])]
        files: Vec<PathBuf>,
        /// The council.
        #[command(flatten)]
        place: Place,
    },
    /// Publish a file as the next version, signed. Earlier versions stay as they are, with all that was decided.
    #[command(after_help = HELP)]
    Publish {
        /// The file.
        file: PathBuf,
        /// The e-mail of the senior who signs it.
        #[arg(long, value_name = "EMAIL")]
        signed_by: String,
        /// The council.
        #[command(flatten)]
        place: Place,
    },
    /// Show the version in force in plain words.
    #[command(after_help = HELP)]
    Show {
        /// Show the file as it was published instead.
        #[arg(long)]
        source: bool,
        /// The council.
        #[command(flatten)]
        place: Place,
    },
    /// Print an example to begin with.
    #[command(after_help = HELP)]
    Example {
        /// Which.
        #[arg(default_value = "modest")]
        name: Example,
    },
}

/// Where a council is kept.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder of the server: with its signing key and, without PostgreSQL, the database.
    #[arg(long, value_name = "FOLDER", env = "BUSFARE_DATA", hide_env_values = true)]
    #[arg(default_value = "./busfare-data", value_parser = OsStringValueParser::new().try_map(data))]
    pub data: PathBuf,
    /// Its PostgreSQL database, where it has one. The environment keeps its password out of sight.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: Option<DatabaseUrl>,
}

/// Where a council is kept, if one is meant at all.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct MaybePlace {
    /// The folder of the server, to check names and find gaps.
    #[arg(long, value_name = "FOLDER", env = "BUSFARE_DATA", hide_env_values = true)]
    #[arg(value_parser = OsStringValueParser::new().try_map(data))]
    pub data: Option<PathBuf>,
    /// Its PostgreSQL database, where it has one. The environment keeps its password out of sight.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: Option<DatabaseUrl>,
}

impl MaybePlace {
    /// The place; none where neither a folder nor a database is named.
    pub fn place(self) -> Option<Place> {
        match (self.data, self.database_url) {
            (None, None) => None,
            (data, database_url) => Some(Place { data: data.unwrap_or_default(), database_url }),
        }
    }
}

/// The schemes of delegation that are shipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Example {
    /// Like many councils today: everything is asked of a manager.
    LikeToday,
    /// Small sums are the practitioner's own say: £30 an item, £100 a week.
    #[default]
    Modest,
    /// Up to £10,000 for a family is the practitioner's own say, as piloted in England.
    Devolved,
}

impl Example {
    /// Every example.
    pub const ALL: [Self; 3] = [Self::LikeToday, Self::Modest, Self::Devolved];

    /// Its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::LikeToday => include_str!("../demo/schemes/like-today.toml"),
            Self::Modest => include_str!("../demo/schemes/modest.toml"),
            Self::Devolved => include_str!("../demo/schemes/devolved.toml"),
        }
    }
}
