//! What can be done with the directory of the community at the command line.

use std::path::PathBuf;

use clap::{Subcommand, builder::NonEmptyStringValueParser};

use super::Place;

/// The commands, where somebody has to be told.
pub const COMMANDS: &str = "import";

/// What a feed may be, for `--help`.
pub const HELP: &str = "\
A feed is JSON of Open Referral UK 3: one service, a list of them, or the standard's pages. An address is read page by page;
https anywhere, http from this machine alone, and nothing is followed elsewhere. All of it is looked at before any of it is
kept: what is amiss is told by record and field, and then nothing changes. The same feed again changes nothing.

Exit codes: 0 all is well, 2 the command is wrong, the feed cannot be read, or there is no council.";

/// What to do with the directory.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum DirectoryCommand {
    /// Keep the services of a feed in the directory of a council.
    #[command(after_help = HELP)]
    Import {
        /// The feed: a file, - for what is typed or piped in, or an address that begins with https://.
        #[arg(value_name = "FEED")]
        from: PathBuf,
        /// Whose services these all are. Those that came with the last feed of the same name and not with this are gone.
        #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
        all_of: Option<String>,
        /// The council.
        #[command(flatten)]
        place: Place,
    },
}
