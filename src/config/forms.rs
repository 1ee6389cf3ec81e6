//! What can be done with forms at the command line.

use std::path::PathBuf;

use busfare_entity::words::{FormTier, LawfulBasis, Readers};
use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser, builder::TypedValueParser};

use super::Place;

/// The commands, where somebody has to be told.
pub const COMMANDS: &str = "check, export, import, path or replay";

/// What a file may be, for `--help`.
pub const HELP: &str = "\
A file is a workbook with one form as survey tools write it (XLSForm, .xlsx or .xls), or JSON as the core pathway pilot
of a London council kept its forms: a list of forms with themes, steps and fields, which may be compressed (.json.gz).
What is not accepted in a workbook is told by its sheet, row and column. Only import stores anything.

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
        #[arg(long, default_value = "longer-term", value_parser = word(&TIERS))]
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
    /// Make drafts of the forms of a file, on the question bank of a council. Nobody is asked anything before a draft is published.
    #[command(after_help = HELP)]
    Import {
        /// The file.
        file: PathBuf,
        /// What the file does not say.
        #[command(flatten)]
        import: ImportAs,
        /// The council.
        #[command(flatten)]
        place: Place,
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

/// What a file from elsewhere does not say about its questions.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ImportAs {
    /// The e-mail of who answers for the questions that are new.
    #[arg(long, value_name = "EMAIL")]
    pub steward: String,
    /// What their answers are used for, in a few words.
    #[arg(long, value_name = "WORDS")]
    pub purpose: String,
    /// The lawful basis for asking, under UK GDPR Article 6(1).
    #[arg(long, value_name = "BASIS", default_value = "public-task", value_parser = word(&BASES))]
    pub lawful_basis: LawfulBasis,
    /// Who may read the answers.
    #[arg(long, value_name = "READERS", default_value = "team", value_parser = word(&READERS))]
    pub readers: Readers,
    /// For how many days answers are kept.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i32).range(1..=36_525))]
    pub retention_days: i32,
    /// How much is at stake, which sets how many questions may be asked.
    #[arg(long, default_value = "longer-term", value_parser = word(&TIERS))]
    pub tier: FormTier,
    /// The code of one form, where the file has several and only that one is wanted.
    #[arg(long, value_name = "CODE")]
    pub form: Option<String>,
    /// Say what is asked in other words than the bank's, or under another code, too.
    #[arg(long)]
    pub notes: bool,
}

/// The lawful bases as they are typed.
const BASES: [(&str, LawfulBasis); 6] = [
    ("consent", LawfulBasis::Consent),
    ("contract", LawfulBasis::Contract),
    ("legal-obligation", LawfulBasis::LegalObligation),
    ("vital-interests", LawfulBasis::VitalInterests),
    ("public-task", LawfulBasis::PublicTask),
    ("legitimate-interests", LawfulBasis::LegitimateInterests),
];
/// The readers as they are typed.
const READERS: [(&str, Readers); 3] =
    [("author", Readers::Author), ("team", Readers::Team), ("organisation", Readers::Organisation)];

/// A word of a closed list, as it is typed.
fn word<W: Copy + Send + Sync + 'static>(list: &'static [(&'static str, W)]) -> impl TypedValueParser<Value = W> {
    let known = PossibleValuesParser::new(list.iter().map(|(name, _)| *name));
    known.try_map(move |name: String| {
        list.iter().find(|(typed, _)| *typed == name).map(|(_, word)| *word).ok_or("not one of the list")
    })
}
