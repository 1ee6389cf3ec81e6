//! What can be asked of the doctor at the command line.

use clap::Args;

use super::Settings;

/// What it does, for `--help`.
pub const HELP: &str = "\
Give it the settings of `busfare serve`, on the command line or in the environment, and run it as the same user. It only
looks: nothing is made, changed or migrated. One line for each check says how it is and what to do next:
well, hint (worth a thought, and no fault) or amiss.

Exit codes: 0 nothing is amiss, 1 something is, 2 the command is wrong.";

/// Looking an installation over.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct DoctorCommand {
    /// Tell it as JSON.
    #[arg(long)]
    pub json: bool,
    /// As for `serve`.
    #[command(flatten)]
    pub settings: Settings,
}
