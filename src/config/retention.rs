//! What can be done at the command line about how long things are kept.

use clap::Args;

use super::Place;

/// What it does, for `--help`.
pub const HELP: &str = "\
Lists what was kept for as long as its question says, drafts that nobody finished after their owners were warned, and what a
legal hold keeps. Without --purge nothing is changed; a server does the same by itself every hour. Pictures and voice notes go
with the server's next sweep.

Exit codes: 0 all is well, 2 the command is wrong or there is no council.";

/// What is due to go, and taking it away.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RetentionCommand {
    /// Take away what is listed. It cannot be undone.
    #[arg(long)]
    pub purge: bool,
    /// How much of it at most, the oldest first.
    #[arg(long, value_name = "NUMBER", default_value = "500", value_parser = most)]
    pub most: u16,
    /// The council.
    #[command(flatten)]
    pub place: Place,
}

fn most(text: &str) -> Result<u16, String> {
    let most = text.parse().ok().filter(|most| (1..=5_000).contains(most));
    most.ok_or_else(|| format!("--most needs a whole number from 1 to 5000, not \"{}\".", text.escape_debug()))
}
