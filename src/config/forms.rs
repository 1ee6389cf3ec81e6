//! What can be done with forms at the command line.

use std::path::PathBuf;

use busfare_entity::words::FormTier;
use clap::{Subcommand, ValueEnum, builder::PossibleValuesParser, builder::TypedValueParser};

/// The commands, where somebody has to be told.
pub const COMMANDS: &str = "check, export, path or replay";

/// What a file may be, for `--help`.
pub const HELP: &str = "\
A file is a workbook with one form as survey tools write it (XLSForm, .xlsx or .xls), or JSON as the core pathway pilot
of a London council kept its forms: a list of forms with themes, steps and fields, which may be compressed (.json.gz).
What is not accepted in a workbook is told by its sheet, row and column. Nothing is stored.

Exit codes: 0 all is well, 1 there is something to see to, 2 the command is wrong or the file cannot be read.";

/// The tiers as they are typed.
const TIERS: [(&str, FormTier); 5] = [
    ("drop-in", FormTier::DropIn),
    ("conversation", FormTier::Conversation),
    ("short-plan", FormTier::ShortPlan),
    ("longer-term", FormTier::LongerTerm),
    ("safeguarding", FormTier::Safeguarding),
];

/// A format that a form is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A workbook (.xlsx) for survey tools.
    Xlsform,
    /// An FHIR R4 Questionnaire.
    Fhir,
    /// The JSON Schema (2020-12) of an object of answers.
    JsonSchema,
}

/// What to do with forms.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum FormsCommand {
    /// Say what each form of a file asks of people, what is wrong with its conditions, and whether it could be published.
    #[command(after_help = HELP)]
    Check {
        /// The file.
        file: PathBuf,
        /// How much is at stake, which sets how many questions may be asked.
        #[arg(long, default_value = "longer-term", value_parser = tier())]
        tier: FormTier,
        /// Say everything that was taken for something else or left out, too.
        #[arg(long)]
        notes: bool,
    },
    /// Write a form of a file in another format. What the format has no words for is named when it goes to a file.
    #[command(after_help = HELP)]
    Export {
        /// The file.
        file: PathBuf,
        /// The format: a workbook for survey tools, an FHIR R4 Questionnaire, or the JSON Schema of an object of answers.
        #[arg(long = "as", value_name = "FORMAT")]
        format: Format,
        /// The form's code, where the file has several.
        #[arg(long, value_name = "CODE")]
        form: Option<String>,
        /// Where to write it; a file that is there is replaced. Without it JSON goes to the terminal, and a workbook nowhere.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Say how many questions are asked of somebody who goes through forms of a file one after the other, where nothing is
    /// asked again that was answered before.
    #[command(after_help = HELP)]
    Path {
        /// The file.
        file: PathBuf,
        /// The forms' codes, first to last.
        #[arg(required = true, num_args = 1..)]
        forms: Vec<String>,
        /// Say where each answer comes from that is not asked for again, too.
        #[arg(long)]
        sources: bool,
    },
    /// Replay a folder of versions of a file, oldest first by their names, under drafts in which everything is answered, and
    /// say for each change what became of the answers.
    #[command(after_help = HELP)]
    Replay {
        /// The folder.
        folder: PathBuf,
    },
}

fn tier() -> impl TypedValueParser<Value = FormTier> {
    let named =
        |name: String| TIERS.iter().find(|(typed, _)| *typed == name).map_or(FormTier::LongerTerm, |(_, tier)| *tier);
    PossibleValuesParser::new(TIERS.map(|(name, _)| name)).map(named)
}
